"""Does an installed model still answer as it did when its manifest was written?

Drawn pictures go through the manifest's preprocessing and the networks; a few numbers of each output are compared with
the manifest's. A wrong colour order, mean, scale, conversion or runtime shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.manifests import Network
from models.packs import models_of
from models.preprocessing import to_blob
from models.sessions import CPU, ModelSession, open_model

_CHIPS = 2
_CELLS = 8
_NUMBERS = 6
_TOLERANCE = 2e-4
"""Of an output's largest number: processors differ by 1e-5 of it, a scale wrong by 0.4 % shows with 4e-4 and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How one model answered.

    Attributes:
        deviation: largest difference from the manifest's numbers, as a fraction of their output's largest.
        held: whether the deviation is small enough.
        provider: the execution provider that answered.
    """

    model: str
    deviation: float
    held: bool
    provider: str


def selftest(name: str, store: Path, providers: Sequence[str] = (CPU,)) -> tuple[SelfTest, ...]:
    """Return how each model of a pack, or one model, answers.

    Raises:
        ModelsError: unknown name, or a model is missing, damaged or refused.
    """
    return tuple(examine(open_model(manifest.name, store, providers)) for manifest in models_of(name))


def examine(session: ModelSession) -> SelfTest:
    """Return how an opened model answers to the drawn pictures.

    Raises:
        ModelsError: its file is damaged or refused.
    """
    deviation = max(_deviation(session, network) for network in session.manifest.networks)
    return SelfTest(
        model=session.manifest.name,
        deviation=deviation,
        held=deviation <= _TOLERANCE,
        provider=session.provider,
    )


def fingerprint(session: ModelSession, network: Network) -> dict[str, tuple[float, ...]]:
    """Return, for each output of a network, six numbers evenly spread over its answer to the drawn pictures."""
    blob = to_blob(drawn_chips(network.probe_px), session.manifest.input)
    answers = session.run_batches(blob, network.name)
    return {output: _spread(answer) for output, answer in zip(network.outputs, answers, strict=True)}


def drawn_chips(size_px: int) -> NDArray[np.uint8]:
    """Return two pictures of eight by eight coloured cells, (2, size_px, size_px, 3) RGB, the same on every machine."""
    # A hash instead of a random generator: no library's next version can change it.
    numbers = hashlib.shake_256(b"countenance self-test").digest(_CHIPS * _CELLS * _CELLS * 3)
    cells = np.frombuffer(numbers, dtype=np.uint8).reshape(_CHIPS, _CELLS, _CELLS, 3)
    side = -(-size_px // _CELLS)
    return np.ascontiguousarray(cells.repeat(side, axis=1).repeat(side, axis=2)[:, :size_px, :size_px])


def _spread(answer: NDArray[np.float32]) -> tuple[float, ...]:
    flat = answer.reshape(-1)
    picked = flat[np.linspace(0, flat.size - 1, _NUMBERS).astype(int)]
    return tuple(float(number) for number in picked)


def _deviation(session: ModelSession, network: Network) -> float:
    found = fingerprint(session, network)
    largest = 0.0
    for output, expected in network.fingerprint.items():
        wanted = np.asarray(expected)
        # Outputs that stay near zero on drawn pictures are compared on the scale of a small score.
        scale = max(0.05, float(np.abs(wanted).max()))
        difference = np.abs(np.asarray(found[output]) - wanted).max() / scale
        # Not-a-number must not pass as small.
        largest = max(largest, float(difference) if np.isfinite(difference) else float("inf"))
    return largest
