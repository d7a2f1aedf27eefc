"""The report as one self-contained page: no script, nothing fetched, works offline, prints on A4."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from countenance.identification import OperatingPoint
from countenance.judgement import JudgementKind
from countenance.labels import day_label, label, listed
from countenance.packs import ModelTask
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, in_language, ngettext
from countenance.verdict import ABOUT_NOBODY, CheckResult, FindingKind, Severity, Verdict
from reports.compose import report_document
from reports.document import AnswerRecord, FindingRecord, OperatingPointRecord, Report
from reports.facts import clip_facts, model_rows, registry_facts, use_facts
from reports.timeline import draw_timeline, tone_of
from reports.wording import (
    coverage_shares,
    face_sentences,
    format_moment,
    format_time,
    format_time_ranges,
    further_promise_sentences,
    picture_sentences,
    promise_sentences,
    sound_sentences,
    unexamined_sentences,
    voice_sentences,
)

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture as a data address, with what it shows."""

    source: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A sound as a data address; its caption stays in print, where nothing can be played."""

    source: str
    caption: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One finding as the page shows it; `rows` are (word, value) pairs."""

    tone: str
    tag: str
    who: str
    title: str
    sentence: str
    next_step: str
    when: str
    rows: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    players: tuple[Player, ...]
    small: bool


def report_html(result: CheckResult, *, redact: bool) -> str:
    """Return the page of a result, in the language in force; `redact` as in `report_document`."""
    return render_page(report_document(result, redact=redact))


def render_page(report: Report) -> str:
    """Return the page of a report, such as one read back, in the report's own language."""
    with in_language(report.language):
        return _template().render(_page(report))


def _page(report: Report) -> dict[str, object]:
    style = _text("report.css")
    names = who_is_who(report)
    cards = [_card(finding, name, report) for finding, name in zip(report.findings, names, strict=True)]
    coverage = report.coverage
    return {
        "report": report,
        "style": Markup(style),  # noqa: S704 - our own file, nothing of a clip or a person in it
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "icons": Markup(_text("icons.svg")),  # noqa: S704 - our own file
        "verdict_title": label(report.verdict),
        "tone": "block" if report.verdict is Verdict.BLOCKED else report.verdict.value,
        "unexamined": in_a_row(unexamined_sentences(coverage.picture, coverage.sound)),
        "created": format_moment(report.created),
        "length": _("still picture") if report.clip.still else format_time(report.clip.duration_s),
        "cards": [card for card in cards if not card.small],
        "small_cards": [card for card in cards if card.small],
        "counts": _counts(report),
        "timeline": draw_timeline(report, names),
        "use": use_facts(report.use),
        "shares": coverage_shares(coverage.picture, coverage.sound, still=report.clip.still),
        "coverage": [
            *picture_sentences(coverage.picture, still=report.clip.still),
            *face_sentences(Counter(coverage.faces_not_judged)),
            *sound_sentences(coverage.sound),
            *voice_sentences(Counter(coverage.voices_not_judged)),
        ],
        "promise": promise_of(report),
        "models": model_rows(report.models),
        "registry": registry_facts(report.registry),
        "clip": clip_facts(report.clip),
    }


def who_is_who(report: Report) -> list[str]:
    """Return who each finding is about: the name, "Unknown 1", "Unknown voice 1", or nothing for those about no one."""
    names = []
    unseen = unheard = 0
    for finding in report.findings:
        if finding.kind in ABOUT_NOBODY:
            names.append("")
        elif finding.person or finding.name:
            names.append(finding.name or _("Person {letter}").format(letter=finding.person))
        elif finding.kind is FindingKind.VOICE:
            unheard += 1
            names.append(_("Unknown voice {number}").format(number=unheard))
        else:
            unseen += 1
            names.append(_("Unknown {number}").format(number=unseen))
    return names


def _card(finding: FindingRecord, name: str, report: Report) -> Card:
    tone = tone_of(finding)
    when = format_time_ranges(finding.ranges) if not report.clip.still else ""
    alike = in_a_row((finding.likeness, _models_of(finding, report))) if finding.likeness else ""
    rows = (
        (_("Who"), name if not finding.person else ""),
        (_("When"), when),
        (_("How alike"), alike),
        (_("Rests on"), finding.rests_on or ""),
        (_("Answered"), _answered(finding.answer)),
    )
    return Card(
        tone=tone,
        tag=_tag(finding, tone, told_apart=bool(report.speakers)),
        who=name,
        title=finding.title,
        sentence=finding.sentence,
        next_step=finding.next_step,
        when=when,
        rows=tuple((word, value) for word, value in rows if value),
        figures=tuple(_figures(finding, name, still=report.clip.still)),
        players=tuple(_players(finding, name, report)),
        small=finding.severity is Severity.NOTE and _is_unknown(finding) and finding.answer is None,
    )


def _tag(finding: FindingRecord, tone: str, *, told_apart: bool) -> str:
    """Return how a finding weighs, and where a clip has faces and voices, which of them it is about."""
    words = label(finding.judgement.kind if tone == "permitted" and finding.judgement else finding.severity)
    if told_apart and finding.kind in (FindingKind.LIKENESS, FindingKind.VOICE):
        return f"{words} · {label(finding.kind)}"
    return words


def _answered(answer: AnswerRecord | None) -> str:
    """Return what was answered, when and by whom, in a few words; nothing where nothing was."""
    if answer is None:
        return ""
    words, day = label(answer.kind), day_label(answer.at.date())
    told = _("{answer}, by {who} on {day}").format(answer=words, who=answer.by, day=day) if answer.by else ""
    return told or _("{answer}, on {day}").format(answer=words, day=day)


def _is_unknown(finding: FindingRecord) -> bool:
    return finding.judgement is not None and finding.judgement.kind is JudgementKind.UNKNOWN_PERSON


def _figures(finding: FindingRecord, name: str, *, still: bool) -> list[Figure]:
    figures = []
    if crops := finding.evidence.crops:
        caption = _("In the picture") if still else _("In the clip, {time}").format(time=format_time(crops[0].at_s))
        figures.append(
            Figure(
                source=_address(crops[0].jpeg), caption=caption, alt=_("{who}. {what}").format(who=name, what=caption)
            )
        )
    if enrolled := finding.evidence.enrolled_jpeg:
        caption = _("Enrolled sample")
        figures.append(
            Figure(source=_address(enrolled), caption=caption, alt=_("{who}. {what}").format(who=name, what=caption))
        )
    return figures


def _players(finding: FindingRecord, name: str, report: Report) -> list[Player]:
    players = []
    for excerpt in finding.evidence.excerpts:
        caption = _("In the clip, {time}").format(time=format_time(excerpt.start_s))
        source = _address(excerpt.wav, "audio/wav")
        players.append(Player(source=source, caption=caption, spoken=_("{who}. {what}").format(who=name, what=caption)))
    if enrolled := finding.evidence.enrolled_wav:
        whose = next((one.name for one in report.findings if one.name and one.person == finding.voice_of), "")
        caption = _("Enrolled sample of {name}").format(name=whose) if whose else _("Enrolled sample")
        source = _address(enrolled, "audio/wav")
        spoken = caption if whose else _("{who}. {what}").format(who=name, what=caption)
        players.append(Player(source=source, caption=caption, spoken=spoken))
    return players


def _models_of(finding: FindingRecord, report: Report) -> str:
    """Return the names of the models whose figures a likeness rests on: for a mismatch both."""
    tasks = {ModelTask.VOICE_EMBEDDER} if finding.modality is Modality.VOICE else {ModelTask.FACE_EMBEDDER}
    if finding.kind is FindingKind.MISMATCH:
        tasks.add(ModelTask.FACE_EMBEDDER)
    names = listed(model.name for model in report.models if model.task in tasks)
    return _("(Model: {model}.)").format(model=names) if names else ""


def _counts(report: Report) -> list[tuple[str, str]]:
    """Return (tone, words) for each tone that occurs, worst first."""
    tones = Counter(tone_of(finding) for finding in report.findings)
    words = {
        "block": ngettext("{count} blocking", "{count} blocking", tones["block"]),
        "review": ngettext("{count} to review", "{count} to review", tones["review"]),
        "permitted": ngettext("{count} permitted", "{count} permitted", tones["permitted"]),
        "note": ngettext("{count} note", "{count} notes", tones["note"]),
    }
    return [(tone, words[tone].format(count=tones[tone])) for tone in words if tones[tone]]


def promise_of(report: Report) -> str:
    """Return what the operating points of a report promise."""
    face, voice = (_point(report.operating_point.get(modality)) for modality in ("face", "voice"))
    further = [one for points in report.further_operating_points.values() for one in map(_point, points) if one]
    sentences = [*promise_sentences(face, voice), *further_promise_sentences(further)]
    return in_a_row(sentences) or _("Nobody was compared with anybody, so no operating point was in force.")


def _point(point: OperatingPointRecord | None) -> OperatingPoint | None:
    if point is None:
        return None
    return OperatingPoint(
        review_fpir=point.promised_fpir.review,
        block_fpir=point.promised_fpir.block,
        review_fmr=point.review_fmr,
        block_fmr=point.block_fmr,
        people=point.gallery,
        tracks=point.tracks,
        pack=point.pack,
        own=point.own,
    )


def _address(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64," + base64.b64encode(content).decode()


def _text(name: str) -> str:
    return (resources.files("reports") / "templates" / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Old style: a translated sentence is no format string, so "%" in it is a character.
    environment.install_gettext_callables(_, ngettext, newstyle=False)  # type: ignore[attr-defined] # by the extension
    return environment.get_template("report.html")
