"""Who is enrolled: people, the consents to keep their templates, samples and templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Modality, Person
from countenance.templates import TemplateBlock
from countenance.translations import _
from registry.records import EnrolledTemplates, Sample, SampleContent, TemplatesElsewhere

# Last day on which a consent lets templates be kept and matched: the agreed one, or the day before it was withdrawn
# or its templates were erased. Most are neither, and are spared the reckoning.
_LAST_DAY = """case when c.withdrawn_on is null and c.erased_on is null then c.retain_until
    else min(c.retain_until, coalesce(date(c.withdrawn_on, '-1 day'), c.retain_until),
        coalesce(date(c.erased_on, '-1 day'), c.retain_until)) end"""

FEW = 16
"""So many people are read one by one: a list of ids is a table of its own to the database, which costs as much."""


def read_people(db: Database, ids: Sequence[str] | None = None) -> tuple[Person, ...]:
    """Return everybody in the order of enrolment, or the people of `ids` in that order.

    The id of somebody who turned out to be another person leads to that person.

    Raises:
        WrongUsageError: one of `ids` is nobody.
    """
    if ids is None:
        rows = db.execute(_PEOPLE + " where p.merged_into is null order by p.rowid").fetchall()
        return tuple(_person(row) for row in rows)
    if len(ids) <= FEW:
        each = [db.execute(_PEOPLE + _OF_ID, [number]).fetchone() for number in ids]
        if None not in each:
            return tuple(_person(row) for row in each)
    asked = json_array(ids)
    leads_to = dict(
        db.execute(
            "select id, coalesce(merged_into, id) from people where id in (select value from json_each(?))", [asked]
        ).fetchall()
    )
    for number in ids:
        if number not in leads_to:
            raise WrongUsageError(
                _("There is nobody with the id {id} in this registry.").format(id=number),
                remedy=_("“countenance person list” shows who is."),
            )
    meant = json_array(sorted(set(leads_to.values())))
    rows = db.execute(_PEOPLE + _OF_IDS, [meant]).fetchall()
    found = {person.id: person for person in map(_person, rows)}
    return tuple(found[leads_to[number]] for number in ids)


def groups_of(db: Database, people: Iterable[str]) -> tuple[Person, ...]:
    """Return the groups of which somebody in `people` is a member."""
    statement = "select party from members where person = ?"
    return read_people(db, sorted({row[0] for person in people for row in db.execute(statement, [person]).fetchall()}))


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


def read_contents(db: Database, person: str, on: date) -> dict[str, SampleContent]:
    """Return the pictures and sounds of `person` that may be kept and shown on that day, by sample."""
    rows = db.execute(
        f"""select m.sample, m.picture, m.sound from samples s join biometric_consents c on c.id = s.biometric_consent
            join sample_media m on m.sample = s.id
            where s.person = :person and s.delete_by >= :day and {_LAST_DAY} >= :day order by s.rowid""",  # noqa: S608 - own names
        {"person": person, "day": _day(on)},
    ).fetchall()
    return {row[0]: SampleContent(picture=bytes(row[1]), sound=bytes(row[2])) for row in rows}


def count_samples(db: Database) -> dict[str, int]:
    """Return how many samples of each person are kept with their templates; of whom there are none is left out."""
    rows = db.execute(
        """select s.person, count(*) from samples s
            where exists (select 1 from templates t where t.sample = s.id) group by s.person"""
    ).fetchall()
    return dict(rows)


def read_picture(db: Database, person: str, on: date) -> bytes | None:
    """Return the JPEG of the best sample of `person` that may be kept and shown on that day; None where none may."""
    return _best(db, "picture", person, on)


def read_sound(db: Database, person: str, on: date) -> bytes | None:
    """Return the speech of the best sample of `person` that may be kept and played on that day; None where none may."""
    return _best(db, "sound", person, on)


def read_templates(db: Database, *, binding: str, modality: Modality, on: date) -> EnrolledTemplates:
    """Return what may be searched on that day; see `EnrolledTemplates`."""
    # The joins in this order read every page once, and in the order in which they lie in the file.
    rows = db.execute(
        f"""select s.person, s.delete_by >= :day and {_LAST_DAY} >= :day,
                case when t.binding = :binding then t.vector end
            from templates t cross join samples s on s.id = t.sample
            cross join biometric_consents c on c.id = s.biometric_consent
            where t.modality = :modality order by t.rowid""",  # noqa: S608 - nothing from outside in it
        {"binding": binding, "day": _day(on), "modality": modality.value},
    )
    searched: dict[str, list[bytes]] = {}
    in_force, everybody = set(), set()
    for person, allowed, vector in rows:
        everybody.add(person)
        if allowed:
            in_force.add(person)
            if vector is not None:
                searched.setdefault(person, []).append(vector)
    return EnrolledTemplates(
        templates=TemplateBlock.of(searched),
        lapsed=tuple(sorted(everybody - in_force)),
        other_models=tuple(sorted(in_force - set(searched))),
    )


def read_elsewhere(
    db: Database, people: Iterable[str], *, wanted: Iterable[str], modality: Modality, on: date
) -> tuple[TemplatesElsewhere, ...]:
    """Return by what models the templates of some people were made that are in force on a day, by binding.

    Args:
        db: of the registry.
        people: ids, as in `EnrolledTemplates.other_models`.
        wanted: the bindings of which the vectors are returned too.
        modality: whether of faces or of voices.
        on: the day whose consents count.
    """
    rows = db.execute(
        f"""select t.binding, t.model, s.person,
                case when t.binding in (select value from json_each(:wanted)) then t.vector end
            from templates t cross join samples s on s.id = t.sample
            cross join biometric_consents c on c.id = s.biometric_consent
            where t.modality = :modality and s.delete_by >= :day and {_LAST_DAY} >= :day
            and s.person in (select value from json_each(:people)) order by t.rowid""",  # noqa: S608 - own names
        {
            "wanted": json_array(wanted),
            "modality": modality.value,
            "day": _day(on),
            "people": json_array(people),
        },
    )
    found: dict[tuple[str, str], dict[str, list[bytes]]] = {}
    for binding, model, person, vector in rows:
        vectors = found.setdefault((binding, model), {}).setdefault(person, [])
        vectors += [] if vector is None else [vector]
    return tuple(
        TemplatesElsewhere(
            binding=binding, model=model, people=tuple(sorted(vectors)), templates=TemplateBlock.of(vectors)
        )
        for (binding, model), vectors in sorted(found.items())
    )


def next_id(db: Database, prefix: str) -> str:
    """Return the next id of a kind, e.g. P0001; inside the caller's transaction. No id is ever given twice."""
    return next_ids(db, prefix, 1)[0]


def next_ids(db: Database, prefix: str, count: int) -> tuple[str, ...]:
    """Return the next `count` ids of a kind; inside the caller's transaction."""
    row = db.execute(
        """insert into numbers (prefix, last) values (:prefix, :count)
            on conflict (prefix) do update set last = last + :count returning last""",
        {"prefix": prefix, "count": count},
    ).fetchall()[0]
    return tuple(f"{prefix}{number:04d}" for number in range(row[0] - count + 1, row[0] + 1))


def json_array(values: Iterable[str]) -> str:
    """Return values as the JSON array that `json_each` takes apart."""
    return msgspec.json.encode(list(values)).decode()


_OF_ID = " where p.id = ? and p.merged_into is null"
_OF_IDS = " where p.id in (select value from json_each(?))"
_COLUMNS = tuple(name for name in Person.__slots__ if name not in {"members", "biometric_until"})
_PEOPLE = f"""select {", ".join(f"p.{name}" for name in _COLUMNS)},
    case when p.kind = 'group' then
        (select json_group_array(person) from (select person from members where party = p.id order by position))
        else '[]' end,
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


def _person(row: Sequence[object]) -> Person:
    record = dict(zip((*_COLUMNS, "members", "biometric_until"), row, strict=True))
    for name in ("other_names", "external_ids", "tags", "members"):
        record[name] = msgspec.json.decode(str(record[name]))
    return msgspec.convert(record, Person)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
