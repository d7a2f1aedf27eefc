"""How good the sound of a voice is: level over the background, cut-off peaks, and what the background is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.observations import Background
from detectors.voices.mel import HOP
from detectors.voices.tonality import STEP_FRAMES, Tones, find_tones

Floats = NDArray[np.float32]
Powers = NDArray[np.float64]
Span = tuple[int, int]

_QUIETEST = 1e-10
_AROUND = 200  # frames: the background is what is quiet within two seconds of the speech
_BACKGROUND_PERCENTILE = 10

# docs/adr/0019-diarisation.md has the measurements.
_QUIET_DB = 16.0
_QUIET_PERCENTILE = 30
_HELD_IN_MUSIC = 0.04
_NO_VOICE_DB, _HELD_WITHOUT_VOICE = 12.0, 0.25

_EXTREME = 0.999
_USUALLY_NEAR = {0.9: 0.008, 0.8: 0.018}
"""So much of whole speech comes nearer to its extreme than this share of it; no recording of 347 has over 0.6 % more.
Cut off in 3.6 % of the samples, the estimate is 2.6–5.2 % after another rate, AAC 64 kbit/s or Opus 24 kbit/s, which
leave nothing flat at the top, and over 1 % in 78–100 % of the recordings."""
_LEAST_PEAK = 0.1  # below a tenth of full scale nothing is cut off

_FULL_LENGTH_S = 6.0
_CLEAN_DB = 30.0
_CLIPPED_WORTHLESS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What one voice of a block sounds like.

    Attributes:
        level_db: how far it stands above the background.
        clipped: part of its samples that are cut off.
        voice: False where it is music that the detector of speech was taken in by.
    """

    level_db: float
    clipped: float
    background: Background
    voice: bool


def judge(samples: Floats, powers: Powers, speech: Sequence[Span]) -> Quality:
    """Return the quality of a voice.

    Args:
        samples: float32 (n,) of the block.
        powers: mean square per frame of it.
        speech: ascending (start, end) of the voice's speech in frames, at least one.
    """
    level_db = level_over_background(powers, speech)
    clipped = clipped_share(np.concatenate([samples[start * HOP : end * HOP] for start, end in speech]))
    if level_db >= _QUIET_DB:
        return Quality(level_db=level_db, clipped=clipped, background=Background.QUIET, voice=True)
    held_behind, held_inside = _held(samples, powers, speech)
    return Quality(
        level_db=level_db,
        clipped=clipped,
        background=Background.MUSIC if held_behind >= _HELD_IN_MUSIC else Background.NOISE,
        voice=level_db >= _NO_VOICE_DB or held_inside < _HELD_WITHOUT_VOICE,
    )


def _held(samples: Floats, powers: Powers, speech: Sequence[Span]) -> tuple[float, float]:
    """Return the parts of the tones that are held: in the quietest moments near the speech, and in the speech."""
    first = max(0, speech[0][0] - _AROUND) // STEP_FRAMES * STEP_FRAMES
    last = speech[-1][1] + _AROUND
    tones: Tones = find_tones(samples[first * HOP : last * HOP])
    steps = len(tones.peaks)
    inside, near = np.zeros(steps, bool), np.zeros(steps, bool)
    for start, end in speech:
        inside[(start - first) // STEP_FRAMES : (end - first) // STEP_FRAMES] = True
        near[max(0, start - first - _AROUND) // STEP_FRAMES : (end - first + _AROUND) // STEP_FRAMES] = True
    power = np.zeros(steps)
    there = powers[first::STEP_FRAMES][:steps]
    power[: len(there)] = there
    quiet = near & (power <= np.percentile(power[near], _QUIET_PERCENTILE))
    return tones.share(quiet), tones.share(inside)


def frame_powers(samples: Floats) -> Powers:
    """Return (1 + n // HOP,): the mean square of the samples of each frame of 10 ms, 0 past the end."""
    frames = 1 + len(samples) // HOP
    padded = np.zeros(frames * HOP)
    padded[: len(samples)] = samples[: len(padded)]
    return np.asarray(np.mean(np.square(padded.reshape(frames, HOP)), axis=1))


def level_over_background(powers: Powers, speech: Sequence[Span]) -> float:
    """Return in decibels how far speech stands above the background around it.

    Args:
        powers: mean square per frame of everything.
        speech: (start, end) in frames, at least one.
    """
    near = np.zeros(len(powers), bool)
    for start, end in speech:
        near[max(0, start - _AROUND) : end + _AROUND] = True
    loud = float(np.mean(np.concatenate([powers[start:end] for start, end in speech])))
    quiet = max(float(np.percentile(powers[near], _BACKGROUND_PERCENTILE)), _QUIETEST)
    return float(10 * np.log10(max(loud - quiet, quiet * 1e-3) / quiet))


def clipped_share(samples: Floats) -> float:
    """Return about which part of the samples, 0 to 1, lies in cut-off peaks: more near the extreme than speech has."""
    if not len(samples):
        return 0.0
    sizes = np.abs(samples)
    extreme = float(np.quantile(sizes, _EXTREME))
    if extreme < _LEAST_PEAK:
        return 0.0
    return max(0.0, *(float(np.mean(sizes > near * extreme)) - usual for near, usual in _USUALLY_NEAR.items()))


def sample_quality(speech_s: float, level_db: float, clipped: float) -> float:
    """Return 0 to 1: how much a sample of this length, level over the background and clipping is worth."""
    length = min(1.0, speech_s / _FULL_LENGTH_S)
    level = min(1.0, max(0.0, level_db / _CLEAN_DB))
    whole = max(0.0, 1 - clipped / _CLIPPED_WORTHLESS)
    return float(np.sqrt(length) * level * whole)
