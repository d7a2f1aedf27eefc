from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from scan.evaluation.curve import TRUST, fit_impostor_curve, mix_curves
from scan.operating import rate_at, score_at


def strangers(count: int = 20_000, spread: float = 0.1, shift: float = 0.0) -> np.ndarray:
    """Return impostor scores on a bell around `shift`, without chance."""
    return norm.ppf((np.arange(count) + 0.5) / count) * spread + shift


@pytest.fixture(scope="module")
def curve():
    return fit_impostor_curve(strangers(), people=200)


def test_scores_rise_and_rates_fall(curve):
    assert all(high >= low for low, high in pairwise(curve.scores))
    assert all(rare < common for common, rare in pairwise(curve.rates))
    assert (curve.people, curve.comparisons) == (200, 20_000)


@pytest.mark.parametrize("rate", [0.3, 1e-1, 1e-2])
def test_where_there_are_plenty_of_data_the_curve_is_the_data(curve, rate):
    assert score_at(curve, rate) == pytest.approx(norm.isf(rate) * 0.1, abs=0.003)


@pytest.mark.parametrize("rate", [1e-3, 1e-4])
def test_the_tail_is_near_the_truth(curve, rate):
    assert score_at(curve, rate) == pytest.approx(norm.isf(rate) * 0.1, abs=0.03)


def test_nothing_is_said_half_a_decade_beyond_the_last_comparison(curve):
    assert curve.floor == pytest.approx(TRUST / 20_000)
    assert curve.rates[-1] == curve.floor
    assert score_at(curve, curve.floor * 0.99) is None


def test_comparisons_that_stand_in_several_times_do_not_lower_the_floor():
    once, often = strangers(), np.repeat(strangers(), 5)

    assert fit_impostor_curve(often, 200, 20_000).floor == fit_impostor_curve(once, 200).floor


@pytest.mark.parametrize(("count", "people"), [(199, 50), (20_000, 4)])
def test_too_few_people_or_comparisons_make_no_figures(count, people):
    with pytest.raises(ValueError, match="five people"):
        fit_impostor_curve(strangers(count), people)


@pytest.mark.parametrize("tail", ["heavy", "bounded", "constant"])
def test_an_odd_tail_still_makes_a_falling_curve(tail):
    grid = (np.arange(2000) + 0.5) / 2000
    scores = {"heavy": 0.01 / (1 - grid), "bounded": 1 - np.sqrt(1 - grid), "constant": np.minimum(grid, 0.99)}[tail]

    fitted = fit_impostor_curve(scores, 50)

    assert all(np.isfinite(fitted.scores))
    assert all(high >= low for low, high in pairwise(fitted.scores))


def test_a_share_of_look_alikes_makes_every_likeness_more_common(curve):
    alike = fit_impostor_curve(strangers(2000, shift=0.3), people=10)

    mixed = mix_curves(curve, alike, 0.01)

    for score in (0.1, 0.2, 0.3):
        assert rate_at(mixed, score)[0] >= rate_at(curve, score)[0] * 0.98
    assert rate_at(mixed, 0.35)[0] > rate_at(curve, 0.35)[0]
    assert (mixed.floor, mixed.people) == (curve.floor, 210)
    assert all(high >= low for low, high in pairwise(mixed.scores))
    assert all(rare < common for common, rare in pairwise(mixed.rates))


def test_no_look_alikes_change_next_to_nothing(curve):
    alike = fit_impostor_curve(strangers(2000, shift=0.3), people=10)

    mixed = mix_curves(curve, alike, 0.0)

    for rate in (1e-1, 1e-2, 1e-3, 1e-4):
        assert score_at(mixed, rate) == pytest.approx(score_at(curve, rate), abs=0.005)
