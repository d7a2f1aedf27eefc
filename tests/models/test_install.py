"""A model is installed whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import replace

import models
from countenance.errors import CancelledError, ModelsError
from countenance.work import CancelToken
from models.manifests import ModelManifest, Package
from models.pip_download import PipDownload
from models.published import Published, Workplace
from models.selftest import examine
from models.store import SOURCES, kept_sources, read_network, read_record
from models.streams import Read
from tests.conftest import REPOSITORY

RECOMMENDED = ("yunet", "retail-0095", "silero-vad", "ge2e")
MEMBER = "silero_vad/data/silero_vad_16k_sequence.onnx"


@pytest.fixture
def folder(test_models: Path, installed_models: Path, tmp_path: Path) -> Path:
    """Return a folder of one's own with the published files of the recommended pack."""
    copy = tmp_path / "published"
    copy.mkdir()
    for manifest in models.models_of("recommended"):
        for variant in manifest.variants:
            for file in variant.files:
                for place in (test_models, installed_models / manifest.name / SOURCES):
                    if (place / file.name).is_file():
                        shutil.copyfile(place / file.name, copy / file.name)
    return copy


def names_in(store: Path) -> set[str]:
    return {entry.name for entry in store.iterdir()} - {".lock"}


def test_a_folder_of_published_files_becomes_a_working_pack(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "models"
    fresh = models.install("recommended", store, source=models.Folder(folder))
    assert fresh == RECOMMENDED
    models.verify("recommended", store)
    record = read_record(store, models.load_manifest("retail-0095"))
    assert record.recipe == 1
    assert set(record.networks) == {"retail-0095.onnx"}
    assert record.sources["face-reidentification-retail-0095.bin"].startswith("241229ca")
    assert models.install("recommended", store, source=models.Folder(tmp_path / "not needed again")) == ()


def test_published_files_are_recognised_under_any_name(folder: Path, tmp_path: Path) -> None:
    for number, file in enumerate(sorted(folder.iterdir())):
        file.rename(folder / f"download ({number})")
    models.install("recommended", tmp_path / "models", source=models.Folder(folder))
    models.verify("recommended", tmp_path / "models")


def test_a_file_with_one_wrong_byte_is_refused_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    weights = folder / "face-reidentification-retail-0095.bin"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelsError, match="is not the published file") as caught:
        models.install("retail-0095", tmp_path / "models", source=models.Folder(folder))
    assert caught.value.remedy
    assert names_in(tmp_path / "models") == set()


def test_an_empty_folder_says_which_files_it_needs(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelsError, match=r"face_detection_yunet_2023mar\.onnx") as caught:
        models.install("yunet", tmp_path / "models", source=models.Folder(tmp_path / "empty"))
    assert caught.value.exit_code == 5


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelsError, match="nowhere"):
        models.install("yunet", tmp_path / "models", source=models.Folder(tmp_path / "nowhere"))


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelsError, match="recommended, sface, starter"):
        models.install("best", tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_store_that_cannot_be_written_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelsError, match="cannot be written"):
        models.install("yunet", tmp_path / "models", source=models.Folder(folder))


def test_the_starter_packs_published_files_convert_to_the_same_networks_again(
    starter_store: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    published.mkdir()
    for manifest in models.models_of("starter"):
        kept = kept_sources(starter_store, manifest)
        if kept is None:
            pytest.skip("The store was filled by an earlier version that kept no published files.")
        for name, path in kept.files.items():
            shutil.copyfile(path, published / name)

    models.install("starter", tmp_path / "models", source=models.Folder(published))

    for manifest in models.models_of("starter"):
        for network in manifest.networks:
            again = read_network(tmp_path / "models", manifest, network.name)
            assert again == read_network(starter_store, manifest, network.name)


def test_the_models_folder_of_another_machine_will_do(recommended_store: Path, tmp_path: Path) -> None:
    models.install("recommended", tmp_path / "models", source=models.Folder(recommended_store))
    models.verify("recommended", tmp_path / "models")


def packed(content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a package that carries `content` into `folder`, and have the catalogue expect exactly this one."""
    manifest = models.load_manifest("silero-vad")
    ((file,), variant) = manifest.variants[0].files, manifest.variants[0]
    assert file.package is not None
    wheel = folder / file.package.archive
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBER, content)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    package = replace(file.package, archive_bytes=wheel.stat().st_size, archive_sha256=digest)
    known = replace(manifest, variants=(replace(variant, files=(replace(file, package=package),)),))
    monkeypatch.setattr(import_module("models.install"), "asked_for", lambda _name, _store: (known,))
    return wheel


@pytest.fixture
def detector_file(installed_models: Path) -> bytes:
    path = installed_models / "silero-vad" / SOURCES / "silero_vad_16k_sequence.onnx"
    if not path.is_file():
        pytest.skip("The voice models are not installed: `python3 run.py test` does that.")
    return path.read_bytes()


def test_a_file_is_taken_out_of_the_package_that_carries_it(
    detector_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(detector_file, tmp_path, monkeypatch)
    assert models.install("silero-vad", tmp_path / "models", source=models.Folder(tmp_path)) == ("silero-vad",)
    assert examine(models.open_model("silero-vad", tmp_path / "models")).held


def test_another_package_of_the_same_name_is_refused(
    detector_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = packed(detector_file, tmp_path, monkeypatch)
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"x")
    for source in (models.Folder(tmp_path), models.WithIndex(tmp_path, pip=NoPip())):
        with pytest.raises(ModelsError, match=r"silero_vad-6\.2\.3.* is not the published file"):
            models.install("silero-vad", tmp_path / "models", source=source)


class NoPip(PipDownload):
    """Stands in for a machine that reaches no package index; counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(())
        self.asked: list[str] = []

    def fetch_member(self, package: Package, *_arguments: object) -> Read:
        self.asked.append(package.requirement)
        raise ModelsError(f"no {package.requirement} today")


def test_beside_a_folder_only_the_package_index_is_asked_and_only_for_what_is_missing(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "pretrained.pt").unlink()
    pip = NoPip()
    with pytest.raises(ModelsError, match=r"no Resemblyzer==0\.1\.4 today"):
        models.install("recommended", tmp_path / "models", source=models.WithIndex(folder, pip=pip))
    (folder / "face-reidentification-retail-0095.bin").unlink()
    with pytest.raises(ModelsError, match="does not hold the files of the model “retail-0095”"):
        models.install("retail-0095", tmp_path / "others", source=models.WithIndex(folder, pip=pip))
    assert pip.asked == ["Resemblyzer==0.1.4"]
    assert names_in(tmp_path / "models") == {"yunet", "retail-0095", "silero-vad"}


def test_a_damaged_model_is_made_anew_from_the_kept_files(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "models"
    models.install("recommended", store, source=models.Folder(folder))
    (store / "retail-0095" / "retail-0095.onnx").write_bytes(b"damaged")
    fresh = models.install("recommended", store, source=models.Folder(tmp_path / "no folder at all"))
    assert fresh == ("retail-0095",)
    models.verify("recommended", store)
    assert names_in(store) == set(RECOMMENDED)


def test_a_model_of_an_older_recipe_is_refused_and_made_anew(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "models"
    models.install("yunet", store, source=models.Folder(folder))
    path = store / "yunet" / "installed.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "recipe": 7}))
    with pytest.raises(ModelsError, match="another version"):
        models.open_model("yunet", store)
    assert models.install("yunet", store) == ("yunet",)


@pytest.mark.parametrize("at", ["Reading", "Converting"])
def test_a_cancelled_installation_leaves_nothing(folder: Path, tmp_path: Path, at: str) -> None:
    cancel = CancelToken()

    def stop(step: str, _done: float, _total: float) -> None:
        if step.startswith(at):
            cancel.cancel()

    with pytest.raises(CancelledError):
        models.install("yunet", tmp_path / "models", source=models.Folder(folder), on_progress=stop, cancel=cancel)
    assert names_in(tmp_path / "models") == set()


def test_a_killed_installation_leaves_no_model_and_the_next_one_cleans_up(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "models"
    program = f"""
import os, signal
from pathlib import Path
import models
def die(step, done, total):
    if step.startswith("Converting retail"):
        os.kill(os.getpid(), {int(signal.SIGTERM)})
models.install("recommended", Path({str(store)!r}), source=models.Folder(Path({str(folder)!r})), on_progress=die)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False, capture_output=True)
    assert ended.returncode != 0
    assert {name for name in names_in(store) if not name.startswith(".making-")} == {"yunet"}
    with pytest.raises(ModelsError, match="not installed"):
        models.open_model("retail-0095", store)

    models.install("recommended", store, source=models.Folder(folder))

    assert names_in(store) == set(RECOMMENDED)


class SlowSource:
    """The folder, entered by one thread at a time; tells when it is entered and waits to be let go."""

    def __init__(self, folder: Path) -> None:
        self.folder = models.Folder(folder)
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: Callable[..., None], cancel: CancelToken
    ) -> Published:
        self.entered.set()
        assert self.let_go.wait(30)
        return self.folder.fetch(manifest, workplace, on_progress, cancel)


def test_a_second_installation_waits_for_the_first(folder: Path, tmp_path: Path) -> None:
    store, source = tmp_path / "models", SlowSource(folder)
    first: list[tuple[str, ...]] = []
    worker = threading.Thread(target=lambda: first.append(models.install("yunet", store, source=source)))
    worker.start()
    assert source.entered.wait(30)
    steps: list[str] = []

    def note(step: str, _done: float, _total: float) -> None:
        steps.append(step)
        source.let_go.set()

    second = models.install("yunet", store, source=models.Folder(folder), on_progress=note)

    worker.join(30)
    assert (first, second) == ([("yunet",)], ())
    assert steps == ["Waiting for another installation"]


def test_templates_bind_to_the_published_weights_not_to_the_converted_file(recommended_store: Path) -> None:
    stamp = models.open_model("retail-0095", recommended_store).stamp(detector="yunet")
    card = models.load_pack("recommended", recommended_store)
    assert stamp.binding == "241229ca3d206321868d46ce74a3c0b06c49cea58db7dc70b2e842ff287545d1/1/t128"
    assert stamp.provider == "CPUExecutionProvider"
    assert card.model(stamp.task) is not None
    assert card.model(stamp.task).binding == stamp.binding  # type: ignore[union-attr] # asserted above


def test_nothing_in_the_store_is_open_to_others_writing(recommended_store: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps permissions elsewhere.")
    assert not any(path.stat().st_mode & 0o022 for path in recommended_store.rglob("*.onnx"))
