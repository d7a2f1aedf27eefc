"""What the program knows of each model before any file is there: licence, sources, input contract, fingerprint."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
from msgspec import Meta

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _
from models.contracts import ChunkContract, InputContract, Size, VoiceContract
from models.shipped import list_files, read_file

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,119}")
"""What a model or a file may be called: nothing that leads out of a folder."""

_CATALOGUE = "models.catalogue"

MANIFEST = "manifest.json"
"""File, in a brought model's folder, that says what the catalogue says of others."""

MOST_BYTES = 1_000_000_000
"""Most that is read of a published file whose size is not known."""

EMBEDDERS = (ModelTask.FACE_EMBEDDER, ModelTask.VOICE_EMBEDDER)

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FileName = Annotated[str, Meta(pattern=rf"^{FILE_NAME.pattern}$")]
Point = tuple[float, float]
Template = tuple[Point, Point, Point, Point, Point]


class Converter(StrEnum):
    """The recipe that makes ONNX files of the published ones."""

    MTCNN = "mtcnn"
    DLIB_RESNET = "dlib_resnet"
    OPENVINO = "openvino"
    YUNET = "yunet"
    SILERO = "silero"
    GE2E = "ge2e"
    AS_IS = "as_is"
    """None: an ONNX file is run as it was published."""


class DetectorFamily(StrEnum):
    """How a face detector's outputs are read (`detectors.faces`)."""

    YUNET = "yunet"
    MTCNN = "mtcnn"
    SCRFD = "scrfd"


class LicenceNote(StrEnum):
    """What a person should know beside a licence; the sentences are in models/inventory.py."""

    NONE = ""
    WIDER_FACE = "wider_face"
    WEAK_ON_EAST_ASIAN_FACES = "weak_on_east_asian_faces"
    TRAINING_NOT_DOCUMENTED = "training_not_documented"
    MOSTLY_ENGLISH_VOICES = "mostly_english_voices"
    WESPEAKER_UNMEASURED = "wespeaker_unmeasured"


class Licence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the publisher allows.

    Attributes:
        code: SPDX expression for the published code.
        weights: SPDX expression or the publisher's words for the numbers.
        commercial_use: what follows for commercial use.
        credit: whom to name.
        note: what a person should know besides.
        verified: False where nobody of us has read the publisher's own statement; shown as such until a person has.
        terms: the address of the publisher's statement; empty where there is none.
        valid_until: ISO 8601 with a time zone: when a grant of commercial use ends; empty for never.
    """

    code: str
    weights: str
    commercial_use: CommercialUse
    credit: str
    note: LicenceNote = LicenceNote.NONE
    verified: bool = True
    terms: str = ""
    valid_until: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}\+00:00)?$")] = ""

    def commercial_use_at(self, now: datetime) -> CommercialUse:
        """Return what follows for commercial use at a moment, `now` with a time zone: a grant counts until it ends."""
        ended = bool(self.valid_until) and now >= datetime.fromisoformat(self.valid_until)
        return CommercialUse.NO if ended else self.commercial_use

    @property
    def needs_acceptance(self) -> bool:
        """Whether, as of now, a named person has to accept it before the model is installed."""
        return self.commercial_use_at(datetime.now(UTC)) is CommercialUse.NO or not self.verified


class Package(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A distribution on the Python package index that carries a file; it is downloaded and never installed.

    Attributes:
        requirement: pinned, e.g. "mtcnn==1.0.0".
        archive: the file name of the distribution.
        member: the path of the wanted file inside it.
    """

    requirement: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]+==[0-9.]+$")]
    archive: FileName
    archive_bytes: Size
    archive_sha256: Sha256
    member: str


class Archive(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A zip at a publisher's address that carries a file, at whatever depth; it is read and never unpacked whole.

    Attributes:
        name: the file name of the archive; one archive carries several models.
        bytes: None where its size is not known beforehand.
        member: what the file is called in it; empty where it has its own name there.
    """

    name: FileName
    url: Annotated[str, Meta(pattern="^https://")]
    sha256: Sha256
    bytes: Size | None = None
    member: str = ""


class SourceFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published file; `url`, `package` or `archives` says where it comes from, or none: a folder only.

    Attributes:
        bytes: None where the size is not known beforehand; the hash decides.
        archives: any of them carries it, under this name.
    """

    name: FileName
    sha256: Sha256
    bytes: Size | None = None
    url: Annotated[str, Meta(pattern="^https://")] | None = None
    package: Package | None = None
    archives: tuple[Archive, ...] = ()


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published version, with everything it consists of.

    Attributes:
        binding: the file whose hash templates are bound to; the one that holds the weights.
    """

    version: str
    binding: FileName
    files: tuple[SourceFile, ...]

    def __post_init__(self) -> None:
        """Refuse a version without the file that stands for it (msgspec makes its own error of this one)."""
        if self.binding not in (file.name for file in self.files):
            message = "the binding file is none of the version's"
            raise ValueError(message)

    @property
    def sha256(self) -> str:
        """The hash that stands for this version."""
        return next(file.sha256 for file in self.files if file.name == self.binding)

    @property
    def downloadable(self) -> bool:
        """Whether every file has an official address or package."""
        return all(file.url or file.package or file.archives for file in self.files)


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ONNX file, its outputs, and its fingerprint: a few numbers of each output for the self-test's input.

    Attributes:
        name: the file is `<name>.onnx`.
        input: what the file calls the input that everybody here calls "input"; a contract names what else goes in.
        outputs: in the order in which they are given; empty for all of them in the file's own order.
        probe_px: side of the self-test's chips; 0 for a network that hears.
        fingerprint: per output, numbers evenly spread over it; empty where the file was not to be had when the manifest
            was written, then the installation takes it (`InstallRecord.fingerprints`).
    """

    name: FileName
    input: str = "input"
    outputs: tuple[str, ...] = ()
    probe_px: Annotated[int, Meta(ge=0)] = 0
    fingerprint: dict[str, tuple[float, ...]] = {}


class Embedding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an embedder gives and, of faces, how its chips are cut.

    Attributes:
        dimension: numbers per face or voice.
        flip: whether the embeddings of a chip and of its mirror image are added before normalising.
        alignment: per detector (or "any"): name of the template and where, in chip pixels, the eye at image left, the
            eye at image right, the nose tip and the corners of the mouth at image left and right come to lie.
    """

    dimension: Size
    flip: bool = False
    alignment: dict[str, Alignment] = msgspec.field(default_factory=dict)


class Alignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named template; a template of another name makes embeddings that are not compared with these."""

    name: str
    points_px: Template


class ModelManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything known about one model; `models/catalogue/<name>.toml`.

    Attributes:
        recipe: version of our conversion and of all that comes before and after the network (alignment of faces; mel,
            volume and windows of voices); a change makes old templates useless.
        pictures, chunks, mel: the input contract, exactly one of them, by task.
        variants: published versions, the preferred download first; any of them may lie in a folder.
        family: of a face detector.
        brought: whether a person brought it, so that its manifest was written at its installation.
    """

    name: FileName
    title: str
    task: ModelTask
    publisher: str
    recipe: Size
    converter: Converter
    licence: Licence
    networks: tuple[Network, ...]
    variants: tuple[Variant, ...]
    pictures: InputContract | None = None
    chunks: ChunkContract | None = None
    mel: VoiceContract | None = None
    embedding: Embedding | None = None
    family: DetectorFamily | None = None
    brought: bool = False

    def __post_init__(self) -> None:
        """Refuse a manifest that does not hold together (msgspec makes its own error of this one)."""
        contracts = {
            ModelTask.FACE_DETECTOR: self.pictures,
            ModelTask.FACE_EMBEDDER: self.pictures,
            ModelTask.VOICE_ACTIVITY: self.chunks,
            ModelTask.VOICE_EMBEDDER: self.mel,
        }
        given = sum(contract is not None for contract in (self.pictures, self.chunks, self.mel))
        names = {network.name for network in self.networks}
        faults = {
            "exactly one input contract is expected, that of its task": given != 1 or contracts[self.task] is None,
            "networks have to have names of their own": not names or len(names) != len(self.networks),
            "versions have to have files": not self.variants,
            "an embedder has to say what it gives": self.embedding is None and self.task in EMBEDDERS,
            "a face detector has to be of a family": self.family is None and self.task is ModelTask.FACE_DETECTOR,
        }
        for fault, found in faults.items():
            if found:
                raise ValueError(fault)

    @property
    def input(self) -> InputContract:
        """How pictures become the input.

        Raises:
            ModelsError: the model takes no pictures.
        """
        return self.pictures or self._refuse_input()

    @property
    def speech_input(self) -> ChunkContract:
        """How sound becomes a speech detector's input.

        Raises:
            ModelsError: the model is no speech detector.
        """
        return self.chunks or self._refuse_input()

    @property
    def voice_input(self) -> VoiceContract:
        """How speech becomes a voice embedder's input.

        Raises:
            ModelsError: the model is no voice embedder.
        """
        return self.mel or self._refuse_input()

    @property
    def max_batch(self) -> int:
        """Most pictures, chunks or windows in one run."""
        return next(contract.max_batch for contract in (self.pictures, self.chunks, self.mel) if contract)

    def alignment_for(self, detector: str) -> Alignment:
        """Return how chips are cut for this embedder from the landmarks of `detector`.

        Raises:
            ModelsError: the model is no face embedder, or has no template for that detector.
        """
        known = self.embedding.alignment if self.embedding else {}
        alignment = known.get(detector) or known.get("any")
        if alignment is None:
            raise ModelsError(
                _("The models “{detector}” and “{embedder}” do not work together.").format(
                    detector=detector, embedder=self.name
                )
            )
        return alignment

    def _refuse_input(self) -> NoReturn:
        raise ModelsError(_("The model “{name}” does not take input of this kind.").format(name=self.name))

    def network(self, name: str = "") -> Network:
        """Return the network called `name`, or the first."""
        if not name:
            return self.networks[0]
        return next(network for network in self.networks if network.name == name)


def list_models(store: Path | None = None) -> tuple[str, ...]:
    """Return the names of all models in the catalogue and, with a store, of those that people brought there."""
    return tuple(sorted({*list_files(_CATALOGUE), *(_brought(store) if store else ())}))


def load_manifest(name: str, store: Path | None = None) -> ModelManifest:
    """Return the manifest of the model called `name`.

    Raises:
        ModelsError: there is no such model, or the manifest of a brought one is damaged.
    """
    if name in list_files(_CATALOGUE):
        return _load_shipped(name)
    if store is None or name not in _brought(store):
        raise ModelsError(
            _("There is no model called “{name}”.").format(name=name),
            remedy=_("Choose one of: {names}.").format(names=", ".join(list_models(store))),
        )
    try:
        manifest = msgspec.json.decode((store / name / MANIFEST).read_bytes(), type=ModelManifest)
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise _unreadable(name, type(error).__name__) from error
    if manifest.name != name or not manifest.brought or manifest.converter is not Converter.AS_IS:
        raise _unreadable(name, "not as it is written here")
    return manifest


@cache
def _load_shipped(name: str) -> ModelManifest:
    return read_file(_CATALOGUE, name, ModelManifest)


def _brought(store: Path) -> list[str]:
    try:
        return [entry.name for entry in store.iterdir() if FILE_NAME.fullmatch(entry.name) and _is_brought(entry)]
    except OSError:
        return []


def _is_brought(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def bring_again() -> str:
    """Return what to do about what a person brought: no address is known for it."""
    return _("Install it anew from its folder or zip: {command}").format(
        command="countenance models install --from FOLDER|ZIP"
    )


def _unreadable(name: str, details: str) -> ModelsError:
    return ModelsError(
        _("What is known of the model “{name}” is damaged.").format(name=name),
        remedy=bring_again(),
        details=details,
    )
