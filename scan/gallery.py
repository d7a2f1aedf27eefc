"""The people searched, as one matrix: exact open-set search, cohort-normalised where the pack says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale

Vectors = NDArray[np.float32]

HEADROOM = 0.08
"""Added to the room between the nearest group and identity, in cosine: keeps faces that almost coincide with a group
from ruling the tail; .03 to .12 differ by less than a point (docs/adr/0011-cohort-groups.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class CohortVectors:
    """The cohort as a matrix.

    Attributes:
        groups: float32, (G, D), rows L2-normalised.
        nearest: how many nearest groups a score is normalised by.
    """

    groups: Vectors
    nearest: int

    def likeness(self, vectors: Vectors) -> NDArray[np.float64]:
        """Return how alike each row is to its nearest groups, (M,), cosine."""
        scores = np.sort(vectors @ self.groups.T, axis=1)[:, -self.nearest :]
        return np.asarray(scores.mean(axis=1), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Enrolled people, one vector each: the L2-normalised mean of their templates.

    Attributes:
        people: person ids, in the order of the rows.
        vectors: float32, (N, D).
    """

    people: tuple[str, ...]
    vectors: Vectors
    cohort: CohortVectors | None

    def scores(self, probes: Vectors) -> NDArray[np.float64]:
        """Return the score of each probe with each person, (M, N).

        Cosine; with a cohort, how far the cosine goes from the likeness to the nearest groups of other people
        towards identity, the mean of both sides (docs/adr/0011-cohort-groups.md).
        """
        raw = (probes @ self.vectors.T).astype(np.float64)
        if self.cohort is None or not len(self.people) or not len(probes):
            return raw
        by_probe, by_person = self.cohort.likeness(probes)[:, None], self.cohort.likeness(self.vectors)[None, :]
        sides = ((raw - base) / (1 - base + HEADROOM) for base in (by_probe, by_person))
        return np.asarray(sum(sides) / 2, np.float64)


def build_gallery(templates: Mapping[str, Sequence[bytes]], scale: LikenessScale) -> Gallery:
    """Return the gallery of `templates` (person id to float32 little-endian vectors of `scale.dimension`)."""
    people = tuple(sorted(person for person, vectors in templates.items() if vectors))
    means = [unit(np.mean(as_vectors(templates[person], scale.dimension), axis=0)) for person in people]
    matrix = np.stack(means) if means else np.zeros((0, scale.dimension), np.float32)
    return Gallery(people, matrix, cohort_vectors(scale.cohort, scale.dimension))


def cohort_vectors(cohort: Cohort | None, dimension: int) -> CohortVectors | None:
    """Return the cohort as a matrix, or None where there is none."""
    return None if cohort is None else CohortVectors(as_vectors(cohort.groups, dimension), cohort.nearest)


def as_vectors(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return float32 little-endian blobs as rows, (M, D)."""
    rows = [np.frombuffer(blob, "<f4") for blob in blobs]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, dimension), np.float32)


def unit(vector: NDArray[np.floating]) -> Vectors:
    """Return `vector` with length 1; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0 else vector).astype(np.float32)
