"""Who is enrolled: people, the consents to keep their templates, samples and templates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import msgspec
from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Modality, Person, PersonKind
from countenance.translations import _
from registry.records import EnrolledTemplates, NewSample, Sample

# Last day on which a consent lets templates be kept and matched: the agreed one, or the day before it was withdrawn
# or its templates were erased.
_LAST_DAY = """min(c.retain_until, coalesce(date(c.withdrawn_on, '-1 day'), c.retain_until),
    coalesce(date(c.erased_on, '-1 day'), c.retain_until))"""


def insert_person(db: Database, person: Person) -> str:
    """Keep a person under the next id, which is returned; inside the caller's transaction."""
    for member in read_people(db, person.members):
        if member.kind is PersonKind.GROUP:
            raise WrongUsageError(_("A group cannot be a member of a group."))
    number = next_id(db, "P")
    db.table("people").insert(
        {
            "id": number,
            "kind": person.kind.value,
            "display_name": person.display_name,
            "other_names": _list(person.other_names),
            "searchable": "\n".join(_folded(name) for name in (person.display_name, *person.other_names)),
            "birth": _day(person.birth),
            "death": _day(person.death),
            "guardian": person.guardian,
            "rights_holder": person.rights_holder,
            "agent_authority": person.agent_authority,
            "jurisdiction": person.jurisdiction,
            "external_ids": _list(person.external_ids),
            "contact": person.contact,
            "tags": _list(person.tags),
            "notes": person.notes,
        }
    )
    for position, member_id in enumerate(person.members):
        db.table("members").insert({"party": number, "person": member_id, "position": position})
    return number


def insert_consent(db: Database, consent: BiometricConsent, person: str) -> str:
    """Keep a biometric consent of `person` under the next id, which is returned; inside the caller's transaction."""
    row = msgspec.to_builtins(replace(consent, id=next_id(db, "C"), person=person))
    db.table("biometric_consents").insert(
        row | {"modality": _list(row["modality"]), "recipients": _list(row["recipients"])}
    )
    return str(row["id"])


def insert_samples(
    db: Database, samples: Iterable[NewSample], *, person: str, consent: str, retain_until: date
) -> tuple[str, ...]:
    """Keep samples and their templates under the next ids, which are returned; inside the caller's transaction."""
    numbers = []
    for sample in samples:
        number = next_id(db, "S")
        db.table("samples").insert(
            {
                "id": number,
                "person": person,
                "kind": sample.kind.value,
                "source": sample.source,
                "captured_on": _day(sample.captured_on),
                "file_sha256": sample.file_sha256,
                "quality": sample.quality,
                "biometric_consent": consent,
                "delete_by": _day(sample.delete_by or retain_until),
            }
        )
        db.table("sample_media").insert({"sample": number, "picture": sample.picture, "sound": sample.sound})
        for template in sample.templates:
            db.table("templates").insert(
                {
                    "sample": number,
                    "modality": template.modality.value,
                    "binding": template.binding,
                    "model": template.model,
                    "vector": template.vector,
                }
            )
        numbers.append(number)
    return tuple(numbers)


def withdraw_consent(db: Database, consent: str, on: date) -> None:
    """End a biometric consent from `on`; inside the caller's transaction.

    Raises:
        WrongUsageError: there is no such consent, or it was withdrawn before.
    """
    found = db.execute("select withdrawn_on from biometric_consents where id = ?", [consent]).fetchone()
    if found is None:
        raise WrongUsageError(_("There is no biometric consent {id} in this registry.").format(id=consent))
    if found[0] is not None:
        raise WrongUsageError(_("The biometric consent {id} was withdrawn before.").format(id=consent))
    db.execute("update biometric_consents set withdrawn_on = ? where id = ?", [_day(on), consent])


def read_people(db: Database, ids: Sequence[str] | None = None) -> tuple[Person, ...]:
    """Return everybody in the order of enrolment, or the people of `ids` in that order.

    Raises:
        WrongUsageError: one of `ids` is nobody.
    """
    if ids is None:
        rows = db.execute(_PEOPLE + " order by p.rowid").fetchall()
        return tuple(_person(row) for row in rows)
    return tuple(_one_person(db, number) for number in ids)


def search_people(db: Database, text: str) -> tuple[Person, ...]:
    """Return the people with `text` in one of their names, whatever its case and width."""
    wanted = _folded(text)
    rows = db.execute(_PEOPLE + " where instr(p.searchable, ?) order by p.rowid", [wanted]).fetchall()
    return tuple(_person(row) for row in rows)


def groups_of(db: Database, people: Iterable[str]) -> tuple[Person, ...]:
    """Return the groups of which somebody in `people` is a member."""
    asked = msgspec.json.encode(sorted(people)).decode()
    rows = db.execute(
        "select distinct party from members where person in (select value from json_each(?)) order by party", [asked]
    ).fetchall()
    return read_people(db, [row[0] for row in rows])


def read_consents(db: Database, person: str) -> tuple[BiometricConsent, ...]:
    """Return the biometric consents of `person`, oldest first."""
    names = BiometricConsent.__slots__
    rows = db.execute(
        f"select {', '.join(names)} from biometric_consents where person = ? order by rowid",  # noqa: S608 - own names
        [person],
    ).fetchall()
    consents = []
    for row in rows:
        record = dict(zip(names, row, strict=True))
        record |= {name: msgspec.json.decode(record[name]) for name in ("modality", "recipients")}
        consents.append(msgspec.convert(record, BiometricConsent))
    return tuple(consents)


def read_samples(db: Database, person: str) -> tuple[Sample, ...]:
    """Return the samples of `person`, oldest first, without their pictures and sounds."""
    rows = db.execute(
        """select s.id, s.person, s.kind, s.source, s.captured_on, s.file_sha256, s.quality, s.biometric_consent,
            s.delete_by, (select json_group_array(t.model) from templates t where t.sample = s.id) as models,
            (select json_group_array(distinct t.modality) from templates t where t.sample = s.id) as modalities
            from samples s where s.person = ? order by s.rowid""",
        [person],
    ).fetchall()
    return tuple(
        msgspec.convert(
            dict(zip(Sample.__slots__, row, strict=True))
            | {name: sorted(msgspec.json.decode(row[place])) for place, name in ((-2, "models"), (-1, "modalities"))},
            Sample,
        )
        for row in rows
    )


def read_picture(db: Database, person: str, on: date) -> bytes | None:
    """Return the JPEG of the best sample of `person` that may be kept and shown on that day; None where none may."""
    return _best(db, "picture", person, on)


def read_sound(db: Database, person: str, on: date) -> bytes | None:
    """Return the speech of the best sample of `person` that may be kept and played on that day; None where none may."""
    return _best(db, "sound", person, on)


def read_templates(db: Database, *, binding: str, modality: Modality, on: date) -> EnrolledTemplates:
    """Return what may be searched on that day; see `EnrolledTemplates`."""
    rows = db.execute(
        f"""select person, in_force, case when in_force and bound then vector end from (
                select s.person, t.vector, t.binding = :binding as bound,
                    s.delete_by >= :day and {_LAST_DAY} >= :day as in_force
                from templates t join samples s on s.id = t.sample
                join biometric_consents c on c.id = s.biometric_consent
                where t.modality = :modality order by s.person, s.rowid)""",  # noqa: S608 - nothing from outside in it
        {"binding": binding, "day": _day(on), "modality": modality.value},
    ).fetchall()
    searched: dict[str, list[bytes]] = {}
    for person, _in_force, vector in rows:
        if vector is not None:
            searched.setdefault(person, []).append(vector)
    in_force = {person for person, in_force, _vector in rows if in_force}
    everybody = {person for person, _in_force, _vector in rows}
    return EnrolledTemplates(
        templates={person: tuple(vectors) for person, vectors in searched.items()},
        lapsed=tuple(sorted(everybody - in_force)),
        other_models=tuple(sorted(in_force - set(searched))),
    )


def next_id(db: Database, prefix: str) -> str:
    """Return the next id of a kind, e.g. P0001; inside the caller's transaction. No id is ever given twice."""
    row = db.execute(
        """insert into numbers (prefix, last) values (?, 1)
            on conflict (prefix) do update set last = last + 1 returning last""",
        [prefix],
    ).fetchall()[0]
    return f"{prefix}{row[0]:04d}"


_COLUMNS = tuple(name for name in Person.__slots__ if name not in {"members", "biometric_until"})
_PEOPLE = f"""select {", ".join(f"p.{name}" for name in _COLUMNS)},
    (select json_group_array(person) from (select person from members where party = p.id order by position)),
    (select max({_LAST_DAY}) from biometric_consents c where c.person = p.id)
    from people p"""  # noqa: S608 - nothing from outside in it


def _best(db: Database, column: str, person: str, on: date) -> bytes | None:
    row = db.execute(
        f"""select m.{column} from samples s join biometric_consents c on c.id = s.biometric_consent
            join sample_media m on m.sample = s.id
            where s.person = :person and length(m.{column}) and s.delete_by >= :day and {_LAST_DAY} >= :day
            order by s.quality desc, s.rowid limit 1""",  # noqa: S608 - own names
        {"person": person, "day": _day(on)},
    ).fetchone()
    return None if row is None else bytes(row[0])


def _one_person(db: Database, number: str) -> Person:
    row = db.execute(_PEOPLE + " where p.id = ?", [number]).fetchone()
    if row is None:
        raise WrongUsageError(
            _("There is nobody with the id {id} in this registry.").format(id=number),
            remedy=_("“countenance person list” shows who is."),
        )
    return _person(row)


def _person(row: Sequence[object]) -> Person:
    record = dict(zip((*_COLUMNS, "members", "biometric_until"), row, strict=True))
    for name in ("other_names", "external_ids", "tags", "members"):
        record[name] = msgspec.json.decode(str(record[name]))
    return msgspec.convert(record, Person)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _list(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
