"""What people of an agency decided about one clip: approvals, exceptions, publications (`consent.md` §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from countenance.people import Modality
from countenance.use import ApprovalDecision, ExceptionKind


def counted(id_: str) -> list[tuple[str, int]]:
    """Return a key by which G2 comes before G10: a registry counts its ids, so what was recorded later comes later."""
    return [(letters, int(digits or 0)) for letters, digits in re.findall(r"([^0-9]*)([0-9]*)", id_)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMark:
    """What a decision about a clip is bound to: the very file, and the picture and sound inside it.

    Attributes:
        sha256: of the file, lower-case hex.
        streams: of the coded picture and sound, whatever file they are wrapped in and whatever labels are written
            beside them (docs/adr/0024-clip-marks.md); empty where nobody computed it.
    """

    sha256: str
    streams: str = ""

    def is_same_clip(self, other: ClipMark) -> bool:
        """Return whether both are the same file, or the same picture and sound in another one."""
        return self.sha256 == other.sha256 or bool(self.streams and self.streams == other.streams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A recorded yes or no to one clip under one grant that asks for it.

    Attributes:
        by: who answered, as the operator named them; at: with offset.
    """

    id: str
    grant: str
    clip: ClipMark
    decision: ApprovalDecision
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedException:
    """What a person decided on a claimed freedom to use somebody's likeness without consent, for one clip.

    Attributes:
        person: whose likeness.
        modality: of which; None means face and voice.
        decision: approved means that the exception carries this clip, refused that it does not.
        reason: why, in the reviewer's words.
        by: the reviewer; at: with offset.
    """

    id: str
    person: str
    clip: ClipMark
    kind: ExceptionKind
    decision: ApprovalDecision
    reason: str
    by: str
    at: datetime
    modality: Modality | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where and when a clip went out, and until when it may stay.

    Attributes:
        clip_name: the file's own name, without a path.
        place: a channel of the vocabulary, or another name for where it is.
        address: where to find it; empty where nobody said.
        check: id of the kept check it went out on; empty where there is none.
        published_at: with offset.
        take_down_by: last day on which it may stay public, as agreed or set; None is open.
        taken_down_at: with offset; None while it is up.
    """

    id: str
    clip: ClipMark
    clip_name: str
    place: str
    published_at: datetime
    address: str = ""
    check: str = ""
    take_down_by: date | None = None
    taken_down_at: datetime | None = None
