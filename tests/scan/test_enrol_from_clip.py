"""Enrolling somebody from a clip that was checked: the same gate as for files, and the clip's own hash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import EnrolmentRefusedError
from countenance.observations import Background
from countenance.people import Modality, Person
from countenance.verdict import CheckResult, FindingKind
from registry import Registry, SampleKind
from scan.check import judge_observations
from scan.enrol import Proposal, Refusal
from scan.enrolment import add_samples, enrol_person, proposal_from_clip
from scan.known import Known
from tests.registry.people import SPOKEN
from tests.registry.people import consent as consented
from tests.scan.made import (
    CARD,
    DEAF,
    JPEG,
    NOON,
    detection,
    face,
    film,
    observations,
    photo,
    portrait,
    recording,
    setup,
    speaker,
    track,
    unexamined,
)

ADA, BEN = face({0: 1.0}), face({1: 1.0})


def checked(scene) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), Known()), NOON)


def proposed(scene, number: int = 0, **tracks) -> Proposal:
    result = checked(scene)
    return proposal_from_clip(result, replace(result.findings[number], **tracks))


def why(proposal: Proposal) -> list[Refusal]:
    return [item.refusal for item in proposal.refused]


def test_a_face_of_a_clip_is_enrolled_with_the_clips_hash(registry: Registry) -> None:
    scene = observations(track(0, ADA))
    proposal = proposed(scene)

    number = enrol_person(registry, Person(id="", display_name="Ada"), consented(), proposal, CARD)

    samples = registry.samples(number)
    assert [one.kind for one in samples] == [SampleKind.VIDEO] * 3
    assert {(one.file_sha256, one.source) for one in samples} == {(scene.clip.sha256, "clip.mp4")}
    assert registry.picture(number, registry.today()) == JPEG


def test_a_voice_of_a_clip_is_enrolled_and_may_be_added_to_a_face(registry: Registry) -> None:
    scene = film(track(0, ADA), heard=[speaker(0, BEN, (0.0, 8.0))])
    result = checked(scene)
    faces, voices = (
        next(one for one in result.findings if one.kind is kind) for kind in (FindingKind.LIKENESS, FindingKind.VOICE)
    )

    number = enrol_person(registry, Person(id="", display_name="Ada"), SPOKEN, proposal_from_clip(result, faces), CARD)
    added = add_samples(registry, number, "C0001", proposal_from_clip(result, voices, CARD), CARD)

    assert len(added) == 3
    assert {each for one in registry.samples(number) for each in one.modalities} == set(Modality)


def test_only_the_face_that_was_picked_is_taken() -> None:
    scene = observations(track(0, ADA), track(1, BEN))

    assert [one.sample.embedding for one in proposed(scene, tracks=(1,)).faces] == [BEN] * 3


def test_what_is_not_like_most_of_the_finding_is_refused_all_the_same() -> None:
    scene = observations(track(0, ADA), track(1, BEN, (5.0, 6.0)))

    proposal = proposed(scene, tracks=(0, 1))

    assert ({one.sample.embedding for one in proposal.faces}, why(proposal)) == ({ADA}, [Refusal.OTHER_PERSON] * 2)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"size_px": 30.0}, Refusal.TOO_SMALL), ({"sharpness": 0.0}, Refusal.TOO_BLURRED), ({"yaw": 0.9}, Refusal.POSE)],
)
def test_a_poor_face_is_refused_with_the_words_for_files(changes, refusal: Refusal, registry: Registry) -> None:
    seen = track(0, ADA, (0.0,))
    poor = replace(seen.samples[0], detection=detection(**changes))
    proposal = proposed(observations(replace(seen, samples=(poor,))))

    assert why(proposal) == [refusal]
    with pytest.raises(EnrolmentRefusedError, match="no sample can be used"):
        enrol_person(registry, Person(id="", display_name="Ada"), consented(), proposal, CARD)


def test_a_face_that_could_not_be_judged_is_refused() -> None:
    assert why(proposed(observations(unexamined(0)))) == [Refusal.TOO_SMALL]


def test_a_voice_over_music_or_too_brief_is_refused() -> None:
    music = speaker(0, ADA, background=Background.MUSIC)
    short = speaker(0, ADA, (0.0, 3.0))

    assert why(proposed(recording(music))) == [Refusal.MUSIC]
    assert why(proposed(recording(short))) == [Refusal.LITTLE_SPEECH_IN_ALL]


def test_of_one_persons_voices_the_longest_is_taken() -> None:
    scene = recording(speaker(0, ADA, (0.0, 5.0)), speaker(1, ADA, (0.0, 8.0), stream=2))

    (voice,) = proposed(scene, speakers=(0, 1)).voices
    assert (voice.speaker.id, voice.film, voice.file_sha256) == (1, False, scene.clip.sha256)


def test_a_still_pictures_face_is_a_photo() -> None:
    (one,) = proposed(photo(portrait(0, ADA))).faces

    assert (one.still, one.file) == (True, "photo.jpg")


def test_a_finding_about_nobody_gives_nothing() -> None:
    assert why(proposed(observations(track(0, ADA)), tracks=())) == [Refusal.NOTHING]


def test_a_pack_without_voices_takes_faces_alone() -> None:
    result = checked(observations(track(0, ADA)))

    assert proposal_from_clip(result, result.findings[0], DEAF).samples == 3
