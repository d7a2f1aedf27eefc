"""Tones that are held: what tells music, behind speech or taken for it, from a voice, whose pitch never stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter1d

from detectors.voices.mel import HOP

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]

STEP_FRAMES = 2
"""Frames of 10 ms that one count stands for."""

_WINDOW = 1024
_HOP = STEP_FRAMES * HOP
_LOWEST, _HIGHEST = 8, 330  # bins of 15.6 Hz: 125 Hz to 5.2 kHz
_AROUND_BINS = 31
_ABOVE_DB = 9.0
_HELD_STEPS = 8  # before and after: 0.34 s in all
_HELD_LEAST = 13  # of those 17
_STEPS_AT_ONCE = 500
_QUIETEST = 1e-12


@dataclass(frozen=True, slots=True)
class Tones:
    """Spectral peaks of each step of 20 ms.

    Attributes:
        peaks: int64 (steps,), how many stand out of their surroundings.
        held: int64 (steps,), how many of those stay where they are for a third of a second.
    """

    peaks: Counts
    held: Counts

    def share(self, steps: NDArray[np.bool_]) -> float:
        """Return the part of the peaks, 0 to 1, that are held, in the chosen `steps`, bool (steps,)."""
        return float(self.held[steps].sum() / max(1, self.peaks[steps].sum()))


def find_tones(samples: Floats) -> Tones:
    """Return the tones of a block, float32 (n,); step i is centred on sample i * STEP_FRAMES * HOP."""
    padded = np.pad(samples, _WINDOW // 2)
    frames = sliding_window_view(padded, _WINDOW)[::_HOP]
    peaks, held = np.zeros(len(frames), np.int64), np.zeros(len(frames), np.int64)
    for at in range(0, len(frames), _STEPS_AT_ONCE):
        before, end = max(0, at - _HELD_STEPS), min(len(frames), at + _STEPS_AT_ONCE)
        standing = _standing_out(frames[before : end + _HELD_STEPS])
        staying = standing & (_times_near(standing) >= _HELD_LEAST)
        peaks[at:end] = standing.sum(axis=1)[at - before : end - before]
        held[at:end] = staying.sum(axis=1)[at - before : end - before]
    return Tones(peaks, held)


def _standing_out(frames: Floats) -> NDArray[np.bool_]:
    spectrum = np.abs(rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1))[:, _LOWEST:_HIGHEST]
    level_db = 20 * np.log10(spectrum + _QUIETEST)
    inner = level_db[:, 1:-1]
    standing = np.zeros(level_db.shape, bool)
    standing[:, 1:-1] = (inner >= level_db[:, :-2]) & (inner >= level_db[:, 2:])
    return np.asarray(standing & (level_db > uniform_filter1d(level_db, _AROUND_BINS, axis=1) + _ABOVE_DB), bool)


def _times_near(standing: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Return in how many steps around each, itself included, a peak stands in the same bin or one beside it."""
    near = standing.copy()
    near[:, 1:] |= standing[:, :-1]
    near[:, :-1] |= standing[:, 1:]
    total = np.cumsum(np.pad(near.astype(np.int16), ((_HELD_STEPS + 1, _HELD_STEPS), (0, 0))), axis=0, dtype=np.int16)
    return np.asarray(total[2 * _HELD_STEPS + 1 :] - total[: -2 * _HELD_STEPS - 1])
