"""Scores between people of different folds, where no single cohort is made of others than all whom it judges.

For a probe of one fold and a person of another, the cohort is made of the two folds that hold neither; for two of one
fold, of the next two, so that every cohort is as large. Without a cohort these are plain cosines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale
from scan.evaluation.labelled import FOLDS, LabelledVectors, make_cohort
from scan.gallery import Gallery, Nearest, Vectors, cohort_vectors, in_order

FOLDS_OF_COHORT = 2


@dataclass(frozen=True, slots=True, eq=False)
class CrossingGallery(Gallery):
    """A gallery whose people are each normalised by a cohort that is free of them and of the probes.

    Attributes:
        parts: galleries of some of the people each.
        columns: for each part, where its people stand among `people`.
    """

    parts: tuple[Gallery, ...] = ()
    columns: tuple[NDArray[np.intp], ...] = ()

    def scores(self, probes: Vectors) -> NDArray[np.float64]:
        """Return the score of each probe with each person, (M, N)."""
        found = np.zeros((len(probes), len(self.people)))
        for part, columns in zip(self.parts, self.columns, strict=True):
            found[:, columns] = part.scores(probes)
        return found

    def scores_with(self, probes: Vectors, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the score of each probe with one person, whose place in the gallery is given for each, (M,)."""
        return np.asarray(self.scores(probes)[np.arange(len(probes)), places])

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Return the `count` people nearest to each probe, or all where there are fewer."""
        scores = self.scores(probes)
        every = in_order(np.tile(np.arange(len(self.people)), (len(probes), 1)), scores)
        return Nearest(every.order[:, :count], every.scores[:, :count])


class Crossing:
    """Makes galleries for probes of one fold.

    Args:
        data: all embeddings; cohorts are made from them.
        scale: whether a cohort is used, and how many nearest groups.
        shipped: take the pack's own cohort for everybody.
    """

    def __init__(self, data: LabelledVectors, scale: LikenessScale, *, shipped: bool = False) -> None:
        self._data, self._scale, self._shipped = data, scale, shipped
        self._cohorts: dict[frozenset[int], Cohort | None] = {}

    def gallery(self, people: Sequence[str], vectors: Vectors, folds: NDArray[np.intp], probes_fold: int) -> Gallery:
        """Return the gallery of `people`, whose folds are `folds`, for probes of one fold."""
        dimension = vectors.shape[1]
        if self._scale.cohort is None or self._shipped:
            return Gallery(tuple(people), vectors, cohort_vectors(self._scale.cohort, dimension))
        parts, columns = [], []
        for fold in np.unique(folds).tolist():
            chosen = np.flatnonzero(folds == fold)
            cohort = cohort_vectors(self._cohort(fold, probes_fold), dimension)
            parts.append(Gallery(tuple(people[index] for index in chosen.tolist()), vectors[chosen], cohort))
            columns.append(chosen)
        return CrossingGallery(tuple(people), vectors, None, tuple(parts), tuple(columns))

    def scores(self, probes: LabelledVectors, others: LabelledVectors) -> NDArray[np.float64]:
        """Return the score of each row of `probes` with each row of `others`, (M, N)."""
        found = np.zeros((len(probes.people), len(others.people)))
        for fold in np.unique(probes.folds).tolist():
            rows = probes.folds == fold
            gallery = self.gallery(others.people.tolist(), others.vectors, others.folds, fold)
            found[rows] = gallery.scores(probes.vectors[rows])
        return found

    def _cohort(self, one: int, other: int) -> Cohort | None:
        assert self._scale.cohort is not None
        free = [fold % FOLDS for fold in range(one + 1, one + FOLDS) if fold % FOLDS != other]
        folds = frozenset(free[:FOLDS_OF_COHORT])
        if folds not in self._cohorts:
            others = self._data.of(np.isin(self._data.folds, list(folds)))
            self._cohorts[folds] = make_cohort(others, self._scale.cohort.nearest)
        return self._cohorts[folds]


def not_doubtful(
    rows: NDArray[np.str_], columns: NDArray[np.str_], doubtful: frozenset[frozenset[str]]
) -> NDArray[np.bool_]:
    """Return which pairs of people nobody doubts to be two, (M, N)."""
    sure = np.ones((len(rows), len(columns)), bool)
    for pair in doubtful:
        named = list(pair)
        both = np.isin(rows, named)[:, None] & np.isin(columns, named)[None, :]
        sure &= ~(both & (rows[:, None] != columns[None, :]))
    return sure


def folds_of(people: Sequence[str], fold_of: Mapping[str, int]) -> NDArray[np.intp]:
    """Return the fold of each of `people`."""
    return np.array([fold_of[person] for person in people], np.intp)
