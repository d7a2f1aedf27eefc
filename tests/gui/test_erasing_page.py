"""Erasing from the window: what goes and what stays is said, the name is typed, and the proof is shown and saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from countenance.errors import RegistryError
from countenance.packs import PackCard
from gui.desk import Desk
from gui.preparing import Opening
from gui.presenters.erasing import (
    erase_all,
    is_meant,
    out_of_reach,
    proof_of,
    read_outlook,
    read_whose,
    reason_words,
)
from gui.presenters.looks import Tone
from gui.views.erase_dialog import EraseDialog
from registry import ErasureReason, Found, Registry
from tests.gui.agency import Shown, fill, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import words_of
from tests.registry.noise import drawn
from tests.registry.people import consent, new_registry, person

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TODAY = date(2026, 11, 21)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "r.countenance") as made:
        yield made


@pytest.fixture
def agency(opening: Opening) -> dict[str, str]:
    return make_agency(opening.registry)


@pytest.fixture
def shown(
    qtbot: QtBot,
    stand_in: StandIn,
    opening: Opening,
    card: PackCard,
    output: StandInOutput,
    agency: dict[str, str],
) -> Iterator[Shown]:
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, made)
    yield made
    made.close()


def ask(qtbot: QtBot, shown: Shown, *people: str) -> EraseDialog:
    shown.room.pages.people.erase_asked.emit(list(people))
    dialog = shown.room.findChild(EraseDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog._outlook is not None)
    return dialog


def test_what_goes_and_what_stays_is_counted(registry: Registry) -> None:
    people = fill(registry)

    outlook = read_outlook([people["ada"]], registry)

    assert outlook.goes[1:] == (
        "1 picture of the face with its template",
        "1 voice sample with its template",
        "1 biometric consent",
        "1 grant with all its revisions",
    )
    assert "1 kept check, without this person in it" in outlook.stays
    assert outlook.to_type == "Ada Example"
    assert "kept check" not in "".join(read_outlook([people["paper"]], registry).stays)


def test_it_is_meant_only_where_the_name_was_typed(registry: Registry) -> None:
    people = fill(registry)
    one = read_outlook([people["ada"]], registry)
    three = read_outlook([people[name] for name in ("ada", "lin", "mia")], registry)

    assert [is_meant(one, typed) for typed in ("", "Ada", "ada  example", "Ada Example ")] == [False, False, True, True]
    assert (is_meant(three, "3"), is_meant(three, "2")) == (True, False)
    assert three.names == ("Ada Example", "林晓", "Mia Rhodes")


def test_a_proof_tells_what_was_searched_and_holds_no_name(registry: Registry) -> None:
    people = fill(registry)

    done = erase_all([people["ada"], people["lin"]], ErasureReason.REQUEST, registry)
    proof = proof_of(done, TODAY)

    assert proof.proved
    assert proof.title == "2 people were erased"
    assert any(line.words.startswith("Searched for") for line in proof.lines)
    assert proof.out_of_reach == out_of_reach()
    assert "Ada" not in proof.document.decode()
    assert [one["proved"] for one in json.loads(proof.document)] == [True, True]
    assert proof.file_name == "proof of erasure 2026-11-21.json"
    assert len({reason_words(reason) for reason in ErasureReason}) == len(ErasureReason)


def test_what_was_found_is_counted_for_a_person_and_told_place_by_place_on_request(registry: Registry) -> None:
    people = fill(registry)
    (done,) = erase_all([people["ada"]], ErasureReason.OTHER, registry)
    there = Found(kind="name", source="P0001", where="file/page/17")
    worst = replace(done, left_over=(there,), elsewhere=(there,), elsewhere_count=3, gone=2, indistinct=1)

    told = proof_of([worst], TODAY)

    words = [line.words for line in told.lines]
    assert not told.proved
    assert "Something of this person is still in 1 place of the file: a name." in words
    assert [line.tone for line in told.lines].count(Tone.BLOCKED) == 1
    assert told.places == ("a name: file/page/17",)
    assert "… and 2 more places" in words
    assert any(words.startswith("Of 2 samples") for words in words)
    assert any("nothing that is this person's alone" in words for words in words)
    full = proof_of([replace(done, compacted=False)], TODAY)
    assert any("the disk may be full" in line.words for line in full.lines)
    elsewhere = proof_of([replace(done, elsewhere=(), elsewhere_count=0)], TODAY)
    assert "Nothing of this person was found." in [line.words for line in elsewhere.lines]


def test_traces_in_records_of_others_are_told_with_their_names_which_the_proof_does_not_keep(
    registry: Registry,
) -> None:
    ada = registry.enrol(person("Ada Example"), consent=consent(), samples=[drawn(1)])
    for number in range(7):
        registry.enrol(person(f"Kid {number}", guardian="Ada Example"))
    registry.enrol(person("Twin Other"), consent=consent(), samples=[drawn(1)])

    done = erase_all([ada], ErasureReason.REQUEST, registry)
    proof = proof_of(done, TODAY, read_whose(done, registry))

    words = "\n".join(line.words for line in proof.lines)
    assert proof.proved
    assert "also stand in 8 records of others." in words
    assert "Kid 0, Kid 1, Kid 2, Kid 3, Kid 4, and 3 more" in words
    assert "as of a copy. Look at the page of Twin Other." in words
    assert "/" not in words
    assert any(place.endswith("people/P0002/guardian") for place in proof.places)
    assert "Twin" not in proof.document.decode()


def test_somebody_is_erased_and_the_proof_saved(
    qtbot: QtBot, shown: Shown, agency: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "proof.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(saved), ""))
    shown.room.show_person(agency["ada"])
    qtbot.waitUntil(lambda: shown.room.person.page_person is not None)
    shown.room.person.erase_asked.emit(agency["ada"])
    dialog = shown.room.findChild(EraseDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog._outlook is not None)
    assert not dialog.erase.isEnabled()
    assert "4" not in dialog.windowTitle()
    qtbot.keyClicks(dialog.typed, "ada example")
    assert dialog.erase.isEnabled()

    qtbot.mouseClick(dialog.erase, Qt.MouseButton.LeftButton)
    # Once begun it is not closed before its proof is there.
    dialog.reject()
    dialog.close()
    assert dialog.isVisible()

    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.proof)
    assert "Searched for" in words_of(dialog.proof)
    qtbot.mouseClick(dialog.proof.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.proof.told.isHidden())
    assert json.loads(saved.read_text("utf-8"))["proved"] is True
    assert not shown.room.pages.person_is_shown
    qtbot.waitUntil(lambda: shown.room.pages.people.list.people.place_of(agency["ada"]) is None)
    assert shown.parts.vault.history.last is None
    dialog.accept()


def test_a_proof_that_cannot_be_saved_says_so(
    qtbot: QtBot, shown: Shown, agency: dict[str, str], tmp_path: Path
) -> None:
    dialog = ask(qtbot, shown, agency["ada"], agency["lin"])
    assert "Ada Example" in words_of(dialog)
    dialog.typed.setText("2")
    dialog.erase.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.proof)

    dialog.proof.save_to(tmp_path / "none" / "proof.json")

    qtbot.waitUntil(lambda: "erased all the same" in dialog.proof.told.text())
    dialog.accept()


def test_an_erasure_that_fails_is_told_and_can_be_tried_again(
    qtbot: QtBot, shown: Shown, agency: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ask(qtbot, shown, agency["paper"])

    def full(*_any: object) -> None:
        raise RegistryError("The disk is full.", remedy="Make room.")

    with monkeypatch.context() as patched:
        patched.setattr("registry.upkeep.erased", full)
        dialog.typed.setText("Pat Paper")
        dialog.erase.click()
        qtbot.waitUntil(lambda: not dialog.complaint.isHidden())

    assert "The disk is full." in dialog.complaint.text()
    assert dialog.erase.isEnabled()
    dialog.reject()


def test_locking_closes_the_question(qtbot: QtBot, shown: Shown, agency: dict[str, str]) -> None:
    dialog = ask(qtbot, shown, agency["ada"])

    shown.parts.entrance.lock()

    assert not dialog.isVisible()


def test_somebody_who_is_no_more_is_not_asked_about(qtbot: QtBot, shown: Shown) -> None:
    shown.room.pages.people.erase_asked.emit(["P0999"])

    qtbot.waitUntil(lambda: bool(shown.told))
    assert shown.told == ["This person is not in the registry any more."]
    assert not shown.failed
