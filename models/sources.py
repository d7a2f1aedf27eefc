"""Where published model files come from: official addresses and packages, or what somebody has on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.archives import OpenZip
from models.https_download import DOWNLOADS, Downloader, not_published, part_of
from models.local_sources import LocalSource, local_source
from models.manifests import MOST_BYTES, Archive, ModelManifest, SourceFile
from models.pip_download import PipDownload
from models.published import Published, Workplace


class Source(Protocol):
    """Gives the files of one published version of a model."""

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return a version and its files, each in the workplace's folder, of the pinned size and hash.

        Raises:
            ModelsError: a file is not to be had, or is not the pinned one.
            OSError: the workplace cannot be written.
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
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return the preferred version that has official addresses; see `Source.fetch`."""
        variant = next((variant for variant in manifest.variants if variant.downloadable), None)
        if variant is None:
            raise ModelsError(
                _("No official address is known for the model “{name}”.").format(name=manifest.name),
                remedy=_("Give the folder that holds its files with --from."),
            )
        files: dict[str, Path] = {}
        for file in variant.files:
            files[file.name] = target = workplace.folder / file.name
            if file.package is not None:
                most = file.bytes or MOST_BYTES
                read = self._pip.fetch_member(file.package, target, most, on_progress, cancel)
                if read.sha256 != file.sha256:
                    raise not_published(file.name, f"{read.bytes} bytes, expected {file.bytes}")
            elif file.url is not None:
                self._downloader.fetch(file, workplace.downloads, on_progress, cancel).replace(target)
            else:
                self._take_out(file, target, workplace, on_progress, cancel)
        return Published(variant, files)

    def _take_out(
        self, file: SourceFile, target: Path, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> None:
        """Download the archive that carries a file, unless it is there, and copy the file out of it."""
        archive = choose_archive(file, workplace)
        # Its hash is compared before it is opened.
        path = self._downloader.fetch(archive, workplace.downloads, on_progress, cancel)
        on_progress(_("Reading {name}").format(name=archive.name), 0, 0)
        with OpenZip(path) as opened:
            if not opened.take(file, target, cancel, (archive.member,)):
                raise ModelsError(
                    _("The zip “{zip}” does not hold “{file}”.").format(zip=archive.name, file=file.name),
                    remedy=_("Fetch the file by hand and use --from."),
                )


class WithIndex:
    """What lies on this machine; a model that it does not hold, and that comes as a package, from the package index.

    The addresses of publishers are left alone: whoever names a folder does not want those asked.

    Args:
        path: of a folder, a zip or a published file.
        pip: how packages are downloaded; by default with the pip of this or the base Python.
    """

    def __init__(self, path: Path, *, pip: PipDownload | None = None) -> None:
        self._local: LocalSource = local_source(path)
        self._official = Official(pip=pip)

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return what lies there, else what the package index has; see `Source.fetch`."""
        packed = any(all(file.package for file in variant.files) for variant in manifest.variants)
        if not packed:
            return self._local.fetch(manifest, workplace, on_progress, cancel)
        found = self._local.find(manifest, workplace, on_progress, cancel)
        return found or self._official.fetch(manifest, workplace, on_progress, cancel)


def choose_archive(file: SourceFile, workplace: Workplace) -> Archive:
    """Return which of the archives that carry a file is downloaded: the one that carries most of what is wanted.

    Of equals, one that is there already, whole or in part; then the first that the manifest names.
    """

    def worth(archive: Archive) -> tuple[int, bool]:
        carried = sum(_carries(archive, manifest) for manifest in workplace.wanted)
        return carried, part_of(archive, workplace.downloads).exists()

    return max(file.archives, key=worth)


def download_bytes(wanted: Sequence[ModelManifest], store: Path) -> int:
    """Return how much a download of these models would fetch; 0 where their publishers do not say."""
    workplace = Workplace(folder=store, downloads=store / DOWNLOADS, wanted=tuple(wanted))
    fetched: dict[str, int] = {}
    for manifest in wanted:
        variant = next((variant for variant in manifest.variants if variant.downloadable), None)
        for file in variant.files if variant else ():
            if file.package is not None:
                fetched[file.package.archive_sha256] = file.package.archive_bytes
            elif file.url is not None:
                fetched[file.sha256] = file.bytes or 0
            else:
                archive = choose_archive(file, workplace)
                fetched[archive.sha256] = archive.bytes or 0
    return sum(fetched.values()) if all(fetched.values()) else 0


def _carries(archive: Archive, manifest: ModelManifest) -> bool:
    variant = next((variant for variant in manifest.variants if variant.downloadable), None)
    needed: Sequence[SourceFile] = variant.files if variant else ()
    return any(archive.sha256 == other.sha256 for file in needed for other in file.archives)
