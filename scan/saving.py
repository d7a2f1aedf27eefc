"""Reports on disk: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from pathlib import Path

from countenance.errors import CountenanceError
from countenance.translations import _, in_language
from countenance.verdict import CheckResult
from reports import Report, encode_report, render_page, report_document
from reports.pdf import render_pdf
from reports.table import reports_csv


class ReportFormat(StrEnum):
    """What a report is written as: a page, data for programs, pages of paper, a table of findings."""

    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    CSV = "csv"


USUAL_FORMATS = (ReportFormat.JSON, ReportFormat.HTML)


def encoded(report: Report, kind: ReportFormat) -> bytes:
    """Return a report as the content of a file, in the report's own language."""
    with in_language(report.language):
        return _ENCODERS[kind](report)


def save_report(
    result: CheckResult, folder: Path, *, redact: bool, formats: Collection[ReportFormat] = USUAL_FORMATS
) -> tuple[Path, ...]:
    """Write a report into `folder` and return the paths, in the order of `formats`.

    The files are called `<clip>.report.<format>`. What an earlier check of the same file left under these names is
    replaced; another file of the same name gets a number. No file takes its name before all are written.

    Raises:
        CountenanceError: the folder cannot be written.
    """
    report = report_document(result, redact=redact)
    contents = {kind: encoded(report, kind) for kind in dict.fromkeys(formats)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = _free_stem(folder, _stem(result.observations.clip.name), report.clip.sha256)
        paths = {folder / f"{stem}.report.{kind.value}": content for kind, content in contents.items()}
        _write_all(paths)
    except OSError as error:
        raise CountenanceError(
            _("The report cannot be written into “{folder}”.").format(folder=folder.name or str(folder)),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error
    return tuple(paths)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, under its final name only when it is complete."""
    _write_all({path: content})


def _write_all(contents: Mapping[Path, bytes]) -> None:
    partial: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".countenance-")
            partial[path] = Path(name)
            with os.fdopen(descriptor, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
        for path, written in partial.items():
            written.replace(path)
    except BaseException:
        for written in partial.values():
            written.unlink(missing_ok=True)
        raise


def _stem(name: str) -> str:
    """Return a file name any system takes: the clip's own, with the characters that are not allowed replaced."""
    printable = name.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", printable)[:150].strip(" .") or "clip"


def _free_stem(folder: Path, stem: str, sha256: str) -> str:
    """Return the stem, numbered where another clip's report has it, in whatever format."""
    for number in range(1, 10_000):
        candidate = stem if number == 1 else f"{stem} ({number})"
        there = [path for kind in ReportFormat if (path := folder / f"{candidate}.report.{kind.value}").exists()]
        # Every format names the hash of its clip in plain bytes.
        if all(path.is_file() and sha256.encode() in path.read_bytes() for path in there):
            return candidate
    return f"{stem} {sha256[:12]}"


_ENCODERS: dict[ReportFormat, Callable[[Report], bytes]] = {
    ReportFormat.HTML: lambda report: render_page(report).encode("utf-8", "replace"),
    ReportFormat.JSON: encode_report,
    ReportFormat.PDF: render_pdf,
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    ReportFormat.CSV: lambda report: reports_csv([report]).encode("utf-8-sig", "replace"),
}
