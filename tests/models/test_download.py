"""Published files over the network: only the pinned bytes, only from where they may come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import models
from countenance.errors import CancelledError, ModelsError
from countenance.work import CancelToken
from models.https_download import Downloader
from models.manifests import SourceFile, load_manifest

pytestmark = pytest.mark.loopback
BIN, XML = "face-reidentification-retail-0095.bin", "face-reidentification-retail-0095.xml"


@contextmanager
def serving(answers: dict[str, bytes], *, declared: int | None = None, redirect: str = "") -> Iterator[str]:
    """Serve `answers` by file name on this machine and yield the address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = answers.get(self.path.removeprefix("/"))
            if redirect:
                self.send_response(302)
                self.send_header("Location", redirect)
                self.end_headers()
            elif content is None:
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Length", str(len(content) if declared is None else declared))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = False
    worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    worker.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        worker.join()
        server.server_close()


@pytest.fixture
def published(test_models: Path) -> dict[str, bytes]:
    return {name: (test_models / name).read_bytes() for name in (BIN, XML)}


def install_retail(address: str, store: Path) -> None:
    models.install("retail-0095", store, source=models.Official(mirror=address))


def test_the_published_files_are_downloaded_and_installed(published: dict[str, bytes], tmp_path: Path) -> None:
    with serving(published) as address:
        install_retail(address, tmp_path)
    assert models.selftest("retail-0095", tmp_path)[0].held


def test_progress_is_told_in_bytes(published: dict[str, bytes], tmp_path: Path) -> None:
    told: list[tuple[str, float, float]] = []
    with serving(published) as address:
        source = models.Official(mirror=address)
        models.install("retail-0095", tmp_path, source=source, on_progress=lambda *step: told.append(step))
    downloads = [step for step in told if BIN in step[0]]
    assert downloads[0][1:] == (0, len(published[BIN]))
    assert downloads[-1][1:] == (len(published[BIN]), len(published[BIN]))


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
def test_other_bytes_than_the_published_ones_are_thrown_away(
    published: dict[str, bytes], tmp_path: Path, spoil: object
) -> None:
    assert callable(spoil)
    with (
        serving({**published, BIN: spoil(published[BIN])}) as address,
        pytest.raises(ModelsError, match="not the published one"),
    ):
        install_retail(address, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [".lock"]


def test_a_connection_that_ends_early_is_one_sentence(published: dict[str, bytes], tmp_path: Path) -> None:
    with (
        serving({**published, BIN: published[BIN][:1000]}, declared=len(published[BIN])) as address,
        pytest.raises(ModelsError, match=r"published|downloaded"),
    ):
        install_retail(address, tmp_path)


def test_no_more_than_one_byte_beyond_the_known_size_is_read() -> None:
    file = SourceFile(name="small.bin", bytes=10, sha256="0" * 64)
    with serving({"small.bin": b"x" * 5_000_000}) as address:
        content = Downloader(address).fetch(file, lambda *_step: None, CancelToken())
    assert len(content) == 11


def test_an_address_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with serving({}) as address, pytest.raises(ModelsError, match=r"could not be downloaded from 127\.0\.0\.1"):
        install_retail(address, tmp_path)
    with pytest.raises(ModelsError, match="could not be downloaded"):
        install_retail(address, tmp_path)


def test_a_redirect_away_from_https_is_refused(tmp_path: Path) -> None:
    with (
        serving({}, redirect="http://127.0.0.1:9/elsewhere") as address,
        pytest.raises(ModelsError, match="over https only"),
    ):
        install_retail(address, tmp_path)


@pytest.mark.parametrize(
    "address", ["http://example.org", "ftp://127.0.0.1/", "file:///etc", "http://[::ffff:1.2.3.4]"]
)
def test_a_mirror_must_be_https_or_this_machine(address: str) -> None:
    with pytest.raises(ModelsError, match="over https only"):
        models.Official(mirror=address)


def test_a_download_can_be_stopped(published: dict[str, bytes], tmp_path: Path) -> None:
    cancel = CancelToken()
    with serving(published) as address, pytest.raises(CancelledError):
        models.install(
            "retail-0095",
            tmp_path,
            source=models.Official(mirror=address),
            on_progress=lambda *_step: cancel.cancel(),
            cancel=cancel,
        )
    assert [entry.name for entry in tmp_path.iterdir()] == [".lock"]


def test_every_official_address_is_https() -> None:
    for name in models.list_models():
        for variant in load_manifest(name).variants:
            for file in variant.files:
                assert file.url is None or file.url.startswith("https://")
                assert not (file.url and file.package)
        assert any(variant.downloadable for variant in load_manifest(name).variants)
