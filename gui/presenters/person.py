"""One person's page: head, samples, the clips they are in, their history; and what editing them means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from countenance.clearance import KeptCheck
from countenance.decisions import Publication
from countenance.labels import channel_label, day_label, label, listed, territory_label
from countenance.people import Modality, Person, PersonKind
from countenance.territories import normal_territory
from countenance.translations import _
from gui.presenters.looks import Icon, Tone, verdict_icon, verdict_tone
from gui.presenters.people import (
    FAIR_QUALITY,
    PersonCard,
    SignLook,
    card_of,
    quality_words,
    sign_look,
)
from gui.presenters.sounds import VoiceExcerpt, excerpt_peaks
from registry import Registry, RemovedSample, Sample, SampleContent
from reports.wording import format_moment

ENOUGH_PICTURES = 3
"""So many pictures from different angles recognise somebody well; more add little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTile:
    """A sample of the face.

    Attributes:
        picture: JPEG; empty where it may not be shown any more.
        quality: in a word; `spoken` says all of it.
    """

    id: str
    picture: bytes
    quality: str
    tone: Tone
    source: str
    kept_until: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTile:
    """A sample of the voice; `excerpt` is None where it may not be played any more."""

    id: str
    excerpt: VoiceExcerpt | None
    quality: str
    tone: Tone
    source: str
    kept_until: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipLine:
    """A clip in which the person appeared: a kept check or a publication.

    Attributes:
        at: ISO 8601 with offset, to be put in order by.
    """

    name: str
    words: str
    moment: str
    icon: Icon
    tone: Tone
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Everything a person's page shows but the papers and the history.

    Attributes:
        person: as it is, to be expected by the next change.
        picture: JPEG of the best sample; empty without one.
        subtitle: kind and other names.
        signs: the gravest first.
        advice: what would help to recognise the person; empty where nothing would.
        members: of a group: ids and names.
        to_examine: why nobody is looked for, in a sentence; empty where they are.
    """

    person: Person
    card: PersonCard
    picture: bytes
    subtitle: str
    signs: tuple[SignLook, ...]
    faces: tuple[FaceTile, ...]
    voices: tuple[VoiceTile, ...]
    advice: tuple[str, ...]
    clips: tuple[ClipLine, ...]
    members: tuple[tuple[str, str], ...]
    to_examine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field of the details that can be edited.

    Attributes:
        name: of the field of `Person`.
        words: beside it.
        hint: what may be written, shown while it is empty.
        long: whether there may be several lines.
    """

    name: str
    words: str
    hint: str = ""
    long: bool = False


def read_page(person: str, registry: Registry) -> PersonPage:
    """Return a person's page; off the window's thread.

    Raises:
        WrongUsageError: there is nobody with that id.
    """
    with registry.snapshot():
        today, zone = registry.today(), ZoneInfo(registry.tz)
        found = registry.people([person])[0]
        summary = registry.summaries.one(found.id, today)
        contents, samples = registry.contents(found.id, today), registry.samples(found.id)
        checks = registry.checks.of(found.id)
        out = [one for one in registry.publications.all() if _went_out(one, checks)]
        picture = registry.picture(found.id, today) or b""
        members = tuple((one.id, one.display_name) for one in registry.people(found.members))
    card = card_of(summary, 0, today)
    faces = tuple(_face(one, contents.get(one.id), today) for one in samples if Modality.FACE in _shows(one, contents))
    voices = tuple(_voice(one, contents.get(one.id)) for one in samples if Modality.VOICE in _shows(one, contents))
    return PersonPage(
        person=found,
        card=card,
        picture=picture,
        subtitle=_subtitle(found),
        signs=tuple(sign_look(sign) for sign in card.signs),
        faces=faces,
        voices=voices,
        advice=_advice(found, samples),
        clips=_clips(found.id, checks, out, zone),
        members=members,
        to_examine=_to_examine(found, may=summary.may_be_examined, has=bool(samples)),
    )


def facts(kind: PersonKind) -> tuple[Fact, ...]:
    """Return the fields that can be edited for somebody of a kind."""
    several = _("several are parted by commas")
    told = [
        Fact(name="display_name", words=_("Name")),
        Fact(name="other_names", words=_("Other names"), hint=_("stage names, other scripts; parted by commas")),
        Fact(name="tags", words=_("Tags"), hint=several),
        Fact(name="contact", words=_("Whom to ask"), hint=_("agent, lawyer, address")),
        Fact(name="jurisdiction", words=_("Lives in"), hint=_("country or state, such as DE or US-NY")),
    ]
    if kind is not PersonKind.GROUP:
        told += [
            Fact(name="birth", words=_("Born"), hint=_("year-month-day, such as 1990-06-10")),
            Fact(name="death", words=_("Died"), hint=_("year-month-day, such as 2020-06-10")),
            Fact(name="guardian", words=_("Guardian"), hint=_("name and document, for a minor")),
            Fact(name="rights_holder", words=_("Rights holder"), hint=_("name and document, of the estate")),
            Fact(name="agent_authority", words=_("Agent"), hint=_("name and power of attorney")),
        ]
    told += [
        Fact(name="external_ids", words=_("Ids elsewhere"), hint=several),
        Fact(name="notes", words=_("Notes"), hint=_("anything else to be remembered"), long=True),
    ]
    return tuple(told)


def fact_text(person: Person, name: str) -> str:
    """Return what a field says, as it is typed."""
    value = getattr(person, name)
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def edited(person: Person, name: str, text: str) -> Person | str:
    """Return the person with a field as it was typed, or a sentence that says why it cannot be meant."""
    typed = text.strip()
    value: Any = typed
    if name in ("other_names", "tags", "external_ids"):
        parts = typed.replace("，", ",").replace("、", ",").split(",")
        value = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    elif name in ("birth", "death"):
        try:
            value = date.fromisoformat(typed) if typed else None
        except ValueError:
            return _("“{text}” is no day. Write it like 1990-06-10.").format(text=typed)
    elif name == "jurisdiction" and typed:
        if not territory_is_known(typed):
            return _("“{text}” is no country or state. Write it like DE or US-NY.").format(text=typed)
        value = normal_territory(typed)
    return replace(person, **{name: value})


def territory_is_known(code: str) -> bool:
    """Return whether a code names a country, or a part of one."""
    from babel import Locale

    country = normal_territory(code).partition("-")[0]
    return len(country) == 2 and country in Locale("en").territories


def fact_note(person: Person, name: str) -> str:
    """Return what a code or day means, in words; empty where it says that itself."""
    if name == "jurisdiction" and person.jurisdiction:
        return territory_label(person.jurisdiction)
    day = getattr(person, name)
    return day_label(day) if isinstance(day, date) else ""


def kind_words(kind: PersonKind) -> str:
    """Return what a person is, to begin a line with."""
    words = label(kind)
    return words[:1].upper() + words[1:]


def kinds_of(person: Person) -> tuple[PersonKind, ...]:
    """Return what a person may become; a group stays one."""
    if person.kind is PersonKind.GROUP:
        return (PersonKind.GROUP,)
    return tuple(kind for kind in PersonKind if kind is not PersonKind.GROUP)


def change_person(before: Person, after: Person, registry: Registry) -> Person:
    """Keep a change and return the person as kept; off the window's thread."""
    return registry.change_person(after, expected=before)


def put_back(removed: RemovedSample, registry: Registry) -> None:
    """Keep a sample that was removed once more; off the window's thread."""
    registry.add_samples(removed.person, removed.consent, [removed.sample])


def merge_sentences(kept: str, other: str) -> tuple[str, ...]:
    """Return what becomes of two people who are made one."""
    return (
        _("All samples, consents, grants and papers of {other} become those of {name}.").format(other=other, name=kept),
        _("“{other}” stays as another name.").format(other=other),
        _("This cannot be undone."),
    )


def _subtitle(person: Person) -> str:
    return " · ".join((kind_words(person.kind), *person.other_names))


def _shows(sample: Sample, contents: dict[str, SampleContent]) -> frozenset[Modality]:
    """Return what a sample shows; of one that was let go, what it came from tells."""
    content = contents.get(sample.id)
    if sample.modalities:
        return frozenset(sample.modalities)
    if content is not None:
        return frozenset({Modality.VOICE} if content.sound and not content.picture else {Modality.FACE})
    return frozenset({Modality.VOICE} if sample.kind.value == "audio" else {Modality.FACE})


def _kept_until(sample: Sample, *, gone: bool) -> str:
    if gone:
        return _("Removed: the consent ended")
    return _("Kept until {day}").format(day=day_label(sample.delete_by))


def _face(sample: Sample, content: SampleContent | None, today: date) -> FaceTile:
    gone = content is None or sample.delete_by < today
    quality, tone = (_("Removed"), Tone.NEUTRAL) if gone else quality_words(sample.quality)
    return FaceTile(
        id=sample.id,
        picture=content.picture if content else b"",
        quality=quality,
        tone=tone,
        source=sample.source,
        kept_until=_kept_until(sample, gone=gone),
        spoken=_("Picture from {source}: {quality}").format(
            source=sample.source or _("unknown source"), quality=quality
        ),
    )


def _voice(sample: Sample, content: SampleContent | None) -> VoiceTile:
    gone = content is None or not content.sound
    quality, tone = (_("Removed"), Tone.NEUTRAL) if gone else quality_words(sample.quality)
    excerpt = None
    if content is not None and content.sound:
        excerpt = VoiceExcerpt(
            caption=_("Play"),
            note="",
            spoken=_("Play the voice sample"),
            sound=content.sound,
            peaks=excerpt_peaks(content.sound),
        )
    return VoiceTile(
        id=sample.id,
        excerpt=excerpt,
        quality=quality,
        tone=tone,
        source=sample.source,
        kept_until=_kept_until(sample, gone=gone),
        spoken=_("Voice from {source}: {quality}").format(source=sample.source or _("unknown source"), quality=quality),
    )


def _advice(person: Person, samples: Sequence[Sample]) -> tuple[str, ...]:
    if person.kind is PersonKind.GROUP:
        return ()
    faces = [one for one in samples if Modality.FACE in one.modalities]
    voices = [one for one in samples if Modality.VOICE in one.modalities]
    told = []
    if not faces:
        told.append(_("Without a picture this person is not recognised by the face: add photos or a film."))
    elif max(one.quality for one in faces) < FAIR_QUALITY:
        told.append(_("All pictures are poor: add one that is larger, sharp, and taken from the front."))
    elif len(faces) < ENOUGH_PICTURES:
        told.append(_("Add pictures from other angles: three or more recognise a face better."))
    if not voices:
        told.append(_("Without a recording this person is not recognised by the voice: add clean speech."))
    elif max(one.quality for one in voices) < FAIR_QUALITY:
        told.append(_("The voice samples are poor: add speech without music or noise behind it."))
    return tuple(told)


def _to_examine(person: Person, *, may: bool, has: bool) -> str:
    if person.kind is PersonKind.GROUP or may:
        return ""
    if has and person.biometric_until is not None:
        return _("Nobody looks for this person: the biometric consent is over, and the samples were removed with it.")
    return _("Nobody looks for this person: no sample is kept under a biometric consent in force.")


def _went_out(publication: Publication, checks: Sequence[KeptCheck]) -> bool:
    return any(
        publication.check == check.id
        or (not publication.check and publication.clip.is_same_clip(check.record.clip.mark))
        for check in checks
    )


def _clips(
    person: str, checks: Sequence[KeptCheck], out: Sequence[Publication], zone: ZoneInfo
) -> tuple[ClipLine, ...]:
    lines = [_checked(person, check, zone) for check in checks]
    lines += [_published(one, zone) for one in out]
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True))


def _checked(person: str, check: KeptCheck, zone: ZoneInfo) -> ClipLine:
    judged = dict.fromkeys(label(one.judgement) for one in check.record.people if one.person == person)
    verdict = check.record.verdict
    words = _("{verdict}; this person: {judgement}") if judged else "{verdict}"
    return ClipLine(
        name=check.record.clip.name or _("A clip"),
        words=words.format(verdict=label(verdict), judgement=listed(judged)),
        moment=_("Checked on {moment}").format(moment=format_moment(check.record.created.astimezone(zone))),
        icon=verdict_icon(verdict),
        tone=verdict_tone(verdict),
        at=check.record.created.astimezone(zone).isoformat(),
    )


def _published(publication: Publication, zone: ZoneInfo) -> ClipLine:
    place = channel_label(publication.place)
    if publication.taken_down_at is not None:
        words, icon, tone = _("Was on {place}; taken down"), Icon.STOPPED, Tone.NEUTRAL
    elif publication.take_down_by is not None:
        words, icon, tone = _("On {place}, may stay until {day}"), Icon.CLOCK, Tone.REVIEW
    else:
        words, icon, tone = _("On {place}"), Icon.OPEN, Tone.NEUTRAL
    day = "" if publication.take_down_by is None else day_label(publication.take_down_by)
    moment = publication.published_at.astimezone(zone)
    return ClipLine(
        name=publication.clip_name or _("A clip"),
        words=words.format(place=place, day=day),
        moment=_("Published on {moment}").format(moment=format_moment(moment)),
        icon=icon,
        tone=tone,
        at=moment.isoformat(),
    )
