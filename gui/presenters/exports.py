"""What can be taken out of a checked clip: reports in four forms, the certificate, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import quote

from countenance.translations import _
from countenance.verdict import CheckResult
from gui.presenters.answers import Around
from scan.saving import ReportFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One form in which a clip's result leaves the window.

    Attributes:
        form: None for the certificate.
        redact: whether names and enrolled samples are left out.
        why_not: why it cannot be had; empty where it can.
    """

    form: ReportFormat | None
    redact: bool
    words: str
    tip: str
    why_not: str = ""

    @property
    def ending(self) -> str:
        """The file name's ending, with its dot."""
        return ".pdf" if self.form is None else f".{self.form.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was saved last: a sentence, and the file."""

    words: str
    path: Path


def export_choices(around: Around) -> tuple[Export, ...]:
    """Return everything that is offered, in the menu's order: with names, without, the certificate."""
    reports = [
        Export(form=form, redact=redact, words=words, tip=tip)
        for redact in (False, True)
        for form, words, tip in _forms()
    ]
    return (*reports, certificate_choice(around))


def certificate_choice(around: Around) -> Export:
    """Return the certificate, which only an open registry signs."""
    why_not = why_not_kept(around)
    tip = _("Signed by your registry, which keeps the check for it.")
    return Export(
        form=None,
        redact=False,
        words=_("Certificate (PDF)…"),
        tip=why_not or tip,
        why_not=why_not,
    )


def why_not_kept(around: Around) -> str:
    """Return why a check cannot be kept, and no certificate of it be signed; empty where it can."""
    if around.by_folder:
        return _("This clip was not compared with your registry.")
    if around.registry_open:
        return ""
    if around.registry_locked:
        return _("Only a registry keeps checks and signs certificates: unlock yours first.")
    return _("Only a registry keeps checks and signs certificates; there is none yet.")


def proposed_name(result: CheckResult, export: Export) -> str:
    """Return what a file is called if nobody says otherwise: after the clip, safe on every system."""
    stem = plain_stem(result.observations.clip.name)
    if export.form is None:
        return f"{stem}.certificate.pdf"
    return f"{stem}.report{export.ending}"


def file_filter(export: Export) -> str:
    """Return the kinds of files a dialog lists."""
    names = {".html": _("Web page"), ".pdf": _("PDF"), ".json": _("Data (JSON)"), ".csv": _("Table (CSV)")}
    return f"{names[export.ending]} (*{export.ending})"


def with_ending(path: Path, export: Export) -> Path:
    """Return the path with the ending its content has; what was typed is kept otherwise."""
    return path if path.suffix.lower() == export.ending else path.with_name(path.name + export.ending)


def saved_as(path: Path) -> Saved:
    """Return what is told of a file that was written."""
    folder, name = (part.encode("utf-8", "replace").decode("utf-8") for part in (path.parent.name, path.name))
    return Saved(words=_("Saved as “{name}” in “{folder}”.").format(name=name, folder=folder or "/"), path=path)


def plain_stem(name: str) -> str:
    """Return words as a file's name: what some system does not take is replaced."""
    printable = name.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", printable)[:120].strip(" .") or _("clip")


def mail_address(contact: str) -> str:
    """Return the e-mail address in a person's contact; empty where there is none."""
    found = re.search(r"[^\s<>(),;:]+@[^\s<>(),;:]+\.[^\s<>(),;:]+", contact)
    return parseaddr(found.group())[1] if found else ""


def mail_url(to: str, subject: str, text: str) -> str:
    """Return the address that opens an e-mail program with a message (RFC 6068)."""
    # Lines end with CR LF in a message, whatever the system.
    body = "\r\n".join(text.splitlines())
    return f"mailto:{quote(to.strip(), safe='@')}?subject={quote(subject)}&body={quote(body)}"


def _forms() -> Sequence[tuple[ReportFormat, str, str]]:
    return (
        (ReportFormat.HTML, _("Web page (HTML)…"), _("One file that any browser opens, offline too.")),
        (ReportFormat.PDF, _("Pages of paper (PDF)…"), _("To print, to sign, to attach.")),
        (ReportFormat.JSON, _("Data (JSON)…"), _("For other programs.")),
        (ReportFormat.CSV, _("Table of findings (CSV)…"), _("For a spreadsheet, a line for each finding.")),
    )
