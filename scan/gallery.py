"""The people searched, as one matrix: exact open-set search, cohort-normalised where the pack says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale
from countenance.templates import TemplateBlock

Vectors = NDArray[np.float32]

HEADROOM = 0.08
"""Added to the room between the nearest group and identity, in cosine: keeps faces that almost coincide with a group
from ruling the tail; .03 to .12 differ by less than a point (docs/adr/0011-cohort-groups.md)."""

_PEOPLE_AT_ONCE, _ROWS_AT_ONCE = 4096, 256
"""Scores worked on at a time: 4 MB, however many people are enrolled. Smaller parts would have the threads of one
product wait for each other more often, which costs most where other programs are at work."""


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
        found = np.zeros(len(vectors))
        for rows in _spans(len(vectors), _PEOPLE_AT_ONCE):
            scores = vectors[rows] @ self.groups.T
            least = max(0, scores.shape[1] - self.nearest)
            found[rows] = np.partition(scores, least, axis=1)[:, least:].mean(axis=1, dtype=np.float64)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The people nearest to each of some vectors, the nearest first; of equals the one who comes first in the gallery.

    Attributes:
        order: places in the gallery, (M, K).
        scores: (M, K).
    """

    order: NDArray[np.intp]
    scores: NDArray[np.float64]


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
    _bases: NDArray[np.float64] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # The same in every check: with thousands of people most of the work of a normalised search.
        bases = None if self.cohort is None else self.cohort.likeness(self.vectors)
        object.__setattr__(self, "_bases", bases)

    def scores(self, probes: Vectors) -> NDArray[np.float64]:
        """Return the score of each probe with each person, (M, N).

        Cosine; with a cohort, how far the cosine goes from the likeness to the nearest groups of other people
        towards identity, the mean of both sides (docs/adr/0011-cohort-groups.md).
        """
        raw = (probes @ self.vectors.T).astype(np.float64)
        if self.cohort is None or self._bases is None or not raw.size:
            return raw
        return _normalised(raw, self.cohort.likeness(probes)[:, None], self._bases[None, :])

    def scores_with(self, probes: Vectors, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the score of each probe with one person, whose place in the gallery is given for each, (M,)."""
        raw = np.asarray(np.einsum("md,md->m", probes, self.vectors[places], dtype=np.float64), np.float64)
        if self.cohort is None or self._bases is None:
            return raw
        return _normalised(raw, self.cohort.likeness(probes), self._bases[places])

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Return the `count` people nearest to each probe, or all where there are fewer.

        Every person is compared with every probe, in single precision; the scores of those found are told in double.
        """
        kept = min(count, len(self.people))
        order = np.zeros((len(probes), kept), np.intp)
        if order.size:
            for rows in _spans(len(probes), _ROWS_AT_ONCE):
                order[rows] = self._order(probes[rows], kept)
        columns = [self.scores_with(probes, order[:, rank]) for rank in range(kept)]
        return in_order(order, np.stack(columns, axis=1) if columns else np.zeros((len(probes), 0)))

    def _order(self, probes: Vectors, count: int) -> NDArray[np.intp]:
        order = np.zeros((len(probes), 0), np.intp)
        best = np.zeros((len(probes), 0), np.float32)
        by_probe = _slope_and_offset(None if self.cohort is None else self.cohort.likeness(probes))
        by_person = _slope_and_offset(self._bases)
        each = np.arange(len(probes))
        for people in _spans(len(self.people), _PEOPLE_AT_ONCE):
            scores = probes @ self.vectors[people].T
            if by_probe is not None and by_person is not None:
                scores *= by_probe[0][:, None] + by_person[0][people]
                scores -= by_probe[1][:, None] + by_person[1][people]
            places, values = [order], [best]
            for _rank in range(min(count, scores.shape[1])):
                place = scores.argmax(axis=1)
                places.append(place[:, None] + people.start)
                values.append(scores[each, place][:, None])
                scores[each, place] = -np.inf
            order, best = np.concatenate(places, axis=1), np.concatenate(values, axis=1)
            # Stable, so that of equals the first stays first.
            ranks = np.argsort(-best, axis=1, kind="stable")[:, :count]
            order, best = np.take_along_axis(order, ranks, axis=1), np.take_along_axis(best, ranks, axis=1)
        return order


def build_gallery(templates: Mapping[str, Sequence[bytes]], scale: LikenessScale) -> Gallery:
    """Return the gallery of `templates` (person id to float32 little-endian vectors of `scale.dimension`)."""
    block = TemplateBlock.of(templates)
    cohort = cohort_vectors(scale.cohort, scale.dimension)
    if not block.people:
        return Gallery((), np.zeros((0, scale.dimension), np.float32), cohort)
    counts = np.asarray(block.counts)
    vectors = np.frombuffer(block.vectors, "<f4").reshape(int(counts.sum()), -1)
    starts = np.cumsum(counts) - counts
    means = np.add.reduceat(vectors, starts, axis=0) / counts[:, None].astype(np.float32)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return Gallery(block.people, (means / np.where(lengths > 0, lengths, 1)).astype(np.float32), cohort)


def in_order(order: NDArray[np.intp], scores: NDArray[np.float64]) -> Nearest:
    """Return people found as `Nearest`, whatever their order, (M, K)."""
    ranks = np.lexsort((order, -scores), axis=1)
    return Nearest(np.take_along_axis(order, ranks, axis=1), np.take_along_axis(scores, ranks, axis=1))


def cohort_vectors(cohort: Cohort | None, dimension: int) -> CohortVectors | None:
    """Return the cohort as a matrix, or None where there is none."""
    return None if cohort is None else CohortVectors(as_vectors(cohort.groups, dimension), cohort.nearest)


def as_vectors(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return float32 little-endian blobs as rows, (M, D)."""
    rows = list(blobs)
    if not rows:
        return np.zeros((0, dimension), np.float32)
    return np.frombuffer(b"".join(rows), "<f4").reshape(len(rows), -1).astype(np.float32)


def unit(vector: NDArray[np.floating]) -> Vectors:
    """Return `vector` with length 1; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0 else vector).astype(np.float32)


def _normalised(
    raw: NDArray[np.float64], by_probe: NDArray[np.float64], by_person: NDArray[np.float64]
) -> NDArray[np.float64]:
    sides = ((raw - base) / (1 - base + HEADROOM) for base in (by_probe, by_person))
    return np.asarray(sum(sides) / 2, np.float64)


def _slope_and_offset(bases: NDArray[np.float64] | None) -> tuple[Vectors, Vectors] | None:
    """Return one side's part of a normalised score, which is raw * slope - offset, both sides added up."""
    if bases is None:
        return None
    slope = 0.5 / (1 - bases + HEADROOM)
    return slope.astype(np.float32), (slope * bases).astype(np.float32)


def _spans(length: int, step: int) -> Iterator[slice]:
    return (slice(start, min(start + step, length)) for start in range(0, length, step))
