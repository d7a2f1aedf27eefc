"""`evaluate faces`: what a pack's face recognition is worth on labelled pictures (protocol: contract.md).

Four folds by identity; only pairs inside a held-out fold count, pooled; cohort and bounds come from the other three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale
from scan.evaluation.figures import (
    Scores,
    bootstrap_interval,
    bound_for_fmr,
    equal_error_rate,
    folds_by_identity,
    true_accept_rate,
)
from scan.gallery import Gallery, Vectors, cohort_vectors, unit

FOLDS = 4
FMRS = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
GROUP_OF_COHORT = 5
ENROLLED = 3
"""Pictures that a person is enrolled from, as the program advises its users."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledVectors:
    """Embeddings of pictures: `vectors` float32 (M, D), `people` the person and `folds` the fold of each row."""

    vectors: Vectors
    people: NDArray[np.str_]
    folds: NDArray[np.intp]

    def of(self, chosen: NDArray[np.bool_]) -> LabelledVectors:
        """Return the chosen rows."""
        return LabelledVectors(self.vectors[chosen], self.people[chosen], self.folds[chosen])


def label_vectors(vectors: Vectors, people: Sequence[str], everybody: Sequence[str]) -> LabelledVectors:
    """Return vectors with people and folds; the folds are drawn over `everybody`, so that packs share them."""
    fold_of = folds_by_identity(everybody, FOLDS)
    return LabelledVectors(vectors, np.array(people), np.array([fold_of[person] for person in people]))


@dataclass(slots=True)
class PairScores:
    """Scores of picture pairs with the two people of each."""

    genuine: list[Scores] = field(default_factory=list)
    genuine_people: list[NDArray[np.str_]] = field(default_factory=list)
    impostor: list[Scores] = field(default_factory=list)
    impostor_a: list[NDArray[np.str_]] = field(default_factory=list)
    impostor_b: list[NDArray[np.str_]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class PooledPairs:
    """All pairs of all held-out folds."""

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


def refold(data: LabelledVectors, everybody: Sequence[str], seed: int) -> LabelledVectors:
    """Return the same rows with folds drawn anew."""
    fold_of = folds_by_identity(everybody, FOLDS, seed)
    return LabelledVectors(data.vectors, data.people, np.array([fold_of[person] for person in data.people.tolist()]))


def make_cohort(data: LabelledVectors, nearest: int) -> Cohort | None:
    """Return groups of five people each, like with like; None with fewer than two groups.

    A group's vector is the mean of its people's means: nobody's template (models.md §9), and no two groups share a
    person, so that none can be told from their differences. Groups of people who look alike normalise better than
    random ones: 95 instead of 86 of 100 found at one in a thousand (docs/adr/0011-cohort-groups.md).
    """
    names = np.unique(data.people)
    means = np.stack([unit(data.vectors[data.people == name].mean(axis=0)) for name in names])
    centrality = means @ unit(means.mean(axis=0))
    left = list(range(len(names)))
    groups = []
    while len(left) >= GROUP_OF_COHORT:
        # The least typical person first: those in the crowd's middle find neighbours in any case.
        seed = min(left, key=lambda index: float(centrality[index]))
        alike = sorted(left, key=lambda index: -float(means[index] @ means[seed]))[:GROUP_OF_COHORT]
        groups.append(unit(means[alike].mean(axis=0)).astype("<f4").tobytes())
        left = [index for index in left if index not in alike]
    if len(groups) < 2:
        return None
    return Cohort(groups=tuple(groups), nearest=min(nearest, len(groups)))


def score_matrix(data: LabelledVectors, cohort: Cohort | None) -> NDArray[np.float64]:
    """Return the score of every picture with every picture, (M, M)."""
    dimension = data.vectors.shape[1]
    gallery = Gallery(tuple(data.people.tolist()), data.vectors, cohort_vectors(cohort, dimension))
    return gallery.scores(data.vectors)


def pairs_within(
    data: LabelledVectors, cohort: Cohort | None, doubtful: frozenset[frozenset[str]], into: PairScores
) -> None:
    """Add every pair of pictures inside `data` to `into`; doubtful pairs of people are left out."""
    scores = score_matrix(data, cohort)
    rows, columns = np.triu_indices(len(data.people), 1)
    values, a, b = scores[rows, columns], data.people[rows], data.people[columns]
    same = a == b
    keep = np.ones(len(a), bool)
    for pair in doubtful:
        names = list(pair)
        keep &= ~(np.isin(a, names) & np.isin(b, names) & ~same)
    into.genuine.append(values[same])
    into.genuine_people.append(a[same])
    into.impostor.append(values[~same & keep])
    into.impostor_a.append(a[~same & keep])
    into.impostor_b.append(b[~same & keep])


def pool(pairs: PairScores) -> PooledPairs:
    """Return the pairs of all folds together."""
    return PooledPairs(
        np.concatenate(pairs.genuine),
        np.concatenate(pairs.genuine_people),
        np.concatenate(pairs.impostor),
        np.concatenate(pairs.impostor_a),
        np.concatenate(pairs.impostor_b),
    )


def cross_validated_pairs(
    data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]], *, shipped: bool
) -> PooledPairs:
    """Return the pooled pairs of the held-out folds; the cohort comes from the other folds, or from the pack."""
    pairs = PairScores()
    for fold in np.unique(data.folds):
        cohort = scale.cohort
        if scale.cohort is not None and not shipped:
            cohort = make_cohort(data.of(data.folds != fold), scale.cohort.nearest)
        pairs_within(data.of(data.folds == fold), cohort, doubtful, pairs)
    return pool(pairs)


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
    means = np.stack([unit(data.vectors[data.people == name][:ENROLLED].mean(axis=0)) for name in names])
    gallery = Gallery(tuple(names.tolist()), means, cohort_vectors(cohort, data.vectors.shape[1]))
    scores = gallery.scores(data.vectors)
    strangers = data.people[:, None] != names[None, :]
    for pair in doubtful:
        named = list(pair)
        strangers &= ~(np.isin(data.people, named)[:, None] & np.isin(names, named)[None, :])
    return np.asarray(scores[strangers])
