"""The face of one person with the voice of another: raised where one face and one voice exist, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.grants import Grant, Method
from countenance.identification import IdentificationReason, IdentificationStatus
from countenance.observations import FaceTrack, Observations
from countenance.people import Modality
from countenance.verdict import Finding, FindingKind, Severity, TimeRange, Verdict
from scan.check import judge_observations
from scan.known import Known
from tests.scan.made import (
    NOON,
    USE,
    brief,
    face,
    film,
    grant,
    known_by_voice,
    observations,
    recording,
    setup,
    sized,
    speaker,
    track,
    unexamined,
)

ADA, BEN, STRANGER = face({0: 0.95}), face({1: 0.95}), face({}, own=50)
MAYBE_ADA, MAYBE_BEN = face({0: 0.42}), face({1: 0.48})
ALL = (0.0, 2.0, 4.0, 6.0, 8.0)
BOTH = known_by_voice(2)


def seen(embedding: bytes, times_s=ALL, number: int = 0) -> FaceTrack:
    return track(number, embedding, times_s)


def mismatches(scene: Observations, people: Known = BOTH, **changes) -> list[Finding]:
    result = judge_observations(scene, setup(Path("models"), people, **changes), NOON)
    return [finding for finding in result.findings if finding.kind is FindingKind.MISMATCH]


def test_one_face_with_the_voice_of_another_is_an_alarm():
    (finding,) = mismatches(film(seen(ADA), heard=[speaker(3, BEN)]))

    assert (finding.severity, finding.person, finding.voice_of) == (Severity.REVIEW, "p00", "p01")
    assert (finding.tracks, finding.speakers) == ((0,), (3,))
    assert finding.ranges == (TimeRange(start_s=0.0, end_s=8.0),)
    assert finding.identification.person == "p00"
    assert finding.voice_identification.person == "p01"
    assert "Name of p00" in finding.sentence
    assert "Name of p01" in finding.sentence
    unnamed = finding.unnamed
    assert "Name of" not in unnamed.title + unnamed.sentence + unnamed.likeness + unnamed.next_step


def test_the_alarm_asks_for_a_review_of_a_clip_that_is_blocked_or_not():
    result = judge_observations(film(seen(ADA), heard=[speaker(0, BEN)]), setup(Path("models"), BOTH), NOON)

    assert result.verdict is Verdict.BLOCKED
    assert {finding.kind for finding in result.findings} == {
        FindingKind.LIKENESS,
        FindingKind.VOICE,
        FindingKind.MISMATCH,
    }


@pytest.mark.parametrize(
    ("face_of", "voice_of"), [(MAYBE_ADA, BEN), (ADA, MAYBE_BEN)], ids=["the face is possible", "the voice is possible"]
)
def test_possible_is_enough_on_either_side(face_of, voice_of):
    (finding,) = mismatches(film(seen(face_of), heard=[speaker(0, voice_of)]))

    statuses = {finding.identification.status, finding.voice_identification.status}
    assert statuses == {IdentificationStatus.POSSIBLE, IdentificationStatus.IDENTIFIED}


@pytest.mark.parametrize(
    "scene",
    [
        film(seen(ADA), heard=[speaker(0, ADA)]),
        film(seen(ADA), heard=[]),
        film(seen(ADA), heard=[speaker(0, STRANGER)]),
        film(seen(STRANGER), heard=[speaker(0, BEN)]),
        film(unexamined(0), heard=[speaker(0, BEN)]),
        recording(speaker(0, BEN)),
        observations(seen(ADA)),
    ],
    ids=[
        "one's own voice",
        "nobody speaks",
        "a stranger's voice",
        "a stranger's face",
        "no face examined",
        "sound alone",
        "picture alone",
    ],
)
def test_without_two_people_recognised_there_is_none(scene):
    assert mismatches(scene) == []


@pytest.mark.parametrize(
    "scene",
    [
        film(seen(ADA), seen(BEN, number=1), heard=[speaker(0, BEN)]),
        film(seen(ADA), seen(STRANGER, number=1), heard=[speaker(0, BEN)]),
        film(seen(ADA), heard=[speaker(0, BEN, (0.0, 4.0)), speaker(1, ADA, (4.0, 8.0))]),
        film(seen(ADA), heard=[speaker(0, BEN, (0.0, 6.0)), speaker(1, STRANGER, (6.0, 8.0))]),
        film(seen(ADA), heard=[speaker(0, BEN, (0.0, 7.0)), brief(1, ADA, (7.0, 8.0))]),
    ],
    ids=["the other is seen too", "a stranger is seen too", "the own voice too", "an interviewer", "an interjection"],
)
def test_where_several_are_seen_or_heard_nobody_can_say_who_speaks(scene):
    assert mismatches(scene) == []


def test_a_passer_by_and_a_word_from_off_screen_change_nothing():
    passer_by = replace(seen(STRANGER, number=1), detections=(sized(0.03),))

    assert mismatches(film(seen(ADA), passer_by, heard=[speaker(0, BEN), brief(1, STRANGER, (8.5, 9.0))]))


@pytest.mark.parametrize(
    ("face_s", "turns"),
    [
        ((0.0, 1.0, 2.0), [(0.0, 8.0)]),
        (ALL, [(0.0, 1.0)]),
        ((0.0, 1.0, 2.0), [(4.0, 9.0)]),
    ],
    ids=["seen for a moment of a long speech", "long on screen for a word", "seen before, heard after"],
)
def test_a_voice_over_is_none(face_s, turns):
    voice = speaker(0, BEN, *turns, samples=[BEN] * 3)

    assert mismatches(film(seen(ADA, face_s), heard=[voice])) == []


def test_a_face_in_the_background_speaks_to_nobody():
    small = replace(seen(ADA), detections=(sized(0.03),))

    assert mismatches(film(small, heard=[speaker(0, BEN)])) == []


def test_few_words_need_a_mouth_that_moves():
    words = brief(0, BEN, (0.0, 2.0))

    assert mismatches(film(seen(ADA), heard=[words])) == []
    assert mismatches(film(replace(seen(ADA), mouth_motion=3.0), heard=[words]))


def test_a_voice_that_is_alike_to_both_says_nothing():
    between = face({0: 0.6, 1: 0.7})

    assert mismatches(film(seen(ADA), heard=[speaker(0, between)])) == []


def test_a_voice_or_face_with_the_other_close_behind_says_nothing():
    scarcely_ben, scarcely_ada = face({0: 0.44, 1: 0.48}), face({0: 0.45, 1: 0.42})

    assert mismatches(film(seen(ADA), heard=[speaker(0, scarcely_ben)])) == []
    assert mismatches(film(seen(scarcely_ada), heard=[speaker(0, BEN)])) == []


def agreed(person: str, number: str, **changes) -> Grant:
    return grant(id=number, person=person, modality=tuple(Modality), methods=(Method.EDITED,), **changes)


def test_two_people_who_agreed_to_this_method_may_be_mixed():
    use = replace(USE, voice_method=Method.EDITED)
    both_agreed = replace(BOTH, grants=(agreed("p00", "g1"), agreed("p01", "g2")))
    one_agreed = replace(BOTH, grants=(agreed("p00", "g1"),))

    assert mismatches(film(seen(ADA), heard=[speaker(0, BEN)]), both_agreed, use=use) == []
    assert mismatches(film(seen(ADA), heard=[speaker(0, BEN)]), one_agreed, use=use)


def test_a_photograph_of_one_under_the_words_of_another_is_none():
    spoken_over = replace(seen(ADA), mouth_motion=0.4)
    speaking = replace(seen(ADA), mouth_motion=3.0)

    assert mismatches(film(spoken_over, heard=[speaker(0, BEN)])) == []
    assert mismatches(film(speaking, heard=[speaker(0, BEN)]))


def test_a_photograph_beside_the_one_who_speaks_is_no_second_face():
    beside = [replace(seen(ADA), mouth_motion=0.4), replace(seen(ADA, number=1), mouth_motion=3.0)]

    (finding,) = mismatches(film(*beside, heard=[speaker(0, BEN)]))

    assert finding.ranges == (TimeRange(start_s=0.0, end_s=8.0),)


def test_photographs_that_are_shown_too_briefly_to_be_told_are_taken_for_photographs_too():
    shown = [
        replace(seen(ADA, (0.0, 2.0, 4.0, 6.0)), mouth_motion=0.4),
        seen(ADA, (6.5, 7.0, 7.5, 8.0), number=1),
    ]

    assert mismatches(film(*shown, heard=[speaker(0, BEN)])) == []


def test_the_runner_up_of_the_story_about_two_alike_is_who_it_should_be():
    result = judge_observations(
        film(seen(ADA), heard=[speaker(0, face({0: 0.44, 1: 0.48}))]), setup(Path("models"), BOTH), NOON
    )

    (voice,) = result.voice_identifications
    assert (voice.best.person, voice.runner_up.person) == ("p01", "p00")
    assert IdentificationReason.NO_MARGIN in voice.reasons


def test_what_is_said_after_the_picture_has_ended_is_no_voice_over():
    scene = film(seen(ADA, (0.0, 2.0, 4.0)), heard=[speaker(0, BEN, (0.0, 9.0))])
    ended = replace(scene, picture=replace(scene.picture, duration_s=4.0))

    assert mismatches(scene) == []
    assert mismatches(ended)[0].ranges == (TimeRange(start_s=0.0, end_s=4.0),)


def test_what_is_said_before_the_picture_begins_is_no_voice_over():
    scene = film(seen(ADA, (5.0, 6.0, 7.0, 8.0)), heard=[speaker(0, BEN, (0.0, 8.0))])
    begun = replace(scene, picture=replace(scene.picture, begins_s=5.0))

    assert mismatches(scene) == []
    assert mismatches(begun)[0].ranges == (TimeRange(start_s=5.0, end_s=8.0),)
