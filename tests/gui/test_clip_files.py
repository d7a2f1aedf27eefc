"""Where clips come from and go to: dragged, pasted, recent, the demo's; and what the system tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError
from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.verdict import Verdict
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.listing import (
    ScanTally,
)
from gui.presenters.queues import Entry, Stage
from gui.presenters.recents import recents_from_text
from gui.presenters.settings import Section
from gui.views.recent_clips import RecentClips
from gui.views.settings_room import SettingsRoom
from scan.demo import Material
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages, words_of
from tests.gui.test_listing import a_queue, checked

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL = Qt.KeyboardModifier.ControlModifier


def wait_for(qtbot: QtBot, put: Put, *wanted: Stage) -> None:
    qtbot.waitUntil(lambda: stages(put) == list(wanted))


def test_rows_are_files_to_other_programs(qtbot: QtBot, put: Put, make_clips: MakeClips) -> None:
    clips = make_clips("a.mp4", "b.mp4")
    drop(put.window, clips)
    qtbot.waitUntil(lambda: len(put.desk.queue) == 2)
    rows = put.window.check.list.rows

    mime = rows.mimeData([rows.index(0), rows.index(1)])

    assert [url.toLocalFile() for url in mime.urls()] == [str(path) for path in clips]
    assert rows.flags(rows.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert rows.supportedDragActions() == Qt.DropAction.CopyAction


def test_files_are_pasted(qtbot: QtBot, put: Put, make_clips: MakeClips) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in make_clips("a.mp4")])
    QGuiApplication.clipboard().setMimeData(mime)

    qtbot.keyClick(put.window, Qt.Key.Key_V, CTRL)

    qtbot.waitUntil(lambda: len(put.desk.queue) == 1)
    QGuiApplication.clipboard().setText("words")
    put.window.check.paste()
    assert "no files on the clipboard" in put.window.notices.words


def test_a_clips_folder_is_opened(
    qtbot: QtBot, put: Put, make_clips: MakeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    (clip,) = make_clips("a.mp4")
    drop(put.window, [clip])
    qtbot.waitUntil(lambda: len(put.desk.queue) == 1)

    put.window.check.panel.show_in_folder()

    assert opened == [str(clip.parent)]


def test_the_menu_of_a_row_acts_on_all_that_are_chosen(qtbot: QtBot, put: Put, make_clips: MakeClips) -> None:
    drop(put.window, make_clips("a.mp4", "b.mp4"))
    qtbot.waitUntil(lambda: len(put.desk.queue) == 2)
    panel = put.window.check.panel
    panel.list.choose([entry.key for entry in put.desk.queue.entries()])
    panel.list.customContextMenuRequested.emit(panel.list.visualRect(panel.list.rows.index(0)).center())
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())

    next(action for action in menu.actions() if action.text() == "Stop").trigger()

    assert stages(put) == [Stage.STOPPED, Stage.STOPPED]
    menu.close()


def test_recent_clips_are_offered_and_can_be_cleared(
    qtbot: QtBot, put: Put, opening: Opening, make_clips: MakeClips, tmp_path: Path
) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    memory.setValue("first_run/done", True)
    clips = make_clips("a.mp4", "b.mp4")
    first = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(first.window)
    drop(first.window, clips)
    qtbot.waitUntil(lambda: len(first.desk.queue) == 2)
    first.window.close()

    second = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(second.window)
    recent: RecentClips = second.window.check.recent
    assert recent.all == tuple(clips)
    assert "Recent" in words_of(second.window.check.welcome)
    second.window.check.welcome.recent_asked.emit(clips[1])
    qtbot.waitUntil(lambda: [entry.path for entry in second.desk.queue.entries()] == [clips[1]])

    recent.clear()

    assert recents_from_text(str(memory.value("recent"))) == ()
    second.window.close()


def test_the_demo_clip_is_checked_as_any_other_and_goes_with_the_window(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(folder: Path) -> Material:
        for name in ("demo.mp4", "demo-photo.png", "demo-voice.wav"):
            (folder / name).write_bytes(b"made")
        return Material(clip=folder / "demo.mp4", photo=folder / "demo-photo.png", recording=folder / "demo-voice.wav")

    monkeypatch.setattr("gui.trying.make_material", make)
    put.desk.begin(card, Known())

    put.window.check.welcome.demo.click()
    wait_for(qtbot, put, Stage.DONE)
    put.desk.try_demo()
    qtbot.waitUntil(lambda: put.window.check.current_key() == put.desk.queue.entries()[0].key)

    clip = put.desk.queue.entries()[0].path
    assert stand_in.examined == ["demo.mp4"]
    assert put.window.check.recent.all == ()
    assert clip.exists()
    put.window.close()
    assert not clip.parent.exists()


def test_a_demo_that_cannot_be_made_is_a_notice_and_can_be_tried_again(
    qtbot: QtBot, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_folder: Path) -> Material:
        raise CountenanceError("The disk is full.")

    monkeypatch.setattr("gui.trying.make_material", fail)
    for _time in range(2):
        put.window.notices.clear()
        put.desk.try_demo()
        qtbot.waitUntil(lambda: "The disk is full." in put.window.notices.words)


def test_progress_is_told_ten_times_a_second_at_most(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> Observations:
        for step in range(500):
            on_progress("reading", float(step), 500.0)
        return original(request, on_progress, cancel)

    original = stand_in.examine
    monkeypatch.setattr(stand_in, "examine", examine)
    told: list[Entry] = []
    put.desk.changed.connect(told.append)
    put.desk.begin(card, Known())

    drop(put.window, make_clips("a.mp4"))

    wait_for(qtbot, put, Stage.DONE)
    assert sum(entry.stage is Stage.RUNNING for entry in told) < 100


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the system is asked to show, as if it could and nobody looked."""
    said: list[str] = []
    monkeypatch.setattr("gui.notifying._is_in_front", lambda: False)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _self: None)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _self, *words: said.append(f"{words[0]}: {words[1]}"))
    return said


def test_somebody_at_another_window_is_told_when_all_is_checked(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, told: list[str]
) -> None:
    put.desk.begin(card, Known())

    drop(put.window, make_clips("a.mp4", "b.mp4", "broken.mp4"))

    qtbot.waitUntil(lambda: bool(told))
    assert told == ["The check is done: 3 clips were checked  ·  1 could not be checked"]
    put.window.check.notifying.state_changed(Qt.ApplicationState.ApplicationActive)


def test_the_first_blocked_clip_is_told_of_at_once(
    qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, told: list[str]
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("endless.mp4"))
    qtbot.waitUntil(lambda: put.desk.is_checking)
    queue, (one, two) = a_queue("x.mp4", "y.mp4")

    for entry in (one, two):
        put.window.check.notifying.changed(queue.finish(entry.key, checked(Verdict.BLOCKED)))

    assert told == ["A clip is blocked: The other clips are checked on."]
    put.desk.stop_all()


def test_whoever_looks_at_the_window_is_not_told(
    qtbot: QtBot, put: Put, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.notifying._is_in_front", lambda: True)

    put.window.check.notifying.ended(ScanTally(checked=9, blocked=1))

    assert told == []


def test_whoever_wants_no_messages_of_the_system_is_not_told(qtbot: QtBot, put: Put, told: list[str]) -> None:
    settings = put.window.show_room_of(SettingsRoom)
    assert isinstance(settings, SettingsRoom)
    settings.show_section(Section.PLACES)

    settings.places.notify.activated.emit(1)

    put.window.check.notifying.ended(ScanTally(checked=9, blocked=1))
    assert told == []
    assert not put.preferences.settings.notify
    put.window.build_again()
    again = put.window.show_room_of(SettingsRoom)
    assert isinstance(again, SettingsRoom)
    assert again.places.notify.currentText() == "No"
