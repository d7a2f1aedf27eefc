"""Large published files, most of them in zips: fetched once, taken out one by one, refused where hostile."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import models
from countenance.errors import ModelsError
from models.https_download import DOWNLOADS
from models.store import kept_sources
from tests.conftest import REPOSITORY
from tests.models.pinning import make_zip, pin
from tests.models.publisher import Publisher, serving

DETECTOR, EMBEDDER, OTHER = os.urandom(90_000), os.urandom(200_000), os.urandom(50_000)
PACKS = {
    "buffalo_l": ("det_10g.onnx", "w600k_r50.onnx"),
    "buffalo_m": ("det_2.5g.onnx", "w600k_r50.onnx"),
    "buffalo_s": ("det_500m.onnx", "w600k_mbf.onnx"),
    "buffalo_sc": ("det_500m.onnx", "w600k_mbf.onnx"),
    "antelopev2": ("scrfd_10g_bnkps.onnx", "glintr100.onnx"),
}
BUFFALO = "insightface-buffalo_l"
BUFFALO_MODELS = ("scrfd-10g", "arcface-w600k-r50")


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Return the zips of InsightFace's packs, drawn, laid out as theirs; the catalogue expects these."""
    folder = tmp_path / "published"
    folder.mkdir()
    zips: dict[str, Path] = {}
    for pack, (detector, embedder) in PACKS.items():
        depth = f"{pack}/" if pack == "antelopev2" else ""
        members = {f"{depth}1k3d68.onnx": OTHER, f"{depth}{detector}": DETECTOR, f"{depth}{embedder}": EMBEDDER}
        zips[f"{pack}.zip"] = make_zip(folder / f"{pack}.zip", members)
    names = dict.fromkeys((pair[0] for pair in PACKS.values()), DETECTOR)
    names |= dict.fromkeys((pair[1] for pair in PACKS.values()), EMBEDDER)
    pin(monkeypatch, {**names, **zips})
    return zips


def with_voices(store: Path, installed_models: Path) -> Path:
    """Return a store that has the starter pack's voices, which a pack of faces leaves as they are."""
    store.mkdir()
    for name in ("silero-vad", "ge2e"):
        if not (installed_models / name).is_dir():
            pytest.skip("The voice models are not installed: `python3 run.py test` does that.")
        (store / name).symlink_to(installed_models / name)
    return store


@pytest.fixture
def store(tmp_path: Path, installed_models: Path) -> Path:
    return with_voices(tmp_path / "models", installed_models)


def files_in(store: Path) -> set[str]:
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file() and path.name != ".lock"}


@pytest.mark.loopback
@pytest.mark.parametrize("pack", PACKS)
def test_an_insightface_pack_is_one_download(published: dict[str, Path], store: Path, pack: str) -> None:
    with serving(Publisher(published)) as publisher:
        installed = models.install(f"insightface-{pack}", store, source=models.Official(mirror=publisher.address))
    # Both of buffalo_s's files are in the smaller zip too.
    assert publisher.names == ["buffalo_sc.zip" if pack == "buffalo_s" else f"{pack}.zip"]
    assert len(installed) == 2
    models.verify(f"insightface-{pack}", store)
    assert not (store / DOWNLOADS).exists()


@pytest.mark.loopback
def test_a_file_that_is_run_as_it_is_lies_in_the_store_once(published: dict[str, Path], store: Path) -> None:
    with serving(Publisher(published)) as publisher:
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


@pytest.mark.loopback
def test_a_zip_that_broke_off_is_continued_by_the_next_installation(published: dict[str, Path], store: Path) -> None:
    publisher = Publisher(published, cuts=[100_000, 0])
    with serving(publisher):
        source = models.Official(mirror=publisher.address)
        with pytest.raises(ModelsError, match="could not be downloaded"):
            models.install(BUFFALO, store, source=source)
        assert models.install(BUFFALO, store, source=source) == BUFFALO_MODELS
    assert publisher.asked[-1] == ("buffalo_l.zip", "bytes=100000-")


@pytest.mark.loopback
def test_a_zip_of_another_hash_is_not_opened(
    published: dict[str, Path], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("models.sources.OpenZip", opened.append)
    other = make_zip(tmp_path / "other.zip", {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER})
    with (
        serving(Publisher({**published, "buffalo_l.zip": other})) as publisher,
        pytest.raises(ModelsError, match=r"“buffalo_l\.zip” is not the published one"),
    ):
        models.install(BUFFALO, store, source=models.Official(mirror=publisher.address))
    assert not opened
    assert files_in(store) == set()


@pytest.mark.loopback
def test_a_published_zip_without_the_file_is_told(
    published: dict[str, Path], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = make_zip(tmp_path / "empty.zip", {"readme.txt": b"moved"})
    pin(monkeypatch, {"buffalo_l.zip": empty})
    with (
        serving(Publisher({**published, "buffalo_l.zip": empty})) as publisher,
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
@pytest.mark.usefixtures("published")
def test_a_zip_is_installed_from_without_any_network(store: Path, tmp_path: Path, detector: str, embedder: str) -> None:
    made = make_zip(tmp_path / "own.zip", {"other.onnx": OTHER, detector: DETECTOR, embedder: EMBEDDER})
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)}
    installed = models.install(BUFFALO, store, source=models.local_source(made))
    assert installed == BUFFALO_MODELS
    assert (store / "scrfd-10g" / "scrfd-10g.onnx").read_bytes() == DETECTOR
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)} == before
    models.verify("scrfd-10g", store)


@pytest.mark.usefixtures("published")
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


@pytest.mark.usefixtures("published")
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
    published: dict[str, Path], store: Path, tmp_path: Path
) -> None:
    models.install(BUFFALO, store, source=models.local_source(published["buffalo_l.zip"]))
    for name in BUFFALO_MODELS:
        models.install(name, tmp_path / "second", source=models.Folder(store))
        models.verify(name, tmp_path / "second")


def test_a_whole_network_with_a_damaged_record_needs_no_source(
    published: dict[str, Path], store: Path, tmp_path: Path
) -> None:
    models.install(BUFFALO, store, source=models.local_source(published["buffalo_l.zip"]))
    (store / "scrfd-10g" / "installed.json").write_text("{")
    assert models.install(BUFFALO, store, source=models.Folder(tmp_path / "nowhere")) == ("scrfd-10g",)
    (store / "scrfd-10g" / "scrfd-10g.onnx").write_bytes(DETECTOR[:-1])
    with pytest.raises(ModelsError, match="damaged"):
        models.verify("scrfd-10g", store)
    with pytest.raises(ModelsError, match="nowhere"):
        models.install(BUFFALO, store, source=models.Folder(tmp_path / "nowhere"))


def truncated(path: Path) -> None:
    content = make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def changed(path: Path) -> None:
    content = bytearray(make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes())
    content[200] ^= 1
    path.write_bytes(content)


def a_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            with archive.open(f"{number}.onnx", "w") as member:
                for _piece in range(200):
                    member.write(bytes(1_000_000))


def overlapping(path: Path) -> None:
    """Write a zip whose list names one member of 2 MB three thousand times: 6 GB altogether."""
    make_zip(path, {"aaaa.onnx": bytes(2_000_000)})
    content = path.read_bytes()
    at = content.index(b"PK\1\2")
    end = content.index(b"PK\5\6")
    entries = b"".join(content[at:end].replace(b"aaaa", b"%04d" % number) for number in range(3000))
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 3000, 3000, len(entries), at, 0)
    path.write_bytes(content[:at] + entries + tail)


def a_long_list(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.onnx", b"")


def links_only(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("det_10g.onnx", "w600k_r50.onnx"):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")


def locked(path: Path) -> None:
    content = bytearray(make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)


def packed_in_another_way(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("det_10g.onnx", DETECTOR)
        archive.writestr("w600k_r50.onnx", EMBEDDER)


def other_content(path: Path) -> None:
    make_zip(path, {"det_10g.onnx": OTHER, "w600k_r50.onnx": OTHER})


def two_of_one_name(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("det_10g.onnx", OTHER)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("det_10g.onnx", OTHER[::-1])


def no_zip(path: Path) -> None:
    path.write_bytes(b"PK\3\4" + OTHER)


HOSTILE: tuple[Callable[[Path], None], ...] = (
    truncated,
    changed,
    a_bomb,
    overlapping,
    a_long_list,
    links_only,
    locked,
    packed_in_another_way,
    other_content,
    two_of_one_name,
    no_zip,
)


@pytest.mark.parametrize("spoil", HOSTILE)
@pytest.mark.usefixtures("published")
def test_a_spoilt_zip_is_refused_with_a_sentence_and_leaves_nothing(
    store: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "own.zip")
    with pytest.raises(ModelsError, match="zip") as caught:
        models.install(BUFFALO, store, source=models.local_source(tmp_path / "own.zip"))
    assert caught.value.exit_code == 5
    assert files_in(store) == set()


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
    published: dict[str, Path], installed_models: Path, tmp_path: Path
) -> None:
    detector, embedder = tmp_path / "detector", tmp_path / "embedder"
    detector.write_bytes(DETECTOR)
    embedder.write_bytes(EMBEDDER)
    moments, seen = 0, set()
    while True:
        store = with_voices(tmp_path / f"models {moments}", installed_models)
        words = map(str, (store, published["buffalo_l.zip"], detector, embedder, moments))
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
        models.install(BUFFALO, store, source=models.local_source(published["buffalo_l.zip"]))
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
