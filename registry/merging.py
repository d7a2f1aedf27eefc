"""One person enrolled twice becomes one; there is no way back, because nobody could tell later what came from whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.people import Person, PersonKind
from countenance.translations import _, mark
from registry import agreed, enrolled, people
from registry.journal import Facts

# Whatever names a person in a column of its own; grants and prohibitions are never rewritten.
_GO_OVER = ("samples", "biometric_consents", "documents", "exceptions", "answers", "imports")
# A fact of two records that cannot both be right.
_MUST_AGREE = {
    "birth": mark("{one} and {other} have different dates of birth."),
    "death": mark("{one} and {other} have different dates of death."),
    "jurisdiction": mark("{one} and {other} live in different places."),
}


def merge(db: Database, kept: str, other: str, *, at: datetime, by: str) -> tuple[str, Facts]:
    """Make one person of two: all that is of `other` becomes `kept`'s; inside the caller's transaction.

    The other's names become other names, and its row stays empty, so that its id leads to the one who was kept.
    Grants and prohibitions get a revision that names the one who was kept; older revisions stay as they are.

    Returns:
        The id of who was kept, and what the journal says of it.

    Raises:
        WrongUsageError: there is no such person, or the two cannot be one.
    """
    staying, going = enrolled.read_people(db, [kept, other])
    _check_one(staying, going)
    moved: dict[str, int] = {}
    for table in _GO_OVER:
        change = f"update {table} set person = ? where person = ?"  # noqa: S608 - own names
        moved[table] = db.execute(change, [staying.id, going.id]).rowcount
    db.execute("update documents set subject = ? where subject = ?", [staying.id, going.id])
    _move_checks(db, staying.id, going.id)
    _move_memberships(db, staying.id, going.id)
    as_now = {"person": staying.id, "recorded_at": at.isoformat(), "entered_by": by}
    grants = tuple(one.grant.id for one in agreed.read_grants(db, [going.id]))
    prohibitions = tuple(one.prohibition.id for one in agreed.read_prohibitions(db, [going.id]))
    for table, numbers in (("grants", grants), ("prohibitions", prohibitions)):
        for number in numbers:
            _keep_once_more(db, table, number, as_now)
    db.execute("update people set merged_into = ? where id = ? or merged_into = ?", [staying.id, going.id, going.id])
    people.update_person(db, Person(id=going.id, kind=going.kind))
    people.update_person(db, _one_of(staying, going))
    return staying.id, {"other": going.id, "grants": grants, "prohibitions": prohibitions, **moved}


def _check_one(kept: Person, other: Person) -> None:
    if kept.id == other.id:
        raise WrongUsageError(
            _("{id} is one person already.").format(id=kept.id), remedy=_("Name two people who are the same one.")
        )
    if PersonKind.GROUP in (kept.kind, other.kind) and kept.kind is not other.kind:
        raise WrongUsageError(_("A group and a person cannot be one."))
    if kept.kind is not other.kind:
        raise WrongUsageError(
            _("{one} and {other} are of different kinds.").format(one=kept.id, other=other.id),
            remedy=_("Settle first which is right, with: countenance person edit"),
        )
    for name, conflict in _MUST_AGREE.items():
        mine, theirs = getattr(kept, name), getattr(other, name)
        if mine and theirs and mine != theirs:
            raise WrongUsageError(
                _(conflict).format(one=kept.id, other=other.id),
                remedy=_("Settle first which is right, with: countenance person edit"),
            )


def _one_of(kept: Person, other: Person) -> Person:
    names = (*kept.other_names, other.display_name, *other.other_names)

    def both(name: str, between: str = "; ") -> str:
        return between.join(dict.fromkeys(filter(None, (getattr(kept, name), getattr(other, name)))))

    return replace(
        kept,
        other_names=tuple(name for name in dict.fromkeys(names) if name != kept.display_name),
        members=tuple(dict.fromkeys((*kept.members, *other.members))),
        external_ids=tuple(dict.fromkeys((*kept.external_ids, *other.external_ids))),
        tags=tuple(dict.fromkeys((*kept.tags, *other.tags))),
        birth=kept.birth or other.birth,
        death=kept.death or other.death,
        jurisdiction=kept.jurisdiction or other.jurisdiction,
        guardian=both("guardian"),
        rights_holder=both("rights_holder"),
        agent_authority=both("agent_authority"),
        contact=both("contact"),
        notes=both("notes", "\n"),
    )


def _move_checks(db: Database, kept: str, other: str) -> None:
    # Where both were in one clip, the one who was kept is a subject of it already.
    db.execute(
        """insert or ignore into check_subjects (check_id, subject)
            select check_id, ? from check_subjects where subject = ?""",
        [kept, other],
    )
    db.execute("delete from check_subjects where subject = ?", [other])


def _move_memberships(db: Database, kept: str, other: str) -> None:
    db.execute("update or ignore members set person = ? where person = ?", [kept, other])
    db.execute("delete from members where person = ?", [other])


def _keep_once_more(db: Database, table: str, number: str, as_now: Mapping[str, str]) -> None:
    """Keep the latest revision of a grant or prohibition as its next one, which names who was kept."""
    latest = db.execute(f"select * from {table} where id = ? order by revision desc limit 1", [number])  # noqa: S608 - own names
    row = dict(zip((column[0] for column in latest.description), latest.fetchone(), strict=True))
    row |= {**as_now, "revision": row["revision"] + 1}
    terms = msgspec.json.decode(row["terms"]) | {"person": row["person"]}
    # The terms of a grant tell their revision, those of a prohibition do not.
    terms |= {"revision": row["revision"]} if "revision" in terms else {}
    db.table(table).insert(row | {"terms": msgspec.json.encode(terms).decode()})
