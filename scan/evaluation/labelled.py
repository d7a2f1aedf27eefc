"""Embeddings of labelled files, the folds that their people are divided into, and cohorts made from some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort
from scan.evaluation.figures import folds_by_identity
from scan.gallery import Gallery, Vectors, cohort_vectors, unit

FOLDS = 4
GROUP_OF_COHORT = 5
ENROLLED = 3
"""Files that a person is enrolled from, as the program advises its users."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledVectors:
    """Embeddings of pictures or recordings.

    Attributes:
        vectors: float32 (M, D).
        people: the person of each row, (M,).
        folds: the fold of each row's person, (M,).
        seconds: of speech in each row's recording, (M,); not a number where nobody says.
    """

    vectors: Vectors
    people: NDArray[np.str_]
    folds: NDArray[np.intp]
    seconds: NDArray[np.float64]

    def of(self, chosen: NDArray[np.bool_]) -> LabelledVectors:
        """Return the chosen rows."""
        return LabelledVectors(self.vectors[chosen], self.people[chosen], self.folds[chosen], self.seconds[chosen])

    def fold_of(self) -> dict[str, int]:
        """Return the fold of each person."""
        return dict(zip(self.people.tolist(), self.folds.tolist(), strict=True))


def label_vectors(
    vectors: Vectors, people: Sequence[str], everybody: Sequence[str], seconds: Sequence[float] | None = None
) -> LabelledVectors:
    """Return vectors with people and folds; the folds are drawn over `everybody`, so that packs share them."""
    fold_of = folds_by_identity(everybody, FOLDS)
    lengths = np.full(len(people), np.nan) if seconds is None else np.array(seconds, np.float64)
    return LabelledVectors(vectors, np.array(people), np.array([fold_of[person] for person in people]), lengths)


def refold(data: LabelledVectors, everybody: Sequence[str], seed: int) -> LabelledVectors:
    """Return the same rows with folds drawn anew."""
    fold_of = folds_by_identity(everybody, FOLDS, seed)
    return replace(data, folds=np.array([fold_of[person] for person in data.people.tolist()]))


def make_cohort(data: LabelledVectors, nearest: int) -> Cohort | None:
    """Return groups of five people each, like with like; None with fewer than two groups.

    A group's vector is the mean of its people's means: nobody's template (models.md §9), and no two groups share a
    person, so that none can be told from their differences. Groups of people who look alike normalise better than
    random ones: 95 instead of 86 of 100 found at one in a thousand (docs/adr/0011-cohort-groups.md).
    """
    names = np.unique(data.people)
    if len(names) < 2 * GROUP_OF_COHORT:
        return None
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
    return Cohort(groups=tuple(groups), nearest=min(nearest, len(groups)))


def enrolled_means(data: LabelledVectors, names: Sequence[str], most: int = ENROLLED) -> Vectors:
    """Return the vector that each person is enrolled as: the unit mean of their first files, (N, D)."""
    means = [unit(data.vectors[data.people == name][:most].mean(axis=0)) for name in names]
    return np.stack(means) if means else np.zeros((0, data.vectors.shape[1]), np.float32)


def score_matrix(data: LabelledVectors, cohort: Cohort | None) -> NDArray[np.float64]:
    """Return the score of every file with every file, (M, M)."""
    dimension = data.vectors.shape[1]
    gallery = Gallery(tuple(data.people.tolist()), data.vectors, cohort_vectors(cohort, dimension))
    return gallery.scores(data.vectors)
