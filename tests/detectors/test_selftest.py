"""The self-test of a pack holds as the pack is, and stops holding when anything on the way is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from scipy.signal import resample

from countenance.wire import SelfTest
from detectors import selftest
from detectors.faces.opening import Sessions
from detectors.voices import embedding, mel
from detectors.voices.activity import ActivityNetwork
from detectors.voices.embedding import EmbedderNetwork
from detectors.voices.opening import VoiceModels, open_voice_models

Floats = NDArray[np.float32]

mel_frames, hann, filters = mel.mel_frames, mel._hann, mel._filters


@pytest.fixture(scope="module")
def store(starter_store: Path) -> Path:
    """Return the store with the starter pack."""
    return starter_store


@pytest.fixture(scope="module")
def voices(store: Path) -> VoiceModels:
    """Return the opened voice models."""
    return open_voice_models(Sessions(), "silero-vad", "ge2e", store)


def no_step(_step: str, _done: float, _total: float) -> None:
    """Take note of nothing."""


def test_whole_packs_tell_known_faces_and_voices_apart(store: Path) -> None:
    steps: list[object] = []
    answer = selftest.run(
        SelfTest(
            detector="mtcnn",
            face_embedder="dlib-resnet",
            models=str(store),
            voice_activity="silero-vad",
            voice_embedder="ge2e",
        ),
        Sessions(),
        lambda *step: steps.append(step),
    )

    assert answer.passed, answer.details
    assert "faces: pair" in answer.details
    assert "voices: pair" in answer.details
    assert steps  # a parent that hears nothing for long would end the process


def test_a_pack_without_voice_models_is_asked_about_faces_alone(store: Path) -> None:
    request = SelfTest(detector="mtcnn", face_embedder="dlib-resnet", models=str(store))
    answer = selftest.run(request, Sessions(), no_step)

    assert answer.passed, answer.details
    assert "voices" not in answer.details


def logarithmic(sound: Floats) -> Floats:
    return np.asarray(np.log(mel_frames(sound) + np.float32(1e-6)), np.float32)


def amplitudes(sound: Floats) -> Floats:
    return np.sqrt(mel_frames(sound)).astype(np.float32)


def faster(sound: Floats) -> Floats:
    return mel_frames(resample(sound, round(len(sound) / 1.02)).astype(np.float32))


def twice_as_fast(sound: Floats) -> Floats:
    return mel_frames(sound[::2])


def in_whole_numbers(sound: Floats) -> Floats:
    return mel_frames(sound * 32767)


@pytest.mark.parametrize("wrong", [logarithmic, amplitudes, faster, twice_as_fast, in_whole_numbers])
def test_wrong_mel_energies_are_noticed(
    voices: VoiceModels, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Floats], Floats]
) -> None:
    monkeypatch.setattr(embedding, "mel_frames", wrong)

    assert not selftest.try_voices(voices).passed


def no_window() -> Floats:
    return np.ones(400, np.float32)


def equally_high_triangles() -> Floats:
    return np.asarray(filters() / filters().max(axis=0), np.float32)


def reversed_bands() -> Floats:
    return filters()[:, ::-1]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [("_hann", no_window), ("_filters", equally_high_triangles), ("_filters", reversed_bands)],
    ids=["no window", "triangles of equal height", "bands reversed"],
)
def test_a_wrong_part_of_the_spectrogram_is_noticed(
    voices: VoiceModels, monkeypatch: pytest.MonkeyPatch, part: str, wrong: Callable[[], Floats]
) -> None:
    monkeypatch.setattr(mel, part, wrong)

    assert not selftest.try_voices(voices).passed


@pytest.mark.parametrize("order", [(0, 2, 1, 3), (0, 1, 3, 2), (2, 1, 0, 3), (0, 3, 2, 1)], ids=str)
def test_swapped_gates_of_the_network_are_noticed(voices: VoiceModels, store: Path, order: Sequence[int]) -> None:
    network = with_gates(store / "ge2e" / "ge2e.onnx", order)

    answer = selftest.try_voices(replace(voices, embedder=replace(voices.embedder, network=network)))

    assert not answer.passed


def test_a_detector_that_hears_speech_in_noise_is_noticed(voices: VoiceModels) -> None:
    answer = selftest.try_voices(replace(voices, activity=answering(0.9)))

    assert not answer.passed
    assert "noise" in answer.details


def test_a_deaf_detector_is_noticed(voices: VoiceModels) -> None:
    answer = selftest.try_voices(replace(voices, activity=answering(0.1)))

    assert not answer.passed
    assert "missed" in answer.details


def answering(probability: float) -> ActivityNetwork:
    """Return a speech detector that always answers the same."""

    def run(chunks: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        return np.full(len(chunks), probability, np.float32), hidden, cell

    return run


_HIDDEN = 256


def with_gates(file: Path, order: Sequence[int]) -> EmbedderNetwork:
    """Return the encoder with the gates of each LSTM in another order."""
    network = onnx.load(file)
    weights = {weight.name: weight for weight in network.graph.initializer}
    for name in _of_lstms(network):
        values = onnx.numpy_helper.to_array(weights[name])
        gates = np.split(values, 4 * (values.shape[1] // (4 * _HIDDEN)), axis=1)
        swapped = [gates[at // 4 * 4 + order[at % 4]] for at in range(len(gates))]
        weights[name].CopyFrom(onnx.numpy_helper.from_array(np.concatenate(swapped, axis=1), name))
    session = onnxruntime.InferenceSession(network.SerializeToString())

    def run(mels: Floats) -> Floats:
        return np.asarray(session.run(None, {"input": mels})[0], np.float32)

    return run


def _of_lstms(network: onnx.ModelProto) -> Iterator[str]:
    for node in network.graph.node:
        if node.op_type == "LSTM":
            yield from node.input[1:4]  # W, R and B; B holds both biases one after the other
