import json
from dataclasses import replace
from datetime import date

import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.people import Modality, PersonKind, Signer
from registry import NewPerson, Registry
from tests.registry.people import (
    BINDING,
    RETAIN_UNTIL,
    SPOKEN,
    TODAY,
    consent,
    enrolled,
    opened,
    person,
    sample,
    spoken,
)

CHILD = {"kind": PersonKind.MINOR, "guardian": "Eve Example, birth certificate"}


def test_many_people_are_kept_in_one_go_with_an_entry_each(registry: Registry) -> None:
    batch = [
        NewPerson(person=person("Seen"), consent=consent(), samples=[sample(), sample()]),
        NewPerson(person=person("Papers Only"), consent=consent()),
        NewPerson(person=person("Name Only")),
        NewPerson(person=person("Heard"), consent=SPOKEN, samples=[spoken()]),
    ]

    ids = registry.enrol_many(batch)

    assert ids == ("P0001", "P0002", "P0003", "P0004")
    assert [one.display_name for one in registry.people()] == ["Seen", "Papers Only", "Name Only", "Heard"]
    assert [len(registry.samples(number)) for number in ids] == [2, 0, 0, 1]
    assert registry.sample_counts() == {"P0001": 2, "P0004": 1}
    assert [one.id for number in ids for one in registry.consents(number)] == ["C0001", "C0002", "C0003"]
    entries = registry.journal_entries()[1:]
    assert [(entry.action, entry.subject) for entry in entries] == [("person.enrolled", number) for number in ids]
    assert json.loads(entries[3].facts) == {
        "members": [],
        "biometric_consent": "C0003",
        "samples": ["S0003"],
        "templates": 1,
    }


def test_one_of_many_who_is_refused_keeps_all_out(registry: Registry) -> None:
    with pytest.raises(WrongUsageError, match="needs a name"):
        registry.enrol_many([NewPerson(person=person("Ada")), NewPerson(person=person(" "))])

    assert registry.people() == ()
    assert registry.enrol_many([]) == ()


def test_many_people_are_read_in_the_order_asked_for(registry: Registry) -> None:
    ids = registry.enrol_many([NewPerson(person=person(f"Person {number}")) for number in range(40)])
    asked = [*ids[::-1], ids[3]]

    assert [one.id for one in registry.people(asked)] == asked
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        registry.people([*asked, "P0404"])


def test_every_field_of_a_person_can_be_changed(registry: Registry) -> None:
    before = registry.people([registry.enrol(person("Ada"))])[0]
    wanted = person(
        "Ada King",
        id=before.id,
        other_names=("艾达",),
        kind=PersonKind.DECEASED,
        birth=date(1815, 12, 10),
        death=date(1852, 11, 27),
        guardian="nobody",
        rights_holder="Heirs, will",
        agent_authority="Agency, power of attorney",
        jurisdiction="GB",
        external_ids=("ISNI 1",),
        contact="lawyer@example.org",
        tags=("history",),
        notes="Ask first.",
    )

    kept = registry.change_person(wanted, expected=before)

    assert kept == registry.people([before.id])[0] == wanted
    entry = registry.journal_entries()[-1]
    assert (entry.action, entry.subject) == ("person.changed", before.id)
    assert set(json.loads(entry.facts)["fields"]) == set(before.__slots__) - {"id", "members", "biometric_until"}
    assert "King" not in repr(registry.journal_entries())


def test_a_change_that_changes_nothing_is_not_written_down(registry: Registry) -> None:
    before = registry.people([enrolled(registry)])[0]

    assert registry.change_person(replace(before, biometric_until=None), expected=before) == before
    assert len(registry.journal_entries()) == 2


def test_two_changes_at_once_are_noticed(registry: Registry, path) -> None:
    before = registry.people([enrolled(registry, "Ada")])[0]
    with opened(path) as second:
        second.change_person(replace(before, contact="agent"), expected=before)

    with pytest.raises(RegistryError, match="P0001 was changed meanwhile"):
        registry.change_person(replace(before, display_name="Eve"), expected=before)
    assert registry.people()[0].contact == "agent"


def test_members_of_a_group_come_and_go(registry: Registry) -> None:
    one, two, three = (enrolled(registry, name) for name in ("One", "Two", "Three"))
    band = registry.people([registry.enrol(person("Band", kind=PersonKind.GROUP, members=(one, two)))])[0]

    kept = registry.change_person(replace(band, members=(three, one)), expected=band)

    assert kept.members == (three, one)
    with pytest.raises(WrongUsageError, match="cannot be a member"):
        registry.change_person(replace(kept, members=(band.id,)), expected=kept)


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        (PersonKind.MINOR, {"kind": PersonKind.LIVING}, "Somebody under 18 is a minor"),
        (PersonKind.MINOR, {"kind": PersonKind.GROUP}, "cannot become a person"),
        (PersonKind.MINOR, {"birth": None}, "date of birth"),
        (PersonKind.MINOR, {"death": date(2026, 1, 1)}, "has died"),
        (PersonKind.MINOR, {"display_name": "half \udc80"}, "no text"),
        (PersonKind.MINOR, {"display_name": "two\nlines"}, "no text"),
        (PersonKind.MINOR, {"other_names": ("\x1b[31mred",)}, "no text"),
        (PersonKind.MINOR, {"display_name": "x" * 301}, "at most 300"),
        (PersonKind.GROUP, {"kind": PersonKind.LIVING}, "cannot become a person"),
    ],
)
def test_nobody_becomes_what_they_cannot_be(registry: Registry, kind: PersonKind, fields: dict, sentence: str) -> None:
    birth = None if kind is PersonKind.GROUP else date(2010, 5, 5)
    before = registry.people([registry.enrol(person(kind=kind, birth=birth))])[0]

    with pytest.raises(WrongUsageError, match=sentence):
        registry.change_person(replace(before, **fields), expected=before)


def test_a_minor_becomes_an_adult_on_the_eighteenth_birthday(registry: Registry) -> None:
    grown = registry.enrol(person(birth=date(2008, 11, 21), **CHILD))
    tomorrow = registry.enrol(person(birth=date(2008, 11, 22), **CHILD))
    one, other = registry.people([grown, tomorrow])

    assert registry.change_person(replace(one, kind=PersonKind.LIVING), expected=one).kind is PersonKind.LIVING
    with pytest.raises(WrongUsageError, match="is a minor"):
        registry.change_person(replace(other, kind=PersonKind.LIVING), expected=other)
    with pytest.raises(WrongUsageError, match="is a minor"):
        registry.enrol(person(birth=date(2008, 11, 22)))


@pytest.mark.parametrize(
    ("fields", "signer", "sentence"),
    [
        ({}, Signer.GUARDIAN, "guardian is recorded"),
        ({}, Signer.ESTATE, "rights holder is recorded"),
        ({}, Signer.AGENT, "agent is recorded"),
        ({"birth": date(2010, 5, 5), **CHILD}, Signer.SELF, "signed by the guardian"),
        ({"birth": date(1990, 5, 5), **CHILD}, Signer.GUARDIAN, "of age already"),
        ({"kind": PersonKind.DECEASED, "death": date(2020, 1, 1)}, Signer.SELF, "dated after the death"),
        ({"kind": PersonKind.GROUP}, Signer.SELF, "no face and no voice"),
    ],
)
def test_a_biometric_consent_is_signed_by_who_may(
    registry: Registry, fields: dict, signer: Signer, sentence: str
) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        registry.enrol(person(**fields), consent=consent(signer=signer))


def test_a_guardian_signs_for_a_child_and_an_invented_person_needs_nobody(registry: Registry) -> None:
    child = registry.enrol(
        person(birth=date(2010, 5, 5), **CHILD), consent=consent(signer=Signer.GUARDIAN), samples=[sample()]
    )
    persona = registry.enrol(person("Robo", kind=PersonKind.OWN), consent=consent(), samples=[sample()])

    assert set(registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY).templates) == {child, persona}


def test_more_samples_are_kept_under_a_recorded_consent_or_a_new_one(registry: Registry) -> None:
    number = registry.enrol(person(), consent=consent(), samples=[sample()])

    under_first = registry.add_samples(number, "C0001", [sample(source="the agency")])
    under_new = registry.add_samples(number, SPOKEN, [spoken()])

    assert (under_first, under_new) == (("S0002",), ("S0003",))
    assert [one.biometric_consent for one in registry.samples(number)] == ["C0001", "C0001", "C0002"]
    assert registry.samples(number)[1].source == "the agency"
    actions = [entry.action for entry in registry.journal_entries()[2:]]
    assert actions == ["samples.added", "biometric_consent.recorded", "samples.added"]


def test_samples_are_not_kept_under_a_consent_that_does_not_cover_them(registry: Registry) -> None:
    number, other = enrolled(registry), enrolled(registry, "Other")
    registry.withdraw_consent("C0002", TODAY)
    before = registry.journal_entries()

    for whom, paper, sentence in (
        (number, "C0002", "belongs to another person"),
        (other, "C0002", "is over"),
        (number, "C0404", "no biometric consent C0404"),
        ("P0404", "C0001", "nobody with the id"),
    ):
        with pytest.raises(WrongUsageError, match=sentence):
            registry.add_samples(whom, paper, [sample()])
    with pytest.raises(WrongUsageError, match="does not cover"):
        registry.add_samples(number, "C0001", [spoken()])
    assert registry.journal_entries() == before


def test_a_sample_can_be_removed(registry: Registry) -> None:
    number = registry.enrol(person(), consent=consent(), samples=[sample(), sample()])

    registry.remove_sample("S0001")

    assert [one.id for one in registry.samples(number)] == ["S0002"]
    assert registry.journal_entries()[-1].subject == "S0001"
    with pytest.raises(WrongUsageError, match="no sample S0001"):
        registry.remove_sample("S0001")


def test_a_renewed_consent_keeps_the_samples_it_covers_longer(registry: Registry) -> None:
    number = registry.enrol(
        person(), consent=SPOKEN, samples=[sample(), spoken(), sample(delete_by=date(2027, 1, 1)), sample(templates=())]
    )
    later = date(2031, 11, 1)

    paper = registry.add_consent(number, consent(retain_until=later))
    shorter = registry.add_consent(number, consent(retain_until=date(2027, 5, 5)))

    kept = {one.id: (one.biometric_consent, one.delete_by) for one in registry.samples(number)}
    assert (paper, shorter) == ("C0002", "C0003")
    assert kept == {
        "S0001": (paper, later),
        "S0002": ("C0001", RETAIN_UNTIL),
        "S0003": (paper, date(2027, 1, 1)),
        "S0004": ("C0001", RETAIN_UNTIL),
    }
    assert registry.people([number])[0].biometric_until == later
