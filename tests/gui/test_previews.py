"""What lies on a preview's picture and where playing may go, without a player."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from countenance.observations import Box
from countenance.verdict import CheckResult
from gui.presenters.looks import Icon, Tone
from gui.presenters.previews import HOLD_S, LONGEST_BETWEEN_S, BoxTag, Frames, Marked, Overlay, faster
from gui.views.film import rgb_of
from gui.views.film_screen import box_place, label_place
from tests.gui.watching_bench import detection
from tests.reports.material import campaign


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
