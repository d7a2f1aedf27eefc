"""Verification: how often two files of one person are taken for one, and two people's for the same (contract.md).

Four folds by identity; only pairs inside a held-out fold count, pooled; cohort and bounds come from the other three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale
from scan.evaluation.crossing import Crossing, not_doubtful
from scan.evaluation.figures import (
    Scores,
    bootstrap_interval,
    bound_for_fmr,
    equal_error_interval,
    equal_error_rate,
    true_accept_rate,
)
from scan.evaluation.labelled import LabelledVectors, enrolled_means, make_cohort, score_matrix
from scan.gallery import Gallery, cohort_vectors

FMRS = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}


@dataclass(frozen=True, slots=True, eq=False)
class PooledPairs:
    """Scores of pairs with the people of each."""

    genuine: Scores
    genuine_people: NDArray[np.str_]
    impostor: Scores
    impostor_a: NDArray[np.str_]
    impostor_b: NDArray[np.str_]

    def within(self, people: frozenset[str]) -> PooledPairs:
        """Return the pairs of which both sides are among `people`."""
        names = list(people)
        mine = np.isin(self.genuine_people, names)
        both = np.isin(self.impostor_a, names) & np.isin(self.impostor_b, names)
        return PooledPairs(
            self.genuine[mine],
            self.genuine_people[mine],
            self.impostor[both],
            self.impostor_a[both],
            self.impostor_b[both],
        )


@dataclass(frozen=True, slots=True, eq=False)
class ListedPairs:
    """Pairs of rows that are compared: row numbers (P,) of both sides, and whether they are one person, (P,)."""

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    same: NDArray[np.bool_]

    def among(self, chosen: NDArray[np.bool_]) -> ListedPairs:
        """Return the pairs of chosen rows, numbered within them."""
        number = np.cumsum(chosen) - 1
        both = chosen[self.a] & chosen[self.b]
        return ListedPairs(number[self.a[both]], number[self.b[both]], self.same[both])


def all_pairs(data: LabelledVectors) -> ListedPairs:
    """Return every pair of files."""
    a, b = np.triu_indices(len(data.people), 1)
    return ListedPairs(a, b, data.people[a] == data.people[b])


def pool(
    data: LabelledVectors, pairs: ListedPairs, scores: NDArray[np.float64], doubtful: frozenset[frozenset[str]]
) -> PooledPairs:
    """Return the pairs with their scores, (P,); doubtful pairs of people are left out."""
    a, b, same = data.people[pairs.a], data.people[pairs.b], pairs.same
    keep = ~same
    for pair in doubtful:
        names = list(pair)
        keep &= ~(np.isin(a, names) & np.isin(b, names) & (a != b))
    return PooledPairs(scores[same], a[same], scores[keep], a[keep], b[keep])


def cross_validated_pairs(
    data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]], *, shipped: bool
) -> PooledPairs:
    """Return the pooled pairs of the held-out folds; the cohort comes from the other folds, or from the pack."""
    pooled = []
    for fold in np.unique(data.folds):
        held_out, cohort = data.of(data.folds == fold), scale.cohort
        if scale.cohort is not None and not shipped:
            cohort = make_cohort(data.of(data.folds != fold), scale.cohort.nearest)
        pairs = all_pairs(held_out)
        pooled.append(pool(held_out, pairs, score_matrix(held_out, cohort)[pairs.a, pairs.b], doubtful))
    return join(pooled)


def crossing_pairs(
    data: LabelledVectors,
    pairs: ListedPairs,
    scale: LikenessScale,
    doubtful: frozenset[frozenset[str]],
    *,
    shipped: bool,
) -> PooledPairs:
    """Return pairs whatever their folds; each is normalised by folds that hold neither side, or by the pack's cohort.

    The score of a pair is the same either way round where its cohort is.
    """
    scores = Crossing(data, scale, shipped=shipped).scores(data, data)
    return pool(data, pairs, scores[pairs.a, pairs.b], doubtful)


def join(parts: Sequence[PooledPairs]) -> PooledPairs:
    """Return the pairs of all parts together."""
    return PooledPairs(
        np.concatenate([part.genuine for part in parts]),
        np.concatenate([part.genuine_people for part in parts]),
        np.concatenate([part.impostor for part in parts]),
        np.concatenate([part.impostor_a for part in parts]),
        np.concatenate([part.impostor_b for part in parts]),
    )


def verification_figures(pairs: PooledPairs, bounds: Mapping[str, float] | None = None) -> dict[str, object]:
    """Return EER, TAR at each FMR with its interval, and the FMR at the bounds given."""
    own = {name: bound_for_fmr(pairs.impostor, fmr) for name, fmr in FMRS.items()}
    names = sorted(set(pairs.genuine_people.tolist()))
    by_person = [pairs.genuine[pairs.genuine_people == name] for name in names]

    def interval(bound: float) -> list[float]:
        hits = np.array([(scores >= bound).sum() for scores in by_person])
        sizes = np.array([len(scores) for scores in by_person])
        return list(bootstrap_interval(names, lambda chosen: float(hits[chosen].sum() / max(1, sizes[chosen].sum()))))

    figures: dict[str, object] = {
        "genuine_pairs": len(pairs.genuine),
        "impostor_pairs": len(pairs.impostor),
        "eer": equal_error_rate(pairs.genuine, pairs.impostor),
        "eer_ci": list(
            equal_error_interval(
                pairs.genuine, pairs.genuine_people, pairs.impostor, (pairs.impostor_a, pairs.impostor_b)
            )
        ),
        "tar": {name: true_accept_rate(pairs.genuine, bound) for name, bound in own.items()},
        "tar_ci": {name: interval(bound) for name, bound in own.items()},
    }
    if bounds is not None:
        figures["tar_at_overall_bound"] = {name: true_accept_rate(pairs.genuine, b) for name, b in bounds.items()}
        figures["fmr_at_overall_bound"] = {
            name: float((pairs.impostor >= b).mean()) if len(pairs.impostor) else float("nan")
            for name, b in bounds.items()
        }
    return figures


def group_figures(pairs: PooledPairs, people: Sequence[str], groups: Mapping[str, str]) -> dict[str, object]:
    """Return the figures per group, impostor pairs inside the group, with the FMR at the overall bounds."""
    overall = {name: bound_for_fmr(pairs.impostor, fmr) for name, fmr in FMRS.items()}
    members: dict[str, set[str]] = {}
    for person in people:
        members.setdefault(groups.get(person, "other"), set()).add(person)
    return {
        group: {"identities": len(names)} | verification_figures(pairs.within(frozenset(names)), overall)
        for group, names in sorted(members.items())
    }


def worst_identities(pairs: PooledPairs, count: int = 5) -> list[dict[str, object]]:
    """Return the people most often missed at the 1e-3 bound, worst first; nobody who was never missed."""
    bound = bound_for_fmr(pairs.impostor, 1e-3)
    names = np.unique(pairs.genuine_people)
    missed = {str(name): float((pairs.genuine[pairs.genuine_people == name] < bound).mean()) for name in names}
    worst = sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:count]
    return [{"identity": name, "fnmr": rate} for name, rate in worst if rate > 0]


def search_impostors(data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]]) -> Scores:
    """Return impostor scores as a registry makes them: every picture against the mean of each other person's.

    With a cohort, only people of one fold meet, and the cohort comes from the other folds.
    """
    if scale.cohort is None:
        return _search_impostors(data, None, doubtful)
    found = [
        _search_impostors(
            data.of(data.folds == fold), make_cohort(data.of(data.folds != fold), scale.cohort.nearest), doubtful
        )
        for fold in np.unique(data.folds)
    ]
    return np.concatenate(found)


def _search_impostors(data: LabelledVectors, cohort: Cohort | None, doubtful: frozenset[frozenset[str]]) -> Scores:
    names = np.unique(data.people)
    means = enrolled_means(data, names.tolist())
    gallery = Gallery(tuple(names.tolist()), means, cohort_vectors(cohort, data.vectors.shape[1]))
    scores = gallery.scores(data.vectors)
    strangers = data.people[:, None] != names[None, :]
    return np.asarray(scores[strangers & not_doubtful(data.people, names, doubtful)])
