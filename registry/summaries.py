"""Everybody of a registry at a glance: what a list of people tells of each, read for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlite_utils import Database

from countenance.grants import AfterEnd, Revocation
from countenance.people import Modality, Person, Signer
from registry import enrolled, retention
from registry.lane import Lane
from registry.names import sorted_by

# The index of the templates alone is read: their vectors are what is large.
_SAMPLES = """select s.person, t.modality, count(*), max(s.quality), min(s.quality)
    from (select distinct sample, modality from templates) t join samples s on s.id = t.sample
    where :person is null or s.person = :person group by s.person, t.modality"""
_GRANTS = """select id, person, json_extract(terms, '$.signed'), json_extract(terms, '$.signer'),
        json_extract(terms, '$.end'), json_extract(terms, '$.survives_death'), json_extract(terms, '$.revoked.notice'),
        json_extract(terms, '$.revoked.days'), json_extract(terms, '$.revoked.published')
    from grants g where revision = (select max(revision) from grants l where l.id = g.id)
        and (:person is null or person = :person) order by g.rowid"""
_PROHIBITIONS = """select person, count(distinct id) from prohibitions
    where :person is null or person = :person group by person"""
_PEOPLE_CALLED = """select p.id, coalesce(m.display_name, p.display_name)
    from people p left join people m on m.id = p.merged_into"""
_FOUND_BY = "select id, searchable from people where :person is null or id = :person"
_THEIRS = """select id, person from samples union all select id, person from biometric_consents
    union all select distinct id, person from grants union all select distinct id, person from prohibitions
    union all select id, person from documents union all select id, person from exceptions
    union all select distinct a.id, g.person from approvals a join grants g on g.id = a.grant_id"""
_CLIPS = "select id, clip_name from checks union all select id, clip_name from publications"

# Looked up rather than made: there are tens of thousands.
_MODALITIES = {modality.value: modality for modality in Modality}
_SIGNERS = {signer.value: signer for signer in Signer}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """The samples of one modality that are kept with their templates; qualities are in [0, 1]."""

    count: int
    best: float
    worst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOutline:
    """What of a grant tells when it ends; the fields are those of `countenance.grants.Grant`."""

    id: str
    signed: date | None
    signer: Signer
    end: date | None
    survives_death: bool
    revoked: Revocation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSummary:
    """One person of the list.

    Attributes:
        samples: by what they show; a modality without samples is left out.
        grants: the latest revision of each, in the order in which they were last changed.
        prohibitions: how many are recorded.
        may_be_examined: False for whoever once agreed to be examined and may not be on that day.
        sort_name: puts the person in their place of a list; never shown.
    """

    person: Person
    samples: dict[Modality, SampleSummary]
    grants: tuple[GrantOutline, ...]
    prohibitions: int
    may_be_examined: bool
    sort_name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What records are called where their ids tell a person nothing.

    Attributes:
        people: names, by id; whoever was merged is called as who they turned out to be.
        theirs: whose a record is, by its id: samples, biometric consents, grants, papers, decisions.
        clips: file names, by the id of a kept check or a publication.
    """

    people: dict[str, str]
    theirs: dict[str, str]
    clips: dict[str, str]


class Summaries:
    """Everybody at a glance. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def all(self, on: date) -> tuple[PersonSummary, ...]:
        """Return everybody in the order of enrolment, as they stand on a day."""
        with self._lane.query() as db:
            return _summaries(db, None, on)

    def one(self, person: str, on: date) -> PersonSummary:
        """Return one person as they stand on a day."""
        with self._lane.query() as db:
            return _summaries(db, enrolled.read_people(db, [person])[0].id, on)[0]

    def names(self) -> Names:
        """Return what everybody and everything is called."""
        with self._lane.query() as db:
            return Names(
                people=dict(db.execute(_PEOPLE_CALLED).fetchall()),
                theirs=dict(db.execute(_THEIRS).fetchall()),
                clips=dict(db.execute(_CLIPS).fetchall()),
            )


def _summaries(db: Database, only: str | None, on: date) -> tuple[PersonSummary, ...]:
    whom = {"person": only}
    samples: dict[str, dict[Modality, SampleSummary]] = {}
    for person, modality, count, best, worst in db.execute(_SAMPLES, whom):
        samples.setdefault(person, {})[_MODALITIES[modality]] = SampleSummary(count=count, best=best, worst=worst)
    grants: dict[str, list[GrantOutline]] = {}
    for row in db.execute(_GRANTS, whom):
        grants.setdefault(row[1], []).append(_outline(row))
    prohibitions = dict(db.execute(_PROHIBITIONS, whom).fetchall())
    found_by = dict(db.execute(_FOUND_BY, whom).fetchall())
    ended = frozenset(retention.read_not_examinable(db, on))
    return tuple(
        PersonSummary(
            person=person,
            samples=samples.get(person.id, {}),
            grants=tuple(grants.get(person.id, ())),
            prohibitions=prohibitions.get(person.id, 0),
            may_be_examined=person.id not in ended,
            sort_name=sorted_by(person.display_name, found_by[person.id]),
        )
        for person in enrolled.read_people(db, None if only is None else [only])
    )


def _outline(row: Sequence[str | int | None]) -> GrantOutline:
    number, _person, signed, signer, end, survives, notice, days, published = row
    revoked = None
    if notice is not None:
        revoked = Revocation(
            notice=date.fromisoformat(str(notice)), days=int(days or 0), published=AfterEnd(str(published))
        )
    return GrantOutline(
        id=str(number),
        signed=None if signed is None else date.fromisoformat(str(signed)),
        signer=_SIGNERS[str(signer)],
        end=None if end is None else date.fromisoformat(str(end)),
        survives_death=bool(survives),
        revoked=revoked,
    )
