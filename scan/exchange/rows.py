"""Grants as a spreadsheet has them (CSV): one row for each, to be exported, worked on and imported again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

import msgspec

from countenance.errors import WrongUsageError
from countenance.grants import ANY, CHANNEL_GROUPS, OTHER_CHANNELS, Grant
from countenance.people import Person, PersonKind
from countenance.territories import is_territory, normal_territory
from countenance.translations import _
from registry import Document, GrantPapers, GrantRecord, Registry, Signature
from registry.rules import check_person
from scan.exchange.grants import GrantPlanner
from scan.exchange.taking import Ours, Outcome, Plan, RecordKind, Step

LARGEST_ROWS_BYTES = 64 * 1024 * 1024

_LISTS = ("modality", "methods", "purposes", "themes_ok", "channels", "territories", "languages", "projects", "duties")
_YES_NO = ("separately_signed", "sublicense", "approval", "survives_death")
_PLAIN = (
    *("members", "signed", "signer", "represented_by", "replica_type", "description", "start", "end", "tz"),
    *("grantee", "exclusive", "compensation", "after_end"),
)
COLUMNS = (
    *("registry", "grant", "revision", "person", "name", "kind", "birth", "death"),
    *("signed", "signer", "signatures", "represented_by", "separately_signed", "replica_type", "members"),
    *("modality", "methods", "description", "purposes", "themes_ok", "channels", "territories", "languages"),
    *("start", "end", "tz", "projects", "grantee", "sublicense", "exclusive", "approval"),
    *("compensation", "compensation_status", "duties", "after_end", "survives_death"),
    *("revoked_notice", "revoked_days", "revoked_published", "suspended_from", "suspended_to"),
    *("external_ids", "documents"),
)
"""Of a roster; docs/adr/0030-evidence-and-exchange.md says what stands in each."""

_CHANNELS = {ANY, *CHANNEL_GROUPS, *OTHER_CHANNELS}.union(*CHANNEL_GROUPS.values())
_BETWEEN = re.compile(r"\s*[;|；]\s*")
# A spreadsheet takes a cell that begins so for a formula (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "'")
_YES, _NO = {"yes", "y", "true", "1", "是"}, {"no", "n", "false", "0", "否", ""}
# Where msgspec says that a value cannot be meant, and what columns are called that have another name.
_PLACE = re.compile(r"\$\.(\w+)")
_COLUMN_OF = {"revoked": "revoked_…", "suspended": "suspended_…", "display_name": "name"}

Record = TypeVar("Record")


def rows_of(opened: Registry, people: Sequence[str] | None = None) -> tuple[bytes, tuple[str, ...]]:
    """Return a CSV file with a row for each grant, and the ids of the people whose grants they are.

    Args:
        opened: the registry.
        people: ids; None for everybody.
    """
    with opened.snapshot():
        whom = opened.people() if people is None else tuple(opened.agreed(people).people.values())
        by_id = {person.id: person for person in whom}
        records = [record for record in opened.grants() if record.grant.person in by_id]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for record in records:
        cells = _cells(opened.id, record, by_id[record.grant.person])
        # Elsewhere, what is not named would be another owner and another zone.
        cells |= {"grantee": record.grant.grantee or opened.owner, "tz": record.grant.tz or opened.tz}
        writer.writerow(_escaped(cells.get(column, "")) for column in COLUMNS)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    content = text.getvalue().encode("utf-8-sig", "replace")
    return content, tuple(dict.fromkeys(record.grant.person for record in records))


def plan_rows(opened: Registry, content: bytes) -> Plan:
    """Return what the import of a CSV file with grants would do.

    A row with the id of a grant is a change of it, one with an external id of a grant likewise, any other a new grant,
    unless the person has just such a one. Somebody whose name is nobody's is new.

    Args:
        opened: the registry to import into.
        content: the file.

    Raises:
        WrongUsageError: it is no UTF-8 CSV file, or has no column `name` or `person`.
    """
    rows = _read(content)
    with opened.snapshot():
        planner = _RowPlanner(opened)
        steps = tuple(step for number, row in rows for step in planner.steps(number, row))
    return Plan(source="", sha256=sha256(content).hexdigest(), steps=steps, ours=planner.ours)


class _RowPlanner:
    def __init__(self, opened: Registry) -> None:
        self._opened = opened
        self._planners: dict[str, GrantPlanner] = {}
        self._coming: dict[str, Person] = {}
        self.ours: Ours = {}

    def steps(self, number: int, row: Mapping[str, str]) -> Iterator[Step]:
        theirs = _("row {number}").format(number=number)
        try:
            row = self._whole(row)
            grant, papers = _grant(row)
            person = self._person(row)
        except WrongUsageError as error:
            yield Step(kind=RecordKind.GRANT, theirs=theirs, ours="", outcome=Outcome.REFUSED, why=error.sentence)
            return
        if not person.id:
            key = person.display_name.casefold()
            if key not in self._coming:
                self._coming[key] = person
                yield self._new_person(theirs, key, person)
            yield self._planner(row).step(theirs, replace(grant, person=key), papers, "")
            return
        self.ours[person.id] = person.id
        yield self._planner(row).step(theirs, replace(grant, person=person.id), papers, person.id)

    def _whole(self, row: Mapping[str, str]) -> Mapping[str, str]:
        """Return a row with the columns that the file does not have as the grant has them.

        Raises:
            WrongUsageError: there is no such grant.
        """
        planner, number = self._planner(row), row.get("grant", "")
        if row.get("registry", "") in ("", self._opened.id) and number:
            known = self._opened.grant_revisions(number)[-1]
        else:
            found = planner.known_elsewhere(_split(row.get("external_ids", ""))) if not number else None
            if found is None:
                return row
            known = found
        (person,) = self._opened.people([known.grant.person])
        return {**_cells("", known, person), "registry": "", "grant": "", **row}

    def _planner(self, row: Mapping[str, str]) -> GrantPlanner:
        # An id of a grant says nothing without the registry that gave it: where none is named, it is this one.
        source = row.get("registry", "") or (self._opened.id if row.get("grant", "") else "")
        if source not in self._planners:
            self._planners[source] = GrantPlanner(self._opened, source, self._opened.owner, self._opened.tz)
        return self._planners[source]

    def _person(self, row: Mapping[str, str]) -> Person:
        """Return who is meant; without an id where they are new.

        Raises:
            WrongUsageError: nobody, or several people, are meant.
        """
        name, number = row.get("name", ""), row.get("person", "")
        if row.get("registry", "") not in ("", self._opened.id):
            reference = f"{row['registry']}:{number}"
            there = [one for one in self._opened.people() if reference in one.external_ids]
            if there:
                return there[0]
            new = self._new(row, name)
            return replace(new, external_ids=(reference,)) if number else new
        if number:
            return self._opened.people([number])[0]
        found = self._opened.named(name) if name else ()
        if len(found) > 1:
            raise WrongUsageError(_("Several people are called “{name}”: give the id.").format(name=name))
        return found[0] if found else self._new(row, name)

    def _new(self, row: Mapping[str, str], name: str) -> Person:
        plain = {
            "display_name": name,
            "kind": row.get("kind", ""),
            "birth": row.get("birth"),
            "death": row.get("death"),
        }
        person = _converted({"id": ""} | {column: text for column, text in plain.items() if text}, Person)
        if person.kind is PersonKind.GROUP:
            raise WrongUsageError(_("A group is entered with its members, by: countenance person add"))
        check_person(person)
        return person

    def _new_person(self, theirs: str, key: str, person: Person) -> Step:
        def take(ours: Ours) -> str:
            ours[key] = self._opened.enrol(person)
            return ours[key]

        return Step(kind=RecordKind.PERSON, theirs=theirs, ours="", outcome=Outcome.NEW, take=take)


def _cells(registry: str, record: GrantRecord, person: Person) -> dict[str, str]:
    grant, papers = record.grant, record.papers
    cells = {
        "registry": registry,
        "grant": grant.id,
        "revision": str(grant.revision),
        "person": person.id,
        "name": person.display_name,
        "kind": person.kind.value,
        "birth": _text(person.birth),
        "death": _text(person.death),
        "signatures": " | ".join(_signed(one) for one in papers.signatures),
        "compensation_status": _text(papers.compensation_status),
        "external_ids": "; ".join(papers.external_ids),
        "documents": " | ".join(_joined(one.file, one.sha256, one.kind) for one in papers.documents),
    }
    cells |= {name: "; ".join(map(str, getattr(grant, name))) for name in _LISTS}
    cells |= {name: "yes" if getattr(grant, name) else "no" for name in _YES_NO}
    cells |= {name: _text(getattr(grant, name)) for name in _PLAIN}
    if grant.revoked is not None:
        cells |= {
            "revoked_notice": _text(grant.revoked.notice),
            "revoked_days": str(grant.revoked.days),
            "revoked_published": grant.revoked.published.value,
        }
    if grant.suspended is not None:
        cells |= {"suspended_from": _text(grant.suspended.start), "suspended_to": _text(grant.suspended.end)}
    return cells


def _grant(row: Mapping[str, str]) -> tuple[Grant, GrantPapers]:
    terms: dict[str, object] = {"id": row.get("grant", ""), "person": ""}
    terms |= {name: row[name] for name in _PLAIN if row.get(name)}
    terms |= {name: _split(row[name]) for name in _LISTS if row.get(name)}
    terms |= {name: _yes(name, row[name]) for name in _YES_NO if name in row}
    if row.get("revision"):
        terms["revision"] = row["revision"]
    if row.get("revoked_notice"):
        revoked = {"notice": "revoked_notice", "days": "revoked_days", "published": "revoked_published"}
        terms["revoked"] = {name: row[column] for name, column in revoked.items() if row.get(column)}
    if row.get("suspended_from"):
        terms["suspended"] = {"start": row["suspended_from"], "end": row.get("suspended_to") or None}
    grant = _converted(terms, Grant)
    if not all(is_territory(code) for code in grant.territories):
        raise _unclear("territories")
    if not _CHANNELS.issuperset(grant.channels):
        raise _unclear("channels")
    grant = replace(grant, territories=tuple(normal_territory(code) for code in grant.territories))
    papers = GrantPapers(
        signatures=tuple(_signature(text) for text in row.get("signatures", "").split("|") if text.strip()),
        documents=tuple(_document(text) for text in row.get("documents", "").split("|") if text.strip()),
        external_ids=_split(row.get("external_ids", "")),
    )
    if row.get("compensation_status"):
        status = {"compensation_status": row["compensation_status"]}
        papers = replace(papers, compensation_status=_converted(status, GrantPapers).compensation_status)
    return grant, papers


def _converted(values: Mapping[str, object], kind: type[Record], column: str = "") -> Record:
    """Return a record of words; `column` is named where one cannot be meant, else the record's field."""
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        field = (_PLACE.search(str(error)) or ["", ""])[1]
        raise _unclear(column or _COLUMN_OF.get(field, field)) from None


def _unclear(column: str) -> WrongUsageError:
    return WrongUsageError(_("What stands in the column {column} cannot be meant like this.").format(column=column))


def _yes(column: str, text: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise _unclear(column)
    return word in _YES


def _signature(text: str) -> Signature:
    parts = zip(("name", "role", "signed_on", "how", "witness"), _parts(text, 5, "signatures"), strict=True)
    return _converted({"how": "paper"} | {name: part for name, part in parts if part}, Signature, "signatures")


def _document(text: str) -> Document:
    file, digest, kind = _parts(text, 3, "documents")
    return Document(file=file, sha256=digest, kind=kind)


def _parts(text: str, count: int, column: str) -> list[str]:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > count:
        raise _unclear(column)
    return parts + [""] * (count - len(parts))


def _signed(one: Signature) -> str:
    return _joined(one.name, one.role, one.signed_on.isoformat(), one.how, one.witness)


def _joined(*parts: str) -> str:
    # What stands between the parts cannot stand in them.
    return "; ".join(re.sub(r"[;|；]", ",", part) for part in parts).rstrip("; ")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in _BETWEEN.split(text.strip()) if part)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the rows with their numbers as a spreadsheet counts them, the titles being row 1."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        titles = [title.strip().casefold() for title in next(reader, [])]
        rows = [(number, row) for number, row in enumerate(reader, start=2) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise WrongUsageError(
            _("This file is no UTF-8 CSV file."),
            remedy=_("Let the spreadsheet save it as “CSV UTF-8”, with commas."),
            details=type(error).__name__,
        ) from None
    if not {"name", "person"} & set(titles):
        raise WrongUsageError(
            _("The file has no column that says whose grants they are."),
            remedy=_("Export one with: countenance consent export FILE.csv, and fill in its columns."),
        )
    return [(number, _row(titles, row)) for number, row in rows]


def _row(titles: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {title: _unescaped(cell).strip() for title, cell in zip(titles, row, strict=False)}
