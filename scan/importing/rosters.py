"""Rosters: lists of people as a spreadsheet exports them (CSV); a bad row is told, the others count."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from countenance.territories import is_territory, normal_territory
from countenance.translations import _
from registry import retain_until_by_default

COLUMNS = (
    "name",
    "also",
    "kind",
    "birth",
    "death",
    "guardian",
    "rights_holder",
    "agent",
    "jurisdiction",
    "external_id",
    "contact",
    "tags",
    "notes",
    "folder",
    "files",
    "biometric_consent",
    "signer",
    "consent_method",
    "retain_until",
    "modality",
    "source",
)

LARGEST_ROSTER_BYTES = 64 * 1024 * 1024
"""A hundred thousand people with long notes; anything larger is no roster."""

_LONGEST_CELL = 10_000
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS are ZIP files, XLS is a compound file
_BETWEEN = re.compile(r"[;|；\n]")

Word = TypeVar("Word", bound=StrEnum)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTerms:
    """What is known of a biometric consent, from the command line and from a row.

    Attributes:
        signed_on: None where none was given.
        retain_until: None stands for three years after signing.
        modality: what it covers.
    """

    purpose: str
    notice_version: str
    signed_on: date | None = None
    signer: Signer = Signer.SELF
    method: str = "paper"
    retain_until: date | None = None
    modality: tuple[Modality, ...] = tuple(Modality)
    recipients: tuple[str, ...] = ()

    def consent(self, kind: PersonKind, today: date) -> BiometricConsent | None:
        """Return the consent; None where none was signed. A persona of one's own needs nobody else's signature."""
        signed = self.signed_on or (today if kind is PersonKind.OWN else None)
        if signed is None:
            return None
        return BiometricConsent(
            id="",
            person="",
            signer=self.signer,
            modality=self.modality,
            purpose=self.purpose,
            signed_on=signed,
            method=self.method,
            notice_version=self.notice_version,
            retain_until=self.retain_until or retain_until_by_default(signed),
            recipients=self.recipients,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person of a roster.

    Attributes:
        number: of the row as a spreadsheet counts, the titles being row 1.
        folder: as written; empty where none was.
        files: as written.
        terms: of the biometric consent, the row's own before those of the command line.
        source: who supplied the samples.
    """

    number: int
    person: Person
    terms: ConsentTerms
    folder: str = ""
    files: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be meant like this, and why."""

    number: int
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What a roster holds.

    Attributes:
        unknown_columns: titles that mean nothing here; what stands below them was not read.
    """

    rows: tuple[RosterRow, ...] = ()
    bad: tuple[BadRow, ...] = ()
    unknown_columns: tuple[str, ...] = field(default=())


def read_roster(path: Path, terms: ConsentTerms) -> Roster:
    """Return the people of a CSV file in UTF-8, its cells parted by commas, semicolons or tabs.

    Args:
        path: of the file.
        terms: of the biometric consent, where a row has none of its own.

    Raises:
        WrongUsageError: there is no such file, it is no CSV, or it has no column of names.
    """
    text = _text_of(path)
    rows = _rows_of(text, path)
    _number, titles = next(rows, (1, []))
    columns = [_column(title) for title in titles]
    if "name" not in columns:
        raise WrongUsageError(
            _("The roster “{file}” has no column “name”.").format(file=path.name),
            remedy=_("The first row holds the titles: {columns}.").format(columns=", ".join(COLUMNS)),
        )
    twice = sorted({column for column in columns if column in COLUMNS and columns.count(column) > 1})
    if twice:
        raise WrongUsageError(
            _("The roster “{file}” has the column “{column}” twice.").format(file=path.name, column=twice[0]),
            remedy=_("Take one of them out."),
        )
    good: list[RosterRow] = []
    bad: list[BadRow] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        try:
            _check_cells(cells, len(columns))
            good.append(_row(number, row, terms))
        except WrongUsageError as error:
            bad.append(BadRow(number=number, name=row.get("name", ""), why=str(error)))
    unknown = tuple(title.strip() for title, column in zip(titles, columns, strict=True) if column not in COLUMNS)
    return Roster(rows=tuple(good), bad=tuple(bad), unknown_columns=tuple(title for title in unknown if title))


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as source:
            content = source.read(LARGEST_ROSTER_BYTES + 1)
    except OSError as error:
        raise WrongUsageError(
            _("The roster “{file}” cannot be read.").format(file=path.name),
            remedy=_("Check the spelling and the folder."),
            details=type(error).__name__,
        ) from error
    if len(content) > LARGEST_ROSTER_BYTES:
        raise WrongUsageError(_("The roster “{file}” is too large.").format(file=path.name))
    saved = _("Save it as “CSV UTF-8”, as every spreadsheet program can.")
    if content.startswith(_SPREADSHEETS):
        raise WrongUsageError(_("“{file}” is a spreadsheet, not a CSV file.").format(file=path.name), remedy=saved)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUsageError(_("“{file}” is not in UTF-8.").format(file=path.name), remedy=saved) from error
    if "\0" in text:
        raise WrongUsageError(_("“{file}” is no CSV file.").format(file=path.name), remedy=saved)
    return text


def _rows_of(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    titles = text.partition("\n")[0]
    delimiter = max(",;\t", key=titles.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        if "field larger" in str(error):
            raise WrongUsageError(
                _("A cell of the roster “{file}” near line {line} holds more than {count} characters.").format(
                    file=path.name, line=reader.line_num, count=csv.field_size_limit()
                ),
                remedy=_("Shorten it, or see that its quotation marks close."),
            ) from error
        raise WrongUsageError(
            _("The roster “{file}” breaks off near line {line}: its quotation marks do not close.").format(
                file=path.name, line=reader.line_num
            ),
            remedy=_("Mend that line, or save the list again as CSV."),
            details=str(error),
        ) from error


def _column(title: str) -> str:
    return re.sub(r"[\s-]+", "_", unicodedata.normalize("NFKC", title).strip().casefold())


def _check_cells(cells: Sequence[str], columns: int) -> None:
    if any(cell.strip() for cell in cells[columns:]):
        raise WrongUsageError(
            _("It has more cells than there are titles."),
            remedy=_("Put a cell that holds commas or semicolons into quotation marks."),
        )
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        raise WrongUsageError(_("One of its cells is too long."))


def _row(number: int, row: Mapping[str, str], terms: ConsentTerms) -> RosterRow:
    cell = _Cells(row)
    person = Person(
        id="",
        display_name=_name(row.get("name", "")),
        other_names=tuple(_name(name) for name in cell.listed("also")),
        kind=cell.word("kind", PersonKind, PersonKind.LIVING),
        birth=cell.day("birth"),
        death=cell.day("death"),
        guardian=cell.text("guardian"),
        rights_holder=cell.text("rights_holder"),
        agent_authority=cell.text("agent"),
        jurisdiction=cell.territory("jurisdiction"),
        external_ids=cell.listed("external_id"),
        contact=cell.text("contact"),
        tags=tuple(dict.fromkeys(tag for part in cell.listed("tags") for tag in _split(part, ","))),
        notes=cell.text("notes"),
    )
    own = replace(
        terms,
        signed_on=cell.day("biometric_consent") or terms.signed_on,
        signer=cell.word("signer", Signer, terms.signer),
        method=cell.text("consent_method") or terms.method,
        retain_until=cell.day("retain_until") or terms.retain_until,
        modality=cell.modalities() or terms.modality,
    )
    return RosterRow(
        number=number,
        person=person,
        terms=own,
        folder=cell.text("folder"),
        files=cell.listed("files"),
        source=cell.text("source"),
    )


class _Cells:
    """The cells of one row by column, each refused with the name of its column."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self._row = row

    def text(self, column: str) -> str:
        return self._row.get(column, "")

    def listed(self, column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in _BETWEEN.split(self.text(column)) if part.strip())

    def day(self, column: str) -> date | None:
        return self._read(column, date.fromisoformat, _("Write it like 2026-06-15.")) if self.text(column) else None

    def word(self, column: str, kind: type[Word], otherwise: Word) -> Word:
        if not self.text(column):
            return otherwise
        words = _("Choose one of: {words}.").format(words=", ".join(kind))
        return self._read(column, lambda text: kind(text.lower()), words)

    def modalities(self) -> tuple[Modality, ...]:
        words = _("Choose one of: {words}.").format(words=", ".join(Modality))
        parts = [part.lower() for text in self.listed("modality") for part in _split(text, ",")]
        return tuple(dict.fromkeys(self._read("modality", lambda _text: [Modality(part) for part in parts], words)))

    def territory(self, column: str) -> str:
        text = self.text(column)
        if text and (not is_territory(text) or text.startswith("-")):
            raise self._refusal(column, _("Write a country as DE, a region as US-NY."))
        return normal_territory(text) if text else ""

    def _read(self, column: str, read: Callable[[str], Read], remedy: str) -> Read:
        try:
            return read(self.text(column))
        except ValueError:
            raise self._refusal(column, remedy) from None

    def _refusal(self, column: str, remedy: str) -> WrongUsageError:
        value = self.text(column)
        return WrongUsageError(
            _("“{value}” is not a value of “{column}”.").format(value=value, column=column), remedy=remedy
        )


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _split(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]
