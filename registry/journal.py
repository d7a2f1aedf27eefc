"""What was changed, when and by whom: a chain of entries, each written in the transaction of its change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from registry.records import JournalEntry

FIRST_PREVIOUS = "0" * 64

_ENTRIES = "select seq, at, operator, action, subject, facts, previous, hash from journal"

# What changes neither people nor their samples, whoever writes it most: nobody is compared anew because of it.
_WITHOUT_PEOPLE = (
    "answer", "approval", "certificate", "check", "document", "exception", "grant", "prohibition", "publication",
)  # fmt: skip

Facts = Mapping[str, str | int | Sequence[str]]


def append(db: Database, *, at: datetime, operator: str, action: str, subject: str, facts: Facts) -> JournalEntry:
    """Write the next entry; inside the caller's transaction.

    Args:
        db: the open registry.
        at: with offset.
        operator: who uses the registry.
        action: what was done, e.g. "person.enrolled".
        subject: id of what was changed.
        facts: ids and counts; never a name or another fact about a person, because an entry outlives an erasure.
    """
    last = db.execute("select seq, hash from journal order by seq desc limit 1").fetchone()
    number, previous = last or (0, FIRST_PREVIOUS)
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    chained = (number + 1, at.isoformat(), operator, action, subject, text, previous)
    entry = JournalEntry(
        seq=chained[0],
        at=chained[1],
        operator=operator,
        action=action,
        subject=subject,
        facts=text,
        previous=previous,
        hash=hash_of(chained),
    )
    db.table("journal").insert({name: getattr(entry, name) for name in JournalEntry.__slots__})
    return entry


def entries(db: Database) -> tuple[JournalEntry, ...]:
    """Return the whole journal, oldest first."""
    return tuple(_entry(row) for row in db.execute(_ENTRIES + " order by seq").fetchall())


def last_entry(db: Database) -> JournalEntry | None:
    """Return the newest entry; None in a journal without any."""
    row = db.execute(_ENTRIES + " order by seq desc limit 1").fetchone()
    return None if row is None else _entry(row)


def hash_at(db: Database, seq: int) -> str:
    """Return the hash of an entry; empty where there is none."""
    row = db.execute("select hash from journal where seq = ?", [seq]).fetchone()
    return "" if row is None else str(row[0])


def moment_of(entry: JournalEntry) -> datetime:
    """Return when an entry was written, with offset."""
    return datetime.fromisoformat(entry.at)


def first_break(db: Database, newest: int | None = None) -> int | None:
    """Return the place of the first entry that does not follow from those before it; None where the chain holds.

    An entry follows if its number is the next one, it names the hash before it, and its own hash is that of its text.

    Args:
        db: the open registry.
        newest: only so many entries at the end are looked at.
    """
    previous, number = FIRST_PREVIOUS, 0
    if newest is not None and revision(db) > newest:
        number = revision(db) - newest
        previous = hash_at(db, number)
    for row in db.execute(_ENTRIES + " where seq > ? order by seq", [number]):
        number += 1
        entry = _entry(row)
        chained = (entry.seq, entry.at, entry.operator, entry.action, entry.subject, entry.facts, entry.previous)
        if entry.seq != number or entry.previous != previous or entry.hash != hash_of(chained):
            return number
        previous = entry.hash
    return None


def revision(db: Database) -> int:
    """Return the number of the last entry: what every change of the registry raises."""
    return int(db.execute("select coalesce(max(seq), 0) from journal").fetchone()[0])


def people_revision(db: Database) -> int:
    """Return the number of the last entry that may have changed people, their consents or samples."""
    kinds = json.dumps(_WITHOUT_PEOPLE)
    row = db.execute(
        """select seq from journal
            where substr(action, 1, instr(action, '.') - 1) not in (select value from json_each(?))
            order by seq desc limit 1""",
        [kinds],
    ).fetchone()
    return 0 if row is None else int(row[0])


def hash_of(chained: tuple[int, str, str, str, str, str, str]) -> str:
    """Return the SHA-256 of (seq, at, operator, action, subject, facts, previous).

    They are hashed as one JSON array in UTF-8 without spaces, so that the chain can be checked without the program.
    """
    form = json.dumps(chained, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()


def _entry(row: Sequence[Any]) -> JournalEntry:
    return JournalEntry(**dict(zip(JournalEntry.__slots__, row, strict=True)))
