"""Networks that look right and do harm when run: refused in one sentence, with nothing left and little memory taken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.models import hostile_networks as networks
from tests.models import hostile_packages as h
from tests.models.insightface_packages import DETECTION, RECOGNITION, legacy_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Limits and peaks of memory as Linux has them."),
]

MOST_PARENT_BYTES = 200_000_000
MOST_ABOVE_BYTES = 200_000_000
"""Of a child above what it has before it loads a network, for a network of a few kilobytes."""

CASES = {
    **{name: (RECOGNITION, make) for name, make in networks.EMBEDDERS.items()},
    **{f"detector: {name}": (DETECTION, make) for name, make in networks.DETECTORS.items()},
}

PROGRAM = """
import json, shutil, sys, tempfile, time
from pathlib import Path
import models
from countenance.errors import CountenanceError
from models.proving import install_and_prove
from scan.worker import DetectorWorker
told = {}
for name, package in json.load(sys.stdin).items():
    store = Path(tempfile.mkdtemp(dir=sys.argv[1]))
    try:
        # Silence of three seconds is enough here; people wait twenty.
        with DetectorWorker(stall_limit_s=3.0 if name.startswith("long") else 20.0) as worker:
            brought = models.bring(Path(package), store)
            install_and_prove(lambda: brought.fresh, store, worker)
    except CountenanceError as error:
        told[name] = {"sentence": error.sentence, "remedy": error.remedy, "code": error.exit_code}
    else:
        told[name] = {"installed": brought.name}
    told[name]["left"] = sorted(entry.name for entry in store.iterdir())
json.dump({"told": told, "peaks": peaks()}, sys.stdout)
"""

BASE = """
import sys
from pathlib import Path
from detectors import proving
import onnxruntime, av
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Install every hostile network in one process; say what a person was told, what was left, what it took."""
    place = tmp_path_factory.mktemp("hostile")
    packages: dict[str, str] = {}
    for number, (name, (file, make)) in enumerate(CASES.items()):
        packages[name] = str(legacy_folder(place / str(number), {file: make()}))
    (place / "stores").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", h.PEAKS + PROGRAM, str(place / "stores")],
        input=json.dumps(packages).encode(),
        capture_output=True,
        cwd=REPOSITORY,
        check=False,
        env={**os.environ, "COUNTENANCE_PASSPHRASE": "must not be seen"},
    )
    assert not done.returncode, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_network_is_refused_in_a_sentence_and_leaves_nothing(told: dict[str, Any], name: str) -> None:
    outcome = told["told"][name]

    assert "installed" not in outcome
    assert outcome["sentence"].endswith(".")
    assert "\n" not in outcome["sentence"]
    assert outcome["remedy"].endswith(".")
    assert outcome["code"] == 5
    assert outcome["left"] == [".lock"]


def test_a_small_network_takes_little_memory_whatever_it_does(told: dict[str, Any]) -> None:
    before = int(subprocess.check_output([sys.executable, "-c", BASE], cwd=REPOSITORY))
    parent, child = told["peaks"]
    print(
        f"{len(CASES)} hostile networks: parent {parent / 1e6:.0f} MB, child {child / 1e6:.0f} MB at most, "
        f"of which {before / 1e6:.0f} MB before a network is loaded"
    )
    assert parent <= MOST_PARENT_BYTES
    assert child - before <= MOST_ABOVE_BYTES
