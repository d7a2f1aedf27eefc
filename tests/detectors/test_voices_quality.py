"""How good a voice's sound is: level over the background, cut-off peaks, tones that are held."""

from __future__ import annotations

import av
import numpy as np
import pytest

from countenance.observations import SOUND_HZ, Background
from detectors.voices.quality import clipped_share, frame_powers, judge, level_over_background, sample_quality
from detectors.voices.tonality import Floats, find_tones

SECOND = 100  # frames


def voice_like(seconds: float) -> Floats:
    """Return a buzz whose pitch glides and which pauses four times a second."""
    at = np.arange(int(seconds * SOUND_HZ)) / SOUND_HZ
    phase = np.cumsum(140 + 40 * np.sin(2 * np.pi * 1.7 * at)) / SOUND_HZ
    buzz = sum(np.sin(2 * np.pi * phase * harmonic) / harmonic for harmonic in range(1, 20))
    return np.asarray(0.1 * buzz * (np.sin(2 * np.pi * 4 * at) > 0), np.float32)


def chord(seconds: float) -> Floats:
    """Return a chord that is held."""
    at = np.arange(int(seconds * SOUND_HZ)) / SOUND_HZ
    return np.asarray(sum(np.sin(2 * np.pi * hz * at) for hz in (262, 330, 392, 523, 659, 784)), np.float32)


def mixed(background: Floats, decibels: float) -> tuple[Floats, list[tuple[int, int]]]:
    """Return six seconds of a voice so far above a background, and where it speaks."""
    voice = np.pad(voice_like(4), SOUND_HZ)
    gain = np.sqrt(np.mean(voice_like(4) ** 2) / np.mean(background**2) / 10 ** (decibels / 10))
    return voice + np.float32(gain) * background, [(SECOND, 5 * SECOND)]


def hiss() -> Floats:
    """Return six seconds of white noise."""
    return np.random.default_rng(0).standard_normal(6 * SOUND_HZ).astype(np.float32)


@pytest.mark.parametrize("decibels", [0, 10, 20])
def test_the_level_is_that_of_the_voice_over_what_is_behind_it(decibels: float) -> None:
    sound, speech = mixed(hiss(), decibels)

    assert level_over_background(frame_powers(sound), speech) == pytest.approx(decibels, abs=2.5)


@pytest.mark.parametrize(
    ("background", "decibels", "expected"),
    [
        (hiss(), 40, Background.QUIET),
        (chord(6), 40, Background.QUIET),
        (hiss(), 6, Background.NOISE),
        (chord(6), 6, Background.MUSIC),
    ],
)
def test_the_background_is_named(background: Floats, decibels: float, expected: Background) -> None:
    sound, speech = mixed(background, decibels)

    assert judge(sound, frame_powers(sound), speech).background is expected


def test_music_alone_is_no_voice() -> None:
    tune = chord(6)

    assert not judge(tune, frame_powers(tune), [(SECOND, 5 * SECOND)]).voice


def test_a_voice_over_digital_silence_has_a_level_that_can_be_told() -> None:
    sound = np.pad(voice_like(2), SOUND_HZ)

    assert 60 < level_over_background(frame_powers(sound), [(SECOND, 3 * SECOND)]) < 100


def test_held_tones_are_counted_and_gliding_ones_are_not() -> None:
    tune, voice = find_tones(chord(3)), find_tones(voice_like(3))

    assert tune.share(np.ones(len(tune.peaks), bool)) > 0.8
    assert voice.share(np.ones(len(voice.peaks), bool)) < 0.2


def spoken(rate: int = SOUND_HZ) -> Floats:
    """Return four seconds of a buzz whose loudness comes and goes, at most 0.3 of full scale."""
    at = np.arange(4 * rate) / rate
    phase = np.cumsum(140 + 40 * np.sin(2 * np.pi * 1.7 * at)) / rate
    buzz = sum(np.sin(2 * np.pi * phase * harmonic) / harmonic for harmonic in range(1, 20))
    loudness = np.sin(np.pi * 2 * at) ** 2 * (0.5 + 0.5 * np.sin(2 * np.pi * 0.3 * at))
    return np.asarray(0.3 * buzz * loudness / np.abs(buzz * loudness).max(), np.float32)


@pytest.mark.parametrize("limit", [1.0, 0.4])
def test_cut_off_peaks_are_found_at_any_level(limit: float) -> None:
    loud = np.clip(8 * limit * spoken(), -limit, limit)

    assert clipped_share(spoken()) < 0.001
    assert clipped_share(loud) > 0.02
    assert clipped_share(np.zeros(0, np.float32)) == clipped_share(np.zeros(100, np.float32)) == 0


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_cut_off_peaks_are_found_though_another_rate_rounded_them(rate: int) -> None:
    loud = np.clip(8 * spoken(rate), -1, 1)
    frame = av.AudioFrame.from_ndarray(loud[None], format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_HZ)

    heard = np.concatenate([part.to_ndarray()[0] for part in [*resampler.resample(frame), *resampler.resample(None)]])

    assert clipped_share(heard) > 0.02


def test_longer_cleaner_samples_are_worth_more() -> None:
    assert sample_quality(6, 40, 0) == 1
    assert sample_quality(3, 40, 0) < 1 > sample_quality(6, 15, 0) > sample_quality(6, 15, 0.02)
    assert sample_quality(6, 40, 0.2) == 0
