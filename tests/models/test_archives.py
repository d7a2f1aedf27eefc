"""Large published files, most of them in zips: fetched once, taken out one by one, refused where hostile."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

import models
from countenance.errors import ModelsError
from models.https_download import DOWNLOADS
from models.store import kept_sources
from tests.conftest import REPOSITORY
from tests.models.drawn_packs import (
    BUFFALO,
    BUFFALO_MODELS,
    DETECTOR,
    EMBEDDER,
    OTHER,
    PACKS,
    files_in,
    with_voices,
)
from tests.models.pinning import make_zip, pin
from tests.models.publisher import Publisher, serving


@pytest.mark.loopback
@pytest.mark.parametrize("pack", PACKS)
def test_an_insightface_pack_is_one_download(drawn_zips: dict[str, Path], store: Path, pack: str) -> None:
    with serving(Publisher(drawn_zips)) as publisher:
        installed = models.install(f"insightface-{pack}", store, source=models.Official(mirror=publisher.address))
    # Both of buffalo_s's files are in the smaller zip too.
    assert publisher.names == ["buffalo_sc.zip" if pack == "buffalo_s" else f"{pack}.zip"]
    assert len(installed) == 2
    models.verify(f"insightface-{pack}", store)
    assert not (store / DOWNLOADS).exists()


@pytest.mark.loopback
def test_a_file_that_is_run_as_it_is_lies_in_the_store_once(drawn_zips: dict[str, Path], store: Path) -> None:
    with serving(Publisher(drawn_zips)) as publisher:
        models.install("scrfd-10g", store, source=models.Official(mirror=publisher.address))
    manifest = models.load_manifest("scrfd-10g", store)
    kept = kept_sources(store, manifest)
    assert publisher.names == ["buffalo_l.zip"]
    assert files_in(store) == {"scrfd-10g/scrfd-10g.onnx", "scrfd-10g/installed.json"}
    assert kept is not None
    assert kept.files == {"det_10g.onnx": store / "scrfd-10g" / "scrfd-10g.onnx"}
    models.verify("scrfd-10g", store)


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("model", "file"),
    [
        ("sface-2021dec", "face_recognition_sface_2021dec.onnx"),
        ("campplus-voxceleb", "wespeaker_en_voxceleb_CAM++.onnx"),
    ],
)
def test_single_files_of_publishers_are_downloaded_even_over_a_bad_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, file: str
) -> None:
    pin(monkeypatch, {file: EMBEDDER})
    with serving(Publisher({file: EMBEDDER}, cuts=[150_000])) as publisher:
        models.install(model, tmp_path, source=models.Official(mirror=publisher.address))
    assert publisher.asked == [(file, ""), (file, "bytes=150000-")]
    assert (tmp_path / model / f"{model}.onnx").read_bytes() == EMBEDDER


def test_a_pack_of_voices_leaves_faces_alone(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = "wespeaker_en_voxceleb_CAM++.onnx"
    (tmp_path / file).write_bytes(EMBEDDER)
    pin(monkeypatch, {file: EMBEDDER})
    assert models.install("campplus", store, source=models.Folder(tmp_path)) == ("campplus-voxceleb",)


@pytest.mark.loopback
def test_a_zip_that_broke_off_is_continued_by_the_next_installation(drawn_zips: dict[str, Path], store: Path) -> None:
    publisher = Publisher(drawn_zips, cuts=[100_000, 0])
    with serving(publisher):
        source = models.Official(mirror=publisher.address)
        with pytest.raises(ModelsError, match="could not be downloaded"):
            models.install(BUFFALO, store, source=source)
        assert models.install(BUFFALO, store, source=source) == BUFFALO_MODELS
    assert publisher.asked[-1] == ("buffalo_l.zip", "bytes=100000-")


@pytest.mark.loopback
def test_a_zip_of_another_hash_is_not_opened(
    drawn_zips: dict[str, Path], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("models.sources.OpenZip", opened.append)
    other = make_zip(tmp_path / "other.zip", {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER})
    with (
        serving(Publisher({**drawn_zips, "buffalo_l.zip": other})) as publisher,
        pytest.raises(ModelsError, match=r"“buffalo_l\.zip” is not the published one"),
    ):
        models.install(BUFFALO, store, source=models.Official(mirror=publisher.address))
    assert not opened
    assert files_in(store) == set()


@pytest.mark.loopback
def test_a_published_zip_without_the_file_is_told(
    drawn_zips: dict[str, Path], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = make_zip(tmp_path / "empty.zip", {"readme.txt": b"moved"})
    pin(monkeypatch, {"buffalo_l.zip": empty})
    with (
        serving(Publisher({**drawn_zips, "buffalo_l.zip": empty})) as publisher,
        pytest.raises(ModelsError, match=r"does not hold “det_10g\.onnx”"),
    ):
        models.install(BUFFALO, store, source=models.Official(mirror=publisher.address))


@pytest.mark.parametrize(
    ("detector", "embedder"),
    [
        pytest.param("det_10g.onnx", "w600k_r50.onnx", id="the publisher's own names"),
        pytest.param("models/buffalo_l/det_10g.onnx", "models/buffalo_l/w600k_r50.onnx", id="in folders"),
        pytest.param("a.onnx", "b.ONNX", id="any names"),
        pytest.param("../../../escape.onnx", "/etc/w600k_r50.onnx", id="names that lead elsewhere"),
        pytest.param("..\\..\\det_10g.onnx", "C:\\w600k_r50.onnx", id="names that lead elsewhere on Windows"),
    ],
)
@pytest.mark.usefixtures("drawn_zips")
def test_a_zip_is_installed_from_without_any_network(store: Path, tmp_path: Path, detector: str, embedder: str) -> None:
    made = make_zip(tmp_path / "own.zip", {"other.onnx": OTHER, detector: DETECTOR, embedder: EMBEDDER})
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)}
    installed = models.install(BUFFALO, store, source=models.local_source(made))
    assert installed == BUFFALO_MODELS
    assert (store / "scrfd-10g" / "scrfd-10g.onnx").read_bytes() == DETECTOR
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)} == before
    models.verify("scrfd-10g", store)


@pytest.mark.usefixtures("drawn_zips")
def test_a_folder_may_hold_the_publishers_zip_or_the_unpacked_files(store: Path, tmp_path: Path) -> None:
    assert models.install(BUFFALO, store, source=models.Folder(tmp_path / "published")) == BUFFALO_MODELS
    for name in BUFFALO_MODELS:
        shutil.rmtree(store / name)
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    (unpacked / "some name.onnx").write_bytes(DETECTOR)
    (unpacked / "glintr100.onnx").write_bytes(EMBEDDER)
    (unpacked / "another.txt").write_bytes(EMBEDDER)
    installed = models.install("insightface-antelopev2", store, source=models.Folder(unpacked))
    assert installed == ("scrfd-10g", "arcface-glintr100")


@pytest.mark.usefixtures("drawn_zips")
def test_a_single_file_is_known_by_its_hash(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "download(1)"
    file.write_bytes(EMBEDDER)
    assert models.install("arcface-glintr100", store, source=models.local_source(file)) == ("arcface-glintr100",)
    with pytest.raises(ModelsError, match=r"is no published file of the model “scrfd-10g”") as caught:
        models.install(BUFFALO, store, source=models.local_source(file))
    assert "det_10g.onnx (buffalo_l.zip, antelopev2.zip)" in caught.value.remedy
    with pytest.raises(ModelsError, match="no file or folder"):
        models.local_source(tmp_path / "nowhere")


def test_a_renamed_source_distribution_is_known_by_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The original has 100 MB: a drawn one stands in, with a member that no recipe can convert."""
    shipped = models.load_manifest("dlib-resnet")
    (file,) = shipped.variants[0].files
    assert file.package is not None
    made = tmp_path / "renamed"
    with tarfile.open(made, "w:gz") as archive:
        entry = tarfile.TarInfo(file.package.member)
        entry.size = len(OTHER)
        archive.addfile(entry, io.BytesIO(OTHER))
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    package = replace(file.package, archive_sha256=digest, archive_bytes=made.stat().st_size)
    known = replace(file, package=package, bytes=len(OTHER), sha256=hashlib.sha256(OTHER).hexdigest())
    manifest = replace(shipped, variants=(replace(shipped.variants[0], files=(known,)),))
    monkeypatch.setattr("models.manifests._load_shipped", lambda _name: manifest)
    steps: list[str] = []
    with pytest.raises(ModelsError):
        models.install(
            "dlib-resnet",
            tmp_path / "models",
            source=models.local_source(made),
            on_progress=lambda step, *_rest: steps.append(step),
        )
    assert steps[-1].startswith("Converting")


def test_the_models_folder_of_another_machine_will_do_for_files_run_as_they_are(
    drawn_zips: dict[str, Path], store: Path, tmp_path: Path
) -> None:
    models.install(BUFFALO, store, source=models.local_source(drawn_zips["buffalo_l.zip"]))
    for name in BUFFALO_MODELS:
        models.install(name, tmp_path / "second", source=models.Folder(store))
        models.verify(name, tmp_path / "second")


def test_a_whole_network_with_a_damaged_record_needs_no_source(
    drawn_zips: dict[str, Path], store: Path, tmp_path: Path
) -> None:
    models.install(BUFFALO, store, source=models.local_source(drawn_zips["buffalo_l.zip"]))
    (store / "scrfd-10g" / "installed.json").write_text("{")
    assert models.install(BUFFALO, store, source=models.Folder(tmp_path / "nowhere")) == ("scrfd-10g",)
    (store / "scrfd-10g" / "scrfd-10g.onnx").write_bytes(DETECTOR[:-1])
    with pytest.raises(ModelsError, match="damaged"):
        models.verify("scrfd-10g", store)
    with pytest.raises(ModelsError, match="nowhere"):
        models.install(BUFFALO, store, source=models.Folder(tmp_path / "nowhere"))


KILLING = """
import os, signal, sys
from pathlib import Path
import pytest, models
from tests.models.pinning import pin

patch, (store, archive, detector, embedder) = pytest.MonkeyPatch(), map(Path, sys.argv[1:5])
names = {"det_10g.onnx": detector, "w600k_r50.onnx": embedder, "buffalo_l.zip": archive}
pin(patch, names)
left = [int(sys.argv[5])]

def deadly(call):
    def counted(*arguments, **named):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return counted

for name in ("fsync", "rename", "mkdir", "replace", "unlink", "rmdir"):
    patch.setattr(os, name, deadly(getattr(os, name)))
models.install("insightface-buffalo_l", store, source=models.local_source(archive))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="There is no SIGKILL.")
def test_killed_at_any_moment_the_store_holds_whole_models_or_none(
    drawn_zips: dict[str, Path], installed_models: Path, tmp_path: Path
) -> None:
    detector, embedder = tmp_path / "detector", tmp_path / "embedder"
    detector.write_bytes(DETECTOR)
    embedder.write_bytes(EMBEDDER)
    moments, seen = 0, set()
    while True:
        store = with_voices(tmp_path / f"models {moments}", installed_models)
        words = map(str, (store, drawn_zips["buffalo_l.zip"], detector, embedder, moments))
        ended = subprocess.run(
            [sys.executable, "-c", KILLING, *words], cwd=REPOSITORY, check=False, capture_output=True, text=True
        )
        there = frozenset(name for name in BUFFALO_MODELS if (store / name).is_dir())
        for name in there:
            models.verify(name, store)
        seen.add(there)
        if ended.returncode == 0:
            break
        assert ended.returncode == -9, ended.stderr
        models.install(BUFFALO, store, source=models.local_source(drawn_zips["buffalo_l.zip"]))
        assert {entry.name for entry in store.iterdir()} == {".lock", "silero-vad", "ge2e", *BUFFALO_MODELS}
        shutil.rmtree(store)
        moments += 1
    assert moments > 10
    assert seen == {frozenset(), frozenset(BUFFALO_MODELS[:1]), frozenset(BUFFALO_MODELS)}


MEASURING = """
import json, sys
from pathlib import Path
import pytest, models
from tests.models.pinning import pin

def peak_kb():  # of this program alone: what getrusage tells begins with its parent's
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

store, archive, detector, embedder = map(Path, sys.argv[1:5])
pin(pytest.MonkeyPatch(), {"det_10g.onnx": detector, "w600k_r50.onnx": embedder, "buffalo_l.zip": archive})
source = models.Official(mirror=sys.argv[5]) if len(sys.argv) > 5 else models.local_source(archive)
before = peak_kb()
models.install("insightface-buffalo_l", store, source=source)
models.verify("scrfd-10g", store)
models.verify("arcface-w600k-r50", store)
print(json.dumps([before, peak_kb()]))
"""


@pytest.mark.loopback
@pytest.mark.skipif(sys.platform != "linux", reason="Peaks of memory are told elsewhere in other ways.")
@pytest.mark.parametrize("way", ["downloaded", "from a zip"])
def test_a_large_pack_is_never_in_memory_whole(store: Path, tmp_path: Path, way: str) -> None:
    detector, embedder, archive = tmp_path / "det_10g.onnx", tmp_path / "w600k_r50.onnx", tmp_path / "buffalo_l.zip"
    piece = os.urandom(1_000_000)
    for path, count in ((detector, 8), (embedder, 56)):
        path.write_bytes(b"".join(bytes([number]) + piece for number in range(count)))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.write(detector, detector.name)
        made.write(embedder, embedder.name)
    words = [*map(str, (store, archive, detector, embedder))]
    with serving(Publisher({archive.name: archive}, cuts=[30_000_000])) as publisher:
        mirror = [publisher.address] if way == "downloaded" else []
        ended = subprocess.run(
            [sys.executable, "-c", MEASURING, *words, *mirror], cwd=REPOSITORY, check=True, capture_output=True
        )
    before, peak = json.loads(ended.stdout)
    assert peak - before < 25_000  # kB, of 64,000
