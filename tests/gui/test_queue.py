"""The list of clips: many of them, several at once, what failed, and how each is reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.listing import (
    Order,
)
from gui.presenters.queues import Group, Stage
from gui.slices import Slices
from gui.views.queue_list import QueueList
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages, words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL = Qt.KeyboardModifier.ControlModifier


def test_long_work_is_done_in_slices_and_in_order(qtbot: QtBot) -> None:
    slices, done = Slices(), list[int]()
    slices.do(map(done.append, range(20_000)))
    slices.do(map(done.append, range(20_000, 20_010)))
    qtbot.waitUntil(lambda: len(done) == 20_010)

    assert done == list(range(20_010))
    slices.close()


def test_work_that_closes_its_own_slices_ends_there(qtbot: QtBot) -> None:
    slices = Slices()
    slices.do(slices.close() for _once in range(1))

    assert not slices._waiting


def test_ten_thousand_clips_come_in_slices_and_are_found(qtbot: QtBot, put: Put, tmp_path: Path) -> None:
    panel = put.window.check.panel
    put.desk._slices.do(put.desk._take_in([tmp_path / f"clip {number:05}.mp4" for number in range(10_000)], []))
    assert 0 < panel.list.rows.rowCount() < 10_000
    qtbot.waitUntil(lambda: panel.list.rows.rowCount() == 10_000)

    panel.tools.search.setText("clip 0999")
    panel.tools.search.textEdited.emit("clip 0999")

    qtbot.waitUntil(lambda: panel.list.rows.rowCount() == 11)
    qtbot.keyClicks(panel.tools.search, "x")
    qtbot.waitUntil(lambda: "No clip is called" in words_of(panel._pages))
    panel.tools.clear()
    assert panel.list.rows.rowCount() == 10_000


def wait_for(qtbot: QtBot, put: Put, *wanted: Stage) -> None:
    qtbot.waitUntil(lambda: stages(put) == list(wanted))


def test_several_chosen_clips_are_checked_again_and_removed_together(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, stand_in: StandIn
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4", "b.mp4", "c.mp4"))
    wait_for(qtbot, put, Stage.DONE, Stage.DONE, Stage.DONE)
    room, (a, _b, c) = put.window.check, put.desk.queue.entries()
    room.list.choose([a.key, c.key])
    assert room.list.chosen_keys() == [a.key, c.key]
    assert "2 clips chosen" in words_of(room.panel.choice)

    room.panel.choice.again.click()
    qtbot.waitUntil(lambda: stand_in.examined == ["a.mp4", "b.mp4", "c.mp4", "a.mp4", "c.mp4"])
    room.list.choose([a.key, c.key])
    qtbot.keyClick(put.window, Qt.Key.Key_Delete)

    assert [entry.path.name for entry in put.desk.queue.entries()] == ["b.mp4"]
    assert "2 clips were taken off the list." in put.window.notices.words


def test_taking_off_the_list_can_be_taken_back(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, stand_in: StandIn
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4", "b.mp4"))
    wait_for(qtbot, put, Stage.DONE, Stage.DONE)
    qtbot.keyClick(put.window, Qt.Key.Key_Delete)

    qtbot.keyClick(put.window, Qt.Key.Key_Z, CTRL)

    assert [entry.path.name for entry in put.desk.queue.entries()] == ["a.mp4", "b.mp4"]
    assert put.window.check.list.rows.key_at(0) == put.desk.queue.entries()[0].key
    assert stand_in.examined == ["a.mp4", "b.mp4"]


def test_removing_a_clip_that_is_being_checked_stops_it_and_the_next_begins(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4", "b.mp4"))
    wait_for(qtbot, put, Stage.RUNNING, Stage.WAITING)

    put.desk.remove([put.desk.queue.entries()[0].key])

    wait_for(qtbot, put, Stage.DONE)


def test_pausing_finishes_the_clip_and_begins_no_other(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4", "b.mp4"))
    wait_for(qtbot, put, Stage.RUNNING, Stage.WAITING)
    overall = put.window.check.panel.overall

    overall.pause.click()
    assert "pausing after this clip" in words_of(overall)
    put.desk.stop(put.desk.queue.entries()[0].key)
    qtbot.waitUntil(lambda: put.desk.running is None)
    assert stages(put) == [Stage.STOPPED, Stage.WAITING]
    assert not put.desk.is_checking
    overall.pause.click()

    wait_for(qtbot, put, Stage.STOPPED, Stage.DONE)


def test_everything_can_be_stopped(qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4", "b.mp4", "c.mp4"))
    wait_for(qtbot, put, Stage.RUNNING, Stage.WAITING, Stage.WAITING)

    put.window.check.panel.overall.stop.click()

    wait_for(qtbot, put, Stage.STOPPED, Stage.STOPPED, Stage.STOPPED)


def test_all_that_failed_are_checked_again_with_one_button(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, stand_in: StandIn
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("broken.mp4", "broken2.mp4", "c.mp4"))
    wait_for(qtbot, put, Stage.FAILED, Stage.FAILED, Stage.DONE)
    put.window.check.panel.refresh()
    assert "2 failed clips" in put.window.check.panel.overall.again.text()

    put.window.check.panel.overall.again.click()

    qtbot.waitUntil(lambda: len(stand_in.examined) == 5)
    wait_for(qtbot, put, Stage.FAILED, Stage.FAILED, Stage.DONE)


def test_the_buttons_of_a_failed_row_check_again_and_remove(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, stand_in: StandIn
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("broken.mp4"))
    wait_for(qtbot, put, Stage.FAILED)
    list_ = put.window.check.list
    place = list_.visualRect(list_.rows.index(0))
    right, middle = place.right(), place.center().y()

    for across in (52, 24):
        point = place.center()
        point.setX(right - across)
        point.setY(middle)
        qtbot.mouseClick(list_.viewport(), Qt.MouseButton.LeftButton, pos=point)
        if across == 52:
            qtbot.waitUntil(lambda: len(stand_in.examined) == 2)
            wait_for(qtbot, put, Stage.FAILED)

    assert stages(put) == []


def test_a_chip_shows_its_clips_alone_and_another_verdict_leaves_it(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips(*(f"{letter}.mp4" for letter in "abcde"), "broken.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE] * 5 + [Stage.FAILED])
    panel = put.window.check.panel
    panel.refresh()
    broken = put.desk.queue.entries()[-1]
    panel.tools.chips[Group.FAILED].click()
    assert [panel.list.rows.key_at(place) for place in range(panel.list.rows.rowCount())] == [broken.key]

    put.desk.changed.emit(put.desk.queue.stop(broken.key))

    qtbot.waitUntil(lambda: panel.list.rows.rowCount() == 0)
    assert "There is no such clip now." in words_of(panel._pages)
    put.window.check.show_clip(broken.key)
    assert panel.list.rows.rowCount() == 6
    assert panel.list.current_key() == broken.key


def test_the_choice_survives_another_order(qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips) -> None:
    drop(put.window, make_clips("c.mp4", "b.mp4", "a.mp4"))
    qtbot.waitUntil(lambda: len(put.desk.queue) == 3)
    room, (c, b, a) = put.window.check, put.desk.queue.entries()
    room.list.choose([c.key, b.key])

    room.panel.tools.orders[Order.NAME].trigger()

    assert [room.list.rows.key_at(place) for place in range(3)] == [a.key, b.key, c.key]
    assert set(room.list.chosen_keys()) == {b.key, c.key}
    assert room.list.current_key() == c.key


def test_the_order_is_remembered(qtbot: QtBot, opening: Opening, put: Put, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    memory.setValue("first_run/done", True)
    first = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(first.window)
    first.window.check.panel.put_in(Order.WORST)
    first.window.close()

    second = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(second.window)

    assert second.window.check.list.rows.listing.order is Order.WORST
    second.window.close()


def test_a_row_is_reached_and_chosen_with_the_keys_alone(qtbot: QtBot, put: Put, make_clips: MakeClips) -> None:
    drop(put.window, make_clips("a.mp4", "b.mp4"))
    qtbot.waitUntil(lambda: len(put.desk.queue) == 2)
    list_: QueueList = put.window.check.list
    list_.setFocus()
    qtbot.keyClick(list_, Qt.Key.Key_Down)
    assert list_.current_key() == put.desk.queue.entries()[1].key
    qtbot.keyClick(list_, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)

    assert len(list_.chosen_keys()) == 2
    list_.selectionModel().select(list_.rows.index(0), QItemSelectionModel.SelectionFlag.Deselect)
    assert len(list_.chosen_keys()) == 1
    qtbot.keyClick(put.window, Qt.Key.Key_F, CTRL)
    QApplication.processEvents()
    assert put.window.check.panel.tools.isVisible()
