"""Does sound become what a voice embedder was trained on? Drawn sound against numbers in the model's manifest.

A network answers to wrong features too, and the cosines of two recordings hardly tell: both are wrong alike. Features
need no weights to be checked, so this holds for models whose files nobody here has had.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.voices.embedding import centre_window, cut_windows, features_of
from models import VoiceContract
from models.selftest import drawn_sound

Floats = NDArray[np.float32]

MOST_DEVIATION = 1e-3
"""Of the largest number: processors and other programs differ by 1e-4 of it, planted faults by 2.7e-3 and more."""

_SAMPLES = 16_000
_QUIETER = np.float32(0.1)  # below the level that GE2E's recipe raises to
_NUMBERS = 12


def deviation(recipe: VoiceContract) -> float:
    """Return how far the features of drawn sound are from the manifest's, as a fraction of its largest number."""
    wanted, found = np.asarray(recipe.known.features), np.asarray(heard(recipe))
    if wanted.shape != found.shape:
        return float("inf")
    # Features, and what the network is given of them, each on its own scale.
    halves = zip(np.split(wanted, 2), np.split(found, 2), strict=True)
    apart = [float(np.abs(one - other).max() / np.abs(one).max()) for one, other in halves]
    # Not-a-number must not pass as small.
    return max(apart) if np.isfinite(apart).all() else float("inf")


def heard(recipe: VoiceContract) -> tuple[float, ...]:
    """Return twelve numbers of the features of drawn sound, then twelve of what the network is given of them."""
    features = features_of(known_sound(), recipe)
    given = centre_window(cut_windows(features, recipe)[0], recipe)
    return (*_spread(features), *_spread(given))


def known_sound() -> Floats:
    """Return the sound behind the manifests' numbers, float32 (n,): a second of a quiet hummed vowel."""
    return drawn_sound(_SAMPLES) * _QUIETER


def _spread(features: Floats) -> tuple[float, ...]:
    """Return numbers from all over the features: of frames from first to last, of bands in another order."""
    frames, bands = features.shape
    rows = np.linspace(0, frames - 1, _NUMBERS).astype(int)
    columns = (np.arange(_NUMBERS) * 5 % _NUMBERS * (bands - 1)) // (_NUMBERS - 1)
    return tuple(float(number) for number in features[rows, columns])
