"""The model store: one folder per model with its ONNX files and the record of what they were made from.

A folder appears under its name only when it is whole (models/install.py); its files are hashed each time they are read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken
from models.conversion.as_is import network_files
from models.manifests import Converter, ModelManifest, Sha256, SourceFile, Variant, bring_again
from models.published import Published
from models.streams import hash_file

RECORD = "installed.json"
SOURCES = "sources"
"""Folder, beside a model's ONNX files, of the published files: a new recipe or a damaged file needs no download."""


class NetworkRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ONNX file as it was written."""

    bytes: int
    sha256: Sha256


class InstallRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies in a model's folder and where it came from.

    Attributes:
        sources: hash of each published file.
        networks: file name to what was written.
        recipe: the manifest's when the conversion was made.
        installed: UTC, ISO 8601.
        made_with: versions of the program and of the converter's libraries.
        fingerprints: per network, what `Network.fingerprint` is, where its manifest has none: taken at installation.
    """

    model: str
    version: str
    recipe: int
    sources: dict[str, Sha256]
    networks: dict[str, NetworkRecord]
    installed: str
    made_with: dict[str, str]
    fingerprints: dict[str, dict[str, tuple[float, ...]]] = {}


def model_folder(store: Path, name: str) -> Path:
    """Return where the model called `name` lies, or would."""
    return store / name


def read_record(store: Path, manifest: ModelManifest) -> InstallRecord:
    """Return the record of an installed model.

    Raises:
        ModelsError: the model is not installed, its record is damaged, or it was made by another recipe.
    """
    path = model_folder(store, manifest.name) / RECORD
    try:
        record = msgspec.json.decode(path.read_bytes(), type=InstallRecord)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing(manifest) from error
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise damaged(manifest, f"{RECORD}: {type(error).__name__}") from error
    if record.recipe != manifest.recipe or _variant_of(record, manifest) is None:
        raise ModelsError(
            _("The installed model “{name}” was made by another version of this program.").format(name=manifest.name),
            remedy=_install_command(manifest),
        )
    return record


def installed_variant(store: Path, manifest: ModelManifest) -> Variant | None:
    """Return the published version that is installed, or None where none is or its record is no good."""
    try:
        return _variant_of(read_record(store, manifest), manifest)
    except ModelsError:
        return None


def read_network(store: Path, manifest: ModelManifest, network: str) -> bytes:
    """Return one ONNX file, checked against its record.

    The bytes returned are the bytes that were hashed: nothing can change in between.

    Raises:
        ModelsError: the model is not installed, or the file is not the one that was written.
    """
    name = f"{network}.onnx"
    expected = read_record(store, manifest).networks.get(name)
    if expected is None:
        raise damaged(manifest, f"{name}: not in the record")
    try:
        content = (model_folder(store, manifest.name) / name).read_bytes()
    except OSError as error:
        raise damaged(manifest, f"{name}: {type(error).__name__}") from error
    if len(content) != expected.bytes or hashlib.sha256(content).hexdigest() != expected.sha256:
        raise damaged(manifest, f"{name}: hash differs")
    return content


def kept_as(manifest: ModelManifest, variant: Variant, file: SourceFile) -> Path:
    """Return where, in a model's folder, a published file is kept: a file that is run as it is, as the network."""
    if manifest.converter is Converter.AS_IS:
        return Path(network_files(manifest, variant)[file.name])
    return Path(SOURCES, file.name)


def kept_sources(store: Path, manifest: ModelManifest, cancel: CancelToken | None = None) -> Published | None:
    """Return the published files kept from an earlier installation, each hashed again; None unless they are whole.

    Raises:
        CancelledError: the user stopped the work.
    """
    cancel = cancel or CancelToken()
    folder = model_folder(store, manifest.name)
    for variant in manifest.variants:
        files = {file.name: folder / kept_as(manifest, variant, file) for file in variant.files}
        if all(_is_kept(files[file.name], file, cancel) for file in variant.files):
            return Published(variant, files)
    return None


def verify_model(store: Path, manifest: ModelManifest) -> None:
    """Read every ONNX file of a model, a piece at a time, and compare it with its record.

    Raises:
        ModelsError: the model is not installed or damaged.
    """
    record = read_record(store, manifest)
    for network in manifest.networks:
        name = f"{network.name}.onnx"
        expected = record.networks.get(name)
        if expected is None:
            raise damaged(manifest, f"{name}: not in the record")
        try:
            found = hash_file(model_folder(store, manifest.name) / name, CancelToken())
        except ModelsError as error:
            raise damaged(manifest, f"{name}: {error.details}") from error
        if found != expected.sha256:
            raise damaged(manifest, f"{name}: hash differs")


def _is_kept(path: Path, file: SourceFile, cancel: CancelToken) -> bool:
    try:
        return path.is_file() and hash_file(path, cancel) == file.sha256
    except ModelsError:  # it cannot be read: as good as not there
        return False


def missing(manifest: ModelManifest) -> ModelsError:
    """Return the error for a model that is not installed."""
    return ModelsError(
        _("The model “{name}” is not installed.").format(name=manifest.name), remedy=_install_command(manifest)
    )


def damaged(manifest: ModelManifest, details: str) -> ModelsError:
    """Return the error for a model whose files are not what was installed."""
    return ModelsError(
        _("The installed files of the model “{name}” are damaged; they are not used.").format(name=manifest.name),
        remedy=_install_command(manifest),
        details=details,
    )


def _install_command(manifest: ModelManifest) -> str:
    if manifest.brought:
        return bring_again()
    return _("Run: {command}").format(command=f"countenance models install {manifest.name}")


def _variant_of(record: InstallRecord, manifest: ModelManifest) -> Variant | None:
    for variant in manifest.variants:
        if {file.name: file.sha256 for file in variant.files} == record.sources and variant.version == record.version:
            return variant
    return None
