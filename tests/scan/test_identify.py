"""Who a track is: told with vectors of chosen likeness, a real gallery, and bounds taken from the promise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.identification import Identification, IdentificationStatus
from countenance.identification import IdentificationReason as Reason
from countenance.packs import LikenessScale
from scan.gallery import build_gallery
from scan.identify import bounds_of, count_independent, identify
from scan.operating import RAREST_CLAIM, Bounds, Promise, operating_point
from scan.unmeasured import among_themselves
from tests.scan.made import SCALE, STRANGER, curve, enrolled, face, track, unexamined

IDENTIFIED, POSSIBLE = IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE
UNKNOWN, NOT_EXAMINED = IdentificationStatus.UNKNOWN, IdentificationStatus.NOT_EXAMINED
SURENESS = [NOT_EXAMINED, UNKNOWN, POSSIBLE, IDENTIFIED]
LONG, SHORT, MOMENT = (0.0, 1.0, 2.0, 3.0), (0.0, 1.0), (0.0,)


def judged(
    *tracks, people: int = 1, scale: LikenessScale = SCALE, promise: Promise | None = None
) -> list[Identification]:
    gallery = build_gallery(enrolled(people), scale)
    found, _point = identify(tracks, gallery, scale, promise or Promise())
    return list(found)


def bounds(people: int = 1, tracks: int = 1, scale: LikenessScale = SCALE) -> Bounds:
    return bounds_of(scale, operating_point(scale, Promise(), people, tracks))


def between(low: float, high: float) -> float:
    assert low < high
    return (low + high) / 2


def test_with_nobody_enrolled_everybody_is_unknown():
    (one,) = judged(track(0, face({0: 0.95})), people=0)

    assert (one.status, one.person, one.best) == (UNKNOWN, None, None)
    assert one.reasons == (Reason.NOBODY_ENROLLED,)


def test_a_likeness_below_the_review_bound_is_nobody_but_the_nearest_is_told():
    (one,) = judged(track(0, face({0: bounds().review - 0.01})))

    assert (one.status, one.person) == (UNKNOWN, None)
    assert one.reasons == (Reason.BELOW_REVIEW,)
    assert one.best.person == "p00"


def test_a_likeness_between_the_bounds_is_possible():
    (one,) = judged(track(0, face({0: between(bounds().review, bounds().block)}), LONG))

    assert (one.status, one.person) == (POSSIBLE, "p00")
    assert Reason.BELOW_BLOCK in one.reasons


def test_three_samples_a_second_apart_above_the_block_bound_identify():
    (one,) = judged(track(0, face({0: between(bounds().block, bounds().block_few)}), (0.0, 1.0, 2.0)))

    assert (one.status, one.person) == (IDENTIFIED, "p00")
    assert one.reasons == (Reason.SAMPLES_AGREE,)
    assert (one.samples, one.samples_agreeing, one.span_s) == (3, 3, 2.0)


def test_fewer_samples_need_more_likeness():
    enough_for_three = face({0: between(bounds().block, bounds().block_few)})
    enough_for_two = face({0: between(bounds().block_few, bounds().block_single)})

    assert judged(track(0, enough_for_three, SHORT))[0].status is POSSIBLE
    assert judged(track(0, enough_for_three, SHORT))[0].reasons == (Reason.FEW_SAMPLES,)
    assert judged(track(0, enough_for_two, SHORT))[0].status is IDENTIFIED


def test_a_single_picture_needs_the_most_likeness():
    enough_for_two = face({0: between(bounds().block_few, bounds().block_single)})

    assert judged(track(0, enough_for_two, MOMENT))[0].status is POSSIBLE
    assert judged(track(0, enough_for_two, MOMENT))[0].reasons == (Reason.SINGLE_PICTURE,)
    assert judged(track(0, face({0: bounds().block_single + 0.01}), MOMENT))[0].status is IDENTIFIED


def test_samples_within_one_second_count_as_one():
    enough_for_three = face({0: between(bounds().block, bounds().block_few)})

    (one,) = judged(track(0, enough_for_three, (0.0, 0.3, 0.6, 0.9)))

    assert (one.status, one.samples) == (POSSIBLE, 4)
    assert Reason.SINGLE_PICTURE in one.reasons


@pytest.mark.parametrize(
    ("times_s", "expected"), [((), 0), ((5.0,), 1), ((0.0, 0.5, 1.0, 1.5), 2), ((0.0, 1.0, 2.0), 3), ((0, 0.9, 1.9), 2)]
)
def test_independent_moments_are_a_second_apart(times_s, expected):
    assert count_independent(times_s) == expected


def test_samples_that_look_like_two_people_are_a_conflict():
    like_both = [face({0: 0.8}), face({0: 0.8}), face({1: 0.8}), face({1: 0.8})]

    (one,) = judged(track(0, face({0: 0.8}), LONG, samples=like_both), people=2)

    assert (one.status, one.person) == (POSSIBLE, "p00")
    assert one.reasons == (Reason.CONFLICT,)
    assert one.samples_agreeing == 2


def test_two_thirds_of_the_samples_are_enough_agreement():
    one_odd = [face({0: 0.8}), face({1: 0.8}), face({0: 0.8})]

    (one,) = judged(track(0, face({0: 0.8}), samples=one_odd), people=2)

    assert one.status is IDENTIFIED
    assert one.samples_agreeing == 2


def test_a_sample_that_is_like_nobody_contradicts_nothing():
    turned_away = [face({0: 0.8}), face({1: 0.05}), face({1: 0.05})]

    (one,) = judged(track(0, face({0: 0.8}), samples=turned_away), people=2)

    assert one.status is IDENTIFIED
    assert one.samples_agreeing == 1


def test_a_runner_up_almost_as_alike_leaves_it_possible():
    margin = bounds(2).margin
    near, far = face({0: 0.6, 1: 0.6 - margin / 2}), face({0: 0.6, 1: 0.6 - margin * 1.5})

    (close,), (clear,) = judged(track(0, near, LONG), people=2), judged(track(0, far, LONG), people=2)

    assert (close.status, close.reasons) == (POSSIBLE, (Reason.NO_MARGIN,))
    assert clear.status is IDENTIFIED
    assert (clear.best.person, clear.runner_up.person) == ("p00", "p01")


def test_of_two_faces_in_one_frame_the_likelier_keeps_the_name():
    found = judged(track(0, face({0: 0.8}), LONG), track(1, face({0: 0.9}), LONG), people=2)

    assert [one.status for one in found] == [POSSIBLE, IDENTIFIED]
    assert found[0].person == "p00"
    assert found[0].reasons[0] is Reason.TAKEN_IN_FRAME


def test_the_same_person_may_appear_again_later_and_another_at_the_same_time():
    again = track(1, face({0: 0.9}), (10.0, 11.0, 12.0))
    beside = track(2, face({1: 0.9}), LONG)

    found = judged(track(0, face({0: 0.8}), LONG), again, beside, people=2)

    assert [(one.status, one.person) for one in found] == [
        (IDENTIFIED, "p00"),
        (IDENTIFIED, "p00"),
        (IDENTIFIED, "p01"),
    ]


def test_beyond_the_promise_everybody_is_possible_at_most():
    scale = replace(SCALE, singles=curve(floor=1e-3))

    (one,) = judged(track(0, face({0: 1.0}), LONG), people=30, scale=scale)

    assert (one.status, one.person) == (POSSIBLE, "p00")
    assert one.reasons == (Reason.BEYOND_PROMISE,)


def test_a_bound_out_of_reach_for_few_samples_falls_back_to_the_rarest_the_figures_know():
    scale = replace(SCALE, singles=curve(floor=4e-3))

    (one,) = judged(track(0, face({0: 1.0}), MOMENT), scale=scale)

    assert bounds(scale=scale).block_single == pytest.approx(1.0)
    assert one.status is IDENTIFIED


def test_whoever_is_nearest_is_possible_at_most_where_nobody_measured_the_models():
    scale = LikenessScale(pack="bare", dimension=SCALE.dimension)

    like, unlike = judged(track(0, face({0: 1.0}), LONG), track(1, face({}), LONG), people=5, scale=scale)

    assert (like.status, like.person, like.reasons) == (POSSIBLE, "p00", (Reason.NO_FIGURES,))
    assert (unlike.status, unlike.person, unlike.best) == (UNKNOWN, None, None)
    assert unlike.reasons == (Reason.NO_FIGURES,)


def test_without_figures_two_people_are_no_strangers_to_each_other():
    scale = LikenessScale(pack="bare", dimension=SCALE.dimension)
    gallery = build_gallery(enrolled(2), scale)

    assert among_themselves(gallery) == -float("inf")
    (one,), _point = identify([track(0, face({}), LONG)], gallery, scale, Promise())
    assert one.status is POSSIBLE


def test_without_figures_somebody_ruled_out_is_not_possible():
    scale = LikenessScale(pack="bare", dimension=SCALE.dimension)
    gallery = build_gallery(enrolled(5), scale)

    (one,), _point = identify([track(0, face({0: 1.0}), LONG)], gallery, scale, Promise(), ruled_out={0: ["p00"]})

    assert (one.status, one.person) == (UNKNOWN, None)


def test_a_face_that_could_not_be_examined_is_not_compared():
    (one, other) = judged(unexamined(0), track(1, face({0: 0.9}), LONG))

    assert (one.status, one.best, one.reasons) == (NOT_EXAMINED, None, (Reason.NOT_EXAMINED,))
    assert other.status is IDENTIFIED


def test_only_examined_faces_share_the_promise():
    gallery = build_gallery(enrolled(3), SCALE)

    _found, point = identify([unexamined(0), track(1, face({0: 0.9}))], gallery, SCALE, Promise())

    assert (point.people, point.tracks) == (3, 1)


def test_likeness_among_generated_faces_reviews_but_does_not_block():
    scale = replace(SCALE, generated=curve(reach=1.5))
    alike = face({0: between(bounds().block, bounds(scale=scale).block)})

    assert judged(track(0, alike, LONG))[0].status is IDENTIFIED
    assert judged(track(0, alike, LONG), scale=scale)[0].status is POSSIBLE


def test_no_likeness_is_said_to_be_rarer_than_the_figures_can_tell():
    (one,) = judged(track(0, face({0: 1.0}), LONG))

    assert one.best.rate == RAREST_CLAIM
    assert one.best.rate_is_capped


def test_a_middling_likeness_has_a_rate_of_its_own():
    (one,) = judged(track(0, face({0: 0.5}), LONG))

    assert one.best.rate == pytest.approx(1e-3, rel=0.05)
    assert not one.best.rate_is_capped


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from([LONG, SHORT, MOMENT]), st.integers(1, 30))
def test_more_likeness_is_never_less_sure(a, b, times_s, people):
    low, high = sorted((a, b))

    (less,), (more,) = (judged(track(0, face({0: score}), times_s), people=people) for score in (low, high))

    assert SURENESS.index(more.status) >= SURENESS.index(less.status)
    assert more.best.rate <= less.best.rate + 1e-9


@given(st.floats(0.0, 1.0), st.integers(1, 19), st.integers(1, 19), st.integers(0, 8))
def test_more_people_enrolled_or_more_faces_seen_never_make_it_surer(cosine, a, b, others):
    few, many = sorted((a, b))
    one = track(0, face({0: cosine}), LONG)
    crowd = [track(1 + number, face({}, own=STRANGER + number), LONG) for number in range(others)]

    alone, among = judged(one, people=few)[0], judged(one, *crowd, people=many)[0]

    assert SURENESS.index(among.status) <= SURENESS.index(alone.status)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=5))
def test_nobody_is_identified_twice_in_one_frame(cosines):
    tracks = [track(number, face({0: cosine}), LONG) for number, cosine in enumerate(cosines)]

    found = judged(*tracks)

    assert sum(one.status is IDENTIFIED for one in found) <= 1
