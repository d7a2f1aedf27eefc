"""The people of a registry as a list: what is told of each, how they are found, what is done with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QSettings, Qt
from PySide6.QtWidgets import QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from gui.desk import Desk
from gui.preparing import Opening
from gui.presenters.looks import Tone
from gui.presenters.people import (
    Filters,
    Order,
    PersonCard,
    Sign,
    choices,
    chosen,
    count_words,
    ends_words,
    initials_of,
    line,
    order_words,
    quality_words,
    read_cards,
    read_found,
    read_pictures,
    selected_words,
    sign_look,
    spoken,
    tagged,
    toggled,
    untagged,
)
from gui.views.enrol_dialog import EnrolDialog
from gui.views.import_dialog import ImportDialog
from gui.views.people_list import PeopleList
from gui.views.people_model import KEPT_PICTURES
from gui.views.people_painting import box_place
from gui.views.people_pane import PeoplePane
from registry import Registry
from tests.gui.agency import Shown, fill, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.registry.people import new_registry

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "r.countenance") as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput) -> Iterator[Shown]:
    """Return the room with an agency's registry open in it."""
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, made)
    yield made
    made.close()


def by_name(cards: tuple[PersonCard, ...]) -> dict[str, PersonCard]:
    return {card.name: card for card in cards}


def names(shown: Shown) -> list[str]:
    return [card.name for card in shown.room.pages.people.shown()]


def chip(shown: Shown, words: str) -> QPushButton:
    return next(one for one in shown.room.pages.people._chips.findChildren(QPushButton) if one.text().startswith(words))


def test_each_card_tells_what_is_worth_knowing(registry: Registry) -> None:
    fill(registry)

    cards = by_name(read_cards(registry))

    assert cards["Ada Example"].signs == (Sign.EXPIRING,)
    assert cards["Mia Rhodes"].signs == (Sign.REVOKED,)
    assert set(cards["Olga Past"].signs) == {Sign.CONSENT_OVER, Sign.NO_FACE, Sign.NO_VOICE, Sign.NO_PAPERS}
    assert set(cards["Ben Blurred"].signs) == {Sign.POOR_SAMPLES, Sign.NO_VOICE, Sign.NO_PAPERS}
    assert Sign.MINOR in cards["Cy Small"].signs
    assert set(cards["The Kites"].signs) == {Sign.NO_PAPERS, Sign.GROUP}
    assert line(cards["Ada Example"]) == "1 picture · 1 voice sample"
    assert line(cards["Pat Paper"]) == "No samples"
    assert line(cards["The Kites"]) == "Group of 2"
    assert spoken(cards["Ada Example"]).endswith("Ends within 30 days")
    assert ends_words(cards["Pat Paper"]) == ""


def test_filters_are_counted_and_put_together(registry: Registry) -> None:
    fill(registry)
    cards = read_cards(registry)
    offered = {choice.words: choice for choice in choices(cards, Filters())}

    assert (offered["No voice"].count, offered["actor"].count) == (4, 2)
    both = toggled(toggled(Filters(), offered["actor"]), offered["No voice"])
    assert [card.name for card in chosen(cards, both, Order.NAME)] == ["Ben Blurred"]
    assert toggled(both, offered["actor"]).tags == frozenset()
    assert all(choice.chosen for choice in choices((), both))


def test_the_list_is_put_in_order(registry: Registry) -> None:
    fill(registry)
    cards = read_cards(registry)

    assert chosen(cards, Filters(), Order.NAME)[0].name == "Ada Example"
    assert chosen(cards, Filters(), Order.NEWEST)[0].name == "The Kites"
    assert chosen(cards, Filters(), Order.ENDING)[0].name == "Ada Example"
    assert chosen(cards, Filters(), Order.ATTENTION)[0].name in {"Mia Rhodes", "Olga Past"}
    assert len({order_words(order) for order in Order}) == len(Order)


def test_somebody_is_found_by_pinyin_and_the_best_comes_first(registry: Registry) -> None:
    people = fill(registry)

    found = read_found("linxiao", registry)

    assert [card.id for card in chosen(read_cards(registry), Filters(), Order.NAME, found)] == [people["lin"]]


def test_the_next_end_is_the_earliest_of_grants_and_consent(registry: Registry) -> None:
    people = fill(registry)
    today = registry.today()

    ends = {card.id: card.ends for card in read_cards(registry)}

    assert ends[people["ada"]] == today + timedelta(days=12)
    assert ends[people["lin"]] == today + timedelta(days=400)
    assert ends[people["poor"]] == today + timedelta(days=900)
    assert ends[people["old"]] is None


def test_a_tag_is_given_to_several_and_taken_back(registry: Registry) -> None:
    people = fill(registry)

    changed = tagged([people["ada"], people["mia"]], "spring", registry)

    assert [after.display_name for _before, after in changed] == ["Mia Rhodes"]
    untagged(changed, registry)
    assert registry.people([people["mia"]])[0].tags == ()


def test_pictures_are_those_that_may_be_shown(registry: Registry) -> None:
    people = fill(registry)

    pictures = read_pictures([people["ada"], people["old"]], registry)

    assert pictures[people["ada"]].startswith(b"\xff\xd8")
    assert pictures[people["old"]] == b""


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Example", "AE"), ("Ada B. C. Example", "AE"), ("林晓", "晓"), ("Cher", "C"), ("“…”", "?"), ("é", "É")],
)
def test_initials_stand_for_a_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_quality_and_counts_are_told_in_words() -> None:
    assert [quality_words(quality) for quality in (0.9, 0.4, 0.2)] == [
        ("Good", Tone.PERMITTED),
        ("Fair", Tone.NEUTRAL),
        ("Poor", Tone.REVIEW),
    ]
    assert (count_words(3, 3), count_words(1, 3)) == ("3 people", "1 of 3 people")
    assert selected_words(1) == "1 person selected"
    assert len({sign_look(sign).icon for sign in Sign}) == len(Sign)


def test_searching_shows_at_once_who_is_found(qtbot: QtBot, shown: Shown) -> None:
    pane = shown.room.pages.people

    qtbot.keyClicks(pane.search, "lin")
    qtbot.waitUntil(lambda: names(shown) == ["林晓"])
    assert not pane.order.isEnabled()

    pane.search.setText("nobody of that name")
    qtbot.waitUntil(lambda: pane._stack.currentWidget() is pane.nobody)
    pane.nobody.everybody_asked.emit()
    assert len(names(shown)) == 8


def test_a_filter_is_pressed_and_pressed_again(qtbot: QtBot, shown: Shown) -> None:
    qtbot.mouseClick(chip(shown, "Withdrawn"), Qt.MouseButton.LeftButton)

    assert names(shown) == ["Mia Rhodes"]

    qtbot.mouseClick(chip(shown, "Withdrawn"), Qt.MouseButton.LeftButton)
    assert len(names(shown)) == 8


def test_pictures_are_read_for_those_in_view(qtbot: QtBot, shown: Shown) -> None:
    people = shown.room.pages.people.list.people

    qtbot.waitUntil(lambda: len(people._pictures) == 8)

    assert sum(not picture.isNull() for picture in people._pictures.values()) == 5


def test_a_press_opens_a_tick_selects(qtbot: QtBot, shown: Shown) -> None:
    people = shown.room.pages.people.list
    place = people.visualRect(people.people.index(1))
    box = box_place(place.toRectF(), as_rows=False).center().toPoint()
    middle = place.center()

    qtbot.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert people.selected_ids() == [people.people.id_at(1)]
    assert not shown.room.pages.people._bar.isHidden()
    # While somebody is selected, a press selects too.
    qtbot.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert people.selected_ids() == []

    qtbot.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert shown.room.person.shown == people.people.id_at(1)


def test_the_list_is_used_with_the_keyboard(qtbot: QtBot, shown: Shown) -> None:
    people = shown.room.pages.people.list
    people.setFocus()
    people.show_person(people.people.id_at(0))

    qtbot.keyClick(people, Qt.Key.Key_Space)
    qtbot.keyClick(people, Qt.Key.Key_Right)
    assert people.selected_ids() == [people.people.id_at(0)]
    qtbot.keyClick(people, Qt.Key.Key_Escape)
    assert people.selected_ids() == []
    qtbot.keyClick(people, Qt.Key.Key_Return)

    assert shown.room.person.shown == people.people.id_at(1)
    qtbot.waitUntil(lambda: shown.room.person.page_person is not None)
    qtbot.keyClick(shown.room.person, Qt.Key.Key_Escape)
    assert not shown.room.pages.person_is_shown
    assert people.currentIndex().row() == 1


def test_rows_show_the_same_people(qtbot: QtBot, shown: Shown) -> None:
    pane = shown.room.pages.people

    qtbot.mouseClick(pane._rows_button, Qt.MouseButton.LeftButton)

    assert pane.list.as_rows
    assert pane.list.people.rowCount() == 8
    assert pane._rows_button.accessibleName() == "Show as a grid"


def test_those_selected_get_a_tag_and_lose_it_again(qtbot: QtBot, shown: Shown) -> None:
    pane = shown.room.pages.people
    for row in (0, 1):
        pane.list.selectionModel().select(pane.list.people.index(row), QItemSelectionModel.SelectionFlag.Select)

    pane.tag_asked.emit(pane.list.selected_ids())
    dialog = shown.room.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("autumn")
    dialog.accept()

    qtbot.waitUntil(lambda: "autumn" in pane.known_tags())
    assert [card.name for card in pane._cards if "autumn" in card.tags] == names(shown)[:2]
    shown.parts.vault.history.undo()
    qtbot.waitUntil(lambda: "autumn" not in pane.known_tags())


def test_locking_leaves_nobody_on_the_screen(qtbot: QtBot, shown: Shown) -> None:
    pane = shown.room.pages.people
    qtbot.waitUntil(lambda: len(pane.list.people._pictures) == 8)
    shown.room.show_person(pane.list.people.id_at(0))
    qtbot.waitUntil(lambda: shown.room.person.page_person is not None)

    shown.parts.entrance.lock()

    assert pane.list.people.rowCount() == 0
    assert not pane.list.people._pictures
    assert shown.room.person.page_person is None
    assert "Ada" not in shown.room.person.head.name.text()
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)
    assert shown.room.unlock.passphrase.text() == ""


def test_dropped_photos_are_enrolled_and_a_table_is_imported(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    table, photo, folder = tmp_path / "people.csv", tmp_path / "a.jpg", tmp_path / "people"
    (folder / "Ada").mkdir(parents=True)
    table.write_text("name\nAda\n", "utf-8")
    photo.write_bytes(b"not looked at")

    assert shown.room.take([photo])
    enrol = shown.room.findChild(EnrolDialog)
    assert enrol is not None
    enrol.reject()
    for source in (table, folder):
        assert shown.room.take([source])
        dialog = shown.room.findChildren(ImportDialog)[-1]
        dialog.reject()
        qtbot.waitUntil(lambda: not shown.room.findChildren(ImportDialog))
    assert not shown.room.take([])


def test_the_way_the_list_is_shown_is_remembered(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    parts = replace(shown.parts, memory=memory)
    before = PeoplePane(parts)
    qtbot.addWidget(before)
    qtbot.mouseClick(before._rows_button, Qt.MouseButton.LeftButton)
    before.order.setCurrentIndex(2)
    before.remember()

    after = PeoplePane(parts)
    qtbot.addWidget(after)

    assert after.list.as_rows
    assert after.order.currentIndex() == 2


def test_scrolled_past_pictures_are_let_go(qtbot: QtBot) -> None:
    people = PeopleList()
    qtbot.addWidget(people)
    cards = [
        PersonCard(
            id=f"P{number}",
            name=f"N{number}",
            initials="N",
            faces=1,
            voices=0,
            members=0,
            signs=(),
            tags=(),
            ends=date(2027, 1, 1),
            place=number,
            sort_name=f"n{number}",
        )
        for number in range(5000)
    ]
    asked: list[str] = []
    people.people.pictures_wanted.connect(asked.extend)
    people.people.show(cards)
    people.resize(900, 600)
    people.show()

    for at in range(0, 5000, 500):
        people.scrollTo(people.people.index(at))
        people.grab()
    qtbot.waitUntil(lambda: bool(asked))

    # Only of those seen last, not of all that were scrolled past.
    assert len(asked) < 60
    people.people.take_pictures({card.id: people.grab().toImage() for card in cards[: KEPT_PICTURES + 50]})
    assert len(people.people._pictures) == KEPT_PICTURES


def test_ids_are_never_shown(qtbot: QtBot, shown: Shown) -> None:
    cards = shown.room.pages.people.shown()

    told = "\n".join(spoken(card) for card in cards)

    assert not any(card.id in told for card in cards)
