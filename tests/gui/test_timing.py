"""The measuring of the window runs and counts; how long anything takes is no test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.window import PARTS, tell_waits
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.models


def measured(part: str, home: Path, models: Path, folder: Path | None = None) -> dict:
    """What a part of the measuring tells, in a process of its own as always."""
    command = [sys.executable, "-m", "benchmarks._window_parts", part]
    command += ["--folder", str(folder)] if folder else []
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "COUNTENANCE_HOME": str(home),
        "COUNTENANCE_MODELS": str(models),
    }
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_the_start_is_measured_to_a_window_that_may_be_used(own_home: Path, starter_store: Path) -> None:
    told = measured("start", own_home, starter_store)

    assert 0 < told["imported_and_built_s"] < told["painted_s"] <= told["usable_s"]


def test_every_wait_is_timed_while_rows_come_scroll_and_are_searched(
    own_home: Path, starter_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    for number in range(40):
        (folder / f"clip {number:05d}.mp4").touch()

    told = measured("rows", own_home, starter_store, folder)

    assert told["rows"] == 40
    for part in ("add", "scroll", "sift"):
        assert told[part]["beats"] > 0
        tell_waits(part, told[part])
    assert told["check"]["beats"] >= 0
    assert capsys.readouterr().out.count("99 % within") == 3


def test_all_parts_can_be_named() -> None:
    assert PARTS == ("start", "scan", "rows", "people")
