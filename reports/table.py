"""Findings as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from countenance.judgement import Judgement
from countenance.verdict import CheckResult
from reports.compose import report_document
from reports.document import FindingRecord, Report
from reports.page import who_is_who
from reports.wording import format_time_range

COLUMNS = (
    "clip",
    "sha256",
    "verdict",
    "incomplete",
    "severity",
    "kind",
    "who",
    "when",
    "judgement",
    "reason",
    "rests_on",
    "title",
    "why",
    "how_alike",
    "next_step",
    "answer",
    "answered_by",
)
"""Names of the columns: they are not translated, so that a table can be read by a program too."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def findings_csv(results: Iterable[CheckResult], *, redact: bool = False) -> str:
    """Return `reports_csv` of the reports of results."""
    return reports_csv(report_document(result, redact=redact) for result in results)


def reports_csv(reports: Iterable[Report]) -> str:
    """Return one row per finding, and one for a clip without findings; lines end in CRLF (RFC 4180).

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for report in reports:
        writer.writerows(map(_harmless, row) for row in _rows(report))
    return sheet.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    clip = (report.clip.name, report.clip.sha256, report.verdict.value, "yes" if report.incomplete else "no")
    if not report.findings:
        yield (*clip, *[""] * (len(COLUMNS) - len(clip)))
    for finding, who in zip(report.findings, who_is_who(report), strict=True):
        yield (*clip, *_cells(finding, who))


def _cells(finding: FindingRecord, who: str) -> tuple[str, ...]:
    judgement: Judgement | None = finding.judgement
    return (
        finding.severity.value,
        finding.kind.value,
        who,
        " ".join(format_time_range(one) for one in finding.ranges),
        judgement.kind.value if judgement else "",
        judgement.reason.value if judgement else "",
        finding.rests_on or "",
        finding.title,
        finding.sentence,
        finding.likeness,
        finding.next_step,
        finding.answer.kind.value if finding.answer else "",
        finding.answer.by if finding.answer else "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
