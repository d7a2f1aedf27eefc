"""A kept check judged again respects what was answered about its clip, before and since; real registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from countenance.answers import Answer, AnswerKind
from countenance.clearance import KeptCheck, RememberedPerson
from countenance.judgement import JudgementKind
from countenance.people import Modality
from countenance.verdict import CheckResult, UnknownPolicy, Verdict
from registry import ErasureReason, Registry
from scan.answered import mark_of, spots_at, spots_of, with_answers_since
from scan.check import judge_observations
from scan.keeping import keep_check
from scan.knowing import known_from_registry
from scan.recall.affected import affected
from scan.recall.remembered import remembered
from tests.registry.people import NOW, TODAY
from tests.scan.answering import LEFT, LONG, RIGHT, at
from tests.scan.made import CARD, face, observations, recording, setup, speaker
from tests.scan.test_enrolment import ADA, enrol

STRANGER = face({}, own=50)
K = AnswerKind
LATER = NOW + timedelta(days=1)


def checked(registry: Registry, *tracks, scene=None) -> CheckResult:
    people = known_from_registry(registry, CARD, TODAY)
    return judge_observations(scene or observations(*tracks), setup(Path("models"), people), NOW)


def keep(registry: Registry, result: CheckResult) -> KeptCheck:
    people = known_from_registry(registry, CARD, TODAY)
    return keep_check(registry, result, mark_of(result), people, UnknownPolicy.REVIEW, redact=False)


def answer(registry: Registry, result: CheckResult, kind: AnswerKind, person: str = "", finding: int = 0) -> Answer:
    return registry.answers.keep(
        Answer(
            id="",
            clip=mark_of(result),
            kind=kind,
            spots=spots_of(result, result.findings[finding]),
            person=person,
            by="Kim",
            at=NOW,
        )
    )


def after(registry: Registry) -> list[Verdict]:
    return [one.after for one in affected(remembered(registry), LATER).changed]


def test_answers_of_then_still_count(registry: Registry) -> None:
    first = checked(registry, at(LEFT, 0, STRANGER))
    answer(registry, first, K.RELEASED)
    kept = keep(registry, checked(registry, at(LEFT, 0, STRANGER)))

    assert kept.record.verdict is Verdict.NO_MATCH
    assert after(registry) == []


def test_an_answer_that_was_taken_back_counts_no_more(registry: Registry) -> None:
    first = checked(registry, at(LEFT, 0, STRANGER))
    told = answer(registry, first, K.PASSER_BY)
    keep(registry, checked(registry, at(LEFT, 0, STRANGER)))

    registry.answers.take_back(told.id)

    assert after(registry) == [Verdict.REVIEW]


def test_somebody_whose_name_was_taken_back_is_nobody_known(registry: Registry) -> None:
    ada = enrol(registry, "Ada", ADA)
    told = answer(registry, checked(registry, at(LEFT, 0, STRANGER)), K.THIS_IS, ada)
    kept = keep(registry, checked(registry, at(LEFT, 0, STRANGER)))
    assert kept.record.verdict is Verdict.BLOCKED

    registry.answers.take_back(told.id)

    assert after(registry) == [Verdict.REVIEW]


def test_what_is_answered_later_reaches_the_checks_of_the_clip(registry: Registry) -> None:
    ada = enrol(registry, "Ada", ADA)
    result = checked(registry, at(LEFT, 0, STRANGER))
    keep(registry, result)

    answer(registry, result, K.INVENTED)
    assert after(registry) == [Verdict.NO_MATCH]
    answer(registry, result, K.PASSER_BY)
    assert after(registry) == [Verdict.NO_MATCH]
    answer(registry, result, K.THIS_IS, ada)

    (changed,) = affected(remembered(registry), LATER).changed
    (person,) = changed.people
    assert (changed.after, person.name, person.after) == (Verdict.BLOCKED, "Ada", JudgementKind.NOT_PERMITTED)


def test_whom_somebody_is_said_not_to_be_later_is_not_judged_any_more(registry: Registry) -> None:
    ada = enrol(registry, "Ada", ADA)
    result = checked(registry, at(LEFT, 0, ADA))
    assert keep(registry, result).record.verdict is Verdict.BLOCKED

    answer(registry, result, K.PASSER_BY)
    assert after(registry) == []
    answer(registry, result, K.NOT_THIS, ada)

    assert after(registry) == [Verdict.NO_MATCH]


def test_an_answer_about_another_face_of_the_clip_changes_nobody_else(registry: Registry) -> None:
    result = checked(registry, at(LEFT, 0, STRANGER), at(RIGHT, 1, face({}, own=51)))
    keep(registry, result)

    answer(registry, result, K.PASSER_BY, finding=0)

    assert after(registry) == []
    answer(registry, result, K.PASSER_BY, finding=1)
    assert after(registry) == [Verdict.NO_MATCH]


def test_a_voice_is_found_again_in_a_kept_check(registry: Registry) -> None:
    result = checked(registry, scene=recording(speaker(0, STRANGER, (0.0, 4.0)), speaker(1, face({}, own=51), (5, 9))))
    keep(registry, result)

    answer(registry, result, K.INVENTED, finding=0)
    answer(registry, result, K.INVENTED, finding=1)

    assert after(registry) == [Verdict.NO_MATCH]


def test_an_erased_person_leaves_the_check_of_whom_they_were_said_not_to_be(registry: Registry) -> None:
    ada = enrol(registry, "Ada", ADA)
    result = checked(registry, at(LEFT, 0, ADA))
    answer(registry, result, K.NOT_THIS, ada)
    keep(registry, checked(registry, at(LEFT, 0, ADA)))

    registry.upkeep.erase(ada, ErasureReason.REQUEST)

    assert after(registry) == []


def test_a_check_kept_before_there_were_answers_is_judged_as_ever(registry: Registry) -> None:
    result = checked(registry, at(LEFT, 0, STRANGER))
    told = answer(registry, result, K.PASSER_BY)
    (one,) = keep(registry, result).people

    assert with_answers_since(replace(one, spots=(), answer="", settled=False), [told], ()).settled is False


def test_somebody_named_who_is_not_there_any_more_changes_nothing(registry: Registry) -> None:
    result = checked(registry, at(LEFT, 0, STRANGER, LONG))
    told = answer(registry, result, K.PASSER_BY)
    (one,) = keep(registry, result).people

    absent = replace(told, kind=K.THIS_IS, person="P0404")
    assert with_answers_since(one, [told, absent], ()).found == one.found


def test_what_a_check_remembers_can_be_read_back(registry: Registry) -> None:
    result = checked(registry, at(LEFT, 0, STRANGER, LONG))
    kept = keep(registry, result)

    (one,) = registry.checks.kept(kept.id).people
    assert one == RememberedPerson(found=one.found, spots=spots_at(result.observations.tracks, ()))
    assert one.spots[0].modality is Modality.FACE
