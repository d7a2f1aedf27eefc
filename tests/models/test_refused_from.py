"""Packages at the terminal and in the midst of a change: refused in a sentence, and harmless ones are not."""

from __future__ import annotations

import hashlib
import os
import threading
import zipfile
from pathlib import Path

import pytest

import models
from countenance.errors import ModelsError
from models.manifests import load_manifest
from tests.cli.running import Terminal
from tests.models import hostile_networks, hostile_packages, hostile_zips
from tests.models.hostile_packages import Builder
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, legacy_folder, scrfd


def network(file: str, make: hostile_networks.Make) -> Builder:
    return lambda folder: legacy_folder(folder / "package", {file: make()})


AT_THE_TERMINAL: dict[str, Builder] = {
    "a name that climbs out": hostile_packages.named("../evil.onnx"),
    "a link": hostile_packages.of_kind(hostile_packages.LINK),
    "a bomb": lambda folder: hostile_packages.zipped(folder, ("zeros.onnx", bytes(64 << 20))),
    "files over each other": hostile_zips.kernel,
    "a tar": hostile_zips.other_archive("gz"),
    "a file of 4 TB": hostile_zips.sparse,
    "a manifest of brackets": hostile_packages.with_manifest(b"[" * 900_000),
    "half a model": hostile_packages.embedder(lambda: arcface()[:-1000]),
    "numbers in another file": hostile_packages.embedder(hostile_packages.changed(hostile_packages.outside_tensor)),
    "a vast constant": network(RECOGNITION, hostile_networks.VAST["a constant laid beside itself"]),
    "no numbers": network(RECOGNITION, hostile_networks.ANSWERS["nothing that is a number"]),
    "scores that are no numbers": network(DETECTION, hostile_networks.DETECTORS["scores that are no numbers"]),
}


@pytest.mark.parametrize("name", AT_THE_TERMINAL)
def test_the_terminal_refuses_in_a_sentence_and_a_remedy(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "models"
    monkeypatch.setenv("COUNTENANCE_MODELS", str(store))
    path = AT_THE_TERMINAL[name](tmp_path)

    answer = Terminal(tmp_path / "registry", capsys).run(
        "--operator", "Ada", "models", "install", "--from", path, "--accept-licence"
    )

    assert answer.code == 5
    assert "Traceback" not in answer.err + answer.out
    assert answer.err.rstrip().endswith(".")
    left = {entry.name for entry in store.iterdir()} if store.exists() else set()
    assert left <= {".lock", "licences.json"}  # who accepted a statement did so, whatever became of the model


def test_what_systems_leave_beside_files_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "buffalo.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in ("models/", "models/buffalo_x/", "__MACOSX/"):
            archive.writestr(folder, b"")
        archive.writestr(f"models/buffalo_x/{DETECTION}", scrfd())
        archive.writestr(f"models/buffalo_x/{RECOGNITION}", arcface())
        archive.writestr(f"__MACOSX/models/buffalo_x/._{DETECTION}", b"\0\5\x16\7")
        archive.writestr("models/.DS_Store", b"\0\0\0\1Bud1")
        archive.writestr("models/buffalo_x/Thumbs.db", b"x")
        archive.comment = b"as published"

    assert models.bring(path, tmp_path / "models").name == "insightface-buffalo_x"


def test_a_zip_written_onto_a_pipe_says_its_sizes_behind_its_files(tmp_path: Path) -> None:
    """That is how zips come from servers: sizes of nothing before each file, the right ones in the directory."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(DETECTION, scrfd())
            archive.writestr(RECOGNITION, arcface())

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb") as stream:
        (tmp_path / "served.zip").write_bytes(stream.read())
    thread.join()

    assert models.bring(tmp_path / "served.zip", tmp_path / "models").name == "insightface-served"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="Root may read everything.")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    package = legacy_folder(tmp_path / "package")
    (package / RECOGNITION).chmod(0)

    with pytest.raises(ModelsError, match=f"{RECOGNITION}” may not be read"):
        models.bring(package, tmp_path / "models")


def test_a_file_that_changes_while_it_is_read_is_one_or_the_other_or_refused(tmp_path: Path) -> None:
    package, store, stop = legacy_folder(tmp_path / "package"), tmp_path / "models", threading.Event()
    contents = (arcface(seed=1), arcface(seed=2), arcface(seed=1)[:-5000])
    known = {hashlib.sha256(content).hexdigest() for content in contents[:2]}

    def change() -> None:
        while not stop.is_set():
            for content in contents:
                (package / RECOGNITION).write_bytes(content)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for turn in range(6):
            try:
                brought = models.bring(package, store, name=f"turn-{turn}")
            except ModelsError as error:
                assert error.exit_code == 5  # noqa: PT017 -- refused or not, by chance; both are right
                continue
            manifests = [load_manifest(name, store) for name in brought.models]
            embedders = [manifest.variants[0] for manifest in manifests if manifest.embedding]
            assert {variant.sha256 for variant in embedders} <= known
            models.verify(brought.name, store)
    finally:
        stop.set()
        thread.join()
