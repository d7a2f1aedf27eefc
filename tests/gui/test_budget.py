"""What a promise of few false alarms costs, in words; no window is needed."""

from __future__ import annotations

import pytest

import models
from countenance.packs import MissCurve, PackCard
from countenance.people import Modality
from countenance.settings import Settings
from gui.presenters.budget import (
    REVIEW_STOPS,
    Sizes,
    budget_look,
    following,
    follows,
    missed_at,
    nearest_stop,
    share_words,
)

FIFTY = Sizes(faces=50, voices=50)


@pytest.fixture
def measured() -> PackCard:
    """Return a pack with its shipped figures."""
    return models.load_pack("starter")


def test_a_stricter_promise_never_overlooks_fewer(measured: PackCard) -> None:
    missed = [
        [curve.now for curve in budget_look(measured, FIFTY, rate, following(rate)).curves] for rate in REVIEW_STOPS
    ]

    assert all(len(both) == 2 for both in missed)
    assert missed == sorted(missed, reverse=True)
    assert missed[0][0] > missed[-1][0]


def test_a_larger_registry_costs_more(measured: PackCard) -> None:
    small, large = (
        budget_look(measured, Sizes(faces=count, voices=0), 0.05, 0.005).curves[0].now for count in (5, 1000)
    )

    assert small < large


def test_the_cost_is_said_in_words_with_what_it_was_measured_on(measured: PackCard) -> None:
    look = budget_look(measured, Sizes(faces=1000, voices=0), 0.05, 0.005)

    assert (look.review, look.block) == ("5 in 100", "5 in 1,000")
    assert look.costs[0].startswith("With your registry of 1,000 people, about 5 in 100 clips of strangers raise a")
    assert look.costs[1] == "About 9 in 100 pictures of enrolled people’s faces are overlooked."
    assert "320 pictures of 69 people" in look.basis
    assert "public figures" in look.spoken


def test_faces_alone_have_the_whole_budget(measured: PackCard) -> None:
    alone = budget_look(measured, Sizes(faces=50, voices=0), 0.05, 0.005).curves
    both = budget_look(measured, FIFTY, 0.05, 0.005).curves

    assert [curve.modality for curve in alone] == [Modality.FACE]
    assert alone[0].now <= both[0].now


def test_without_a_registry_an_example_is_told_of(measured: PackCard) -> None:
    for sizes in (None, Sizes(faces=0, voices=0)):
        assert "With a registry of 50 people" in budget_look(measured, sizes, 0.05, 0.005).costs[0]


def test_models_that_nobody_measured_promise_nothing(card: PackCard) -> None:
    look = budget_look(card, FIFTY, 0.05, 0.005)

    assert look.curves == ()
    assert len(look.costs) == 1
    assert "nobody has measured" in look.basis


def test_misses_between_measured_points_lie_between_them() -> None:
    curve = MissCurve(rates=(0.1, 0.001), missed=(0.0, 0.2), low=(0, 0.1), high=(0.1, 0.3), comparisons=9, people=5)

    assert missed_at(curve, 0.01) == pytest.approx(0.1)
    assert missed_at(curve, 0.5) == 0.0
    assert missed_at(curve, 1e-6) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.05, "5 in 100"), (0.3, "30 in 100"), (0.005, "5 in 1,000"), (0.0005, "5 in 10,000"), (0.00001, "1 in 10,000")],
)
def test_shares_are_said_as_people_say_them(share: float, words: str) -> None:
    assert share_words(share) == words


def test_blocks_follow_reviews_unless_set_apart() -> None:
    assert follows(Settings())
    assert not follows(Settings(block_rate=0.02))
    assert REVIEW_STOPS[nearest_stop(REVIEW_STOPS, 0.045)] == 0.05
