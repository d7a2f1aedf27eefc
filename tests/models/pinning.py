"""The catalogue with other pins: its own files of hundreds of megabytes are not to be had here, drawn ones stand in."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

import models.manifests
from models.manifests import Archive, ModelManifest, SourceFile

Pin = TypeVar("Pin", SourceFile, Archive)


def pin(monkeypatch: pytest.MonkeyPatch, contents: Mapping[str, bytes | Path]) -> None:
    """Have the catalogue expect these contents of the published files and archives of these names."""
    shipped = models.manifests._load_shipped

    def pinned_file(file: SourceFile) -> SourceFile:
        archives = tuple(_pinned(archive, contents) for archive in file.archives)
        return replace(_pinned(file, contents), archives=archives)

    def load(name: str) -> ModelManifest:
        manifest = shipped(name)
        variants = tuple(
            replace(variant, files=tuple(map(pinned_file, variant.files))) for variant in manifest.variants
        )
        return replace(manifest, variants=variants)

    monkeypatch.setattr("models.manifests._load_shipped", load)


def make_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip of these members, by their names in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _pinned(pin: Pin, contents: Mapping[str, bytes | Path]) -> Pin:
    content = contents.get(pin.name)
    if content is None:
        return pin
    if isinstance(content, Path):
        with content.open("rb") as file:
            digest, size = hashlib.file_digest(file, "sha256").hexdigest(), content.stat().st_size
    else:
        digest, size = hashlib.sha256(content).hexdigest(), len(content)
    return replace(pin, sha256=digest, bytes=size if pin.bytes else None)
