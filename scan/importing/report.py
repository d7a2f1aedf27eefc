"""What an import came to: who was imported, who and what was kept out, and why."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from countenance.errors import CountenanceError, WrongUsageError
from countenance.people import Modality
from countenance.translations import _, ngettext
from scan.enrol import Refusal
from scan.importing.entries import KeptOut, LeftOut
from scan.saving import write_whole

REPORT_COLUMNS = ("outcome", "row", "name", "person", "file", "reason", "why", "others")

_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Somebody who was imported.

    Attributes:
        person: the new id; empty in a dry run.
        row: of the roster; None for a folder on its own.
    """

    name: str
    person: str = ""
    row: int | None = None
    face_samples: int = 0
    voice_samples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSample:
    """A file, or a sample of it, that was kept out, and why."""

    name: str
    file: str
    refusal: Refusal
    why: str
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import came to, or would come to.

    Attributes:
        batch: by which the import is known when it is started again.
        dry_run: nothing was written.
        finished: False where it was stopped before its end.
        people: how many people the folder or roster holds.
        already: how many of them were imported by earlier runs.
        changed: names of those whose files or row have changed since; they are left as they were imported.
        noted: who was imported although they were taken for somebody else.
        left_out: how many files and folders are no samples, by what they are.
        compared: in what newcomers were compared with everybody.
        refused_earlier: how many samples earlier runs refused, by reason.
    """

    batch: str
    dry_run: bool
    finished: bool
    people: int
    imported: tuple[Imported, ...] = ()
    already: int = 0
    changed: tuple[str, ...] = ()
    kept_out: tuple[KeptOut, ...] = ()
    refused: tuple[RefusedSample, ...] = ()
    noted: tuple[KeptOut, ...] = ()
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    compared: tuple[Modality, ...] = ()
    refused_earlier: Mapping[Refusal, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everybody was imported with every sample."""
        return self.finished and not (self.kept_out or self.refused or self.refused_earlier)

    @property
    def samples(self) -> int:
        """How many samples were enrolled."""
        return sum(one.face_samples + one.voice_samples for one in self.imported)


def report_document(report: ImportReport) -> dict[str, object]:
    """Return a report as JSON documents tell it."""
    plain = msgspec.to_builtins(report)
    assert isinstance(plain, dict)
    counted = Counter(item.because.value for item in report.kept_out)
    refused = Counter(item.refusal.value for item in report.refused)
    return {
        **{name: plain[name] for name in ("batch", "dry_run", "finished", "people")},
        "samples": report.samples,
        "kept_out_by_reason": dict(sorted(counted.items())),
        "refused_by_reason": dict(sorted(refused.items())),
        **{name: value for name, value in plain.items() if name not in {"batch", "dry_run", "finished", "people"}},
    }


def save_import_report(report: ImportReport, path: Path) -> None:
    """Write a report as JSON, or as CSV with one line for each person and each refused sample, for its owner alone.

    Raises:
        WrongUsageError: the name ends neither with .json nor with .csv.
        CountenanceError: it cannot be written.
    """
    kind = check_report_name(path)
    text = _csv(report) if kind == ".csv" else msgspec.json.format(_json(report_document(report)), indent=2).decode()
    try:
        write_whole(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise CountenanceError(
            _("The report cannot be written to “{file}”.").format(file=path.name),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error


def check_report_name(path: Path) -> str:
    """Return how a report is written, ".json" or ".csv".

    Raises:
        WrongUsageError: the name ends with neither.
    """
    kind = path.suffix.lower()
    if kind not in {".json", ".csv"}:
        raise WrongUsageError(
            _("A report is written as JSON or CSV, not as “{name}”.").format(name=path.name),
            remedy=_("Give it a name that ends with .json or .csv."),
        )
    return kind


def left_out_words(kind: LeftOut, count: int) -> str:
    """Return how many files or folders of a kind were left out."""
    words = {
        LeftOut.HIDDEN: ngettext("{count} hidden or system file", "{count} hidden or system files", count),
        LeftOut.NOT_MEDIA: ngettext(
            "{count} file that is no photo, film or recording",
            "{count} files that are no photos, films or recordings",
            count,
        ),
        LeftOut.EMPTY_FOLDER: ngettext("{count} folder without samples", "{count} folders without samples", count),
        LeftOut.LINK: ngettext("{count} link", "{count} links", count),
        LeftOut.UNREADABLE: ngettext(
            "{count} folder that may not be read", "{count} folders that may not be read", count
        ),
        LeftOut.LOOSE: ngettext(
            "{count} file outside any person’s folder", "{count} files outside any person’s folder", count
        ),
        LeftOut.SURPLUS: ngettext(
            "{count} file beyond what one person needs", "{count} files beyond what one person needs", count
        ),
        LeftOut.NOT_ON_ROSTER: ngettext(
            "{count} folder of somebody who is not on the roster",
            "{count} folders of people who are not on the roster",
            count,
        ),
    }
    return words[kind].format(count=count)


def kept_out_words(item: KeptOut) -> str:
    """Return who was kept out, where they stand in the roster, and why."""
    if item.row is None:
        return _("{name}: {why}").format(name=item.name, why=item.why)
    return _("Row {row}, {name}: {why}").format(row=item.row, name=item.name or "–", why=item.why)


def _csv(report: ImportReport) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(REPORT_COLUMNS)
    for one in report.imported:
        outcome = "would_import" if report.dry_run else "imported"
        writer.writerow(_cells(outcome, one.row, one.name, one.person, "", "", "", ""))
    for outcome, people in (("kept_out", report.kept_out), ("noted", report.noted)):
        for item in people:
            others = "; ".join(item.others)
            writer.writerow(_cells(outcome, item.row, item.name, "", "", item.because, item.why, others))
    for sample in report.refused:
        writer.writerow(
            _cells("sample_refused", sample.row, sample.name, "", sample.file, sample.refusal, sample.why, "")
        )
    for name in report.changed:
        writer.writerow(_cells("changed", None, name, "", "", "", "", ""))
    # With its mark of UTF-8, without which a spreadsheet takes names for another script.
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + target.getvalue()


def _cells(*values: str | int | None) -> list[str]:
    texts = ["" if value is None else str(value) for value in values]
    # What begins like a formula is one to a spreadsheet, and names come from files and lists of others.
    return [f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text for text in texts]


def _json(document: dict[str, object]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole_characters(document))


def _whole_characters(value: object) -> object:
    if isinstance(value, str):
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {name: _whole_characters(item) for name, item in value.items()}
    return [_whole_characters(item) for item in value] if isinstance(value, list | tuple) else value
