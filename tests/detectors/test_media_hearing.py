from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from countenance.observations import (
    SOUND_HZ,
    Gap,
    NotExamined,
    SoundCoverage,
    Speaker,
    Turn,
    VoiceSample,
)
from detectors.media.hearing import numbered, with_heard, within_budget
from detectors.media.waveform import MOST_STEPS, WaveformBuilder

COVERAGE = SoundCoverage(present=True, duration_s=60, streams=2, streams_examined=2)


@dataclass(frozen=True)
class Told:
    speakers: tuple[Speaker, ...] = ()
    speech_s: float = 0.0
    without_speech_s: float = 0.0
    overlaps: tuple[Turn, ...] = ()
    gaps: tuple[Gap, ...] = ()


def speaker(number: int, *, stream: int = 0, start_s: float = 0.0, speech_s: float = 10.0) -> Speaker:
    samples = tuple(
        VoiceSample(start_s=at, end_s=at + 2, speech_s=2, quality=quality, embedding=b"\0" * 4, sound=b"\1" * 100)
        for at, quality in ((1.0, 0.5), (4.0, 0.9), (7.0, 0.6))
    )
    turns = (Turn(start_s=start_s, end_s=start_s + 10),)
    return Speaker(id=number, stream=stream, turns=turns, speech_s=speech_s, samples=samples, embedding=b"")


def test_the_stream_with_most_speech_stands_for_the_clip():
    gap = Gap(reason=NotExamined.TOO_SHORT, start_s=1, end_s=2, share=0.5)
    told = [
        Told(speech_s=10, without_speech_s=5, gaps=(gap,), overlaps=(Turn(start_s=3, end_s=5),)),
        Told(speech_s=30, without_speech_s=2, overlaps=(Turn(start_s=4, end_s=6), Turn(start_s=8, end_s=9))),
    ]

    coverage = with_heard(COVERAGE, told)

    assert (coverage.speech_s, coverage.without_speech_s) == (30, 2)
    assert [(turn.start_s, turn.end_s) for turn in coverage.overlaps] == [(3, 6), (8, 9)]
    assert coverage.gaps == (replace(gap, share=0.125),)


def test_gaps_of_reading_stay_beside_those_of_listening():
    unread = Gap(reason=NotExamined.UNREADABLE, start_s=50, end_s=60, share=0.2)

    assert with_heard(replace(COVERAGE, gaps=(unread,)), [Told()]).gaps == (unread,)
    assert with_heard(COVERAGE, []) == COVERAGE


def test_speakers_are_numbered_over_all_streams_by_first_word():
    told = [
        Told(speakers=(speaker(0, stream=2, start_s=9), speaker(1, stream=2, start_s=3))),
        Told(speakers=(speaker(0, stream=1, start_s=5),)),
    ]

    together = numbered(told)

    assert [(one.id, one.stream, one.start_s) for one in together] == [(0, 1, 5), (1, 2, 3), (2, 2, 9)]


def test_those_who_speak_least_give_up_excerpts_first():
    much, little = speaker(0, speech_s=50), speaker(1, speech_s=5)

    kept = within_budget((much, little), 500)
    hardly = within_budget((much, little), 150)
    none = within_budget((much, little), 0)

    assert within_budget((much, little)) == (much, little)
    assert [[len(sample.sound) for sample in one.samples] for one in kept] == [[100, 100, 100], [0, 100, 0]]
    assert [[len(sample.sound) for sample in one.samples] for one in hardly] == [[0, 100, 0], [0, 0, 0]]
    assert not any(sample.sound for one in none for sample in one.samples)


@pytest.mark.parametrize("length", [1, 7, 999, SOUND_HZ, 3 * SOUND_HZ + 17])
def test_the_waveform_keeps_its_size_however_long_the_sound(length):
    builder = WaveformBuilder()
    hours_s = 5 * 3600
    for start in (0, 70 * SOUND_HZ + 3, hours_s * SOUND_HZ):
        builder.add(start, np.full(length, 0.5, np.float32))

    wave = builder.waveform()

    assert wave is not None
    assert MOST_STEPS // 2 <= len(wave.peaks) <= MOST_STEPS
    assert len(wave.peaks) * wave.step_s == pytest.approx(hours_s + length / SOUND_HZ, abs=wave.step_s)
    loud = [at for at, peak in enumerate(wave.peaks) if peak]
    assert {0, int(70 // wave.step_s), int(hours_s // wave.step_s)} <= set(loud)
    assert {wave.peaks[at] for at in loud} == {128}


def test_no_sound_has_no_waveform():
    assert WaveformBuilder().waveform() is None
