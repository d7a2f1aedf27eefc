"""One result in the terminal: the verdict first, then what was found, then what was and was not examined."""

from __future__ import annotations

from rich.text import Text

from cli.output import printable
from cli.session import Session, Volume
from countenance.translations import _
from countenance.verdict import CheckResult, Severity, Verdict
from reports import report_document
from reports.wording import coverage_sentences, format_time_ranges, verdict_title

_STYLES = {Severity.BLOCK: "bold red", Severity.REVIEW: "yellow", Severity.NOTE: "dim"}
_VERDICT_STYLES = {
    Verdict.BLOCKED: "bold white on red",
    Verdict.REVIEW: "bold black on yellow",
    Verdict.PERMITTED: "bold white on green",
    Verdict.NO_MATCH: "bold",
}


def show_result(session: Session, result: CheckResult, *, redact: bool) -> None:
    """Write a result for a person, worded as its report; `redact` leaves names out."""
    console = session.console()
    report = report_document(result, redact=redact)
    line = Text.assemble(
        (f" {verdict_title(report.verdict)} ", _VERDICT_STYLES[report.verdict]), "  ", printable(report.clip.name)
    )
    if report.incomplete:
        line.append("  " + _("(not everything was examined)"), style="yellow")
    console.print(line)
    console.print(printable("  " + report.headline))
    for finding in report.findings:
        when = format_time_ranges(finding.ranges)
        title = f"  • {finding.title}" + (f"  [{when}]" if when else "")
        console.print(printable(title, style=_STYLES[finding.severity]))
        for sentence in (finding.sentence, finding.likeness, finding.next_step):
            if sentence:
                console.print(printable("    " + sentence))
    if session.volume is not Volume.QUIET:
        for sentence in coverage_sentences(result.observations):
            console.print(printable("  " + sentence, style="dim"))
