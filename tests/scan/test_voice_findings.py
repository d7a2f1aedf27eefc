"""What a check says of voices: judged by consent for the voice and its method, told beside faces, never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.grants import Method
from countenance.identification import IdentificationStatus
from countenance.judgement import JudgementKind, Reason
from countenance.observations import Gap, NotExamined, SoundCoverage
from countenance.people import Modality
from countenance.verdict import CheckResult, Finding, FindingKind, Severity, TimeRange, UnknownPolicy, Verdict
from scan.check import judge_observations
from scan.known import Known
from scan.unexamined import UNEXAMINED_SHARE, unexamined_share
from tests.scan.made import (
    NOON,
    USE,
    brief,
    face,
    film,
    grant,
    known,
    known_by_voice,
    observations,
    recording,
    setup,
    sound,
    speaker,
    track,
)

ADA, BEN, STRANGER = face({0: 0.95}), face({1: 0.95}), face({}, own=50)
MAYBE = face({0: 0.42})
SPOKEN_USE = replace(USE, voice_method=Method.EDITED)
SPEECH = grant(modality=tuple(Modality), methods=(Method.EDITED,))
BLOCK, REVIEW, NOTE = Severity.BLOCK, Severity.REVIEW, Severity.NOTE


def checked(scene, people: Known, **changes) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people, **{"use": SPOKEN_USE, **changes}), NOON)


def only(result: CheckResult) -> Finding:
    (finding,) = result.findings
    return finding


@pytest.mark.parametrize(
    ("grants", "kind", "severity", "verdict"),
    [
        ((), JudgementKind.NOT_PERMITTED, BLOCK, Verdict.BLOCKED),
        ((SPEECH,), JudgementKind.PERMITTED, NOTE, Verdict.PERMITTED),
        ((replace(SPEECH, modality=(Modality.FACE,)),), JudgementKind.NOT_PERMITTED, BLOCK, Verdict.BLOCKED),
        ((replace(SPEECH, methods=(Method.REAL_FOOTAGE,)),), JudgementKind.NOT_PERMITTED, BLOCK, Verdict.BLOCKED),
    ],
    ids=["no grant", "permitted", "the face alone was granted", "another method was granted"],
)
def test_a_voice_is_judged_for_itself(grants, kind, severity, verdict):
    result = checked(recording(speaker(4, ADA, (0.0, 2.0), (2.2, 8.0))), known_by_voice(grants=grants))

    finding = only(result)
    assert (finding.kind, finding.judgement.kind, finding.severity) == (FindingKind.VOICE, kind, severity)
    assert result.verdict is verdict
    assert (finding.person, finding.name) == ("p00", "Name of p00")
    assert (finding.speakers, finding.tracks) == ((4,), ())
    assert finding.ranges == (TimeRange(start_s=0.0, end_s=8.0),)
    assert dict(finding.judgement.part).get("modality") in (Modality.VOICE, None)
    assert result.enrolled_sounds == {"p00": bytes(3200)}


def test_how_the_voice_was_made_must_be_stated():
    result = checked(recording(speaker(0, ADA)), known_by_voice(grants=(SPEECH,)), use=USE)

    assert only(result).judgement.kind is JudgementKind.NEEDS_DETAILS
    assert only(result).judgement.missing == ("voice_method",)


def test_a_possible_voice_asks_for_a_review():
    result = checked(recording(speaker(0, MAYBE)), known_by_voice(grants=(SPEECH,)))

    assert only(result).identification.status is IdentificationStatus.POSSIBLE
    assert (only(result).judgement.reason, result.verdict) == (Reason.POSSIBLE_MATCH, Verdict.REVIEW)


def test_one_person_seen_and_heard_is_two_findings():
    result = checked(film(track(0, ADA), heard=[speaker(0, ADA)]), known_by_voice(grants=(SPEECH,)))

    assert [(finding.kind, finding.person) for finding in result.findings] == [
        (FindingKind.LIKENESS, "p00"),
        (FindingKind.VOICE, "p00"),
    ]
    assert result.verdict is Verdict.PERMITTED


def test_two_speakers_taken_for_one_person_are_one_finding():
    result = checked(recording(speaker(0, MAYBE, (0.0, 4.0)), speaker(1, ADA, (5.0, 9.0))), known_by_voice())

    assert only(result).speakers == (0, 1)
    assert only(result).identification.track == 1


@pytest.mark.parametrize(
    ("heard", "policy", "severities"),
    [
        ([speaker(0, STRANGER)], UnknownPolicy.REVIEW, [REVIEW]),
        ([speaker(0, STRANGER)], UnknownPolicy.NOTE, [NOTE]),
        ([speaker(0, STRANGER, (0.0, 4.0)), speaker(1, STRANGER, (5.0, 9.0))], UnknownPolicy.REVIEW, [REVIEW]),
        ([speaker(0, STRANGER, (0.0, 9.0)), brief(1, BEN, (9.0, 9.4))], UnknownPolicy.REVIEW, [REVIEW, NOTE]),
        (
            [speaker(0, STRANGER, (0.0, 9.0)), brief(1, BEN, (9.0, 9.2)), brief(2, ADA, (9.3, 9.5))],
            UnknownPolicy.REVIEW,
            [REVIEW, NOTE],
        ),
        ([brief(0, STRANGER, (0.0, 2.0))], UnknownPolicy.REVIEW, [REVIEW]),
    ],
    ids=["a stranger", "only noted", "told in two", "an interjection", "two interjections", "all that is said"],
)
def test_an_unknown_voice_weighs_by_how_much_it_says(heard, policy, severities):
    result = checked(recording(*heard), known_by_voice(), unknown=policy)

    assert [finding.severity for finding in result.findings] == severities
    assert {finding.judgement.kind for finding in result.findings} == {JudgementKind.UNKNOWN_PERSON}
    assert {finding.kind for finding in result.findings} == {FindingKind.VOICE}


def test_an_interjection_beside_a_permitted_voice_leaves_it_permitted():
    scene = recording(speaker(0, ADA, (0.0, 9.0)), brief(1, STRANGER, (9.0, 9.4)))

    assert checked(scene, known_by_voice(grants=(SPEECH,))).verdict is Verdict.PERMITTED


def test_a_voice_that_could_not_be_judged_says_why():
    result = checked(recording(speaker(0, ADA, (0.0, 9.0)), brief(1, STRANGER, (9.0, 9.4))), known_by_voice())

    unjudged = result.findings[-1]
    assert unjudged.identification.status is IdentificationStatus.NOT_EXAMINED
    assert unjudged.likeness


def test_somebody_enrolled_who_is_heard_briefly_asks_for_a_review_and_blocks_nothing():
    result = checked(recording(brief(0, ADA, (0.0, 1.5))), known_by_voice())

    finding = only(result)
    assert (finding.person, finding.severity, result.verdict) == ("p00", REVIEW, Verdict.REVIEW)
    assert "too briefly" in finding.likeness


def gap(reason: NotExamined, share: float) -> Gap:
    return Gap(reason=reason, start_s=2.0, end_s=3.0, share=share)


@pytest.mark.parametrize(
    ("share", "verdict", "kinds"),
    [
        (UNEXAMINED_SHARE, Verdict.PERMITTED, [FindingKind.VOICE]),
        (UNEXAMINED_SHARE + 0.01, Verdict.REVIEW, [FindingKind.COVERAGE, FindingKind.VOICE]),
    ],
)
def test_speech_left_unexamined_asks_for_a_review(share, verdict, kinds):
    voice = speaker(0, ADA)
    scene = recording(voice, sound=sound(voice, gaps=(gap(NotExamined.OVERLAPPED, share),)))

    result = checked(scene, known_by_voice(grants=(SPEECH,)))

    assert (result.verdict, result.incomplete) == (verdict, verdict is Verdict.REVIEW)
    assert [finding.kind for finding in result.findings] == kinds


def test_sound_without_speech_is_nobody():
    result = checked(recording(sound=SoundCoverage(present=True, duration_s=10.0, without_speech_s=9.0)), known())

    assert (result.findings, result.verdict, result.incomplete) == ((), Verdict.NO_MATCH, False)
    assert "No speech was found" in result.headline


def test_what_was_not_asked_for_is_no_hole():
    unseen = observations().picture
    unseen = replace(unseen, frames_examined=0, gaps=(gap(NotExamined.NOT_REQUESTED, 1.0),))
    unheard = SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.NOT_REQUESTED)

    assert unexamined_share(film(heard=[speaker(0, ADA)], picture=unseen)) == 0
    assert unexamined_share(observations(track(0, ADA), sound=unheard)) == 0
    assert unexamined_share(recording(sound=unheard)) == 1
    assert unexamined_share(observations(picture=unseen)) == 1


def test_a_picture_that_nobody_asked_for_is_no_part_of_what_is_missing():
    voice = speaker(0, ADA)
    unseen = replace(
        observations().picture, frames_examined=0, gaps=(replace(gap(NotExamined.NOT_REQUESTED, 1.0), start_s=0.0),)
    )
    scene = film(heard=[voice], picture=unseen)
    missed = replace(scene, sound=replace(scene.sound, gaps=(gap(NotExamined.OVERLAPPED, 0.5),)))

    finding = checked(missed, known_by_voice(grants=(SPEECH,))).findings[0]

    assert finding.kind is FindingKind.COVERAGE
    assert finding.ranges == (TimeRange(start_s=2.0, end_s=3.0),)
    assert "The picture was not examined: this was not asked for." in finding.sentence
    assert finding.next_step.startswith("Listen")
    assert checked(scene, known_by_voice(grants=(SPEECH,))).verdict is Verdict.PERMITTED


def test_sound_that_was_to_be_heard_and_could_not_be_is_all_of_it():
    torn = SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.UNREADABLE)

    assert unexamined_share(observations(track(0, ADA), sound=torn)) == 1
