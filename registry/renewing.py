"""Templates for other models, made anew from kept samples: what is still to be made, what was made, what may go.

Old templates stay beside the new ones until somebody retires them; nothing under a lapsed consent is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from countenance.people import Modality
from registry import rules
from registry.enrolled import json_array
from registry.lane import Lane
from registry.records import NewTemplate, SampleContent
from registry.retention import IN_FORCE

RENEWED, RETIRED = "templates.renewed", "templates.retired"

RETIRED_AT_ONCE = 500
"""So many samples lose their old templates in one transaction, which takes some hundredths of a second."""

# What may be searched on a day, as `registry.enrolled.read_templates` reads it.
_ALLOWED = f"s.delete_by >= :day and {IN_FORCE}"
_OF_MODALITY = "exists (select 1 from templates t where t.sample = s.id and t.modality = :modality)"
_OF_BINDING = """exists (select 1 from templates t
    where t.sample = s.id and t.modality = :modality and t.binding = :binding)"""
_AGREED = "exists (select 1 from json_each(c.modality) where value = :modality)"
_COLUMNS = {Modality.FACE: "picture", Modality.VOICE: "sound"}
_SAMPLES = f"""select s.id, s.person, {_OF_BINDING}, coalesce((select length(m.COLUMN) from sample_media m
        where m.sample = s.id), 0) > 0 and {_AGREED}
    from samples s join biometric_consents c on c.id = s.biometric_consent
    where {_ALLOWED} and {_OF_MODALITY} order by s.rowid"""  # noqa: S608 - nothing from outside in it
_MEDIA = f"""select s.id, m.picture, m.sound from json_each(:samples) asked join samples s on s.id = asked.value
    join biometric_consents c on c.id = s.biometric_consent join sample_media m on m.sample = s.id
    where {_ALLOWED} and {_AGREED} and {_OF_MODALITY} and not {_OF_BINDING} order by asked.key"""  # noqa: S608 - nothing from outside in it
_INSERT = f"""insert or ignore into templates (sample, modality, binding, model, vector)
    select s.id, :modality, :binding, :model, :vector
    from samples s join biometric_consents c on c.id = s.biometric_consent
    where s.id = :sample and {_ALLOWED} and {_AGREED} and {_OF_MODALITY}"""  # noqa: S608 - nothing from outside in it
_RETIRABLE = """select distinct old.sample from templates old
    where old.modality = :modality and old.binding <> :binding and exists (select 1 from templates new
        where new.sample = old.sample and new.modality = :modality and new.binding = :binding)
    order by old.rowid limit :most"""
_RETIRE = """delete from templates where modality = :modality and binding <> :binding
    and sample in (select value from json_each(:samples))"""
_OWNERS = "select distinct person from samples where id in (select value from json_each(?)) order by rowid"
_COVERED = f"""select t.modality, t.binding, max(t.model), count(distinct s.person), count(*)
    from templates t join samples s on s.id = t.sample
    join biometric_consents c on c.id = s.biometric_consent
    where {_ALLOWED} group by t.modality, t.binding order by t.modality, 4 desc, t.binding"""  # noqa: S608 - nothing from outside in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How far one model covers the people enrolled, among samples whose consent is in force.

    Attributes:
        covered: people with a template of the model.
        waiting: samples that could get one from what is kept of them, in the order of enrolment.
        of: whose each of them is.
        without_media: people and how many of their samples have no such template and keep nothing to make one from.
    """

    covered: tuple[str, ...]
    waiting: tuple[str, ...]
    of: Mapping[str, str]
    without_media: Mapping[str, int]

    @property
    def people(self) -> frozenset[str]:
        """Everybody who has a template in force, of whatever model."""
        return frozenset((*self.covered, *self.of.values(), *self.without_media))

    @property
    def waiting_people(self) -> frozenset[str]:
        """Whose samples could get a template."""
        return frozenset(self.of.values())

    @property
    def uncovered(self) -> frozenset[str]:
        """People without any template of the model: it recognises none of them."""
        return self.people.difference(self.covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How many templates in force one model has made.

    Attributes:
        model: name and version, for people.
    """

    modality: Modality
    binding: str
    model: str
    people: int
    templates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """What was removed: so many templates of so many samples."""

    samples: int = 0
    templates: int = 0


class Renewing:
    """The part of `registry.Registry` that is about templates for other models; its errors are told of there."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def outlook(self, modality: Modality, binding: str) -> Outlook:
        """Return how far a model covers the people, and what could still be made.

        Args:
            modality: the face or the voice.
            binding: `ModelStamp.binding`.
        """
        statement = _SAMPLES.replace("COLUMN", _COLUMNS[modality])
        with self._lane.query() as db:
            rows = db.execute(statement, self._named(modality, binding)).fetchall()
        covered: dict[str, None] = {}
        owners: dict[str, str] = {}
        without: dict[str, int] = {}
        for sample, person, has_one, keeps in rows:
            if has_one:
                covered[person] = None
            elif keeps:
                owners[sample] = person
            else:
                without[person] = without.get(person, 0) + 1
        return Outlook(covered=tuple(covered), waiting=tuple(owners), of=owners, without_media=without)

    def media(self, modality: Modality, binding: str, samples: Sequence[str]) -> dict[str, SampleContent]:
        """Return what is kept of those of some samples that still wait for a template, by sample."""
        named = {**self._named(modality, binding), "samples": json_array(samples)}
        with self._lane.query() as db:
            rows = db.execute(_MEDIA, named).fetchall()
        return {row[0]: SampleContent(picture=bytes(row[1]), sound=bytes(row[2])) for row in rows}

    def keep(self, templates: Mapping[str, NewTemplate]) -> tuple[str, ...]:
        """Keep new templates beside the old ones, all in one transaction with its journal entry.

        A sample that is gone meanwhile, or whose consent is over, or that got such a template, gets none.

        Args:
            templates: by sample.

        Returns:
            The samples that got one.

        Raises:
            WrongUsageError: something is no template.
        """
        for template in templates.values():
            rules.check_template(template)
        with self._lane.change() as db:
            kept = tuple(sample for sample, template in templates.items() if self._insert(db, sample, template))
            if kept:
                self._write_down(db, RENEWED, kept, len(kept))
        return kept

    def retire(self, modality: Modality, binding: str) -> Retired:
        """Remove some samples' templates of all models but one, where that one has made its own; whole samples only.

        Returns:
            What was removed, with its journal entry; nothing once nothing is left to remove.
        """
        named = {"modality": modality.value, "binding": binding}
        with self._lane.query() as db:
            # Without a change there is no entry, and nobody who may only read is kept out.
            if not db.execute(_RETIRABLE, {**named, "most": 1}).fetchall():
                return Retired()
        with self._lane.change() as db:
            rows = db.execute(_RETIRABLE, {**named, "most": RETIRED_AT_ONCE}).fetchall()
            samples = tuple(row[0] for row in rows)
            templates = db.execute(_RETIRE, {**named, "samples": json_array(samples)}).rowcount
            self._write_down(db, RETIRED, samples, templates)
        return Retired(samples=len(samples), templates=templates)

    def covered(self) -> tuple[Covered, ...]:
        """Return which models made the templates in force, and of how many people, by modality, the most first."""
        with self._lane.query() as db:
            rows = db.execute(_COVERED, {"day": _day(self._lane.today())}).fetchall()
        return tuple(
            Covered(modality=Modality(row[0]), binding=row[1], model=row[2], people=row[3], templates=row[4])
            for row in rows
        )

    def _insert(self, db: Database, sample: str, template: NewTemplate) -> bool:
        named = {
            **self._named(template.modality, template.binding),
            "sample": sample,
            "model": template.model,
            "vector": template.vector,
        }
        return bool(db.execute(_INSERT, named).rowcount)

    def _write_down(self, db: Database, action: str, samples: Sequence[str], templates: int) -> None:
        people = tuple(row[0] for row in db.execute(_OWNERS, [json_array(samples)]).fetchall())
        self._lane.write_down(db, action, self._lane.id, {"people": people, "samples": samples, "templates": templates})

    def _named(self, modality: Modality, binding: str) -> dict[str, str | bytes]:
        return {"modality": modality.value, "binding": binding, "day": _day(self._lane.today())}


def _day(day: date) -> str:
    return day.isoformat()
