"""Models are opened lazily, run in a bounded way, and never from a file that is not the installed one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
import pytest

import models
from countenance.errors import ModelsError
from countenance.providers import Provider, ProviderError
from countenance.wire_models import CPU
from models import sessions
from models.contracts import Colour, InputContract
from models.manifests import Network
from models.selftest import drawn_chips, examine
from models.sessions import ModelSession
from models.store import RECORD
from scan.worker import DetectorWorker


@pytest.fixture
def detectors() -> Iterator[DetectorWorker]:
    """Return the door to a detectors' process, where networks run."""
    with DetectorWorker() as worker:
        yield worker


@pytest.fixture
def own_store(recommended_store: Path, tmp_path: Path) -> Path:
    """Return a copy of the recommended pack's store that a test may damage."""
    return Path(shutil.copytree(recommended_store, tmp_path / "models"))


CUDA = Provider.CUDA.execution_provider


def chips(count: int, size: int = 128) -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def test_any_number_of_chips_runs_in_batches_of_the_contracts_size(recommended_store: Path) -> None:
    session = models.open_model("retail-0095", recommended_store)
    session.load()
    blob = models.to_blob(chips(19), session.manifest.input)
    sizes: list[int] = []
    run = session.run

    def noting(feeds: dict[str, np.ndarray], network: str = "") -> list[np.ndarray]:
        sizes.append(len(feeds["input"]))
        return run(feeds, network)

    session.run = noting  # type: ignore[assignment, method-assign] # watches the runs
    (embeddings,) = session.run_batches(blob)

    assert sizes == [8, 8, 3]
    assert embeddings.shape == (19, 256)
    (alone,) = run({"input": blob[18:]})
    np.testing.assert_allclose(embeddings[18], alone[0], atol=1e-5)


def test_a_session_uses_the_threads_and_providers_it_is_told(
    recommended_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[onnxruntime.SessionOptions, Sequence[str]]] = []
    original = onnxruntime.InferenceSession

    def noting(content: bytes, sess_options: onnxruntime.SessionOptions, providers: Sequence[str]) -> object:
        made.append((sess_options, providers))
        return original(content, sess_options=sess_options, providers=providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", noting)
    session = models.open_model("yunet", recommended_store, threads=1)
    assert made == []
    assert session.provider == CPU
    ((options, providers),) = made
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert providers == [CPU]


def test_threads_that_need_a_model_at_once_load_it_once(
    recommended_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    original = onnxruntime.InferenceSession

    def noting(*arguments: object, **named: object) -> object:
        made.append(arguments)
        return original(*arguments, **named)

    monkeypatch.setattr(onnxruntime, "InferenceSession", noting)
    session = models.open_model("retail-0095", recommended_store)
    blob = models.to_blob(chips(1), session.manifest.input)
    workers = [threading.Thread(target=session.run, args=({"input": blob},)) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(made) == 1


def test_a_missing_model_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(ModelsError, match="countenance models install retail-0095"):
        models.open_model("retail-0095", tmp_path)


@pytest.mark.parametrize("fault", ["one byte", "shorter", "gone", "another model"])
def test_a_file_that_is_not_the_installed_one_is_never_run(own_store: Path, fault: str) -> None:
    session = models.open_model("retail-0095", own_store)
    path = own_store / "retail-0095" / "retail-0095.onnx"
    content = bytearray(path.read_bytes())
    if fault == "one byte":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif fault == "shorter":
        path.write_bytes(content[:-1])
    elif fault == "gone":
        path.unlink()
    else:
        shutil.copyfile(own_store / "yunet" / "yunet.onnx", path)
    with pytest.raises(ModelsError, match="damaged; they are not used"):
        session.load()
    with pytest.raises(ModelsError, match="damaged"):
        models.verify("recommended", own_store)


@pytest.mark.parametrize("record", [b"", b"{}", b"\xff", b'{"model": 1}'])
def test_a_damaged_record_is_refused(own_store: Path, record: bytes) -> None:
    (own_store / "yunet" / RECORD).write_bytes(record)
    with pytest.raises(ModelsError, match="damaged"):
        models.open_model("yunet", own_store)


def test_a_network_that_answers_otherwise_than_it_did_is_refused_when_it_is_loaded(own_store: Path) -> None:
    manifest = models.load_manifest("retail-0095")
    (network,) = manifest.networks
    other = {"embedding": tuple(number + 0.01 for number in network.fingerprint["embedding"])}
    session = ModelSession(manifest, own_store, (CPU,), 2, {network.name: other})

    with pytest.raises(ModelsError, match="does not answer as it should, and is not used") as caught:
        session.load()
    with pytest.raises(ModelsError, match="does not answer as it should"):  # nor is it kept for the next time
        session.run({"input": np.zeros((1, 3, 128, 128), np.float32)})

    assert "countenance models selftest retail-0095" in caught.value.remedy


def test_a_network_is_compared_once_and_then_runs(recommended_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    original = sessions.fingerprint_of

    def noting(session: ModelSession, network: Network) -> dict[str, tuple[float, ...]]:
        compared.append(network.name)
        return original(session, network)

    monkeypatch.setattr(sessions, "fingerprint_of", noting)
    session = models.open_model("yunet", recommended_store)
    for _time in range(3):
        session.run({"input": np.zeros((1, 3, 64, 64), np.float32)})

    assert compared == ["yunet"]


def test_loading_keeps_the_file_in_memory_no_longer_than_it_takes(recommended_store: Path) -> None:
    session = models.open_model("retail-0095", recommended_store)
    session.load()

    assert session._session("retail-0095")._model_bytes is None  # type: ignore[attr-defined] # of onnxruntime


def test_a_provider_that_is_not_there_is_not_replaced_silently(recommended_store: Path) -> None:
    for provider, told in (("NoSuchExecutionProvider", "NoSuchExecutionProvider"), (CUDA, "CUDA")):
        with pytest.raises(ProviderError, match=f"cannot be run with “{told}” on this computer"):
            models.open_model("yunet", recommended_store, providers=(provider,))


def test_a_provider_that_gives_way_to_the_processor_is_no_provider(
    recommended_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake runtime: onnxruntime does this where it was built for CUDA and finds none of its libraries."""
    original = onnxruntime.InferenceSession

    def giving_way(content: bytes, sess_options: onnxruntime.SessionOptions, providers: Sequence[object]) -> object:
        assert [name for name, _options in providers] == [CUDA]  # type: ignore[misc] # each is a pair, which the stub does not say
        return original(content, sess_options=sess_options, providers=[CPU])

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "InferenceSession", giving_way)

    with pytest.raises(ProviderError, match="cannot be run with “CUDA”") as caught:
        models.open_model("yunet", recommended_store, providers=(CUDA,)).load()

    assert "could not be loaded" in caught.value.details


def test_a_network_runs_on_what_was_asked_for_in_batches_that_its_memory_holds(
    recommended_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake runtime that says it is CUDA and computes on the processor: there is no graphics processor here."""
    original = onnxruntime.InferenceSession
    made: list[dict[str, str]] = []

    class Fake:
        def __init__(self, content: bytes, sess_options: object, providers: list[tuple[str, dict[str, str]]]) -> None:
            made.append(providers[0][1])
            self._real = original(content, providers=[CPU])

        def get_providers(self) -> list[str]:
            return [CUDA, CPU]

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "InferenceSession", Fake)
    monkeypatch.setattr(sessions, "free_bytes", lambda _provider: 10 * 128 * 128 * 3 * 4 * 256 / 0.8)
    session = models.open_model("retail-0095", recommended_store, providers=(CUDA,))
    session.load()
    sizes: list[int] = []
    run = session.run

    def noting(feeds: dict[str, np.ndarray], network: str = "") -> list[np.ndarray]:
        sizes.append(len(feeds["input"]))
        return run(feeds, network)

    session.run = noting  # type: ignore[assignment, method-assign] # watches the runs
    session.run_batches(models.to_blob(chips(19), session.manifest.input))

    assert session.stamp("yunet").provider == CUDA
    assert made[0]["use_tf32"] == "0"
    assert sizes == [10, 9]


def test_an_input_of_the_wrong_shape_is_one_sentence(recommended_store: Path) -> None:
    session = models.open_model("retail-0095", recommended_store)
    with pytest.raises(ModelsError, match="could not process its input"):
        session.run({"input": np.zeros((1, 1, 5, 5), np.float32)})


RECOMMENDED_AND_STARTER = ("yunet", "retail-0095", "silero-vad", "ge2e", "mtcnn", "dlib-resnet")


def test_the_inventory_tells_what_is_installed(own_store: Path) -> None:
    (own_store / "retail-0095" / "retail-0095.onnx").write_bytes(b"damaged")
    facts = {model.name: model for model in models.list_inventory(own_store)}
    states = {name: facts[name].state.value for name in RECOMMENDED_AND_STARTER}
    assert states == {
        "yunet": "installed",
        "retail-0095": "damaged",
        "silero-vad": "installed",
        "ge2e": "installed",
        "mtcnn": "missing",
        "dlib-resnet": "missing",
    }
    assert facts["yunet"].version == "2026may"
    assert facts["yunet"].packs == ("recommended", "sface")
    assert facts["yunet"].commercial_use.value == "unsettled"
    assert "WIDER FACE" in facts["yunet"].note
    assert all(facts[name].size_bytes > 100_000 for name in RECOMMENDED_AND_STARTER)
    assert all(model.licence_weights for model in facts.values())


class TestTheSelfTest:
    """Drawn pictures, the declared preprocessing, a few stored numbers."""

    @pytest.mark.parametrize("name", ["yunet", "retail-0095"])
    def test_holds_for_the_recommended_models(
        self, recommended_store: Path, name: str, detectors: DetectorWorker
    ) -> None:
        (result,) = models.selftest(name, recommended_store, detectors)
        assert (result.held, result.provider) == (True, CPU)

    def test_holds_for_the_starter_models(self, starter_store: Path, detectors: DetectorWorker) -> None:
        assert [(test.model, test.held) for test in models.selftest("starter", starter_store, detectors)] == [
            ("mtcnn", True),
            ("dlib-resnet", True),
            ("silero-vad", True),
            ("ge2e", True),
        ]

    @pytest.mark.parametrize("name", ["yunet", "retail-0095", "mtcnn", "dlib-resnet"])
    def test_finds_a_wrong_colour_order_mean_or_scale(self, request: pytest.FixtureRequest, name: str) -> None:
        pack = "starter" if name in ("mtcnn", "dlib-resnet") else "recommended"
        store = request.getfixturevalue(f"{pack}_store")
        manifest = models.load_manifest(name)
        right = manifest.input
        faults = {
            "colour": Colour.BGR if right.colour is Colour.RGB else Colour.RGB,
            "mean": tuple(number + 1 for number in right.mean),
            "scale": right.scale * 1.004,  # 1/255 for 1/256, 1/127.5 for 1/128
        }
        for field, wrong in faults.items():
            contract = msgspec.structs.replace(right, **{field: wrong})
            session = ModelSession(msgspec.structs.replace(manifest, pictures=contract), store, (CPU,), 2)
            assert not examine(session).held, field

    def test_every_output_of_every_network_has_its_numbers(self) -> None:
        for name in models.list_models():
            for network in models.load_manifest(name).networks:
                assert set(network.fingerprint) == set(network.outputs)
                assert all(len(set(numbers)) > 1 for numbers in network.fingerprint.values())


class TestPreprocessing:
    """uint8 RGB pictures in, what the contract says out."""

    def test_orders_channels_takes_off_the_mean_and_scales(self) -> None:
        picture = np.array([[[[10, 20, 30]]]], dtype=np.uint8)
        contract = InputContract(colour=Colour.BGR, mean=(1.0, 2.0, 3.0), scale=0.5)
        np.testing.assert_allclose(models.to_blob(picture, contract).ravel(), [14.5, 9.0, 3.5])

    def test_pads_right_and_below_with_zeros_of_the_input(self) -> None:
        contract = InputContract(colour=Colour.RGB, mean=(5.0, 5.0, 5.0), multiple_px=32)
        blob = models.to_blob(np.full((1, 33, 20, 3), 9, np.uint8), contract)
        assert blob.shape == (1, 3, 64, 32)
        assert (blob[:, :, :33, :20] == 4).all()
        assert blob.sum() == 4 * 3 * 33 * 20
        assert blob.flags.c_contiguous

    @pytest.mark.parametrize(
        "pictures",
        [np.zeros((1, 9, 9, 3), np.float32), np.zeros((9, 9, 3), np.uint8), np.zeros((1, 9, 8, 3), np.uint8)],
    )
    def test_refuses_what_is_no_stack_of_such_chips(self, pictures: np.ndarray) -> None:
        with pytest.raises(ValueError, match="expected"):
            models.to_blob(pictures, InputContract(colour=Colour.RGB, size_px=9))

    def test_the_drawn_chips_are_the_same_everywhere(self) -> None:
        assert drawn_chips(150).shape == (2, 150, 150, 3)
        assert drawn_chips(8)[0, 0, 0].tolist() == drawn_chips(64)[0, 7, 7].tolist()
