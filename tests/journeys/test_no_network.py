"""Every verb but `models install` does its work where there is no network at all, not even a loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import EDUCATION, GRANT, PASSPHRASE
from tests.journeys.conftest import Material

PROGRAM = """
import json, socket, sys
from cli.main import main

try:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
except OSError as error:
    print("no network:", error.strerror, file=sys.stderr)
codes = [main(words) for words in json.loads(sys.argv[1])]
print(json.dumps(codes), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def unshare() -> list[str]:
    """Return the command that starts another one in an empty network namespace."""
    program = shutil.which("unshare")
    for words in (["-n"], ["-rn"]) if program else ():
        command = [str(program), *words]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("This system has no `unshare`, or forbids a network namespace of one's own.")


def test_the_verbs_work_without_a_network(
    unshare: list[str], starter_store: Path, material: Material, own_home: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("case_id,found,persons,grants,prohibitions\n", encoding="utf-8")
    papers = ("--biometric-consent", "2026-01-05")
    story: list[tuple[int, tuple[object, ...]]] = [
        (0, ("registry", "init")),
        (0, ("person", "add", "Eileen", material.photo, material.recording, *papers)),
        (0, ("consent", "add", "Eileen", *GRANT)),
        (0, ("check", material.clip, *EDUCATION, "--report", tmp_path / "reports")),
        (0, ("consent", "revoke", "G0001")),
        (20, ("check", material.photo, *EDUCATION)),
        (0, ("person", "list")),
        (0, ("person", "show", "Eileen")),
        (0, ("consent", "list")),
        (0, ("consent", "test", "--cases", cases)),
        (0, ("registry", "info")),
        (0, ("models", "list")),
        (0, ("models", "verify", "starter")),
        (0, ("models", "selftest", "starter")),
        (0, ("doctor",)),
        (0, ("demo", "--report", tmp_path / "demo")),
    ]
    words = json.dumps([[str(word) for word in words] for _code, words in story])

    done = subprocess.run(
        [*unshare, sys.executable, "-c", PROGRAM, words],
        env={**os.environ, "COUNTENANCE_MODELS": str(starter_store), "COUNTENANCE_PASSPHRASE": PASSPHRASE},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    told = done.stderr.splitlines()
    assert told[0].startswith("no network: ")
    assert json.loads(told[-1]) == [code for code, _words in story]
    assert (own_home / "registry.countenance").is_file()
