"""What a voice sounds like, as numbers: windows of speech through the GE2E encoder, and their mean.

Wan, Wang, Papir, Lopez Moreno, "Generalized End-to-End Loss for Speaker Verification" (2018). The recipe's numbers are
in the model's manifest (`MelContract`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from detectors.voices.mel import BANDS, mel_frames
from models import MelContract

Floats = NDArray[np.float32]

EmbedderNetwork = Callable[[Floats], Floats]
"""From mel frames (n, frames, BANDS) to L2-normalised embeddings (n, dimension)."""

_INT16_FULL = 32_767
_QUIETEST = 1e-9


@dataclass(frozen=True, slots=True)
class VoiceEmbedder:
    """Embeds speech.

    Attributes:
        network: the encoder.
        recipe: length and distance of windows, level, and most windows in one run.
        dimension: numbers in an embedding.
    """

    network: EmbedderNetwork
    recipe: MelContract
    dimension: int

    def windows(self, mels: Iterable[Floats], on_batch: Callable[[], None] = lambda: None) -> Floats:
        """Return float32 (n, dimension), one embedding per window.

        Args:
            mels: windows, float32 (`recipe.frames`, BANDS) each; taken a batch at a time.
            on_batch: called after each run of the network.
        """
        embeddings = [np.empty((0, self.dimension), np.float32)]
        for batch in _batches(mels, self.recipe.max_batch):
            embeddings.append(self.network(np.stack(batch)))
            on_batch()
        return np.concatenate(embeddings)

    def speech(self, speech: Floats, on_batch: Callable[[], None] = lambda: None) -> Floats:
        """Return float32 (n, dimension), n >= 1: embeddings of windows along `speech`, float32 (m,), without pauses."""
        return self.windows(cut_windows(mel_frames(raise_level(speech, self.recipe)), self.recipe), on_batch)


def raise_level(speech: Floats, recipe: MelContract) -> Floats:
    """Return `speech` raised to the level that the encoder expects at least; louder speech is left as it is."""
    return speech * np.float32(np.sqrt(raising_power(float(np.mean(np.square(speech, dtype=np.float64))), recipe)))


def raising_power(power: float, recipe: MelContract) -> float:
    """Return by what speech's power, a mean square of amplitudes, is multiplied to reach the least level; at least 1.

    Mel energies may be multiplied by it instead of the samples: they are linear in power.
    """
    return float(max(1.0, 10 ** (recipe.volume_dbfs / 10) / max(power, _QUIETEST)))


def cut_windows(mels: Floats, recipe: MelContract) -> list[Floats]:
    """Return windows along `mels`, float32 (frames, BANDS), frames >= 1; there is always one.

    Speech shorter than a window is one window of its own length, since the encoder takes any. The last of several is
    continued by silence and kept if it is filled enough.
    """
    frames, length = len(mels), recipe.frames
    if frames <= length:
        return [mels]
    starts = range(0, frames - length + recipe.step_frames + 1, recipe.step_frames)
    kept = [at for at in starts if at == 0 or frames - at >= recipe.least_filled * length]
    padded = np.concatenate((mels, np.zeros((length, BANDS), np.float32)))
    return [padded[at : at + length] for at in kept]


def fill_window(mels: Floats, length: int) -> Floats:
    """Return float32 (length, BANDS): `mels`, float32 (frames, BANDS), frames >= 1, again and again."""
    return np.take(mels, np.arange(length) % len(mels), axis=0)


def mean_direction(embeddings: NDArray[np.floating]) -> Floats:
    """Return float32 (dimension,): the L2-normalised mean of embeddings (n, dimension), n >= 1."""
    mean = np.mean(embeddings, axis=0, dtype=np.float64)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), _QUIETEST), np.float32)


def to_pcm(speech: Floats) -> bytes:
    """Return mono PCM, signed 16 bit little-endian; what exceeds full scale is cut off."""
    return np.clip(np.rint(speech * _INT16_FULL), -_INT16_FULL, _INT16_FULL).astype("<i2").tobytes()


def from_pcm(sound: bytes) -> Floats:
    """Return float32 samples of mono PCM, signed 16 bit little-endian."""
    return np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(_INT16_FULL)


def _batches(mels: Iterable[Floats], size: int) -> Iterator[list[Floats]]:
    windows = iter(mels)
    while batch := list(islice(windows, size)):
        yield batch
