"""From promised false alarms to bounds on a score, and back from a score to a rate a person can read.

A clip of strangers with T examined tracks is compared with N people, so a bound per comparison f raises an alarm in
about 1 - (1 - f)^(N·T) of such clips; solved for f. The rates come from the pack's measured impostor figures,
interpolated in log rate; nothing rarer than their floor is ever claimed (docs/accuracy.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from countenance.identification import OperatingPoint
from countenance.packs import ImpostorCurve, LikenessScale

REVIEW_FPIR = 0.05
BLOCK_FPIR = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many clips of strangers, of all, may raise a review or a block, for all modalities together."""

    review_fpir: float = REVIEW_FPIR
    block_fpir: float = BLOCK_FPIR

    def shared_by(self, modalities: int) -> Promise:
        """Return each modality's part where so many of them are compared; none or one has all of it.

        Equal parts keep the whole whatever the modalities have to do with each other: the chance that either raises a
        false alarm is never above the sum of both (Bonferroni; docs/adr/0020-voices-and-budget.md).
        """
        parts = max(1, modalities)
        return Promise(review_fpir=self.review_fpir / parts, block_fpir=self.block_fpir / parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Scores a track must reach.

    Attributes:
        review: at least this is `possible`.
        block: at least this is `identified`; None where no figures support a block for this registry.
        block_single: the same where only one picture speaks; never below `block`.
        block_few: the same for fewer than three samples a second apart; between the two.
        margin: how far the best must lead the runner-up: the score that one decade of the rate spans.
    """

    review: float
    block: float | None
    block_few: float | None
    block_single: float | None
    margin: float


RAREST_CLAIM = 1e-4
"""Nothing rarer is said of a clip: the figures rest on some 180 people, and one in 10,000 is the most they can say."""

FEW_SAMPLES_FACTOR = 3.0
SINGLE_PICTURE_FACTOR = 10.0
"""Fewer independent samples must be rarer by these factors: one picture can be unlucky, three a second apart rarely
are (the shape of the rule: docs/adr/0010-track-rule.md)."""


def rate_at(curve: ImpostorCurve, score: float) -> tuple[float, bool]:
    """Return the false-match rate per comparison at `score`, and whether it is capped at the curve's floor."""
    log_rate = float(np.interp(score, curve.scores, np.log(curve.rates)))
    beyond = score > curve.scores[-1]
    rate = math.exp(log_rate)
    return max(rate, curve.floor), beyond or rate <= curve.floor


def score_at(curve: ImpostorCurve, rate: float) -> float | None:
    """Return the score whose false-match rate is `rate`; None where the figures do not reach so far."""
    if rate < curve.floor:
        return None
    return float(np.interp(-math.log(rate), -np.log(curve.rates), curve.scores))


def score_per_decade(curve: ImpostorCurve) -> float:
    """Return the score between a false-match rate of 1e-3 and of 1e-4 (or the floor): the pack's own yardstick."""
    low, high = score_at(curve, max(1e-3, curve.floor)), score_at(curve, max(1e-4, curve.floor))
    assert low is not None
    assert high is not None
    return high - low


def rate_per_comparison(fpir: float, people: int, tracks: int) -> float:
    """Return the bound per comparison that keeps a clip of strangers at `fpir`."""
    comparisons = max(1, people) * max(1, tracks)
    return float(-math.expm1(math.log1p(-fpir) / comparisons))


def rate_per_clip(rate: float, people: int, tracks: int) -> float:
    """Return the share of strangers' clips that reach a rate per comparison in at least one of the comparisons."""
    return float(-math.expm1(max(1, people) * max(1, tracks) * math.log1p(-min(rate, 1 - 1e-12))))


def largest_registry(floor: float, fpir: float, tracks: int) -> int:
    """Return how many people may be enrolled for figures with this floor to keep `fpir` with so many tracks a clip."""
    return max(0, math.floor(math.log1p(-fpir) / math.log1p(-min(floor, 1 - 1e-12)) / max(1, tracks) + 1e-9))


def operating_point(scale: LikenessScale, promise: Promise, people: int, tracks: int) -> OperatingPoint:
    """Return the bounds per comparison that keep `promise` for a registry and a clip of this size.

    Where the figures know no rate rare enough for the reviews, the rarest they know is used, and the point promises
    what that keeps: more than was asked for. Without figures nothing is promised: a share of 1.
    """
    review = rate_per_comparison(promise.review_fpir, people, tracks)
    block = rate_per_comparison(promise.block_fpir, people, tracks)
    review_fpir, curve = promise.review_fpir, scale.strictest
    if scale.singles is None:
        review = review_fpir = 1.0
    elif review < scale.singles.floor:
        review = scale.singles.floor
        review_fpir = rate_per_clip(review, people, tracks)
    return OperatingPoint(
        review_fpir=review_fpir,
        block_fpir=promise.block_fpir,
        review_fmr=review,
        block_fmr=block if curve is not None and block >= curve.floor else None,
        people=people,
        tracks=tracks,
        pack=scale.pack,
        own=scale.own,
    )
