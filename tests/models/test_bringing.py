"""Any InsightFace package becomes a pack of one's own: told apart as insightface does, named, licensed, or refused."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import models
from countenance.errors import CancelledError, ModelsError
from countenance.packs import CommercialUse, ModelTask
from countenance.work import CancelToken
from models.brought_manifest import template_of
from models.intake import asking
from models.intake.licence import PUBLIC_KEYS, LicenceState, inspect_licence
from models.intake.onnx_header import read_header
from models.intake.package_manifest import PackageTask
from models.intake.reading import read_package
from models.intake.refusals import RefusedError
from models.store import read_network, read_record
from tests.conftest import REPOSITORY
from tests.models.hostile_packages import KEY, PEAKS, signed, terms
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
    template,
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


@pytest.mark.parametrize(
    "content",
    {
        "nine outputs": scrfd(),
        "fifteen outputs": scrfd(15),
        "outputs with a batch": scrfd(batched=True),
        "pictures of 640": scrfd(side_px=640),
        "an embedder": arcface(),
        "one with its scaling inside": arcface(scaling_inside=True),
        "128 px": arcface(side_px=128),
        "landmarks": landmarks(),
    }.values(),
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_models_are_told_apart_as_insightface_does(tmp_path: Path, content: bytes) -> None:
    from insightface.model_zoo import get_model

    folder = legacy_folder(tmp_path / "package", {"a.onnx": content, "z_det.onnx": scrfd(seed=1)})
    original = get_model(str(folder / "a.onnx"), providers=["CPUExecutionProvider"])
    (tmp_path / "target").mkdir()

    found = {part.file: part for part in read_package(folder, tmp_path / "target", NOW, ()).parts}

    if original.taskname not in ("detection", "recognition"):
        assert "a.onnx" not in found
        return
    part = found["a.onnx"]
    assert part.task.value == original.taskname
    assert (part.mean, part.std) == (original.input_mean, original.input_std)
    if part.task is PackageTask.RECOGNITION:
        assert (part.side_px, part.side_px) == original.input_size
        assert part.dimension == original.output_shape[1]
    else:
        assert part.side_px == (original.static_input_size[0] if original.static_input_size else None)
        assert original.use_kps
        assert part.outputs == original.fmc * 3


@pytest.mark.parametrize("side_px", [112, 128, 224, 256])
def test_chips_of_every_size_are_cut_as_insightface_cuts_them(side_px: int) -> None:
    np.testing.assert_allclose(template_of(side_px).points_px, template(side_px))


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


LICENCES: dict[str, bytes | None] = {
    "absent": None,
    "commercial": signed(terms()),
    "commercial for a while": signed(terms(valid_until="2027-01-01T00:00:00.5Z", reference="R")),
    "non-commercial": signed(terms(grant="non-commercial", customer=None)),
    "expired": signed(terms(valid_until="2025-02-01T00:00:00Z")),
    "expired this moment": signed(terms(valid_until="2026-11-22T12:00:00Z")),
    "not active": signed(terms(valid_from="2999-01-01T00:00:00Z")),
    "tampered": signed(terms(), customer="Somebody else"),
    "expired and tampered": signed(terms(valid_until="2025-02-01T00:00:00Z"), license_id="L-9"),
    "for another model": signed(terms(model_id="other")),
    "spaces around the id": signed(terms(model_id=" made-for-a-test ")),
    "to nobody": signed(terms(customer=None)),
    "an unknown grant": signed(terms(grant="everything")),
    "an unknown field": signed(terms(foo=1)),
    "a missing field": signed(terms(license_id=None)),
    "version true": signed(terms(license_version=True)),
    "version 1.0": signed(terms(license_version=1.0)),
    "version 2": signed(terms(license_version=2)),
    "another issuer": signed(terms(issuer="Example")),
    "a padded signature": signed(terms(), signature="AAAA=="),
    "a short signature": signed(terms(), signature="AAAA"),
    "a date alone": signed(terms(valid_from="2025-01-01Z")),
    "another time zone": signed(terms(valid_from="2025-01-01T00:00:00+02:00")),
    "ending first": signed(terms(valid_until="2024-01-01T00:00:00Z")),
    "a number that no canonical form has": json.dumps(
        {**terms(), "reference": 1 << 60, "signature": "A" * 86}
    ).encode(),
    "half a surrogate": json.dumps({**terms(), "customer": "\ud800", "signature": "A" * 86}).encode(),
    "no JSON": b"{",
    "a list": b"[]",
    "twice the same": b'{"a":1,"a":2}',
    "no number": b'{"a":NaN}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b"\xff",
    "empty": b"",
    "too large": b" " * 65_537,
}
STATES = {
    "default_non_commercial": LicenceState.ABSENT,
    "verified_commercial": LicenceState.COMMERCIAL,
    "verified_non_commercial": LicenceState.NON_COMMERCIAL,
    "not_active": LicenceState.NOT_ACTIVE,
    "expired": LicenceState.EXPIRED,
    "invalid": LicenceState.INVALID,
}


@pytest.mark.parametrize("content", LICENCES.values(), ids=LICENCES.keys())
def test_a_licence_file_means_what_insightface_takes_it_for(tmp_path: Path, content: bytes | None) -> None:
    from insightface.model_zoo.model_license import inspect_model_package_license

    folder = manifest_folder(tmp_path / "package")
    if content is not None:
        (folder / "MODEL.LICENSE").write_bytes(content)
    original = inspect_model_package_license(folder, now=NOW, public_keys=[KEY.public_key()])

    ours = inspect_licence(content, "made-for-a-test", NOW, TRUSTED)

    assert ours.state is STATES[original.status]
    assert bool(ours.fault) == (ours.state is LicenceState.INVALID)
    if original.license is not None:
        assert (ours.customer or None, ours.licence_id) == (original.license.customer, original.license.license_id)
        until = original.license.valid_until
        assert ours.valid_until == (until.isoformat() if until else "")


def test_the_key_that_is_trusted_is_insightfaces() -> None:
    from insightface.model_zoo import model_license

    theirs = tuple(key.public_bytes_raw() for key in model_license._trusted_keys())
    assert theirs == PUBLIC_KEYS


def test_a_licence_for_commercial_use_counts_until_its_last_moment(tmp_path: Path) -> None:
    folder, store = manifest_folder(tmp_path / "package"), tmp_path / "models"
    (folder / "MODEL.LICENSE").write_bytes(signed(terms(valid_until="2027-01-01T00:00:00Z")))

    brought = models.bring(folder, store, public_keys=TRUSTED, now=NOW)

    assert brought.remarks == (
        "InsightFace permits commercial use to Example Studio until 2027-01-01; its signature holds.",
    )
    licence = models.load_manifest(brought.models[0], store).licence
    assert licence.weights == "InsightFace commercial licence L-1, granted to Example Studio"
    assert (licence.commercial_use, licence.verified, licence.needs_acceptance) == (CommercialUse.YES, True, False)
    assert licence.commercial_use_at(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)) is CommercialUse.YES
    assert licence.commercial_use_at(datetime(2027, 1, 1, tzinfo=UTC)) is CommercialUse.NO


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"valid_until": "2025-02-01T00:00:00Z"}, "Its licence ended on 2025-02-01: for non-commercial research only."),
        ({"valid_from": "2999-01-01T00:00:00Z"}, "Its licence begins on 2999-01-01 only"),
        ({"grant": "non-commercial", "customer": None}, "Its licence is for non-commercial use only"),
        ({}, "InsightFace permits commercial use to Example Studio; its signature holds."),
    ],
)
def test_what_a_licence_allows_is_said(tmp_path: Path, changes: dict[str, Any], remark: str) -> None:
    folder = manifest_folder(tmp_path / "package")
    (folder / "MODEL.LICENSE").write_bytes(signed(terms(**changes)))
    brought = models.bring(folder, tmp_path / "models", public_keys=TRUSTED, now=NOW)
    allowed = models.load_manifest(brought.models[1], tmp_path / "models").licence.commercial_use
    assert brought.remarks[0].startswith(remark)
    assert (allowed is CommercialUse.YES) == ("permits" in remark)


def test_a_licence_that_came_later_counts_from_the_next_bringing(tmp_path: Path) -> None:
    folder, store = manifest_folder(tmp_path / "package"), tmp_path / "models"
    models.bring(folder, store, public_keys=TRUSTED)
    (folder / "MODEL.LICENSE").write_bytes(signed(terms()))
    brought = models.bring(folder, store, public_keys=TRUSTED, now=NOW)
    assert brought.fresh == brought.models
    assert models.load_manifest(brought.models[0], store).licence.commercial_use is CommercialUse.YES


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


def large(path: Path, more: int) -> None:
    """Write an embedder that carries a tensor of `more` zero bytes besides, as a hole that takes no disk."""
    model = onnx.load_model_from_string(arcface())
    graph = model.graph.SerializeToString()
    model.ClearField("graph")

    def number(value: int) -> bytes:
        parts = [value >> shift & 0x7F for shift in range(0, max(1, value.bit_length()), 7)]
        return bytes([*(part | 0x80 for part in parts[:-1]), parts[-1]])

    tensor = b"\x08" + number(more // 4) + b"\x10\x01" + b"\x42\x04hole" + b"\x4a" + number(more)
    whole = graph + b"\x2a" + number(len(tensor) + more) + tensor
    with path.open("wb") as file:
        file.write(model.SerializeToString() + b"\x3a" + number(len(whole) + more) + whole)
        file.truncate(file.tell() + more)


def test_a_cancelled_bringing_leaves_neither_files_nor_a_process(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "mine")
    large(folder / RECOGNITION, 800 << 20)
    cancel = CancelToken()

    def stop(step: str, _done: float, _total: float) -> None:
        assert step == "Reading mine"
        cancel.cancel()

    with pytest.raises(CancelledError):
        models.bring(folder, tmp_path / "models", on_progress=stop, cancel=cancel)
    assert names_in(tmp_path / "models") == set()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read where Linux has it.")
def test_a_large_model_takes_little_memory(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "mine")
    large(folder / RECOGNITION, 256 << 20)
    program = f"""
from pathlib import Path
import models
models.bring(Path({str(folder)!r}), Path({str(tmp_path / "models")!r}))
print(*peaks())
"""
    command = [sys.executable, "-c", PEAKS + program]
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    parent, child = map(int, done.stdout.split())
    print(f"a model of 256 MB: parent {parent / 1e6:.0f} MB, child {child / 1e6:.0f} MB at most")
    assert max(parent, child) <= 200_000_000


def test_the_process_that_reads_packages_gets_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, str]] = []
    start = subprocess.Popen

    def noting(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        started.append(named["env"])
        return start(*arguments, **named)

    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(asking.subprocess, "Popen", noting)
    models.bring(legacy_folder(tmp_path / "mine"), tmp_path / "models")
    assert len(started) == 1
    assert "secret" not in started[0].values()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock.")
def test_the_process_that_reads_packages_reads_and_writes_nothing_else(tmp_path: Path) -> None:
    for name in ("package", "target", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    program = f"""
import socket
from pathlib import Path
from countenance.confinement import confine
from models.intake.fences import raise_fences
place = Path({str(tmp_path)!r})
raise_fences(place / "package", place / "target")
def tried(action):
    try:
        action()
    except OSError:
        return "refused"
    return "done"
print(tried((place / "package/file").read_text), tried(lambda: (place / "target/new").open("xb")))
print(tried((place / "elsewhere/file").read_text), tried(lambda: (place / "elsewhere/new").open("xb")))
print(tried(lambda: (place / "package/new").open("xb")), tried((place / "target/file").unlink))
print(confine([], []))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    if done.stdout.split()[-1] == "False":
        pytest.skip("This kernel has no Landlock.")
    assert done.stdout.split()[:-1] == ["done", "done", "refused", "refused", "refused", "refused"]


def test_a_process_that_answers_nothing_or_too_late_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "target").mkdir()
    folder = legacy_folder(tmp_path / "mine")

    def ask(limit_s: float) -> object:
        return asking.ask(
            folder,
            tmp_path / "target",
            now=NOW,
            public_keys=(),
            on_progress=lambda *_told: None,
            cancel=CancelToken(),
            limit_s=limit_s,
        )

    with pytest.raises(ModelsError, match="could not be read in ten minutes"):
        ask(0.0)
    for program in ("/bin/false", "/bin/true"):
        monkeypatch.setattr(asking.sys, "executable", program)
        with pytest.raises(ModelsError, match="ended early"):
            ask(60.0)


def test_that_process_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bringing = import_module("models.bringing")

    def lie(package: Path, target: Path, **others: Any) -> object:
        found = asking.ask(package, target, **others)
        (target / "recognition.onnx").write_bytes(arcface(seed=3))
        return found

    monkeypatch.setattr(bringing, "ask", lie)
    with pytest.raises(ModelsError, match="ended early"):
        models.bring(legacy_folder(tmp_path / "mine"), tmp_path / "models")
    assert names_in(tmp_path / "models") == set()


@pytest.mark.skipif(sys.platform == "win32", reason="who may read what is said otherwise there.")
@pytest.mark.parametrize("closed", ["", DETECTION, "manifest.json"])
def test_what_may_not_be_read_is_named(tmp_path: Path, closed: str) -> None:
    folder = manifest_folder(tmp_path / "mine")
    (folder / closed).chmod(0)
    program = f"""
from datetime import UTC, datetime
from pathlib import Path
from models.intake.reading import read_package
from models.intake.refusals import RefusedError
folder, target = os.open({str(folder)!r}, os.O_RDONLY) if {bool(closed)} else None, Path({str(tmp_path)!r})
place = Path({str(folder)!r})
if folder is not None:
    os.fchdir(folder)
    place = Path(".")
if os.geteuid() == 0:
    os.seteuid(65534)  # root may read all
try:
    read_package(place, target, datetime.now(UTC), ())
except RefusedError as error:
    print(error.why.value, error.file)
"""
    for parent in (folder, tmp_path):
        if closed:
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["no_permission", *([closed] if closed else [])]
    (folder / closed).chmod(0o700)


def test_a_file_is_described_as_the_onnx_library_does(starter_store: Path, test_models: Path) -> None:
    files = [*starter_store.glob("*/*.onnx"), *test_models.glob("*.onnx")]
    assert len(files) >= 6
    for file in files:
        with file.open("rb") as stream:
            header = read_header(stream, file.stat().st_size)
        model = onnx.load(file)
        weights = {tensor.name for tensor in model.graph.initializer}
        session = onnxruntime.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
        inside = [refusal.value for refusal, _found in [header.objection] if refusal] if header.objection else []
        assert inside in ([], ["onnx_operator"]), file  # Silero's branches on the sampling rate
        assert header.ir_version == model.ir_version
        assert header.opset == next(one.version for one in model.opset_import if not one.domain)
        assert header.nodes == len(model.graph.node)
        assert [end.name for end in header.inputs] == [one.name for one in session.get_inputs()]
        assert [end.name for end in header.inputs] == [one.name for one in model.graph.input if one.name not in weights]
        for ours, theirs in zip(header.outputs, session.get_outputs(), strict=True):
            assert ours.name == theirs.name
            assert theirs.type != "tensor(float)" or ours.kind == 1
        for ours, theirs in zip(header.inputs, session.get_inputs(), strict=True):
            assert list(ours.shape or ()) == [side if isinstance(side, int) else None for side in theirs.shape]


WHOLE = arcface(dimension=4)


def described(content: bytes, tmp: Path) -> object:
    path = tmp / "model.onnx"
    path.write_bytes(content)
    with path.open("rb") as stream:
        return read_header(stream, len(content))


@given(at=st.integers(0, len(WHOLE) - 1))
def test_no_part_of_a_model_passes_for_a_whole_one(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    with pytest.raises(RefusedError):
        described(WHOLE[:at], tmp_path_factory.getbasetemp())


@given(changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_model_is_refused_or_described_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(WHOLE)
    for at, byte in changes:
        content[at] = byte
    with suppress(RefusedError):
        described(bytes(content), tmp_path_factory.getbasetemp())
