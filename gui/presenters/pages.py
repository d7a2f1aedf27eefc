"""A checked clip's page, as plain values: verdict, facts, findings with their pictures, coverage, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.errors import CountenanceError
from countenance.labels import label
from countenance.observations import FaceTrack, Observations, StreamKind
from countenance.translations import _, ngettext
from countenance.verdict import CheckResult, Finding
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone, verdict_icon, verdict_tone
from gui.presenters.timelines import Timeline, finding_names, timeline_of
from reports.wording import (
    coverage_sentences,
    format_bytes,
    format_count,
    format_time,
    format_time_ranges,
    promise_sentence,
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
        where: time ranges in words; empty for stills.
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
    crop: bytes | None
    enrolled: bytes | None
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
    if result.operating_point is not None:
        sentences.append(promise_sentence(result.operating_point))
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
    where = "" if result.observations.clip.still else format_time_ranges(finding.ranges)
    title = finding.title if finding.name or not finding.tracks else name
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
        crop=_best_picture(finding, tracks),
        enrolled=result.enrolled_pictures.get(finding.person) if finding.person else None,
        spoken=". ".join(text.rstrip(".。") for text in texts if text),
    )


def _best_picture(finding: Finding, tracks: dict[int, FaceTrack]) -> bytes | None:
    samples = [sample for number in finding.tracks if number in tracks for sample in tracks[number].samples]
    return max(samples, key=lambda sample: sample.detection.quality).picture if samples else None
