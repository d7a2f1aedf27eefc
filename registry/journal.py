"""What was changed, when and by whom: a chain of entries, each written in the transaction of its change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from registry.records import JournalEntry

FIRST_PREVIOUS = "0" * 64

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
    rows = db.execute("select seq, at, operator, action, subject, facts, previous, hash from journal order by seq")
    return tuple(
        JournalEntry(seq=row[0], at=row[1], operator=row[2], action=row[3], subject=row[4], facts=row[5],
                     previous=row[6], hash=row[7])
        for row in rows.fetchall()
    )  # fmt: skip


def revision(db: Database) -> int:
    """Return the number of the last entry: what every change of the registry raises."""
    return int(db.execute("select coalesce(max(seq), 0) from journal").fetchone()[0])


def hash_of(chained: tuple[int, str, str, str, str, str, str]) -> str:
    """Return the SHA-256 of (seq, at, operator, action, subject, facts, previous).

    They are hashed as one JSON array in UTF-8 without spaces, so that the chain can be checked without the program.
    """
    form = json.dumps(chained, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()
