"""Rates per clip and back, scores and back, and that no bound is ever lowered by more people or more faces."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.packs import LikenessScale
from scan.identify import bounds_of
from scan.operating import (
    Promise,
    operating_point,
    rate_at,
    rate_per_clip,
    rate_per_comparison,
    score_at,
    score_per_decade,
)
from tests.scan.made import SCALE, curve

PEOPLE = st.integers(0, 5000)
TRACKS = st.integers(0, 200)
FPIRS = st.floats(1e-4, 0.5)


def height(bound: float | None) -> float:
    """Return a bound as a height: none at all is above every score."""
    return math.inf if bound is None else bound


@given(FPIRS, PEOPLE, TRACKS)
def test_the_share_of_clips_leads_to_a_rate_and_back(fpir, people, tracks):
    rate = rate_per_comparison(fpir, people, tracks)

    assert rate_per_clip(rate, people, tracks) == pytest.approx(fpir, rel=1e-6)


def test_one_comparison_needs_no_correction():
    assert rate_per_comparison(0.05, 1, 1) == pytest.approx(0.05)
    assert rate_per_comparison(0.05, 0, 0) == pytest.approx(0.05)


def test_a_hundred_comparisons_share_the_promise():
    assert rate_per_comparison(0.05, 10, 10) == pytest.approx(0.05 / 100, rel=0.03)
    assert 1 - (1 - rate_per_comparison(0.05, 10, 10)) ** 100 == pytest.approx(0.05)


@given(st.floats(1e-6, 1.0))
def test_a_rate_leads_to_a_score_and_back(rate):
    score = score_at(curve(), rate)

    assert score is not None
    assert rate_at(curve(), score)[0] == pytest.approx(rate, rel=1e-6)


def test_nothing_rarer_than_the_floor_is_claimed():
    figures = curve(floor=1e-4)

    assert score_at(figures, 0.9e-4) is None
    rate, capped = rate_at(figures, 5.0)
    assert rate == pytest.approx(1e-4)
    assert rate >= figures.floor
    assert capped
    assert rate_at(figures, 0.5)[1] is False


@given(st.floats(-1.0, 2.0), st.floats(-1.0, 2.0))
def test_a_higher_score_never_reads_as_less_telling(a, b):
    low, high = sorted((a, b))

    assert rate_at(curve(), high)[0] <= rate_at(curve(), low)[0]
    assert rate_at(curve(), low)[1] <= rate_at(curve(), high)[1]


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0))
def test_a_rarer_rate_never_asks_for_a_lower_score(a, b):
    rare, common = sorted((a, b))

    assert height(score_at(curve(), rare)) >= height(score_at(curve(), common))


@given(st.floats(0.0, 1.0), PEOPLE, PEOPLE, TRACKS, TRACKS)
def test_more_comparisons_make_a_false_alarm_more_likely(rate, a, b, c, d):
    (few, many), (short, long) = sorted((a, b)), sorted((c, d))

    assert 0 <= rate_per_clip(rate, few, short) <= rate_per_clip(rate, many, long) <= 1


@given(PEOPLE, PEOPLE, TRACKS, TRACKS, st.sampled_from([1e-6, 1e-5, 1e-3]))
def test_a_larger_registry_or_more_faces_never_lower_a_bound(a, b, c, d, floor):
    (few, many), (short, long) = sorted((a, b)), sorted((c, d))
    scale = replace(SCALE, singles=curve(floor), generated=curve(floor, reach=1.1))

    small = bounds_of(scale, operating_point(scale, Promise(), few, short))
    large = bounds_of(scale, operating_point(scale, Promise(), many, long))

    assert large.review >= small.review
    assert height(large.block) >= height(small.block)
    assert height(large.block_few) >= height(small.block_few) or large.block is None
    assert height(large.block_single) >= height(small.block_single) or large.block is None


@given(PEOPLE, TRACKS, FPIRS)
def test_fewer_independent_samples_never_ask_for_less(people, tracks, fpir):
    promise = Promise(review_fpir=max(fpir, 0.05), block_fpir=min(fpir, 0.05))
    bounds = bounds_of(SCALE, operating_point(SCALE, promise, people, tracks))

    if bounds.block is not None:
        assert bounds.review <= bounds.block <= height(bounds.block_few) <= height(bounds.block_single)


def test_a_tighter_promise_asks_for_more():
    loose = bounds_of(SCALE, operating_point(SCALE, Promise(block_fpir=0.005), 10, 2))
    tight = bounds_of(SCALE, operating_point(SCALE, Promise(block_fpir=0.001), 10, 2))

    assert tight.block > loose.block
    assert tight.review == loose.review


def test_the_point_tells_what_it_was_made_for():
    point = operating_point(SCALE, Promise(review_fpir=0.02, block_fpir=0.001), 7, 3)

    assert (point.review_fpir, point.block_fpir) == (0.02, 0.001)
    assert (point.people, point.tracks, point.pack) == (7, 3, "drawn")


def test_a_registry_beyond_the_figures_has_no_bound_for_a_block():
    scale = replace(SCALE, singles=curve(floor=1e-3))

    assert operating_point(scale, Promise(), 1, 1).block_fmr is not None
    assert operating_point(scale, Promise(), 100, 1).block_fmr is None


def test_a_pack_without_figures_has_no_bounds_at_all():
    scale = LikenessScale(pack="bare", dimension=SCALE.dimension)

    point = operating_point(scale, Promise(), 1, 1)

    assert point.block_fmr is None
    assert bounds_of(scale, point).review == math.inf


def test_a_block_is_judged_by_the_figures_that_generated_faces_are_part_of():
    mixed = replace(SCALE, generated=curve(reach=1.3))

    plain = bounds_of(SCALE, operating_point(SCALE, Promise(), 5, 1))
    strict = bounds_of(mixed, operating_point(mixed, Promise(), 5, 1))

    assert strict.block > plain.block
    assert strict.review == plain.review


def test_the_yardstick_is_the_score_of_one_decade():
    assert score_per_decade(curve()) == pytest.approx(1 / 6)
    assert score_per_decade(curve(reach=2.0)) == pytest.approx(2 / 6)
