"""Everybody a clip is compared with, and what was agreed: from a registry, or from a folder without one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from countenance.answers import Answer
from countenance.decisions import Approval, ClipMark, RecordedException
from countenance.grants import Grant, Prohibition
from countenance.packs import LikenessScale, PackCard
from countenance.people import Modality, Person
from countenance.searching import NotSearched
from countenance.verdict import RegistryFacts
from scan.gallery import Gallery, build_gallery


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided about clips, as the registry holds it: about any clip, in any order."""

    approvals: tuple[Approval, ...] = ()
    exceptions: tuple[RecordedException, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def are_any(self) -> bool:
        """Whether anything was decided about any clip."""
        return bool(self.approvals or self.exceptions or self.answers)

    def about(self, clip: ClipMark) -> Decisions:
        """Return what was decided about one clip, whatever file it is in."""
        return Decisions(
            approvals=tuple(one for one in self.approvals if one.clip.is_same_clip(clip)),
            exceptions=tuple(one for one in self.exceptions if one.clip.is_same_clip(clip)),
            answers=tuple(one for one in self.answers if one.clip.is_same_clip(clip)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The people searched: a plain value, or what an open registry tells of them as it is asked.

    With a `source` everything but templates is read when it is looked at and remembered; the registry must stay open
    as long as clips are judged (docs/adr/0026-search-at-scale.md).

    Attributes:
        templates: person id to face embeddings of the pack in use; nobody whose biometric consent is over.
        prohibition_revisions: of which revision each prohibition is, by id; a grant carries its own.
        people: person id to person; groups too, where there is no `source` or after `concerning`.
        voices: person id to voice embeddings of the pack in use, likewise.
        pictures: person id to JPEG of an enrolled sample.
        sounds: person id to an enrolled excerpt of the voice (`countenance.observations.Sound`).
        decisions: approvals, exceptions and answers that are on record, about all clips.
        facts: None where there is no registry.
        further_faces, further_voices: of people of whom the model in use made no templates, those of another one that
            can run beside it (`countenance.packs.PackCard.further`): by its name, then by person id. Nobody is there
            twice.
        not_searched: the people whose faces or voices nobody looks for, since no model that made their templates is
            one of these, by model.
        other_models: ids of people of whom neither face nor voice is looked for, for that reason: nobody finds them.
        half_known: ids of people of whom the face or the voice alone is looked for, for that reason.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for grants that name none.
        source: where the people are read from; None for a plain value.
    """

    templates: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    voices: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    grants: Sequence[Grant] = ()
    prohibitions: Sequence[Prohibition] = ()
    prohibition_revisions: Mapping[str, int] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    sounds: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)
    facts: RegistryFacts | None = None
    further_faces: Mapping[str, Mapping[str, Sequence[bytes]]] = field(default_factory=dict)
    further_voices: Mapping[str, Mapping[str, Sequence[bytes]]] = field(default_factory=dict)
    not_searched: Sequence[NotSearched] = ()
    other_models: tuple[str, ...] = ()
    half_known: tuple[str, ...] = ()
    owner: str = "us"
    tz: str = "UTC"
    source: Source | None = None
    _searches: list[tuple[PackCard, Searches]] = field(default_factory=list, init=False, repr=False, compare=False)

    @contextmanager
    def at_one_moment(self) -> Iterator[Known]:
        """Give what is known now, all of it from one moment for as long as the block lasts."""
        if self.source is None:
            yield self
        else:
            with self.source.at_one_moment() as known:
                yield known

    def concerning(self, found: Collection[str], named: Collection[str] = ()) -> Known:
        """Return the same with the records of those people alone whom a judgement is about.

        Args:
            found: ids of people in a clip; they come with their groups and all that was agreed with either.
            named: ids of others of whom the name is told.
        """
        return self if self.source is None else self.source.concerning(self, found, named)

    def find(self, people: Collection[str]) -> dict[str, Person]:
        """Return those of some people who are known, by the id given; who turned out to be another is that person."""
        if self.source is not None:
            return self.source.find(people)
        return {person: self.people[person] for person in people if person in self.people}

    @property
    def further(self) -> tuple[str, ...]:
        """Names of the models beside the pack's own that somebody is searched with."""
        return (*self.further_faces, *self.further_voices)

    def is_searched(self, person: str, modality: Modality) -> bool:
        """Return whether somebody's face, or voice, is looked for."""
        own, further = (
            (self.templates, self.further_faces) if modality is Modality.FACE else (self.voices, self.further_voices)
        )
        return person in own or any(person in templates for templates in further.values())

    def with_galleries_of(self, other: Known) -> Known:
        """Return the same with what `searches` has made for `other`, which holds the same templates."""
        self._searches[:] = other._searches
        return self

    def galleries(self, card: PackCard) -> tuple[Gallery, Gallery]:
        """Return faces and voices as galleries of a pack's own models; made once for all clips."""
        faces, voices = self.searches(card)
        return faces[0].gallery, voices[0].gallery

    def searches(self, card: PackCard) -> Searches:
        """Return whose faces and whose voices are searched with which model, the pack's own first; made once."""
        for made_for, searches in self._searches:
            if made_for is card:
                return searches
        searches = (
            (_own(self.templates, card.face), *_further(self.further_faces, card)),
            (
                _own(self.voices, card.voice or LikenessScale(pack=card.name, dimension=0)),
                *_further(self.further_voices, card),
            ),
        )
        self._searches[:] = [(card, searches)]
        return searches


@dataclass(frozen=True, slots=True)
class Search:
    """People who are searched with one model.

    Attributes:
        gallery: of them.
        scale: what the model's likenesses mean.
        model: name of the model where it is not the pack's own.
    """

    gallery: Gallery
    scale: LikenessScale
    model: str = ""


Searches = tuple[tuple[Search, ...], tuple[Search, ...]]
"""Of faces and of voices: the pack's own model, then the others that somebody is searched with."""


def _own(templates: Mapping[str, Sequence[bytes]], scale: LikenessScale) -> Search:
    return Search(build_gallery(templates, scale), scale)


def _further(by_model: Mapping[str, Mapping[str, Sequence[bytes]]], card: PackCard) -> tuple[Search, ...]:
    scales = {one.stamp.name: one.scale for one in card.further}
    return tuple(
        Search(build_gallery(templates, scales[model]), scales[model], model) for model, templates in by_model.items()
    )


class Source(Protocol):
    """Where people are read from while a clip is judged."""

    def at_one_moment(self) -> AbstractContextManager[Known]:
        """Give what is known now; nothing changes for as long as the block lasts."""

    def concerning(self, known: Known, found: Collection[str], named: Collection[str]) -> Known:
        """Return `known` with the records of those people alone (`Known.concerning`)."""

    def find(self, people: Collection[str]) -> dict[str, Person]:
        """Return those of some people who are there (`Known.find`)."""
