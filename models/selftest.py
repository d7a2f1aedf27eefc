"""Does an installed model still answer as it did when its manifest was written?

Drawn pictures go through the manifest's preprocessing and the networks, drawn sound through its chunks, drawn mel
energies through its windows; a few numbers of each output are compared with the manifest's. A wrong colour order, mean,
scale, conversion, carried state or runtime shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.packs import ModelTask
from countenance.wire import SelfTest as PairTest
from models.contracts import ChunkContract, MelContract, VoiceContract
from models.manifests import Network
from models.packs import models_of
from models.preprocessing import to_blob
from models.sessions import CPU, ModelSession, open_model

_CHIPS = 2
_CELLS = 8
_CHUNKS = 24
_RATE_HZ = 16_000
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
    return tuple(examine(open_model(manifest.name, store, providers)) for manifest in models_of(name, store))


def known_pair_of(name: str, store: Path) -> PairTest | None:
    """Return what asks a pack to tell a known pair of pictures, and of voices, from a known other; None for a model.

    Raises:
        ModelsError: there is no pack or model of this name.
    """
    manifests = {manifest.task: manifest.name for manifest in models_of(name, store)}
    detector, embedder = manifests.get(ModelTask.FACE_DETECTOR), manifests.get(ModelTask.FACE_EMBEDDER)
    if detector is None or embedder is None:
        return None
    return PairTest(
        detector=detector,
        face_embedder=embedder,
        models=str(store),
        voice_activity=manifests.get(ModelTask.VOICE_ACTIVITY, ""),
        voice_embedder=manifests.get(ModelTask.VOICE_EMBEDDER, ""),
    )


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
    """Return, for each output of a network, as many numbers as its manifest has, evenly spread over its answer.

    The input is drawn: pictures, mel energies or sound, as the model takes them.
    """
    manifest = session.manifest
    if manifest.pictures is not None:
        answers = session.run_batches(to_blob(drawn_chips(network.probe_px), manifest.pictures), network.name)
    elif manifest.mel is not None:
        answers = session.run_batches(drawn_mel(manifest.mel), network.name)
    else:
        answers = _answers_to_chunks(session, network, manifest.speech_input)
    named = zip(network.outputs, answers, strict=True)
    return {output: _spread(answer, len(network.fingerprint[output])) for output, answer in named}


def drawn_chips(size_px: int) -> NDArray[np.uint8]:
    """Return two pictures of eight by eight coloured cells, (2, size_px, size_px, 3) RGB, the same on every machine."""
    # A hash instead of a random generator: no library's next version can change it.
    numbers = hashlib.shake_256(b"countenance self-test").digest(_CHIPS * _CELLS * _CELLS * 3)
    cells = np.frombuffer(numbers, dtype=np.uint8).reshape(_CHIPS, _CELLS, _CELLS, 3)
    side = -(-size_px // _CELLS)
    return np.ascontiguousarray(cells.repeat(side, axis=1).repeat(side, axis=2)[:, :size_px, :size_px])


def drawn_sound(samples: int) -> NDArray[np.float32]:
    """Return a hummed vowel with breath on it, (samples,) of amplitude -1 to 1 at 16 kHz, the same on every machine."""
    at_s = np.arange(samples) / _RATE_HZ
    numbers = hashlib.shake_256(b"countenance self-test").digest(samples)
    breath = np.frombuffer(numbers, dtype=np.uint8) / 127.5 - 1
    # Harmonics of a voice at 120 Hz, loud where those of an open vowel are (700 and 1200 Hz), three syllables a second.
    tones = [120 * number for number in range(1, 30)]
    loudness = [np.exp(-(((tone - 700) / 250) ** 2)) + 0.6 * np.exp(-(((tone - 1200) / 300) ** 2)) for tone in tones]
    hum = sum(part * np.sin(2 * np.pi * tone * at_s) for tone, part in zip(tones, loudness, strict=True))
    swell = np.sin(np.pi * 3 * at_s) ** 2
    return np.asarray(0.15 * swell * hum + 0.003 * breath, dtype=np.float32)


def drawn_mel(contract: VoiceContract) -> NDArray[np.float32]:
    """Return two windows, (2, frames, bands), as a contract asks for: mel energies or logarithms, of no sound at all."""
    size = _CHIPS * contract.frames * contract.bands
    numbers = np.frombuffer(hashlib.shake_256(b"countenance self-test").digest(size), dtype=np.uint8) / 255.0
    if isinstance(contract, MelContract):
        drawn = 0.1 * numbers**8  # most near nothing, few high, as in speech at -30 dBFS
    else:
        drawn = 8 * (numbers - 0.5)  # as logarithms lie around their mean
    return np.asarray(drawn.reshape(_CHIPS, contract.frames, contract.bands), dtype=np.float32)


def _answers_to_chunks(session: ModelSession, network: Network, contract: ChunkContract) -> list[NDArray[np.float32]]:
    """Return the answers to drawn sound, cut into two runs: a state that is carried wrongly shows in the second."""
    sound = drawn_sound(_CHUNKS * contract.chunk_samples)
    before = np.concatenate([np.zeros(contract.context_samples, np.float32), sound])
    width = contract.context_samples + contract.chunk_samples
    chunks = np.lib.stride_tricks.sliding_window_view(before, width)[:: contract.chunk_samples]
    states = {name: np.zeros(contract.state_shape, np.float32) for name in contract.states}
    heard: list[NDArray[np.float32]] = []
    answers: dict[str, NDArray[np.float32]] = {}
    for part in np.split(chunks, 2):
        feeds = {"input": np.ascontiguousarray(part), **states}
        answers = dict(zip(network.outputs, session.run(feeds, network.name), strict=True))
        states = {name: answers[output] for name, output in contract.states.items()}
        heard.append(answers[network.outputs[0]])
    return [np.concatenate(heard), *(answers[output] for output in network.outputs[1:])]


def _spread(answer: NDArray[np.float32], count: int) -> tuple[float, ...]:
    flat = answer.reshape(-1)
    picked = flat[np.linspace(0, flat.size - 1, count).astype(int)]
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
