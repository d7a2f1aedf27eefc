"""From impostor scores to the impostor curve of a pack: empirical where data are plenty, smoothed in the far tail.

The tail above a high quantile is modelled as generalised Pareto, fitted by probability-weighted moments (Hosking and
Wallis, Technometrics 29, 1987). The model is trusted half a decade beyond the last comparison, and no further.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countenance.packs import ImpostorCurve
from scan.evaluation.figures import Scores
from scan.operating import score_at

TAIL = 0.005
"""Share of the comparisons that the tail model is fitted on."""

MIN_TAIL = 50
"""Fewest scores that the tail model is fitted on; with less its shape is noise."""

TRUST = 10**-0.5
"""How far the tail model reaches beyond one in the number of comparisons: half a decade (docs/adr/0012)."""

RATES = tuple(float(rate) for rate in np.geomspace(0.5, 1e-7, 48))


def fit_impostor_curve(impostor: Scores, people: int, comparisons: int | None = None) -> ImpostorCurve:
    """Return the curve for impostor scores of `people` distinct people.

    Args:
        impostor: scores; a comparison may stand in several times, normalised by different cohorts.
        people: distinct people behind them.
        comparisons: distinct comparisons; all of `impostor` where None.

    Raises:
        ValueError: fewer than five people or fewer than 200 comparisons.
    """
    if people < 5 or len(impostor) < 200:
        message = "an impostor curve needs at least five people and two hundred comparisons"
        raise ValueError(message)
    ordered = np.sort(impostor)
    count = comparisons or len(ordered)
    floor = TRUST / count
    tail = max(TAIL, MIN_TAIL / len(ordered))
    start = float(np.quantile(ordered, 1 - tail))
    shape, scale = _fit_tail(ordered[ordered > start] - start)
    scores, rates = [], []
    for rate in RATES:
        if rate < floor:
            break
        scores.append(
            float(np.quantile(ordered, 1 - rate)) if rate >= tail else start + _tail_excess(rate / tail, shape, scale)
        )
        rates.append(rate)
    scores.append(start + _tail_excess(floor / tail, shape, scale))
    rates.append(floor)
    return ImpostorCurve(
        scores=tuple(np.maximum.accumulate(np.array(scores)).tolist()),
        rates=tuple(rates),
        comparisons=count,
        people=people,
        floor=floor,
    )


def with_floor(curve: ImpostorCurve, floor: float) -> ImpostorCurve:
    """Return the curve cut off where its rate falls to `floor`; one that ends before is as it was."""
    if floor <= curve.floor:
        return curve
    last = score_at(curve, floor)
    assert last is not None  # above the curve's own floor there is a score for every rate
    kept = [(score, rate) for score, rate in zip(curve.scores, curve.rates, strict=True) if rate > floor]
    return replace(
        curve,
        scores=(*(score for score, _rate in kept), last),
        rates=(*(rate for _score, rate in kept), floor),
        floor=floor,
    )


def _fit_tail(excesses: Scores) -> tuple[float, float]:
    """Return shape and scale of a generalised Pareto distribution by probability-weighted moments."""
    ordered = np.sort(excesses)
    count = len(ordered)
    weights = 1 - (np.arange(1, count + 1) - 0.35) / count
    first, second = float(ordered.mean()), float((weights * ordered).mean())
    denominator = first - 2 * second
    if denominator <= 0:
        return 0.0, first
    shape = 2 - first / denominator
    # Likeness is bounded, so its tail is: a shape above 0 would be the small sample's doing.
    bounded = float(np.clip(shape, -0.5, 0.0))
    return bounded, first * (1 - bounded)


def _tail_excess(share: float, shape: float, scale: float) -> float:
    return float(-scale * np.log(share)) if abs(shape) < 1e-6 else float(scale / shape * (share**-shape - 1))


def mix_curves(common: ImpostorCurve, alike: ImpostorCurve, share: float) -> ImpostorCurve:
    """Return the curve of comparisons of which `share` are of the second kind, such as between generated faces.

    Rates add up score by score. The floor is that of the common kind: a rarer rate is still never claimed.
    """
    scores = np.linspace(min(common.scores[0], alike.scores[0]), 1.0, 800)
    rates = (1 - share) * _rates_at(common, scores) + share * _rates_at(alike, scores)
    wanted = [rate for rate in RATES if common.floor < rate <= rates[0]] + [common.floor]
    order = np.argsort(rates, kind="stable")
    found = np.interp(np.log(wanted), np.log(rates[order]), scores[order])
    return ImpostorCurve(
        scores=tuple(np.maximum.accumulate(found).tolist()),
        rates=tuple(wanted),
        comparisons=common.comparisons + alike.comparisons,
        people=common.people + alike.people,
        floor=common.floor,
    )


def _rates_at(curve: ImpostorCurve, scores: Scores) -> Scores:
    logs = np.log(curve.rates)
    # Beyond the last point the tail goes on at its last slope.
    slope = (logs[-1] - logs[-2]) / max(curve.scores[-1] - curve.scores[-2], 1e-9)
    inside = np.interp(scores, curve.scores, logs)
    beyond = logs[-1] + slope * (scores - curve.scores[-1])
    return np.asarray(np.exp(np.where(scores > curve.scores[-1], beyond, inside)))
