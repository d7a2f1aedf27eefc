"""The timeline: what is painted where, how it zooms and scrolls, and what pressing it asks for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.presenters.looks import Icon, Tone
from gui.presenters.timelines import (
    MOST_TICKS,
    Bar,
    Lane,
    LaneGroup,
    LaneKind,
    Stretch,
    Timeline,
    Wave,
    ruler,
    snapped,
    timeline_of,
)
from gui.views.timeline_painting import RULER_HEIGHT, Row, bar_place, merged, rows_of
from gui.views.timeline_strip import TALLEST_BODY, TimelineStrip
from tests.reports.material import campaign
from tests.reports.voiced import interview, podcast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Show = Callable[[Timeline], TimelineStrip]
TIMES = st.floats(0, 1, allow_nan=False)


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def shown(timeline: Timeline) -> TimelineStrip:
        strip = TimelineStrip(timeline)
        qtbot.addWidget(strip)
        strip.resize(900, strip.height())
        strip.show()
        return strip

    return shown


def many(lanes: int, bars: int, name: str = "Somebody") -> Timeline:
    made = tuple(
        Lane(
            name=f"{name} {number}",
            tone=Tone.REVIEW,
            icon=Icon.REVIEW,
            finding=number,
            bars=tuple(Bar(start_s=at * 2.0 + number * 0.01, end_s=at * 2.0 + 1) for at in range(bars)),
            kind=LaneKind.FACE,
        )
        for number in range(lanes)
    )
    return Timeline(
        length_s=bars * 2.0 + 2,
        groups=(LaneGroup(kind=LaneKind.FACE, lanes=made),),
        cuts_s=(3.0, 10.0),
        spoken="",
        wave=Wave(peaks=(0.1, 1.0, 0.3), end_s=bars * 2.0),
    )


def two_voices() -> Timeline:
    timeline = timeline_of(interview())
    assert timeline is not None
    return timeline


def row_of(strip: TimelineStrip, kind: LaneKind, number: int) -> Row:
    return [row for row in strip.rows if row.lane is not None and row.lane.kind is kind][number]


def middle(strip: TimelineStrip, row: Row, bar: Bar) -> QPoint:
    return bar_place(bar, row, strip.places()).translated(0, RULER_HEIGHT).center().toPoint()


@pytest.mark.parametrize("length_s", [0.2, 3.0, 42.0, 600.0, 7200.0, 90_000.0])
def test_a_ruler_begins_at_nought_and_stays_readable(length_s: float) -> None:
    ticks = ruler(0.0, length_s)

    assert ticks[0].at_s == 0
    assert len(ticks) <= MOST_TICKS + 1
    assert ticks[-1].at_s <= length_s
    assert len({tick.words for tick in ticks}) == len(ticks)


@given(length_s=st.floats(0.1, 1e5), start=TIMES, span=st.floats(1e-4, 1), most=st.integers(1, 30))
def test_a_ruler_marks_only_what_is_seen(length_s: float, start: float, span: float, most: int) -> None:
    start_s = start * length_s
    end_s = start_s + max(0.5, span * length_s)

    ticks = ruler(start_s, end_s, most)

    assert len(ticks) <= most + 1
    assert all(start_s - 1e-3 <= tick.at_s <= end_s + 1e-3 for tick in ticks)


@given(length_s=st.floats(0.1, 1e5), moves=st.lists(st.tuples(st.floats(0.01, 100), TIMES, TIMES), max_size=12))
def test_zooming_and_moving_never_leaves_the_clip(length_s: float, moves: list[tuple[float, float, float]]) -> None:
    stretch = Stretch.whole(length_s)

    for factor, around, to in moves:
        stretch = stretch.zoomed(factor, around * length_s).moved(to * length_s)
        assert stretch.start_s >= -1e-9
        assert stretch.end_s <= length_s * (1 + 1e-9)
        assert stretch.span_s >= min(0.5, length_s) * (1 - 1e-9)
        assert stretch.showing(around * length_s).start_s <= around * length_s + 1e-6


@given(around=st.floats(40, 60), factor=st.floats(1.1, 5))
def test_what_is_zoomed_around_stays_where_it_is(around: float, factor: float) -> None:
    before = Stretch(1000.0, 0.0, 100.0)

    after = before.zoomed(factor, around)

    assert (around - after.start_s) / after.span_s == pytest.approx((around - before.start_s) / before.span_s)


def test_snapping_takes_the_nearest_cut_within_reach() -> None:
    assert snapped(3.1, (1.0, 3.0, 5.0), 0.2) == 3.0
    assert snapped(3.4, (1.0, 3.0, 5.0), 0.2) == 3.4
    assert snapped(3.4, (), 9.0) == 3.4


def test_faces_lie_above_the_sound_and_voices_below() -> None:
    rows = rows_of(two_voices())

    kinds = [row.lane.kind if row.lane is not None else None for row in rows]
    assert kinds == [LaneKind.FACE] * 6 + [None] + [LaneKind.VOICE] * 4
    assert all(after.top == before.top + before.height for before, after in itertools.pairwise(rows))


def test_pressing_a_bar_goes_there_and_says_whose_it_is(qtbot: QtBot, show: Show) -> None:
    strip = show(two_voices())
    row = row_of(strip, LaneKind.VOICE, 1)
    assert row.lane is not None
    asked: list[int] = []
    sought: list[float] = []
    strip.passed.connect(asked.append)
    strip.sought.connect(sought.append)

    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle(strip, row, row.lane.bars[0]))

    bar = row.lane.bars[0]
    assert asked == [row.lane.finding]
    assert sought == [pytest.approx((bar.start_s + bar.end_s) / 2, abs=0.1)]
    assert strip.words_at(QPointF(middle(strip, row, bar))).startswith("Marta Ruiz, ")


def test_pressing_a_name_asks_for_the_finding_and_goes_nowhere(qtbot: QtBot, show: Show) -> None:
    strip = show(two_voices())
    row = row_of(strip, LaneKind.FACE, 2)
    asked: list[int] = []
    sought: list[float] = []
    strip.asked_for.connect(asked.append)
    strip.sought.connect(sought.append)

    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, RULER_HEIGHT + row.top + 10))

    assert row.lane is not None
    assert asked == [row.lane.finding]
    assert sought == []


def test_dragging_the_ruler_scrubs_and_with_shift_keeps_to_cuts(qtbot: QtBot, show: Show) -> None:
    strip = show(many(2, 10))
    sought: list[float] = []
    strip.sought.connect(sought.append)
    places = strip.places()

    def at(second: float) -> QPoint:
        return QPoint(round(places.x_of(second)), 10)

    qtbot.mousePress(strip.viewport(), Qt.MouseButton.LeftButton, pos=at(1.0))
    qtbot.mouseMove(strip.viewport(), at(5.0))
    qtbot.mouseRelease(strip.viewport(), Qt.MouseButton.LeftButton, pos=at(5.0))
    qtbot.mouseMove(strip.viewport(), at(7.0))
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at(10.1))

    assert sought == [pytest.approx(1.0, abs=0.05), pytest.approx(5.0, abs=0.05), 10.0]


def test_a_double_click_looks_at_a_stretch_and_a_second_at_everything(qtbot: QtBot, show: Show) -> None:
    strip = show(many(1, 50))
    row = strip.rows[0]
    assert row.lane is not None
    bar = row.lane.bars[20]

    qtbot.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle(strip, row, bar))

    assert strip.stretch.start_s < bar.start_s < bar.end_s < strip.stretch.end_s
    assert strip.stretch.span_s < 2
    qtbot.mouseDClick(
        strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(strip.places().area.x()) + 5, RULER_HEIGHT + 3)
    )
    assert strip.stretch.is_whole


def turn(strip: TimelineStrip, at: QPointF, by: QPoint, keys: Qt.KeyboardModifier) -> QWheelEvent:
    event = QWheelEvent(
        at, strip.mapToGlobal(at), QPoint(), by, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(strip.viewport(), event)
    return event


def test_the_wheel_zooms_around_the_pointer_with_ctrl_and_leaves_the_page_alone_with_it(show: Show) -> None:
    strip = show(many(3, 100))
    at = QPointF(500, 40)
    under_s = strip.places().time_at(at.x())

    zoomed = turn(strip, at, QPoint(0, 240), Qt.KeyboardModifier.ControlModifier)
    plain = turn(strip, at, QPoint(0, -120), Qt.KeyboardModifier.NoModifier)

    assert zoomed.isAccepted()
    assert not plain.isAccepted(), "with few lanes the page scrolls"
    assert strip.stretch.span_s == pytest.approx(202 / 2.25)
    assert strip.places().time_at(at.x()) == pytest.approx(under_s)


def test_a_zoomed_timeline_scrolls_along_by_bar_wheel_and_playhead(show: Show) -> None:
    strip = show(many(3, 100))
    strip.zoom(4, 20.0)
    start_s = strip.stretch.start_s

    turn(strip, QPointF(500, 40), QPoint(0, -240), Qt.KeyboardModifier.ShiftModifier)
    turned_s = strip.stretch.start_s
    bar = strip.horizontalScrollBar()
    bar.setValue(bar.maximum())
    scrolled = strip.stretch
    strip.show_playhead(3.0)
    stayed = strip.stretch
    strip.show_playhead(3.0, follow=True)

    assert turned_s > start_s
    assert scrolled.end_s == pytest.approx(scrolled.length_s)
    assert stayed == scrolled
    assert strip.stretch.start_s <= 3.0 <= strip.stretch.end_s


def test_many_lanes_scroll_in_a_bounded_height_and_the_chosen_one_comes_into_view(show: Show) -> None:
    strip = show(many(40, 5))

    strip.show_chosen(38)

    down = strip.verticalScrollBar()
    row = strip.rows[38]
    assert strip.height() <= TALLEST_BODY + RULER_HEIGHT + 20
    assert down.value() <= row.top <= down.value() + strip.viewport().height() - RULER_HEIGHT
    assert turn(strip, QPointF(300, 60), QPoint(0, 120), Qt.KeyboardModifier.NoModifier).isAccepted()


def test_arrows_go_from_lane_to_lane_and_leave_sideways_to_whoever_steps(qtbot: QtBot, show: Show) -> None:
    strip = show(many(3, 4))
    asked: list[int] = []
    strip.asked_for.connect(asked.append)
    strip.asked_for.connect(strip.show_chosen)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Plus):
        qtbot.keyClick(strip, key)

    assert asked == [0, 1, 0]
    assert not strip.stretch.is_whole
    qtbot.keyClick(strip, Qt.Key.Key_0)
    assert strip.stretch.is_whole


def test_a_name_too_long_for_its_column_is_told_in_a_tool_tip(show: Show) -> None:
    strip = show(many(1, 3, name="Konstantinopoulou-Featherstonehaugh of the Northern Isles"))

    assert strip.words_at(QPointF(60, RULER_HEIGHT + 12)).startswith("Konstantinopoulou-Featherstonehaugh")
    assert strip.accessibleName() == "Timeline"


def test_where_several_speak_at_once_is_told_between_bars(show: Show) -> None:
    timeline = two_voices()
    strip = show(timeline)
    overlap = timeline.overlaps[0]
    sound = next(row for row in strip.rows if row.lane is None)
    x = strip.places().x_of((overlap.start_s + overlap.end_s) / 2)

    assert strip.words_at(QPointF(x, RULER_HEIGHT + sound.top + 20)) == "Several people speak at once"


def test_ten_thousand_bars_are_run_together_to_what_can_be_seen(show: Show) -> None:
    strip = show(many(1, 10_000))
    row = strip.rows[0]

    whole = list(merged(row, strip.places()))
    strip.zoom(400, 10_000.0)
    close = list(merged(row, strip.places()))

    assert len(whole) <= strip.places().area.width()
    assert 20 <= len(close) <= 30
    assert strip.grab().width() == 900


@given(
    spans=st.lists(st.tuples(st.floats(0, 99), st.floats(0.01, 30)), min_size=1, max_size=30), start=st.floats(0, 90)
)
def test_running_bars_together_shows_all_that_is_in_view(spans: list[tuple[float, float]], start: float) -> None:
    from PySide6.QtCore import QRectF

    from gui.views.timeline_painting import Places

    bars = tuple(sorted((Bar(start_s=at, end_s=at + lasts) for at, lasts in spans), key=lambda bar: bar.start_s))
    timeline = many(1, 1)
    lane = replace(timeline.groups[0].lanes[0], bars=bars)
    timeline = replace(timeline, length_s=130.0, groups=(LaneGroup(kind=LaneKind.FACE, lanes=(lane,)),), wave=None)
    places = Places(QRectF(0, 0, 400, 30), Stretch(130.0, start, 20.0))

    shown = list(merged(rows_of(timeline)[0], places))

    for bar in bars:
        if bar.start_s <= start + 20 and bar.end_s >= start:
            assert any(began <= bar.start_s and bar.end_s <= ended for began, ended in shown)


def test_the_strip_paints_in_any_width_and_with_anything(qtbot: QtBot) -> None:
    for result in (interview(), podcast(), campaign()):
        timeline = timeline_of(result)
        assert timeline is not None
        strip = TimelineStrip(timeline)
        qtbot.addWidget(strip)
        strip.show_marked((2.0, 6.0))
        strip.show_playhead(3.0)
        for width in (120, 900):
            strip.resize(width, strip.height())
            assert strip.grab().width() == width


def test_playing_paints_only_where_the_playhead_was_and_is(show: Show) -> None:
    strip = show(two_voices())
    strip.grab()
    body = strip._body

    strip.show_playhead(9.0)
    strip.grab()

    assert strip._body is body, "lanes are not painted anew for each frame"
