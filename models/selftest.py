"""Does an installed model still answer as it did when its manifest was written, or when it was installed?

Drawn pictures go through the manifest's preprocessing and the networks, drawn sound through its chunks, drawn mel
energies through its windows; a few numbers of each output, its fingerprint, are compared with the manifest's, or with
those in the installation's record. A wrong colour order, mean, scale, conversion, carried state or runtime shows.

Networks run in the detectors' process alone: what is compared here comes from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from countenance.packs import ModelTask
from countenance.wire import SelfTest as PairTest
from countenance.wire import SelfTested
from countenance.wire_models import CPU, Proof, Prove, Proved
from models.contracts import ChunkContract, MelContract, VoiceContract
from models.manifests import ModelManifest, Network, load_manifest
from models.packs import models_of
from models.preprocessing import to_blob
from models.providers import tolerance_of
from models.store import InstallRecord, read_record

if TYPE_CHECKING:
    from models.sessions import ModelSession

Fingerprint = Mapping[str, tuple[float, ...]]
"""By output, numbers evenly spread over it."""


class Prover(Protocol):
    """The door to the detectors, as far as it is about models (`scan.worker.DetectorWorker`)."""

    def prove(self, request: Prove) -> Proved:
        """Return how models answer to drawn input."""
        ...

    def selftest(self, request: PairTest) -> SelfTested:
        """Return whether models tell known faces and voices apart."""
        ...


_CHIPS = 2
_CELLS = 8
_CHUNKS = 24
_RATE_HZ = 16_000
_NUMBERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How one model answered.

    Attributes:
        deviation: largest difference from its fingerprint, as a fraction of the output's largest number.
        held: whether the deviation is small enough.
        provider: the execution provider that answered.
    """

    model: str
    deviation: float
    held: bool
    provider: str


def selftest(name: str, store: Path, prover: Prover, provider: str = CPU) -> tuple[SelfTest, ...]:
    """Return how each model of a pack, or one model, answers.

    Args:
        name: of a pack or a model.
        store: the folder of models.
        prover: the door to the detectors.
        provider: the onnxruntime execution provider to run them on.

    Raises:
        ModelsError: unknown name, or a model is missing, damaged or refused.
    """
    names = tuple(manifest.name for manifest in models_of(name, store))
    proved = prover.prove(Prove(names=names, models=str(store), provider=provider))
    return tuple(compare(proof, store) for proof in proved.models)


def compare(proof: Proof, store: Path) -> SelfTest:
    """Return how a model answered, by its fingerprint; one without any does not hold.

    Raises:
        ModelsError: it is unknown or not installed.
    """
    manifest = load_manifest(proof.name, store)
    known = known_fingerprints(manifest, read_record(store, manifest))
    apart = [deviation(proof.answers.get(one.name, {}), known.get(one.name, {})) for one in manifest.networks]
    return SelfTest(
        model=proof.name,
        deviation=max(apart),
        held=max(apart) <= tolerance_of(proof.provider),
        provider=proof.provider,
    )


def known_fingerprints(manifest: ModelManifest, record: InstallRecord) -> dict[str, Fingerprint]:
    """Return, by network, what it has to answer: the manifest's numbers, else those taken when it was installed."""
    known = {one.name: one.fingerprint or record.fingerprints.get(one.name, {}) for one in manifest.networks}
    return {name: numbers for name, numbers in known.items() if numbers}


def known_pair_of(name: str, store: Path, provider: str = CPU) -> PairTest | None:
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
        provider=provider,
    )


def examine(session: ModelSession) -> SelfTest:
    """Return how an opened model answers, by its manifest's fingerprint.

    Raises:
        ModelsError: its file is damaged or refused.
    """
    apart = max(deviation(fingerprint_of(session, one), one.fingerprint) for one in session.manifest.networks)
    return SelfTest(
        model=session.manifest.name,
        deviation=apart,
        held=apart <= tolerance_of(session.provider),
        provider=session.provider,
    )


def deviation(found: Fingerprint, known: Fingerprint) -> float:
    """Return how far answers are from a fingerprint, as a fraction of the output's largest number; inf without one."""
    largest = 0.0 if known else float("inf")
    for output, expected in known.items():
        wanted, given = np.asarray(expected), np.asarray(found.get(output, ()))
        if not wanted.size or wanted.shape != given.shape:
            return float("inf")
        # Outputs that stay near zero on drawn pictures are compared on the scale of a small score.
        scale = max(0.05, float(np.abs(wanted).max()))
        difference = np.abs(given - wanted).max() / scale
        # Not-a-number must not pass as small.
        largest = max(largest, float(difference) if np.isfinite(difference) else float("inf"))
    return largest


def fingerprint_of(session: ModelSession, network: Network) -> dict[str, tuple[float, ...]]:
    """Return, for each output of a network, as many numbers as its manifest has, evenly spread over its answer.

    The input is drawn: pictures, mel energies or sound, as the model takes them. Where the manifest has no numbers,
    eight of each output.
    """
    manifest = session.manifest
    if manifest.pictures is not None:
        answers = session.run_batches(to_blob(drawn_chips(network.probe_px), manifest.pictures), network.name)
    elif manifest.mel is not None:
        answers = session.run_batches(drawn_mel(manifest.mel), network.name)
    else:
        answers = _answers_to_chunks(session, network, manifest.speech_input)
    named = zip(session.outputs(network.name), answers, strict=True)
    return {output: _spread(answer, len(network.fingerprint.get(output, ())) or _NUMBERS) for output, answer in named}


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
    """Return two windows, (2, frames, bands), as a contract asks for: mel energies or logarithms, of no real sound."""
    size = _CHIPS * contract.frames * contract.bands
    numbers = np.frombuffer(hashlib.shake_256(b"countenance self-test").digest(size), dtype=np.uint8) / 255.0
    # Most near nothing, few high, as in speech at -30 dBFS; or as logarithms lie around their mean.
    drawn = 0.1 * numbers**8 if isinstance(contract, MelContract) else 8 * (numbers - 0.5)
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
    if not flat.size:
        return ()
    picked = flat[np.linspace(0, flat.size - 1, count).astype(int)]
    return tuple(float(number) for number in picked)
