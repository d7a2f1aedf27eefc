"""Published files that lie on this machine: in folders, in a zip, or a single one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.archives import OpenZip, is_zip
from models.manifests import MOST_BYTES, ModelManifest, SourceFile, Variant, list_models, load_manifest
from models.pip_download import copy_member
from models.published import Published, Workplace
from models.store import kept_as
from models.streams import copy_pieces, hash_file, pieces_of


class LocalSource(Protocol):
    """A source that nobody is asked for."""

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return a version and its files; see `models.sources.Source.fetch`."""
        ...

    def find(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published | None:
        """Return the first version all of whose files lie there, or None where none does.

        Raises:
            ModelsError: what was named cannot be read, or a file is called as the published one and is another.
            OSError: the workplace cannot be written.
            CancelledError: the user stopped the work.
        """
        ...


class Folder:
    """Folders on this machine; what several hold is taken from the first.

    A file is taken by name, or under any name by its hash; out of the distribution or the zip that carries it; or from
    the published files that a store keeps beside its models.
    """

    def __init__(self, *paths: Path) -> None:
        self._paths = paths
        self._hashes: dict[Path, str] = {}

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return the first version all of whose files lie there; see `LocalSource.fetch`."""
        found = self.find(manifest, workplace, on_progress, cancel)
        if found is None:
            raise ModelsError(
                _("The folder “{folder}” does not hold the files of the model “{name}”.").format(
                    folder=", ".join(map(str, self._paths)), name=manifest.name
                ),
                remedy=_needs(manifest),
            )
        return found

    def find(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published | None:
        """Return the first version all of whose files lie there, or None where none does; see `LocalSource.find`."""
        for path in self._paths:
            if not path.is_dir():
                raise ModelsError(_("There is no folder “{path}”.").format(path=path))
        on_progress(_("Reading {name}").format(name=manifest.name), 0, 0)
        wrong: list[Path] = []
        for variant in reversed(manifest.variants):
            kept = {file.name: Path(manifest.name, kept_as(manifest, variant, file)) for file in variant.files}
            if all(self._take(file, kept[file.name], workplace.folder, wrong, cancel) for file in variant.files):
                return _published(variant, workplace)
            _clear(variant, workplace)
        if wrong:
            raise ModelsError(
                _("“{file}” in “{folder}” is not the published file: its size or hash differs.").format(
                    file=wrong[0].name, folder=wrong[0].parent
                ),
                remedy=_("Fetch it again from {publisher}.").format(publisher=manifest.publisher),
            )
        return None

    def _take(self, file: SourceFile, kept: Path, folder: Path, wrong: list[Path], cancel: CancelToken) -> bool:
        cancel.raise_if_cancelled()
        target = folder / file.name
        return any(
            _take_named(path / file.name, file, target, wrong, cancel)
            or _take_named(path / kept, file, target, wrong, cancel)
            or _take_packed(path, file, target, wrong, cancel)
            or _take_archived(path, file, target, cancel)
            or self._take_under_any_name(path, file, target, cancel)
            for path in self._paths
        )

    def _take_named(self, path: Path, file: SourceFile, target: Path, wrong: list[Path], cancel: CancelToken) -> bool:
        if not path.is_file():
            return False
        if path.stat().st_size == (file.bytes or path.stat().st_size) and take_file(path, file, target, cancel):
            return True
        wrong.append(path)
        return False

    def _take_under_any_name(self, folder: Path, file: SourceFile, target: Path, cancel: CancelToken) -> bool:
        return any(
            self._hash(other, cancel) == file.sha256 and take_file(other, file, target, cancel)
            for other in _alike(folder, file)
        )

    def _hash(self, path: Path, cancel: CancelToken) -> str:
        # The files of several models are looked for among the same ones.
        if path not in self._hashes:
            self._hashes[path] = hash_file(path, cancel)
        return self._hashes[path]


class ZipFile:
    """A zip that holds published files, in whatever folder and by whatever name: a publisher's own, or anybody's."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return the first version all of whose files are in it; see `LocalSource.fetch`."""
        found = self.find(manifest, workplace, on_progress, cancel)
        if found is None:
            raise ModelsError(
                _("The zip “{file}” does not hold the files of the model “{name}”.").format(
                    file=self._path.name, name=manifest.name
                ),
                remedy=_needs(manifest),
            )
        return found

    def find(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published | None:
        """Return the first version all of whose files are in it, or None where none is; see `LocalSource.find`."""
        on_progress(_("Reading {name}").format(name=self._path.name), 0, 0)
        with OpenZip(self._path) as opened:
            for variant in reversed(manifest.variants):
                if all(_take_out(opened, file, workplace.folder / file.name, cancel) for file in variant.files):
                    return _published(variant, workplace)
                _clear(variant, workplace)
        return None


class SingleFile:
    """One published file, or a distribution that carries one, under whatever name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = ""

    def fetch(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published:
        """Return the version that consists of this file; see `LocalSource.fetch`."""
        found = self.find(manifest, workplace, on_progress, cancel)
        if found is None:
            raise ModelsError(
                _("“{file}” is no published file of the model “{name}”.").format(
                    file=self._path.name, name=manifest.name
                ),
                remedy=_needs(manifest),
            )
        return found

    def find(
        self, manifest: ModelManifest, workplace: Workplace, on_progress: ProgressHook, cancel: CancelToken
    ) -> Published | None:
        """Return the version that consists of this file, or None where none does; see `LocalSource.find`."""
        if not self._path.is_file():
            raise ModelsError(_("There is no file “{path}”.").format(path=self._path))
        on_progress(_("Reading {name}").format(name=self._path.name), 0, 0)
        self._hash = self._hash or hash_file(self._path, cancel)
        for variant in manifest.variants:
            if len(variant.files) == 1 and self._take(variant.files[0], workplace, cancel):
                return _published(variant, workplace)
        return None

    def _take(self, file: SourceFile, workplace: Workplace, cancel: CancelToken) -> bool:
        target = workplace.folder / file.name
        if self._hash == file.sha256:
            return take_file(self._path, file, target, cancel)
        if file.package is None or self._hash != file.package.archive_sha256:
            return False
        # Its name decides how a distribution is read; this one may have been renamed.
        carried = workplace.folder / file.package.archive
        copy_pieces(pieces_of(self._path), carried, file.package.archive_bytes, cancel)
        return copy_member(carried, file.package.member, target, file.bytes or MOST_BYTES, cancel).sha256 == file.sha256


def local_source(path: Path) -> LocalSource:
    """Return the source that a folder, a zip or a published file is.

    Raises:
        ModelsError: there is nothing of this name.
    """
    if path.is_dir():
        return Folder(path)
    if not path.exists():
        raise ModelsError(_("There is no file or folder “{path}”.").format(path=path))
    return ZipFile(path) if is_zip(path) else SingleFile(path)


def model_of_file(path: Path, cancel: CancelToken) -> str:
    """Return the name of the catalogue's model that consists of a file, whatever that is called.

    Raises:
        ModelsError: it consists of no such file, or it cannot be read.
        CancelledError: the user stopped the work.
    """
    found = hash_file(path, cancel)
    for name in list_models():
        for variant in load_manifest(name).variants:
            if [file.sha256 for file in variant.files] == [found]:
                return name
    raise ModelsError(
        _("“{file}” is no published file of a model that is known here.").format(file=path.name),
        remedy=_("Name the model that it is a part of, or give the folder or the zip that it comes in."),
    )


def take_file(path: Path, file: SourceFile, target: Path, cancel: CancelToken) -> bool:
    """Copy a file to the new file `target` and return whether it is the pinned one; where it is not, no copy stays.

    Raises:
        ModelsError: the file cannot be read.
        OSError: `target` cannot be written.
        CancelledError: the user stopped the work.
    """
    if copy_pieces(pieces_of(path), target, file.bytes or MOST_BYTES, cancel).sha256 == file.sha256:
        return True
    target.unlink()
    return False


def _take_named(path: Path, file: SourceFile, target: Path, wrong: list[Path], cancel: CancelToken) -> bool:
    if not path.is_file():
        return False
    if file.bytes in {None, path.stat().st_size} and take_file(path, file, target, cancel):
        return True
    wrong.append(path)
    return False


def _take_packed(folder: Path, file: SourceFile, target: Path, wrong: list[Path], cancel: CancelToken) -> bool:
    if file.package is None or not (archive := folder / file.package.archive).is_file():
        return False
    sized = archive.stat().st_size == file.package.archive_bytes
    if sized and hash_file(archive, cancel) == file.package.archive_sha256:
        read = copy_member(archive, file.package.member, target, file.bytes or MOST_BYTES, cancel)
        if read.sha256 == file.sha256:
            return True
        target.unlink()
    wrong.append(archive)
    return False


def _take_archived(folder: Path, file: SourceFile, target: Path, cancel: CancelToken) -> bool:
    for archive in file.archives:
        if (path := folder / archive.name).is_file():
            with OpenZip(path) as opened:
                if opened.take(file, target, cancel, (archive.member,)):
                    return True
    return False


def _take_out(opened: OpenZip, file: SourceFile, target: Path, cancel: CancelToken) -> bool:
    members = [archive.member for archive in file.archives if archive.member]
    return opened.take(file, target, cancel, members)


def _alike(folder: Path, file: SourceFile) -> Iterator[Path]:
    """Yield the files that may be the published one under another name: of its size or, if not known, its ending."""
    ending = Path(file.name).suffix.lower()
    for other in sorted(folder.iterdir()):
        if other.is_file():
            size = other.stat().st_size
            if size == file.bytes or (file.bytes is None and size <= MOST_BYTES and other.suffix.lower() == ending):
                yield other


def _published(variant: Variant, workplace: Workplace) -> Published:
    return Published(variant, {file.name: workplace.folder / file.name for file in variant.files})


def _clear(variant: Variant, workplace: Workplace) -> None:
    """Remove what was found of a version that is not there whole: another may have a file of the same name."""
    for file in variant.files:
        (workplace.folder / file.name).unlink(missing_ok=True)


def _needs(manifest: ModelManifest) -> str:
    names = " / ".join(" + ".join(map(_known_as, variant.files)) for variant in manifest.variants)
    return _("It needs: {files}.").format(files=names)


def _known_as(file: SourceFile) -> str:
    carriers = [file.package.archive] if file.package else [archive.name for archive in file.archives]
    return f"{file.name} ({', '.join(carriers)})" if carriers else file.name
