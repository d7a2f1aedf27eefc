"""Whether a newcomer is somebody known already: a likeness as rare among strangers as a whole import can bear.

Each newcomer is compared with everybody enrolled and everybody of the import before them, so the more there are, the
rarer a likeness must be to mean anything; nothing rarer than the pack's figures is claimed
(docs/adr/0033-bulk-import.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countenance.packs import LikenessScale, ModelTask, PackCard
from countenance.people import Modality
from registry import Registry
from scan.enrol import Proposal
from scan.gallery import Gallery, Vectors, build_gallery, cohort_vectors
from scan.operating import rate_per_comparison, score_at

WRONGLY_HELD = 0.01
"""Share of newcomers, each unlike everybody, that may be held back for looking like somebody: one in a hundred."""

LOOSEST_RATE = 1e-4
"""However few are compared: among ten people, one strangers' pair in a thousand would pass, and groups of people whom
the models tell apart badly resemble each other ten times as often as others do (docs/accuracy.md)."""

_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Somebody whom a newcomer was taken for.

    Attributes:
        person: their id in the registry, or the key of their entry where they are only about to be enrolled.
        modality: in what they are alike; None where they were enrolled from the very same file.
    """

    person: str
    modality: Modality | None


class KnownPeople:
    """Everybody whom newcomers are compared with: those enrolled, and those of the import so far.

    Args:
        registry: whose people are compared.
        card: of the pack that the samples are embedded with.
        newcomers: how many people the import is going to compare.
    """

    def __init__(self, registry: Registry, card: PackCard, newcomers: int) -> None:
        self._files = registry.imports.files()
        scales = ((Modality.FACE, card.face, ModelTask.FACE_EMBEDDER),)
        voices = () if card.voice is None else ((Modality.VOICE, card.voice, ModelTask.VOICE_EMBEDDER),)
        self._search: dict[Modality, _Search] = {}
        for modality, scale, task in (*scales, *voices):
            embedder = card.model(task)
            if embedder is not None and scale.singles is not None:
                enrolled = registry.templates(binding=embedder.binding, modality=modality, on=registry.today())
                self._search[modality] = _Search(scale, enrolled.templates, newcomers)

    @property
    def compared(self) -> tuple[Modality, ...]:
        """In what newcomers are compared: the pack has figures for it."""
        return tuple(self._search)

    def alike(self, proposal: Proposal) -> tuple[Alike, ...]:
        """Return the people a newcomer is too much like, each once: those of the same files, then the nearest."""
        found: dict[str, Alike] = {}
        for sha256 in _files_of(proposal):
            if sha256 in self._files:
                found.setdefault(self._files[sha256], Alike(person=self._files[sha256], modality=None))
        for modality, embeddings in _embeddings_of(proposal).items():
            if embeddings and modality in self._search:
                for person in self._search[modality].alike(embeddings):
                    found.setdefault(person, Alike(person=person, modality=modality))
        return tuple(found.values())

    def add(self, person: str, proposal: Proposal) -> None:
        """Compare those who come later with this newcomer, too."""
        for sha256 in _files_of(proposal):
            self._files.setdefault(sha256, person)
        for modality, embeddings in _embeddings_of(proposal).items():
            if embeddings and modality in self._search:
                self._search[modality].add(person, embeddings)


def rate_of_likeness(scale: LikenessScale, compared: int) -> float:
    """Return how rare among strangers a likeness must be to hold somebody back, where so many are compared with them.

    Args:
        scale: with figures.
        compared: how many people each newcomer may be compared with.
    """
    assert scale.singles is not None
    return max(scale.singles.floor, min(LOOSEST_RATE, rate_per_comparison(WRONGLY_HELD, compared, 1)))


class _Search:
    """The people of one modality: one large gallery, and small ones of newcomers, of which the last one grows."""

    def __init__(self, scale: LikenessScale, enrolled: Mapping[str, Sequence[bytes]], newcomers: int) -> None:
        assert scale.singles is not None
        self._scale = scale
        self._cohort = cohort_vectors(scale.cohort, scale.dimension)
        self._galleries = [build_gallery(enrolled, scale)]
        bound = score_at(scale.singles, rate_of_likeness(scale, len(self._galleries[0].people) + newcomers))
        assert bound is not None  # the rate is never below the floor
        self._bound = bound

    def alike(self, embeddings: Sequence[bytes]) -> list[str]:
        vector = self._vector(embeddings)
        found: list[tuple[float, str]] = []
        for gallery in self._galleries:
            if gallery.people:
                scores = gallery.scores(vector)[0]
                found += [
                    (-float(scores[place]), gallery.people[place]) for place in np.flatnonzero(scores >= self._bound)
                ]
        return [person for _score, person in sorted(found)]

    def add(self, person: str, embeddings: Sequence[bytes]) -> None:
        vector = self._vector(embeddings)
        last = self._galleries[-1]
        if len(self._galleries) == 1 or len(last.people) >= _AT_ONCE:
            self._galleries.append(Gallery((person,), vector, self._cohort))
        else:
            self._galleries[-1] = Gallery((*last.people, person), np.vstack([last.vectors, vector]), self._cohort)

    def _vector(self, embeddings: Sequence[bytes]) -> Vectors:
        return build_gallery({"": embeddings}, self._scale).vectors


def _files_of(proposal: Proposal) -> tuple[str, ...]:
    hashes = [face.file_sha256 for face in proposal.faces] + [voice.file_sha256 for voice in proposal.voices]
    return tuple(dict.fromkeys(hashes))


def _embeddings_of(proposal: Proposal) -> dict[Modality, list[bytes]]:
    return {
        Modality.FACE: [face.sample.embedding for face in proposal.faces],
        Modality.VOICE: [sample.embedding for voice in proposal.voices for sample in voice.speaker.samples],
    }
