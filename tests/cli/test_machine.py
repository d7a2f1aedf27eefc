"""`models`, `doctor`, `demo` and `gui`: what this machine has, and whether it works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from importlib import import_module
from pathlib import Path

import pytest
from rich.cells import cell_len

import models
from cli.models_shown import FOOTNOTES
from cli.output import make_console
from tests.cli.running import Terminal
from tests.models.insightface_packages import legacy_folder, working_files


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_packs_and_models_are_listed_within_eighty_columns(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    answer = terminal.plain("--lang", language, "models", "list")

    assert answer.code == 0
    packs, _gap, rest = answer.out.partition("\n\n")
    listed = [line for line in rest.splitlines() if line[0] not in FOOTNOTES]
    assert all(cell_len(line) <= 80 for line in (*packs.splitlines(), *listed))
    names = [line.split()[0].rstrip(FOOTNOTES) for line in listed[1:] if line[0] != " "]
    assert names == list(models.list_models())
    assert [line.split()[0] for line in packs.splitlines()[1:] if line[0] != " "] == list(models.list_packs())


def test_the_list_tells_what_packs_are_made_of_and_may_be_used_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    lines = terminal.plain("models", "list").out.splitlines()

    found = {line.split()[0].rstrip(FOOTNOTES): (line, lines[at + 1]) for at, line in enumerate(lines[:-1]) if line}
    assert re.search("installed +[0-9.]+ MB .*unsettled", found["starter"][0])
    assert found["starter"][1].startswith("  mtcnn + dlib-resnet + silero-vad + ge2e")
    assert re.search("missing +289 MB +non-commercial research only +no", found["insightface-buffalo_l"][0])
    assert re.search(r"missing +\? +non-commercial", found["arcface-glintr100"][0])
    assert re.search("[¹²³⁴⁵] Nobody of us has verified this licence", "\n".join(lines))
    assert re.search("[¹²³⁴⁵] Trained on WIDER FACE", "\n".join(lines))


def test_a_brought_pack_is_listed_and_its_long_name_is_not_cut(
    nowhere: Terminal, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "insightface-" + "of-one-s-own-" * 7 + "end"
    pack = {"name": name, "face_detector": "yunet", "face_embedder": "gone"}
    (own_home / "models" / "packs").mkdir(parents=True)
    (own_home / "models" / "packs" / f"{name}.json").write_text(json.dumps(pack))

    shown, told = nowhere.plain("models", "list"), nowhere.plain("models", "list", "--json").document()

    packs = shown.out.partition("\n\n")[0]
    width = packs.splitlines()[0].index("State")
    assert name in "".join(line[:width].strip() for line in packs.splitlines())
    assert all(cell_len(line) <= 80 for line in packs.splitlines())
    brought = next(item for item in told["packs"] if item["name"] == name)
    assert brought == {**brought, "brought": True, "state": "missing", "models": ["yunet", "gone"], "installed": 0}


def test_models_tell_their_licences_in_json(terminal: Terminal) -> None:
    document = terminal.plain("models", "list", "--json").document()

    told = {item["name"]: item for item in document["models"]}
    packs = {item["name"]: item for item in document["packs"]}
    assert told["mtcnn"]["state"] == "installed"
    assert told["mtcnn"]["commercial_use"] == "unsettled"
    assert told["dlib-resnet"]["licence_weights"] == "public domain"
    assert told["campplus-voxceleb"]["licence_verified"] is False
    assert packs["starter"]["state"] == "installed"
    assert packs["insightface-buffalo_l"]["commercial_use"] == "no"
    assert packs["insightface-buffalo_l"]["size_bytes"] == 288_621_354


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
    monkeypatch.setattr(import_module("models.selftest"), "tolerance_of", lambda _provider: -1.0)

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


def test_a_model_is_installed_from_its_file_or_a_zip_without_being_named(
    nowhere: Terminal, test_models: Path, tmp_path: Path
) -> None:
    file = shutil.copy(test_models / "face_detection_yunet_2026may.onnx", tmp_path / "what is this")
    made = tmp_path / "retail.zip"
    with zipfile.ZipFile(made, "w") as archive:
        for ending in ("xml", "bin"):
            archive.write(test_models / f"face-reidentification-retail-0095.{ending}", f"deep/down/a.{ending}")
    other = tmp_path / "other.onnx"
    other.write_bytes(b"of nobody")

    unnamed = nowhere.plain("models", "install", "--from", file, "--offline", "--json")
    zipped = nowhere.plain("models", "install", "retail-0095", "--from", made, "--offline")
    refused = nowhere.plain("models", "install", "--from", other)

    assert unnamed.document()["installed"] == ["yunet"]
    assert zipped.out.strip() == "Installed: retail-0095"
    assert refused.code == 5
    assert "“other.onnx” is no published file of a model that is known here." in refused.err


def test_a_package_of_ones_own_is_brought_with_a_name_or_without(
    nowhere: Terminal, test_models: Path, tmp_path: Path
) -> None:
    package = legacy_folder(tmp_path / "own_face_pack", working_files(test_models))

    unnamed = nowhere.plain("models", "install", "--from", package, "--accept-licence")
    again = nowhere.plain("models", "install", "--from", package)
    named = nowhere.plain("models", "install", "mine", "--from", package, "--json")
    listed = nowhere.plain("models", "list", "--json").document()

    assert unnamed.code == 0
    assert "countenance --pack insightface-own_face_pack check CLIP" in unnamed.out
    assert "is installed already" in again.out
    assert named.document()["pack"]["name"] == "mine"
    packs = {item["name"]: item for item in listed["packs"]}
    assert packs["mine"] == {**packs["mine"], "brought": True, "state": "installed", "installed": 2}


def test_an_installation_of_nothing_is_wrong_usage(nowhere: Terminal) -> None:
    for words in ((), ("starter", "--offline")):
        assert nowhere.plain("models", "install", *words).code == 2


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
