"""Where two people speak at once, told by two signs that must come together.

One is in the sound: a second pitch beside the first. In each frame the strongest harmonic series is found with a comb
(positive on the harmonics, negative between them), cut out, and the strongest series of what is left is measured, those
in a simple ratio to the first excepted. The other is in the voice: the window resembles the mean of two voices more
than either. Alone the second marks every change of speaker, whose windows are half the one and half the other; the
first marks rough voices, echoes and music. docs/adr/0019-diarisation.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter1d

from countenance.observations import SOUND_HZ
from detectors.voices.mel import HOP

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Span = tuple[int, int]

_WINDOW = 1024
_TRANSFORM = 2048
_STEP_FRAMES = 2  # frames of 10 ms that one spectrum stands for
_STEPS_AT_ONCE = 500
_BIN_HZ = SOUND_HZ / _TRANSFORM
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 1400.0

_PITCH_HZ = (70.0, 420.0)
_PITCHES_PER_OCTAVE = 48
_TOOTH_HZ = 25.0  # half width: the main lobe of the window
_CUT_HZ = (22.0, 38.0)  # nearer to a harmonic of the first pitch nothing is left, farther everything
_RATIOS = (2.0, 3.0, 4.0, 1.5)
_RATIO_OCTAVES = 0.06
_SAME_OCTAVES = 0.12

# Frames, and shares of what second_pitch and mixed_voices measure; chosen on dialogues, see the decision record.
_LOUD_DB = 8.0  # below the middle of the speech its softer sounds begin: they have no pitch, or echo the last one
_SMOOTHED, _STEP_SMOOTHED = 60, 20
_USUAL_PERCENTILE = 25
_APART = -0.3  # what no speech counts as, on the scale of mixed_voices
_PITCH_COUNTS = 2.0
_LEAST_SIGN = 0.11
_SHORTEST, _JOINED = 30, 20

_QUIETEST = 1e-12


def find_overlaps(second: Floats, mixed: Floats, spoken: Flags) -> list[Span]:
    """Return where two speak at once, ascending (start, end) in frames, apart and within a block's speech.

    Args:
        second: float32 (frames,) of `second_pitch`.
        mixed: float32 (frames,) of `mixed_voices`; where nobody speaks it does not count.
        spoken: bool (frames,), where anybody speaks.
    """
    sign = uniform_filter1d(np.where(spoken, mixed, _APART), _STEP_SMOOTHED) + _PITCH_COUNTS * second
    joined: list[Span] = []
    for start, end in flagged_spans(spoken & (sign > _LEAST_SIGN)):
        if joined and start - joined[-1][1] <= _JOINED:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [span for span in joined if span[1] - span[0] >= _SHORTEST]


def mixed_voices(likeness: NDArray[np.floating], directions: Floats) -> Floats:
    """Return float32 (n,): how much more each window resembles the mean of the two likeliest voices than the likelier.

    Args:
        likeness: (n, voices) cosines of the windows with at least two voices.
        directions: (voices, dimension), the L2-normalised voices.
    """
    second, first = np.argsort(likeness, axis=1)[:, -2:].T
    rows = np.arange(len(likeness))
    between = np.linalg.norm(directions[first] + directions[second], axis=1)
    both = likeness[rows, first] + likeness[rows, second]
    return np.asarray(both / np.maximum(between, _QUIETEST) - likeness[rows, first], np.float32)


def second_pitch(samples: Floats, spoken: Flags) -> Floats:
    """Return float32 (frames,): how strong a second pitch is over about half a second, above what this speech has.

    Args:
        samples: float32 (n,) of a block.
        spoken: bool (frames,), frames of `HOP` samples, where anybody speaks.
    """
    if not spoken.any():
        return np.zeros(len(spoken), np.float32)
    strength, level_db = (_to_frames(each, len(spoken)) for each in _measure(samples))
    loud = spoken & (level_db > np.median(level_db[spoken]) - _LOUD_DB)
    share = np.maximum(uniform_filter1d(spoken.astype(np.float32), _SMOOTHED), 1 / _SMOOTHED)
    smooth = uniform_filter1d(np.where(loud, strength, 0), _SMOOTHED) / share
    return np.asarray(smooth - np.percentile(smooth[spoken], _USUAL_PERCENTILE), np.float32)


def flagged_spans(flags: Flags) -> Iterable[Span]:
    """Return (start, end) of the runs of true in bool (n,), ascending."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))).tolist()
    return zip(edges[::2], edges[1::2], strict=True)


def _to_frames(steps: Floats, frames: int) -> Floats:
    repeated = np.repeat(steps, _STEP_FRAMES)[:frames]
    return np.pad(repeated, (0, frames - len(repeated)), mode="edge")


def _measure(samples: Floats) -> tuple[Floats, Floats]:
    """Return float32 (steps,) each: the second pitch's strength, 0 to 1 of the spectrum, and the level in decibels."""
    combs, cuts, excluded = _combs()
    steps = sliding_window_view(np.pad(samples, _WINDOW // 2), _WINDOW)[:: _STEP_FRAMES * HOP]
    shape = np.hanning(_WINDOW).astype(np.float32)
    strengths, levels = [], []
    for at in range(0, len(steps), _STEPS_AT_ONCE):
        spectrum = np.abs(rfft(steps[at : at + _STEPS_AT_ONCE] * shape, _TRANSFORM, axis=1))[:, : combs.shape[1]]
        spectrum[:, : int(_LOWEST_HZ / _BIN_HZ)] = 0
        levels.append(10 * np.log10(np.square(spectrum).sum(axis=1) + _QUIETEST))
        root = np.sqrt(spectrum)
        first = (root @ combs.T).argmax(axis=1)
        left = (root * cuts[first]) @ combs.T
        left[excluded[first]] = 0
        strengths.append(left.max(axis=1) / (np.linalg.norm(root, axis=1) + np.float32(_QUIETEST)))
    return np.concatenate(strengths), np.concatenate(levels)


@cache
def _combs() -> tuple[Floats, Floats, Flags]:
    """Return for every pitch its comb and what is left beside its harmonics, (pitches, bins), and its relatives.

    The relatives, bool (pitches, pitches), are the pitches that are no second one: the same, or in a simple ratio.
    """
    octaves = np.arange(int(np.log2(_PITCH_HZ[1] / _PITCH_HZ[0]) * _PITCHES_PER_OCTAVE) + 1) / _PITCHES_PER_OCTAVE
    pitch = _PITCH_HZ[0] * 2 ** octaves[:, None]
    order = np.arange(int(_HIGHEST_HZ / _BIN_HZ)) * _BIN_HZ / pitch
    from_harmonic = np.abs(order - np.round(order)) * pitch
    from_middle = np.abs(order - np.floor(order) - 0.5) * pitch
    on = _teeth(from_harmonic, np.full_like(pitch, _TOOTH_HZ)) * (np.round(order) >= 1)
    on /= np.sqrt(np.maximum(np.round(order), 1))
    off = _teeth(from_middle, np.minimum(_TOOTH_HZ, pitch / 4)) / np.sqrt(np.floor(order) + 0.5)
    on /= np.linalg.norm(on, axis=1, keepdims=True)
    combs = on - off * (on.sum(axis=1) / off.sum(axis=1))[:, None]
    combs /= np.linalg.norm(np.maximum(combs, 0), axis=1, keepdims=True)
    cuts = np.clip((from_harmonic - _CUT_HZ[0]) / (_CUT_HZ[1] - _CUT_HZ[0]), 0, 1)
    between = np.abs(octaves[:, None] - octaves)
    excluded = between < _SAME_OCTAVES
    for ratio in _RATIOS:
        excluded |= np.abs(between - np.log2(ratio)) < _RATIO_OCTAVES
    return combs.astype(np.float32), cuts.astype(np.float32), excluded


def _teeth(distance: NDArray[np.float64], half_width: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(distance < half_width, np.cos(np.pi / 2 * np.minimum(1, distance / half_width)), 0)
