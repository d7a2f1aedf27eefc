"""The voice models hear as their originals do, in pieces of any size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import models
from countenance.errors import ModelsError
from countenance.packs import LikenessScale, ModelTask
from countenance.wire_models import CPU
from models.conversion.silero import convert_silero
from models.figures import own_file
from models.selftest import drawn_mel, drawn_sound, examine
from models.sessions import ModelSession

Floats = NDArray[np.float32]


@pytest.fixture(scope="session")
def speech_detector(starter_store: Path) -> ModelSession:
    return models.open_model("silero-vad", starter_store, threads=1)


@pytest.fixture(scope="session")
def voice_embedder(starter_store: Path) -> ModelSession:
    return models.open_model("ge2e", starter_store, threads=1)


def cut_chunks(sound: Floats, contract: models.ChunkContract) -> Floats:
    """Return `sound` as the contract asks: each chunk behind the samples before it, the last filled up with zeros."""
    count = -(-len(sound) // contract.chunk_samples)
    padded = np.zeros(contract.context_samples + count * contract.chunk_samples, np.float32)
    padded[contract.context_samples :][: len(sound)] = sound
    width = contract.context_samples + contract.chunk_samples
    return np.lib.stride_tricks.sliding_window_view(padded, width)[:: contract.chunk_samples]


def probabilities(session: ModelSession, chunks: Floats, cuts: tuple[int, ...] = ()) -> Floats:
    """Return the chance of speech in each chunk, run in pieces that end at `cuts`."""
    contract = session.manifest.speech_input
    states = {name: np.zeros(contract.state_shape, np.float32) for name in contract.states}
    heard: list[Floats] = []
    for part in np.split(chunks, cuts):
        if len(part):
            answers = session.run({"input": np.ascontiguousarray(part), **states})
            named = dict(zip(session.manifest.network().outputs, answers, strict=True))
            states = {name: named[output] for name, output in contract.states.items()}
            heard.append(answers[0])
    return np.concatenate(heard)


def test_speech_is_found_as_the_original_finds_it(
    speech_detector: ModelSession, golden: Mapping[str, NDArray[Any]]
) -> None:
    """The golden numbers are those of the streaming file; the sequence file must give the same."""
    sound = (np.random.default_rng(3).standard_normal(48_000) * 0.05).astype(np.float32)
    found = probabilities(speech_detector, cut_chunks(sound, speech_detector.manifest.speech_input))
    assert found.shape == golden["vad_probs"].shape
    assert np.abs(found - golden["vad_probs"]).max() <= 1e-4


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 40), max_size=4).map(sorted).map(tuple))
def test_a_stream_may_be_cut_anywhere_between_chunks(speech_detector: ModelSession, cuts: tuple[int, ...]) -> None:
    chunks = cut_chunks(drawn_sound(40 * 512), speech_detector.manifest.speech_input)
    whole = probabilities(speech_detector, chunks)
    np.testing.assert_allclose(probabilities(speech_detector, chunks, cuts), whole, atol=1e-5)
    assert len(whole) == 40


def test_voices_are_embedded_as_torch_embeds_them(
    voice_embedder: ModelSession, golden: Mapping[str, NDArray[Any]]
) -> None:
    mel = np.random.default_rng(0).gamma(0.3, 0.02, (9, 160, 40)).astype(np.float32)
    (found,) = voice_embedder.run({"input": mel})
    assert found.shape == golden["ge2e_out"].shape
    assert np.abs(found - golden["ge2e_out"]).max() <= 1e-5


def test_windows_of_any_number_and_length_are_vectors_of_length_one(voice_embedder: ModelSession) -> None:
    for shape in ((1, 1, 40), (3, 37, 40), (70, 160, 40)):
        mel = np.random.default_rng(2).gamma(0.3, 0.02, shape).astype(np.float32)
        (found,) = voice_embedder.run_batches(mel)
        assert found.shape == (shape[0], 256)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
        (alone,) = voice_embedder.run({"input": mel[-1:]})
        np.testing.assert_allclose(found[-1], alone[0], atol=1e-5)


def test_silence_gives_a_vector_and_no_division_by_zero(voice_embedder: ModelSession) -> None:
    (found,) = voice_embedder.run({"input": np.zeros((1, 160, 40), np.float32)})
    assert np.isfinite(found).all()


def test_a_model_says_what_it_takes_and_nothing_else(
    voice_embedder: ModelSession, speech_detector: ModelSession
) -> None:
    mel, chunks = voice_embedder.manifest.voice_input, speech_detector.manifest.speech_input
    assert (mel.sample_rate_hz, mel.fft_samples, mel.hop_samples, mel.bands, mel.frames) == (16_000, 400, 160, 40, 160)
    assert (chunks.sample_rate_hz, chunks.chunk_samples, chunks.context_samples) == (16_000, 512, 64)
    assert (voice_embedder.manifest.max_batch, speech_detector.manifest.max_batch) == (8, 128)
    assert models.load_manifest("yunet").max_batch == 1
    for ask in ("input", "speech_input"):
        with pytest.raises(ModelsError, match="does not take input of this kind"):
            getattr(voice_embedder.manifest, ask)
    with pytest.raises(ModelsError, match="does not take input of this kind"):
        _ = models.load_manifest("yunet").voice_input


def test_a_manifest_without_an_input_contract_is_refused() -> None:
    manifest = msgspec.to_builtins(models.load_manifest("ge2e"))
    for spoilt in ({**manifest, "mel": None}, {**manifest, "pictures": {"colour": "RGB"}}):
        with pytest.raises(msgspec.ValidationError, match="exactly one input contract"):
            msgspec.convert(spoilt, models.ModelManifest)


def test_a_voice_template_binds_to_the_published_weights_and_the_recipe(voice_embedder: ModelSession) -> None:
    binding = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e/1"
    assert voice_embedder.stamp().binding == binding
    for pack in ("starter", "recommended", "yunet+dlib-resnet"):
        stamp = models.load_pack(pack).model(ModelTask.VOICE_EMBEDDER)
        assert stamp is not None
        assert stamp.binding == binding


@pytest.mark.parametrize("pack", ["starter", "recommended", "yunet+dlib-resnet"])
def test_every_pack_judges_voices_on_a_scale_of_their_own(pack: str) -> None:
    card = models.load_pack(pack)
    assert isinstance(card.voice, LikenessScale)
    assert (card.voice.pack, card.voice.dimension) == (pack, 256)
    assert card.model(ModelTask.VOICE_ACTIVITY) is not None


def test_figures_measured_here_come_before_shipped_ones_while_the_models_are_theirs(tmp_path: Path) -> None:
    card = models.load_pack("starter")
    stamps = [card.model(task) for task in (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER)]
    bindings = [stamp.binding for stamp in stamps if stamp]
    own = own_file(tmp_path, "silero-vad+ge2e")
    own.parent.mkdir()
    curve = "scores = [0.6, 0.8]\nrates = [0.5, 0.01]\ncomparisons = 1000\npeople = 50\nfloor = 0.01\n"
    for bound_to, is_own in ((bindings, True), ([bindings[0], "another"], False)):
        own.write_text(f"bindings = {bound_to}\n[singles]\n{curve}", "utf-8")
        voice = models.load_pack("starter", tmp_path).voice
        assert voice is not None
        assert voice.singles is not None
        assert (voice.own, voice.singles.scores == (0.6, 0.8)) == (is_own, is_own)


def test_damaged_figures_of_ones_own_are_said_to_be(tmp_path: Path) -> None:
    own = own_file(tmp_path, "silero-vad+ge2e")
    own.parent.mkdir()
    own.write_text("singles = 3", "utf-8")
    with pytest.raises(ModelsError, match="cannot be read"):
        models.load_pack("starter", tmp_path)


class TestTheSelfTestOfVoiceModels:
    """Drawn sound and drawn mel energies, a few stored numbers."""

    def test_finds_a_state_that_is_not_carried_on(self, starter_store: Path) -> None:
        manifest = models.load_manifest("silero-vad")
        contract = msgspec.structs.replace(manifest.speech_input, states={"h": "cn", "c": "hn"})
        spoilt = msgspec.structs.replace(manifest, chunks=contract)
        assert not examine(ModelSession(spoilt, starter_store, (CPU,), 1)).held

    @pytest.mark.parametrize(("field", "wrong"), [("context_samples", 63), ("chunk_samples", 511)])
    def test_finds_chunks_cut_wrongly(self, starter_store: Path, field: str, wrong: int) -> None:
        manifest = models.load_manifest("silero-vad")
        changes = {"context_samples": 64, "chunk_samples": 512, field: wrong}
        # The width of a row stays, so that the network takes it.
        changes["chunk_samples" if field == "context_samples" else "context_samples"] = 576 - wrong
        spoilt = msgspec.structs.replace(manifest, chunks=msgspec.structs.replace(manifest.speech_input, **changes))
        assert not examine(ModelSession(spoilt, starter_store, (CPU,), 1)).held

    def test_finds_gates_in_another_order(self, starter_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        content = (starter_store / "ge2e" / "ge2e.onnx").read_bytes()
        model = onnx.load_model_from_string(content)
        wrong = next(one for one in model.graph.initializer if list(one.dims) == [1, 2048])
        numbers = np.frombuffer(wrong.raw_data, np.float32).reshape(8, 256)
        wrong.raw_data = numbers[[0, 2, 1, 3, 4, 6, 5, 7]].tobytes()
        monkeypatch.setattr("models.sessions.read_network", lambda *_arguments: model.SerializeToString())
        assert not examine(models.open_unproved("ge2e", starter_store)).held
        with pytest.raises(ModelsError, match="does not answer as it should"):
            models.open_model("ge2e", starter_store).load()

    def test_what_is_drawn_is_the_same_everywhere(self) -> None:
        mel = drawn_mel(models.load_manifest("ge2e").voice_input)
        assert mel.shape == (2, 160, 40)
        np.testing.assert_allclose(mel[0, 0, :4], [0, 4.6836e-07, 0.00836395, 0.0726118], rtol=1e-4)
        logarithms = drawn_mel(models.load_manifest("campplus-voxceleb").voice_input)
        assert logarithms.shape == (2, 400, 80)
        assert (logarithms.min(), logarithms.max()) == (-4, 4)
        sound = drawn_sound(16_000)
        assert sound.dtype == np.float32
        assert sound.shape == (16_000,)
        np.testing.assert_allclose(sound[3990:3993], [0.0598713, -0.00749769, -0.0986598], rtol=1e-4)


@pytest.mark.parametrize("name", [b"h", b"speech_probs", b"cn"])
def test_a_network_of_other_inputs_or_outputs_is_no_speech_detector(starter_store: Path, name: bytes) -> None:
    model = onnx.load_model_from_string((starter_store / "silero-vad" / "silero-vad.onnx").read_bytes())
    for value in (*model.graph.input, *model.graph.output):
        if value.name == name.decode():
            value.name = "another"
    with pytest.raises(ModelsError, match="not the speech detector"):
        convert_silero({"any name": model.SerializeToString()})


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"text"])
def test_bytes_that_are_no_network_are_no_speech_detector(content: bytes) -> None:
    with pytest.raises(ModelsError, match="not the speech detector"):
        convert_silero({"any name": content})
