"""Everybody at a glance, and what can be seen, heard and put back of one person's samples."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import AfterEnd, Prohibition, Revocation
from countenance.people import Modality, Person, PersonKind
from registry import PersonSummary, Registry
from tests.registry.clips import kept_check, publication
from tests.registry.people import (
    JPEG,
    OTHER_BINDING,
    PAPERS,
    RETAIN_UNTIL,
    SPOKEN,
    TODAY,
    consent,
    enrolled,
    grant,
    person,
    sample,
    spoken,
    template,
)


def summary(registry: Registry, number: str, on: date = TODAY) -> PersonSummary:
    return next(one for one in registry.summaries.all(on) if one.person.id == number)


def test_samples_are_counted_once_each_however_many_models_made_templates_of_them(registry: Registry) -> None:
    twice = (template(), template(binding=OTHER_BINDING, model="another 2"))
    number = registry.enrol(
        person(), consent=SPOKEN, samples=[sample(templates=twice), sample(quality=0.75), spoken(quality=0.25)]
    )

    found = summary(registry, number).samples

    assert (found[Modality.FACE].count, found[Modality.FACE].best, found[Modality.FACE].worst) == (2, 0.75, 0.5)
    assert (found[Modality.VOICE].count, found[Modality.VOICE].best) == (1, 0.25)


def test_somebody_without_samples_and_papers_is_told_too(registry: Registry) -> None:
    number = registry.enrol(Person(id="", display_name="The Kites", kind=PersonKind.GROUP))

    found = summary(registry, number)

    assert (found.samples, found.grants, found.prohibitions, found.may_be_examined) == ({}, (), 0, True)
    assert found.person == registry.people([number])[0]


def test_a_grant_is_told_as_it_stands_now(registry: Registry) -> None:
    number = enrolled(registry)
    first = registry.record_grant(grant(number, end=date(2027, 1, 1), survives_death=True), PAPERS)
    registry.record_grant(grant(number, signed=None), PAPERS)
    withdrawn = Revocation(notice=TODAY, days=30, published=AfterEnd.KEEP)
    registry.revoke_grant(first.id, withdrawn)

    draft, revoked = summary(registry, number).grants

    assert (revoked.id, revoked.revoked, revoked.end) == (first.id, withdrawn, date(2027, 1, 1))
    assert revoked.survives_death
    assert (draft.signed, draft.end, draft.revoked, draft.survives_death) == (None, None, None, False)


def test_prohibitions_are_counted_without_their_revisions(registry: Registry) -> None:
    number = enrolled(registry)
    kept = registry.record_prohibition(Prohibition(id="", person=number))
    registry.record_prohibition(replace(kept.prohibition, end=date(2030, 1, 1)), changes_revision=1)

    assert summary(registry, number).prohibitions == 1


def test_whoever_may_not_be_examined_any_more_is_told_so(registry: Registry) -> None:
    number = enrolled(registry)

    assert summary(registry, number).may_be_examined
    assert not summary(registry, number, RETAIN_UNTIL + timedelta(days=1)).may_be_examined


def test_everything_is_called_by_whose_it_is_or_by_its_clip(registry: Registry) -> None:
    ada, other = enrolled(registry, "Ada Example"), enrolled(registry, "A. Example")
    kept = registry.record_grant(grant(ada), PAPERS)
    banned = registry.record_prohibition(Prohibition(id="", person=ada)).prohibition
    check = kept_check(registry, ada, kept.id)
    out = registry.publications.add(publication(clip_name="out.mp4"))
    (face,) = registry.samples(ada)
    registry.merge(ada, other)

    names = registry.summaries.names()

    assert names.people == {ada: "Ada Example", other: "Ada Example"}
    assert {names.theirs[one] for one in (kept.id, banned.id, face.id, face.biometric_consent)} == {ada}
    assert names.clips == {check.id: "ada on holiday.mp4", out.id: "out.mp4"}


def test_pictures_and_sounds_are_shown_as_long_as_they_may_be_kept(registry: Registry) -> None:
    number = registry.enrol(person(), consent=SPOKEN, samples=[sample(), spoken()])
    face, voice = (one.id for one in registry.samples(number))

    found = registry.contents(number, TODAY)

    assert (found[face].picture, found[face].sound) == (JPEG, b"")
    assert (found[voice].picture, found[voice].sound) == (b"", bytes(3200))
    assert registry.contents(number, RETAIN_UNTIL + timedelta(days=1)) == {}


def test_a_removed_sample_can_be_put_back_as_it_was(registry: Registry) -> None:
    given = sample(source="agency", captured_on=date(2024, 5, 6), delete_by=date(2028, 1, 1))
    number = registry.enrol(person(), consent=consent(), samples=[given, sample()])
    before, _other = registry.samples(number)

    removed = registry.remove_sample(before.id)

    assert removed.sample == given
    assert len(registry.samples(number)) == 1
    registry.add_samples(removed.person, removed.consent, [removed.sample])
    after = registry.samples(number)[-1]
    assert replace(after, id=before.id) == before
    assert registry.contents(number, TODAY)[after.id].picture == JPEG


def test_of_a_sample_whose_consent_ended_only_its_record_is_left_to_be_removed(registry: Registry) -> None:
    number = enrolled(registry)
    (kept,) = registry.samples(number)
    registry.withdraw_consent(kept.biometric_consent, TODAY)

    removed = registry.remove_sample(kept.id)

    assert (removed.sample.picture, removed.sample.templates, removed.sample.captured_on) == (b"", (), None)


def test_one_person_is_told_as_everybody_is(registry: Registry) -> None:
    ada = registry.enrol(person(), consent=SPOKEN, samples=[sample(), spoken()])
    enrolled(registry, "Ben Example")
    registry.record_grant(grant(ada), PAPERS)
    registry.record_prohibition(Prohibition(id="", person=ada))

    assert registry.summaries.one(ada, TODAY) == summary(registry, ada)


def test_chinese_names_stand_where_their_sound_puts_them(registry: Registry) -> None:
    for name in (
        "王伟",
        "Zoe Last",
        "曾志伟",
        "Wendy",
        "Émile",
        "éa",
        "安娜",
        "安 Ann",
        "عمر",
        "🙂",
        "一二三四五六七八九",
    ):
        enrolled(registry, name)

    ordered = sorted(registry.summaries.all(TODAY), key=lambda one: one.sort_name)

    shown = [one.person.display_name for one in ordered]
    assert shown[:9] == ["安 Ann", "安娜", "éa", "Émile", "王伟", "Wendy", "曾志伟", "Zoe Last", "عمر"]


def test_a_locked_registry_summarises_nobody(registry: Registry) -> None:
    registry.close()

    with pytest.raises(RegistryError):
        registry.summaries.all(TODAY)


def test_a_sample_that_is_not_there_cannot_be_removed(registry: Registry) -> None:
    with pytest.raises(WrongUsageError, match="S0009"):
        registry.remove_sample("S0009")
