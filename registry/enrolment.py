"""The people of an open registry: who is enrolled, and every change to them, each a transaction with its entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from countenance.people import BiometricConsent, Modality, Person
from registry import enrolled, people, rules, samples, search
from registry.lane import Lane
from registry.records import EnrolledTemplates, NewPerson, NewSample, Sample


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
            consents = samples.insert_consents(db, [consent for _place, consent in consenting])
            places = [place for place, _consent in consenting]
            kept = samples.insert_samples(
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
