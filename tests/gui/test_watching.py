"""Watching a clip: the real detectors make the proxy, Qt's player plays it without a display or a sound output."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QEvent, QRectF, QSettings, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.observations import Box, Clip, FaceDetection
from countenance.verdict import CheckResult
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.presenters.looks import Icon, Tone
from gui.presenters.previews import HOLD_S, LONGEST_BETWEEN_S, BoxTag, Frames, Marked, Overlay, faster
from gui.presenters.queues import Entry, Stage
from gui.views.film import Film, rgb_of
from gui.views.film_screen import box_place, label_place
from gui.views.timeline_painting import RULER_HEIGHT, bar_place
from gui.views.watching import Watching
from scan.proxy import Proxy
from scan.worker import DetectorWorker
from tests.detectors.made import write_clip, write_sound
from tests.gui.conftest import StandIn, StandInOutput
from tests.reports.material import campaign
from tests.reports.voiced import podcast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BLOCKS, SIDE = 7, 16
STAMPS = [number + number // 2 for number in range(60)]  # of 1/25 s: unevenly


class Previewer(StandIn):
    """The stand-in, with the real detectors' process behind its previews."""

    def __init__(self) -> None:
        super().__init__()
        self.worker = DetectorWorker()
        self.asked: list[Path] = []

    def preview(self, path: Path, clip: Clip, on_progress: ProgressHook, cancel: CancelToken) -> Proxy:
        self.asked.append(path)
        return self.worker.preview(path, clip, on_progress, cancel)


@dataclass
class Seat:
    """Somebody who watches."""

    qtbot: QtBot
    watching: Watching
    previewer: Previewer
    output: StandInOutput
    put: Put

    @property
    def film(self) -> Film:
        film = self.watching.film
        assert film is not None
        return film

    def watch(self, entry: Entry) -> None:
        self.watching.show_result(entry)
        self.qtbot.waitUntil(lambda: self.watching.film is not None, timeout=20_000)
        self.qtbot.waitUntil(lambda: self.watching.picture.image.width() > 0 or not self.film.frames.times)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.watching.picture, key, keys)

    def sees(self, number: int) -> None:
        """Wait until a frame is shown."""
        self.qtbot.waitUntil(lambda: number_in(self.watching.picture.image) == number)


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
    """Return a clip whose every frame carries its number, in blocks along its top."""
    pictures = []
    for number in range(len(STAMPS)):
        picture = np.full((180, 320, 3), 90, np.uint8)
        for block in range(BLOCKS):
            picture[: SIDE * 2, block * SIDE * 2 : (block + 1) * SIDE * 2] = 255 * (number >> block & 1)
        pictures.append(picture)
    path = tmp_path_factory.mktemp("numbered") / "numbered.mp4"
    return write_clip(path, pictures, stamps=STAMPS, time_base=Fraction(1, 25), sound_s=3.0)


def number_in(image: QImage) -> int:
    if image.isNull():
        return -1
    scale = image.width() / 320
    middles = [round((block + 0.5) * SIDE * 2 * scale) for block in range(BLOCKS)]
    return sum((image.pixelColor(x, round(SIDE * scale)).lightness() > 128) << bit for bit, x in enumerate(middles))


def entry_of(path: Path, *, key: int = 1, result: CheckResult | None = None, duration_s: float = 3.6) -> Entry:
    """Return a clip as it was checked: the findings of the campaign, the faces of the first two moving."""
    told = result or campaign()
    seen = told.observations
    moving = tuple(
        replace(
            track,
            start_s=0.4 + place,
            end_s=1.2 + place,
            detections=tuple(
                detection(0.4 + place + step * 0.2, x=0.1 + step * 0.1, y=0.3 + place * 0.2) for step in range(5)
            ),
        )
        for place, track in enumerate(seen.tracks[:2])
    )
    clip = replace(
        seen.clip,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        duration_s=duration_s,
        width=320,
        height=180,
    )
    observed = replace(seen, clip=clip, tracks=(*moving, *seen.tracks[2:]), cuts_s=(1.3,))
    return Entry(key=key, path=path, stage=Stage.DONE, result=replace(told, observations=observed))


def detection(at_s: float, *, x: float = 0.1, y: float = 0.3) -> FaceDetection:
    box = Box(x=x, y=y, width=0.2, height=0.3)
    return FaceDetection(at_s=at_s, box=box, score=0.9, size_px=50, sharpness=0.5, yaw=0, quality=0.5)


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


def test_pressing_a_lane_goes_there_and_picks_its_finding(seat: Seat, numbered_clip: Path) -> None:
    seat.watch(entry_of(numbered_clip))
    strip = seat.watching.strip
    assert strip is not None
    row = strip.rows[0]
    assert row.lane is not None
    picked: list[int] = []
    seat.watching.finding_picked.connect(picked.append)

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
    changed = tmp_path / "changed.mp4"
    changed.write_bytes(numbered_clip.read_bytes())
    entry = entry_of(changed)
    changed.write_bytes(numbered_clip.read_bytes() + b"something else")

    seat.watching.show_result(entry)
    seat.qtbot.waitUntil(seat.watching.again.isVisible, timeout=20_000)

    assert "“changed.mp4” is not the file any more that was checked." in seat.watching.picture.words
    assert not seat.watching.transport.play.isEnabled()
    assert seat.watching.transport.play.toolTip() == "There is no preview."
    assert seat.watching.strip is not None
    seat.watching.seek(1.0)
    assert seat.watching.at_s == 1.0
    changed.write_bytes(numbered_clip.read_bytes())
    seat.qtbot.mouseClick(seat.watching.again, Qt.MouseButton.LeftButton)
    seat.qtbot.waitUntil(lambda: seat.watching.film is not None, timeout=20_000)
    assert seat.watching.at_s == 1.0, "it begins where it was asked to"


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


def key_event(key: Qt.Key) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)


# What needs no player.


@cache
def usual() -> CheckResult:
    return campaign()


MOMENTS = st.lists(st.floats(0, 20), min_size=1, max_size=8, unique=True).map(sorted)


def overlay_of(times: list[float], cuts: list[float]) -> Overlay:
    result = usual()
    track = replace(
        result.observations.tracks[0],
        start_s=times[0],
        end_s=times[-1],
        detections=tuple(detection(at_s, x=at_s / 40) for at_s in times),
    )
    seen = replace(result.observations, tracks=(track,), cuts_s=tuple(sorted(cuts)))
    return Overlay(replace(result, observations=seen))


@given(times=MOMENTS, at_s=st.floats(-1, 22))
def test_a_box_lies_between_its_neighbours_and_never_in_a_gap(times: list[float], at_s: float) -> None:
    tags = overlay_of(times, []).at(at_s)

    near = min(abs(at_s - one) for one in times)
    between = any(one <= at_s <= other and other - one <= LONGEST_BETWEEN_S for one, other in pairwise(times))
    if near > HOLD_S + 0.003 and not between:
        assert tags == ()
    if near == 0 or between:
        assert len(tags) == 1
    for tag in tags:
        assert times[0] / 40 - 1e-9 <= tag.box.x <= times[-1] / 40 + 1e-9
        if between:
            assert tag.box.x == pytest.approx(at_s / 40, abs=1e-9)


@given(times=MOMENTS, cut=st.floats(0, 20), past=st.floats(0.003, 1))
def test_no_box_reaches_over_a_cut(times: list[float], cut: float, past: float) -> None:
    before = [one for one in times if one < cut - 0.01]
    if not before:
        return
    after = [one for one in times if one >= cut]

    assert overlay_of(before, [cut]).at(cut) == ()
    if after:
        assert overlay_of(after, [cut]).at(cut - past) == ()


def test_names_and_tones_are_those_of_the_findings() -> None:
    result = campaign()
    tags = Overlay(result).at(result.observations.tracks[2].detections[0].at_s)

    assert [(tag.name, tag.tone, tag.icon) for tag in tags] == [("Marta Ruiz", Tone.REVIEW, Icon.REVIEW)]


@given(gaps=st.lists(st.integers(25, 3000), min_size=1, max_size=40), at=st.floats(0, 1), by=st.integers(-50, 50))
def test_stepping_goes_to_a_frame_and_its_position_lies_inside_it(gaps: list[int], at: float, by: int) -> None:
    times = tuple(sum(gaps[:number]) / 1000 for number in range(len(gaps)))
    frames = Frames(times, times[-1] + 0.04)

    stepped = frames.stepped(at * frames.length_s, by)
    position_ms = frames.position_ms(stepped)

    index = times.index(stepped)
    assert times[index] * 1000 <= position_ms
    assert index + 1 == len(times) or position_ms < times[index + 1] * 1000
    assert frames.index_at(stepped) == index


@given(marks=st.lists(st.tuples(st.booleans(), st.floats(0, 100)), max_size=10))
def test_a_marked_stretch_always_runs_forwards(marks: list[tuple[bool, float]]) -> None:
    marked = Marked()
    for starts, at_s in marks:
        marked = marked.starting(at_s) if starts else marked.ending(at_s)

        bounds = marked.bounds(120.0)
        assert bounds is not None
        assert bounds[0] <= bounds[1]
        assert bounds[0 if starts else 1] == at_s


def test_each_press_doubles_the_speed_and_turning_begins_anew() -> None:
    assert [faster(speed, True) for speed in (0, 1, 2, 4, 8, -4)] == [1, 2, 4, 8, 8, 1]
    assert [faster(speed, False) for speed in (0, -1, -4, 2)] == [-1, -2, -8, -1]


@given(
    x=st.floats(0, 0.9), y=st.floats(0, 0.9), side=st.floats(0.01, 1), width=st.floats(20, 900), room=st.floats(60, 800)
)
def test_a_name_stays_inside_the_picture(x: float, y: float, side: float, width: float, room: float) -> None:
    place = QRectF(10, 20, room, room * 0.6)
    box = Box(x=x, y=y, width=min(side, 1 - x), height=min(side, 1 - y))
    tag = BoxTag(box=box, name="", tone=Tone.REVIEW, icon=Icon.REVIEW, finding=0)

    label = label_place(box_place(tag, place), place, width, [])

    assert place.adjusted(-0.01, -0.01, 0.01, 0.01).contains(label)


def test_two_names_do_not_lie_on_each_other_where_there_is_room() -> None:
    place = QRectF(0, 0, 600, 400)
    first = label_place(QRectF(100, 100, 80, 80), place, 120, [])

    second = label_place(QRectF(110, 100, 80, 80), place, 120, [first])

    assert not first.intersects(second)


@given(luma=st.integers(0, 255), blue=st.integers(0, 255), red=st.integers(0, 255))
def test_colours_are_those_of_the_standard(luma: int, blue: int, red: int) -> None:
    shown = rgb_of(np.full((2, 2), luma, np.uint8), np.full((1, 1), blue, np.uint8), np.full((1, 1), red, np.uint8))

    bright = (luma - 16) * 255 / 219
    wanted = (
        bright + 2.0172 * (blue - 128),
        bright - 0.3918 * (blue - 128) - 0.8130 * (red - 128),
        bright + 1.5960 * (red - 128),
    )
    assert np.abs(shown[0, 0, :3].astype(float) - np.clip(wanted, 0, 255)).max() <= 2
