"""From samples the gate let through to people of a real encrypted registry, and on to whom a clip is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.errors import EnrolmentRefusedError, WrongUsageError
from countenance.packs import LikenessScale, PackCard
from registry import SampleKind
from scan.check import CheckSetup, judge_observations
from scan.enrol import Proposal, Refusal, RefusedFile, choose_faces
from scan.enrolment import (
    Origin,
    add_samples,
    compared_with_enrolled,
    enrol_person,
    look_alikes,
    new_samples,
    sound_alikes,
)
from scan.gate import choose_samples, merge
from scan.knowing import known_from_registry
from tests.registry.people import PAPERS, SPOKEN, TODAY, consent, grant, person
from tests.scan.made import (
    CARD,
    EMBEDDER,
    JPEG,
    NOON,
    SCALE,
    USE,
    VOICE_SCALE,
    face,
    film,
    observations,
    photo,
    portrait,
    recording,
    speaker,
    track,
)

ADA, BEN = face({0: 1.0}), face({1: 1.0})


def proposal(*embeddings: bytes) -> Proposal:
    scenes = [photo(portrait(0, blob), name=f"{number}.jpg") for number, blob in enumerate(embeddings)]
    return merge([choose_faces(Path(scene.clip.name), scene, SCALE) for scene in scenes], SCALE)


def enrol(registry, name: str, *embeddings: bytes) -> str:
    return enrol_person(registry, person(name), consent(), proposal(*embeddings), CARD)


def test_an_enrolled_person_is_kept_with_samples_and_templates_of_this_model(registry):
    ada = enrol(registry, "Ada", ADA, face({0: 0.9}))

    kept = registry.samples(ada)
    assert [sample.kind for sample in kept] == [SampleKind.PHOTO] * 2
    assert registry.picture(ada, TODAY) == JPEG
    assert known_from_registry(registry, CARD, TODAY).templates == {ada: (ADA, face({0: 0.9}))}


def test_moments_of_a_clip_are_kept_as_such(registry):
    scene = observations(track(0, ADA))
    taken = choose_faces(Path("clip.mp4"), scene, SCALE)

    ada = enrol_person(registry, person("Ada"), consent(), taken, CARD)

    assert {sample.kind for sample in registry.samples(ada)} == {SampleKind.VIDEO}


def test_where_nothing_is_good_enough_nobody_is_enrolled_and_each_file_is_told(registry):
    refused = (
        RefusedFile(file="a.jpg", refusal=Refusal.TOO_BLURRED),
        RefusedFile(file="b.jpg", refusal=Refusal.UNREADABLE, explanation="“b.jpg” is empty: 0 bytes."),
    )

    with pytest.raises(EnrolmentRefusedError) as error:
        enrol_person(registry, person("Ada"), consent(), Proposal(refused=refused), CARD)

    assert error.value.exit_code == 3
    assert "a.jpg: the face is too blurred" in error.value.remedy
    assert "0 bytes" in error.value.remedy
    assert registry.people() == ()


def test_a_consent_that_is_over_enrols_nobody(registry):
    late = consent(retain_until=TODAY - timedelta(days=1))

    with pytest.raises(WrongUsageError, match="over"):
        enrol_person(registry, person("Ada"), late, proposal(ADA), CARD)

    assert registry.people() == ()
    assert known_from_registry(registry, CARD, TODAY).templates == {}


def test_somebody_who_looks_like_a_person_already_enrolled_is_told(registry):
    enrol(registry, "Ada", ADA, face({0: 0.9}))
    enrol(registry, "Ben", BEN, face({1: 0.9}))

    assert names(look_alikes(proposal(face({0: 0.95})), registry, CARD)) == ["Ada"]
    assert names(look_alikes(proposal(face({2: 1.0})), registry, CARD)) == []


def test_of_several_look_alikes_the_nearest_comes_first(registry):
    enrol(registry, "Ada", ADA)
    enrol(registry, "Ben", BEN)

    assert names(look_alikes(proposal(face({0: 0.6, 1: 0.75})), registry, CARD)) == ["Ben", "Ada"]


def test_where_there_is_nothing_to_compare_nobody_looks_alike(registry):
    bare = PackCard(name="bare", models=CARD.models, face=LikenessScale(pack="bare", dimension=SCALE.dimension))

    assert names(look_alikes(proposal(ADA), registry, CARD)) == []
    enrol(registry, "Ada", ADA)
    assert names(look_alikes(proposal(), registry, CARD)) == []
    assert names(look_alikes(proposal(ADA), registry, bare)) == []


def test_templates_of_another_model_are_neither_searched_nor_look_alike(registry):
    enrol(registry, "Ada", ADA)
    other = replace(CARD, models=(CARD.models[0], replace(EMBEDDER, recipe=2), *CARD.models[2:]))

    assert known_from_registry(registry, other, TODAY).templates == {}
    assert names(look_alikes(proposal(ADA), registry, other)) == []


def test_after_the_biometric_consent_is_over_a_person_is_not_searched(registry):
    ada = enrol(registry, "Ada", ADA)
    last = consent().retain_until

    assert list(known_from_registry(registry, CARD, last).templates) == [ada]
    after = known_from_registry(registry, CARD, last + timedelta(days=1))
    assert (dict(after.templates), dict(after.pictures)) == ({}, {})


def test_what_was_agreed_comes_with_the_people(registry):
    ada = enrol(registry, "Ada", ADA)
    registry.record_grant(grant(ada), PAPERS)

    known = known_from_registry(registry, CARD, TODAY)

    assert known.people[ada].display_name == "Ada"
    assert [one.person for one in known.grants] == [ada]
    assert (known.facts.people, known.facts.grants) == (1, 1)
    assert (known.owner, known.tz) == ("us", "Europe/Paris")
    assert known.pictures == {ada: JPEG}


def test_a_person_of_the_registry_is_found_in_a_clip_and_named(registry):
    ada = enrol(registry, "Ada", ADA)
    setup = CheckSetup(card=CARD, models=Path("models"), known=known_from_registry(registry, CARD, TODAY), use=USE)

    result = judge_observations(observations(track(0, face({0: 0.95}))), setup, NOON)

    assert [finding.person for finding in result.findings] == [ada]
    assert result.registry.id == registry.id


def test_neither_names_nor_templates_show_in_what_a_refusal_leaves_behind(registry):
    blurred = photo(portrait(0, ADA, sharpness=0.0), name="ada-lovelace.jpg")
    taken = choose_faces(Path("ada-lovelace.jpg"), blurred, SCALE)

    with pytest.raises(EnrolmentRefusedError) as error:
        enrol_person(registry, person("Ada Lovelace"), consent(), taken, CARD)

    assert "Ada Lovelace" not in str(error.value) + error.value.details


def spoken(*scenes) -> Proposal:
    return merge([choose_samples(Path(scene.clip.name), scene, CARD) for scene in scenes], SCALE, VOICE_SCALE)


def enrol_voice(registry, name: str, embedding: bytes) -> str:
    return enrol_person(registry, person(name), SPOKEN, spoken(recording(speaker(0, embedding))), CARD)


def test_a_person_can_be_enrolled_by_the_voice_alone(registry):
    ada = enrol_voice(registry, "Ada", ADA)

    known = known_from_registry(registry, CARD, TODAY)
    assert (dict(known.templates), dict(known.voices)) == ({}, {ada: (ADA,) * 3})
    assert known.sounds == {ada: registry.sound(ada, TODAY)}
    assert known.people[ada].display_name == "Ada"
    assert {sample.kind for sample in registry.samples(ada)} == {SampleKind.AUDIO}


def test_a_film_enrols_face_and_voice(registry):
    taken = spoken(film(track(0, ADA), heard=[speaker(0, BEN)]))

    ada = enrol_person(registry, person("Ada"), SPOKEN, taken, CARD)

    known = known_from_registry(registry, CARD, TODAY)
    assert (known.templates, known.voices) == ({ada: (ADA,) * 3}, {ada: (BEN,) * 3})
    assert {sample.kind for sample in registry.samples(ada)} == {SampleKind.VIDEO}


def test_a_voice_is_not_kept_where_the_consent_names_the_face_alone(registry):
    with pytest.raises(WrongUsageError, match="does not cover"):
        enrol_person(registry, person("Ada"), consent(), spoken(recording(speaker(0, ADA))), CARD)

    assert registry.people() == ()


def test_somebody_who_sounds_like_a_person_already_enrolled_is_told(registry):
    enrol_voice(registry, "Ada", ADA)

    again, other = spoken(recording(speaker(0, face({0: 0.95})))), spoken(recording(speaker(0, BEN)))

    assert names(sound_alikes(again, registry, CARD)) == ["Ada"]
    assert names(sound_alikes(other, registry, CARD)) == []
    assert names(look_alikes(again, registry, CARD)) == []


def test_whoever_can_be_found_by_half_or_not_at_all_is_told(registry):
    both = enrol_person(registry, person("Ada"), SPOKEN, spoken(film(track(0, ADA), heard=[speaker(0, ADA)])), CARD)
    heard = enrol_voice(registry, "Ben", BEN)
    other_voices = replace(CARD, models=(*CARD.models[:3], replace(CARD.models[3], recipe=2)))
    no_voices = replace(CARD, models=CARD.models[:2], voice=None)

    for card in (other_voices, no_voices):
        known = known_from_registry(registry, card, TODAY)
        assert (known.half_known, known.other_models) == ((both,), (heard,))
    assert known_from_registry(registry, CARD, TODAY).half_known == ()


def test_a_person_of_the_registry_is_heard_in_a_clip_and_named(registry):
    ada = enrol_voice(registry, "Ada", ADA)
    setup = CheckSetup(card=CARD, models=Path("models"), known=known_from_registry(registry, CARD, TODAY), use=USE)

    result = judge_observations(recording(speaker(0, face({0: 0.95}))), setup, NOON)

    assert [(finding.person, finding.name) for finding in result.findings] == [(ada, "Ada")]
    assert set(result.enrolled_sounds) == {ada}


def test_a_sample_tells_who_supplied_it_or_the_name_of_its_file(registry):
    taken = proposal(ADA)
    origin = Origin(source="the agency", captured_on=TODAY)

    unsaid = enrol_person(registry, person("Ada"), consent(), taken, CARD)
    said = enrol_person(registry, person("Eve"), consent(), taken, CARD, origin=origin)

    assert [(one.source, one.captured_on) for one in registry.samples(unsaid)] == [("0.jpg", None)]
    assert [(one.source, one.captured_on) for one in registry.samples(said)] == [("the agency", TODAY)]
    assert [sample.source for sample in new_samples(taken, CARD, "a list")] == ["a list"]


def test_more_samples_of_the_same_person_are_added_and_others_are_kept_out(registry):
    ada = enrol(registry, "Ada", ADA, face({0: 0.95}))
    more = proposal(face({0: 0.97, 3: 0.1}))
    more = replace(more, faces=tuple(replace(one, file_sha256="9" * 64) for one in more.faces))
    others = proposal(BEN)
    others = replace(others, faces=tuple(replace(one, file_sha256="8" * 64) for one in others.faces))

    compared = compared_with_enrolled(registry, ada, more, CARD)
    refused = compared_with_enrolled(registry, ada, others, CARD)
    ids = add_samples(registry, ada, "C0001", compared, CARD)

    assert (compared, len(ids), len(registry.samples(ada))) == (more, 1, 3)
    assert [item.refusal for item in refused.refused] == [Refusal.OTHER_PERSON]
    with pytest.raises(EnrolmentRefusedError, match="Nothing was added"):
        add_samples(registry, ada, "C0001", refused, CARD)
    again = compared_with_enrolled(registry, ada, more, CARD)
    assert [item.refusal for item in again.refused] == [Refusal.ENROLLED_ALREADY]


def test_a_person_without_samples_may_get_any(registry):
    ada = registry.enrol(person("Ada"), consent=consent())

    assert compared_with_enrolled(registry, ada, proposal(BEN), CARD) == proposal(BEN)


def test_another_voice_and_the_same_recording_are_kept_out(registry):
    ada = enrol_voice(registry, "Ada", ADA)

    def heard(embedding: bytes, sha256: str) -> Proposal:
        taken = spoken(recording(speaker(0, embedding)))
        return replace(taken, voices=tuple(replace(voice, file_sha256=sha256) for voice in taken.voices))

    same = registry.samples(ada)[0].file_sha256
    compared = [
        compared_with_enrolled(registry, ada, heard(embedding, sha256), CARD)
        for embedding, sha256 in ((face({0: 0.95}), "9" * 64), (BEN, "8" * 64), (ADA, same))
    ]

    assert [len(one.voices) for one in compared] == [1, 0, 0]
    assert [item.refusal for one in compared for item in one.refused] == [Refusal.OTHER_VOICE, Refusal.ENROLLED_ALREADY]
    silent = replace(CARD, models=CARD.models[:2], voice=None)
    assert len(compared_with_enrolled(registry, ada, heard(ADA, "7" * 64), silent).voices) == 1


def test_nobody_is_told_that_they_look_like_themselves(registry):
    ada = enrol(registry, "Ada", ADA)

    assert names(look_alikes(proposal(face({0: 0.95})), registry, CARD, besides=ada)) == []


def names(people):
    return [person.display_name for person in people]
