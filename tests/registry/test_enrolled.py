from dataclasses import replace
from datetime import date, timedelta

import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.people import Modality, PersonKind, Signer
from registry import Registry, SampleKind, retain_until_by_default
from tests.registry.people import (
    BINDING,
    JPEG,
    OTHER_BINDING,
    RETAIN_UNTIL,
    SIGNED,
    SPOKEN,
    TODAY,
    VOICE_BINDING,
    consent,
    enrolled,
    person,
    sample,
    spoken,
    template,
    vector,
)

ONE_DAY = timedelta(days=1)


def test_everything_about_a_person_comes_back_as_it_was_given(registry: Registry) -> None:
    given = person(
        "Łucja Beispiel",
        other_names=("DJ Ł", "卢西娅"),
        kind=PersonKind.DECEASED,
        birth=date(1950, 2, 3),
        death=date(2020, 4, 5),
        guardian="nobody",
        rights_holder="Jan Beispiel, will of 2019",
        agent_authority="Agency, power of attorney 7",
        jurisdiction="US-NY",
        external_ids=("HAND 1", "ISNI 2"),
        contact="lawyer@example.org",
    )

    number = registry.enrol(given, consent=consent(signer=Signer.ESTATE, recipients=("Studio A",)), samples=[sample()])

    assert registry.people([number]) == (replace(given, id=number, biometric_until=RETAIN_UNTIL),)
    assert registry.consents(number) == (
        consent(id="C0001", person=number, signer=Signer.ESTATE, recipients=("Studio A",)),
    )


def test_a_sample_comes_back_with_all_that_is_known_of_it(registry: Registry) -> None:
    given = sample(
        kind=SampleKind.VIDEO,
        source="the agency",
        captured_on=date(2024, 5, 6),
        quality=0.75,
        delete_by=date(2028, 1, 1),
        templates=(template(), template(binding=OTHER_BINDING, model="another 2")),
    )

    number = registry.enrol(person(), consent=consent(), samples=[given, sample()])
    first, second = registry.samples(number)

    assert (first.id, first.person, first.kind, first.source) == ("S0001", number, SampleKind.VIDEO, "the agency")
    assert (first.captured_on, first.quality, first.delete_by) == (date(2024, 5, 6), 0.75, date(2028, 1, 1))
    assert (first.file_sha256, first.biometric_consent) == (given.file_sha256, "C0001")
    assert (first.models, first.modalities) == (("another 2", "drawn 1"), (Modality.FACE,))
    assert second.delete_by == RETAIN_UNTIL


def test_a_voice_is_kept_beside_a_face_or_alone_and_found_by_its_own_model(registry: Registry) -> None:
    both = registry.enrol(person("Both"), consent=SPOKEN, samples=[sample(), spoken()])
    heard = registry.enrol(person("Heard"), consent=SPOKEN, samples=[spoken()])

    voices = registry.templates(binding=VOICE_BINDING, modality=Modality.VOICE, on=TODAY)
    faces = registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY)

    assert (set(voices.templates), set(faces.templates)) == ({both, heard}, {both})
    assert [one.modalities for one in registry.samples(both)] == [(Modality.FACE,), (Modality.VOICE,)]
    assert [one.kind for one in registry.samples(heard)] == [SampleKind.AUDIO]


def test_the_best_excerpt_of_a_voice_can_be_played_until_the_consent_is_over(registry: Registry) -> None:
    best = spoken(sound=b"\1\0" * 800, quality=0.9)
    number = registry.enrol(person(), consent=SPOKEN, samples=[spoken(), best])

    assert registry.sound(number, TODAY) == best.sound
    assert registry.sound(number, RETAIN_UNTIL + ONE_DAY) is None
    assert registry.sound(enrolled(registry, "Never Heard"), TODAY) is None


def test_ids_are_counted_and_never_used_again(registry: Registry) -> None:
    first = enrolled(registry, "First")
    with pytest.raises(WrongUsageError):
        registry.enrol(person("Lost", kind=PersonKind.GROUP, members=("P9999",)))
    second = enrolled(registry, "Second")

    assert (first, second) == ("P0001", "P0002")
    assert [one.id for one in registry.people()] == ["P0001", "P0002"]


def test_a_group_keeps_its_members_in_order(registry: Registry) -> None:
    one, two = enrolled(registry, "One"), enrolled(registry, "Two")

    band = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(two, one)))

    assert registry.people([band])[0].members == (two, one)
    assert registry.people([band])[0].biometric_until is None
    with pytest.raises(WrongUsageError, match="cannot be a member"):
        registry.enrol(person("Super Group", kind=PersonKind.GROUP, members=(band,)))


@pytest.mark.parametrize("text", ["łucja", "ŁUCJA  b", "dj", "ＤＪ", "卢西"])
def test_people_are_found_by_any_of_their_names(registry: Registry, text: str) -> None:
    registry.enrol(person("Łucja Beispiel", other_names=("DJ Kite", "卢西娅")))
    enrolled(registry, "Somebody Else")

    assert [one.display_name for one in registry.search(text)] == ["Łucja Beispiel"]


def test_a_name_may_hold_what_a_query_language_would_read(registry: Registry) -> None:
    odd = "%_'; drop table people; --"
    registry.enrol(person(odd))
    enrolled(registry, "Somebody Else")

    assert [one.display_name for one in registry.search("%_'")] == [odd]
    assert len(registry.people()) == 2


def test_nobody_has_an_unknown_id(registry: Registry) -> None:
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        registry.people(["P0404"])
    assert registry.search("nobody") == ()
    assert registry.consents("P0404") == ()
    assert registry.samples("P0404") == ()


def test_the_gallery_holds_the_templates_of_one_model_by_person(registry: Registry) -> None:
    one = registry.enrol(
        person("One"),
        consent=consent(),
        samples=[
            sample(templates=(template(vector=vector(0.1)), template(vector=vector(0.9), binding=OTHER_BINDING))),
            sample(templates=(template(vector=vector(0.2)),)),
        ],
    )
    two = registry.enrol(person("Two"), consent=consent(), samples=[sample(templates=(template(vector=vector(0.3)),))])
    elsewhere = registry.enrol(
        person("Elsewhere"), consent=consent(), samples=[sample(templates=(template(binding=OTHER_BINDING),))]
    )
    registry.enrol(person("Never Photographed"))

    gallery = registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY)

    assert gallery.templates == {one: (vector(0.1), vector(0.2)), two: (vector(0.3),)}
    assert gallery.lapsed == ()
    assert gallery.other_models == (elsewhere,)
    assert not registry.templates(binding=BINDING, modality=Modality.VOICE, on=TODAY).templates


def test_the_last_day_of_a_consent_counts_and_the_next_does_not(registry: Registry) -> None:
    number = enrolled(registry)

    last = registry.templates(binding=BINDING, modality=Modality.FACE, on=RETAIN_UNTIL)
    after = registry.templates(binding=BINDING, modality=Modality.FACE, on=RETAIN_UNTIL + ONE_DAY)

    assert (set(last.templates), last.lapsed) == ({number}, ())
    assert (after.templates, after.lapsed, after.other_models) == ({}, (number,), ())


def test_a_sample_past_its_day_is_not_searched_though_the_consent_goes_on(registry: Registry) -> None:
    number = registry.enrol(
        person(),
        consent=consent(),
        samples=[
            sample(delete_by=date(2027, 1, 1), templates=(template(vector=vector(0.1)),)),
            sample(templates=(template(vector=vector(0.2)),)),
        ],
    )

    later = registry.templates(binding=BINDING, modality=Modality.FACE, on=date(2027, 1, 2))

    assert later.templates == {number: (vector(0.2),)}


def test_a_withdrawn_consent_ends_the_search_on_its_day(registry: Registry) -> None:
    number = enrolled(registry)

    tomorrow = TODAY + ONE_DAY
    registry.withdraw_consent("C0001", tomorrow)

    assert registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY).templates
    assert registry.templates(binding=BINDING, modality=Modality.FACE, on=tomorrow).lapsed == (number,)
    assert registry.picture(number, tomorrow) is None
    assert registry.people([number])[0].biometric_until == TODAY
    assert registry.consents(number)[0].withdrawn_on == tomorrow


def test_a_consent_is_withdrawn_once_and_must_exist(registry: Registry) -> None:
    enrolled(registry)
    registry.withdraw_consent("C0001", TODAY)

    with pytest.raises(WrongUsageError, match="withdrawn before"):
        registry.withdraw_consent("C0001", TODAY)
    with pytest.raises(WrongUsageError, match="no biometric consent C0404"):
        registry.withdraw_consent("C0404", TODAY)


def test_the_best_picture_that_may_be_shown_stands_for_a_person(registry: Registry) -> None:
    number = registry.enrol(
        person(),
        consent=consent(),
        samples=[
            sample(quality=0.9, picture=b"", templates=()),
            sample(quality=0.8, picture=JPEG + b"short-lived", delete_by=date(2027, 1, 1)),
            sample(quality=0.7, picture=JPEG + b"lasting"),
            sample(quality=0.6),
        ],
    )

    assert registry.picture(number, TODAY) == JPEG + b"short-lived"
    assert registry.picture(number, date(2027, 1, 2)) == JPEG + b"lasting"
    assert registry.picture(number, RETAIN_UNTIL + ONE_DAY) is None
    assert registry.picture("P0404", TODAY) is None


def test_an_enrolment_is_kept_whole_or_not_at_all(registry: Registry) -> None:
    twice = sample(templates=(template(), template()))

    with pytest.raises(WrongUsageError, match="two templates"):
        registry.enrol(person("Half"), consent=consent(), samples=[sample(), twice])

    assert registry.people() == ()
    assert registry.facts().revision == 1


def test_three_years_are_counted_to_the_same_day() -> None:
    assert retain_until_by_default(SIGNED) == RETAIN_UNTIL
    assert retain_until_by_default(date(2028, 2, 29)) == date(2031, 2, 28)


def test_what_is_kept_does_not_print_pictures_or_templates(registry: Registry) -> None:
    enrolled(registry)
    gallery = registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY)

    assert "\\x" not in repr((sample(), template(), gallery))


def test_a_record_this_program_cannot_read_is_damage(registry: Registry) -> None:
    number = enrolled(registry)
    with registry._lane.change() as db:
        db.execute("update people set kind = 'hologram' where id = ?", [number])

    with pytest.raises(RegistryError, match="is damaged"):
        registry.people()
