"""From identifications and consent to a verdict: the contract's table, through the real judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.grants import Duty, Prohibition, Revocation
from countenance.identification import IdentificationStatus
from countenance.judgement import JudgementKind
from countenance.observations import Gap, NotExamined, SoundCoverage
from countenance.translations import in_language
from countenance.verdict import (
    CheckResult,
    FindingKind,
    RegistryFacts,
    Severity,
    TimeRange,
    UnknownPolicy,
    Verdict,
)
from scan.check import judge_observations
from scan.findings import NEAR_MISS_RATE
from scan.identify import bounds_of
from scan.known import Known
from scan.operating import Promise, operating_point
from scan.unexamined import UNEXAMINED_SHARE
from tests.scan.made import (
    JPEG,
    NOON,
    SCALE,
    USE,
    face,
    grant,
    known,
    observations,
    photo,
    setup,
    sized,
    track,
    unexamined,
)

YESTERDAY = NOON.date() - timedelta(days=1)
ADA, STRANGER = face({0: 0.95}), face({}, own=50)
MAYBE, NEARLY = face({0: 0.36}), face({0: 0.2})
LONG = (0.0, 1.0, 2.0, 3.0)

BLOCK, REVIEW, NOTE = Severity.BLOCK, Severity.REVIEW, Severity.NOTE
FACTS = RegistryFacts(id="r", revision=1, people=1, grants=1)


def checked(scene, people: Known, **changes) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people, **changes), NOON)


def ada_seen(people: Known, **changes) -> CheckResult:
    return checked(observations(track(0, ADA, LONG)), people, **changes)


def small(number: int, embedding: bytes, start_s: float = 0.0):
    seen = track(number, embedding, (start_s, start_s + 1.0, start_s + 2.0))
    return replace(seen, detections=(sized(0.03, start_s),))


def gap(share: float) -> Gap:
    return Gap(reason=NotExamined.UNREADABLE, start_s=4.0, end_s=4.0 + 10 * share, share=share)


def with_gap(scene, share: float):
    return replace(scene, picture=replace(scene.picture, gaps=(gap(share),)))


def test_the_likeness_called_possible_here_lies_between_the_bounds():
    bounds = bounds_of(SCALE, operating_point(SCALE, Promise(), 1, 1))

    assert bounds.review < 0.36 < bounds.block


@pytest.mark.parametrize(
    ("people", "use", "kind", "severity", "verdict"),
    [
        (known(), USE, JudgementKind.NOT_PERMITTED, BLOCK, Verdict.BLOCKED),
        (
            known(grants=(grant(),), prohibitions=(Prohibition(id="n1", person="p00"),)),
            USE,
            JudgementKind.NOT_PERMITTED,
            BLOCK,
            Verdict.BLOCKED,
        ),
        (
            known(grants=(grant(revoked=Revocation(notice=YESTERDAY)),)),
            USE,
            JudgementKind.REVOKED,
            BLOCK,
            Verdict.BLOCKED,
        ),
        (
            known(grants=(grant(signed=YESTERDAY, end=YESTERDAY),)),
            USE,
            JudgementKind.EXPIRED,
            BLOCK,
            Verdict.BLOCKED,
        ),
        (known(grants=(grant(),)), replace(USE, purpose=None), JudgementKind.NEEDS_DETAILS, REVIEW, Verdict.REVIEW),
        (known(grants=(grant(approval=True),)), USE, JudgementKind.NEEDS_APPROVAL, REVIEW, Verdict.REVIEW),
        (
            known(grants=(grant(duties=(Duty.CREDIT,)),)),
            USE,
            JudgementKind.PERMITTED_WITH_DUTIES,
            NOTE,
            Verdict.PERMITTED,
        ),
        (known(grants=(grant(),)), USE, JudgementKind.PERMITTED, NOTE, Verdict.PERMITTED),
    ],
    ids=["no grant", "banned", "revoked", "expired", "use not stated", "approval pending", "duty open", "permitted"],
)
def test_each_judgement_weighs_as_the_contract_says(people, use, kind, severity, verdict):
    result = ada_seen(people, use=use)

    (finding,) = result.findings
    assert (finding.judgement.kind, finding.severity, result.verdict) == (kind, severity, verdict)
    assert (finding.kind, finding.person, finding.name) == (FindingKind.LIKENESS, "p00", "Name of p00")
    assert finding.title
    assert "Name of p00" in finding.title + finding.sentence
    assert result.consent.overall.kind is kind


def test_a_possible_match_asks_for_a_review_whatever_the_grant():
    result = checked(observations(track(0, MAYBE, LONG)), known(grants=(grant(),)))

    (finding,) = result.findings
    assert finding.judgement.kind is JudgementKind.POSSIBLE_MATCH
    assert finding.identification.status is IdentificationStatus.POSSIBLE
    assert (finding.severity, result.verdict) == (REVIEW, Verdict.REVIEW)


@pytest.mark.parametrize(
    ("policy", "scene", "severity", "verdict"),
    [
        (UnknownPolicy.REVIEW, observations(track(0, STRANGER, LONG)), REVIEW, Verdict.REVIEW),
        (UnknownPolicy.REVIEW, observations(small(0, STRANGER)), NOTE, Verdict.NO_MATCH),
        (UnknownPolicy.NOTE, observations(track(0, STRANGER, LONG)), NOTE, Verdict.NO_MATCH),
        (UnknownPolicy.NOTE, observations(small(0, STRANGER)), NOTE, Verdict.NO_MATCH),
    ],
    ids=["prominent", "small", "prominent, only noted", "small, only noted"],
)
def test_somebody_unknown_weighs_by_prominence_and_policy(policy, scene, severity, verdict):
    result = checked(scene, known(), unknown=policy)

    (finding,) = result.findings
    assert finding.judgement.kind is JudgementKind.UNKNOWN_PERSON
    assert (finding.severity, finding.person, finding.name) == (severity, None, "")
    assert result.verdict is verdict
    assert "Name of p00" not in finding.title + finding.sentence + finding.likeness + finding.next_step


@pytest.mark.parametrize(
    ("scene", "people"),
    [
        (observations(track(0, ADA, LONG)), known()),
        (observations(track(0, ADA, LONG)), known(grants=(grant(duties=(Duty.CREDIT,)),))),
        (observations(track(0, ADA, LONG)), known(grants=(grant(revoked=Revocation(notice=YESTERDAY)),))),
        (observations(track(0, MAYBE, LONG)), known()),
        (observations(track(0, NEARLY, LONG)), known()),
    ],
    ids=["no grant", "duty open", "revoked", "possible", "near miss"],
)
def test_every_finding_is_worded_a_second_time_without_a_name(scene, people):
    (finding,) = checked(scene, people).findings

    named = " ".join((finding.title, finding.sentence, finding.likeness, finding.next_step))
    unnamed = " ".join(
        (finding.unnamed.title, finding.unnamed.sentence, finding.unnamed.likeness, finding.unnamed.next_step)
    )
    assert "Name of p00" in named
    assert "Name of p00" not in unnamed
    assert finding.unnamed.title
    assert finding.unnamed.sentence


def test_the_nearest_person_is_named_only_where_most_strangers_are_less_alike():
    (near,) = checked(observations(track(0, NEARLY, LONG)), known()).findings
    (far,) = checked(observations(track(0, STRANGER, LONG)), known()).findings
    (none,) = checked(observations(track(0, STRANGER, LONG)), Known()).findings

    assert near.identification.best.rate < NEAR_MISS_RATE < far.identification.best.rate
    assert near.likeness.startswith("Closest: Name of p00;")
    assert (near.person, near.name, near.closest) == (None, "", "Name of p00")
    assert [finding.closest for finding in (far, none)] == ["", ""]


def test_a_near_miss_is_named_and_a_far_one_is_not():
    bounds = bounds_of(SCALE, operating_point(SCALE, Promise(), 1, 1))

    near = checked(observations(track(0, face({0: bounds.review - 0.02}), LONG)), known()).findings[0]
    far = checked(observations(track(0, face({0: 0.0}), LONG)), known()).findings[0]

    assert (near.person, near.closest, far.closest) == (None, "Name of p00", "")
    assert "Name of p00" in near.likeness


def test_the_same_texts_can_be_said_without_a_name():
    (finding,) = ada_seen(known()).findings

    unnamed = finding.unnamed
    assert "Name of p00" not in unnamed.title + unnamed.sentence + unnamed.likeness + unnamed.next_step
    assert unnamed.title
    assert unnamed.sentence


def test_a_clip_without_anybody_has_no_findings():
    result = checked(observations(), known())

    assert (result.findings, result.verdict, result.incomplete) == ((), Verdict.NO_MATCH, False)
    assert result.consent.overall.kind is JudgementKind.CLEAR
    assert result.headline == "Nobody is seen in this clip."


def test_an_unknown_person_does_not_hide_that_the_others_are_permitted():
    scene = observations(track(0, ADA, LONG), small(1, STRANGER))

    result = checked(scene, known(grants=(grant(),)))

    assert result.verdict is Verdict.PERMITTED
    assert [finding.severity for finding in result.findings] == [NOTE, NOTE]


def test_the_worst_finding_comes_first_and_decides():
    people = known(3, grants=(grant(), grant(id="g2", person="p01", approval=True)))
    scene = observations(
        track(0, ADA, LONG), track(1, face({1: 0.95}), LONG), track(2, face({2: 0.95}), LONG), small(3, STRANGER)
    )

    result = checked(scene, people)

    assert [finding.severity for finding in result.findings] == [BLOCK, REVIEW, NOTE, NOTE]
    assert result.findings[0].person == "p02"
    assert result.verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("share", "verdict", "incomplete", "findings"),
    [
        (UNEXAMINED_SHARE, Verdict.PERMITTED, False, [FindingKind.LIKENESS]),
        (UNEXAMINED_SHARE + 0.01, Verdict.REVIEW, True, [FindingKind.COVERAGE, FindingKind.LIKENESS]),
    ],
)
def test_more_left_unexamined_than_may_be_passed_over_asks_for_a_review(share, verdict, incomplete, findings):
    result = checked(with_gap(observations(track(0, ADA, LONG)), share), known(grants=(grant(),)))

    assert (result.verdict, result.incomplete) == (verdict, incomplete)
    assert [finding.kind for finding in result.findings] == findings


def test_the_finding_about_coverage_tells_where_and_what_to_do():
    result = checked(with_gap(observations(), 0.2), known())

    (finding,) = result.findings
    assert finding.ranges == (TimeRange(start_s=4.0, end_s=6.0),)
    assert (finding.person, finding.judgement, finding.identification) == (None, None, None)
    assert finding.title
    assert finding.sentence
    assert finding.next_step


def test_a_block_is_not_softened_by_what_was_left_unexamined():
    result = checked(with_gap(observations(track(0, ADA, LONG)), 0.5), known())

    assert (result.verdict, result.incomplete) == (Verdict.BLOCKED, True)
    assert [finding.severity for finding in result.findings] == [BLOCK, REVIEW]


def test_many_gaps_never_add_up_to_more_than_everything():
    scene = observations()
    torn = replace(scene, picture=replace(scene.picture, gaps=(gap(0.8), gap(0.8))))

    assert checked(torn, known()).incomplete


def test_sound_that_nobody_listens_to_is_a_hole_but_keeps_the_verdict():
    deaf = SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.NO_DETECTOR)

    result = checked(observations(track(0, ADA, LONG), sound=deaf), known(grants=(grant(),)))

    assert (result.verdict, result.incomplete) == (Verdict.PERMITTED, True)
    assert [finding.kind for finding in result.findings] == [FindingKind.LIKENESS]


def test_where_unheard_sound_is_all_there_is_a_person_must_listen():
    scene = observations(sound=SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.NO_DETECTOR))
    sound_only = replace(scene, picture=replace(scene.picture, present=False))

    result = checked(sound_only, known())

    assert (result.verdict, result.incomplete) == (Verdict.REVIEW, True)
    assert [finding.kind for finding in result.findings] == [FindingKind.COVERAGE]


def test_damaged_sound_weighs_as_damaged_pictures_do():
    torn = SoundCoverage(present=True, duration_s=10.0, gaps=(gap(0.3),))

    assert checked(observations(sound=torn), known()).verdict is Verdict.REVIEW


def test_sound_nobody_asked_about_leaves_the_check_complete():
    unwanted = SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.NOT_REQUESTED)

    assert not checked(observations(sound=unwanted), known()).incomplete


def test_without_a_picture_its_gaps_do_not_count():
    scene = with_gap(observations(sound=SoundCoverage(present=True, duration_s=10.0)), 1.0)
    sound_only = replace(scene, picture=replace(scene.picture, present=False))

    assert not checked(sound_only, known()).incomplete


def test_one_person_in_many_shots_is_one_finding_with_all_its_times():
    scene = observations(
        track(0, ADA, (0.0, 1.0, 2.0)), track(1, MAYBE, (2.2, 3.0, 4.0)), track(2, ADA, (7.0, 8.0, 9.0))
    )

    result = checked(scene, known(grants=(grant(),)))

    (finding,) = result.findings
    assert finding.tracks == (0, 1, 2)
    assert finding.ranges == (TimeRange(start_s=0.0, end_s=4.0), TimeRange(start_s=7.0, end_s=9.0))
    assert finding.identification.status is IdentificationStatus.IDENTIFIED


def test_one_stranger_in_many_shots_is_one_question_and_prominent_if_any_shot_is():
    scene = observations(small(0, STRANGER), track(1, STRANGER, (5.0, 6.0, 7.0)), small(2, face({}, own=51)))

    result = checked(scene, known())

    assert [(finding.tracks, finding.severity) for finding in result.findings] == [((0, 1), REVIEW), ((2,), NOTE)]


def test_a_face_that_could_not_be_examined_is_told_as_such():
    result = checked(observations(unexamined(0)), known())

    (finding,) = result.findings
    assert finding.identification.status is IdentificationStatus.NOT_EXAMINED
    assert (finding.severity, result.verdict) == (REVIEW, Verdict.REVIEW)


def test_without_a_registry_people_are_seen_and_nobody_is_compared():
    result = checked(photo(small(0, STRANGER)), Known())

    assert (result.registry, result.operating_point) == (None, None)
    assert "no registry" in result.headline


@pytest.mark.parametrize(
    ("scene", "people", "fragment"),
    [
        (observations(track(0, ADA, LONG)), known(facts=FACTS), "do not publish"),
        (observations(track(0, STRANGER, LONG)), known(facts=FACTS), "look"),
        (observations(track(0, ADA, LONG)), known(grants=(grant(),), facts=FACTS), "recognised"),
        (observations(small(0, STRANGER)), known(facts=FACTS), "nobody of your registry was recognised"),
        (observations(small(0, STRANGER)), Known(facts=FACTS), "nobody of your registry was recognised"),
    ],
    ids=["blocked", "review", "permitted", "no match", "nobody enrolled"],
)
def test_the_headline_is_the_verdict_in_one_sentence_and_never_promises_safety(scene, people, fragment):
    headline = checked(scene, people).headline

    assert headline.endswith(".")
    assert "safe" not in headline.lower()
    assert fragment in headline.lower()


def test_the_headline_is_in_the_language_in_force():
    english = ada_seen(known()).headline

    with in_language("zh-CN"):
        chinese = ada_seen(known()).headline

    assert chinese != english
    assert not chinese.isascii()


def test_only_the_pictures_of_people_in_findings_leave_the_registry():
    result = ada_seen(known(5))

    assert result.enrolled_pictures == {"p00": JPEG}
    assert ada_seen(known(5, pictures={})).enrolled_pictures == {}


def test_the_result_tells_what_it_rests_on():
    result = ada_seen(known(3, facts=FACTS))

    assert (result.registry, result.use, result.created) == (FACTS, USE, NOON)
    assert (result.operating_point.people, result.operating_point.tracks) == (3, 1)
    assert result.program.startswith("countenance ")
    assert result.seconds == {"decode": 0.5}
