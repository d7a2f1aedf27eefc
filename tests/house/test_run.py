"""The one door notices what is missing, keeps what is whole, and lets one in at a time."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.sources import REPOSITORY

WAITER = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("door", sys.argv[1])
door = importlib.util.module_from_spec(spec)
spec.loader.exec_module(door)
door.LOCK = pathlib.Path(sys.argv[2])
with door.only_one():
    print("in", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return run.py as a module whose environment is a small made-up one."""
    spec = importlib.util.spec_from_file_location("door", REPOSITORY / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, place in {"VENV": ".venv", "LOCK": "lock", "LOG": "log", "STAMP": ".venv/countenance.json"}.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    monkeypatch.setattr(module, "PYTHON", sys.executable)
    return module


@pytest.fixture
def installed(door: ModuleType) -> Path:
    """Return the folder of the one package that is installed in the small environment."""
    site = door.VENV / door.LIB.replace("*", ".11") / "site-packages"
    record = site / "thing-1.0.dist-info" / "RECORD"
    record.parent.mkdir(parents=True)
    (site / "thing").mkdir()
    (site / "thing" / "__init__.py").write_text("x = 1\n", newline="\n")
    record.write_text("thing/__init__.py,sha256=abc,6\nthing/__pycache__/x.pyc,,\nthing-1.0.dist-info/RECORD,,\n")
    return site / "thing"


def test_help_lists_every_job(door: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main([]) == 0

    shown = capsys.readouterr().out
    assert all(f"  {job} " in shown for job in ("help", "demo", "test", "check", "bench", "app", "screenshots"))


def test_an_unknown_job_is_wrong_usage_and_prepares_nothing(
    door: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert door.main(["dmeo"]) == 2

    assert "“dmeo”" in capsys.readouterr().err
    assert not door.LOCK.exists()


@pytest.mark.usefixtures("installed")
def test_an_untouched_environment_is_whole(door: ModuleType) -> None:
    assert door.is_whole({"packages": 1})


def test_a_missing_file_is_noticed(door: ModuleType, installed: Path) -> None:
    (installed / "__init__.py").unlink()

    assert not door.is_whole({"packages": 1})


def test_a_truncated_file_is_noticed(door: ModuleType, installed: Path) -> None:
    (installed / "__init__.py").write_text("")

    assert not door.is_whole({"packages": 1})


@pytest.mark.usefixtures("installed")
def test_a_package_that_vanished_with_its_record_is_noticed(door: ModuleType) -> None:
    assert not door.is_whole({"packages": 2})


@pytest.mark.usefixtures("installed")
def test_an_interpreter_that_does_not_start_is_noticed(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PYTHON", str(door.VENV / "gone"))

    assert not door.is_whole({"packages": 1})


def _steps(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the steps, which would download for minutes, by a list of their names."""
    steps: list[str] = []

    def note(name: str, command: list[str], sorry: str) -> None:
        steps.append(name)
        if name == "environment":
            record = door.VENV / door.LIB.replace("*", ".11") / "site-packages" / "made-1.dist-info" / "RECORD"
            record.parent.mkdir(parents=True)
            record.write_text("")

    monkeypatch.setattr(door, "step", note)
    return steps


def test_an_environment_made_once_is_used_again(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = _steps(door, monkeypatch)
    door.prepare_environment()
    made = list(steps)

    door.prepare_environment()

    assert [name.split(",")[0] for name in made] == ["environment", "dependencies", "program"]
    assert steps == made


def test_a_half_made_environment_is_made_anew(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    left = door.VENV / "half"
    left.mkdir(parents=True)
    steps = _steps(door, monkeypatch)

    door.prepare_environment()

    assert steps[0] == "environment"
    assert not left.exists()


def test_a_changed_lock_file_is_installed_into_the_environment_there_is(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _steps(door, monkeypatch)
    door.prepare_environment()
    door.STAMP.write_text(json.dumps(json.loads(door.STAMP.read_text()) | {"requirements.lock": "older"}))
    steps.clear()

    door.prepare_environment()

    assert [name.split(",")[0] for name in steps] == ["dependencies", "program"]


def test_an_environment_of_a_moved_checkout_is_made_anew(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = _steps(door, monkeypatch)
    door.prepare_environment()
    door.STAMP.write_text(json.dumps(json.loads(door.STAMP.read_text()) | {"root": "/elsewhere"}))
    steps.clear()

    door.prepare_environment()

    assert steps[0] == "environment"


def test_a_second_run_waits_and_the_lock_of_a_killed_one_is_free(door: ModuleType) -> None:
    command = [sys.executable, "-c", WAITER, str(REPOSITORY / "run.py"), str(door.LOCK)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen(command, **pipes) as second:
            waiting = second.stderr.readline()
            first.kill()
            entered = second.stdout.readline()
            second.stdin.write("\n")

    assert f"process {first.pid}" in waiting
    assert entered == "in\n"


def test_children_get_no_python_settings_of_the_user(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("COUNTENANCE_TEST_MEDIA", "/media")

    environment = door.environment()

    assert "PYTHONPATH" not in environment
    assert environment["COUNTENANCE_TEST_MEDIA"] == "/media"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows needs no window system to be named.")
def test_without_a_screen_qt_needs_none(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")

    assert door.environment()["QT_QPA_PLATFORM"] == "offscreen"


def test_a_missing_system_library_is_named_with_its_command_where_we_may_not_install(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(door, "loads", lambda library: library != "libGL.so.1")
    monkeypatch.setattr(door.os, "geteuid", lambda: 1000, raising=False)

    with pytest.raises(SystemExit) as stopped:
        door.prepare_system("demo")

    assert "sudo apt-get install -y --no-install-recommends libgl1" in str(stopped.value)
