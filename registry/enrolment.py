"""The people of an open registry: who is enrolled, and every change to them, each a transaction with its entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from countenance.people import BiometricConsent, Modality, Person
from registry import enrolled, merging, people, retention, rules, search
from registry import samples as sample_rows
from registry.journal import Facts
from registry.lane import Lane
from registry.records import (
    EnrolledTemplates,
    NewPerson,
    NewSample,
    RemovedSample,
    Sample,
    SampleContent,
    Swept,
    TemplatesElsewhere,
)


class EnrolledPeople:
    """The part of `registry.Registry` that is about people; its errors are told of there."""

    _lane: Lane

    def people(self, ids: Sequence[str] | None = None) -> tuple[Person, ...]:
        """Return everybody in the order of enrolment, or the people of `ids` in that order.

        The id of somebody who was merged into another person leads to that person.
        """
        with self._lane.query() as db:
            return enrolled.read_people(db, ids)

    def search(self, text: str, limit: int | None = None) -> tuple[Person, ...]:
        """Return the people found by a name, its pinyin or initials, a tag or an id; better matches first."""
        with self._lane.query() as db:
            return search.search_people(db, text, limit)

    def named(self, text: str) -> tuple[Person, ...]:
        """Return the person with this id, else everybody who has exactly this name but for case, width and accents."""
        with self._lane.query() as db:
            return search.find_named(db, text)

    def consents(self, person: str) -> tuple[BiometricConsent, ...]:
        """Return the biometric consents of a person, oldest first."""
        with self._lane.query() as db:
            return enrolled.read_consents(db, person)

    def samples(self, person: str) -> tuple[Sample, ...]:
        """Return the samples of a person, oldest first, without their pictures and sounds."""
        with self._lane.query() as db:
            return enrolled.read_samples(db, person)

    def contents(self, person: str, on: date) -> dict[str, SampleContent]:
        """Return what can be seen and heard of a person's samples that may be shown on that day, by sample."""
        with self._lane.query() as db:
            return enrolled.read_contents(db, person, on)

    def sample_counts(self) -> dict[str, int]:
        """Return how many samples of each person are kept with their templates; of whom there are none is left out."""
        with self._lane.query() as db:
            return enrolled.count_samples(db)

    def picture(self, person: str, on: date) -> bytes | None:
        """Return the JPEG of a person's best sample that may be shown on that day; None where none may."""
        with self._lane.query() as db:
            return enrolled.read_picture(db, person, on)

    def sound(self, person: str, on: date) -> bytes | None:
        """Return the speech of a person's best sample that may be played on that day; None where none may."""
        with self._lane.query() as db:
            return enrolled.read_sound(db, person, on)

    def templates(self, *, binding: str, modality: Modality, on: date) -> EnrolledTemplates:
        """Return what may be searched on that day with one model, whose `ModelStamp.binding` is given."""
        with self._lane.query() as db:
            return enrolled.read_templates(db, binding=binding, modality=modality, on=on)

    def templates_elsewhere(
        self, people: Iterable[str], *, wanted: Iterable[str], modality: Modality, on: date
    ) -> tuple[TemplatesElsewhere, ...]:
        """Return by what models the templates in force of some people were made, with the vectors of those `wanted`."""
        with self._lane.query() as db:
            return enrolled.read_elsewhere(db, people, wanted=wanted, modality=modality, on=on)

    def enrol(
        self, person: Person, *, consent: BiometricConsent | None = None, samples: Sequence[NewSample] = ()
    ) -> str:
        """Keep a new person with consent, samples and templates, all or nothing; see `enrol_many`."""
        return self.enrol_many([NewPerson(person=person, consent=consent, samples=samples)])[0]

    def enrol_many(self, batch: Sequence[NewPerson]) -> tuple[str, ...]:
        """Keep new people with consents, samples and templates, all of them or none.

        Returns:
            The new people's ids, in the batch's order.

        Raises:
            WrongUsageError: something required is missing, or a consent does not cover a sample.
        """
        today = self._lane.today()
        for new in batch:
            rules.check_enrolment(new, today)
        with self._lane.change() as db:
            numbers = people.insert_people(db, [new.person for new in batch])
            consenting = [
                (place, replace(new.consent, person=numbers[place]))
                for place, new in enumerate(batch)
                if new.consent is not None
            ]
            consents = sample_rows.insert_consents(db, [consent for _place, consent in consenting])
            places = [place for place, _consent in consenting]
            kept = sample_rows.insert_samples(
                db, [(consent, batch[place].samples) for place, consent in zip(places, consents, strict=True)]
            )
            facts: dict[int, dict[str, str | int | Sequence[str]]] = {
                place: {"members": new.person.members} for place, new in enumerate(batch)
            }
            for place, consent, ids in zip(places, consents, kept, strict=True):
                facts[place] |= {
                    "biometric_consent": consent.id,
                    "samples": ids,
                    "templates": sum(len(sample.templates) for sample in batch[place].samples),
                }
            for place, number in enumerate(numbers):
                self._lane.write_down(db, "person.enrolled", number, facts[place])
        return numbers

    def change_person(self, person: Person, *, expected: Person) -> Person:
        """Keep what `person` says about the one with its id.

        Args:
            person: as it should be.
            expected: as it was when the change was thought of.

        Returns:
            The person as kept.

        Raises:
            WrongUsageError: something required is missing, or a person cannot become of that kind.
            RegistryError: somebody changed the person meanwhile.
        """
        rules.check_change(expected, person, self._lane.today())
        with self._lane.change() as db:
            changed = people.change_person(db, person, expected)
            if changed:
                self._lane.write_down(db, "person.changed", expected.id, {"fields": changed})
            return enrolled.read_people(db, [expected.id])[0]

    def merge(self, kept: str, other: str) -> Person:
        """Make one person of two who are the same one; there is no way back.

        Returns:
            The person who was kept; the other's id leads to it from now on.

        Raises:
            WrongUsageError: the two cannot be one; the sentence says why.
        """
        with self._lane.change() as db:
            number, facts = merging.merge(db, kept, other, at=self._lane.now(), by=self._lane.operator)
            self._lane.write_down(db, "person.merged", number, facts)
            return enrolled.read_people(db, [number])[0]

    def add_samples(
        self, person: str, consent: BiometricConsent | str, samples: Sequence[NewSample]
    ) -> tuple[str, ...]:
        """Keep more samples of somebody enrolled, and return their ids.

        Args:
            person: whose.
            consent: a new one, or the id of one of the person's.
            samples: what it covers.

        Raises:
            WrongUsageError: the consent is over or another person's, or does not cover a sample.
        """
        with self._lane.change() as db:
            whom = enrolled.read_people(db, [person])[0]
            if isinstance(consent, str):
                kept = sample_rows.read_consent(db, consent)
                rules.check_consent_of(kept, whom)
                rules.check_consent(kept, self._lane.today())
            else:
                rules.check_consent_for(consent, whom, self._lane.today())
                kept = self._record_consent(db, replace(consent, person=whom.id))
            rules.check_samples(samples, kept)
            ids = sample_rows.insert_samples(db, [(kept, samples)])[0]
            facts: Facts = {
                "biometric_consent": kept.id,
                "samples": ids,
                "templates": sum(len(sample.templates) for sample in samples),
            }
            self._lane.write_down(db, "samples.added", whom.id, facts)
        return ids

    def remove_sample(self, sample: str) -> RemovedSample:
        """Remove a sample with its templates, its picture and its sound; return them, for whoever removed too much."""
        with self._lane.change() as db:
            removed = sample_rows.delete_sample(db, sample)
            self._lane.write_down(db, "sample.removed", sample, {"person": removed.person})
        return removed

    def add_consent(self, person: str, consent: BiometricConsent) -> str:
        """Record one more biometric consent of somebody enrolled, and return its id.

        Samples that it covers, and that another consent would let go earlier, are kept under it from now on.

        Raises:
            WrongUsageError: something required is missing.
        """
        with self._lane.change() as db:
            whom = enrolled.read_people(db, [person])[0]
            rules.check_consent_for(consent, whom, self._lane.today())
            return self._record_consent(db, replace(consent, person=whom.id)).id

    def withdraw_consent(self, consent: str, on: date) -> Swept:
        """End a biometric consent from `on`; what was kept under it goes at once, or when the day has come.

        Returns:
            What was removed now.
        """
        with self._lane.change() as db:
            sample_rows.withdraw_consent(db, consent, on)
            self._lane.write_down(db, "biometric_consent.withdrawn", consent, {})
            return self.sweep()

    def sweep(self) -> Swept:
        """Remove the templates, pictures and sounds whose last day is past, and return how many there were."""
        today = self._lane.today()
        with self._lane.query() as db:
            if not retention.something_is_due(db, today):
                return Swept()
        with self._lane.change() as db:
            swept = retention.sweep(db, today)
            facts: Facts = {
                "biometric_consents": swept.consents,
                "samples": swept.samples,
                "templates": swept.templates,
                "pictures": swept.pictures,
                "sounds": swept.sounds,
            }
            self._lane.write_down(db, "retention.swept", self._lane.id, facts)
        return swept

    def not_examinable(self, on: date) -> tuple[str, ...]:
        """Return the ids of the people who once agreed to be examined and who may not be on that day."""
        with self._lane.query() as db:
            return retention.read_not_examinable(db, on)

    def _record_consent(self, db: Database, consent: BiometricConsent) -> BiometricConsent:
        kept = sample_rows.insert_consents(db, [consent])[0]
        facts: Facts = {"person": kept.person, "samples": retention.keep_longer(db, kept)}
        self._lane.write_down(db, "biometric_consent.recorded", kept.id, facts)
        return kept
