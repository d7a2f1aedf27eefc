"""The window, driven as a person drives it; the detectors' process is a stand-in (see conftest)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.looks import Icon
from gui.presenters.queues import Stage
from gui.presenters.uses import UseForm
from gui.views import icons
from gui.views.pieces import face_pixmap
from gui.views.queue_model import ROW_ROLE
from gui.views.theme import DARK, LIGHT, theme, wear
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages, words_of

# Said by the offscreen platform whenever a dialog opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_an_empty_window_says_where_to_drop_and_how_else(put: Put) -> None:
    assert put.window.check.pages.currentWidget() is put.window.check.welcome
    assert "Drop a clip here" in words_of(put.window.check.welcome)
    assert put.window.check.welcome.clips.text().strip() == "Choose clips…"


def test_dropped_clips_are_checked_one_after_the_other_and_the_first_is_shown(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())

    drop(put.window, make_clips("a.mp4", "b.mp4"))

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.DONE])
    assert stand_in.examined == ["a.mp4", "b.mp4"]
    assert stand_in.entered <= 1
    assert put.window.check.pages.currentWidget() is not put.window.check.welcome
    assert "a.mp4" in words_of(put.window.check.clip_page)
    assert len(put.window.check.clip_page.cards) >= 1


def test_a_dropped_folder_is_walked(qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips) -> None:
    clips = make_clips("a.mp4", "b.webm", "notes.txt")
    put.desk.begin(card, Known())

    drop(put.window, [clips[0].parent])

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.DONE])


def test_a_folder_without_clips_is_a_notice_and_nothing_more(
    qtbot: QtBot, put: Put, card: PackCard, tmp_path: Path
) -> None:
    put.desk.begin(card, Known())

    drop(put.window, [tmp_path])

    qtbot.waitUntil(lambda: "holds no clips" in put.window.notices.words)
    assert len(put.desk.queue) == 0


def test_clips_dropped_early_wait_until_the_models_are_there(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips
) -> None:
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.WAITING])
    assert stand_in.examined == []

    put.desk.begin(card, Known())

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])


def test_progress_is_shown_and_the_check_can_be_stopped_and_begun_again(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4", "b.mp4"))
    qtbot.waitUntil(lambda: "Going through the clip: 0:04.0 of 0:08.0" in words_of(put.window.check.clip_page))

    put.window.check.clip_page.stop_asked.emit()

    qtbot.waitUntil(lambda: stages(put) == [Stage.STOPPED, Stage.DONE])
    assert "Stopped" in words_of(put.window.check.clip_page)

    qtbot.keyClick(put.window, Qt.Key.Key_F5)

    qtbot.waitUntil(lambda: stages(put)[0] is Stage.RUNNING)
    put.window.close()
    assert stand_in.closed == 1


def test_a_clip_that_cannot_be_checked_says_why_and_the_others_go_on(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())

    drop(put.window, make_clips("broken.mp4", "b.mp4"))

    qtbot.waitUntil(lambda: stages(put) == [Stage.FAILED, Stage.DONE])
    shown = words_of(put.window.check.clip_page)
    assert "“broken.mp4” is damaged." in shown
    assert "Get it again." in shown
    assert "moov" not in shown


@pytest.mark.expects_warning("unexpected ZeroDivisionError")
def test_a_mistake_of_the_program_does_not_take_the_window_down(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "examine", lambda *_any: 1 / 0)
    put.desk.begin(card, Known())

    drop(put.window, make_clips("a.mp4"))

    qtbot.waitUntil(lambda: stages(put) == [Stage.FAILED])
    assert "should not have" in words_of(put.window.check.clip_page)
    problem = put.desk.queue.entries()[0].problem
    assert problem is not None
    assert "ZeroDivisionError" in problem.details


def test_another_use_judges_anew_without_decoding(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    qtbot.mouseClick(put.window.check.use_bar.change, Qt.MouseButton.LeftButton)

    put.window.check.use_bar.fields.purpose.setCurrentIndex(
        put.window.check.use_bar.fields.purpose.findData("advertising")
    )

    def judged_anew() -> bool:
        result = put.desk.queue.entries()[0].result
        return result is not None and result.use.purpose == "advertising"

    qtbot.waitUntil(judged_anew)
    assert stand_in.examined == ["a.mp4"]
    assert "advertising" in put.window.check.use_bar._words.toolTip()


def test_a_use_stated_during_a_check_counts_for_it(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = stand_in.examine

    def examine_while_the_use_changes(*asked: object) -> object:
        put.desk.desk_lane.tell(lambda: put.desk.state_use(UseForm(purpose="music")))
        return examine(*asked)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(stand_in, "examine", examine_while_the_use_changes)
    put.desk.begin(card, Known())

    drop(put.window, make_clips("a.mp4"))

    def judged() -> bool:
        result = put.desk.queue.entries()[0].result if len(put.desk.queue) else None
        return result is not None and result.use.purpose == "music"

    qtbot.waitUntil(judged)


def test_a_report_is_saved_for_its_owner_alone(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    page = tmp_path / "a.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(page), ""))

    qtbot.keyClick(put.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(page.exists)
    if os.name != "nt":
        assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_a_report_that_cannot_be_written_is_a_notice(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(tmp_path / "none" / "a.html"), ""))
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])

    put.window.check.save_report(redact=True)

    qtbot.waitUntil(lambda: "cannot be written" in put.window.notices.words)


def test_delete_takes_a_clip_off_the_list_and_the_last_one_brings_the_welcome_back(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4", "b.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.DONE])

    qtbot.keyClick(put.window, Qt.Key.Key_Delete)
    assert [entry.path.name for entry in put.desk.queue.entries()] == ["b.mp4"]
    assert "b.mp4" in words_of(put.window.check.clip_page)

    qtbot.keyClick(put.window, Qt.Key.Key_Delete)
    assert put.window.check.pages.currentWidget() is put.window.check.welcome


def test_the_button_in_a_row_stops_first_and_takes_away_then(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.RUNNING])
    place = put.window.check.list.visualRect(put.window.check.list.rows.index(0))
    button = QPointF(place.right() - 24, place.center().y()).toPoint()

    qtbot.mouseClick(put.window.check.list.viewport(), Qt.MouseButton.LeftButton, pos=button)
    assert stages(put) == [Stage.STOPPED]

    qtbot.mouseClick(put.window.check.list.viewport(), Qt.MouseButton.LeftButton, pos=button)
    assert stages(put) == []


def test_pressing_a_lane_of_the_timeline_shows_its_finding(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: bool(put.window.check.clip_page.cards))

    put.window.check.clip_page.show_finding(len(put.window.check.clip_page.cards) - 1)

    assert put.window.check.clip_page.verticalScrollBar().value() >= 0
    assert put.window.focusWidget() is put.window.check.clip_page.cards[-1]


def test_what_rows_and_cards_show_is_said_to_those_who_do_not_see_it(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])

    spoken = put.window.check.list.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert spoken.startswith("a.mp4: ")
    assert put.window.check.list.rows.index(0).data(ROW_ROLE).picture
    assert all(view.accessibleName() for view in put.window.check.clip_page.cards)


def test_foreign_names_are_never_taken_for_markup(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())

    drop(put.window, make_clips("<b>bold<br>.mp4"))

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    labels = put.window.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert not any("<" in label.toolTip() for label in labels)


def test_colours_change_while_the_window_is_open(
    qtbot: QtBot, qapp: QApplication, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])

    wear(qapp, DARK)
    put.window.build_again()

    assert theme() is DARK
    assert "a.mp4" in words_of(put.window.check.clip_page)
    assert put.window.check.list.rows.rowCount() == 1
    wear(qapp, LIGHT)


def test_state_is_remembered_from_one_window_to_the_next(
    qtbot: QtBot, qapp: QApplication, put: Put, opening: Opening, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = assemble(opening, Desk(opening.places.models), settings)
    qtbot.addWidget(first.window)
    first.desk.state_use(UseForm(purpose="music"))
    first.window.show_room(1)
    first.window.resize(1000, 700)
    first.window.close()

    second = assemble(opening, Desk(opening.places.models), settings)
    qtbot.addWidget(second.window)

    # The width is cut to the offscreen screen's.
    assert second.window.height() == 700
    assert second.window.rail.buttons[1].isChecked()
    assert second.desk.form == UseForm(purpose="music")
    second.window.close()


def test_bytes_that_are_no_face_picture_show_nothing(qapp: QApplication) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 64

    assert face_pixmap(png).isNull()
    assert face_pixmap(b"").isNull()


def test_icons_are_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    image = icons.pixmap(Icon.BLOCKED, "#FF0000", 24, 2.0).toImage()

    assert image.width() == 48
    assert image.pixelColor(24, 24).name() == "#ff0000"


def test_a_newer_notice_takes_the_place_of_the_older_one(put: Put) -> None:
    put.window.notices.say("first")
    put.window.notices.say("second")

    assert words_of(put.window.notices).splitlines()[-1] == "second"
    put.window.notices.clear()
    assert not put.window.notices.isVisible()
