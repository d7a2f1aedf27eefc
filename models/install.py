"""Installing models: fetched, checked, converted, and put into the store in one step or not at all."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path

import msgspec

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from models.lock import store_lock
from models.manifests import Converter, ModelManifest, Variant
from models.packs import asked_for
from models.sources import Official, Source
from models.store import RECORD, SOURCES, InstallRecord, NetworkRecord, kept_sources, model_folder, verify_model

_MAKING = ".making-"


def install(
    name: str,
    store: Path,
    *,
    source: Source | None = None,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[str, ...]:
    """Install a model or all models of a pack and return the names of those that were not there yet.

    What is installed and whole is left alone; what is damaged, or was made by an older recipe, is made anew, from the
    published files kept beside it where they are whole. A second installation at the same moment waits for the first.

    Args:
        name: of a pack, of a mixed pack (`detector+embedder`) or of a model.
        store: the folder of models; made if need be.
        source: where files come from; the official addresses where none is given.
        on_progress: told what is being done, in bytes where their number is known.
        cancel: stops the work; nothing half-made stays.

    Raises:
        ModelsError: unknown name, a file that cannot be had or is not the published one, no room, no permission.
        CancelledError: the user stopped the work.
    """
    manifests = asked_for(name, store)
    cancel = cancel or CancelToken()
    try:
        store.mkdir(parents=True, exist_ok=True)
        with store_lock(store, on_progress, cancel):
            _sweep(store)
            return tuple(
                manifest.name
                for manifest in manifests
                if _install_model(manifest, store, source or Official(), on_progress, cancel)
            )
    except OSError as error:
        raise ModelsError(
            _("The models cannot be written to “{folder}”: {reason}.").format(
                folder=store, reason=error.strerror or type(error).__name__
            ),
            remedy=_("Make room or choose another folder with COUNTENANCE_MODELS."),
            details=repr(error),
        ) from error


def convert(manifest: ModelManifest, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the ONNX files of a model, by file name, from its published files, whose hashes have been checked.

    Raises:
        ModelsError: the files are not laid out as the recipe expects.
    """
    return _converter(manifest)(files)


def _install_model(
    manifest: ModelManifest, store: Path, source: Source, on_progress: ProgressHook, cancel: CancelToken
) -> bool:
    cancel.raise_if_cancelled()
    try:
        verify_model(store, manifest)
    except ModelsError:
        pass  # not there, of an older recipe, or damaged: in each case it is made anew
    else:
        return False
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=store))
    try:
        workplace, whole = making / "work", making / manifest.name
        workplace.mkdir()
        (whole / SOURCES).mkdir(parents=True)
        variant, files = kept_sources(store, manifest) or source.fetch(manifest, workplace, on_progress, cancel)
        cancel.raise_if_cancelled()
        on_progress(_("Converting {name}").format(name=manifest.name), 0, 0)
        networks = convert(manifest, files)
        for file, content in files.items():
            _write_durably(whole / SOURCES / file, content)
        for file, content in networks.items():
            _write_durably(whole / file, content)
        record = _record(manifest, variant, networks)
        _write_durably(whole / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=2))
        _sync_folder(whole / SOURCES)
        _sync_folder(whole)
        cancel.raise_if_cancelled()
        _put_in_place(whole, model_folder(store, manifest.name), making)
        _sync_folder(store)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    on_progress(_("Installed {name}").format(name=manifest.name), 1, 1)
    return True


def _put_in_place(whole: Path, target: Path, making: Path) -> None:
    # A folder cannot replace a filled one in one step; what was there is no good, so a moment without it is no loss.
    if os.path.lexists(target):
        target.rename(making / "replaced")
    whole.rename(target)


def _record(manifest: ModelManifest, variant: Variant, networks: Mapping[str, bytes]) -> InstallRecord:
    return InstallRecord(
        model=manifest.name,
        version=variant.version,
        recipe=manifest.recipe,
        sources={file.name: file.sha256 for file in variant.files},
        networks={
            name: NetworkRecord(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in networks.items()
        },
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


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


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
