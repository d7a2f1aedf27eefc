"""`models calibrate`: own people measured, kept beside the models, used from then on, shown, and removed again."""

from __future__ import annotations

import csv
import json
import os
import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.cli.running import Terminal
from tests.cli.test_evaluate import Painter


@pytest.fixture
def painted(terminal: Terminal, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal with a store that may be written to, and a stand-in that draws faces from files' names."""
    own = tmp_path / "models"
    shutil.copytree(store, own, copy_function=os.link)
    monkeypatch.setenv("COUNTENANCE_MODELS", str(own))
    monkeypatch.setattr("cli.session.DetectorWorker", lambda **_given: nullcontext(Painter()))
    return terminal


def folder_of(path: Path, people: int, files: int = 3, ending: str = "png") -> Path:
    """Return a folder with a folder of files for each person."""
    for person in range(people):
        home = path / f"person {person:02d}"
        home.mkdir(parents=True)
        for number in range(files):
            (home / f"p{person:02d}_{number}.{ending}").write_bytes(b"")
    return path


def test_a_folder_of_people_becomes_the_figures_of_the_pack_in_use(painted: Terminal, tmp_path: Path) -> None:
    people = folder_of(tmp_path / "people", 24)

    told = painted.plain("models", "calibrate", people)
    listed = painted.plain("models", "list")
    document = painted.plain("--json", "models", "list").document()

    assert told.code == 0
    assert "mtcnn+dlib-resnet: measured on 72 files of 24 people" in _line(told.out)
    assert "1 in 270" in told.out
    assert "1 person can be enrolled and identified" in _line(told.out)
    assert "program brings figures of its own" in _line(told.out)
    assert "mtcnn+dlib-resnet: measured here on 24 people" in _line(listed.out)
    assert Path(document["folder"], "figures", "mtcnn+dlib-resnet.toml").is_file()


def test_what_was_measured_is_one_document(painted: Terminal, tmp_path: Path) -> None:
    found = painted.plain("--json", "models", "calibrate", folder_of(tmp_path / "people", 42)).document()

    assert (found["combination"], found["people"], found["files"]) == ("mtcnn+dlib-resnet", 42, 126)
    assert found["rarest_rate"] == pytest.approx(1 / 861)
    assert found["largest_registry"]["block"] == {"one": 4, "three": 1}
    assert [trial["nearest"] for trial in found["cohorts_tried"]] == [0, 1, 3, 5]
    assert found["replaces_shipped"]
    assert found["alike"] == []


def test_another_pack_is_measured_without_settling_it(painted: Terminal, tmp_path: Path) -> None:
    people = folder_of(tmp_path / "people", 20)

    missing = painted.plain("models", "calibrate", people, "--pack", "recommended")
    voices = painted.plain("models", "calibrate", folder_of(tmp_path / "voices", 20, ending="wav"), "--voices")

    assert missing.code == 5
    assert "models install recommended" in _line(missing.err)
    assert "silero-vad+ge2e: measured on 60 files of 20 people" in _line(voices.out)


def test_removing_goes_back_to_what_the_program_brings(painted: Terminal, tmp_path: Path) -> None:
    painted.plain("models", "calibrate", folder_of(tmp_path / "people", 20))

    removed = painted.plain("models", "calibrate", "--remove")
    again = painted.plain("models", "calibrate", "--remove")

    assert "own figures count again" in _line(removed.out)
    assert "Nothing was measured here" in _line(again.out)
    assert painted.plain("--json", "models", "calibrate", "--remove").document() == {
        "combination": "mtcnn+dlib-resnet",
        "removed": False,
        "shipped": True,
    }


def test_a_manifests_table_counts_as_stated(painted: Terminal, tmp_path: Path) -> None:
    table = {"scores": [0.1, 0.4], "rates": [0.5, 1e-4], "comparisons": 100_000, "people": 500, "floor": 1e-4}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"model_id": "their[/]model", "countenance": {"impostors": table}}))

    told = painted.plain("models", "calibrate", "--from-tables", manifest)
    listed = painted.plain("models", "list")
    document = painted.plain("--json", "models", "calibrate", "--from-tables", manifest).document()

    assert told.code == 0
    assert "their[/]model states: 500 people, nothing rarer than 1 in 10,000" in _line(told.out)
    assert "as their[/]model states, not checked here" in _line(listed.out)
    assert (document["stated_by"], document["rarest_rate"]) == ("their[/]model", 1e-4)


@pytest.mark.parametrize("content", [b"{}", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"countenance": 3}'])
def test_a_manifest_without_a_table_is_refused_with_a_sentence(
    painted: Terminal, tmp_path: Path, content: bytes
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(content)

    refused = painted.plain("models", "calibrate", "--from-tables", manifest)

    assert refused.code == 5
    assert "calibrate" in refused.err or "manifest" in refused.err
    assert "Traceback" not in refused.err


def test_a_manifest_too_large_to_be_one_is_not_read(painted: Terminal, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(b" " * (1024 * 1024 + 1))

    assert painted.plain("models", "calibrate", "--from-tables", manifest).code == 5


@pytest.mark.parametrize("words", [(), ("folder", "--remove"), ("--remove", "--from-tables", "x")])
def test_one_thing_at_a_time_is_asked_for(painted: Terminal, words: tuple[str, ...]) -> None:
    refused = painted.plain("models", "calibrate", *words)

    assert refused.code == 2
    assert "--remove" in refused.err


def test_too_few_people_leave_what_was_there(painted: Terminal, tmp_path: Path) -> None:
    refused = painted.plain("models", "calibrate", folder_of(tmp_path / "people", 19))

    assert refused.code == 2
    assert "at least 20 people" in _line(refused.err)
    assert "measured here on" not in painted.plain("models", "list").out


def test_names_of_one_person_are_joined(painted: Terminal, tmp_path: Path) -> None:
    aliases = tmp_path / "aliases.csv"
    with aliases.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows([("identity_a", "identity_b"), ("person 00", "person 01")])

    told = painted.plain("models", "calibrate", folder_of(tmp_path / "people", 24), "--aliases", aliases)

    assert "of 23 people" in _line(told.out)


def _line(text: str) -> str:
    return " ".join(text.split())
