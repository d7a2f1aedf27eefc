"""Reports on disk: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from countenance.errors import CountenanceError
from countenance.translations import _
from countenance.verdict import CheckResult
from reports import report_html, report_json


def save_report(result: CheckResult, folder: Path, *, redact: bool) -> tuple[Path, Path]:
    """Write `<clip>.report.json` and `<clip>.report.html` into `folder` and return their paths.

    A report of an earlier check of the same file is replaced; another file of the same name gets a number.

    Raises:
        CountenanceError: the folder cannot be written.
    """
    json_bytes = report_json(result, redact=redact)
    html_bytes = report_html(result, redact=redact).encode("utf-8", "replace")
    stem = _stem(result.observations.clip.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = _free_stem(folder, stem, result.observations.clip.sha256)
        paths = folder / f"{stem}.report.json", folder / f"{stem}.report.html"
        for path, content in zip(paths, (json_bytes, html_bytes), strict=True):
            write_whole(path, content)
    except OSError as error:
        raise CountenanceError(
            _("The report cannot be written into “{folder}”.").format(folder=folder.name or str(folder)),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error
    return paths


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, under its final name only when it is complete."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".countenance-")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _stem(name: str) -> str:
    """Return a file name any system takes: the clip's own, with the characters that are not allowed replaced."""
    printable = name.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", printable)[:150].strip(" .") or "clip"


def _free_stem(folder: Path, stem: str, sha256: str) -> str:
    mark = f'"sha256": "{sha256}"'.encode()
    compact = f'"sha256":"{sha256}"'.encode()
    for number in range(1, 10_000):
        candidate = stem if number == 1 else f"{stem} ({number})"
        path = folder / f"{candidate}.report.json"
        if not path.exists():
            return candidate
        content = path.read_bytes()
        if mark in content or compact in content:
            return candidate
    return f"{stem} {sha256[:12]}"
