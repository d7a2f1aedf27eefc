"""Published files over the network: only the pinned bytes, only from where they may come, continued where it broke."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

import models
from countenance.errors import CancelledError, ModelsError
from countenance.work import CancelToken, ignore_progress
from models.https_download import DOWNLOADS, Downloader, part_of
from models.manifests import SourceFile, load_manifest
from models.selftest import examine
from tests.models.publisher import Publisher, serving

pytestmark = pytest.mark.loopback
BIN, XML = "face-reidentification-retail-0095.bin", "face-reidentification-retail-0095.xml"
CONTENT = os.urandom(700_000)
DRAWN = SourceFile(name="drawn.onnx", bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
OF_UNKNOWN_SIZE = SourceFile(name=DRAWN.name, sha256=DRAWN.sha256)


@pytest.fixture
def published(test_models: Path) -> dict[str, bytes]:
    return {name: (test_models / name).read_bytes() for name in (BIN, XML)}


def install_retail(publisher: Publisher, store: Path) -> None:
    models.install("retail-0095", store, source=models.Official(mirror=publisher.address))


def download(publisher: Publisher, folder: Path, wanted: SourceFile = DRAWN) -> Path:
    return Downloader(publisher.address).fetch(wanted, folder, ignore_progress, CancelToken())


def left_behind(folder: Path) -> dict[str, int]:
    """Return the names and sizes of what lies in a store, or in a folder of downloads, but the store's lock."""
    return {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def test_the_published_files_are_downloaded_and_installed(published: dict[str, bytes], tmp_path: Path) -> None:
    with serving(Publisher(published)) as publisher:
        install_retail(publisher, tmp_path)
    assert examine(models.open_model("retail-0095", tmp_path)).held
    assert not (tmp_path / DOWNLOADS).exists()


def test_progress_is_told_in_bytes(published: dict[str, bytes], tmp_path: Path) -> None:
    told: list[tuple[str, float, float]] = []
    with serving(Publisher(published)) as publisher:
        source = models.Official(mirror=publisher.address)
        models.install("retail-0095", tmp_path, source=source, on_progress=lambda *step: told.append(step))
    downloads = [step for step in told if BIN in step[0]]
    assert downloads[0][1:] == (0, len(published[BIN]))
    assert downloads[-1][1:] == (len(published[BIN]), len(published[BIN]))


@pytest.mark.parametrize(("declared", "total"), [(None, len(CONTENT)), (0, 0)], ids=["declared", "not declared"])
def test_progress_of_a_file_of_unknown_size_is_told_as_far_as_the_publisher_says(
    tmp_path: Path, declared: int | None, total: int
) -> None:
    told: list[tuple[float, float]] = []
    with serving(Publisher({DRAWN.name: CONTENT}, declared=declared)) as publisher:
        path = Downloader(publisher.address).fetch(
            OF_UNKNOWN_SIZE, tmp_path, lambda _step, done, total: told.append((done, total)), CancelToken()
        )
    assert path.read_bytes() == CONTENT
    assert told[0] == (0, 0)
    assert told[-1] == (len(CONTENT), total)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content[:-1] + b"\0", id="one byte differs"),
        pytest.param(lambda content: content[: len(content) // 2], id="shorter"),
        pytest.param(lambda content: content + b"more" * 1000, id="longer"),
        pytest.param(lambda _content: b"version https://git-lfs.github.com/spec/v1\n", id="an LFS pointer"),
        pytest.param(lambda _content: b"", id="empty"),
    ],
)
@pytest.mark.parametrize("declared", [None, 0], ids=["declared", "not declared"])
def test_other_bytes_than_the_published_ones_are_thrown_away(
    published: dict[str, bytes], tmp_path: Path, spoil: object, declared: int | None
) -> None:
    assert callable(spoil)
    with (
        serving(Publisher({**published, BIN: spoil(published[BIN])}, declared=declared)) as publisher,
        pytest.raises(ModelsError, match="not the published one"),
    ):
        install_retail(publisher, tmp_path)
    assert left_behind(tmp_path) == {}
    assert publisher.names.count(BIN) == 1


def test_a_broken_connection_is_continued_at_once(tmp_path: Path) -> None:
    with serving(Publisher({DRAWN.name: CONTENT}, cuts=[300_000, 200_000])) as publisher:
        path = download(publisher, tmp_path)
    assert path.read_bytes() == CONTENT
    assert [wanted for _name, wanted in publisher.asked] == ["", "bytes=300000-", "bytes=500000-"]


@pytest.mark.parametrize("continues", [True, False], ids=["from there", "from the beginning"])
def test_what_came_is_kept_for_the_next_time(published: dict[str, bytes], tmp_path: Path, continues: bool) -> None:
    publisher = Publisher(published, cuts=[len(published[XML]), 900_000, *[0] * 3], continues=continues)
    with serving(publisher), pytest.raises(ModelsError, match=r"could not be downloaded from 127\.0\.0\.1"):
        install_retail(publisher, tmp_path)
    kept = left_behind(tmp_path)
    asked_before = len(publisher.asked)
    publisher.cuts.clear()

    with serving(publisher):
        install_retail(publisher, tmp_path)

    models.verify("retail-0095", tmp_path)
    assert list(kept.values()) == ([900_000] if continues else [0])
    again = [wanted for name, wanted in publisher.asked[asked_before:] if name == BIN]
    assert again == ["bytes=900000-" if continues else ""]
    assert not (tmp_path / DOWNLOADS).exists()


def test_a_stopped_download_is_continued_later(published: dict[str, bytes], tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop(step: str, done: float, _total: float) -> None:
        if BIN in step and done > 500_000:
            cancel.cancel()

    with serving(Publisher(published)) as publisher:
        source = models.Official(mirror=publisher.address)
        with pytest.raises(CancelledError):
            models.install("retail-0095", tmp_path, source=source, on_progress=stop, cancel=cancel)
        kept = left_behind(tmp_path)
        install_retail(publisher, tmp_path)
    assert [500_000 < size < len(published[BIN]) for size in kept.values()] == [True]
    assert publisher.asked[-1] == (BIN, f"bytes={max(kept.values())}-")
    models.verify("retail-0095", tmp_path)


def test_a_part_of_something_else_is_thrown_away_and_the_file_begun_anew_once(tmp_path: Path) -> None:
    part_of(DRAWN, tmp_path).write_bytes(b"another beginning")
    with serving(Publisher({DRAWN.name: CONTENT})) as publisher:
        assert download(publisher, tmp_path).read_bytes() == CONTENT
    assert [wanted for _name, wanted in publisher.asked] == ["bytes=17-", ""]

    part_of(DRAWN, tmp_path).write_bytes(b"another beginning")
    with (
        serving(Publisher({DRAWN.name: CONTENT[::-1]})) as publisher,
        pytest.raises(ModelsError, match="not the published one"),
    ):
        download(publisher, tmp_path)
    assert len(publisher.asked) == 2
    assert left_behind(tmp_path) == {}


@pytest.mark.parametrize("wanted", [DRAWN, OF_UNKNOWN_SIZE], ids=["known size", "unknown size"])
def test_a_part_longer_than_the_file_is_begun_anew(tmp_path: Path, wanted: SourceFile) -> None:
    part_of(wanted, tmp_path).write_bytes(CONTENT + b"too much")
    with serving(Publisher({DRAWN.name: CONTENT})) as publisher:
        assert download(publisher, tmp_path, wanted).read_bytes() == CONTENT
    assert publisher.asked[-1] == (DRAWN.name, "")


def test_a_file_that_is_there_whole_is_not_asked_for(tmp_path: Path) -> None:
    part_of(DRAWN, tmp_path).write_bytes(CONTENT)
    with serving(Publisher({})) as publisher:
        assert download(publisher, tmp_path).read_bytes() == CONTENT
    assert publisher.asked == []


def test_parts_that_nobody_continued_for_a_week_are_removed(test_models: Path, tmp_path: Path) -> None:
    downloads = tmp_path / DOWNLOADS
    downloads.mkdir()
    for name, days in (("a.part", 8), ("b.part", 6)):
        (downloads / name).write_bytes(b"some")
        os.utime(downloads / name, (time.time() - days * 86_400,) * 2)
    models.install("yunet", tmp_path, source=models.Folder(test_models))
    assert [path.name for path in downloads.iterdir()] == ["b.part"]


def test_no_more_than_one_byte_beyond_the_known_size_is_read(tmp_path: Path) -> None:
    told: list[float] = []
    file = SourceFile(name="small.bin", bytes=10, sha256="0" * 64)
    with (
        serving(Publisher({"small.bin": b"x" * 5_000_000}, declared=0)) as publisher,
        pytest.raises(ModelsError, match="not the published one"),
    ):
        Downloader(publisher.address).fetch(file, tmp_path, lambda *step: told.append(step[1]), CancelToken())
    assert max(told) == 10
    assert left_behind(tmp_path) == {}


def test_an_address_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with serving(Publisher({})) as publisher, pytest.raises(ModelsError, match=r"downloaded from 127\.0\.0\.1"):
        install_retail(publisher, tmp_path)
    with pytest.raises(ModelsError, match="could not be downloaded"):
        install_retail(publisher, tmp_path)


def test_a_full_disk_is_not_taken_for_a_bad_connection(
    published: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk cannot be filled here: the part refuses to be written instead."""

    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("models.https_download._Part.add", refuse)
    with (
        serving(Publisher(published)) as publisher,
        pytest.raises(ModelsError, match=r"cannot be written.*No space left"),
    ):
        install_retail(publisher, tmp_path)


def test_a_redirect_away_from_https_is_refused(tmp_path: Path) -> None:
    with (
        serving(Publisher({}, redirect="http://127.0.0.1:9/elsewhere")) as publisher,
        pytest.raises(ModelsError, match="over https only"),
    ):
        install_retail(publisher, tmp_path)


@pytest.mark.parametrize(
    "address", ["http://example.org", "ftp://127.0.0.1/", "file:///etc", "http://[::ffff:1.2.3.4]"]
)
def test_a_mirror_must_be_https_or_this_machine(address: str) -> None:
    with pytest.raises(ModelsError, match="over https only"):
        models.Official(mirror=address)


def test_every_official_address_is_https() -> None:
    for name in models.list_models():
        for variant in load_manifest(name).variants:
            for file in variant.files:
                assert file.url is None or file.url.startswith("https://")
                assert sum(map(bool, (file.url, file.package, file.archives))) <= 1
                assert all(archive.url.startswith("https://") for archive in file.archives)
        assert any(variant.downloadable for variant in load_manifest(name).variants)
