"""Kaldi's log filterbank: the features that WeSpeaker's voice embedders listen to.

Povey et al., "The Kaldi Speech Recognition Toolkit" (2011), feat/feature-fbank.cc, as WeSpeaker's own program asks for
it: Hamming window, no dither, no energy, whole frames only.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models import FilterbankContract

_FRAMES_AT_ONCE = 1024
_LEAST_ENERGY = np.float32(np.finfo(np.float32).eps)
_SILENCE = np.log(_LEAST_ENERGY) + np.float32(0.01)

Floats = NDArray[np.float32]


def log_bands(samples: Floats, recipe: FilterbankContract) -> Floats:
    """Return the log filterbank of a stretch of sound, its mean not yet taken off.

    Args:
        samples: float32 (n,), mono, of the recipe's rate, amplitude -1 to 1.
        recipe: of the model's manifest.

    Returns:
        float32 (frames, bands), frames = 1 + (n - window) // hop, none where n is less than a window; natural
        logarithms, at least ln(2 ** -23). Frame i covers the window from sample i * hop on.
    """
    if len(samples) < recipe.window_samples:
        return np.empty((0, recipe.bands), np.float32)
    frames = sliding_window_view(samples, recipe.window_samples)[:: recipe.hop_samples]
    bands = np.empty((len(frames), recipe.bands), np.float32)
    for at in range(0, len(frames), _FRAMES_AT_ONCE):
        part = frames[at : at + _FRAMES_AT_ONCE] * np.float32(recipe.full_scale)
        part -= part.mean(axis=1, keepdims=True)
        # The first sample has none before it: Kaldi takes it for its own predecessor.
        before = np.concatenate((part[:, :1], part[:, :-1]), axis=1)
        part = (part - np.float32(recipe.preemphasis) * before) * _window(recipe.window_samples)
        spectrum = scipy.fft.rfft(part, recipe.fft_samples, axis=1)
        energies = (spectrum.real**2 + spectrum.imag**2) @ _filters(recipe)
        bands[at : at + len(part)] = np.log(np.maximum(energies, _LEAST_ENERGY))
    return bands


def log_bands_along(samples: Floats, recipe: FilterbankContract) -> Floats:
    """Return the log filterbank of a block, a frame for each hop of it, its ends continued by silence.

    Args:
        samples: float32 (n,), mono, of the recipe's rate, amplitude -1 to 1.
        recipe: of the model's manifest.

    Returns:
        float32 (1 + n // hop, bands); frame i is centred on the middle of the samples from i * hop to (i + 1) * hop, so
        that it tells of them and of as much before as after.
    """
    hop, window = recipe.hop_samples, recipe.window_samples
    frames = 1 + len(samples) // hop
    before = (window - hop) // 2
    padded = np.zeros((frames - 1) * hop + window, np.float32)
    padded[before : before + len(samples)] = samples
    return log_bands(padded, recipe)


def sounding(bands: Floats) -> Floats:
    """Return the frames of a log filterbank, (frames, bands), that hold any sound; all of them where none does.

    Generated speech is often cut out to exact zeros, whose logarithm lies further below a voice than anything that was
    ever recorded, and would pull the mean with it. Such frames are pauses, and are left out as pauses are.
    """
    sound = (bands > _SILENCE).any(axis=1)
    return bands[sound] if sound.any() else bands


@cache
def _window(length: int) -> Floats:
    """Return float32 (length,): a symmetric Hamming window."""
    return np.asarray(0.54 - 0.46 * np.cos(2 * np.pi * np.arange(length) / (length - 1)), np.float32)


@cache
def _filters(recipe: FilterbankContract) -> Floats:
    """Return float32 (fft // 2 + 1, bands): triangles of height one, evenly spaced and straight in mels."""
    highest_hz = recipe.sample_rate_hz / 2
    lowest, highest = _mels(np.array([recipe.lowest_hz, highest_hz]))
    edges = np.linspace(lowest, highest, recipe.bands + 2)
    bins = _mels(np.linspace(0, highest_hz, recipe.fft_samples // 2 + 1))[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _mels(hz: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(1127 * np.log1p(hz / 700), np.float64)
