"""What a voice sounds like, as numbers: windows of speech through a voice encoder, and their mean.

Wan, Wang, Papir, Lopez Moreno, "Generalized End-to-End Loss for Speaker Verification" (2018), or Wang, Zheng, Chen,
Cheng, Chen, "CAM++" (2023). The recipe's numbers are in the model's manifest (`VoiceContract`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from detectors.voices.fbank import log_bands, log_bands_along, sounding
from detectors.voices.mel import mel_frames
from models import FilterbankContract, MelContract, VoiceContract

Floats = NDArray[np.float32]

EmbedderNetwork = Callable[[Floats], Floats]
"""From windows (n, frames, bands) to L2-normalised embeddings (n, dimension)."""

_INT16_FULL = 32_767
_QUIETEST = 1e-9


@dataclass(frozen=True, slots=True)
class VoiceEmbedder:
    """Embeds speech.

    Attributes:
        network: the encoder.
        recipe: features, length and distance of windows, level, most windows in one run, and bounds for diarisation.
        dimension: numbers in an embedding.
    """

    network: EmbedderNetwork
    recipe: VoiceContract
    dimension: int

    def windows(self, features: Iterable[Floats], on_batch: Callable[[], None] = lambda: None) -> Floats:
        """Return float32 (n, dimension), one embedding per window.

        Args:
            features: windows, float32 (frames, bands) each; taken a batch at a time, those of a batch equally long.
            on_batch: called after each run of the network.
        """
        embeddings = [np.empty((0, self.dimension), np.float32)]
        for batch in _batches(features, self.recipe.max_batch):
            embeddings.append(self.network(np.stack([centre_window(window, self.recipe) for window in batch])))
            on_batch()
        return np.concatenate(embeddings)

    def speech(self, speech: Floats, on_batch: Callable[[], None] = lambda: None) -> Floats:
        """Return float32 (n, dimension), n >= 1: embeddings of windows along `speech`, float32 (m,), without pauses."""
        return self.windows(cut_windows(features_of(speech, self.recipe), self.recipe), on_batch)


def features_of(speech: Floats, recipe: VoiceContract) -> Floats:
    """Return float32 (frames, bands), frames >= 1, of a stretch of speech, float32 (m,), as the encoder's authors do.

    Quiet speech is raised first where the recipe asks for it.
    """
    if isinstance(recipe, FilterbankContract):
        return sounding(log_bands(np.pad(speech, (0, max(0, recipe.window_samples - len(speech)))), recipe))
    return mel_frames(raise_level(speech, recipe))


def features_along(samples: Floats, recipe: VoiceContract) -> Floats:
    """Return float32 (1 + n // HOP, bands) of a block, float32 (n,): frame i tells of the samples from i * HOP on.

    Nothing is raised: how loud speech is, is known only window by window; see `prepare_window`.
    """
    if isinstance(recipe, FilterbankContract):
        return log_bands_along(samples, recipe)
    return mel_frames(samples)


def raise_level(speech: Floats, recipe: MelContract) -> Floats:
    """Return `speech` raised to the level that the encoder expects at least; louder speech is left as it is."""
    return speech * np.float32(np.sqrt(_raising_power(float(np.mean(np.square(speech, dtype=np.float64))), recipe)))


def prepare_window(features: Floats, power: float, recipe: VoiceContract) -> Floats:
    """Return features taken out of a block's, (frames, bands), frames >= 1, as `features_of` their speech would be.

    Mel energies, linear in power, are raised by what the samples would be, given their mean square. Logarithms are not,
    since loudness goes with their mean; frames without any sound are left out.
    """
    if isinstance(recipe, FilterbankContract):
        return sounding(features)
    return features * np.float32(_raising_power(power, recipe))


def cut_windows(features: Floats, recipe: VoiceContract) -> list[Floats]:
    """Return windows along `features`, float32 (frames, bands), frames >= 1; there is always one.

    Speech shorter than a window is one window of its own length, since encoders take any. Of several, the last is
    continued by silence and kept if it is filled enough, or all are spread evenly, as the recipe's kind says.
    """
    frames, length = len(features), recipe.frames
    if frames <= length:
        return [features]
    if isinstance(recipe, FilterbankContract):
        count = 1 + -(-(frames - length) // recipe.step_frames)
        return [features[at : at + length] for at in np.linspace(0, frames - length, count).astype(int).tolist()]
    starts = range(0, frames - length + recipe.step_frames + 1, recipe.step_frames)
    kept = [at for at in starts if at == 0 or frames - at >= recipe.least_filled * length]
    padded = np.concatenate((features, np.zeros((length, recipe.bands), np.float32)))
    return [padded[at : at + length] for at in kept]


def centre_window(features: Floats, recipe: VoiceContract) -> Floats:
    """Return a window as the network is given it: of logarithms, each band's mean over the window is taken off."""
    return features - features.mean(axis=0) if isinstance(recipe, FilterbankContract) else features


def fill_window(features: Floats, length: int) -> Floats:
    """Return float32 (length, bands): `features`, float32 (frames, bands), frames >= 1, again and again."""
    return np.take(features, np.arange(length) % len(features), axis=0)


def mean_direction(embeddings: NDArray[np.floating]) -> Floats:
    """Return float32 (dimension,): the L2-normalised mean of embeddings (n, dimension), n >= 1."""
    mean = np.mean(embeddings, axis=0, dtype=np.float64)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), _QUIETEST), np.float32)


def unit_lengths(embeddings: Floats) -> Floats:
    """Return embeddings, float32 (n, dimension), each made of length one."""
    lengths = np.linalg.norm(embeddings.astype(np.float64), axis=1, keepdims=True)
    return np.asarray(embeddings / np.maximum(lengths, _QUIETEST), np.float32)


def to_pcm(speech: Floats) -> bytes:
    """Return mono PCM, signed 16 bit little-endian; what exceeds full scale is cut off."""
    return np.clip(np.rint(speech * _INT16_FULL), -_INT16_FULL, _INT16_FULL).astype("<i2").tobytes()


def from_pcm(sound: bytes) -> Floats:
    """Return float32 samples of mono PCM, signed 16 bit little-endian."""
    return np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(_INT16_FULL)


def _raising_power(power: float, recipe: MelContract) -> float:
    """Return by what a mean square of amplitudes is multiplied to reach the least level; at least 1."""
    return float(max(1.0, 10 ** (recipe.volume_dbfs / 10) / max(power, _QUIETEST)))


def _batches(features: Iterable[Floats], size: int) -> Iterator[list[Floats]]:
    windows = iter(features)
    while batch := list(islice(windows, size)):
        yield batch
