"""The mel spectrogram that the GE2E voice encoder listens to: linear power, never its logarithm."""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ

HOP = 160
"""Samples from one frame to the next: 10 ms."""

BANDS = 40
"""Numbers in a frame."""

WINDOW = 400
"""Samples that a frame tells of."""

_FRAMES_AT_ONCE = 1024

# The Slaney scale: linear below 1 kHz, logarithmic above (M. Slaney, Auditory Toolbox, 1998).
_HZ_PER_MEL = 200 / 3
_BREAK_HZ = 1000.0
_LOG_STEP = np.log(6.4) / 27

Floats = NDArray[np.float32]


def mel_frames(samples: Floats) -> Floats:
    """Return the mel power spectrogram of a stretch of sound, its ends continued by silence.

    Args:
        samples: float32 (n,), mono, `SOUND_HZ`, amplitude -1 to 1.

    Returns:
        float32 (1 + n // HOP, BANDS); frame i is centred on sample i * HOP. Agrees with librosa 0.10's
        `melspectrogram(sr=16000, n_fft=400, hop_length=160, n_mels=40)`, which the encoder was trained with.
    """
    half = WINDOW // 2
    padded = np.pad(samples.astype(np.float32, copy=False), half)
    frames = sliding_window_view(padded, WINDOW)[::HOP]
    mels = np.empty((len(frames), BANDS), np.float32)
    for at in range(0, len(frames), _FRAMES_AT_ONCE):
        part = frames[at : at + _FRAMES_AT_ONCE]
        spectrum = scipy.fft.rfft(part * _hann(), axis=1)
        mels[at : at + len(part)] = (spectrum.real**2 + spectrum.imag**2) @ _filters()
    return mels


@cache
def _hann() -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


@cache
def _filters() -> Floats:
    """Return float32 (201, BANDS): triangles evenly spaced in mels from 0 to 8 kHz, each of unit area."""
    top = _BREAK_HZ / _HZ_PER_MEL + np.log(SOUND_HZ / 2 / _BREAK_HZ) / _LOG_STEP
    mels = np.linspace(0, top, BANDS + 2)
    corner = _BREAK_HZ / _HZ_PER_MEL
    edges = np.where(mels < corner, mels * _HZ_PER_MEL, _BREAK_HZ * np.exp(_LOG_STEP * (mels - corner)))
    bins = np.linspace(0, SOUND_HZ / 2, WINDOW // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * 2 / (edges[2:] - edges[:-2]), np.float32)
