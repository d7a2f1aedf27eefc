"""What was found in an enrolment's files: what is accepted of each and why not, and whom it looks or sounds like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from countenance.packs import PackCard
from countenance.people import BiometricConsent, Modality, Person
from countenance.translations import _, ngettext
from gui.presenters.coaching import GOOD_QUALITY, Kept
from registry import Registry
from reports.wording import format_time
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal, RefusedFile
from scan.enrolment import compared_with_enrolled, look_alikes, sound_alikes
from scan.gate import merge
from scan.refusals import refusal_clause

FAIR_QUALITY = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLook:
    """One sample that would be kept.

    Attributes:
        picture: JPEG of the face; empty for a voice.
        sound: the speech; empty for a face.
        words: how good it is.
    """

    words: str
    picture: bytes = field(default=b"", repr=False)
    sound: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFound:
    """What one file gives.

    Attributes:
        refused: why nothing, or not all of it, is taken; sentences.
    """

    samples: tuple[SampleLook, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How much is taken of it."""
        if not self.samples:
            return _("Nothing is taken from it.")
        count = len(self.samples)
        return ngettext("{count} sample is taken.", "{count} samples are taken.", count).format(count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """Somebody enrolled whom a newcomer is taken for.

    Attributes:
        sentence: in what they are alike.
        picture, sound: of the one enrolled; empty where none may be shown or played.
    """

    person: str
    name: str
    sentence: str
    by_face: bool
    picture: bytes = field(default=b"", repr=False)
    sound: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """All files together.

    Attributes:
        files: in the order of the proposals given.
        namesakes: how many people of the same name are enrolled already.
    """

    proposal: Proposal
    files: tuple[FileFound, ...]
    alikes: tuple[Resemblance, ...] = ()
    namesakes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What is known already of somebody who gets more samples.

    Attributes:
        consent: under which more samples may be kept; None where a new one is needed.
    """

    person: Person
    consent: BiometricConsent | None
    kept: Kept


def read_enrolled(opened: Registry, person: str) -> Enrolled:
    """Return what is known of somebody, and under which biometric consent more samples may be kept.

    Raises:
        WrongUsageError: there is nobody with this id.
    """
    today = opened.today()
    (whom,) = opened.people([person])
    in_force = [one for one in opened.consents(whom.id) if one.is_in_force(today) and one.withdrawn_on is None]
    in_force.sort(key=lambda one: (len(one.modality), one.retain_until))
    samples = [one for one in opened.samples(whom.id) if one.models]
    kept = Kept(
        faces=sum(Modality.FACE in one.modalities for one in samples),
        voices=sum(Modality.VOICE in one.modalities for one in samples),
    )
    return Enrolled(person=whom, consent=in_force[-1] if in_force else None, kept=kept)


def appraise(
    opened: Registry, found: Sequence[Proposal], card: PackCard, person: str = "", name: str = ""
) -> Appraisal:
    """Return what all files give together, and who is like it.

    Args:
        opened: whose people are compared.
        found: of each file.
        card: of the pack that embedded the samples.
        person: id of somebody who is enrolled and gets more samples; empty for a newcomer.
        name: of a newcomer.
    """
    proposal = merge(found, card.face, card.voice)
    if person:
        proposal = compared_with_enrolled(opened, person, proposal, card)
    alike = look_alikes(proposal, opened, card, besides=person)
    heard = sound_alikes(proposal, opened, card, besides=person)
    namesakes = opened.named(name) if name.strip() and not person else ()
    return Appraisal(
        proposal=proposal,
        files=tuple(_file(one, proposal, found) for one in found),
        alikes=(
            *(_resemblance(opened, one, by_face=True) for one in alike),
            *(_resemblance(opened, one, by_face=False) for one in heard),
        ),
        namesakes=len(namesakes),
    )


def restricted(proposal: Proposal, modalities: Sequence[Modality]) -> Proposal:
    """Return what a consent covers of a proposal."""
    return replace(
        proposal,
        faces=proposal.faces if Modality.FACE in modalities else (),
        voices=proposal.voices if Modality.VOICE in modalities else (),
    )


def quality_words(quality: float) -> str:
    """Return how good a sample is; `quality` in [0, 1]."""
    if quality >= GOOD_QUALITY:
        return _("Good")
    return _("Fair") if quality >= FAIR_QUALITY else _("Weak")


def _file(mine: Proposal, together: Proposal, found: Sequence[Proposal]) -> FileFound:
    kept_faces, kept_voices = {id(face) for face in together.faces}, {id(voice) for voice in together.voices}
    looks = [_face(face) for face in mine.faces if id(face) in kept_faces]
    looks += [look for voice in mine.voices if id(voice) in kept_voices for look in _voice(voice)]
    lost = {face.file for face in mine.faces if id(face) not in kept_faces}
    lost |= {voice.file for voice in mine.voices if id(voice) not in kept_voices}
    own = {id(one) for proposal in found for one in proposal.refused}
    refused = [*mine.refused, *(one for one in together.refused if one.file in lost and id(one) not in own)]
    return FileFound(samples=tuple(looks), refused=tuple(dict.fromkeys(map(_why, refused))))


def _face(face: AcceptedFace) -> SampleLook:
    return SampleLook(words=quality_words(face.sample.detection.quality), picture=face.sample.picture)


def _voice(voice: AcceptedVoice) -> list[SampleLook]:
    words = _("{quality}, {duration} of speech")
    return [
        SampleLook(
            words=words.format(quality=quality_words(sample.quality), duration=format_time(sample.speech_s)),
            sound=sample.sound,
        )
        for sample in voice.speaker.samples
    ]


def _why(refused: RefusedFile) -> str:
    clause = refusal_clause(refused)
    return _("{sentence}.").format(sentence=clause[:1].upper() + clause[1:])


def _resemblance(opened: Registry, person: Person, *, by_face: bool) -> Resemblance:
    today = opened.today()
    sentence = (
        _("Looks like {name}, who is enrolled already.")
        if by_face
        else _("Sounds like {name}, who is enrolled already.")
    )
    return Resemblance(
        person=person.id,
        name=person.display_name,
        sentence=sentence.format(name=person.display_name),
        by_face=by_face,
        picture=(opened.picture(person.id, today) or b"") if by_face else b"",
        sound=b"" if by_face else (opened.sound(person.id, today) or b""),
    )
