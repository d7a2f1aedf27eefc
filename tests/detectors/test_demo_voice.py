"""The demo's voices: made from formulas, the same every time, and as long as asked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import find_peaks

from detectors.demo_music import chords
from detectors.demo_phones import DIPHTHONGS, PHONES, SENTENCES
from detectors.demo_voice import RATE_HZ, VOICES, speak


@pytest.mark.parametrize("name", VOICES)
def test_speech_has_the_length_asked_for_and_no_clipping(name: str) -> None:
    said = speak(VOICES[name], 3.5, seed=1)

    assert said.dtype == np.float32
    assert said.shape == (round(3.5 * RATE_HZ),)
    assert np.abs(said).max() == pytest.approx(0.5)
    assert np.isfinite(said).all()


def test_the_same_seed_says_the_same_and_another_says_something_else() -> None:
    voice = VOICES["deep"]

    assert np.array_equal(speak(voice, 2, seed=1), speak(voice, 2, seed=1))
    assert not np.array_equal(speak(voice, 2, seed=1), speak(voice, 2, seed=2))


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_keeps_to_its_pitch(name: str) -> None:
    said = speak(VOICES[name], 4, seed=5).astype(np.float64)
    frames = said[: len(said) // 1024 * 1024].reshape(-1, 1024)
    loud = frames[frames.std(axis=1) > 0.5 * said.std()]
    pitches = [pitch for frame in loud if (pitch := _pitch_hz(frame)) is not None]

    assert np.median(pitches) == pytest.approx(VOICES[name].pitch_hz, rel=0.2)


def test_every_sound_of_the_sentences_is_known() -> None:
    sounds = {name.rstrip("1") for sentence in SENTENCES for name in sentence.split() if name != "|"}

    assert sounds <= PHONES.keys() | DIPHTHONGS.keys()
    assert {part for parts in DIPHTHONGS.values() for part in parts} <= PHONES.keys()


def test_music_is_as_long_as_asked() -> None:
    played = chords(5, 48_000, seed=0)

    assert played.dtype == np.float32
    assert played.shape == (240_000,)
    assert np.abs(played).max() == pytest.approx(0.5)


def _pitch_hz(frame: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Return the pitch by autocorrelation, or None where the frame is no tone."""
    likeness = np.correlate(frame, frame, "full")[len(frame) - 1 :]
    peaks, _ = find_peaks(likeness[RATE_HZ // 500 : RATE_HZ // 55] / likeness[0], height=0.5)
    if not len(peaks):
        return None
    lags = peaks + RATE_HZ // 500
    return float(RATE_HZ / lags[likeness[lags].argmax()])
