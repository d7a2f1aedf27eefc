"""Faces at places of a clip, its judgement, and answers about what was found, for the stories of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from countenance.answers import Answer, AnswerKind
from countenance.observations import Box, FaceTrack
from countenance.verdict import CheckResult, Finding
from scan.answered import mark_of, spots_of
from scan.check import judge_observations
from scan.known import Known
from tests.scan.made import (
    NOON,
    face,
    known,
    observations,
    setup,
    track,
)

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
