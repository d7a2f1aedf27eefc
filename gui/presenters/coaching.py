"""What would make somebody surer to be recognised: advice from what was accepted and refused, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from countenance.people import Modality
from countenance.translations import _, ngettext
from scan.enrol import Proposal, Refusal
from scan.enrol_voice import ADVISED_SPEECH_S
from scan.enrolment import ADVISED_SAMPLES

TURNED_YAW = 0.3
"""From here on a face counts as seen from the side (0 frontal, 1 profile)."""

FRONTAL_YAW = 0.2

LARGE_PX = 112.0
"""The embedders' inputs are 112 px and more: a smaller face is enlarged, and less of it is told."""

GOOD_QUALITY = 0.45

_TOO_POOR = {
    Refusal.TOO_SMALL: "small",
    Refusal.TOO_BLURRED: "blurred",
    Refusal.POSE: "turned",
}


class Readiness(StrEnum):
    """How surely somebody will be recognised by what there is."""

    NOTHING = "nothing"
    THIN = "thin"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at.

    Attributes:
        modality: what it is about.
        done: whether it is fulfilled already.
    """

    words: str
    modality: Modality
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """What the coach says.

    Attributes:
        words: how it stands, in a sentence.
        advice: what is fulfilled and what is missing, the missing first.
    """

    readiness: Readiness
    words: str
    advice: tuple[Advice, ...]

    @property
    def missing(self) -> tuple[Advice, ...]:
        """What would still help."""
        return tuple(one for one in self.advice if not one.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many samples somebody has already."""

    faces: int = 0
    voices: int = 0


NOBODYS = Kept()


def coach(proposal: Proposal, modalities: Iterable[Modality], kept: Kept = NOBODYS) -> Coaching:
    """Return what is there and what would help.

    Args:
        proposal: what was accepted and refused so far.
        modalities: what the biometric consent covers.
        kept: samples that are enrolled already.
    """
    wanted = tuple(modalities)
    advice = [
        *(_face_advice(proposal, kept) if Modality.FACE in wanted else ()),
        *(_voice_advice(proposal, kept) if Modality.VOICE in wanted else ()),
    ]
    there = bool(proposal.samples or kept.faces or kept.voices)
    missing = [one for one in advice if not one.done]
    if not there:
        readiness, words = Readiness.NOTHING, _("Nothing to recognise them by yet.")
    elif missing:
        readiness, words = Readiness.THIN, _("It will do; this would make recognition surer:")
    else:
        readiness, words = Readiness.GOOD, _("That is all it takes for good recognition.")
    return Coaching(readiness=readiness, words=words, advice=(*missing, *(one for one in advice if one.done)))


def _face_advice(proposal: Proposal, kept: Kept) -> list[Advice]:
    face = Modality.FACE
    seen = [accepted.sample.detection for accepted in proposal.faces]
    files = len({accepted.file_sha256 for accepted in proposal.faces}) + kept.faces
    if not files:
        poor = {_TOO_POOR[one.refusal] for one in proposal.refused if one.refusal in _TOO_POOR}
        return [Advice(_first_face_words(poor), face)]
    missing = max(0, ADVISED_SAMPLES - files)
    more = ngettext(
        "Add {count} more photo, in other light or from another day.",
        "Add {count} more photos, in other light or from another day.",
        missing,
    )
    advice = [
        Advice(more.format(count=missing), face)
        if missing
        else Advice(_("Enough pictures of the face."), face, done=True)
    ]
    if seen and not kept.faces:
        frontal = any(abs(one.yaw) <= FRONTAL_YAW for one in seen)
        turned = any(abs(one.yaw) >= TURNED_YAW for one in seen)
        large = any(one.size_px >= LARGE_PX and one.quality >= GOOD_QUALITY for one in seen)
        advice += [
            Advice(
                _("Seen from the front.") if frontal else _("Add a photo that looks straight into the camera."),
                face,
                done=frontal,
            ),
            Advice(
                _("Seen from the side, too.") if turned else _("Add a profile view: the head turned to one side."),
                face,
                done=turned,
            ),
            Advice(
                _("Sharp and large enough.")
                if large
                else _("Add a larger, sharper photo: the face fills the picture."),
                face,
                done=large,
            ),
        ]
    return advice


def _first_face_words(poor: set[str]) -> str:
    if "small" in poor:
        return _("The face is too small: come closer, or take the original photo instead of a copy.")
    if "blurred" in poor:
        return _("The face is blurred: take a photo in more light, with a steady hand.")
    if "turned" in poor:
        return _("The face is turned away: begin with a photo that looks into the camera.")
    return _("Add a photo that looks straight into the camera.")


def _voice_advice(proposal: Proposal, kept: Kept) -> list[Advice]:
    voice = Modality.VOICE
    refusals = {one.refusal for one in proposal.refused}
    if Refusal.NO_VOICE_MODEL in refusals:
        return []
    if kept.voices and not proposal.voices:
        return [Advice(_("The voice is known already."), voice, done=True)]
    missing = round(ADVISED_SPEECH_S - proposal.speech_s + 0.49)
    if missing <= 0 or kept.voices:
        return [Advice(_("Enough clean speech."), voice, done=True)]
    if not proposal.voices:
        return [Advice(_first_voice_words(refusals), voice)]
    words = ngettext("Add {count} more second of clean speech.", "Add {count} more seconds of clean speech.", missing)
    return [Advice(words.format(count=missing), voice)]


def _first_voice_words(refusals: set[Refusal]) -> str:
    if refusals & {Refusal.NOISE, Refusal.MUSIC}:
        return _("There is something behind the voice: record it in a quiet room, without music.")
    if Refusal.CLIPPED in refusals:
        return _("The recording is overdriven: record it from further away, or at a lower level.")
    if refusals & {Refusal.SEVERAL_SPEAKERS, Refusal.OVERLAPPED}:
        return _("Several people speak: record this person alone.")
    return _("Add a recording with {count} seconds of clean speech, or leave the voice out.").format(
        count=round(ADVISED_SPEECH_S)
    )
