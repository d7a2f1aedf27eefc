from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.media.sampling import Sampler
from detectors.media.timing import Clock

BASE = Fraction(1, 1000)


def placed(stamps, *, start=None, jumps=False):
    clock = Clock(start, 0.04, jumps=jumps)
    return [clock.place(stamp, BASE) for stamp in stamps]


def test_sound_stamps_are_kept_as_they_are():
    assert placed([3_600_000, 3_600_040, 3_600_333]) == [0.0, 0.04, 0.333]


def test_missing_and_repeated_stamps_are_placed_behind_the_frame_before():
    times = placed([0, None, 100, 100, 90, 140])

    assert times[:3] == [0.0, 0.04, 0.1]
    assert times[3:5] == pytest.approx([0.1, 0.1], abs=1e-4)
    assert times[5] == 0.14


def test_a_count_that_starts_anew_goes_on():
    assert placed([0, 40, 5_000, 0, 40]) == pytest.approx([0, 0.04, 5.0, 5.04, 5.08])


def test_a_long_pause_is_believed_unless_the_container_is_joined_at_will():
    assert placed([0, 700_000]) == [0.0, 700.0]
    assert placed([0, 700_000, 700_040], jumps=True) == pytest.approx([0.0, 0.04, 0.08])


@given(st.lists(st.none() | st.integers(-(2**63), 2**63), max_size=40), st.none() | st.integers(-(2**40), 2**40))
def test_time_always_goes_forward(stamps, start):
    times = placed(stamps, start=start)

    assert all(later > earlier for earlier, later in pairwise(times))


def test_samples_keep_their_spacing_on_average():
    sampler = Sampler(0.25, 60.0)
    taken = 0

    for number in range(25 * 60):
        if sampler.due(number / 25):
            sampler.took(number / 25)
            taken += 1

    assert taken == pytest.approx(240, abs=2)


def test_all_first_frames_are_taken_where_the_length_is_unknown():
    sampler = Sampler(0.25, None)
    taken = []

    for number in range(100):
        if sampler.due(number / 25):
            sampler.took(number / 25)
            taken.append(number)

    assert taken[:12] == list(range(12))
    assert len(taken) < 30
