from __future__ import annotations

from dataclasses import replace

import pytest

from scan.prominence import (
    CROWD,
    CROWD_SIZE,
    PROMINENT_S,
    PROMINENT_SIZE,
    PROMINENT_SPEECH_S,
    PROMINENT_SPEECH_SHARE,
    is_prominent_voice,
    prominent_tracks,
)
from tests.scan.made import brief, face, observations, photo, sized, sound, speaker, track

LARGE, SMALL = PROMINENT_SIZE * 1.5, PROMINENT_SIZE * 0.9


def seen(number: int, share: float, start_s: float = 0.0, end_s: float = 3.0):
    return replace(
        track(number, face({}), (start_s, end_s)), detections=(sized(share, start_s), sized(share * 0.8, end_s))
    )


def asked_about(scene) -> set[int]:
    return set(prominent_tracks(scene.tracks, scene.clip))


def test_a_large_and_lasting_face_is_asked_about():
    assert asked_about(observations(seen(0, LARGE))) == {0}


def test_a_small_face_is_not():
    assert asked_about(observations(seen(0, SMALL))) == set()


def test_a_brief_face_is_not():
    assert asked_about(observations(seen(0, LARGE, 0.0, PROMINENT_S * 0.9))) == set()


def test_in_a_short_clip_a_brief_face_is_a_large_part_of_it():
    scene = observations(seen(0, LARGE, 0.0, 0.4))
    short = replace(scene, clip=replace(scene.clip, duration_s=1.5))

    assert asked_about(scene) == set()
    assert asked_about(short) == {0}


def test_in_a_photo_nothing_is_brief():
    assert asked_about(photo(seen(0, LARGE, 0.0, 0.0))) == {0}


@pytest.mark.parametrize("faces", [CROWD, CROWD + 1])
def test_in_a_crowd_only_the_largest_are_asked_about(faces):
    crowd = [seen(number, LARGE) for number in range(faces - 1)]

    asked = asked_about(observations(*crowd, seen(faces - 1, CROWD_SIZE * 1.2)))

    assert asked == ({faces - 1} if faces > CROWD else set(range(faces)))


def test_people_one_after_the_other_are_no_crowd():
    parade = [seen(number, LARGE, 2.0 * number, 2.0 * number + 1.5) for number in range(CROWD + 4)]

    assert len(asked_about(observations(*parade))) == CROWD + 4


def test_a_track_without_a_kept_detection_is_not_asked_about():
    assert asked_about(observations(replace(seen(0, LARGE), detections=()))) == set()


def test_a_sentence_is_asked_about_and_an_interjection_is_not():
    long_s = PROMINENT_SPEECH_S * 1.1
    talk = sound(speech_s=60.0)

    assert is_prominent_voice([speaker(0, face({}), (0.0, long_s))], talk)
    assert is_prominent_voice([speaker(0, face({}), (0.0, 2.0)), speaker(1, face({}), (4.0, 6.0))], talk)
    assert not is_prominent_voice([speaker(0, face({}), (0.0, 2.0))], talk)
    assert not is_prominent_voice([brief(0, face({}), (0.0, long_s))], talk)


def test_a_word_is_asked_about_where_little_else_is_said():
    word = [brief(0, face({}), (0.0, 1.0))]

    assert is_prominent_voice(word, sound(speech_s=1 / PROMINENT_SPEECH_SHARE))
    assert not is_prominent_voice(word, sound(speech_s=1.1 / PROMINENT_SPEECH_SHARE))
