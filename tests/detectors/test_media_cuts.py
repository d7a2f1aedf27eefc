from __future__ import annotations

import random
from pathlib import Path

import av
import numpy as np
import pytest

from countenance.wire import ExamineSettings
from detectors.media.cuts import CutFinder, Turn
from detectors.media.reader import open_clip
from detectors.media.thumbnail import luma_thumbnail
from tests.detectors.made import pattern, write_clip

FRAME_S = 0.04
TALKING = (
    "real_moore_1",
    "real_moore_4",
    "real_lp_d10",
    "real_lp_d20",
    "real_pose_ref",
    "at_aiface2_intro",
    "at_monalisa",
)
MOVING = (
    *TALKING,
    "real_aoc_mpeg4",
    "real_lp_d12",
    "real_crowd_mot20",
    "real_elon",
    "os_pushups",
    "lp_groups",
    "wan_cat",
)


def cuts_of(thumbnails) -> list[float]:
    finder, cuts, suspect_s = CutFinder(), [], 0.0
    for number, thumbnail in enumerate(thumbnails):
        turn = finder.push(thumbnail, number * FRAME_S)
        if turn is Turn.SUSPECT:
            suspect_s = number * FRAME_S
        elif turn is Turn.CUT:
            cuts.append(suspect_s)
        elif turn is Turn.CUT_HERE:
            cuts.append(number * FRAME_S)
    if finder.finish() is Turn.CUT:
        cuts.append(suspect_s)
    return cuts


def thumbnails_of(path: Path, most: int = 60):
    with av.open(str(path), metadata_errors="ignore") as container:
        found = []
        for frame in container.decode(container.streams.video[0]):
            found.append(luma_thumbnail(frame))
            if len(found) == most:
                break
    return found


@pytest.fixture(scope="module")
def footage(test_media):
    return {name: thumbnails_of(test_media / "clips" / f"{name}.mp4") for name in MOVING}


@pytest.mark.media
def test_a_talking_head_has_no_cuts(footage):
    assert {name: cuts_of(footage[name]) for name in TALKING} == {name: [] for name in TALKING}


@pytest.mark.media
def test_hard_cuts_between_real_moving_clips_are_found_and_nothing_else(footage):
    chooser = random.Random(7)
    found = missed = invented = 0
    for _ in range(40):
        joined, truth = [], []
        for name in chooser.sample(MOVING, 4):
            truth.append(len(joined) * FRAME_S)
            joined += footage[name]
        cuts = cuts_of(joined)
        hits = sum(any(abs(cut - at_s) < FRAME_S / 2 for cut in cuts) for at_s in truth[1:])
        found, missed, invented = found + hits, missed + 3 - hits, invented + len(cuts) - hits

    assert missed <= 0.02 * found
    assert invented <= 0.02 * found


def within_bars(thumbnail):
    """The same picture squeezed between black bars left and right, as upright clips are shown on wide screens."""
    barred = np.full_like(thumbnail, 16.0)
    barred[:, 8:24] = (thumbnail[:, 0::2] + thumbnail[:, 1::2]) / 2
    return barred


@pytest.mark.media
def test_black_bars_hide_no_cut(footage):
    heads = {name: [within_bars(each) for each in footage[name][:20]] for name in TALKING}
    joins = [(one, other) for one in TALKING for other in TALKING if one < other]

    found = {(one, other): cuts_of([*heads[one], *heads[other]]) for one, other in joins}

    assert found == {join: [20 * FRAME_S] for join in joins}
    assert {name: cuts_of(heads[name]) for name in TALKING} == {name: [] for name in TALKING}


@pytest.mark.media
def test_flashes_are_no_cuts_and_fades_are_one(footage):
    flashing = list(footage["real_moore_1"])
    for number in (20, 21, 40):
        flashing[number] = np.minimum(255, flashing[number] * 0.3 + 190)
    first, second = footage["real_lp_d10"], footage["real_moore_4"]
    down = [first[-1] * (1 - step / 12) for step in range(13)]
    up = [second[0] * (step / 12) for step in range(12)]

    assert cuts_of(flashing) == []
    (cut,) = cuts_of([*first, *down, *up, *second])
    begin_s = len(first) * FRAME_S
    assert begin_s <= cut <= begin_s + 25 * FRAME_S


@pytest.mark.media
def test_a_dissolve_between_two_people_is_a_cut(footage):
    first, second = footage["real_lp_d10"], footage["real_crowd_mot20"]
    mixed = [first[-1] * (1 - step / 16) + second[0] * (step / 16) for step in range(1, 16)]

    cuts = cuts_of([*first, *mixed, *second])

    assert len(cuts) == 1
    assert len(first) * FRAME_S <= cuts[0] <= (len(first) + 25) * FRAME_S


def test_the_reader_gives_the_first_frame_of_each_shot_and_numbers_the_shots(tmp_path):
    pictures = [pattern(n, scene=n // 20) for n in range(60)]
    path = write_clip(tmp_path / "a.mp4", pictures)

    with path.open("rb") as source, open_clip(source, ExamineSettings(sample_every_s=0.5), lambda *_: None) as reader:
        frames = [(round(frame.at_s, 3), frame.shot, frame.first_of_shot) for frame in reader.frames()]

    assert reader.cuts_s == pytest.approx((0.8, 1.6))
    assert [(at_s, shot) for at_s, shot, first in frames if first] == [(0.0, 0), (0.8, 1), (1.6, 2)]
    assert all(shot == (at_s >= 0.8) + (at_s >= 1.6) for at_s, shot, _ in frames)
    assert [at_s for at_s, _, _ in frames] == sorted({at_s for at_s, _, _ in frames})


def test_a_flash_between_two_samples_leaves_the_shot_whole(tmp_path):
    pictures = [pattern(n) for n in range(50)]
    pictures[25] = np.full_like(pictures[25], 250)
    path = write_clip(tmp_path / "a.mp4", pictures)

    with path.open("rb") as source, open_clip(source, ExamineSettings(sample_every_s=0.2), lambda *_: None) as reader:
        shots = {frame.shot for frame in reader.frames()}

    assert shots == {0}
    assert reader.cuts_s == ()
