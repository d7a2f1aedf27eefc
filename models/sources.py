"""Where published model files come from: their official addresses and packages, or a folder somebody filled."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.https_download import Downloader
from models.manifests import ModelManifest, SourceFile, Variant
from models.pip_download import PipDownload


class Source(Protocol):
    """Gives the bytes of one published version of a model."""

    def fetch(
        self, manifest: ModelManifest, workplace: Path, on_progress: ProgressHook, cancel: CancelToken
    ) -> tuple[Variant, dict[str, bytes]]:
        """Return a version and its files by published name, every one of the pinned size and hash.

        `workplace` is an empty folder to use; the caller removes it.

        Raises:
            ModelsError: a file is not to be had, or is not the pinned one.
            CancelledError: the user stopped the work.
        """
        ...


class Official:
    """The publishers' addresses and the Python package index.

    Args:
        mirror: fetch files of publishers from `<mirror>/<file name>` instead; https, or http on this machine.
        pip: how packages are downloaded; by default with the pip of this or the base Python.
    """

    def __init__(self, *, mirror: str | None = None, pip: PipDownload | None = None) -> None:
        self._downloader = Downloader(mirror)
        self._pip = pip or PipDownload()

    def fetch(
        self, manifest: ModelManifest, workplace: Path, on_progress: ProgressHook, cancel: CancelToken
    ) -> tuple[Variant, dict[str, bytes]]:
        """Return the preferred version that has official addresses; see `Source.fetch`."""
        variant = next((variant for variant in manifest.variants if variant.downloadable), None)
        if variant is None:
            raise ModelsError(
                _("No official address is known for the model “{name}”.").format(name=manifest.name),
                remedy=_("Give the folder that holds its files with --from."),
            )
        files: dict[str, bytes] = {}
        for file in variant.files:
            if file.package is not None:
                content = self._pip.read_member(file.package, file.bytes, workplace, on_progress, cancel)
            else:
                content = self._downloader.fetch(file, on_progress, cancel)
            files[file.name] = require_pinned(file, content)
        return variant, files


class Folder:
    """A folder on this machine; its files are taken by name, or under any name by their hash."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch(
        self,
        manifest: ModelManifest,
        workplace: Path,  # noqa: ARG002 -- part of the protocol; reading needs no workplace
        on_progress: ProgressHook,
        cancel: CancelToken,
    ) -> tuple[Variant, dict[str, bytes]]:
        """Return the first version all of whose files lie in the folder; see `Source.fetch`."""
        if not self._path.is_dir():
            raise ModelsError(_("There is no folder “{path}”.").format(path=self._path))
        on_progress(_("Reading {name}").format(name=manifest.name), 0, 0)
        wrong: list[str] = []
        for variant in reversed(manifest.variants):
            files: dict[str, bytes] = {}
            for file in variant.files:
                cancel.raise_if_cancelled()
                content = self._find(file, wrong)
                if content is not None:
                    files[file.name] = content
            if len(files) == len(variant.files):
                return variant, files
        raise self._not_found(manifest, wrong)

    def _find(self, file: SourceFile, wrong: list[str]) -> bytes | None:
        named = self._path / file.name
        if named.is_file():
            if named.stat().st_size == file.bytes:
                content = named.read_bytes()
                if hashlib.sha256(content).hexdigest() == file.sha256:
                    return content
            wrong.append(file.name)
        for other in sorted(self._path.iterdir()):
            if other.is_file() and other.stat().st_size == file.bytes:
                content = other.read_bytes()
                if hashlib.sha256(content).hexdigest() == file.sha256:
                    return content
        return None

    def _not_found(self, manifest: ModelManifest, wrong: list[str]) -> ModelsError:
        if wrong:
            return ModelsError(
                _("“{file}” in “{folder}” is not the published file: its size or hash differs.").format(
                    file=wrong[0], folder=self._path
                ),
                remedy=_("Fetch it again from {publisher}.").format(publisher=manifest.publisher),
            )
        names = " / ".join(" + ".join(file.name for file in variant.files) for variant in manifest.variants)
        return ModelsError(
            _("The folder “{folder}” does not hold the files of the model “{name}”.").format(
                folder=self._path, name=manifest.name
            ),
            remedy=_("It needs: {files}.").format(files=names),
        )


def require_pinned(file: SourceFile, content: bytes) -> bytes:
    """Return `content` if it is the pinned file.

    Raises:
        ModelsError: size or hash differ.
    """
    if len(content) == file.bytes and hashlib.sha256(content).hexdigest() == file.sha256:
        return content
    raise ModelsError(
        _("The downloaded file “{file}” is not the published one; it was thrown away.").format(file=file.name),
        remedy=_("Try again later; if it happens again, fetch the file by hand and use --from."),
        details=f"{len(content)} bytes, expected {file.bytes}",
    )
