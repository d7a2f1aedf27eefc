"""Installing models: fetched, checked, converted, and put into the store in one step or not at all."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import msgspec

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from models.conversion.as_is import network_files
from models.https_download import DOWNLOADS, part_of, sweep_downloads
from models.lock import store_lock
from models.manifests import MANIFEST, Converter, ModelManifest, Variant
from models.packs import asked_for
from models.published import Published, Workplace
from models.sources import Official, Source
from models.store import RECORD, SOURCES, InstallRecord, NetworkRecord, kept_sources, model_folder, verify_model
from models.streams import copy_pieces, pieces_of
from models.writing import write_durably

_MAKING = ".making-"


def install(
    name: str,
    store: Path,
    *,
    source: Source | None = None,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
    agree: Callable[[Sequence[ModelManifest]], None] | None = None,
) -> tuple[str, ...]:
    """Install a model or all models of a pack and return the names of those that were not there yet.

    What is installed and whole is left alone; what is damaged, or was made by an older recipe, is made anew, from the
    published files kept beside it where they are whole. A second installation at the same moment waits for the first.
    What was downloaded when an installation ended early is continued by the next one.

    Args:
        name: of a pack, of a mixed pack (`detector+embedder`) or of a model.
        store: the folder of models; made if need be.
        source: where files come from; the official addresses where none is given.
        on_progress: told what is being done, in bytes where their number is known.
        cancel: stops the work; nothing half-made stays.
        agree: asked, before anything is fetched, about the models that are not there yet; raises to refuse.

    Raises:
        ModelsError: unknown name, a file that cannot be had or is not the published one, no room, no permission.
        CancelledError: the user stopped the work.
    """
    manifests = asked_for(name, store)
    cancel = cancel or CancelToken()
    with store_at_work(store, on_progress, cancel):
        wanted = tuple(manifest for manifest in manifests if not _is_whole(manifest, store))
        if agree is not None:
            agree(wanted)
        for at, manifest in enumerate(wanted):
            cancel.raise_if_cancelled()
            place = source or Official()
            _install_model(manifest, store, place, wanted=wanted[at:], on_progress=on_progress, cancel=cancel)
        _let_go(wanted, store / DOWNLOADS)
        return tuple(manifest.name for manifest in wanted)


@contextmanager
def store_at_work(store: Path, on_progress: ProgressHook, cancel: CancelToken) -> Iterator[None]:
    """Hold the store, made if need be and cleared of what a killed installation left, for a block that puts models in.

    Raises:
        ModelsError: the store cannot be written, before or in the block.
        CancelledError: the user stopped the waiting for another installation.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
        with store_lock(store, on_progress, cancel):
            _sweep(store)
            try:
                yield
            finally:
                _remove_if_empty(store / DOWNLOADS)
    except OSError as error:
        raise ModelsError(
            _("The models cannot be written to “{folder}”: {reason}.").format(
                folder=store, reason=error.strerror or type(error).__name__
            ),
            remedy=_("Make room or choose another folder with COUNTENANCE_MODELS."),
            details=repr(error),
        ) from error


@contextmanager
def making_folder(store: Path) -> Iterator[Path]:
    """Give a folder in the store for what becomes models there; nothing in it counts, and it is removed in the end."""
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=store))
    try:
        yield making
    finally:
        shutil.rmtree(making, ignore_errors=True)


def put_model(
    manifest: ModelManifest,
    published: Published,
    store: Path,
    *,
    making: Path,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Convert a model's published files, whose hashes have been checked, and put it into the store in one step.

    Files in `making` (see `making_folder`) are moved, others are copied. The store is held (`store_at_work`).

    Raises:
        ModelsError: the files are not laid out as the recipe expects.
        OSError: the store cannot be written.
        CancelledError: the user stopped the work; the store is as it was.
    """
    cancel = cancel or CancelToken()
    whole = making / "whole" / manifest.name
    whole.mkdir(parents=True)
    on_progress(_("Converting {name}").format(name=manifest.name), 0, 0)
    networks = _write_networks(manifest, published, whole, making, cancel)
    record = _record(manifest, published.variant, networks)
    write_durably(whole / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=2))
    if manifest.brought:
        write_durably(whole / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    _sync_folder(whole)
    cancel.raise_if_cancelled()
    _put_in_place(whole, model_folder(store, manifest.name), making)
    _sync_folder(store)
    on_progress(_("Installed {name}").format(name=manifest.name), 1, 1)


def convert(manifest: ModelManifest, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the ONNX files of a model, by file name, from its published files, whose hashes have been checked.

    A model that is run as it was published is not converted: see `models.conversion.as_is`.

    Raises:
        ModelsError: the files are not laid out as the recipe expects.
    """
    return _converter(manifest)(files)


def _is_whole(manifest: ModelManifest, store: Path) -> bool:
    try:
        verify_model(store, manifest)
    except ModelsError:
        return False  # not there, of an older recipe, or damaged: in each case it is made anew
    return True


def _install_model(
    manifest: ModelManifest,
    store: Path,
    source: Source,
    *,
    wanted: tuple[ModelManifest, ...],
    on_progress: ProgressHook,
    cancel: CancelToken,
) -> None:
    with making_folder(store) as making:
        folder = making / "work"
        folder.mkdir()
        workplace = Workplace(folder=folder, downloads=store / DOWNLOADS, wanted=wanted)
        kept = kept_sources(store, manifest, cancel)
        published = kept or source.fetch(manifest, workplace, on_progress, cancel)
        cancel.raise_if_cancelled()
        put_model(manifest, published, store, making=making, on_progress=on_progress, cancel=cancel)


def _write_networks(
    manifest: ModelManifest, published: Published, whole: Path, making: Path, cancel: CancelToken
) -> dict[str, NetworkRecord]:
    """Bring a model's networks and sources into its new folder, and return what is recorded of the networks."""
    if manifest.converter is Converter.AS_IS:
        named = network_files(manifest, published.variant)
        for file, network in named.items():
            _bring(published.files[file], whole / network, making, cancel)
        return {
            named[file.name]: NetworkRecord(bytes=(whole / named[file.name]).stat().st_size, sha256=file.sha256)
            for file in published.variant.files
        }
    contents = convert(manifest, {file: path.read_bytes() for file, path in published.files.items()})
    (whole / SOURCES).mkdir()
    for file, path in published.files.items():
        _bring(path, whole / SOURCES / file, making, cancel)
    for file, content in contents.items():
        write_durably(whole / file, content)
    _sync_folder(whole / SOURCES)
    return {
        file: NetworkRecord(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for file, content in contents.items()
    }


def _bring(path: Path, target: Path, making: Path, cancel: CancelToken) -> None:
    if path.is_relative_to(making):
        path.rename(target)
    else:  # kept from an earlier installation, whose folder stays as it is until this one is whole
        copy_pieces(pieces_of(path), target, path.stat().st_size, cancel)


def _put_in_place(whole: Path, target: Path, making: Path) -> None:
    # A folder cannot replace a filled one in one step; what was there is no good, so a moment without it is no loss.
    if os.path.lexists(target):
        target.rename(making / f"replaced {target.name}")  # one for each model that is made here
    whole.rename(target)


def _let_go(installed: Sequence[ModelManifest], downloads: Path) -> None:
    """Remove the archives that these models were taken out of; they are kept until all are installed."""
    for manifest in installed:
        for variant in manifest.variants:
            for file in variant.files:
                for archive in file.archives:
                    part_of(archive, downloads).unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _record(manifest: ModelManifest, variant: Variant, networks: dict[str, NetworkRecord]) -> InstallRecord:
    return InstallRecord(
        model=manifest.name,
        version=variant.version,
        recipe=manifest.recipe,
        sources={file.name: file.sha256 for file in variant.files},
        networks=networks,
        installed=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        made_with={name: _version(name) for name in ("countenance", "onnx", "numpy")},
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "source"  # run from a checkout


def _converter(manifest: ModelManifest) -> Callable[[Mapping[str, bytes]], dict[str, bytes]]:
    # Imported here: the onnx library is needed by an installation only.
    if manifest.converter is Converter.MTCNN:
        from models.conversion.mtcnn import convert_mtcnn

        return convert_mtcnn
    if manifest.converter is Converter.DLIB_RESNET:
        from models.conversion.dlib_resnet import convert_dlib_resnet

        return convert_dlib_resnet
    if manifest.converter is Converter.YUNET:
        from models.conversion.yunet import convert_yunet

        return convert_yunet
    if manifest.converter is Converter.SILERO:
        from models.conversion.silero import convert_silero

        return convert_silero
    if manifest.converter is Converter.GE2E:
        from models.conversion.ge2e import convert_ge2e

        return convert_ge2e
    from models.conversion.openvino import convert_openvino

    return lambda files: convert_openvino(files, manifest.name)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no such call for folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(store: Path) -> None:
    """Remove what an installation left that was killed; the lock is held, so nobody works there."""
    for entry in store.iterdir():
        if entry.name.startswith(_MAKING):
            shutil.rmtree(entry, ignore_errors=True)
    sweep_downloads(store / DOWNLOADS)
