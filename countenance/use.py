"""The stated use: what the user says a clip is for. What is left out is "not stated", never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countenance.grants import Duty, Method, Purpose, Theme


class ExceptionKind(StrEnum):
    """A claimed freedom to use a likeness without consent; a person decides, never the program."""

    NEWS = "news"
    PARODY = "parody"
    QUOTATION = "quotation"
    BIOGRAPHY = "biography"


class ApprovalDecision(StrEnum):
    """The recorded answer for one clip under one grant."""

    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedUse:
    """One intended publication.

    Attributes:
        purpose, face_method, voice_method, project, language: None when not stated.
        channels, territories: empty when not stated.
        themes, labels_done, exception: empty or None means none.
        category: product category, for exclusivity; empty when not stated.
        publish_at: moment of publication, with offset.
        grantee: who publishes; None means the registry's owner.
        approvals: grant id to decision, for this clip.
    """

    publish_at: datetime
    purpose: Purpose | None = None
    themes: tuple[Theme, ...] = ()
    category: str = ""
    face_method: Method | None = None
    voice_method: Method | None = None
    channels: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    language: str | None = None
    project: str | None = None
    grantee: str | None = None
    labels_done: tuple[Duty, ...] = ()
    approvals: dict[str, ApprovalDecision] = field(default_factory=dict)
    exception: ExceptionKind | None = None
