"""`models`, `doctor`, `demo` and `gui`: what this machine has, and whether it works."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from cli.models import FOOTNOTES
from cli.output import make_console
from tests.cli.running import Terminal


def test_models_are_listed_within_eighty_columns(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    answer = terminal.plain("models", "list")

    table = answer.out.splitlines()[:7]
    assert answer.code == 0
    names = [line.split()[0].rstrip(FOOTNOTES) for line in table[1:]]
    assert names == ["dlib-resnet", "ge2e", "mtcnn", "retail-0095", "silero-vad", "yunet"]
    assert all(len(line) <= 80 for line in table)
    assert "³ Trained on WIDER FACE" in answer.out
    assert table[3].startswith("mtcnn³")


def test_models_tell_their_licences_in_json(terminal: Terminal) -> None:
    models = {item["name"]: item for item in terminal.plain("models", "list", "--json").document()["models"]}

    assert models["mtcnn"]["state"] == "installed"
    assert models["mtcnn"]["commercial_use"] == "unsettled"
    assert models["dlib-resnet"]["licence_weights"] == "public domain"


def test_installed_models_are_whole(terminal: Terminal) -> None:
    shown = terminal.plain("models", "verify", "starter")
    told = terminal.plain("models", "verify", "starter", "--json")

    assert shown.out.strip() == "Whole and as published: starter"
    assert told.document() == {"verified": ["starter"]}


@pytest.mark.usefixtures("one_child")
def test_models_answer_as_they_should(terminal: Terminal) -> None:
    shown, told = (
        terminal.plain("models", "selftest", "starter"),
        terminal.plain("models", "selftest", "mtcnn", "--json"),
    )

    assert shown.code == told.code == 0
    assert "Known pairs told apart: as expected" in shown.out
    assert [answer["model"] for answer in told.document()["models"]] == ["mtcnn"]
    assert told.document()["known_pair"] is None


def test_models_that_answer_differently_fail_the_self_test(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tolerance is put below what any processor reaches: a wrong model that passes its checksum cannot be had."""
    monkeypatch.setattr(import_module("models.selftest"), "_TOLERANCE", -1.0)

    answer = terminal.plain("models", "selftest", "mtcnn", "--json")

    assert answer.code == 6
    assert answer.document()["error"]["exit_code"] == 6
    assert answer.document()["models"][0]["held"] is False


def test_a_damaged_model_is_refused(nowhere: Terminal, store: Path, own_home: Path) -> None:
    shutil.copytree(store / "mtcnn", own_home / "models" / "mtcnn")
    network = max((own_home / "models" / "mtcnn").rglob("*.onnx"), key=lambda path: path.stat().st_size)
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.chmod(0o600)
    network.write_bytes(content)

    verified, listed = nowhere.plain("models", "verify", "--json"), nowhere.plain("models", "list", "--json")

    assert verified.code == 5
    assert verified.document()["error"]["exit_code"] == 5
    assert {item["name"]: item["state"] for item in listed.document()["models"]}["mtcnn"] == "damaged"


def test_models_are_installed_from_a_folder(nowhere: Terminal, test_models: Path) -> None:
    first = nowhere.plain("models", "install", "yunet", "--from", test_models, "--json")
    second = nowhere.plain("models", "install", "yunet", "--from", test_models)

    assert first.document()["installed"] == ["yunet"]
    assert second.out.strip() == "Everything of “yunet” is installed already."
    assert nowhere.plain("models", "verify").out.strip() == "Whole and as published: yunet"


def test_what_is_not_there_cannot_be_installed_or_verified(nowhere: Terminal, tmp_path: Path) -> None:
    assert nowhere.plain("models", "verify").out.strip() == "No models are installed."
    for words in (("verify", "starter"), ("verify", "nosuch"), ("install", "yunet", "--from", tmp_path)):
        answer = nowhere.plain("models", *words, "--json")
        assert answer.code == 5
        assert answer.document()["error"]["sentence"]


@pytest.mark.usefixtures("one_child")
def test_the_doctor_tells_what_works(terminal: Terminal) -> None:
    shown, told = terminal.plain("doctor"), terminal.plain("doctor", "--json").document()

    assert "The detectors answer as expected." in shown.out
    assert "Fences around the detectors: " in shown.out
    assert told["detectors_answer"] is True
    assert "no core dumps" in told["fences"]
    assert "CPUExecutionProvider" in told["providers"]
    assert told["threads"] >= 1
    assert told["registry"] is None


def test_the_doctor_of_an_empty_machine_says_what_is_missing(nowhere: Terminal) -> None:
    answer = nowhere.plain("doctor", "--json")

    assert answer.code == 5
    assert answer.document()["detectors_answer"] is False
    assert set(answer.document()["models"].values()) == {"missing"}
    assert "models install" in answer.document()["error"]["remedy"]


def test_the_demo_shows_three_results_and_where_their_reports_are(terminal: Terminal, tmp_path: Path) -> None:
    answer = terminal.plain("demo", "--report", tmp_path / "reports", "--json")

    scenes = answer.document()["scenes"]
    assert answer.code == 0
    assert [scene["report"]["verdict"] for scene in scenes] == ["permitted", "blocked", "review"]
    assert [scene["report"]["registry"] is None for scene in scenes] == [False, False, True]
    assert len(list((tmp_path / "reports").rglob("*.report.html"))) == 3
    assert str(tmp_path / "reports") in answer.err


def test_the_window_is_started_as_a_program_of_its_own(
    nowhere: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is not opened here: nobody would close it. tests/gui drives the window itself."""
    started: list[list[str]] = []
    codes = [0, -11]

    def record(command: list[str], *, check: bool) -> subprocess.CompletedProcess[bytes]:
        started.append(command)
        return subprocess.CompletedProcess(command, codes.pop(0))

    monkeypatch.setattr("cli.window.subprocess.run", record)

    opened = nowhere.plain("--pack", "recommended", "--registry", tmp_path / "r", "gui", "a.mp4", "b.mp4")
    crashed = nowhere.plain("gui")

    assert opened.code == 0
    assert started[0][1:] == [
        *("-m", "gui", "--pack", "recommended", "--registry", str(tmp_path / "r"), "--", "a.mp4", "b.mp4"),
    ]
    assert started[1][1:] == ["-m", "gui"]  # what was not typed it reads from the settings itself
    assert crashed.code == 3
    assert "The window ended unexpectedly." in crashed.err


def test_tables_are_not_broken_by_what_they_hold(nowhere: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    make_console(stderr=False).print("[/]", markup=False)

    assert capsys.readouterr().out == "[/]\n"
