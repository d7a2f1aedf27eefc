"""The demo's voices: made from formulas, the same every time, and as long as asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import find_peaks

from detectors.demo_music import chords
from detectors.demo_phones import DIPHTHONGS, PHONES, SENTENCES
from detectors.demo_voice import RATE_HZ, VOICES, speak
from detectors.voices.activity import VoiceActivity
from detectors.voices.embedding import mean_direction
from detectors.voices.opening import VoiceModels
from tests.detectors.heard import Floats, open_voices


@pytest.fixture(scope="module")
def voice_models(installed_models: Path) -> VoiceModels:
    """Return the voice models, read only."""
    return open_voices(installed_models) or pytest.skip(f"No voice models are installed in {installed_models}.")


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


@pytest.mark.parametrize("name", VOICES)
def test_a_made_up_voice_is_heard_as_speech_and_its_pauses_as_none(name: str, voice_models: VoiceModels) -> None:
    said = speak(VOICES[name], 12, seed=4)
    frames = said[: len(said) // 512 * 512].reshape(-1, 512)
    loud = np.repeat(np.sqrt((frames**2).mean(axis=1)) > 0.02, 512)

    speech = _speech(said, voice_models)

    assert speech[: len(loud)][loud].mean() > 0.8
    assert speech.mean() < 0.95


def test_music_is_not_heard_as_speech(voice_models: VoiceModels) -> None:
    assert _speech(chords(20, RATE_HZ, seed=1), voice_models).mean() < 0.02


def test_an_utterance_is_nearer_to_another_of_its_voice_than_to_all_other_voices(voice_models: VoiceModels) -> None:
    said = [(name, _embedded(speak(voice, 8, seed), voice_models)) for name, voice in VOICES.items() for seed in (1, 2)]

    likenesses = [(one == other, float(a @ b)) for at, (one, a) in enumerate(said) for other, b in said[at + 1 :]]

    assert min(likeness for same, likeness in likenesses if same) > 0.85
    assert max(likeness for same, likeness in likenesses if not same) < 0.76


def _speech(said: Floats, models: VoiceModels) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which samples are speech."""
    activity = VoiceActivity(models.activity)
    found = np.zeros(len(said), np.bool_)
    for stretch in (*activity.hear(said), *activity.finish()):
        found[stretch.start : stretch.end] = True
    return found


def _embedded(said: Floats, models: VoiceModels) -> Floats:
    return mean_direction(models.embedder.speech(said[_speech(said, models)]))


def _pitch_hz(frame: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Return the pitch by autocorrelation, or None where the frame is no tone."""
    likeness = np.correlate(frame, frame, "full")[len(frame) - 1 :]
    peaks, _ = find_peaks(likeness[RATE_HZ // 500 : RATE_HZ // 55] / likeness[0], height=0.5)
    if not len(peaks):
        return None
    lags = peaks + RATE_HZ // 500
    return float(RATE_HZ / lags[likeness[lags].argmax()])
