"""A checked clip's page, as plain values: verdict, facts, findings with their pictures, coverage, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.errors import CountenanceError
from countenance.labels import label
from countenance.observations import FaceTrack, Observations, StreamKind
from countenance.translations import _, ngettext
from countenance.verdict import CheckResult, Finding, FindingKind
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone, verdict_icon, verdict_tone
from gui.presenters.sounds import VoiceExcerpt, excerpt_peaks, wave_peaks
from gui.presenters.timelines import Timeline, finding_names, timeline_of
from reports.sounds import best_excerpt
from reports.wording import (
    coverage_sentences,
    format_bytes,
    format_count,
    format_time,
    format_time_ranges,
    promise_sentences,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The verdict on top of a page; `note` is empty unless something was left unexamined."""

    tone: Tone
    icon: Icon
    word: str
    headline: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding with what it rests on.

    Attributes:
        severity: in a word or two.
        crop: JPEG of the face in the clip; None where the finding is about nobody's face.
        enrolled: JPEG of an enrolled sample beside it; None for somebody unknown.
        excerpts: voices to listen to: in the clip and, where the person is known, enrolled.
        where: time ranges in words; empty for stills.
        where_words: the same as a sentence's beginning.
        spoken: the whole card in words, for those who do not see it.
    """

    tone: Tone
    icon: Icon
    severity: str
    title: str
    name: str
    sentence: str
    likeness: str
    next_step: str
    where: str
    where_words: str
    crop: bytes | None
    enrolled: bytes | None
    excerpts: tuple[VoiceExcerpt, ...]
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPage:
    """Everything the page of a checked clip shows."""

    banner: Banner
    facts: str
    findings: tuple[FindingCard, ...]
    findings_title: str
    timeline: Timeline | None
    coverage: tuple[str, ...]
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a clip could not be checked, or another failure: a sentence, what to do, and details to copy."""

    sentence: str
    remedy: str
    details: str = ""


def clip_page(result: CheckResult) -> ClipPage:
    """Return the page of a result."""
    count = len(result.findings)
    return ClipPage(
        banner=banner_of(result),
        facts=clip_facts(result.observations),
        findings=tuple(finding_cards(result)),
        findings_title=ngettext("{count} finding", "{count} findings", count).format(count=format_count(count))
        if count
        else _("No findings"),
        timeline=timeline_of(result),
        coverage=tuple(coverage_sentences(result.observations)),
        basis=tuple(basis_sentences(result)),
    )


def banner_of(result: CheckResult) -> Banner:
    """Return the verdict's banner."""
    return Banner(
        tone=verdict_tone(result.verdict),
        icon=verdict_icon(result.verdict),
        word=label(result.verdict),
        headline=result.headline,
        note=_("Not everything was examined: see “What was examined” below.") if result.incomplete else "",
    )


def finding_cards(result: CheckResult) -> list[FindingCard]:
    """Return the findings as cards, worst first."""
    tracks = {track.id: track for track in result.observations.tracks}
    names = finding_names(result)
    return [_card(result, finding, names[index], tracks) for index, finding in enumerate(result.findings)]


def face_picture(result: CheckResult) -> bytes | None:
    """Return the picture that stands for a clip in the queue: the best face of its worst finding."""
    tracks = {track.id: track for track in result.observations.tracks}
    for finding in result.findings:
        picture = _best_picture(finding, tracks)
        if picture is not None:
            return picture
    return None


def sound_picture(result: CheckResult) -> tuple[float, ...]:
    """Return the loudnesses that stand for a clip of sound alone, 0 to 1; nothing for a clip with a picture."""
    seen = result.observations
    return wave_peaks(seen.waveform) if seen.waveform and not seen.picture.present else ()


def clip_facts(observations: Observations) -> str:
    """Return length, size of picture, format and size of the file, as far as they apply."""
    clip = observations.clip
    facts = []
    if clip.still:
        facts.append(_("Still picture"))
    elif clip.duration_s > 0:
        facts.append(format_time(clip.duration_s))
    if clip.width and clip.height:
        facts.append(f"{clip.width} × {clip.height}")
    codecs = [stream.codec for stream in clip.streams if stream.kind is not StreamKind.OTHER and stream.codec]
    facts.append(", ".join(dict.fromkeys([clip.container.upper(), *(codec.upper() for codec in codecs)])))
    facts.append(format_bytes(clip.bytes))
    # Between facts a line may be broken, within one it may not.
    return "  ·  ".join(fact.replace(" ", "\u00a0") for fact in facts)


def basis_sentences(result: CheckResult) -> list[str]:
    """Return what the result rests on: registry, promise, models."""
    sentences = [registry_words(result)]
    sentences += promise_sentences(result.operating_point, result.voice_operating_point)
    models = ", ".join(dict.fromkeys(f"{model.name} {model.version}".strip() for model in result.pack.models))
    sentences.append(_("Models: {models} (pack “{pack}”).").format(models=models, pack=result.pack.name))
    return sentences


def registry_words(result: CheckResult) -> str:
    """Return what the clip was compared with."""
    if result.registry is None:
        return _("There was no registry to compare with: everybody is unknown.")
    return ngettext(
        "Compared with {count} person of your registry.",
        "Compared with {count} people of your registry.",
        result.registry.people,
    ).format(count=format_count(result.registry.people))


def problem_of(error: CountenanceError) -> Problem:
    """Return an error as a person meets it."""
    return Problem(sentence=error.sentence, remedy=error.remedy, details=error.details)


def _card(result: CheckResult, finding: Finding, name: str, tracks: dict[int, FaceTrack]) -> FindingCard:
    tone = finding_tone(finding)
    severity = _("Permitted") if tone is Tone.PERMITTED else label(finding.severity)
    if result.observations.speakers and finding.kind in (FindingKind.LIKENESS, FindingKind.VOICE):
        severity = f"{severity}  ·  {label(finding.kind)}"
    where = "" if result.observations.clip.still else format_time_ranges(finding.ranges)
    about_somebody = bool(finding.tracks or finding.speakers)
    title = finding.title if finding.name or not about_somebody else name
    enrolled = result.enrolled_pictures.get(finding.person) if finding.person and finding.tracks else None
    texts = (severity, title, finding.sentence, finding.likeness, finding.next_step, where)
    return FindingCard(
        tone=tone,
        icon=finding_icon(finding),
        severity=severity,
        title=title,
        name=finding.name,
        sentence=finding.sentence,
        likeness=finding.likeness,
        next_step=finding.next_step,
        where=where,
        where_words=_where_words(finding).format(where=where) if where else "",
        crop=_best_picture(finding, tracks),
        enrolled=enrolled,
        excerpts=tuple(_excerpts(result, finding, name)),
        spoken=". ".join(text.rstrip(".。") for text in texts if text),
    )


def _where_words(finding: Finding) -> str:
    if finding.tracks and finding.speakers:
        return _("Seen and heard at {where}")
    return _("Heard at {where}") if finding.speakers else _("Seen at {where}")


def _best_picture(finding: Finding, tracks: dict[int, FaceTrack]) -> bytes | None:
    samples = [sample for number in finding.tracks if number in tracks for sample in tracks[number].samples]
    return max(samples, key=lambda sample: sample.detection.quality).picture if samples else None


def _excerpts(result: CheckResult, finding: Finding, name: str) -> list[VoiceExcerpt]:
    excerpts = []
    best = best_excerpt(result.observations.speakers, finding.speakers)
    if best is not None:
        _speaker, sample = best
        when = format_time(sample.start_s)
        spoken = _("Play the voice in the clip at {time}: {name}").format(time=when, name=name)
        excerpts.append(_excerpt(_("In the clip"), when, spoken, sample.sound))
    whose = finding.voice_of or finding.person
    enrolled = result.enrolled_sounds.get(whose) if whose and finding.speakers else None
    if enrolled:
        named = next((one.name for one in result.findings if one.person == whose and one.name), name)
        spoken = _("Play the enrolled voice of {name}").format(name=named)
        # Whose it is goes without saying unless the card is about somebody else's face.
        excerpts.append(_excerpt(_("Enrolled"), named if finding.voice_of else "", spoken, enrolled))
    return excerpts


def _excerpt(caption: str, when: str, spoken: str, sound: bytes) -> VoiceExcerpt:
    return VoiceExcerpt(caption=caption, note=when, spoken=spoken, sound=sound, peaks=excerpt_peaks(sound))
