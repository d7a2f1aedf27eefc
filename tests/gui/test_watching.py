"""Watching a clip: the real detectors make the proxy, Qt's player plays it without a display or a sound output."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.main import Put
from gui.presenters.queues import Stage
from gui.views.film_screen import box_place
from gui.views.timeline_painting import RULER_HEIGHT, bar_place
from gui.views.watching import Watching
from tests.detectors.made import write_sound
from tests.gui.conftest import StandInOutput
from tests.gui.watching_bench import STAMPS, Previewer, Seat, entry_of, key_event, write_numbered
from tests.reports.voiced import podcast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def stand_in() -> Iterator[Previewer]:
    previewer = Previewer()
    yield previewer
    previewer.worker.close()


@pytest.fixture
def seat(qtbot: QtBot, put: Put, stand_in: Previewer, output: StandInOutput) -> Iterator[Seat]:
    output.there = False
    watching = Watching(put.window.parts)
    qtbot.addWidget(watching)
    watching.resize(860, 900)
    watching.show()
    yield Seat(qtbot, watching, stand_in, output, put)
    watching.close_down()


@pytest.fixture(scope="module")
def numbered_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip whose every frame carries its number."""
    return write_numbered(tmp_path_factory.mktemp("numbered") / "numbered.mp4")


def test_every_frame_is_found_again_by_its_time(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    assert seat.film.frames.times == tuple(stamp * 40 / 1000 for stamp in STAMPS)
    for number in (59, 0, 31, 32, 7, 8, 58, 33, 1):
        seat.watching.seek(seat.film.frames.times[number])
        seat.sees(number)


def test_arrows_step_frame_by_frame_and_second_by_second(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))
    seat.sees(0)

    for key, keys, number in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 2),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, bisect_right(STAMPS, STAMPS[1] + 25) - 1),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 59),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
    ):
        seat.press(key, keys)
        seat.sees(number)


def test_a_button_of_the_row_leaves_arrows_to_the_film(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    seat.qtbot.keyClick(seat.watching.transport.play, Qt.Key.Key_Right)

    seat.sees(1)
    seat.qtbot.mouseClick(seat.watching.transport.back, Qt.MouseButton.LeftButton)
    seat.sees(0)


def test_it_plays_pauses_and_changes_its_speed(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    seat.press(Qt.Key.Key_Space)
    seat.qtbot.waitUntil(lambda: seat.watching.at_s > 0.3)
    speeds = [seat.film.speed]
    for key in (Qt.Key.Key_L, Qt.Key.Key_L, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K):
        seat.press(key)
        speeds.append(seat.film.speed)

    assert speeds == [1, 2, 4, -1, -2, 0]
    assert seat.watching.transport.play.accessibleName().startswith("Play")


def test_it_plays_backwards_to_the_start_and_forwards_to_the_end(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))
    seat.watching.seek(0.4)

    seat.press(Qt.Key.Key_J)
    seat.qtbot.waitUntil(lambda: seat.film.speed == 0)
    began_s = seat.watching.at_s
    seat.watching.seek(3.2)
    seat.press(Qt.Key.Key_L)
    seat.qtbot.waitUntil(lambda: seat.film.speed == 0)
    ended_s = seat.watching.at_s
    seat.press(Qt.Key.Key_Space)

    assert (began_s, ended_s) == (0.0, pytest.approx(seat.film.frames.length_s))
    seat.qtbot.waitUntil(lambda: 0.2 < seat.watching.at_s < 1.0)


def test_a_marked_stretch_plays_round_and_round_until_it_is_cleared(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))
    seat.watching.seek(0.5)
    seat.press(Qt.Key.Key_I)
    seat.watching.seek(0.9)
    seat.press(Qt.Key.Key_O)
    told: list[float] = []
    seat.film.moved.connect(told.append)

    seat.watching.seek(0.6)
    seat.press(Qt.Key.Key_Space)
    seat.qtbot.waitUntil(lambda: told.count(0.5) >= 2)
    seat.press(Qt.Key.Key_Escape)

    assert max(told) < 1.0
    assert not seat.watching.transport.clear.isVisible()
    seat.qtbot.waitUntil(lambda: seat.watching.at_s > 1.1)


def test_boxes_follow_the_faces_and_b_hides_them(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    seat.watching.seek(0.8)
    seat.qtbot.waitUntil(lambda: bool(seat.watching.picture.tags))
    shown = seat.watching.picture.tags
    pressed: list[int] = []
    seat.watching.finding_picked.connect(pressed.append)
    place = box_place(shown[0], seat.watching.picture.picture_place())
    seat.qtbot.mouseClick(seat.watching.picture, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    seat.press(Qt.Key.Key_B)

    assert [tag.name for tag in shown] == ["Eileen Collins"]
    assert shown[0].box.x == pytest.approx(0.1 + (seat.film.frame_s - 0.4) / 2, abs=1e-6)
    assert pressed == [0]
    assert seat.watching.picture.tags == ()
    seat.watching.seek(0.1)
    seat.press(Qt.Key.Key_B)
    seat.qtbot.waitUntil(lambda: seat.film.frame_s < 0.2)
    assert seat.watching.picture.tags == ()


def test_pressing_a_lane_goes_there_and_says_whose_moment_it_is(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))
    strip = seat.watching.strip
    assert strip is not None
    row = strip.rows[0]
    assert row.lane is not None
    picked: list[int] = []
    seat.watching.finding_passed.connect(picked.append)

    at = bar_place(row.lane.bars[1], row, strip.places()).translated(0, RULER_HEIGHT).center().toPoint()
    seat.qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert picked == [row.lane.finding]
    assert seat.watching.at_s == pytest.approx(strip.places().time_at(at.x()))
    seat.qtbot.waitUntil(lambda: abs(seat.film.frame_s - seat.watching.at_s) < 0.08)


def test_up_and_down_go_from_finding_to_finding(seat: Seat, numbered_clip: Path) -> None:
    entry = entry_of(numbered_clip)
    seat.watch(entry)
    picked: list[int] = []
    seat.watching.finding_picked.connect(picked.append)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        seat.press(key)

    assert entry.result is not None
    assert picked == [0, 1, 0, 0]
    assert seat.watching.at_s == pytest.approx(entry.result.findings[0].ranges[0].start_s)


def test_the_same_clip_judged_anew_keeps_its_place_and_its_preview(seat: Seat, numbered_clip: Path) -> None:
    entry = entry_of(numbered_clip)
    seat.watch(entry)
    seat.watching.seek(0.8)
    seat.qtbot.waitUntil(lambda: bool(seat.watching.picture.tags))
    film = seat.film
    result = entry.result
    assert result is not None
    assert seat.watching.strip is not None
    seat.watching.strip.zoom(2, 0.8)
    renamed = replace(result, findings=(replace(result.findings[0], name="Somebody Else"), *result.findings[1:]))

    seat.watching.show_result(replace(entry, result=renamed))

    assert seat.film is film
    assert seat.watching.at_s == 0.8
    assert [tag.name for tag in seat.watching.picture.tags] == ["Somebody Else"]
    assert not seat.watching.strip.stretch.is_whole
    assert seat.previewer.asked == [numbered_clip]


def test_another_clip_drops_the_first_ones_preview(seat: Seat, numbered_clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(numbered_clip.read_bytes() + b"\0" * 8)
    seat.watch(entry_of(numbered_clip))
    first = seat.film

    seat.watching.show_result(entry_of(other, key=2))

    assert seat.watching.film is None
    assert seat.watching.at_s == 0.0
    assert seat.watching.picture.tags == ()
    seat.qtbot.waitUntil(lambda: seat.watching.film not in (None, first), timeout=20_000)


def test_leafing_through_clips_has_no_preview_made_of_each(seat: Seat, numbered_clip: Path, tmp_path: Path) -> None:
    names = [tmp_path / f"{number}.mp4" for number in range(5)]
    for number, path in enumerate(names):
        path.write_bytes(numbered_clip.read_bytes() + bytes([number] * 8))
        seat.watching.show_result(entry_of(path, key=number + 1))

    seat.qtbot.waitUntil(lambda: seat.watching.film is not None, timeout=20_000)

    assert seat.previewer.asked == names[-1:]


def test_what_plays_stops_where_nobody_looks_and_where_a_voice_is_listened_to(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    seat.press(Qt.Key.Key_Space)
    seat.watching.hide()
    hidden = seat.film.speed
    seat.watching.show()
    seat.press(Qt.Key.Key_Space)
    seat.put.window.parts.listening.toggle("a voice", b"\0\0")

    assert hidden == 0
    assert seat.film.speed == 0
    seat.press(Qt.Key.Key_Space)
    assert seat.output.playing is None, "and the voice stops where the film goes on"
    seat.press(Qt.Key.Key_K)


def test_without_a_preview_a_sentence_says_why_and_the_timeline_remains(
    seat: Seat, numbered_clip: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(numbered_clip.read_bytes())
    entry = entry_of(moved)
    moved.unlink()

    seat.watching.show_result(entry)
    seat.qtbot.waitUntil(seat.watching.again.isVisible, timeout=20_000)

    assert "There is no preview. “moved.mp4”" in seat.watching.picture.words
    assert not seat.watching.transport.play.isEnabled()
    assert seat.watching.transport.play.toolTip() == "There is no preview."
    assert seat.watching.strip is not None
    seat.watching.seek(1.0)
    assert seat.watching.at_s == 1.0
    moved.write_bytes(numbered_clip.read_bytes())
    seat.qtbot.mouseClick(seat.watching.again, Qt.MouseButton.LeftButton)
    seat.qtbot.waitUntil(lambda: seat.watching.film is not None, timeout=20_000)
    assert seat.watching.at_s == 1.0, "it begins where it was asked to"


def test_a_file_that_was_changed_since_is_to_be_checked_again(seat: Seat, numbered_clip: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.mp4"
    changed.write_bytes(numbered_clip.read_bytes())
    queue = seat.put.desk.queue
    (waiting,), _there = queue.add([changed])
    checked = entry_of(changed, key=waiting.key)
    assert checked.result is not None
    changed.write_bytes(numbered_clip.read_bytes() + b"something else")

    seat.watching.show_result(queue.finish(waiting.key, checked.result))
    seat.qtbot.waitUntil(seat.watching.again.isVisible, timeout=20_000)

    assert "“changed.mp4” is not the file any more that was checked." in seat.watching.picture.words
    assert seat.watching.again.text() == "Check again"
    seat.qtbot.mouseClick(seat.watching.again, Qt.MouseButton.LeftButton)
    entry = queue.entry(waiting.key)
    assert entry is not None
    assert entry.stage is Stage.WAITING


def test_without_a_sound_output_it_plays_silently_and_says_so(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    assert "There is no sound output on this computer" in seat.watching.note.text()
    assert not seat.watching.transport.mute.isEnabled()
    assert "no sound output" in seat.watching.transport.mute.toolTip()
    seat.press(Qt.Key.Key_Space)
    seat.qtbot.waitUntil(lambda: seat.watching.at_s > 0.2)


def test_sound_alone_has_no_picture_and_is_stepped_through_all_the_same(seat: Seat, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "podcast.m4a", 3.0)
    entry = entry_of(path, result=podcast(), duration_s=3.0)
    result = entry.result
    assert result is not None
    heard = replace(result.observations, tracks=(), picture=replace(result.observations.picture, present=False))
    seat.watch(replace(entry, result=replace(result, observations=heard)))

    assert not seat.watching.picture.isVisible()
    seat.watching.seek(1.5)
    seat.watching.take_key(key_event(Qt.Key.Key_Right))
    assert seat.watching.at_s == pytest.approx(1.6)
    seat.watching.take_key(key_event(Qt.Key.Key_Space))
    seat.qtbot.waitUntil(lambda: seat.watching.at_s > 1.8)


def test_a_still_shows_its_boxes_and_does_not_play(seat: Seat, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (320, 180), (40, 80, 120)).save(path)
    entry = entry_of(path, duration_s=0.0)
    result = entry.result
    assert result is not None
    seen = result.observations
    still = replace(result, observations=replace(seen, clip=replace(seen.clip, still=True)))

    seat.watching.show_result(replace(entry, result=still))
    seat.qtbot.waitUntil(lambda: bool(seat.watching.picture.tags), timeout=20_000)

    assert seat.watching.film is None
    assert seat.watching.strip is None
    assert {tag.name for tag in seat.watching.picture.tags} >= {"Eileen Collins", "Marta Ruiz"}
    assert not seat.watching.transport.play.isEnabled()


def test_what_qt_cannot_play_is_said(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))

    seat.film.broke.emit()

    assert "cannot be played on this computer" in seat.watching.picture.words
    assert seat.watching.film is None


def test_how_loud_it_was_is_remembered(seat: Seat, numbered_clip: Path, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    transport = seat.watching.transport
    transport.show_loudness(0.35, muted=True)
    transport.boxes.setChecked(False)
    transport.remember(memory)

    again = type(transport)()
    seat.qtbot.addWidget(again)
    again.recall(memory)

    assert (again.volume.value(), again.mute.isChecked(), again.boxes.isChecked()) == (35, True, False)


def test_the_row_of_buttons_fits_narrow_pages(seat: Seat, numbered_clip: Path) -> None:
    seat.watching.show_result(entry_of(numbered_clip))
    transport = seat.watching.transport

    for width in (900, 420, 300):
        seat.watching.resize(width, 800)
        QApplication.processEvents()
        layout = transport.layout()
        assert layout is not None
        assert layout.minimumSize().width() <= max(width, 300)
        assert transport.play.isVisible()

    assert not transport.volume.isVisible()
