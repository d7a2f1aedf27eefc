"""`person import` as its users type it; what is decided about each person is told in tests/scan/test_importing.py."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path

import pytest

from cli import person_import
from countenance.errors import WrongUsageError
from registry import Passphrase, create_registry
from scan.demo import Material
from tests.cli.running import PASSPHRASE, Terminal

CONSENT = ("--biometric-consent", "2026-01-05")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "registry.countenance"
    create_registry(path, Passphrase(PASSPHRASE), owner="Studio", tz="UTC", operator="test").close()
    return path


@pytest.fixture
def fresh(terminal: Terminal, empty: Path, one_child: None, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal whose registry is empty, and whose imports ask one child alone."""
    shutil.copy(empty, terminal.registry)
    monkeypatch.setattr(person_import, "CHILDREN", 1)
    return terminal


@pytest.fixture
def alone(terminal: Terminal, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return the same with a child of its own, which a file that cannot be read costs its life."""
    shutil.copy(empty, terminal.registry)
    monkeypatch.setattr(person_import, "CHILDREN", 1)
    return terminal


@pytest.fixture
def people(tmp_path: Path, material: Material) -> Path:
    folder = tmp_path / "people"
    (folder / "Eileen Example").mkdir(parents=True)
    shutil.copy(material.photo, folder / "Eileen Example")
    shutil.copy(material.recording, folder / "Eileen Example")
    return folder


def test_a_folder_is_imported(fresh: Terminal, people: Path) -> None:
    (people / ".DS_Store").write_text("x")

    told = fresh.run("person", "import", people, *CONSENT, "--dry-run")
    nobody = fresh.run("person", "list")
    done = fresh.run("person", "import", people, *CONSENT)
    again = fresh.run("person", "import", people, *CONSENT)

    assert (told.code, "1 person would be imported" in told.out) == (0, True)
    assert "Nobody is enrolled" in nobody.out
    assert (done.code, "Imported 1 person, with" in done.out) == (0, True)
    assert "Left out: 1 hidden or system file." in done.err
    assert (again.code, "1 person was imported before." in again.out) == (0, True)
    assert "Eileen Example" in fresh.run("person", "list").out


def test_whoever_is_kept_out_is_named_with_the_reason(alone: Terminal, people: Path, tmp_path: Path) -> None:
    shutil.copytree(people / "Eileen Example", people / "Someone Else")
    (people / "Someone Else" / "broken.jpg").write_text("not a picture")
    report = tmp_path / "report.csv"

    answer = alone.run("person", "import", people, *CONSENT, "--report", report)

    assert answer.code == 3
    assert "Not imported: Someone Else: Has a file in common with Eileen Example." in answer.err
    assert "Not enrolled: Someone Else: broken.jpg:" in answer.err
    assert "1 person was kept out." in answer.out
    assert "1 sample was refused." in answer.out
    assert report.stat().st_mode & 0o77 == 0
    assert "Has a file in common with Eileen Example." in report.read_text("utf-8-sig")


def test_json_is_one_document(fresh: Terminal, people: Path) -> None:
    answer = fresh.run("person", "import", people, *CONSENT, "--json")

    document = answer.document()
    assert (answer.code, document["finished"], document["people"], document["kept_out"]) == (0, True, 1, [])
    assert [(one["name"], one["person"]) for one in document["imported"]] == [("Eileen Example", "P0001")]
    assert document["samples"] == document["imported"][0]["face_samples"] + document["imported"][0]["voice_samples"]


def test_a_roster_needs_no_models(nowhere: Terminal, empty: Path, tmp_path: Path) -> None:
    shutil.copy(empty, nowhere.registry)
    roster = tmp_path / "people.csv"
    roster.write_text("name;shoe size;kind\nAda Example;38;\nBen Example;44;robot\n")

    answer = nowhere.run("person", "import", "--roster", roster)

    assert answer.code == 3
    assert "The column “shoe size” means nothing here" in answer.err
    assert "Row 3, Ben Example: “robot” is not a value of “kind”." in answer.err
    assert "Imported 1 person" in answer.out


def test_twins_and_changes_are_told(fresh: Terminal, people: Path) -> None:
    shutil.copytree(people / "Eileen Example", people / "Twin Example")
    allowed = fresh.run("person", "import", people, *CONSENT, "--allow-look-alikes")
    (people / "Twin Example" / "more.txt").write_text("no sample")
    next(path for path in (people / "Twin Example").iterdir() if path.suffix != ".txt").unlink()

    changed = fresh.run("person", "import", people, *CONSENT)

    assert (allowed.code, "Careful: Twin Example: Has a file in common" in allowed.err) == (0, True)
    assert "Twin Example was imported before, and has changed since" in changed.err


def test_a_long_list_is_cut_short_in_the_terminal(nowhere: Terminal, empty: Path, tmp_path: Path) -> None:
    shutil.copy(empty, nowhere.registry)
    roster = tmp_path / "people.csv"
    roster.write_text("name,kind\n" + "Ada,robot\n" * 45)

    answer = nowhere.run("person", "import", "--roster", roster)
    with_report = nowhere.run("person", "import", "--roster", roster, "--report", tmp_path / "r.json")

    assert "… and 5 more. --report FILE.csv writes them all." in answer.err
    assert "… and 5 more.\n" in with_report.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "needs a folder, a roster, or both"),
        (("nowhere",), "is not a folder"),
        (("--roster", "nowhere.csv"), "cannot be read"),
        (("--report", "r.txt"), "JSON or CSV"),
        (("--biometric-consent", "yesterday"), "is not a date"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(nowhere: Terminal, empty: Path, words: tuple[str, ...], said: str) -> None:
    shutil.copy(empty, nowhere.registry)

    answer = nowhere.run("person", "import", *words, "--json")

    assert answer.code == WrongUsageError.exit_code
    assert said in answer.document()["error"]["sentence"]


def test_the_first_interrupt_asks_and_the_second_insists() -> None:
    before = signal.getsignal(signal.SIGINT)
    with person_import._stopping_gently() as stop:
        signal.raise_signal(signal.SIGINT)
        asked = stop.cancelled
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert asked
    assert signal.getsignal(signal.SIGINT) is before


def test_elsewhere_than_in_the_main_thread_nothing_is_caught() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def look() -> None:
        with person_import._stopping_gently() as stop:
            seen.append((signal.getsignal(signal.SIGINT) is before, stop.cancelled))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [(True, False)]
