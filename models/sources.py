"""Where published model files come from: their official addresses and packages, or a folder somebody filled."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.https_download import Downloader
from models.manifests import MOST_BYTES, ModelManifest, SourceFile, Variant
from models.pip_download import PipDownload, read_archive_member
from models.store import SOURCES


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
                content = self._pip.read_member(file.package, file.bytes or MOST_BYTES, workplace, on_progress, cancel)
            else:
                content = self._downloader.fetch(file, on_progress, cancel)
            files[file.name] = require_pinned(file, content)
        return variant, files


class Folder:
    """Folders on this machine; what several hold is taken from the first.

    A file is taken by name, or under any name by its hash; out of the distribution that carries it; or from the
    published files that a store keeps beside its models.
    """

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    def fetch(
        self,
        manifest: ModelManifest,
        workplace: Path,  # noqa: ARG002 -- part of the protocol; reading needs no workplace
        on_progress: ProgressHook,
        cancel: CancelToken,
    ) -> tuple[Variant, dict[str, bytes]]:
        """Return the first version all of whose files lie there; see `Source.fetch`."""
        found = self.find(manifest, on_progress, cancel)
        if found is None:
            raise self._not_found(manifest)
        return found

    def find(
        self, manifest: ModelManifest, on_progress: ProgressHook, cancel: CancelToken
    ) -> tuple[Variant, dict[str, bytes]] | None:
        """Return the first version all of whose files lie there, or None where none does.

        Raises:
            ModelsError: there is no such folder, or a file is called as the published one and is another.
            CancelledError: the user stopped the work.
        """
        for path in self._paths:
            if not path.is_dir():
                raise ModelsError(_("There is no folder “{path}”.").format(path=path))
        on_progress(_("Reading {name}").format(name=manifest.name), 0, 0)
        wrong: list[Path] = []
        for variant in reversed(manifest.variants):
            files: dict[str, bytes] = {}
            for file in variant.files:
                cancel.raise_if_cancelled()
                content = self._find(manifest, file, wrong)
                if content is not None:
                    files[file.name] = content
            if len(files) == len(variant.files):
                return variant, files
        if wrong:
            raise ModelsError(
                _("“{file}” in “{folder}” is not the published file: its size or hash differs.").format(
                    file=wrong[0].name, folder=wrong[0].parent
                ),
                remedy=_("Fetch it again from {publisher}.").format(publisher=manifest.publisher),
            )
        return None

    def _find(self, manifest: ModelManifest, file: SourceFile, wrong: list[Path]) -> bytes | None:
        for path in self._paths:
            kept = path / manifest.name / SOURCES
            content = (
                _named(path / file.name, file, wrong)
                or _named(kept / file.name, file, wrong)
                or _packed(path, file, wrong)
                or _under_any_name(path, file)
            )
            if content is not None:
                return content
        return None

    def _not_found(self, manifest: ModelManifest) -> ModelsError:
        names = " / ".join(" + ".join(_known_as(file) for file in variant.files) for variant in manifest.variants)
        return ModelsError(
            _("The folder “{folder}” does not hold the files of the model “{name}”.").format(
                folder=", ".join(map(str, self._paths)), name=manifest.name
            ),
            remedy=_("It needs: {files}.").format(files=names),
        )


class FolderAndIndex:
    """A folder; a model that it does not hold, and that comes as a package, is fetched from the package index.

    The addresses of publishers are left alone: whoever names a folder does not want those asked.

    Args:
        path: of the folder.
        pip: how packages are downloaded; by default with the pip of this or the base Python.
    """

    def __init__(self, path: Path, *, pip: PipDownload | None = None) -> None:
        self._folder = Folder(path)
        self._official = Official(pip=pip)

    def fetch(
        self, manifest: ModelManifest, workplace: Path, on_progress: ProgressHook, cancel: CancelToken
    ) -> tuple[Variant, dict[str, bytes]]:
        """Return what the folder holds, else what the package index does; see `Source.fetch`."""
        packed = any(all(file.package for file in variant.files) for variant in manifest.variants)
        if not packed:
            return self._folder.fetch(manifest, workplace, on_progress, cancel)
        found = self._folder.find(manifest, on_progress, cancel)
        return found or self._official.fetch(manifest, workplace, on_progress, cancel)


def _named(path: Path, file: SourceFile, wrong: list[Path]) -> bytes | None:
    if not path.is_file():
        return None
    if file.bytes is None or path.stat().st_size == file.bytes:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == file.sha256:
            return content
    wrong.append(path)
    return None


def _packed(folder: Path, file: SourceFile, wrong: list[Path]) -> bytes | None:
    if file.package is None or not (archive := folder / file.package.archive).is_file():
        return None
    if archive.stat().st_size == file.package.archive_bytes:
        with archive.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest == file.package.archive_sha256:
            return require_pinned(file, read_archive_member(archive, file.package.member, file.bytes or MOST_BYTES))
    wrong.append(archive)
    return None


def _under_any_name(folder: Path, file: SourceFile) -> bytes | None:
    for other in sorted(folder.iterdir()):
        if other.is_file() and other.stat().st_size == file.bytes:
            content = other.read_bytes()
            if hashlib.sha256(content).hexdigest() == file.sha256:
                return content
    return None


def _known_as(file: SourceFile) -> str:
    return f"{file.name} ({file.package.archive})" if file.package else file.name


def require_pinned(file: SourceFile, content: bytes) -> bytes:
    """Return `content` if it is the pinned file.

    Raises:
        ModelsError: size or hash differ.
    """
    if len(content) == (file.bytes or len(content)) and hashlib.sha256(content).hexdigest() == file.sha256:
        return content
    raise ModelsError(
        _("The downloaded file “{file}” is not the published one; it was thrown away.").format(file=file.name),
        remedy=_("Try again later; if it happens again, fetch the file by hand and use --from."),
        details=f"{len(content)} bytes, expected {file.bytes}",
    )
