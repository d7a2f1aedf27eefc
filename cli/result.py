"""One result in the terminal: the verdict first, then what was found, then what was and was not examined."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from cli.output import printable
from cli.session import Session, Volume
from countenance.judgement import Reason
from countenance.labels import label
from countenance.packs import ModelTask
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import CheckResult, FindingKind, Severity, Verdict
from reports import report_document
from reports.document import Report
from reports.finding_words import titled
from reports.page import who_is_who
from reports.wording import (
    coverage_sentences,
    format_time_ranges,
    further_promise_sentences,
    judged_with_sentence,
    promise_sentences,
    verdict_title,
)

_ANSWERED = {Reason.APPROVAL_PENDING, Reason.VAGUE_GRANT}
_STYLES = {Severity.BLOCK: "bold red", Severity.REVIEW: "yellow", Severity.NOTE: "dim"}
_VERDICT_STYLES = {
    Verdict.BLOCKED: "bold white on red",
    Verdict.REVIEW: "bold black on yellow",
    Verdict.PERMITTED: "bold white on green",
    Verdict.NO_MATCH: "bold",
}


def show_result(session: Session, result: CheckResult, *, redact: bool) -> None:
    """Write a result for a person, worded as its report; `redact` leaves names out."""
    report = report_document(result, redact=redact)
    show_report(session, report, (*coverage_sentences(result.observations), _judged_with(result)))
    waiting = (one.rests_on for one in report.findings if one.judgement and one.judgement.reason in _ANSWERED)
    for grant in dict.fromkeys(waiting):
        session.note(
            _("Record the answer with: countenance consent approve {grant} CLIP --reason TEXT").format(grant=grant)
        )


def show_report(session: Session, report: Report, besides: Sequence[str]) -> None:
    """Write a report for a person.

    Args:
        session: says where to and how much.
        report: whose texts are in the language in force.
        besides: sentences on what was examined and by what, told unless a finding has told them.
    """
    console = session.console()
    line = Text.assemble(
        (f" {verdict_title(report.verdict)} ", _VERDICT_STYLES[report.verdict]), "  ", printable(report.clip.name)
    )
    if report.incomplete:
        line.append("  " + _("(not everything was examined)"), style="yellow")
    console.print(line)
    console.print(printable("  " + report.headline))
    for finding, title in zip(report.findings, _titles(report), strict=True):
        when = format_time_ranges(finding.ranges) if not report.clip.still else ""
        line_of_title = f"  • {title}" + (f"  [{when}]" if when else "")
        console.print(printable(line_of_title, style=_STYLES[finding.severity]))
        for sentence in (finding.sentence, finding.likeness, finding.next_step):
            if sentence:
                console.print(printable("    " + sentence))
    if session.volume is not Volume.QUIET:
        told = "\n".join(finding.sentence for finding in report.findings)
        for sentence in besides:
            if sentence and sentence not in told:
                console.print(printable("  " + sentence, style="dim"))


def _titles(report: Report) -> list[str]:
    """Return the title of each finding: who it is about, what is said, and of face and voice which one is meant."""
    told_apart = bool(report.speakers)
    titles = []
    for finding, who in zip(report.findings, who_is_who(report), strict=True):
        title = finding.title if finding.name else titled(who, finding.title)
        if told_apart and finding.kind in (FindingKind.LIKENESS, FindingKind.VOICE):
            title = f"{title} · {label(finding.kind)}"
        titles.append(title)
    return titles


def _judged_with(result: CheckResult) -> str:
    """Return whose figures the likenesses rest on and what they promise; nothing where nobody was compared."""
    points = (
        (ModelTask.FACE_EMBEDDER, result.operating_point),
        (ModelTask.VOICE_EMBEDDER, result.voice_operating_point),
    )
    compared = {task for task, point in points if point is not None}
    stamps = [stamp for stamp in result.observations.models if stamp.task in compared]
    if not stamps:
        return ""
    return in_a_row(
        (
            *(judged_with_sentence(stamp.name, stamp.version) for stamp in stamps),
            *promise_sentences(result.operating_point, result.voice_operating_point),
            *further_promise_sentences(result.further_points),
        )
    )
