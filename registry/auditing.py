"""Whether a registry is what was written into it: pages, tables, the journal's chain, the hashes of papers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from countenance.translations import _, ngettext
from registry import journal, schema
from registry.heads import TRUSTED, Head, HeadState, head_sentence
from registry.lane import CLOCK_TOLERANCE, Lane
from registry.pages import PageCipher, bad_pages, still_bad
from registry.records import JournalEntry

CLOCK_ACCEPTED = "clock.accepted"
# More numbers than this nobody reads.
_TOLD_AT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found.

    Attributes:
        pages: of the file.
        bad_pages: numbers of those that are not what was written.
        database: SQLite's own complaints about tables, indexes and references; empty where it has none.
        entries: of the journal.
        first_break: place of the first entry that does not follow from those before; None where the chain holds.
        head: how the journal stands to what is remembered outside; `remembered_seq` is the entry remembered there.
        papers: documents whose content was hashed; `bad_papers` are those that are not what was kept.
        back_in_time: entries written more than ten minutes before the entry ahead of them, which nobody accepted.
    """

    pages: int
    bad_pages: tuple[int, ...] = ()
    database: tuple[str, ...] = ()
    entries: int = 0
    first_break: int | None = None
    head: HeadState = HeadState.NOT_KEPT
    remembered_seq: int | None = None
    papers: int = 0
    bad_papers: tuple[str, ...] = ()
    back_in_time: tuple[int, ...] = ()
    problems: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "problems", tuple(_problems(self)))

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalChoice:
    """Which entries are asked for; what is empty or None leaves nothing out.

    Attributes:
        about: ids of a person and of what is theirs.
        since, until: days, inclusive, in the registry's zone.
        actions: words of actions, or their first parts: "grant" means all that begin with "grant.".
    """

    about: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    actions: Sequence[str] = ()

    def takes(self, entry: JournalEntry, zone: ZoneInfo) -> bool:
        """Return whether an entry is meant; days are those of `zone`."""
        day = journal.moment_of(entry).astimezone(zone).date()
        return (
            (not self.about or bool(self.about & {entry.subject, *_named_in(entry.facts)}))
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
            and (not self.actions or any(_is_kind(entry.action, kind) for kind in self.actions))
        )


def audited(lane: Lane, head: HeadState, remembered: Head | None) -> Audit:
    """Return what is found by reading the whole registry.

    Args:
        lane: the open registry.
        head: how its journal stood to the head outside when it was opened.
        remembered: that head.
    """
    assert lane.key is not None
    cipher, seq = PageCipher(lane.key), None if remembered is None else remembered.seq
    # Each page vouches for itself: so nobody needs to wait while all are read.
    count, suspected = bad_pages(lane.raw(), cipher)
    with lane.query() as db:
        # From the first answer on nobody writes, and a page that was read while it was written is whole now.
        journal.revision(db)
        bad = still_bad(lane.raw(), cipher, suspected)
        if bad:
            # What stands on the other pages cannot be told for certain any more.
            return Audit(pages=count, bad_pages=bad, head=head, remembered_seq=seq)
        papers, bad_papers = _papers(db)
        first_break = journal.first_break(db)
        return Audit(
            pages=count,
            database=_complaints(db),
            entries=journal.revision(db),
            first_break=first_break,
            head=head,
            remembered_seq=seq,
            papers=papers,
            bad_papers=bad_papers,
            back_in_time=_back_in_time(db) if first_break is None else (),
        )


def journal_broken(number: int) -> str:
    """Return the sentence about the first entry that does not follow from those before it."""
    return _("The journal was altered: entry {number} does not follow from those before it.").format(number=number)


def _complaints(db: Database) -> tuple[str, ...]:
    said = [str(row[0]) for row in db.execute("pragma integrity_check").fetchall() if row[0] != "ok"]
    said += [f"{row[0]} -> {row[2]}" for row in db.execute("pragma foreign_key_check").fetchall()]
    # What keeps the journal from being rewritten by mistake can only have been taken away on purpose.
    there = {row[0] for row in db.execute("select name from sqlite_master where type = 'trigger'").fetchall()}
    said += [f"no trigger {name}" for name in schema.TRIGGERS if name not in there]
    return tuple(said)


def _papers(db: Database) -> tuple[int, tuple[str, ...]]:
    count, bad = 0, []
    for number, digest, content in db.execute(
        "select d.id, d.sha256, c.content from documents d left join document_contents c on c.document = d.id"
    ):
        count += 1
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            bad.append(str(number))
    return count, tuple(bad)


def _back_in_time(db: Database) -> tuple[int, ...]:
    found, latest = [], None
    for entry in journal.entries(db):
        moment = journal.moment_of(entry)
        if latest is not None and moment < latest - CLOCK_TOLERANCE and entry.action != CLOCK_ACCEPTED:
            found.append(entry.seq)
        latest = moment
    return tuple(found)


def _problems(audit: Audit) -> list[str]:
    said = []
    if audit.bad_pages:
        told = ngettext(
            "{count} page of the file is not what was written: {numbers}.",
            "{count} pages of the file are not what was written: {numbers}.",
            len(audit.bad_pages),
        )
        said.append(told.format(count=len(audit.bad_pages), numbers=_some(map(str, audit.bad_pages))))
    if audit.first_break is not None:
        said.append(journal_broken(audit.first_break))
    if audit.database:
        said.append(_("The tables contradict themselves: {complaints}.").format(complaints=_some(audit.database)))
    if audit.head not in {*TRUSTED, HeadState.NOT_KEPT}:
        said.append(head_sentence(audit.head))
    if audit.bad_papers:
        said.append(
            _("The content of documents is not what was kept: {ids}.").format(ids=_some(audit.bad_papers)),
        )
    if audit.back_in_time:
        said.append(
            _("Entries of the journal are dated before the ones ahead of them: {numbers}.").format(
                numbers=_some(map(str, audit.back_in_time))
            )
        )
    return said


def _some(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(listed[:_TOLD_AT_MOST]) + (", …" if len(listed) > _TOLD_AT_MOST else "")


def _named_in(facts: str) -> Iterator[str]:
    """Yield the texts among an entry's facts, of "G0001/2" the id alone."""
    for value in json.loads(facts).values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield text.partition("/")[0]


def _is_kind(action: str, kind: str) -> bool:
    return action == kind or action.startswith(f"{kind}.")
