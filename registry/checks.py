"""Kept checks: what was said about a clip, on what it rests, and the signature under its certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from countenance.clearance import ClearanceRecord, KeptCheck, RememberedPerson
from countenance.errors import WrongUsageError
from countenance.translations import _
from countenance.verdict import Severity, UnknownPolicy
from registry import enrolled, rules
from registry.journal import Facts
from registry.lane import Lane
from registry.signing import kept_key, public_half, signing_key

_CHECKS = "select content, kept_at, kept_by, id, sha256, streams, clip_name from checks k"
_WITH_SUBJECT = " where k.id in (select check_id from check_subjects where subject = :subject) order by k.rowid"


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a check, as it stands in the file."""

    record: ClearanceRecord
    people: tuple[RememberedPerson, ...]
    unknown: UnknownPolicy
    besides: Severity | None


class Checks:
    """The checks that an open registry remembers. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def keep(
        self,
        record: ClearanceRecord,
        people: Iterable[RememberedPerson],
        unknown: UnknownPolicy,
        besides: Severity | None,
    ) -> KeptCheck:
        """Remember a check, so that it can be shown, printed and judged again.

        Args:
            record: its `check` and `public_key` are the registry's to give, and its `journal_hash` where it is empty;
                names of people in it are left out.
            people: who was found, in the order in which they were judged.
            unknown: how unknown people weighed.
            besides: the worst of the findings that consent has no say in.

        Returns:
            The check as kept, with its id.
        """
        rules.check_clip(record.clip.mark)
        with self._lane.change() as db:
            number = enrolled.next_id(db, "K")
            record = msgspec.structs.replace(
                record,
                check=number,
                people=tuple(msgspec.structs.replace(one, name="") for one in record.people),
                public_key=public_half(signing_key(self._lane, db)),
                journal_hash=record.journal_hash or _hash_at(db, record.registry_revision),
            )
            content = _Content(record=record, people=tuple(people), unknown=unknown, besides=besides)
            kept = _kept(number, content, self._lane.now(), self._lane.operator)
            db.table("checks").insert(
                {
                    "id": number,
                    "sha256": record.clip.mark.sha256,
                    "streams": record.clip.mark.streams,
                    "clip_name": record.clip.name,
                    # Its name stands in a column of its own alone, so that an erasure finds it.
                    "content": msgspec.json.encode(_nameless(content)).decode(),
                    "kept_at": kept.kept_at.isoformat(),
                    "kept_by": kept.kept_by,
                }
            )
            subjects = _subjects(content)
            db.table("check_subjects").insert_all({"check_id": number, "subject": subject} for subject in subjects)
            self._lane.write_down(db, "check.kept", number, _facts(record))
        return kept

    def kept(self, check: str) -> KeptCheck:
        """Return a check.

        Raises:
            WrongUsageError: there is no such check.
        """
        with self._lane.query() as db:
            return _read_one(db, check)

    def all(self) -> tuple[KeptCheck, ...]:
        """Return every check, oldest first."""
        with self._lane.query() as db:
            return _read(db, _CHECKS + " order by k.rowid", {})

    def of(self, subject: str) -> tuple[KeptCheck, ...]:
        """Return the checks that rest on a grant, prohibition or exception, or in which a person was found."""
        with self._lane.query() as db:
            return _read(
                db,
                _CHECKS + _WITH_SUBJECT,
                {"subject": subject},
            )

    def public_key(self) -> str:
        """Return the key that certificates of this registry are checked with: Ed25519, lower-case hex."""
        with self._lane.query() as db:
            kept = kept_key(db)
        if kept is not None:
            return public_half(kept)
        with self._lane.change() as db:
            return public_half(signing_key(self._lane, db))

    def sign(self, payload: bytes, *, check: str) -> bytes:
        """Return the Ed25519 signature, 64 bytes, of a check's certificate; the journal remembers the certificate.

        Args:
            payload: what is signed; its SHA-256 goes into the journal.
            check: id of the check that it is the certificate of.

        Raises:
            WrongUsageError: there is no such check.
        """
        with self._lane.change() as db:
            _read_one(db, check)
            signature = signing_key(self._lane, db).sign(payload)
            facts = {"certificate": hashlib.sha256(payload).hexdigest()}
            self._lane.write_down(db, "certificate.signed", check, facts)
        return signature


def _read_one(db: Database, check: str) -> KeptCheck:
    found = _read(db, _CHECKS + " where k.id = :id", {"id": check})
    if not found:
        raise WrongUsageError(
            _("There is no check “{id}” in this registry.").format(id=check),
            remedy=_("A check is remembered when it is made with: countenance check --keep"),
        )
    return found[0]


def _read(db: Database, statement: str, values: dict[str, str]) -> tuple[KeptCheck, ...]:
    rows = db.execute(statement, values).fetchall()
    merged = dict(db.execute("select id, merged_into from people where merged_into is not null").fetchall())
    return tuple(_from_row(row, merged) for row in rows)


def _from_row(row: Sequence[str], merged: Mapping[str, str]) -> KeptCheck:
    content = msgspec.json.decode(row[0], type=_Content)
    clip = msgspec.structs.replace(content.record.clip, name=row[6])
    record = msgspec.structs.replace(content.record, clip=clip)
    # What was signed stays as it was; who was found is judged again as who they turned out to be.
    people = tuple(
        replace(one, found=replace(one.found, person=merged.get(one.found.person or "", one.found.person)))
        for one in content.people
    )
    content = msgspec.structs.replace(content, record=record, people=people)
    return _kept(row[3], content, datetime.fromisoformat(row[1]), kept_by=row[2])


def _kept(number: str, content: _Content, kept_at: datetime, kept_by: str) -> KeptCheck:
    return KeptCheck(
        id=number,
        record=content.record,
        people=content.people,
        unknown=content.unknown,
        besides=content.besides,
        kept_at=kept_at,
        kept_by=kept_by,
    )


def _nameless(content: _Content) -> _Content:
    clip = msgspec.structs.replace(content.record.clip, name="")
    return msgspec.structs.replace(content, record=msgspec.structs.replace(content.record, clip=clip))


def _facts(record: ClearanceRecord) -> Facts:
    """Return what the journal tells of a check: ids, hashes and the verdict."""
    return {
        "verdict": record.verdict.value,
        "incomplete": int(record.incomplete),
        "people": sorted({one.person for one in record.people if one.person}),
        "rests_on": sorted({f"{one.rests_on}/{one.revision}" for one in record.people if one.rests_on is not None}),
        "clip": record.clip.mark.sha256,
        "streams": record.clip.mark.streams,
        "report": record.report_sha256,
    }


def _subjects(content: _Content) -> list[str]:
    people = {one.person for one in content.record.people} | {one.found.person for one in content.people}
    rests_on = {one.rests_on for one in content.record.people}
    return sorted(subject for subject in people | rests_on if subject)


def _hash_at(db: Database, revision: int) -> str:
    row = db.execute("select hash from journal where seq = ?", [revision]).fetchone()
    return "" if row is None else str(row[0])
