"""How people get into the registry and change there: their rows, their members, the words they are found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import Enum

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError, WrongUsageError
from countenance.people import Person, PersonKind
from countenance.translations import _
from registry import enrolled
from registry.names import words_found_by

_NOT_KEPT_AS_SUCH = {"id", "members", "biometric_until"}
_KEPT = tuple(field.name for field in fields(Person) if field.name not in _NOT_KEPT_AS_SUCH)
_INSERT = f"""insert into people (id, searchable, {", ".join(_KEPT)})
    values (:id, :searchable, {", ".join(f":{name}" for name in _KEPT)})"""  # noqa: S608 - own names
_UPDATE = f"""update people set searchable = :searchable, {", ".join(f"{name} = :{name}" for name in _KEPT)}
    where id = :id"""  # noqa: S608 - own names


def insert_people(db: Database, people: Sequence[Person]) -> tuple[str, ...]:
    """Keep people under the next ids, which are returned; inside the caller's transaction.

    Raises:
        WrongUsageError: a member of a group is nobody, or a group.
    """
    numbers = enrolled.next_ids(db, "P", len(people))
    numbered = [replace(person, id=number) for person, number in zip(people, numbers, strict=True)]
    db.conn.executemany(_INSERT, [_row(person) for person in numbered])
    for person in numbered:
        _insert_members(db, person)
    return numbers


def change_person(db: Database, person: Person, expected: Person) -> tuple[str, ...]:
    """Keep what `person` says about the one with its id; inside the caller's transaction.

    Args:
        db: the open registry.
        person: as it should be; its `biometric_until` is not looked at.
        expected: as it was when the change was thought of.

    Returns:
        The names of the fields that changed.

    Raises:
        WrongUsageError: there is nobody with that id, or a member of a group is nobody, or a group.
        RegistryError: somebody changed the person meanwhile.
    """
    now = enrolled.read_people(db, [person.id])[0]
    if changed_fields(now, expected) or now.id != expected.id:
        raise RegistryError(
            _("{id} was changed meanwhile.").format(id=now.id),
            remedy=_("Look at it again, then repeat your change."),
        )
    changed = changed_fields(now, person)
    if changed:
        update_person(db, replace(person, id=now.id))
    return changed


def update_person(db: Database, person: Person) -> None:
    """Write all fields and members of a person; inside the caller's transaction."""
    db.conn.execute(_UPDATE, _row(person, _former_ids(db, person.id)))
    db.execute("delete from members where party = ?", [person.id])
    _insert_members(db, person)


def changed_fields(before: Person, after: Person) -> tuple[str, ...]:
    """Return the names of the fields in which two records of one person differ, as they are kept."""
    return tuple(name for name in (*_KEPT, "members") if getattr(before, name) != getattr(after, name))


def _insert_members(db: Database, person: Person) -> None:
    if not person.members:
        return
    members = enrolled.read_people(db, person.members)
    if any(member.kind is PersonKind.GROUP for member in members):
        raise WrongUsageError(_("A group cannot be a member of a group."))
    db.conn.executemany(
        "insert into members (party, person, position) values (?, ?, ?)",
        [
            (person.id, member, position)
            for position, member in enumerate(dict.fromkeys(member.id for member in members))
        ],
    )


def _former_ids(db: Database, person: str) -> tuple[str, ...]:
    rows = db.execute("select id from people where merged_into = ? order by rowid", [person]).fetchall()
    return tuple(row[0] for row in rows)


def _row(person: Person, former_ids: Iterable[str] = ()) -> Mapping[str, object]:
    kept = {name: _kept(getattr(person, name)) for name in _KEPT}
    return kept | {"id": person.id, "searchable": words_found_by(person, former_ids)}


def _kept(value: object) -> object:
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
