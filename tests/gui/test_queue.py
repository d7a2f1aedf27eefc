"""The list of clips: many of them, several at once, what failed, and where they come from and go to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError
from countenance.packs import PackCard
from countenance.verdict import CheckResult, Verdict
from countenance.work import CancelToken
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.listing import (
    Listing,
    Order,
    Pace,
    ScanTally,
    Sieve,
    chips_of,
    nothing_found_words,
    order_words,
    overall_of,
    scan_words,
)
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.queues import ClipQueue, Entry, Group, Stage, group_of, row_of
from gui.presenters.recents import MOST_KEPT, recents_from_text, recents_to_text, with_recent
from gui.slices import Slices
from gui.views.queue_list import QueueList
from gui.views.recent_clips import RecentClips
from scan.demo import Material
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages, words_of
from tests.reports.material import campaign

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL = Qt.KeyboardModifier.ControlModifier


def checked(verdict: Verdict) -> CheckResult:
    return replace(campaign(), verdict=verdict)


def a_queue(*names: str) -> tuple[ClipQueue, list[Entry]]:
    queue = ClipQueue()
    entries, _there = queue.add(Path("/clips") / name for name in names)
    return queue, entries


def a_mixed_queue() -> tuple[ClipQueue, list[Entry]]:
    queue, (a, b, c, d, e) = a_queue("d.mp4", "b.mp4", "a.mp4", "c interview.mp4", "e.mp4")
    queue.finish(a.key, checked(Verdict.PERMITTED))
    queue.finish(b.key, checked(Verdict.BLOCKED))
    queue.fail(c.key, Problem(sentence="It is damaged.", remedy="Get it again."))
    queue.finish(d.key, checked(Verdict.REVIEW))
    queue.stop(e.key)
    return queue, queue.entries()


def listing_of(entries: list[Entry]) -> Listing:
    listing = Listing()
    listing.take(entries)
    return listing


def test_clips_are_counted_by_what_came_of_them() -> None:
    queue, entries = a_mixed_queue()

    assert [group_of(entry) for entry in entries] == [
        Group.PERMITTED,
        Group.BLOCKED,
        Group.FAILED,
        Group.REVIEW,
        Group.STOPPED,
    ]
    assert [(chip.words, chip.count) for chip in chips_of(queue.groups)] == [
        ("Blocked", "1"),
        ("Review", "1"),
        ("Not checked", "1"),
        ("Permitted", "1"),
        ("Stopped", "1"),
    ]
    queue.again(entries[1].key)
    assert Group.BLOCKED not in {chip.group for chip in chips_of(queue.groups)}
    assert Group.BLOCKED in {chip.group for chip in chips_of(queue.groups, {Group.BLOCKED})}


def test_a_list_is_put_in_order_and_sifted() -> None:
    _queue, entries = a_mixed_queue()
    listing = listing_of(entries)
    added = [entry.key for entry in entries]

    assert listing.keys() == added
    listing.order = Order.NAME
    assert listing.keys() == [added[place] for place in (2, 1, 3, 0, 4)]
    listing.order = Order.WORST
    assert listing.keys() == [added[place] for place in (1, 3, 2, 0, 4)]
    listing.sieve = Sieve(text="INTER c")
    assert listing.keys() == [added[3]]
    listing.sieve = Sieve(groups=frozenset({Group.FAILED, Group.BLOCKED}))
    assert listing.keys() == [added[1], added[2]]
    listing.drop([added[1]])
    assert listing.keys() == [added[2]]


def test_a_list_is_arranged_anew_only_where_a_change_matters() -> None:
    queue, entries = a_mixed_queue()
    listing = listing_of(entries)
    blocked = queue.finish(entries[0].key, checked(Verdict.BLOCKED))

    assert not listing.change(blocked)
    listing.order = Order.WORST
    assert not listing.change(blocked)
    assert listing.change(queue.again(entries[0].key))


def test_orders_and_empty_lists_are_told_in_words() -> None:
    assert [order_words(order) for order in Order] == ["As added", "Worst first", "By name"]
    assert "“x”" in nothing_found_words(Sieve(text=" x "))
    assert nothing_found_words(Sieve(groups=frozenset({Group.BLOCKED})))


def test_the_line_tells_how_far_all_clips_are() -> None:
    queue, (first, *_others) = a_queue("a.mp4", "b.mp4", "c.mp4")
    pace = Pace()
    assert overall_of(queue, pace, None, paused=False).words == "0 of 3 checked"
    pace.note(30.0)
    queue.finish(first.key, checked(Verdict.PERMITTED))
    running = queue.report(queue.begin(2).key, ProgressLook(words="", short="", fraction=0.5))

    overall = overall_of(queue, pace, running, paused=False)

    assert overall.words == "1 of 3 checked  ·  about 45 seconds left"
    assert overall.fraction == pytest.approx(1 / 3)
    assert overall_of(queue, pace, running, paused=True).words.endswith("pausing after this clip")
    assert overall_of(queue, pace, None, paused=True).words.endswith("paused")


def test_a_line_about_nothing_is_empty() -> None:
    queue, _entries = a_mixed_queue()

    overall = overall_of(queue, Pace(), None, paused=False)

    assert (overall.words, overall.going, overall.failed) == ("", False, 1)


def test_a_notification_counts_and_names_nobody() -> None:
    tally = ScanTally()
    for entry in a_mixed_queue()[1][:4]:
        tally = tally.counting(entry)

    assert scan_words(tally) == "4 clips were checked  ·  1 blocked  ·  1 could not be checked"
    assert scan_words(ScanTally(checked=1)) == "1 clip was checked"


def test_what_was_removed_comes_back_to_its_place() -> None:
    queue, (a, b, c) = a_queue("a.mp4", "b.mp4", "c.mp4")
    queue.begin(b.key)
    gone = [queue.remove(b.key), queue.remove(a.key)]
    assert [entry.key for entry in queue.entries()] == [c.key]
    queue.add([a.path])

    back = queue.restore(gone)

    assert [(entry.key, entry.stage) for entry in back] == [(b.key, Stage.WAITING)]
    assert [entry.path.name for entry in queue.entries()] == ["b.mp4", "c.mp4", "a.mp4"]
    assert queue.groups[Group.OPEN] == 3
    assert queue.waiting == 3


def test_who_waits_longest_is_next() -> None:
    queue, (a, b) = a_queue("a.mp4", "b.mp4")
    queue.stop(a.key)
    queue.again(a.key)

    assert queue.next_waiting() == b


def test_a_failed_row_says_what_happened_and_offers_another_try() -> None:
    _queue, entries = a_mixed_queue()

    row = row_of(entries[2])

    assert (row.state, row.again, row.tip) == ("It is damaged.", True, "It is damaged. Get it again.")
    assert row.spoken == "a.mp4: It is damaged."


def test_a_clip_is_shown_by_its_own_picture_where_there_is_one() -> None:
    result = campaign()
    seen = replace(result.observations, poster=b"\xff\xd8poster")
    queue, (entry,) = a_queue("a.mp4")

    assert row_of(queue.finish(entry.key, replace(result, observations=seen))).picture == b"\xff\xd8poster"


def test_recent_files_are_kept_newest_first_and_each_once() -> None:
    recent = with_recent((Path("/a"), Path("/b")), [Path("/b"), Path("/c\udcff")])

    assert recent == (Path("/b"), Path("/a"))
    assert recents_from_text(recents_to_text(recent)) == recent
    assert recents_from_text("{}") == ()
    assert len(with_recent(recent, [Path(f"/{number}") for number in range(40)])) == MOST_KEPT


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
    def examine(request: object, on_progress: object, cancel: CancelToken) -> object:
        for step in range(500):
            on_progress("reading", float(step), 500.0)  # type: ignore[operator]  # a hook
        return original(request, on_progress, cancel)  # type: ignore[arg-type]  # passed on as it came

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
