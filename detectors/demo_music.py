"""Music that belongs to nobody: slow chords of soft tones over a bass, for the benchmarks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CHORDS = ((220.0, 261.63, 329.63), (174.61, 220.0, 261.63), (261.63, 329.63, 392.0), (196.0, 246.94, 293.66))
_CHORD_S, _NOTES = 2.4, 8
_OVERTONES = (1.0, 0.4, 0.2, 0.1)


def chords(seconds: float, rate_hz: int, seed: int) -> NDArray[np.float32]:
    """Return broken chords of plucked tones over a held bass.

    Args:
        seconds: of music, > 0.
        rate_hz: samples per second.
        seed: decides which notes are plucked.

    Returns:
        float32 mono, largest amplitude .5, shape (n,) with n = round(seconds * rate_hz).
    """
    chance = np.random.default_rng(seed)
    wanted = round(seconds * rate_hz)
    bar = round(_CHORD_S * rate_hz)
    played = np.zeros(wanted + 2 * bar, np.float64)
    for at, start in enumerate(range(0, wanted, bar)):
        chord = _CHORDS[at % len(_CHORDS)]
        held = _tone(chord[0] / 2, bar, rate_hz) * np.hanning(bar)
        played[start : start + bar] += 0.8 * held
        for note in range(_NOTES):
            begun = start + note * bar // _NOTES
            length = bar // 2
            faded = np.exp(-np.arange(length) / (0.25 * rate_hz)) * np.minimum(1, np.arange(length) / (0.005 * rate_hz))
            played[begun : begun + length] += 0.6 * _tone(float(chance.choice(chord)) * 2, length, rate_hz) * faded
    played = played[:wanted]
    return np.asarray(played * (0.5 / max(float(np.abs(played).max()), 1e-9)), np.float32)


def _tone(pitch_hz: float, count: int, rate_hz: int) -> NDArray[np.float64]:
    turn = 2 * np.pi * pitch_hz / rate_hz * np.arange(count)
    return np.asarray(sum(part * np.sin((at + 1) * turn) for at, part in enumerate(_OVERTONES)), np.float64)
