"""One person's page: what it tells, and how it is changed, taken back, merged and handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from countenance.people import Person, PersonKind
from gui.desk import Desk
from gui.preparing import Opening
from gui.presenters.journal import read_history
from gui.presenters.person import (
    PersonPage,
    edited,
    fact_note,
    fact_text,
    facts,
    kinds_of,
    merge_sentences,
    read_page,
)
from gui.vault import Change
from gui.views.enrol_dialog import EnrolDialog
from gui.views.person_merge import MergeDialog
from gui.views.player import PlayerView
from registry import Registry
from tests.gui.agency import Shown, fill, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import words_of
from tests.registry.people import new_registry, person

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


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
    """Return the room with Ada's page."""
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, made)
    show(qtbot, made, agency["ada"])
    yield made
    made.close()


def show(qtbot: QtBot, shown: Shown, number: str) -> PersonPage:
    shown.room.show_person(number)
    qtbot.waitUntil(lambda: shown.room.person._page is not None)
    page = shown.room.person._page
    assert page is not None
    return page


def page_of(shown: Shown) -> PersonPage:
    page = shown.room.person._page
    assert page is not None
    return page


def test_a_page_tells_samples_clips_and_history_in_words(registry: Registry) -> None:
    people = fill(registry)

    page = read_page(people["ada"], registry)

    assert (len(page.faces), len(page.voices)) == (1, 1)
    assert (page.faces[0].quality, page.voices[0].quality) == ("Good", "Good")
    assert page.subtitle == "Living person"
    assert [clip.name for clip in page.clips] == ["ada on holiday.mp4", "teaser.mp4"]
    assert "Permitted" in page.clips[0].words
    assert "may stay until January 1, 2027" in page.clips[1].words
    sentences = [deed.sentence for deed in read_history(people["ada"], registry)]
    assert "ann recorded the grant of Ada Example" in sentences
    assert "ann kept the check “ada on holiday.mp4”" in sentences
    assert not any(people["ada"] in sentence for sentence in sentences)
    assert page.advice == ("Add pictures from other angles: three or more recognise a face better.",)


def test_what_would_help_is_said(registry: Registry) -> None:
    people = fill(registry)

    poor, past, paper = (read_page(people[name], registry) for name in ("poor", "old", "paper"))

    assert "All pictures are poor" in poor.advice[0]
    assert "Without a recording" in poor.advice[1]
    assert "consent is over" in past.to_examine
    assert (past.faces[0].quality, past.faces[0].picture) == ("Removed", b"")
    assert past.faces[0].kept_until == "Removed: the consent ended"
    assert (past.voices[0].excerpt, past.voices[0].quality) == (None, "Removed")
    assert "Without a picture" in paper.advice[0]
    assert read_page(people["group"], registry).members == (
        (people["ada"], "Ada Example"),
        (people["lin"], "林晓"),
    )


def test_whoever_was_merged_is_led_to_who_they_are(registry: Registry) -> None:
    people = fill(registry)
    registry.merge(people["ada"], people["paper"])

    assert read_page(people["paper"], registry).person.id == people["ada"]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("display_name", "  Ada B.  ", "Ada B."),
        ("tags", "a, b，a、 c", ("a", "b", "c")),
        ("birth", "1990-06-10", date(1990, 6, 10)),
        ("birth", "", None),
        ("jurisdiction", "us-ny", "US-NY"),
        ("jurisdiction", "", ""),
        ("notes", "two\nlines", "two\nlines"),
    ],
)
def test_fields_are_kept_as_they_are_meant(name: str, typed: str, kept: object) -> None:
    after = edited(person(birth=date(1980, 1, 1), jurisdiction="DE"), name, typed)

    assert isinstance(after, Person)
    assert getattr(after, name) == kept


@pytest.mark.parametrize(("name", "typed"), [("death", "10 June"), ("jurisdiction", "Atlantis")])
def test_what_cannot_be_meant_is_said(name: str, typed: str) -> None:
    told = edited(person(), name, typed)

    assert isinstance(told, str)
    assert typed in told


def test_fields_show_what_they_mean() -> None:
    ada = person(birth=date(1990, 6, 10), jurisdiction="US-NY", tags=("a", "b"))

    assert fact_text(ada, "tags") == "a, b"
    assert fact_text(ada, "birth") == "1990-06-10"
    assert fact_note(ada, "birth") == "June 10, 1990"
    assert fact_note(ada, "jurisdiction") == "United States (NY)"
    assert fact_note(ada, "notes") == ""
    assert "birth" not in {fact.name for fact in facts(PersonKind.GROUP)}
    assert kinds_of(replace(ada, kind=PersonKind.GROUP)) == (PersonKind.GROUP,)
    assert PersonKind.GROUP not in kinds_of(ada)
    assert "cannot be undone" in merge_sentences("Ada", "Ben")[-1]


def test_a_field_is_kept_when_it_is_left_and_can_be_taken_back(qtbot: QtBot, shown: Shown) -> None:
    field = shown.room.person.details.fields["contact"]
    shown.room.person.tabs.setCurrentIndex(3)
    field.editor.setFocus()
    qtbot.keyClicks(field.editor, "Rosa Lind")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: page_of(shown).person.contact == "Rosa Lind")
    assert shown.parts.vault.history.last is not None

    shown.parts.vault.history.undo()
    qtbot.waitUntil(lambda: page_of(shown).person.contact == "")
    qtbot.waitUntil(lambda: field.text() == "")


def test_the_history_is_read_where_somebody_looks_and_again_after_a_change(qtbot: QtBot, shown: Shown) -> None:
    history = shown.room.person.history
    assert "recorded the grant" not in words_of(history)

    shown.room.person.tabs.setCurrentIndex(4)
    qtbot.waitUntil(lambda: "recorded the grant of Ada Example" in words_of(history))

    ada = page_of(shown).person
    shown.parts.vault.change(
        Change(work=lambda opened: opened.change_person(replace(ada, contact="Rosa"), expected=ada))
    )
    qtbot.waitUntil(lambda: "changed what is recorded of Ada Example" in words_of(history))


def test_escape_takes_back_what_was_typed_and_then_leads_away(qtbot: QtBot, shown: Shown) -> None:
    field = shown.room.person.details.fields["display_name"]
    shown.room.person.tabs.setCurrentIndex(3)
    field.editor.setFocus()
    qtbot.keyClicks(field.editor, "x")
    qtbot.keyClick(field.editor, Qt.Key.Key_Escape)

    assert field.text() == "Ada Example"
    assert shown.room.pages.person_is_shown
    qtbot.keyClick(field.editor, Qt.Key.Key_Escape)
    assert not shown.room.pages.person_is_shown


def test_a_day_that_is_none_is_refused_beside_its_field(qtbot: QtBot, shown: Shown) -> None:
    field = shown.room.person.details.fields["birth"]
    qtbot.keyClicks(field.editor, "soon")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)

    assert "“soon” is no day" in field.note.text()
    assert not field.note.isHidden()


def test_what_the_registry_refuses_is_said_and_what_is_kept_is_shown(qtbot: QtBot, shown: Shown) -> None:
    details = shown.room.person.details
    details.kind.setCurrentIndex(details.kind.findData(PersonKind.DECEASED.value))
    details.kind.activated.emit(details.kind.currentIndex())

    qtbot.waitUntil(lambda: bool(shown.failed))
    assert "date of death" in shown.failed[0]
    qtbot.waitUntil(lambda: shown.room.person.details.kind.currentData() == PersonKind.LIVING.value)


def test_a_sample_is_removed_and_put_back(qtbot: QtBot, shown: Shown) -> None:
    remove = shown.room.person.samples.findChildren(QToolButton)[0]
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: not page_of(shown).faces)
    shown.parts.vault.history.undo()
    qtbot.waitUntil(lambda: len(page_of(shown).faces) == 1)
    assert page_of(shown).faces[0].picture


def test_a_voice_is_played(qtbot: QtBot, shown: Shown, output: StandInOutput) -> None:
    (player,) = shown.room.person.samples.findChildren(PlayerView)

    qtbot.mouseClick(player.button, Qt.MouseButton.LeftButton)

    assert output.playing == page_of(shown).voices[0].excerpt.sound  # type: ignore[union-attr]  # it was shown
    shown.room.person.left.emit()
    assert output.playing is None


def test_papers_are_shown_when_they_are_asked_for(qtbot: QtBot, shown: Shown) -> None:
    assert shown.room.person._papers is None

    shown.room.person.tabs.setCurrentIndex(1)

    assert shown.room.person._papers is not None
    shown.room.person.left.emit()
    assert shown.room.person._papers is None


def test_samples_are_added_to_whoever_is_shown(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    photo = tmp_path / "more.jpg"
    photo.write_bytes(b"not looked at")

    assert shown.room.take([photo])

    dialog = shown.room.findChild(EnrolDialog)
    assert dialog is not None
    dialog.reject()
    qtbot.waitUntil(lambda: shown.room.findChild(EnrolDialog) is None)
    shown.room.person.ask_for_samples()
    again = shown.room.findChild(EnrolDialog)
    assert again is not None
    again.reject()


def test_a_group_shows_its_members_and_no_samples(qtbot: QtBot, shown: Shown, agency: dict[str, str]) -> None:
    shown.room.show_person(agency["group"])
    qtbot.waitUntil(lambda: page_of(shown).person.kind is PersonKind.GROUP)

    assert not shown.room.person.tabs.isTabVisible(0)
    member = next(one for one in shown.room.person.head.findChildren(QPushButton) if "林晓" in one.text())
    qtbot.mouseClick(member, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.room.person.shown == agency["lin"])


def test_two_people_are_made_one(qtbot: QtBot, shown: Shown, agency: dict[str, str]) -> None:
    shown.room.person.merge_asked.emit(agency["ada"])
    dialog = shown.room.findChild(MergeDialog)
    assert dialog is not None
    dialog.picker.search.setText("pat")
    qtbot.waitUntil(lambda: dialog.picker.list.count() == 1)
    assert not dialog.merge.isEnabled()
    dialog.picker.list.setCurrentRow(0)
    qtbot.waitUntil(dialog.merge.isEnabled)
    assert "Pat Paper" in dialog._told.text()

    qtbot.mouseClick(dialog.merge, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: page_of(shown).person.other_names == ("Pat Paper",))
    assert shown.parts.vault.history.last is None


def test_two_who_cannot_be_one_stay_two(qtbot: QtBot, shown: Shown, agency: dict[str, str]) -> None:
    dialog = MergeDialog(shown.parts, agency["ada"], shown.room)
    dialog.picker.search.setText("kites")
    qtbot.waitUntil(lambda: dialog.picker.list.count() == 1)
    dialog.picker.list.setCurrentRow(0)
    qtbot.waitUntil(dialog.merge.isEnabled)

    dialog.merge.click()

    qtbot.waitUntil(lambda: not dialog.complaint.isHidden())
    assert "group" in dialog.complaint.text()
    dialog.reject()
    dialog.deleteLater()


def test_all_that_is_held_is_handed_out(
    qtbot: QtBot, shown: Shown, agency: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_any: str(tmp_path))
    (tmp_path / "Ada Example").mkdir()

    shown.room.person.disclose_asked.emit(agency["ada"])

    qtbot.waitUntil(lambda: bool(shown.told))
    assert (tmp_path / "Ada Example 2" / "everything.json").exists()
    assert "not encrypted" in shown.told[0]


def test_somebody_who_is_no_more_leads_back_to_everybody(qtbot: QtBot, shown: Shown) -> None:
    shown.room.show_person("P0999")

    qtbot.waitUntil(lambda: bool(shown.told))
    assert shown.told == ["This person is not in the registry any more."]
    assert not shown.room.pages.person_is_shown


def test_the_page_holds_words_for_whoever_does_not_see_it(shown: Shown) -> None:
    told = words_of(shown.room.person)

    assert "Ada Example" in shown.room.person.head.name.accessibleName()
    assert "Good" in told
    assert all(button.accessibleName() for button in shown.room.person.findChildren(QToolButton) if button.isVisible())
