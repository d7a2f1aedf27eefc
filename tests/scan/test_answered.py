"""What the user answered about somebody in a clip decides who they are in every later check of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countenance.answers import AnswerKind
from countenance.decisions import ClipMark
from countenance.identification import IdentificationReason, IdentificationStatus
from countenance.judgement import JudgementKind
from countenance.people import Modality
from countenance.verdict import FindingKind, Severity, UnknownPolicy, Verdict
from scan.answered import in_force
from scan.cast import CastMember
from scan.known import Known
from tests.scan.answering import FOUND, LEFT, ONE, RIGHT, STRANGER, K, about, asked, at, judged, later, only
from tests.scan.made import (
    brief,
    face,
    film,
    grant,
    known,
    known_by_voice,
    observations,
    recording,
    speaker,
)


def test_somebody_unknown_who_is_named_is_judged_by_their_grants() -> None:
    people = known(grants=(grant(),))
    answer = about(*asked(people=people), K.THIS_IS, "p00")

    result = judged(ONE, people, answer)

    finding = only(result)
    assert (finding.person, finding.judgement.rests_on, result.verdict) == ("p00", "g1", Verdict.PERMITTED)
    assert finding.identification.status is IdentificationStatus.IDENTIFIED
    assert finding.identification.reasons == (IdentificationReason.NAMED_BY_USER,)
    assert finding.sentence.startswith("Kim answered on November 21, 2026: this is Name of p00.")
    assert (finding.answer, finding.answer_counts, finding.likeness) == (answer, True, "")
    assert "Name of p00" not in finding.unnamed.sentence + finding.unnamed.title
    assert "Kim" not in finding.unnamed.sentence


def test_naming_somebody_without_a_grant_blocks_like_any_recognition() -> None:
    answer = about(*asked(), K.THIS_IS, "p00")

    result = judged(ONE, known(), answer)

    assert (result.verdict, only(result).judgement.kind) == (Verdict.BLOCKED, JudgementKind.NOT_PERMITTED)


def test_somebody_possible_is_confirmed_by_name_and_keeps_the_likeness() -> None:
    unsure = observations(at(LEFT, 0, face({0: 0.3})))
    people = known(grants=(grant(),))
    first = judged(unsure, people)
    assert only(first).judgement.kind is JudgementKind.POSSIBLE_MATCH

    result = judged(unsure, people, about(first, only(first), K.THIS_IS, "p00"))

    assert result.verdict is Verdict.PERMITTED
    assert only(result).likeness.startswith("Among strangers’ clips")


def test_naming_somebody_who_is_not_there_any_more_does_nothing_and_says_so() -> None:
    answer = about(*asked(), K.THIS_IS, "p99")

    result = judged(ONE, known(), answer)

    finding = only(result)
    assert (finding.person, finding.answer, finding.answer_counts) == (None, answer, False)
    assert "that person is not in this registry, so the answer does not count" in finding.sentence
    assert (finding.severity, result.verdict) == (Severity.REVIEW, Verdict.REVIEW)


def test_whom_the_user_ruled_out_stays_listed_as_somebody_unknown() -> None:
    first, finding = asked(FOUND)
    assert first.verdict is Verdict.BLOCKED

    result = judged(FOUND, known(), about(first, finding, K.NOT_THIS, "p00"))

    told = only(result)
    assert (told.person, told.title) == (None, "Said not to be Name of p00")
    assert "Kim answered on November 21, 2026: this is not Name of p00." in told.sentence
    assert "Nobody else in the registry looks alike enough" in told.sentence
    assert "Name of p00" not in told.unnamed.title + told.unnamed.sentence
    assert (told.severity, result.verdict) == (Severity.REVIEW, Verdict.REVIEW)
    assert told.likeness == ""
    assert told.identification.reasons == (IdentificationReason.RULED_OUT,)


def test_whom_the_user_ruled_out_weighs_as_an_unknown_person_by_the_policy() -> None:
    first, finding = asked(FOUND)
    answer = about(first, finding, K.NOT_THIS, "p00")

    result = judged(FOUND, known(), answer, unknown=UnknownPolicy.NOTE)

    assert (only(result).severity, result.verdict) == (Severity.NOTE, Verdict.NO_MATCH)


def test_the_next_person_may_be_possible_and_never_more() -> None:
    scene = observations(at(LEFT, 0, face({0: 0.75, 1: 0.6})))
    first, finding = asked(scene, known(3))
    assert finding.person == "p00"

    answer = about(first, finding, K.NOT_THIS, "p00")
    result = judged(scene, known(3), answer)

    told = only(result)
    assert (told.person, told.judgement.kind) == ("p01", JudgementKind.POSSIBLE_MATCH)
    assert told.identification.runner_up.person == "p02"
    assert told.sentence.startswith("Kim answered on November 21, 2026: this is not Name of p00.")
    assert "the user ruled out who looks most alike" in told.likeness

    both = judged(scene, known(3), answer, later(about(result, told, K.NOT_THIS, "p01")))
    assert (only(both).person, only(both).identification.best.person) == (None, "p02")
    assert only(both).sentence.count("this is not") == 2


def test_ruling_out_somebody_it_was_not_taken_for_changes_nothing_but_is_told() -> None:
    first, finding = asked(FOUND, known(2, grants=(grant(),)))

    result = judged(FOUND, known(2, grants=(grant(),)), about(first, finding, K.NOT_THIS, "p01"))

    assert (only(result).person, result.verdict) == ("p00", Verdict.PERMITTED)
    assert "this is not Name of p01" in only(result).sentence


def test_a_face_that_is_ruled_out_no_longer_takes_the_place_of_the_real_one() -> None:
    scene = observations(at(LEFT, 0, face({0: 0.97})), at(RIGHT, 1, face({0: 0.93}, own=45)))
    first = judged(scene, known())
    wrong = replace(only(first), tracks=(0,))
    assert [one.status for one in first.identifications] == [
        IdentificationStatus.IDENTIFIED,
        IdentificationStatus.POSSIBLE,
    ]

    result = judged(scene, known(), about(first, wrong, K.NOT_THIS, "p00"))

    assert [one.status for one in result.identifications] == [
        IdentificationStatus.UNKNOWN,
        IdentificationStatus.IDENTIFIED,
    ]


def test_somebody_invented_leaves_nobody_to_ask() -> None:
    result = judged(ONE, known(), about(*asked(), K.INVENTED))

    finding = only(result)
    assert (finding.judgement.kind, finding.severity) == (JudgementKind.CLEAR, Severity.NOTE)
    assert "this is nobody real, but invented" in finding.sentence
    assert result.verdict is Verdict.NO_MATCH


@pytest.mark.parametrize(
    ("kind", "title", "words"),
    [
        (K.RELEASED, "A release is on hand", "this person has given a release (folder 3)"),
        (K.PASSER_BY, "Passer-by", "this is a passer-by (folder 3)"),
    ],
)
def test_a_release_or_a_passer_by_is_a_note_in_the_users_words(kind: AnswerKind, title: str, words: str) -> None:
    result = judged(ONE, known(), about(*asked(), kind, note="folder 3"))

    finding = only(result)
    assert (finding.severity, finding.title, result.verdict) == (Severity.NOTE, title, Verdict.NO_MATCH)
    assert words in finding.sentence
    assert finding.next_step
    assert "folder 3" not in finding.unnamed.sentence


@pytest.mark.parametrize("kind", [K.INVENTED, K.RELEASED, K.PASSER_BY])
def test_nobody_enrolled_is_made_invisible_by_an_answer_that_does_not_name_them(kind: AnswerKind) -> None:
    first, finding = asked(FOUND)

    result = judged(FOUND, known(), about(first, finding, kind))

    told = only(result)
    assert (told.person, result.verdict, told.answer_counts) == ("p00", Verdict.BLOCKED, False)
    assert "say first that it is not Name of p00" in told.sentence
    assert "Name of p00" not in told.unnamed.sentence


def test_an_old_answer_gives_way_once_somebody_is_enrolled_who_is_recognised() -> None:
    answer = about(*asked(FOUND, Known()), K.PASSER_BY)

    assert judged(FOUND, Known(), answer).verdict is Verdict.NO_MATCH
    assert judged(FOUND, known(), answer).verdict is Verdict.BLOCKED


def test_who_is_ruled_out_and_then_settled_is_told_of_with_both_answers() -> None:
    first, finding = asked(FOUND)
    rejected = about(first, finding, K.NOT_THIS, "p00")

    result = judged(FOUND, known(), rejected, later(rejected, kind=K.RELEASED, person="", note="folder 3"))

    told = only(result)
    assert (result.verdict, told.answer.kind) == (Verdict.NO_MATCH, K.RELEASED)
    assert "this is not Name of p00" in told.sentence
    assert "folder 3" in told.sentence


def test_an_absent_person_named_for_somebody_ruled_out_is_told_as_well() -> None:
    first, finding = asked(FOUND)
    rejected = about(first, finding, K.NOT_THIS, "p00")

    result = judged(FOUND, known(), rejected, later(rejected, kind=K.THIS_IS, person="p99"))

    assert "this is not Name of p00" in only(result).sentence
    assert "does not count" in only(result).sentence


def test_strangers_with_different_answers_are_different_questions() -> None:
    scene = observations(at(LEFT, 0, STRANGER, (0.0, 1.0, 2.0)), at(LEFT, 1, STRANGER, (5.0, 6.0, 7.0)))
    first = judged(scene, known())
    assert only(first).tracks == (0, 1)

    result = judged(scene, known(), about(first, replace(only(first), tracks=(1,)), K.PASSER_BY))

    assert [(one.tracks, one.severity) for one in result.findings] == [
        ((0,), Severity.REVIEW),
        ((1,), Severity.NOTE),
    ]


def test_somebody_named_beyond_the_cast_is_told_of() -> None:
    result = judged(
        ONE,
        known(2, grants=(grant(),)),
        about(*asked(), K.THIS_IS, "p00"),
        cast=(CastMember(person="p01", name="Name of p01", modality=(Modality.FACE,)),),
    )

    assert [one.person for one in result.findings if one.kind is FindingKind.CAST] == ["p00", "p01"]


def test_an_answer_about_another_clip_says_nothing() -> None:
    answer = about(*asked(), K.PASSER_BY, clip=ClipMark(sha256="9" * 64))

    assert judged(ONE, known(), answer).verdict is Verdict.REVIEW


def test_an_answer_without_its_author_is_told_without_one() -> None:
    result = judged(ONE, known(), about(*asked(), K.INVENTED, by=""))

    assert only(result).sentence.startswith("It was answered on November 21, 2026")


def test_a_voice_is_answered_for_apart_from_the_face() -> None:
    scene = film(at(LEFT, 0, STRANGER), heard=[speaker(0, face({0: 0.95}))])
    people = known_by_voice()
    first = judged(scene, people)
    (heard,) = [one for one in first.findings if one.kind is FindingKind.VOICE]

    result = judged(scene, people, about(first, heard, K.NOT_THIS, "p00"))

    kinds = {one.kind: one for one in result.findings}
    assert "Nobody else in the registry sounds alike enough" in kinds[FindingKind.VOICE].sentence
    assert kinds[FindingKind.LIKENESS].answer is None


def test_a_brief_voice_that_is_ruled_out_is_not_compared_any_more() -> None:
    scene = recording(brief(0, face({0: 0.95})))
    people = known_by_voice()
    first = judged(scene, people)
    assert only(first).judgement.kind is JudgementKind.POSSIBLE_MATCH

    result = judged(scene, people, about(first, only(first), K.NOT_THIS, "p00"))

    assert only(result).identification.status is IdentificationStatus.NOT_EXAMINED


def test_the_last_answer_about_a_place_counts_and_taking_it_back_restores_the_one_before() -> None:
    first = about(*asked(), K.PASSER_BY)
    second = later(first, kind=K.RELEASED)

    assert only(judged(ONE, known(), second, first)).answer == second
    assert only(judged(ONE, known(), first)).answer == first


def test_this_is_and_this_is_not_the_same_person_take_each_other_back() -> None:
    yes = about(*asked(), K.THIS_IS, "p00")
    no = later(yes, kind=K.NOT_THIS)

    assert in_force([yes, no]) == in_force([no])
    assert in_force([no, yes]) == in_force([yes])
    assert in_force([yes, replace(no, person="p01")]).who == yes
