"""A model is in use only after it was seen to be what it is described to be; a kill in between leaves it unused."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

import models
from countenance.errors import CancelledError, CheckFailedError, ModelsError
from countenance.wire import ExamineSettings, SelfTest, SelfTested
from countenance.wire_models import Doubt, Proof, Prove, Proved
from countenance.work import CancelToken
from models.contracts import Colour
from models.known_pairs import HELD, KnownPairs
from models.manifests import MANIFEST, ModelManifest
from models.packs import PACKS
from models.proving import NotHeldError, install_and_prove, proof_of_pack, prove_installed, unproved
from models.selftest import known_pair_of
from models.store import RECORD, InstallRecord
from models.trials import try_providers
from scan.request import examine_request
from scan.worker import DetectorWorker
from tests.detectors.brought import put_embedder, put_scrfd
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, working_files

DETECTOR, EMBEDDER = "their-scrfd", "their-arcface"


@pytest.fixture
def worker() -> Iterator[DetectorWorker]:
    """Return the door to a detectors' process, where networks run."""
    with DetectorWorker() as running:
        yield running


@pytest.fixture
def store(test_models: Path, starter_store: Path, tmp_path: Path) -> Path:
    """Return a store with a working pair that was just brought, and the starter pack's voices."""
    files = working_files(test_models)
    put_scrfd(tmp_path, DETECTOR, files[DETECTION])
    put_embedder(tmp_path, EMBEDDER, files[RECOGNITION], dimension=256)
    for name in ("silero-vad", "ge2e"):
        shutil.copytree(starter_store / name, tmp_path / name)
    (tmp_path / PACKS).mkdir()
    pack = {"name": "theirs", "face_detector": DETECTOR, "face_embedder": EMBEDDER}
    (tmp_path / PACKS / "theirs.json").write_bytes(msgspec.json.encode(pack))
    for name in (DETECTOR, EMBEDDER):
        forget(tmp_path, name)
    return tmp_path


def forget(store: Path, name: str) -> None:
    """Take the fingerprint out of a record, as it is before a model was proved."""
    change_record(store, name, lambda record: msgspec.structs.replace(record, fingerprints={}))


def change_record(store: Path, name: str, change: Callable[[InstallRecord], InstallRecord]) -> None:
    path = store / name / RECORD
    path.write_bytes(msgspec.json.encode(change(msgspec.json.decode(path.read_bytes(), type=InstallRecord))))


def describe(store: Path, name: str, **fields: object) -> None:
    """Change the input contract of a brought model, as a fault in the program or a hand in its folder would."""
    path = store / name / MANIFEST
    manifest = msgspec.json.decode(path.read_bytes(), type=ModelManifest)
    contract = msgspec.structs.replace(manifest.input, **fields)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, pictures=contract)))


class TestInstalling:
    """Everything goes through the detectors' process; the parent compares, and writes the record last."""

    def test_models_nobody_has_seen_are_proved_and_can_be_used_then(self, store: Path, worker: DetectorWorker) -> None:
        with pytest.raises(ModelsError, match="was not finished") as caught:
            models.open_model(EMBEDDER, store)
        assert "again" in caught.value.remedy

        new = install_and_prove(lambda: (DETECTOR, EMBEDDER), store, worker)

        assert new == (DETECTOR, EMBEDDER)
        assert unproved(store) == ()
        models.open_model(EMBEDDER, store).load()
        assert proof_of_pack("theirs", store, worker)[0].held

    def test_what_a_kill_left_unproved_is_proved_by_the_next_installation(
        self, store: Path, worker: DetectorWorker
    ) -> None:
        assert unproved(store) == (EMBEDDER, DETECTOR)

        assert install_and_prove(tuple, store, worker) == ()

        assert unproved(store) == ()

    @pytest.mark.parametrize(
        ("name", "fields", "told"),
        [
            (EMBEDDER, {"mean": (0.0, 0.0, 0.0)}, "does not find the known face, or does not tell"),
            (DETECTOR, {"mean": (0.0, 0.0, 0.0), "scale": 1.0}, "does not find the known face"),
        ],
    )
    def test_a_wrong_description_is_refused_and_nothing_of_it_stays(
        self, store: Path, worker: DetectorWorker, name: str, fields: dict[str, object], told: str
    ) -> None:
        describe(store, name, **fields)

        with pytest.raises(NotHeldError, match=f"“{name}” was not installed: .*{told}") as caught:
            prove_installed([name], store, worker)

        assert caught.value.remedy
        assert not (store / name).exists()
        assert "theirs" not in models.list_packs(store)

    @pytest.mark.parametrize(
        ("name", "fields", "told"),
        [
            (EMBEDDER, {"colour": Colour.BGR}, "red and blue the other way round"),
            (EMBEDDER, {"mean": (0.0, 0.0, 0.0), "scale": 1 / 255}, "another range of numbers"),
            (DETECTOR, {"colour": Colour.BGR}, "red and blue the other way round"),
        ],
    )
    def test_a_small_doubt_is_told_and_left_to_a_person(
        self, store: Path, worker: DetectorWorker, name: str, fields: dict[str, object], told: str
    ) -> None:
        """Two networks are too few to refuse others, which nobody here has seen, for a small difference."""
        describe(store, name, **fields)
        remarks: list[str] = []

        prove_installed([name], store, worker, tell=remarks.append)

        (remark,) = remarks
        assert f"“{name}”" in remark
        assert told in remark
        models.open_model(name, store).load()

    def test_a_network_that_knows_nobody_is_refused(self, store: Path, worker: DetectorWorker) -> None:
        put_embedder(store, "drawn", arcface())
        forget(store, "drawn")

        with pytest.raises(NotHeldError, match="“drawn” was not installed"):
            install_and_prove(lambda: (EMBEDDER, "drawn"), store, worker)

        assert not (store / "drawn").exists()
        models.open_model(EMBEDDER, store).load()  # what was proved before it stays
        assert unproved(store) == (DETECTOR,)  # left by another installation: this one was not about it

    def test_stopping_takes_out_what_was_not_proved_yet(self, store: Path, worker: DetectorWorker) -> None:
        cancel = CancelToken()

        def stop(_step: str, _done: float, _total: float) -> None:
            cancel.cancel()

        with pytest.raises(CancelledError):
            prove_installed([DETECTOR, EMBEDDER], store, worker, on_progress=stop, cancel=cancel)

        assert not (store / EMBEDDER).exists()

    def test_models_of_the_catalogue_only_have_to_answer_as_their_manifests_say(
        self, starter_store: Path, worker: DetectorWorker
    ) -> None:
        asked: list[Prove] = []

        class Noting:
            def prove(self, request: Prove) -> Proved:
                asked.append(request)
                return worker.prove(request)

            def selftest(self, request: SelfTest) -> SelfTested:
                raise AssertionError(request)

        prove_installed(["silero-vad", "ge2e"], starter_store, Noting())

        assert [request.contracts for request in asked] == [False, False]

    def test_a_process_that_ends_over_a_model_is_a_reason_to_refuse_it(self, store: Path) -> None:
        """A fake door: no file is at hand that ends the runtime."""

        class Ending:
            def prove(self, request: Prove) -> Proved:
                raise CheckFailedError("The detectors did not answer.", details="crashed")

            def selftest(self, request: SelfTest) -> SelfTested:
                raise AssertionError(request)

        with pytest.raises(NotHeldError, match="it stopped the process"):
            prove_installed([EMBEDDER], store, Ending())
        with pytest.raises(CheckFailedError):
            prove_installed(["ge2e"], store, Ending())

        assert not (store / EMBEDDER).exists()
        assert (store / "ge2e").exists()

    @pytest.mark.parametrize("doubt", [doubt for doubt in Doubt if doubt is not Doubt.NONE])
    def test_every_doubt_is_a_sentence(self, store: Path, doubt: Doubt) -> None:
        class Doubting:
            def prove(self, request: Prove) -> Proved:
                return Proved(models=(Proof(name=EMBEDDER, provider="", answers={}, doubt=doubt),))

            def selftest(self, request: SelfTest) -> SelfTested:
                raise AssertionError(request)

        with pytest.raises(NotHeldError, match=r"was not installed: [a-z].*\."):
            prove_installed([EMBEDDER], store, Doubting())


class TestStarting:
    """What was right when it was installed, and is not any more."""

    @pytest.mark.parametrize(
        "fields",
        [{"colour": Colour.BGR}, {"scale": 1 / 127.0}, {"mean": (126.0, 126.0, 126.0)}, {"mean": (0.0, 0.0, 0.0)}],
        ids=str,
    )
    def test_a_changed_description_is_refused_as_soon_as_the_model_is_loaded(
        self, store: Path, worker: DetectorWorker, fields: dict[str, object]
    ) -> None:
        prove_installed([DETECTOR, EMBEDDER], store, worker)
        describe(store, EMBEDDER, **fields)
        pair = known_pair_of("theirs", store)

        with pytest.raises(ModelsError, match="does not answer as it should, and is not used"):
            worker.selftest(pair)
        assert not next(test for test in models.selftest("theirs", store, worker) if test.model == EMBEDDER).held

    def test_a_moved_template_is_refused_by_the_known_pair(
        self, store: Path, worker: DetectorWorker, test_media: Path
    ) -> None:
        """Networks do not see how faces are cut out: only the faces tell."""
        prove_installed([DETECTOR, EMBEDDER], store, worker)
        path = store / EMBEDDER / MANIFEST
        manifest = msgspec.json.decode(path.read_bytes())
        alignment = manifest["embedding"]["alignment"]["any"]
        dlibs = ((47.45, 45.98), (101.08, 45.63), (74.40, 77.73), (51.78, 101.37), (98.04, 101.35))
        alignment["points_px"] = [[112 / 150 * x, 112 / 150 * y] for x, y in dlibs]
        path.write_bytes(msgspec.json.encode(manifest))
        card = models.load_pack("theirs", store)
        photo = next((test_media / "faces").glob("*.jpg"))

        with (
            DetectorWorker(known_pairs=KnownPairs()) as door,
            pytest.raises(ModelsError, match="do not tell known faces or voices from others here"),
        ):
            door.examine(examine_request(photo, card, store, ExamineSettings()))

    def test_the_known_pair_is_asked_once_for_each_change(
        self, store: Path, worker: DetectorWorker, test_media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prove_installed([DETECTOR, EMBEDDER], store, worker)
        card = models.load_pack("theirs", store)
        photo = next((test_media / "faces").glob("*.jpg"))
        request = examine_request(photo, card, store, ExamineSettings())
        with DetectorWorker(known_pairs=KnownPairs()) as door:
            door.examine(request)

        assert (store / HELD).exists()
        assert KnownPairs().due(request) is None
        on_another = msgspec.structs.replace(request.settings, provider="CUDAExecutionProvider")
        assert KnownPairs().due(msgspec.structs.replace(request, settings=on_another)) is not None
        monkeypatch.setattr("models.known_pairs._version", lambda name: f"{name} 9")
        assert KnownPairs().due(request) is not None
        monkeypatch.undo()
        change_record(store, EMBEDDER, lambda record: msgspec.structs.replace(record, installed="later"))
        assert KnownPairs().due(request) is not None

    def test_what_cannot_be_remembered_is_asked_once_by_each_program(self, store: Path, test_media: Path) -> None:
        request = examine_request(test_media, models.load_pack("starter"), store / "no such folder", ExamineSettings())
        pairs = KnownPairs()
        test = pairs.due(request)
        assert test is not None

        pairs.remember(test)

        assert pairs.due(request) is None
        assert KnownPairs().due(request) is not None
        (store / HELD).write_bytes(b"\xff")
        assert KnownPairs().due(msgspec.structs.replace(request, models=str(store))) is not None


class TestTrials:
    """What doctor asks: every provider on every model, beside the processor."""

    def test_the_processor_agrees_with_itself(self, starter_store: Path) -> None:
        (trial,) = try_providers(["silero-vad"], ("CPUExecutionProvider",), starter_store, DetectorWorker, 1)

        assert (trial.held, trial.active) == (True, "CPUExecutionProvider")
        assert trial.deviation == 0
        assert trial.run_ms > 0
        assert not trial.trouble

    def test_a_provider_that_is_not_there_is_told_and_the_rest_goes_on(self, starter_store: Path) -> None:
        trials = list(try_providers(["silero-vad"], ("CUDAExecutionProvider",), starter_store, DetectorWorker, 1))

        assert [bool(trial.trouble) for trial in trials] == [False, True]
        assert "CUDA" in trials[1].trouble

    def test_a_provider_that_answers_otherwise_does_not_hold(self, starter_store: Path) -> None:
        """A fake door: the provider computes in shorter floats, or ends its process."""

        class Door(DetectorWorker):
            def prove(self, request: Prove, *_others: object) -> Proved:  # type: ignore[override] # asked so alone
                if request.provider == "CPUExecutionProvider":
                    return Proved(models=(answered(1.0, request.provider),))
                if request.names == ("ge2e",):
                    raise CheckFailedError("The detectors did not answer.")
                return Proved(models=(answered(1.01, "CPUExecutionProvider"),))

        trials = list(try_providers(["silero-vad", "ge2e"], ("DmlExecutionProvider",), starter_store, Door, 1))

        assert [trial.held for trial in trials] == [True, True, False, False]
        assert trials[2].active == "CPUExecutionProvider"
        assert trials[2].deviation == pytest.approx(0.01)
        assert trials[3].trouble == "The detectors did not answer."


def answered(number: float, provider: str) -> Proof:
    return Proof(name="silero-vad", provider=provider, answers={"network": {"output": (number, 0.5)}})
