"""Settings of the window: in force at once, written down, taken back, and no reason to crash when they are broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError
from countenance.packs import PackCard
from countenance.settings import Appearance, Settings, read_settings
from countenance.translations import language, settle_language
from countenance.verdict import UnknownPolicy
from gui.desk import Desk
from gui.dressing import Dressing
from gui.main import Put, assemble, settings_or_defaults, tell_of_a_fault
from gui.preparing import Opening
from gui.presenters.queues import Stage
from gui.views.settings_room import SettingsRoom
from gui.views.theme import DARK, LIGHT, theme, wear
from scan.known import Known
from tests.gui.driving import MakeClips, drop, stages, words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def dressed(qapp: QApplication, put: Put) -> Iterator[Put]:
    """Return the window as the program dresses it."""
    font = qapp.font()
    dressing = Dressing(qapp, put.preferences.settings)
    dressing.follow(put.preferences)
    dressing.worn.connect(put.window.build_again)
    dressing.spoken.connect(put.desk.judge_again)
    settle_language("en")
    yield put
    dressing.deleteLater()
    qapp.styleHints().unsetColorScheme()
    qapp.setFont(font)
    wear(qapp, LIGHT)
    settle_language("en")


def test_a_change_counts_at_once_and_is_written_down(qtbot: QtBot, put: Put, opening: Opening) -> None:
    told: list[tuple[Settings, Settings]] = []
    put.preferences.changed.connect(lambda before, now: told.append((before, now)))

    put.preferences.change(threads=4, unknown=UnknownPolicy.NOTE)

    assert put.preferences.settings == Settings(threads=4, unknown=UnknownPolicy.NOTE)
    assert told == [(Settings(), put.preferences.settings)]
    qtbot.waitUntil(lambda: read_settings(opening.places.settings) == put.preferences.settings)


def test_what_changes_nothing_is_not_written(put: Put, opening: Opening) -> None:
    put.preferences.change(threads=2)

    assert not opening.places.settings.exists()


def test_broken_settings_are_told_and_kept_beside_the_new_ones(qtbot: QtBot, opening: Opening) -> None:
    opening.places.settings.write_text("threads = 'many'", "utf-8")

    put = assemble(opening, Desk(opening.places.models))
    qtbot.addWidget(put.window)

    assert "cannot be read" in put.window.notices.words
    assert put.preferences.settings == settings_or_defaults(opening.places) == Settings()
    put.preferences.change(threads=3)
    qtbot.waitUntil(lambda: settings_or_defaults(opening.places) == Settings(threads=3))
    assert (opening.places.settings.parent / "settings.unread.toml").read_text("utf-8") == "threads = 'many'"
    put.window.close()


def test_settings_that_cannot_be_written_are_told_and_count_all_the_same(
    qtbot: QtBot, put: Put, opening: Opening
) -> None:
    opening.places.settings.mkdir()

    put.preferences.change(threads=3)

    qtbot.waitUntil(lambda: "cannot be written" in put.window.notices.words)
    assert put.preferences.settings.threads == 3


def test_another_language_is_spoken_at_once_and_sentences_are_made_again(
    qtbot: QtBot, dressed: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put = dressed
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    room = put.window.show_room_of(SettingsRoom)
    assert isinstance(room, SettingsRoom)

    room.looks.language.setCurrentIndex(2)
    room.looks.language.activated.emit(2)

    assert language() == "zh-CN"
    assert put.window.rail.buttons[0].text() == "检查"
    result = put.desk.queue.entries()[0].result
    assert result is not None

    def judged_in_chinese() -> bool:
        now = put.desk.queue.entries()[0].result
        return now is not None and any("一" <= letter <= "鿿" for letter in now.headline)

    qtbot.waitUntil(judged_in_chinese)
    put.preferences.change(language="en")
    assert put.window.rail.buttons[0].text() == "Check"


def test_colours_and_letters_change_at_once(qapp: QApplication, dressed: Put) -> None:
    before = qapp.font().pointSizeF()

    dressed.preferences.change(appearance=Appearance.DARK, text_size=1.5)

    assert theme() is DARK
    assert qapp.font().pointSizeF() == pytest.approx(before * 1.5)
    dressed.preferences.change(appearance=Appearance.SYSTEM, text_size=1.0)
    assert theme() is LIGHT
    assert qapp.font().pointSizeF() == pytest.approx(before)


def test_a_dialog_outlives_a_change_of_the_system_and_the_rooms_follow_when_it_closes(
    qtbot: QtBot, dressed: Put
) -> None:
    window = dressed.window
    before = window.rail
    dialog = QDialog(window.check)
    dialog.setModal(True)
    typed = QLineEdit(dialog)
    dialog.open()
    typed.setText("half a name")

    dressed.preferences.change(appearance=Appearance.DARK)

    assert theme() is DARK
    assert window.rail is before
    assert typed.text() == "half a name"
    dialog.accept()
    qtbot.waitUntil(lambda: window.rail is not before)


def test_letters_grow_and_shrink_by_keys(qtbot: QtBot, dressed: Put) -> None:
    view = dressed.window._menus.view
    actions = {action.text(): action for action in view.actions()}

    actions["Larger text"].trigger()
    assert dressed.preferences.settings.text_size == 1.15

    # The menus were built again with the window.
    actions = {action.text(): action for action in dressed.window._menus.view.actions()}
    actions["Usual text size"].trigger()
    assert dressed.preferences.settings.text_size == 1.0


def test_notices_survive_another_look_and_problems_wait_until_they_are_closed(dressed: Put) -> None:
    window = dressed.window
    window.complain(CountenanceError("First problem.", details="one"))
    window.complain(CountenanceError("Second problem."))
    window.complain(CountenanceError("Second problem."))

    dressed.preferences.change(appearance=Appearance.DARK)

    assert window.notices.words == "Second problem."
    assert "1 more waits" in words_of(window.notices)
    window.notices.close_newest()
    assert window.notices.words == "First problem."
    window.notices.close_newest()
    assert not window.notices.isVisible()


def test_what_went_well_gives_way_to_the_next_notice(put: Put) -> None:
    put.window.notices.say("Saved.")
    put.window.complain(CountenanceError("A problem."))
    put.window.notices.say("Saved again.")

    put.window.notices.close_newest()

    assert put.window.notices.words == "A problem."


def test_a_mistake_in_a_slot_is_a_sentence_and_the_window_goes_on(put: Put) -> None:
    try:
        {}["a name that must not be shown"]
    except KeyError as error:
        tell_of_a_fault(put.window, KeyError, error, error.__traceback__)

    assert "should not have" in put.window.notices.words
    assert "a name" not in put.window.notices.waiting[-1].details
    assert "KeyError at" in put.window.notices.waiting[-1].details


def test_an_error_of_ours_keeps_its_own_sentence(put: Put) -> None:
    error = CountenanceError("The disk is full.", remedy="Make room.")

    tell_of_a_fault(put.window, CountenanceError, error, None)

    assert put.window.notices.words == "The disk is full. Make room."
