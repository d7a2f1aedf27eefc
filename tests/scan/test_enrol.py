"""The gate before the registry: what is let in, what is kept out, and the word for each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.observations import FaceSample, NotExamined
from countenance.packs import LikenessScale
from scan.enrol import (
    MAX_YAW,
    MIN_QUALITY,
    MIN_SHARPNESS,
    MIN_SIZE_PX,
    Proposal,
    Refusal,
    RefusedFile,
    agreement,
    choose_faces,
    refusal_of,
)
from scan.gate import merge
from scan.refusals import refusal_words
from tests.scan.made import JPEG, SCALE, detection, face, observations, photo, portrait, sized, track, unexamined

ADA, BEN = face({0: 1.0}), face({1: 1.0})
BARE = LikenessScale(pack="bare", dimension=SCALE.dimension)


def chosen(scene, scale: LikenessScale = SCALE) -> Proposal:
    return choose_faces(Path("/somewhere/private") / scene.clip.name, scene, scale)


def why(proposal: Proposal) -> list[Refusal]:
    return [item.refusal for item in proposal.refused]


def pictures(*embeddings: bytes) -> list[Proposal]:
    return [chosen(photo(portrait(0, blob), name=f"{number}.jpg")) for number, blob in enumerate(embeddings)]


def test_a_portrait_gives_its_one_sample():
    proposal = chosen(photo(portrait(0, ADA), name="ada.jpg"))

    (accepted,) = proposal.faces
    assert (accepted.file, accepted.still, accepted.sample.embedding) == ("ada.jpg", True, ADA)
    assert len(accepted.file_sha256) == 64
    assert proposal.refused == ()


def test_a_clip_gives_the_samples_of_all_shots_of_its_one_person():
    shots = track(0, ADA), track(1, face({0: 0.9}), (5.0, 6.0))

    proposal = chosen(observations(*shots))

    assert len(proposal.faces) == 5
    assert not any(accepted.still for accepted in proposal.faces)


def test_a_file_without_a_face_is_refused():
    assert why(chosen(photo())) == [Refusal.NO_FACE]
    assert why(chosen(photo(replace(portrait(0, ADA), detections=())))) == [Refusal.NO_FACE]


def test_two_people_of_like_size_are_refused_since_nobody_can_say_who_is_meant():
    proposal = chosen(photo(portrait(0, ADA), portrait(1, BEN)))

    assert proposal.faces == ()
    assert why(proposal) == [Refusal.SEVERAL_FACES]


def test_a_small_face_in_the_background_is_left_out():
    background = portrait(1, BEN, box=sized(0.1).box)

    proposal = chosen(photo(portrait(0, ADA), background))

    assert [accepted.sample.embedding for accepted in proposal.faces] == [ADA]


def test_somebody_who_passes_through_a_clip_is_left_out():
    passer_by = track(1, BEN, (4.0, 4.3))

    proposal = chosen(observations(track(0, ADA), passer_by))

    assert {accepted.sample.embedding for accepted in proposal.faces} == {ADA}


def test_two_people_who_share_a_clip_are_refused():
    assert why(chosen(observations(track(0, ADA), track(1, BEN)))) == [Refusal.SEVERAL_FACES]


def test_two_people_are_refused_also_by_a_pack_without_figures():
    assert why(chosen(photo(portrait(0, ADA), portrait(1, BEN)), BARE)) == [Refusal.SEVERAL_FACES]
    assert why(chosen(observations(track(0, ADA), track(1, BEN, (4.0, 6.0))), BARE)) == [Refusal.SEVERAL_FACES]


def test_a_pack_without_figures_takes_the_users_word_for_several_photos():
    assert len(merge(pictures(ADA, BEN), BARE).faces) == 2


def test_people_who_look_alike_in_one_frame_are_two_people():
    siblings = track(0, ADA), track(1, face({0: 0.7}))

    assert why(chosen(observations(*siblings))) == [Refusal.SEVERAL_FACES]
    assert chosen(observations(track(0, ADA), track(1, face({0: 0.7}), (5.0, 6.0)))).faces


def test_a_mirror_in_a_photo_adds_nothing():
    mirror = portrait(1, face({0: 0.95}), box=sized(0.3).box)

    proposal = chosen(photo(portrait(0, ADA), mirror))

    assert [accepted.sample.embedding for accepted in proposal.faces] == [ADA]


def test_a_large_face_that_could_not_be_embedded_counts_as_another_person():
    assert why(chosen(observations(track(0, ADA), unexamined(1)))) == [Refusal.SEVERAL_FACES]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"size_px": MIN_SIZE_PX - 1}, Refusal.TOO_SMALL),
        ({"sharpness": MIN_SHARPNESS / 2}, Refusal.TOO_BLURRED),
        ({"yaw": MAX_YAW + 0.05}, Refusal.POSE),
        ({"yaw": -MAX_YAW - 0.05}, Refusal.POSE),
        ({"quality": MIN_QUALITY / 2}, Refusal.POOR_QUALITY),
    ],
)
def test_a_poor_face_is_refused_and_the_sentence_says_why(changes, refusal):
    proposal = chosen(photo(portrait(0, ADA, **changes)))

    assert proposal.faces == ()
    assert why(proposal) == [refusal]
    assert refusal_words(proposal.refused[0])


def test_a_face_just_good_enough_passes():
    barely = {"size_px": MIN_SIZE_PX, "sharpness": MIN_SHARPNESS, "yaw": MAX_YAW, "quality": MIN_QUALITY}

    assert refusal_of(detection(**barely)) is None


def test_of_a_clip_only_the_good_moments_are_taken():
    good, blurred = track(0, ADA).samples[0], track(0, ADA).samples[1]
    blurred = FaceSample(detection=replace(blurred.detection, sharpness=0.0), embedding=ADA, picture=JPEG)

    proposal = chosen(observations(replace(track(0, ADA), samples=(good, blurred))))

    assert [accepted.sample for accepted in proposal.faces] == [good]
    assert proposal.refused == ()


def test_where_every_moment_is_poor_the_best_one_says_why():
    small = detection(size_px=20.0, quality=0.1)
    turned = detection(yaw=1.0, quality=0.6)
    samples = tuple(FaceSample(detection=each, embedding=ADA, picture=JPEG) for each in (small, turned))

    assert why(chosen(observations(replace(track(0, ADA), samples=samples)))) == [Refusal.POSE]


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        (NotExamined.TOO_SMALL, Refusal.TOO_SMALL),
        (NotExamined.TOO_BLURRED, Refusal.TOO_BLURRED),
        (NotExamined.POSE, Refusal.POSE),
        (NotExamined.TOO_SHORT, Refusal.POOR_QUALITY),
        (None, Refusal.POOR_QUALITY),
    ],
)
def test_a_face_that_was_not_embedded_is_refused_for_the_same_reason(reason, refusal):
    assert why(chosen(photo(replace(unexamined(0), not_examined=reason)))) == [refusal]


def test_a_sample_of_somebody_else_is_kept_out():
    proposal = merge(pictures(ADA, face({0: 0.9}), BEN), SCALE)

    assert [accepted.file for accepted in proposal.faces] == ["0.jpg", "1.jpg"]
    assert proposal.refused == (RefusedFile(file="2.jpg", refusal=Refusal.OTHER_PERSON),)


def test_two_samples_that_disagree_are_both_kept_out():
    proposal = merge(pictures(ADA, BEN), SCALE)

    assert proposal.faces == ()
    assert why(proposal) == [Refusal.OTHER_PERSON] * 2


def test_most_samples_decide_who_the_person_is_wherever_the_odd_one_stands():
    for order in ((BEN, ADA, ADA), (ADA, BEN, ADA), (ADA, ADA, BEN)):
        kept = merge(pictures(*order), SCALE).faces

        assert [accepted.sample.embedding for accepted in kept] == [ADA, ADA]


def test_the_same_photo_given_twice_counts_once():
    proposal = merge([chosen(photo(portrait(0, ADA))), chosen(photo(portrait(0, ADA)))], SCALE)

    assert len(proposal.faces) == 1
    assert why(proposal) == [Refusal.SAME_PICTURE]


def test_the_moments_of_one_clip_all_count():
    assert len(merge([chosen(observations(track(0, ADA)))], SCALE).faces) == 3


def test_refusals_of_single_files_are_kept_beside_what_was_accepted():
    proposal = merge([chosen(photo(name="empty.jpg")), *pictures(ADA)], SCALE)

    assert len(proposal.faces) == 1
    assert [item.file for item in proposal.refused] == ["empty.jpg"]


def test_nothing_at_all_merges_to_nothing():
    assert merge([], SCALE) == Proposal(refused=())


def test_agreement_is_mutual_and_everybody_agrees_with_themselves():
    agrees = agreement([ADA, face({0: 0.6}), BEN], SCALE)

    assert (agrees == agrees.T).all()
    assert agrees.diagonal().all()
    assert agrees[0, 1]
    assert not agrees[0, 2]


def test_a_file_is_named_without_its_folder():
    assert "private" not in repr(chosen(photo())) + repr(chosen(photo(portrait(0, ADA))))


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_words(refusal):
    assert refusal_words(RefusedFile(file="x.jpg", refusal=refusal))


def test_an_unreadable_file_is_told_in_the_readers_own_sentence():
    assert (
        refusal_words(RefusedFile(file="x", refusal=Refusal.UNREADABLE, explanation="It is empty.")) == "It is empty."
    )
