"""Bringing many people in: a real folder, a real kill in the middle, and what real faces mixed up come to."""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from registry import Passphrase, Registry, open_registry
from scan.demo import Material
from scan.importing.entries import KeptOutBecause, plan_import
from scan.importing.people import ImportSetup, import_people
from scan.importing.rosters import ConsentTerms
from tests.cli.running import PASSPHRASE, Terminal, finish, start
from tests.journeys.conftest import Pack

COUNT = 60
TERMS = ConsentTerms(purpose="finding people", notice_version="1", signed_on=date(2026, 11, 1))


@pytest.fixture
def terminal(
    own_home: Path, starter_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("COUNTENANCE_MODELS", str(starter_store))
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", PASSPHRASE)
    made = Terminal(own_home / "own.countenance", capsys)
    assert made.run("registry", "init").code == 0
    return made


@pytest.fixture
def people(material: Material, tmp_path: Path) -> Path:
    """Return a folder of many people, who all look alike because the free material has one face."""
    folder = tmp_path / "people"
    for number in range(COUNT):
        (folder / f"Person {number:02d}").mkdir(parents=True)
        shutil.copy(material.photo, folder / f"Person {number:02d}" / "photo.jpg")
    return folder


def _words(terminal: Terminal, people: Path) -> tuple[object, ...]:
    return (
        *("--registry", terminal.registry, "person", "import", people, "--biometric-consent", "2026-01-05"),
        *("--allow-look-alikes", "--json"),
    )


def _await_somebody(running: subprocess.Popen[str], path: Path) -> int:
    """Wait until somebody is enrolled, as another program sees it, and return how many are."""
    with open_registry(path, Passphrase(PASSPHRASE), operator="onlooker") as onlooker:
        while running.poll() is None:
            if count := onlooker.facts().people:
                return count
            time.sleep(0.05)
    pytest.fail(f"It ended before anybody was kept: {finish(running)}")


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on_and_repeats_nobody(terminal: Terminal, people: Path) -> None:
    running = start(*_words(terminal, people))
    kept = _await_somebody(running, terminal.registry)
    running.kill()
    finish(running)

    done = finish(start(*_words(terminal, people)))

    document = done.document()
    assert 0 < kept < COUNT
    assert (done.code, document["already"], len(document["imported"])) == (0, kept, COUNT - kept)
    with open_registry(terminal.registry, Passphrase(PASSPHRASE), operator="onlooker") as opened:
        assert [person.display_name for person in opened.people()] == [f"Person {n:02d}" for n in range(COUNT)]
        assert all(len(opened.samples(person.id)) == 1 for person in opened.people())
        actions = [entry.action for entry in opened.journal_entries()]
    assert actions.count("person.enrolled") == COUNT
    assert actions.count("import.finished") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Another process is interrupted otherwise there.")
def test_an_import_that_was_interrupted_keeps_whom_it_has_and_says_how_to_go_on(
    terminal: Terminal, people: Path
) -> None:
    running = start(*_words(terminal, people))
    _await_somebody(running, terminal.registry)
    running.send_signal(signal.SIGINT)
    stopped = finish(running)

    document = stopped.document()
    assert stopped.code == 130
    assert not document["finished"]
    assert "goes on from here" in document["error"]["remedy"]
    with open_registry(terminal.registry, Passphrase(PASSPHRASE), operator="onlooker") as opened:
        assert opened.facts().people == len(document["imported"])


@pytest.fixture
def faces(test_media: Path, tmp_path: Path) -> dict[str, list[Path]]:
    """Return the photos of some people of the real media who have four or more."""
    photos: dict[str, list[Path]] = defaultdict(list)
    with (test_media / "faces" / "index.csv").open(newline="") as index:
        for row in csv.DictReader(index):
            photos[row["identity"]].append(test_media / "faces" / row["file"])
    many = {name: files for name, files in sorted(photos.items()) if len(files) >= 4 and not name.startswith("_")}
    return dict(list(many.items())[:6])


def _fill(folder: Path, name: str, files: list[Path]) -> None:
    (folder / name).mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder / name)


@pytest.mark.media
def test_real_faces_mixed_up_are_found_and_clean_folders_imported(
    registry: Registry, starter: Pack, faces: dict[str, list[Path]], tmp_path: Path
) -> None:
    folder, names = tmp_path / "people", list(faces)
    first, second = names[0], names[1]
    for name in names[:4]:
        _fill(folder, name, faces[name][:3] if name != first else faces[name][:2])
    _fill(folder, "x two halves", faces[names[4]][:2] + faces[names[5]][:2])
    _fill(folder, "y one stray", [*faces[names[4]][2:4], faces[second][3]])
    _fill(folder, f"z {first} again", faces[first][1:2])
    plan = plan_import(folder, None, TERMS, registry.today())
    setup = ImportSetup(card=starter.card, models=starter.models, worker=lambda: nullcontext(starter.worker))

    report = import_people(plan, registry, setup)

    assert {one.name for one in report.imported} == {*names[:4], "y one stray"}
    assert {item.name: item.because for item in report.kept_out} == {
        "x two halves": KeptOutBecause.TWO_PEOPLE,
        f"z {first} again": KeptOutBecause.LOOK_ALIKE,
    }
    assert report.kept_out[-1].others == (first,)
    strays = [item.file for item in report.refused if item.name == "y one stray"]
    assert strays == [faces[second][3].name]
