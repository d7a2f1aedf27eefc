"""Two people at once: found where two pitches and two voices come together, told of both, and kept out of samples."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from detectors.voices.diarisation import Voice
from detectors.voices.excerpts import Block, cut_excerpts
from detectors.voices.listening import Heard, hear_all
from detectors.voices.mel import HOP
from detectors.voices.opening import VoiceModels
from detectors.voices.overlap import find_overlaps, mixed_voices, second_pitch
from detectors.voices.quality import frame_powers
from tests.detectors.heard import open_voices, recordings, sound_of

Floats = NDArray[np.float32]

FRAMES_HZ = SOUND_HZ // HOP
OVERLAP = SOUND_HZ
"""Samples that two turns share in the dialogues below."""


@pytest.fixture(scope="module")
def voices(installed_models: Path) -> VoiceModels:
    """Return the voice models, read only."""
    return open_voices(installed_models) or pytest.skip(f"No voice models are installed in {installed_models}.")


def hum(pitch_hz: float, start_s: float, end_s: float, length_s: float) -> Floats:
    """Return a voice-like sound whose pitch wavers: harmonics that fall off, heard from `start_s` to `end_s`."""
    time = np.arange(int(length_s * SOUND_HZ)) / SOUND_HZ
    phase = 2 * np.pi * np.cumsum(pitch_hz * (1 + 0.05 * np.sin(2 * np.pi * 1.3 * time))) / SOUND_HZ
    sound = sum(np.sin(order * phase) / order for order in range(1, 15))
    return np.asarray(0.1 * sound * ((time >= start_s) & (time < end_s)), np.float32)


def frames(sound: Floats) -> NDArray[np.bool_]:
    return np.ones(1 + len(sound) // HOP, bool)


def level(recording: Floats) -> Floats:
    """Return a recording without its quiet ends, as loud as every other."""
    loud = np.flatnonzero(np.abs(recording) > 0.1 * np.abs(recording).max())
    speech = recording[loud[0] : loud[-1] + 1]
    return np.asarray(0.05 * speech / np.sqrt(np.mean(speech**2)), np.float32)


def dialogue(recording_of: list[Floats]) -> tuple[Floats, list[tuple[float, float]]]:
    """Return turns of which each second one begins a second before the one before ends, and where that is, in s."""
    sound, overlaps = np.zeros(SOUND_HZ // 2, np.float32), []
    for number, recording in enumerate(recording_of):
        speech = level(recording)
        if number % 2:
            sound[-OVERLAP:] += speech[:OVERLAP]
            overlaps.append(((len(sound) - OVERLAP) / SOUND_HZ, len(sound) / SOUND_HZ))
            speech = speech[OVERLAP:]
        sound = np.concatenate([sound, speech, np.zeros(0 if number % 2 == 0 else SOUND_HZ // 3, np.float32)])
    return sound, overlaps


def marked(spans: list[tuple[float, float]]) -> set[int]:
    return {frame for start, end in spans for frame in range(round(start * FRAMES_HZ), round(end * FRAMES_HZ))}


def overlaps_of(heard: Heard) -> list[tuple[float, float]]:
    return [(turn.start_s, turn.end_s) for turn in heard.overlaps]


def test_a_second_pitch_stands_out_where_two_sound_at_once() -> None:
    sound = hum(110, 0, 3.5, 6) + hum(181, 2.5, 6, 6)

    strength = second_pitch(sound, frames(sound))

    assert strength[270:330].min() > 0.05 + max(strength[:200].max(), strength[400:].max())


@pytest.mark.parametrize("pitch_hz", [75, 110, 160, 240, 390])
def test_one_steady_sound_has_no_second_pitch(pitch_hz: float) -> None:
    sound = hum(pitch_hz, 0, 4, 4)

    assert np.abs(second_pitch(sound, frames(sound))).max() < 0.05


def test_silence_has_no_pitch_at_all() -> None:
    sound = np.zeros(SOUND_HZ, np.float32)

    assert not second_pitch(sound, ~frames(sound)).any()
    assert not second_pitch(sound, frames(sound)).any()


def test_a_window_of_both_resembles_the_mean_of_two_voices_most() -> None:
    directions = np.eye(3, 8, dtype=np.float32)
    windows = np.stack([directions[0], (directions[0] + directions[2]) / np.sqrt(2), directions[2]])

    mixed = mixed_voices(windows @ directions.T, directions)

    assert mixed == pytest.approx([np.sqrt(0.5) - 1, 1 - np.sqrt(0.5), np.sqrt(0.5) - 1], abs=1e-6)


def test_both_signs_must_come_together() -> None:
    spoken = np.ones(600, bool)
    second, mixed = np.zeros(600, np.float32), np.full(600, -0.1, np.float32)
    second[50:150] = second[300:400] = 0.06  # rough or echoing, and really two
    mixed[180:280] = mixed[300:400] = 0.05  # a change of speaker, and really two

    assert [(round(start, -1), round(end, -1)) for start, end in find_overlaps(second, mixed, spoken)] == [(300, 400)]


def test_what_is_brief_is_left_and_what_lies_close_is_one() -> None:
    spoken, second = np.ones(600, bool), np.zeros(600, np.float32)
    mixed = np.zeros(600, np.float32)
    second[100:120] = 0.1
    second[300:330] = second[345:400] = 0.1

    assert find_overlaps(second, mixed, spoken) == [(300, 400)]


def test_overlaps_of_real_voices_are_marked_and_told_of_both(test_media: Path, voices: VoiceModels) -> None:
    people = [[sound_of(path) for path in paths[:3]] for paths in recordings(test_media).values() if len(paths) > 2]
    people = [person for person in people if min(map(len, person)) > 3 * SOUND_HZ][::5]
    told = true = right = two = 0

    for first, second in pairwise(people):
        sound, overlaps = dialogue([one for pair in zip(first, second, strict=True) for one in pair])
        heard = hear_all(sound, voices)
        found = marked(overlaps_of(heard))
        told, true, right = told + len(found), true + len(marked(overlaps)), right + len(found & marked(overlaps))
        shared = sum(end - start for start, end in overlaps_of(heard))
        two += len(heard.speakers) == 2
        assert sum(speaker.overlapped_s for speaker in heard.speakers) == pytest.approx(2 * shared, abs=0.02)

    assert two >= 3
    assert right >= 0.15 * true  # turns without any pause are the hardest
    assert right >= 0.75 * told


def test_excerpts_leave_out_what_somebody_else_speaks_into(test_media: Path, voices: VoiceModels) -> None:
    sound = level(sound_of(next(iter(recordings(test_media).values()))[0]))[: 3 * SOUND_HZ]
    direction = np.eye(1, voices.embedder.dimension, dtype=np.float32)[0]
    voice = Voice(((0, 300),), ((0, 300),), ((0, 100), (200, 300)), direction, 10)

    excerpts = list(cut_excerpts(Block(0, sound, frame_powers(sound)), voice, voices.embedder))

    assert voice.overlapped == 100
    assert sum(excerpt.speech_s for excerpt in excerpts) == pytest.approx(2, abs=0.1)


def test_one_person_never_speaks_over_oneself(test_media: Path, voices: VoiceModels) -> None:
    for paths in [paths for paths in recordings(test_media).values() if len(paths) > 2][1::6]:
        heard = hear_all(np.concatenate([sound_of(path) for path in paths]), voices)

        assert len(heard.speakers) > 1 or heard.overlaps == ()
