"""A checked clip's page, as plain values: verdict and next step, facts, findings, coverage, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from countenance.errors import CountenanceError
from countenance.judgement import JudgementKind
from countenance.labels import label
from countenance.observations import Observations, StreamKind
from countenance.translations import _, ngettext
from countenance.verdict import CheckResult, Finding, Severity, Verdict
from gui.presenters.answers import Around, Batch, batch_of, is_open
from gui.presenters.codecs import format_words
from gui.presenters.finding_cards import FindingCard, crops_of, finding_cards, without_name
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone, verdict_icon, verdict_tone
from gui.presenters.sounds import wave_peaks
from gui.presenters.timelines import finding_names
from reports.wording import (
    coverage_sentences,
    format_bytes,
    format_count,
    format_time,
    further_promise_sentences,
    promise_sentences,
)


class Step(StrEnum):
    """What the button of the most useful next step does."""

    SHOW_FINDING = "show_finding"
    ASK_CONSENT = "ask_consent"
    STATE_USE = "state_use"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The single most useful thing to do about a clip.

    Attributes:
        finding: index of the finding it is about; None where it is about the clip.
    """

    step: Step
    words: str
    button: str
    icon: Icon
    finding: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The verdict on top of a page; `note` is empty unless something was left unexamined."""

    tone: Tone
    icon: Icon
    word: str
    headline: str
    note: str = ""
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPage:
    """Everything the page of a checked clip shows."""

    banner: Banner
    facts: str
    findings: tuple[FindingCard, ...]
    findings_title: str
    batch: Batch | None
    coverage: tuple[str, ...]
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfLine:
    """What would be said of one person."""

    tone: Tone
    icon: Icon
    title: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The verdict for another use, in short."""

    banner: Banner
    lines: tuple[WhatIfLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a clip could not be checked, or another failure: a sentence, what to do, and details to copy."""

    sentence: str
    remedy: str
    details: str = ""


def clip_page(result: CheckResult, around: Around | None = None) -> ClipPage:
    """Return the page of a result; without `around` no registry is open."""
    around = around or Around()
    count = len(result.findings)
    return ClipPage(
        banner=banner_of(result, around),
        facts=clip_facts(result.observations),
        findings=tuple(finding_cards(result, around)),
        findings_title=ngettext("{count} finding", "{count} findings", count).format(count=format_count(count))
        if count
        else _("No findings"),
        batch=batch_of(result, around),
        coverage=tuple(coverage_sentences(result.observations)),
        basis=tuple(basis_sentences(result)),
    )


def banner_of(result: CheckResult, around: Around | None = None) -> Banner:
    """Return the verdict's banner."""
    return Banner(
        tone=verdict_tone(result.verdict),
        icon=verdict_icon(result.verdict),
        word=label(result.verdict),
        headline=result.headline,
        note=_("Not everything was examined: see “What was examined” below.") if result.incomplete else "",
        next_step=next_step_of(result, around or Around()),
    )


def next_step_of(result: CheckResult, around: Around) -> NextStep | None:
    """Return the single most useful next step; None where there is nothing left to do."""
    if result.verdict in (Verdict.BLOCKED, Verdict.REVIEW) and result.findings:
        return _about(result, around)
    if result.verdict is Verdict.PERMITTED:
        duty = next((index for index, one in enumerate(result.findings) if _has_duties(one)), None)
        if duty is not None:
            return _show(result.findings[duty].next_step or _("Something has to be done first."), duty)
        if around.registry_open:
            words = _("Keep the check as proof that it was permitted today.")
            return NextStep(step=Step.KEEP, words=words, button=_("Keep this check…"), icon=Icon.SHIELD)
    return None


def what_if(result: CheckResult) -> WhatIf:
    """Return what is told of a clip that was judged for another use."""
    names = finding_names(result)
    return WhatIf(
        banner=replace(banner_of(result), next_step=None),
        lines=tuple(
            WhatIfLine(
                tone=finding_tone(finding),
                icon=finding_icon(finding),
                title=finding.title if finding.name else names[index],
                sentence=without_name(finding.sentence, finding.name),
            )
            for index, finding in enumerate(result.findings)
            if finding.tracks or finding.speakers
        ),
    )


def face_picture(result: CheckResult) -> bytes | None:
    """Return the picture that stands for a clip in the queue: the best face of its worst finding."""
    tracks = {track.id: track for track in result.observations.tracks}
    for finding in result.findings:
        crops = crops_of(finding, tracks)
        if crops:
            return crops[0].jpeg
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
    facts.append(", ".join(dict.fromkeys(map(format_words, [clip.container, *codecs]))))
    facts.append(format_bytes(clip.bytes))
    # Between facts a line may be broken, within one it may not.
    return "  ·  ".join(fact.replace(" ", "\u00a0") for fact in facts)


def basis_sentences(result: CheckResult) -> list[str]:
    """Return what the result rests on: registry, promise, models."""
    sentences = [registry_words(result)]
    sentences += promise_sentences(result.operating_point, result.voice_operating_point)
    sentences += further_promise_sentences(result.further_points)
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


def _about(result: CheckResult, around: Around) -> NextStep:
    """Return what to do about the worst finding: of several that only have to be looked at, the quickest to settle."""
    worst = result.findings[0]
    if worst.severity is Severity.BLOCK:
        words = worst.next_step or worst.sentence
        if worst.person and around.registry_open:
            button = _("Ask for consent…")
            return NextStep(step=Step.ASK_CONSENT, words=words, button=button, icon=Icon.MAIL, finding=0)
        return _show(words, 0)
    waiting = [index for index, one in enumerate(result.findings) if one.severity is Severity.REVIEW]
    by_kind = {_kind(result.findings[index]): index for index in reversed(waiting)}
    if JudgementKind.POSSIBLE_MATCH in by_kind:
        index = by_kind[JudgementKind.POSSIBLE_MATCH]
        return _show(_("Say whether this is {name}.").format(name=result.findings[index].name), index)
    if JudgementKind.NEEDS_DETAILS in by_kind:
        index = by_kind[JudgementKind.NEEDS_DETAILS]
        words, button = result.findings[index].next_step, _("Say more about the use…")
        return NextStep(step=Step.STATE_USE, words=words, button=button, icon=Icon.CHANGE, finding=index)
    unknown = [index for index in waiting if is_open(result.findings[index])]
    if unknown:
        words = ngettext("Say who the unknown person is.", "Say who the {count} unknown people are.", len(unknown))
        return _show(words.format(count=format_count(len(unknown))), unknown[0])
    return _show(worst.next_step or worst.sentence, 0)


def _show(words: str, finding: int) -> NextStep:
    return NextStep(step=Step.SHOW_FINDING, words=words, button=_("Show me"), icon=Icon.NEXT, finding=finding)


def _kind(finding: Finding) -> JudgementKind | None:
    return finding.judgement.kind if finding.judgement is not None else None


def _has_duties(finding: Finding) -> bool:
    return _kind(finding) is JudgementKind.PERMITTED_WITH_DUTIES
