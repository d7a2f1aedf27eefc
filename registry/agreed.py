"""What was agreed: grants and prohibitions, each change of which is a new revision; none is ever rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import Grant, Prohibition
from countenance.translations import _
from registry import enrolled
from registry.records import Agreed, GrantPapers, GrantRecord, ProhibitionRecord

_GRANTS = "select id, revision, person, terms, papers, recorded_at, entered_by from grants g"
_PROHIBITIONS = "select id, revision, person, terms, recorded_at, entered_by from prohibitions g"
_LATEST_GRANT = " where revision = (select max(revision) from grants l where l.id = g.id)"
_LATEST_PROHIBITION = " where revision = (select max(revision) from prohibitions l where l.id = g.id)"
_OF_PEOPLE = " and person in (select value from json_each(?))"
_IN_ORDER = " order by g.rowid"


def insert_grant(db: Database, grant: Grant, papers: GrantPapers, *, at: datetime, by: str) -> Grant:
    """Keep a grant as its next revision, which is returned; inside the caller's transaction.

    Args:
        db: the open registry.
        grant: without id a new one; with id the change of the revision it carries.
        papers: what is recorded with it.
        at: with offset.
        by: the operator.

    Raises:
        WrongUsageError: there is no such person or grant, or it is another person's.
        RegistryError: somebody changed the grant meanwhile.
    """
    enrolled.read_people(db, [grant.person])
    if not grant.id:
        grant = replace(grant, id=enrolled.next_id(db, "G"), revision=1)
    else:
        latest = read_grant(db, grant.id).grant
        _check_follows(latest.id, latest.person, latest.revision, grant.person, grant.revision)
        grant = replace(grant, revision=latest.revision + 1)
    # Said in SQL: an import brings twenty thousand, and sqlite-utils would look at the table before each of them.
    db.execute(
        """insert into grants (id, revision, person, terms, papers, recorded_at, entered_by)
            values (?, ?, ?, ?, ?, ?, ?)""",
        [
            grant.id,
            grant.revision,
            grant.person,
            msgspec.json.encode(grant).decode(),
            msgspec.json.encode(papers).decode(),
            at.isoformat(),
            by,
        ],
    )
    return grant


def insert_prohibition(
    db: Database, prohibition: Prohibition, revision: int, *, at: datetime, by: str
) -> ProhibitionRecord:
    """Keep a prohibition as its next revision, which is returned; inside the caller's transaction.

    Args:
        db: the open registry.
        prohibition: without id a new one; with id a change of `revision`.
        revision: the one that is changed; 0 for a new one.
        at: with offset.
        by: the operator.

    Raises:
        WrongUsageError: there is no such person or prohibition, or it is another person's.
        RegistryError: somebody changed the prohibition meanwhile.
    """
    enrolled.read_people(db, [prohibition.person])
    if not prohibition.id:
        prohibition = replace(prohibition, id=enrolled.next_id(db, "X"))
    else:
        latest = read_prohibition(db, prohibition.id)
        _check_follows(prohibition.id, latest.prohibition.person, latest.revision, prohibition.person, revision)
    record = ProhibitionRecord(prohibition=prohibition, revision=revision + 1, recorded_at=at, entered_by=by)
    db.table("prohibitions").insert(
        {
            "id": prohibition.id,
            "revision": record.revision,
            "person": prohibition.person,
            "terms": msgspec.json.encode(prohibition).decode(),
            "recorded_at": at.isoformat(),
            "entered_by": by,
        }
    )
    return record


def read_grant(db: Database, number: str) -> GrantRecord:
    """Return the latest revision of a grant.

    Raises:
        WrongUsageError: there is no such grant.
    """
    return read_grant_revisions(db, number)[-1]


def read_grant_revisions(db: Database, number: str) -> tuple[GrantRecord, ...]:
    """Return all revisions of a grant, oldest first.

    Raises:
        WrongUsageError: there is no such grant.
    """
    rows = db.execute(_GRANTS + " where id = ? order by revision", [number]).fetchall()
    if not rows:
        raise WrongUsageError(
            _("There is no grant “{id}” in this registry.").format(id=number),
            remedy=_("See what is recorded with: countenance consent list"),
        )
    return tuple(_grant_record(*row[3:]) for row in rows)


def read_grants(db: Database, people: Iterable[str] | None = None) -> tuple[GrantRecord, ...]:
    """Return the latest revision of all grants, or of those given by `people`, oldest first."""
    if people is None:
        rows = db.execute(_GRANTS + _LATEST_GRANT + _IN_ORDER).fetchall()
    else:
        rows = db.execute(_GRANTS + _LATEST_GRANT + _OF_PEOPLE + _IN_ORDER, [_array(people)]).fetchall()
    return tuple(_grant_record(*row[3:]) for row in rows)


def papers_of_change(db: Database, number: str) -> GrantPapers:
    """Return the papers that a change of a grant takes over: all, but nobody has confirmed the change yet.

    Raises:
        WrongUsageError: there is no such grant.
    """
    return replace(read_grant(db, number).papers, approved_by="")


def read_to_confirm(db: Database, number: str, by: str) -> GrantRecord:
    """Return the latest revision of a grant, its papers confirmed by the operator `by`.

    Raises:
        WrongUsageError: there is no such grant, it was confirmed before, or the operator entered what is to be
            confirmed: that takes a second person.
    """
    unconfirmed: list[GrantRecord] = []
    for record in read_grant_revisions(db, number):
        unconfirmed = [] if record.papers.approved_by else [*unconfirmed, record]
        latest = record
    if not unconfirmed:
        raise WrongUsageError(_("Grant {id} was confirmed before.").format(id=number))
    if by in {record.entered_by for record in unconfirmed}:
        raise WrongUsageError(
            _("Whoever entered grant {id} cannot confirm it.").format(id=number),
            remedy=_("Let a second person confirm it from an account of their own."),
        )
    return replace(latest, papers=replace(latest.papers, approved_by=by))


def read_prohibition(db: Database, number: str) -> ProhibitionRecord:
    """Return the latest revision of a prohibition.

    Raises:
        WrongUsageError: there is no such prohibition.
    """
    return read_prohibition_revisions(db, number)[-1]


def read_prohibition_revisions(db: Database, number: str) -> tuple[ProhibitionRecord, ...]:
    """Return all revisions of a prohibition, oldest first.

    Raises:
        WrongUsageError: there is no such prohibition.
    """
    rows = db.execute(_PROHIBITIONS + " where id = ? order by revision", [number]).fetchall()
    if not rows:
        raise WrongUsageError(_("There is no prohibition {id} in this registry.").format(id=number))
    return tuple(_prohibition_record(row[1], *row[3:]) for row in rows)


def read_prohibitions(db: Database, people: Iterable[str] | None = None) -> tuple[ProhibitionRecord, ...]:
    """Return the latest revision of all prohibitions, or of those of `people`, oldest first."""
    if people is None:
        rows = db.execute(_PROHIBITIONS + _LATEST_PROHIBITION + _IN_ORDER).fetchall()
    else:
        rows = db.execute(_PROHIBITIONS + _LATEST_PROHIBITION + _OF_PEOPLE + _IN_ORDER, [_array(people)]).fetchall()
    return tuple(_prohibition_record(row[1], *row[3:]) for row in rows)


def read_agreed(db: Database, people: Iterable[str]) -> Agreed:
    """Return all that is recorded about `people` and the groups they belong to.

    Raises:
        WrongUsageError: one of them is nobody.
    """
    asked = enrolled.read_people(db, list(people))
    everybody = {person.id: person for person in (*asked, *enrolled.groups_of(db, [one.id for one in asked]))}
    grants = _latest_terms(db, "grants", everybody).values()
    prohibitions = _latest_terms(db, "prohibitions", everybody)
    return Agreed(
        people=everybody,
        grants=tuple(msgspec.json.decode(terms, type=Grant) for _revision, terms in grants),
        prohibitions=tuple(msgspec.json.decode(terms, type=Prohibition) for _revision, terms in prohibitions.values()),
        prohibition_revisions={number: revision for number, (revision, _terms) in prohibitions.items()},
    )


def _latest_terms(db: Database, table: str, people: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return id to revision and terms, oldest first."""
    # One person after the other: a clip shows few, and a list of them would cost the database more than they do.
    statement = f"select id, revision, rowid, terms from {table} where person = ?"  # noqa: S608 - own names
    rows = (row for person in people for row in db.execute(statement, [person]).fetchall())
    latest = {row[0]: row for row in sorted(rows)}
    in_order = sorted(latest.values(), key=lambda row: row[2])
    return {number: (revision, terms) for number, revision, _rowid, terms in in_order}


def _check_follows(number: str, person: str, revision: int, new_person: str, changed_revision: int) -> None:
    if person != new_person:
        raise WrongUsageError(_("{id} belongs to another person.").format(id=number))
    if revision != changed_revision:
        raise RegistryError(
            _("{id} was changed meanwhile.").format(id=number),
            remedy=_("Look at it again, then repeat your change."),
        )


def _grant_record(terms: str, papers: str, recorded_at: str, entered_by: str) -> GrantRecord:
    return GrantRecord(
        grant=msgspec.json.decode(terms, type=Grant),
        papers=msgspec.json.decode(papers, type=GrantPapers),
        recorded_at=datetime.fromisoformat(recorded_at),
        entered_by=entered_by,
    )


def _prohibition_record(revision: int, terms: str, recorded_at: str, entered_by: str) -> ProhibitionRecord:
    return ProhibitionRecord(
        prohibition=msgspec.json.decode(terms, type=Prohibition),
        revision=revision,
        recorded_at=datetime.fromisoformat(recorded_at),
        entered_by=entered_by,
    )


def _array(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
