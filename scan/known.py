"""Everybody a clip is compared with, and what was agreed: from a registry, or from a folder without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from countenance.decisions import Approval, ClipMark, RecordedException
from countenance.grants import Grant, Prohibition
from countenance.people import Person
from countenance.verdict import RegistryFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided about clips, as the registry holds it: about any clip, in any order."""

    approvals: tuple[Approval, ...] = ()
    exceptions: tuple[RecordedException, ...] = ()

    @property
    def are_any(self) -> bool:
        """Whether anything was decided about any clip."""
        return bool(self.approvals or self.exceptions)

    def about(self, clip: ClipMark) -> Decisions:
        """Return what was decided about one clip, whatever file it is in."""
        return Decisions(
            approvals=tuple(one for one in self.approvals if one.clip.is_same_clip(clip)),
            exceptions=tuple(one for one in self.exceptions if one.clip.is_same_clip(clip)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The people searched; a plain value, so that judging a clip again touches no file.

    Attributes:
        templates: person id to face embeddings of the pack in use; nobody whose biometric consent is over.
        people: person id to person, groups included.
        voices: person id to voice embeddings of the pack in use, likewise.
        pictures: person id to JPEG of an enrolled sample.
        sounds: person id to an enrolled excerpt of the voice (`countenance.observations.Sound`).
        decisions: approvals and exceptions that are on record, about all clips.
        facts: None where there is no registry.
        other_models: ids of people whose templates in force were all made by another pack: nobody finds them.
        half_known: ids of people of whom the face or the voice alone is looked for, because the other's templates
            were all made by another pack.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for grants that name none.
    """

    templates: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    voices: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    sounds: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)
    facts: RegistryFacts | None = None
    other_models: tuple[str, ...] = ()
    half_known: tuple[str, ...] = ()
    owner: str = "us"
    tz: str = "UTC"
