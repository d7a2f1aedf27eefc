"""From impostor scores to the impostor curve of a pack: empirical where data are plenty, smoothed in the far tail.

The tail above a high quantile is modelled as generalised Pareto, fitted by probability-weighted moments (Hosking and
Wallis, Technometrics 29, 1987); nothing rarer than one over the number of comparisons is ever claimed.
"""

from __future__ import annotations

import numpy as np

from countenance.packs import ImpostorCurve
from scan.evaluation.figures import Scores

TAIL = 0.005
"""Share of the comparisons that the tail model is fitted on."""

RATES = tuple(float(rate) for rate in np.geomspace(0.5, 1e-7, 48))


def fit_impostor_curve(impostor: Scores, people: int) -> ImpostorCurve:
    """Return the curve for impostor scores of `people` distinct people.

    Raises:
        ValueError: fewer than five people or fewer than 1,000 comparisons.
    """
    if people < 5 or len(impostor) < 1000:
        message = "an impostor curve needs at least five people and a thousand comparisons"
        raise ValueError(message)
    ordered = np.sort(impostor)
    floor = 1.0 / len(ordered)
    start = float(np.quantile(ordered, 1 - TAIL))
    shape, scale = _fit_tail(ordered[ordered > start] - start)
    scores, rates = [], []
    for rate in RATES:
        if rate < floor:
            break
        scores.append(
            float(np.quantile(ordered, 1 - rate)) if rate >= TAIL else start + _tail_excess(rate / TAIL, shape, scale)
        )
        rates.append(rate)
    scores.append(start + _tail_excess(floor / TAIL, shape, scale))
    rates.append(floor)
    return ImpostorCurve(
        scores=tuple(np.maximum.accumulate(np.array(scores)).tolist()),
        rates=tuple(rates),
        comparisons=len(ordered),
        people=people,
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
    return float(np.clip(shape, -0.5, 0.5)), 2 * first * second / denominator


def _tail_excess(share: float, shape: float, scale: float) -> float:
    return float(-scale * np.log(share)) if abs(shape) < 1e-6 else float(scale / shape * (share**-shape - 1))
