"""How a run ends before its time: Ctrl-C, a request to end, a reader that has gone, a fault of the program's own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cli.main import tell_of_a_fault
from tests.cli.running import EDUCATION, Terminal, child_of, finish, start

POSIX = pytest.mark.skipif(os.name != "posix", reason="Signals are sent as POSIX systems do.")


def _copies(clip: Path, folder: Path, count: int = 12) -> list[Path]:
    folder.mkdir()
    return [Path(shutil.copy(clip, folder / f"{number:02d}.mp4")) for number in range(count)]


@POSIX
def test_an_interruption_keeps_what_was_finished_and_leaves_nothing_half_done(
    enrolled: Terminal, clip: Path, tmp_path: Path
) -> None:
    clips, reports = _copies(clip, tmp_path / "clips"), tmp_path / "reports"
    running = start("--registry", enrolled.registry, "check", *clips, *EDUCATION, "--json", "--report", reports)
    child = child_of(running)
    assert running.stderr is not None
    assert running.stderr.readline().startswith("Report: ")  # the first clip is done, the second under way

    running.send_signal(signal.SIGINT)
    answer = finish(running)

    document = answer.document()
    done = len(document["clips"])
    assert answer.code == document["error"]["exit_code"] == 130
    assert 1 <= done < len(clips)
    assert _is_gone(child)
    files = sorted(path.name for path in reports.iterdir())
    assert {name.partition(".report")[0] for name in files} <= {path.name for path in clips[:done]}
    assert all(json.loads(path.read_bytes())["verdict"] for path in reports.glob("*.json"))
    assert "Traceback" not in answer.err


def _is_gone(child: psutil.Process) -> bool:
    """Return whether a child is gone, or goes soon: one that is only starting ends when nobody listens to it."""
    _gone, alive = psutil.wait_procs([child], timeout=10)
    return not alive


@POSIX
def test_an_enrolment_asked_to_end_enrols_nobody(terminal: Terminal, clip: Path, tmp_path: Path) -> None:
    terminal.run("registry", "init")
    before = terminal.registry.read_bytes()
    clips = _copies(clip, tmp_path / "clips")
    words = ("--registry", terminal.registry, "person", "add", "Eileen", *clips, "--biometric-consent", "2026-01-05")
    running = start(*words)
    child = child_of(running)

    running.send_signal(signal.SIGTERM)
    answer = finish(running)

    assert (answer.code, answer.out) == (130, "")
    assert _is_gone(child)
    assert terminal.registry.read_bytes() == before
    assert terminal.run("person", "list", "--json").document() == {"people": []}


@POSIX
def test_a_reader_that_has_gone_is_no_success(enrolled: Terminal, photo: Path) -> None:
    """`countenance check … | head -0` must not look like a clip that may be published."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "countenance", "--registry", enrolled.registry, "check", photo, *EDUCATION]

    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)

    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


def test_a_fault_of_the_program_is_told_without_what_it_was_working_on(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("Eileen Example")
    except KeyError as error:
        tell_of_a_fault(type(error), error, error.__traceback__)

    told = capsys.readouterr().err
    assert told.startswith("This is a fault of the program, not of yours: KeyError at test_ending.py:")
    assert "Eileen" not in told
