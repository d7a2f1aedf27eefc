"""The report as pages of A4: what the page in the browser says, in the same words, for those who file or sign it.

The same report gives the same bytes. The file carries no other metadata than its title, who made it, when, and the hash
of the clip (ADR 0038). Sounds are named where they are in the clip: paper plays nothing.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from countenance.labels import label
from countenance.translations import _, in_language
from countenance.verdict import CheckResult
from reports.certificate_lettering import draw, open_fonts, shortened, width_of
from reports.compose import report_document
from reports.document import Report


def report_pdf(result: CheckResult, *, redact: bool) -> bytes:
    """Return the report of a result as PDF, in the language in force; `redact` as in `report_document`."""
    return render_pdf(report_document(result, redact=redact))


def render_pdf(report: Report) -> bytes:
    """Return a report, such as one read back, as PDF in its own language; the same report gives the same bytes."""
    open_fonts()
    with in_language(report.language):
        # The first time tells how many pages there are.
        _content, pages = _set(report, 0)
        return _set(report, pages)[0]


def sha256_mark(sha256: str) -> str:
    """Return what a PDF says of the clip it is about, in its metadata."""
    return f"countenance-report-1 sha256={sha256}"


def _set(report: Report, pages: int) -> tuple[bytes, int]:
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    from reports.pdf_pages import ACROSS, BOTTOM, DOWN, HEIGHT, SIDE, WIDTH, story_of

    title = f"{label(report.verdict)} · {report.clip.name}"
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=(WIDTH, HEIGHT),
        title=title,
        author="",
        subject=_("Report on a clip"),
        creator=report.program,
        keywords=sha256_mark(report.clip.sha256),
        lang=report.language,
        invariant=1,
        pageCompression=1,
    )
    frame = Frame(SIDE, BOTTOM, ACROSS, DOWN, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id="page")

    def begin(canvas: Any, _document: object) -> None:  # noqa: ANN401 - reportlab has no types
        canvas.setDateFormatter(lambda *_now: _pdf_date(report.created))
        _draw_edges(canvas, report, pages)

    document.addPageTemplates(PageTemplate(id="page", frames=[frame], onPage=begin))
    document.build(list(story_of(report)))
    return target.getvalue(), int(document.page)


def _pdf_date(moment: datetime) -> str:
    """Return a moment as ISO 32000-1, 7.9.4 writes it."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")


def _draw_edges(canvas: Any, report: Report, pages: int) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw what stands at the foot of every page."""
    from reports.pdf_blocks import RULE, SMALL, SOFT, colour
    from reports.pdf_pages import ACROSS, BOTTOM, SIDE, WIDTH

    colour(canvas, RULE)
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, BOTTOM - 14, WIDTH - SIDE, BOTTOM - 14)
    colour(canvas, SOFT)
    number = _("Page {page} of {pages}").format(page=canvas.getPageNumber(), pages=pages)
    wide = width_of(number, SMALL)
    draw(canvas, WIDTH - SIDE - wide, BOTTOM - 26, number, SMALL)
    told = f"Countenance · {_('Report on a clip')} · {report.clip.name}"
    draw(canvas, SIDE, BOTTOM - 26, shortened(told, ACROSS - wide - 20, SMALL), SMALL)
