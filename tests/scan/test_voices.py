"""Who speaks: told with speakers of chosen likeness, by the rule of tracks, under the budget that both share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.identification import Identification, IdentificationStatus
from countenance.identification import IdentificationReason as Reason
from countenance.observations import NotExamined
from countenance.people import Modality
from countenance.verdict import CheckResult
from scan.check import judge_observations
from scan.gallery import build_gallery
from scan.identify import bounds_of, identify
from scan.known import Known
from scan.operating import Promise, operating_point
from scan.unknowns import gather_unknowns
from tests.scan.made import (
    DEAF,
    NOON,
    VOICE_SCALE,
    brief,
    enrolled,
    face,
    film,
    known,
    known_by_voice,
    recording,
    setup,
    speaker,
    track,
    unexamined,
    voice_sample,
)

IDENTIFIED, POSSIBLE = IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE
UNKNOWN, NOT_EXAMINED = IdentificationStatus.UNKNOWN, IdentificationStatus.NOT_EXAMINED
ADA, BEN, STRANGER = face({0: 0.95}), face({1: 0.95}), face({}, own=50)


def judged(*speakers, people: int = 1) -> list[Identification]:
    gallery = build_gallery(enrolled(people), VOICE_SCALE)
    found, _point = identify(speakers, gallery, VOICE_SCALE, Promise(), Modality.VOICE)
    return list(found)


def checked(scene, people: Known, **changes) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people, **changes), NOON)


def test_somebody_enrolled_is_identified_by_three_samples_that_share_no_sound():
    (one,) = judged(speaker(0, ADA))

    assert (one.status, one.person, one.modality) == (IDENTIFIED, "p00", Modality.VOICE)
    assert (one.samples, one.samples_agreeing, one.reasons) == (3, 3, (Reason.SAMPLES_AGREE,))


def test_a_stranger_is_unknown():
    (one,) = judged(speaker(0, STRANGER))

    assert (one.status, one.person, one.reasons) == (UNKNOWN, None, (Reason.BELOW_REVIEW,))


def test_a_voice_that_is_too_short_raises_an_alarm_and_is_never_certain():
    (one, other) = judged(brief(0, ADA), speaker(1, ADA, (2.0, 10.0)))

    assert (one.status, one.person, one.reasons) == (POSSIBLE, "p00", (Reason.TOO_SHORT,))
    assert other.status is IDENTIFIED


def test_a_voice_that_is_too_short_clears_nobody():
    (one,) = judged(brief(0, STRANGER))

    assert (one.status, one.best, one.reasons) == (NOT_EXAMINED, None, (Reason.NOT_EXAMINED,))


@pytest.mark.parametrize(
    "voice",
    [
        brief(0, ADA, (0.0, 0.9)),
        brief(0, ADA, (0.0, 2.0), overlapped_s=1.1),
        brief(0, b"", samples=[]),
        speaker(0, ADA, not_examined=NotExamined.OVERLAPPED),
    ],
    ids=["less than a second", "less than a second alone", "nothing embedded", "always overlapped"],
)
def test_what_is_hardly_heard_at_all_is_not_compared(voice):
    (one,) = judged(voice)

    assert (one.status, one.best) == (NOT_EXAMINED, None)


def test_a_short_voice_between_two_people_says_so():
    (one,) = judged(brief(0, face({0: 0.6, 1: 0.58})), people=2)

    assert (one.status, one.reasons) == (POSSIBLE, (Reason.TOO_SHORT, Reason.NO_MARGIN))


def test_a_voice_of_shreds_alone_is_a_voice_too_short():
    shreds = speaker(0, ADA, samples=[])

    (one,) = judged(shreds)

    assert (one.status, one.samples, one.span_s, one.reasons) == (POSSIBLE, 0, 0.0, (Reason.TOO_SHORT,))


def test_a_short_voice_counts_among_those_who_share_the_promise():
    gallery = build_gallery(enrolled(1), VOICE_SCALE)
    speakers = [speaker(0, STRANGER), brief(1, STRANGER), brief(2, STRANGER, (0.0, 0.5))]

    _found, point = identify(speakers, gallery, VOICE_SCALE, Promise(), Modality.VOICE)

    assert point.tracks == 2


def test_nobody_is_suspected_of_a_short_voice_where_nobody_is_enrolled():
    (one,) = judged(brief(0, ADA), people=0)

    assert one.status is NOT_EXAMINED


def test_short_samples_are_no_independent_evidence():
    bounds = bounds_of(VOICE_SCALE, operating_point(VOICE_SCALE, Promise(), 1, 1))
    enough_for_three = face({0: (bounds.block + bounds.block_few) / 2})
    short = tuple(voice_sample(3.0 * place, enough_for_three, 1.0) for place in range(3))

    assert judged(speaker(0, enough_for_three))[0].status is IDENTIFIED
    (one,) = judged(replace(speaker(0, enough_for_three), samples=short))
    assert (one.status, one.reasons) == (POSSIBLE, (Reason.SINGLE_PICTURE,))


def test_of_two_who_speak_at_once_the_likelier_keeps_the_name():
    at_once = judged(speaker(0, face({0: 0.8}), (0.0, 8.0)), speaker(1, ADA, (7.0, 15.0)))
    in_turn = judged(speaker(0, face({0: 0.8}), (0.0, 8.0)), speaker(1, ADA, (8.5, 15.0)))
    elsewhere = judged(speaker(0, face({0: 0.8})), speaker(1, ADA, stream=2))

    assert [one.status for one in at_once] == [POSSIBLE, IDENTIFIED]
    assert at_once[0].reasons[0] is Reason.TAKEN_IN_FRAME
    assert [one.status for one in in_turn] == [IDENTIFIED, IDENTIFIED]
    assert [one.status for one in elsewhere] == [IDENTIFIED, IDENTIFIED]


@pytest.mark.parametrize(
    ("scene", "people", "shares"),
    [
        (film(track(0, ADA), heard=[speaker(0, ADA)]), known_by_voice(), (2, 2)),
        (film(track(0, ADA), heard=[speaker(0, ADA)]), known(), (1, None)),
        (film(track(0, ADA), heard=[brief(0, ADA)]), known_by_voice(), (2, 2)),
        (film(track(0, ADA), heard=[brief(0, ADA, (0.0, 0.5))]), known_by_voice(), (1, None)),
        (film(track(0, ADA), heard=[]), known_by_voice(), (1, None)),
        (film(unexamined(0), heard=[speaker(0, ADA)]), known_by_voice(), (None, 1)),
        (recording(speaker(0, ADA)), known_by_voice(), (None, 1)),
        (recording(speaker(0, ADA)), known_by_voice(templates={}), (None, 1)),
        (film(heard=[]), known_by_voice(), (1, None)),
        (film(heard=[]), known_by_voice(templates={}), (None, 1)),
    ],
    ids=[
        "both",
        "no voice enrolled",
        "a short voice",
        "too short a voice",
        "nobody heard",
        "too small a face",
        "sound alone",
        "no face enrolled",
        "nobody at all",
        "nobody at all, no face enrolled",
    ],
)
def test_faces_and_voices_share_the_promise_only_where_both_are_compared(scene, people, shares):
    result = checked(scene, people)

    points = (result.operating_point, result.voice_operating_point)
    assert [point and point.review_fpir for point in points] == [share and 0.05 / share for share in shares]
    assert [point and point.block_fpir for point in points] == [share and 0.005 / share for share in shares]


def test_the_parts_of_a_promise_are_the_promise():
    whole = Promise(review_fpir=0.04, block_fpir=0.002)

    assert whole.shared_by(2) == Promise(review_fpir=0.02, block_fpir=0.001)
    assert whole.shared_by(1) == whole.shared_by(0) == whole


def test_a_pack_that_knows_no_voices_compares_none():
    result = checked(film(track(0, ADA), heard=[speaker(0, ADA)]), known(), card=DEAF)

    (one,) = result.voice_identifications
    assert (one.status, one.reasons, one.modality) == (UNKNOWN, (Reason.NOBODY_ENROLLED,), Modality.VOICE)
    assert result.voice_operating_point is None


def test_a_pack_without_figures_for_voices_says_so():
    bare = replace(DEAF, voice=replace(VOICE_SCALE, singles=None))

    result = checked(recording(speaker(0, ADA)), known_by_voice(), card=bare)

    assert result.voice_identifications[0].reasons == (Reason.NO_FIGURES,)


def ids(groups) -> list[list[int]]:
    return [[one.id for one in group] for group in groups]


def gathered(*speakers) -> list[list[int]]:
    return ids(gather_unknowns(speakers, VOICE_SCALE, Modality.VOICE))


def test_one_stranger_told_into_two_speakers_is_one_question():
    split = speaker(0, STRANGER, (0.0, 4.0)), speaker(1, face({60: 0.3}, own=50), (5.0, 9.0))

    assert gathered(*split) == [[0, 1]]
    assert gathered(split[0], speaker(1, BEN, (5.0, 9.0))) == [[0], [1]]


def test_the_same_speech_in_two_streams_is_one_question():
    assert gathered(speaker(0, STRANGER), speaker(1, STRANGER, stream=2)) == [[0, 1]]


def test_two_who_speak_at_once_are_two_people_however_alike():
    assert gathered(speaker(0, STRANGER, (0.0, 4.0)), speaker(1, STRANGER, (3.0, 7.0))) == [[0], [1]]
