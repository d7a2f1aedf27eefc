"""What the user answered about somebody in a clip reaches that face or voice in every later check of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.answers import Answer, AnswerKind, Spot
from countenance.decisions import ClipMark
from countenance.identification import IdentificationReason, IdentificationStatus
from countenance.judgement import Declaration, JudgementKind, MatchKind
from countenance.observations import Box, FaceTrack
from countenance.people import Modality
from countenance.verdict import CheckResult, Finding, FindingKind, RegistryFacts, Severity, UnknownPolicy, Verdict
from reports import findings_csv, report_document, report_html
from scan.answered import in_force, mark_of, shows, sounds, spots_at, spots_of
from scan.cast import CastMember
from scan.certificate import record_of, remembered_people
from scan.check import check_clip, judge_observations
from scan.knowing import known_from_registry
from scan.known import Decisions, Known
from tests.registry.people import TODAY
from tests.scan.made import (
    CARD,
    NOON,
    brief,
    detection,
    face,
    film,
    grant,
    known,
    known_by_voice,
    observations,
    recording,
    setup,
    sized,
    speaker,
    track,
)
from tests.scan.test_enrolment import ADA as ADA_ENROLLED
from tests.scan.test_enrolment import enrol

LONG = (0.0, 1.0, 2.0, 3.0)
ADA, TWIN, STRANGER = face({0: 0.95}), face({0: 0.95, 1: 0.3}), face({}, own=50)
LEFT, RIGHT = Box(x=0.1, y=0.2, width=0.2, height=0.4), Box(x=0.6, y=0.2, width=0.2, height=0.4)
K = AnswerKind


def at(box: Box, number: int, embedding: bytes, times_s=LONG, **changes) -> FaceTrack:
    plain = track(number, embedding, times_s, **changes)
    seen = tuple(replace(one, box=box) for one in plain.detections)
    return replace(plain, detections=seen)


def judged(scene, people: Known, *answers: Answer, **changes) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people, answers=answers, **changes), NOON)


def about(result: CheckResult, finding: Finding, kind: AnswerKind, person: str = "", **changes) -> Answer:
    plain = Answer(
        id="N0001",
        clip=mark_of(result),
        kind=kind,
        spots=spots_of(result, finding),
        person=person,
        by="Kim",
        at=NOON,
    )
    return replace(plain, **changes)


def later(answer: Answer, number: int = 2, **changes) -> Answer:
    return replace(answer, id=f"N{number:04d}", at=NOON + timedelta(minutes=number), **changes)


ONE = observations(at(LEFT, 0, STRANGER))
FOUND = observations(at(LEFT, 0, ADA))


def only(result: CheckResult) -> Finding:
    (finding,) = result.findings
    return finding


def asked(scene=ONE, people: Known | None = None) -> tuple[CheckResult, Finding]:
    result = judged(scene, people or known())
    return result, result.findings[0]


# --- what each answer does ---


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


# --- which answers count ---


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


# --- finding the place again ---


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


# --- where answers come from, and where they go ---


def test_an_answer_that_the_registry_keeps_reaches_the_next_check(registry) -> None:
    ada = enrol(registry, "Ada", ADA_ENROLLED)
    people = known_from_registry(registry, CARD, TODAY)
    scene = observations(at(LEFT, 0, ADA_ENROLLED))
    first = judged(scene, people)

    kept = registry.answers.keep(about(first, only(first), K.NOT_THIS, ada))
    after = judged(scene, people)
    registry.answers.take_back(kept.id)

    assert (only(after).person, only(after).answer) == (None, kept)
    assert "Ada" in only(after).title
    assert only(judged(scene, people)).person == ada


def test_an_answer_follows_two_people_who_turned_out_to_be_one(registry) -> None:
    ada, other = enrol(registry, "Ada", ADA_ENROLLED), enrol(registry, "Eve", face({2: 1.0}))
    scene = observations(at(LEFT, 0, STRANGER))
    people = known_from_registry(registry, CARD, TODAY)
    first = judged(scene, people)
    elsewhere = about(first, only(first), K.THIS_IS, other)
    registry.merge(ada, other)

    assert only(judged(scene, people, elsewhere)).person == ada


def test_an_erased_person_leaves_the_answer_of_the_window_without_effect(registry) -> None:
    scene = observations(at(LEFT, 0, STRANGER))
    people = known_from_registry(registry, CARD, TODAY)
    first = judged(scene, people)

    assert only(judged(scene, people, about(first, only(first), K.THIS_IS, "P0404"))).answer_counts is False


class Watcher:
    """Stands for the detectors, and counts how often a clip's streams are asked for."""

    marked = 0

    def examine(self, *_asked):
        return ONE

    def mark(self, _path, **_how):
        self.marked += 1
        return ClipMark(sha256=ONE.clip.sha256, streams="ab" * 32)


def test_the_same_clip_in_another_file_is_found_by_its_streams() -> None:
    answer = about(*asked(), K.PASSER_BY, clip=ClipMark(sha256="9" * 64, streams="ab" * 32))
    watcher = Watcher()

    result = check_clip(Path("clip.mp4"), watcher, setup(Path("models"), known(), answers=(answer,)), NOON)

    assert (watcher.marked, result.verdict, mark_of(result).streams) == (1, Verdict.NO_MATCH, "ab" * 32)


def test_a_report_tells_the_answer_and_a_redacted_one_nobodys_name() -> None:
    first, finding = asked(FOUND)
    result = judged(FOUND, known(), about(first, finding, K.NOT_THIS, "p00", note="I know her sister"))

    told = report_document(result, redact=False).findings[0].answer
    redacted = report_document(result, redact=True)

    assert (told.kind, told.person, told.by, told.note, told.counts) == (
        K.NOT_THIS,
        "p00",
        "Kim",
        "I know her sister",
        True,
    )
    assert (redacted.findings[0].answer.person, redacted.findings[0].answer.by) == ("A", "")
    assert "not this person, by Kim on November 21, 2026" in report_html(result, redact=False)
    page = report_html(result, redact=True)
    assert "not this person, on November 21, 2026" in page
    assert not [name for name in ("Kim", "Name of p00", "sister") if name in page]
    assert ",not_this,Kim" in findings_csv([result])


def test_a_file_name_with_the_name_of_somebody_ruled_out_is_left_out_of_a_redacted_report() -> None:
    scene = observations(at(LEFT, 0, ADA), name="Name of p00.mp4")
    first = judged(scene, known())

    result = judged(scene, known(), about(first, only(first), K.NOT_THIS, "p00"))

    assert report_document(result, redact=True).clip.name == "(left out)"


# --- what is kept of a check ---


def test_a_record_says_which_answer_a_judgement_rests_on_and_no_likeness_of_others() -> None:
    people = known(2, grants=(grant(),), facts=None)
    scene = observations(at(LEFT, 0, STRANGER, (0.0, 1.0, 2.0)), at(RIGHT, 1, face({}, own=51)))
    first = judged(scene, people)
    one, other = first.findings
    named = about(first, one, K.THIS_IS, "p00")
    released = later(about(first, other, K.RELEASED, note="folder 3"))
    result = judged(scene, people, named, released)

    facts = RegistryFacts(id="r", revision=1, people=2, grants=1)
    record = record_of(replace(result, registry=facts), mark_of(result), "", people)
    kept = remembered_people(result, {"N0001"})

    assert (record.people[0].person, record.people[0].answer, record.people[0].rate) == ("p00", K.THIS_IS, None)
    assert record.people[1].answer is K.RELEASED
    assert "folder 3" not in repr(record)
    assert [(each.answer, each.settled, each.asked_about) for each in kept] == [
        ("N0001", False, True),
        ("", True, False),
    ]
    assert kept[0].found.match is MatchKind.TAGGED
    assert all(each.spots for each in kept)


def test_who_was_declared_invented_is_remembered_so() -> None:
    result = judged(ONE, known(), about(*asked(), K.INVENTED))

    (one,) = remembered_people(result, {"N0001"})
    assert (one.found.declared, one.answer, one.settled) == (Declaration.SYNTHETIC, "N0001", True)


def test_small_faces_are_answered_for_too() -> None:
    small = replace(track(0, STRANGER, LONG), detections=tuple(sized(0.05, at_s) for at_s in LONG))
    scene = observations(small, replace(at(RIGHT, 1, ADA), detections=(detection(1.0, box=RIGHT),)))
    first = judged(scene, known(grants=(grant(),)))
    little = next(one for one in first.findings if one.person is None)

    result = judged(scene, known(grants=(grant(),)), about(first, little, K.PASSER_BY))

    assert next(one for one in result.findings if one.person is None).title == "Passer-by"


def test_decisions_are_any_where_there_are_answers() -> None:
    answer = about(*asked(), K.INVENTED)

    assert Decisions(answers=(answer,)).are_any
    assert Decisions(answers=(answer,)).about(answer.clip).answers == (answer,)
