"""What a person answered about somebody in one clip: who it is, who it is not, or that nobody need be asked.

An answer is bound to the clip's mark and to places in it, not to numbers of tracks: it is found again when the clip is
examined with other models or other settings (docs/adr/0034-answers.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countenance.decisions import ClipMark
from countenance.observations import Box
from countenance.people import Modality


class AnswerKind(StrEnum):
    """What was answered."""

    THIS_IS = "this_is"
    NOT_THIS = "not_this"
    INVENTED = "invented"
    RELEASED = "released"
    PASSER_BY = "passer_by"


NAMING = frozenset({AnswerKind.THIS_IS, AnswerKind.NOT_THIS})
"""The kinds that name a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a clip where somebody is seen or heard.

    Attributes:
        start_s, end_s: of the face track, or of one turn of the speaker; seconds from the clip's start.
        at_s, box: a moment of the track and where the face is at it; None for a voice. A long track has several spots,
            a moment each.
        stream: of a voice, the audio stream in the container; None for a face.
    """

    modality: Modality
    start_s: float
    end_s: float
    at_s: float | None = None
    box: Box | None = None
    stream: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer about somebody in one clip; which of several count is for `scan.answered` to say.

    Attributes:
        id: of the registry that keeps it; of the window's own while no registry is open.
        person: whom it names; empty for the kinds that name nobody.
        spots: where in the clip, at least one.
        by: who answered; at: with offset.
        note: in the user's words, e.g. where the release is kept; may be empty.
    """

    id: str
    clip: ClipMark
    kind: AnswerKind
    spots: tuple[Spot, ...]
    by: str
    at: datetime
    person: str = ""
    note: str = ""
