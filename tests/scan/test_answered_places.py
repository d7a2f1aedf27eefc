"""A face or voice that was answered for is found again, however tracks are numbered and cut."""

from __future__ import annotations

from dataclasses import replace

from countenance.answers import Spot
from countenance.observations import Box
from countenance.people import Modality
from countenance.verdict import Severity
from scan.answered import shows, sounds, spots_at
from tests.scan.answering import ADA, LEFT, RIGHT, STRANGER, K, about, at, judged
from tests.scan.made import (
    face,
    known_by_voice,
    recording,
    speaker,
)


def test_a_face_is_found_again_by_place_and_time_however_tracks_are_numbered_and_cut() -> None:
    spots = spots_at([at(LEFT, 0, ADA, tuple(map(float, range(17))))], [])
    near = Box(x=0.13, y=0.22, width=0.2, height=0.4)

    assert len(spots) == 8
    assert shows(spots, at(near, 7, ADA, (0.0, 1.0, 2.0)))
    assert shows(spots, at(near, 8, ADA, (8.25, 8.5)))
    assert not shows(spots, at(RIGHT, 9, ADA, (0.0, 1.0, 2.0)))
    assert not shows(spots, at(LEFT, 9, ADA, (20.0, 21.0)))
    assert not shows(spots, replace(at(LEFT, 9, ADA), detections=()))
    assert not shows((), at(LEFT, 9, ADA))


def test_a_track_shorter_than_the_step_is_compared_with_the_way_between() -> None:
    moved = (LEFT, RIGHT)
    spots = tuple(
        Spot(modality=Modality.FACE, start_s=0.0, end_s=10.0, at_s=at_s, box=box)
        for at_s, box in zip((0.0, 10.0), moved, strict=True)
    )
    halfway = Box(x=0.35, y=0.2, width=0.2, height=0.4)

    assert shows(spots, at(halfway, 1, ADA, (5.0, 5.2)))
    assert not shows(spots, at(LEFT, 1, ADA, (5.0, 5.2)))


def test_a_face_at_the_same_place_after_a_cut_is_somebody_else() -> None:
    spots = spots_at([at(LEFT, 0, ADA, (0.0, 1.0, 2.0))], [])

    assert not shows(spots, at(LEFT, 1, ADA, (2.1, 3.0)))


def test_a_voice_is_found_again_where_most_of_it_lies_in_the_turns() -> None:
    spots = spots_at([], [speaker(0, ADA, (0.0, 4.0), (6.0, 10.0))])

    assert sounds(spots, speaker(3, ADA, (0.1, 3.9)))
    assert sounds(spots, speaker(3, ADA, (0.0, 4.2), (6.0, 9.8)))
    assert not sounds(spots, speaker(3, ADA, (4.0, 6.0), (10.0, 14.0)))
    assert not sounds(spots, speaker(3, ADA, (0.0, 4.0), stream=2))
    assert not sounds((), speaker(3, ADA, (0.0, 4.0)))


def test_a_word_thrown_in_while_somebody_else_speaks_is_not_their_voice() -> None:
    main = speaker(0, ADA, (0.0, 8.0))
    thrown_in = speaker(1, STRANGER, (3.0, 3.5))

    assert sounds(spots_at([], [main]), main, [thrown_in])
    assert not sounds(spots_at([], [main]), thrown_in, [main])
    assert sounds(spots_at([], [thrown_in]), thrown_in, [main])


def test_turns_that_overlap_are_one_stretch() -> None:
    spots = spots_at([], [speaker(0, ADA, (0.0, 3.0), (2.0, 4.0))])

    assert sounds(spots, speaker(1, ADA, (0.0, 4.0)))


def test_an_answer_about_one_voice_leaves_the_other_as_it_was() -> None:
    scene = recording(speaker(0, STRANGER, (0.0, 4.0)), speaker(1, face({}, own=51), (5.0, 9.0)))
    first = judged(scene, known_by_voice())

    result = judged(scene, known_by_voice(), about(first, first.findings[0], K.PASSER_BY))

    assert {one.speakers: one.severity for one in result.findings} == {
        (0,): Severity.NOTE,
        (1,): Severity.REVIEW,
    }
