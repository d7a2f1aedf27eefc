"""How good the sound of a voice is: level over the background, cut-off peaks, and what the background is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.voices.mel import HOP

Floats = NDArray[np.float32]
Powers = NDArray[np.float64]
Span = tuple[int, int]

_QUIETEST = 1e-10
_AROUND = 200  # frames: the background is what is quiet within two seconds of the speech
_BACKGROUND_PERCENTILE = 10
_MOST_DB = 90.0

_FLAT_RUN = 3  # as many equal samples in a row at the extreme are a cut-off peak
_NEAR_PEAK = 0.99
_LEAST_PEAK = 0.1  # below a tenth of full scale nothing is cut off, equal samples are coarse coding

_FULL_LENGTH_S = 6.0
_CLEAN_DB = 30.0
_CLIPPED_WORTHLESS = 0.05


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
    return float(min(_MOST_DB, 10 * np.log10(max(loud - quiet, quiet * 1e-3) / quiet)))


def clipped_share(samples: Floats) -> float:
    """Return the part of the samples, 0 to 1, that lie in cut-off peaks: flat runs at the largest amplitude."""
    if not len(samples):
        return 0.0
    peak = float(np.abs(samples).max())
    if peak < _LEAST_PEAK:
        return 0.0
    flat = 0
    for side in (samples, -samples):
        level = float(side.max())
        if level < _NEAR_PEAK * peak:
            continue
        at_top = np.concatenate(([False], side >= level * _NEAR_PEAK, [False])).astype(np.int8)
        starts, ends = np.flatnonzero(np.diff(at_top) == 1), np.flatnonzero(np.diff(at_top) == -1)
        runs = ends - starts
        flat += int(runs[runs >= _FLAT_RUN].sum())
    return flat / len(samples)


def sample_quality(speech_s: float, level_db: float, clipped: float) -> float:
    """Return 0 to 1: how much a sample of this length, level over the background and clipping is worth."""
    length = min(1.0, speech_s / _FULL_LENGTH_S)
    level = min(1.0, max(0.0, level_db / _CLEAN_DB))
    whole = max(0.0, 1 - clipped / _CLIPPED_WORTHLESS)
    return float(np.sqrt(length) * level * whole)
