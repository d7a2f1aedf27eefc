"""What was decided on record reaches the judgement of its clip, and of no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.decisions import Approval, ClipMark, RecordedException
from countenance.judgement import JudgementKind, Reason
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import CheckResult, Verdict
from scan.check import check_clip, judge_observations
from scan.known import Decisions, Known
from tests.scan.made import NOON, USE, face, grant, known, observations, setup, track

YES, NO = ApprovalDecision.APPROVED, ApprovalDecision.REFUSED
SCENE = observations(track(0, face({0: 0.95}), (0.0, 1.0, 2.0, 3.0)))
MARK = ClipMark(sha256=SCENE.clip.sha256)
STREAMS = "ab" * 32
ELSEWHERE = ClipMark(sha256="cd" * 32, streams=STREAMS)
ASKED = known(grants=(grant(approval=True),))


def approval(number: int = 1, decision: ApprovalDecision = YES, clip: ClipMark = MARK) -> Approval:
    return Approval(id=f"A{number:04d}", grant="g1", clip=clip, decision=decision, by="Kim", at=NOON)


def exception(decision: ApprovalDecision = YES, clip: ClipMark = MARK) -> RecordedException:
    return RecordedException(
        id="E0001",
        person="p00",
        clip=clip,
        kind=ExceptionKind.PARODY,
        decision=decision,
        reason="satire",
        by="Kim",
        at=NOON - timedelta(days=1),
    )


def judged(people: Known, *decided: Approval | RecordedException, use=USE, streams: str = "") -> CheckResult:
    decisions = Decisions(
        approvals=tuple(one for one in decided if isinstance(one, Approval)),
        exceptions=tuple(one for one in decided if isinstance(one, RecordedException)),
    )
    return judge_observations(
        SCENE, setup(Path("models"), replace(people, decisions=decisions), use=use), NOON, streams=streams
    )


def test_a_recorded_yes_to_this_clip_permits_it():
    assert judged(ASKED).verdict is Verdict.REVIEW
    assert judged(ASKED, approval()).verdict is Verdict.PERMITTED


def test_a_yes_to_another_clip_says_nothing():
    assert judged(ASKED, approval(clip=ELSEWHERE)).verdict is Verdict.REVIEW


def test_a_yes_to_the_same_picture_and_sound_in_another_file_counts():
    assert judged(ASKED, approval(clip=ELSEWHERE), streams=STREAMS).verdict is Verdict.PERMITTED


def test_a_recorded_no_wins_over_what_the_user_states():
    stated = replace(USE, approvals={"g1": YES})

    refused = judged(ASKED, approval(decision=NO), use=stated)

    assert refused.consent.overall.reason is Reason.APPROVAL_REFUSED
    assert refused.use.approvals == {"g1": NO}
    assert judged(ASKED, use=stated).verdict is Verdict.PERMITTED


def test_the_last_answer_on_record_counts():
    assert judged(ASKED, approval(10), approval(2, NO)).verdict is Verdict.PERMITTED
    assert judged(ASKED, approval(2), approval(10, NO)).verdict is Verdict.BLOCKED


def test_an_exception_on_record_carries_the_clip_and_is_told_of():
    result = judged(known(), exception())

    (finding,) = result.findings
    assert (finding.judgement.kind, finding.judgement.rests_on) == (JudgementKind.PERMITTED, "E0001")
    assert "it was decided on record on November 20, 2026 that this is parody" in finding.sentence
    assert "Name of p00" not in finding.unnamed.sentence
    assert result.verdict is Verdict.PERMITTED


def test_an_exception_refused_on_record_blocks():
    claimed = replace(USE, exception=ExceptionKind.PARODY)

    assert judged(known(), use=claimed).verdict is Verdict.REVIEW
    assert judged(known(), exception(NO), use=claimed).verdict is Verdict.BLOCKED


class Watcher:
    """Stands for the detectors, and counts how often a clip's streams are asked for."""

    def __init__(self) -> None:
        self.marked = 0

    def examine(self, *_asked):
        return SCENE

    def mark(self, _path, **_how):
        self.marked += 1
        return ClipMark(sha256=MARK.sha256, streams=STREAMS)


@pytest.mark.parametrize(("decided", "marked", "verdict"), [((), 0, Verdict.REVIEW), ((1,), 1, Verdict.PERMITTED)])
def test_the_streams_are_read_only_where_something_was_decided(decided, marked, verdict):
    watcher = Watcher()
    approvals = tuple(approval(number, clip=ELSEWHERE) for number in decided)
    people = replace(ASKED, decisions=Decisions(approvals=approvals))

    result = check_clip(Path("clip.mp4"), watcher, setup(Path("models"), people), NOON)

    assert (watcher.marked, result.verdict) == (marked, verdict)
