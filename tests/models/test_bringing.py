"""Any InsightFace package becomes a pack of one's own: told apart, named, put in place whole or not at all."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from msgspec.structs import replace

import models
from countenance.errors import ModelsError
from countenance.packs import ModelTask
from models.store import read_network, read_record
from tests.conftest import REPOSITORY
from tests.models.hostile_packages import KEY, signed, terms
from tests.models.insightface_packages import (
    ATTRIBUTES,
    DETECTION,
    LANDMARKS,
    LANDMARKS_3D,
    RECOGNITION,
    arcface,
    landmarks,
    legacy_folder,
    manifest_folder,
    scrfd,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


TRUSTED = (KEY.public_key().public_bytes_raw(),)


def names_in(store: Path) -> set[str]:
    return {entry.name for entry in store.iterdir()} - {".lock"}


def zip_of(folder: Path, top: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, f"{top}{file.name}")
    return path


def test_a_folder_of_models_becomes_a_pack(tmp_path: Path) -> None:
    store = tmp_path / "models"

    brought = models.bring(legacy_folder(tmp_path / "Büffel l"), store)

    assert brought.name == "insightface-B-ffel-l"
    assert brought.models == brought.fresh == ("insightface-B-ffel-l-detector", "insightface-B-ffel-l-embedder")
    assert brought.aside == (LANDMARKS_3D, LANDMARKS, ATTRIBUTES)
    assert brought.remarks == (
        f"Left aside, because nobody here needs them: {LANDMARKS_3D}, {LANDMARKS}, {ATTRIBUTES}.",
        "There is no licence file in it: for non-commercial research only.",
    )
    assert brought.name in models.list_packs(store)
    models.verify(brought.models[0], store)
    stamps = {stamp.task: stamp for stamp in models.load_pack(brought.name, store).models}
    assert stamps[ModelTask.FACE_DETECTOR].name == brought.models[0]
    assert stamps[ModelTask.FACE_EMBEDDER].alignment == "t112"
    assert {stamps[task].commercial_use for task in (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER)} == {"no"}
    assert stamps[ModelTask.VOICE_EMBEDDER].name == "ge2e"
    assert read_record(store, models.load_manifest(brought.models[0], store)).fingerprints == {}
    assert names_in(store) == {*brought.models, "packs"}


def test_a_brought_model_is_the_file_that_was_given(tmp_path: Path) -> None:
    store = tmp_path / "models"
    manifest = models.load_manifest(
        models.bring(legacy_folder(tmp_path / "mine"), store).models[1],
        store,
    )
    chips = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), dtype=np.uint8)

    content = read_network(store, manifest, manifest.networks[0].name)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (given,) = session.run(None, {"input.1": models.to_blob(chips, manifest.input)})

    original = onnxruntime.InferenceSession(arcface(), providers=["CPUExecutionProvider"])
    blob = ((chips.astype(np.float32) - 127.5) / 127.5).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(given, original.run(None, {"input.1": blob})[0], atol=1e-5)
    assert manifest.embedding is not None
    assert (manifest.embedding.dimension, manifest.embedding.flip, manifest.max_batch) == (512, True, 8)


def test_a_package_with_a_manifest_is_called_by_its_id_and_read_by_its_word(tmp_path: Path) -> None:
    said = {
        "detection": {"preprocessing": {"mean": 100, "std": 50.0}, "input_size": "not ours to know"},
        "recognition": {"preprocessing": "embedded"},
        "verification": {"file": "verifier.onnx"},
    }
    folder = manifest_folder(tmp_path / "folder", recognition=arcface(side_px=128, dimension=64, batch=1), tasks=said)
    document = json.loads((folder / "manifest.json").read_text())
    document["tasks"]["verification"] = {"file": "verifier.onnx"}
    (folder / "manifest.json").write_text(json.dumps(document))
    (folder / "verifier.onnx").write_bytes(b"never opened")

    brought = models.bring(folder, tmp_path / "models")

    assert brought.name == "insightface-made-for-a-test"
    assert brought.aside == ("verifier.onnx",)
    finder, embedder = (models.load_manifest(name, tmp_path / "models") for name in brought.models)
    assert (finder.input.mean, finder.input.scale, finder.input.padding) == ((100, 100, 100), 0.02, -2.0)
    assert (embedder.input.mean, embedder.input.scale, embedder.input.size_px) == ((0, 0, 0), 1.0, 128)
    assert (embedder.max_batch, embedder.networks[0].probe_px) == (1, 128)
    assert embedder.alignment_for(finder.name).name == "t112-128"


@pytest.mark.parametrize("top", ["", "buffalo_x/"])
def test_a_zip_is_read_like_its_folder(tmp_path: Path, top: str) -> None:
    folder = legacy_folder(tmp_path / "packed")
    (folder / "readme.txt").write_text("as it came")
    archive = zip_of(folder, top)
    if top:
        with zipfile.ZipFile(archive, "a") as more:
            more.writestr("__MACOSX/._buffalo_x", b"left by a Mac")

    brought = models.bring(archive, tmp_path / "models")

    assert brought.name == ("insightface-buffalo_x" if top else "insightface-packed")
    assert (
        read_network(
            tmp_path / "models", models.load_manifest(brought.models[0], tmp_path / "models"), brought.models[0]
        )
        == scrfd()
    )


def test_an_unpacked_zip_may_lie_one_folder_deeper(tmp_path: Path) -> None:
    legacy_folder(tmp_path / "Downloads" / "buffalo_x")
    assert models.bring(tmp_path / "Downloads", tmp_path / "models").name == "insightface-buffalo_x"


@pytest.mark.parametrize(
    ("file", "content", "task"), [("a.onnx", scrfd(), "finder"), ("b.onnx", arcface(), "embedder")]
)
def test_half_a_package_gives_half_a_pack(tmp_path: Path, file: str, content: bytes, task: str) -> None:
    folder = legacy_folder(tmp_path / "half", {file: content, "lm.onnx": landmarks()})

    brought = models.bring(folder, tmp_path / "models")

    (name,) = brought.models
    pack = {stamp.task: stamp.name for stamp in models.load_pack(brought.name, tmp_path / "models").models}
    finder, embedder = pack[ModelTask.FACE_DETECTOR], pack[ModelTask.FACE_EMBEDDER]
    assert (finder, embedder) == ((name, "dlib-resnet") if task == "finder" else ("mtcnn", name))
    assert "that of another pack is used" in brought.remarks[1]


def test_a_detector_of_five_strides_and_one_size_says_so(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "large", {"d.onnx": scrfd(15, side_px=640)})
    manifest = models.load_manifest(models.bring(folder, tmp_path / "models").models[0], tmp_path / "models")
    assert (manifest.input.size_px, manifest.input.multiple_px, manifest.max_batch) == (640, 128, 1)
    assert manifest.family is models.DetectorFamily.SCRFD


def test_bringing_a_package_again_changes_nothing_and_mends_what_is_damaged(tmp_path: Path) -> None:
    folder, store = legacy_folder(tmp_path / "mine"), tmp_path / "models"
    finder, embedder = models.bring(folder, store).models
    assert models.bring(folder, store).fresh == ()

    (store / finder / f"{finder}.onnx").write_bytes(b"damaged")
    assert models.bring(folder, store).fresh == (finder,)
    (store / embedder / "manifest.json").write_bytes(b"damaged")
    assert models.bring(folder, store).fresh == (embedder,)
    models.load_pack("insightface-mine", store)


def test_a_name_that_means_something_else_is_not_taken(tmp_path: Path) -> None:
    store = tmp_path / "models"
    buffalo = legacy_folder(tmp_path / "Buffalo_L")
    with pytest.raises(ModelsError, match="“insightface-Buffalo_L” is the name of other models already"):
        models.bring(buffalo, store)
    for name in ("starter", "SFace", "yunet", "scrfd-10g"):
        with pytest.raises(ModelsError, match="is the name of other models already"):
            models.bring(buffalo, store, name=name)
    models.bring(buffalo, store, name="mine")
    with pytest.raises(ModelsError, match="is the name of other models already"):
        models.bring(buffalo, store, name="mine-detector")
    others = legacy_folder(tmp_path / "others", {DETECTION: scrfd(seed=1), RECOGNITION: arcface(seed=1)})
    with pytest.raises(ModelsError, match="Another model was brought under the name “mine-detector”"):
        models.bring(others, store, name="mine")
    assert names_in(store) == {"mine-detector", "mine-embedder", "packs"}


@pytest.mark.parametrize("name", ["a+b", "../a", "a/b", ".a", "a b", "é", "a" * 101, "a\n"])
def test_a_name_that_could_not_be_said_is_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelsError, match="cannot be the name of a pack"):
        models.bring(tmp_path / "not even there", tmp_path / "models", name=name)
    assert not (tmp_path / "models").exists()


@pytest.fixture
def catalogued(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the catalogue know the tiny networks as det_10g and w600k_r50, whose own weights may not be had here."""
    bringing = import_module("models.bringing")
    hashes = {"scrfd-10g": scrfd(), "arcface-w600k-r50": arcface()}

    def load(name: str, store: Path | None = None) -> models.ModelManifest:
        manifest = models.load_manifest(name, store)
        if name not in hashes:
            return manifest
        (variant,) = manifest.variants
        file = replace(variant.files[0], sha256=hashlib.sha256(hashes[name]).hexdigest())
        return replace(manifest, variants=(replace(variant, files=(file,)),))

    monkeypatch.setattr(bringing, "load_manifest", load)


@pytest.mark.usefixtures("catalogued")
def test_what_the_catalogue_knows_keeps_its_name_there(tmp_path: Path) -> None:
    brought = models.bring(legacy_folder(tmp_path / "some folder"), tmp_path / "models", name="mine")

    assert brought.name == "insightface-buffalo_l"
    assert brought.models == brought.catalogued == brought.fresh == ("scrfd-10g", "arcface-w600k-r50")
    assert "Known here already, under the names of the catalogue: scrfd-10g, arcface-w600k-r50." in brought.remarks
    assert names_in(tmp_path / "models") == {"scrfd-10g", "arcface-w600k-r50"}
    assert not (tmp_path / "models" / "scrfd-10g" / "manifest.json").exists()


@pytest.mark.usefixtures("catalogued")
def test_half_of_what_the_catalogue_knows_is_not_brought_twice(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "mixed", {DETECTION: scrfd(), RECOGNITION: arcface(seed=9)})
    brought = models.bring(folder, tmp_path / "models")
    assert (brought.name, brought.models) == ("insightface-mixed", ("scrfd-10g", "insightface-mixed-embedder"))
    alone = models.bring(legacy_folder(tmp_path / "one", {DETECTION: scrfd()}), tmp_path / "models")
    assert (alone.name, alone.fresh) == ("scrfd-10g", ())


@pytest.mark.usefixtures("catalogued")
def test_a_licence_for_a_package_is_not_one_for_the_catalogues_models(tmp_path: Path) -> None:
    folder = manifest_folder(tmp_path / "bought", model_id="buffalo_l")
    (folder / "MODEL.LICENSE").write_bytes(signed(terms(model_id="buffalo_l")))

    brought = models.bring(folder, tmp_path / "models", public_keys=TRUSTED, now=NOW)

    assert (brought.name, brought.catalogued) == ("insightface-buffalo_l-licensed", ())


def test_who_does_not_agree_gets_nothing(tmp_path: Path) -> None:
    def refuse(manifests: Any) -> None:
        assert [manifest.licence.needs_acceptance for manifest in manifests] == [True, True]
        raise ModelsError("not agreed.")

    with pytest.raises(ModelsError, match="not agreed"):
        models.bring(legacy_folder(tmp_path / "mine"), tmp_path / "models", agree=refuse)
    assert names_in(tmp_path / "models") == set()


@pytest.mark.parametrize("step", range(1, 6))
def test_a_killed_bringing_lists_nothing_half_made_and_the_next_one_goes_through(tmp_path: Path, step: int) -> None:
    folder, store = legacy_folder(tmp_path / "mine"), tmp_path / "models"
    program = f"""
import os, signal
from pathlib import Path
import models
count = 0
def stop(step, *_more):
    global count
    count += not str(step).startswith("Reading")
    if count == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
models.bring(Path({str(folder)!r}), Path({str(store)!r}), on_progress=stop, agree=stop)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL

    for name in set(models.list_models(store)) - set(models.list_models()):
        models.verify(name, store)
    assert "insightface-mine" not in models.list_packs(store)
    models.bring(folder, store)
    assert "insightface-mine" in models.list_packs(store)
    assert names_in(store) == {"insightface-mine-detector", "insightface-mine-embedder", "packs"}
