"""Recordings for evaluations: who speaks in them is made up, as unit vectors."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from countenance.observations import NotExamined, Observations, Speaker, Turn, VoiceSample
from tests.scan.made import observations


def speaker(number: int, embedding: bytes, speech_s: float = 6.0, start_s: float = 0.0, **changes) -> Speaker:
    """Return a voice heard from `start_s` without a pause, in up to three samples."""
    starts = [start_s + 2.0 * index for index in range(max(1, min(3, int(speech_s / 2))))]
    samples = tuple(
        VoiceSample(
            start_s=at_s, end_s=at_s + 1.9, speech_s=min(1.9, speech_s), quality=0.9, embedding=embedding, sound=b""
        )
        for at_s in starts
    )
    plain = Speaker(
        id=number,
        stream=0,
        turns=(Turn(start_s=start_s, end_s=start_s + speech_s),),
        speech_s=speech_s,
        samples=samples,
        embedding=embedding,
        level_db=30.0,
    )
    return replace(plain, **changes)


def heard(*speakers: Speaker, name: str = "clip.wav") -> Observations:
    return observations(name=name, speakers=speakers)


def short(one: Speaker) -> Speaker:
    """Return a voice that a check would not compare."""
    return replace(one, not_examined=NotExamined.TOO_SHORT, speech_s=1.0)


def table(path: Path, *rows: tuple[object, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    return path
