"""How many pictures or recordings of enrolled people a bound overlooks: what a promise of few false alarms costs.

Everybody with two files is enrolled from up to three of the others, the file left out is the probe. The bound comes
from comparisons among people of the other folds, the cohort from folds that hold neither: nobody is judged by figures
that they had a part in.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from countenance.packs import ImpostorCurve, LikenessScale, MissCurve
from scan.evaluation.crossing import Crossing
from scan.evaluation.labelled import ENROLLED, LabelledVectors
from scan.evaluation.open_set import fold_curves, share_by_person
from scan.gallery import unit
from scan.operating import score_at

GRID = tuple(factor * 10.0**-decade for decade in range(1, 6) for factor in (5.0, 2.0, 1.0))
"""False-match rates per comparison at which misses are counted, from one in two to one in 100,000."""

FEWEST_PEOPLE = 5


def miss_curve(
    data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]], rarest: float = 0.0
) -> MissCurve:
    """Return the share of probes that do not reach the bound with their own person, for falling rates.

    Rates that the comparisons of some fold do not support are left out, and those below `rarest`.

    Raises:
        ValueError: fewer than five people have two files.
    """
    scores = genuine_scores(data, scale)
    if len({person for person, _fold in scores}) < FEWEST_PEOPLE:
        message = "what is overlooked needs at least five people with two files each"
        raise ValueError(message)
    curves = fold_curves(data, scale, doubtful)
    floor = max(rarest, *(curve.floor for curve in curves.values()))
    rates = [rate for rate in GRID if rate >= floor]
    shares = [_missed(scores, curves, rate) for rate in rates]
    return MissCurve(
        rates=tuple(rates),
        missed=tuple(share for share, _interval in shares),
        low=tuple(interval[0] for _share, interval in shares),
        high=tuple(interval[1] for _share, interval in shares),
        comparisons=sum(len(mine) for mine in scores.values()),
        people=len({person for person, _fold in scores}),
    )


def genuine_scores(data: LabelledVectors, scale: LikenessScale) -> dict[tuple[str, int], NDArray[np.float64]]:
    """Return, by person and their fold, the score of each file with the same person as enrolled from the others."""
    crossing = Crossing(data, scale)
    found: dict[tuple[str, int], NDArray[np.float64]] = {}
    names, counts = np.unique(data.people, return_counts=True)
    for name in names[counts >= 2].tolist():
        mine = data.of(data.people == name)
        fold, numbers = int(mine.folds[0]), np.arange(len(mine.people))
        alone = []
        for number in numbers.tolist():
            enrolled = unit(mine.vectors[numbers != number][:ENROLLED].mean(axis=0))[None, :]
            gallery = crossing.gallery([name], enrolled, np.array([fold], np.intp), fold)
            alone.append(float(gallery.scores(mine.vectors[number : number + 1])[0, 0]))
        found[(name, fold)] = np.array(alone)
    return found


def _missed(
    scores: Mapping[tuple[str, int], NDArray[np.float64]], curves: Mapping[int, ImpostorCurve], rate: float
) -> tuple[float, list[float]]:
    counts: dict[str, list[int]] = {}
    for (person, fold), mine in scores.items():
        bound = score_at(curves[fold], rate)
        assert bound is not None  # the caller left out the rates that a fold does not support
        counts[person] = [int((mine < bound).sum()), len(mine)]
    return share_by_person(counts)
