"""What the program knows of each model before any file is there: licence, sources, input contract, fingerprint."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, NoReturn

import msgspec
from msgspec import Meta

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=120)]
Size = Annotated[int, Meta(gt=0)]
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


class Colour(StrEnum):
    """Order of the colour channels that a network expects."""

    RGB = "RGB"
    BGR = "BGR"


class LicenceNote(StrEnum):
    """What a person should know beside a licence; the sentences are in models/inventory.py."""

    NONE = ""
    WIDER_FACE = "wider_face"
    WEAK_ON_EAST_ASIAN_FACES = "weak_on_east_asian_faces"
    TRAINING_NOT_DOCUMENTED = "training_not_documented"
    MOSTLY_ENGLISH_VOICES = "mostly_english_voices"


class Licence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the publisher allows.

    Attributes:
        code: SPDX expression for the published code.
        weights: SPDX expression or the publisher's words for the numbers.
        commercial_use: what follows for commercial use.
        credit: whom to name.
        note: what a person should know besides.
    """

    code: str
    weights: str
    commercial_use: CommercialUse
    credit: str
    note: LicenceNote = LicenceNote.NONE


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


class SourceFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published file; exactly one of `url` and `package` says where it comes from, or neither: a folder only."""

    name: FileName
    bytes: Size
    sha256: Sha256
    url: Annotated[str, Meta(pattern="^https://")] | None = None
    package: Package | None = None


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published version, with everything it consists of.

    Attributes:
        binding: the file whose hash templates are bound to; the one that holds the weights.
    """

    version: str
    binding: FileName
    files: tuple[SourceFile, ...]

    @property
    def sha256(self) -> str:
        """The hash that stands for this version."""
        return next(file.sha256 for file in self.files if file.name == self.binding)

    @property
    def downloadable(self) -> bool:
        """Whether every file has an official address or package."""
        return all(file.url or file.package for file in self.files)


class InputContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How uint8 RGB pictures become a network's input: (x - mean) * scale per channel, NCHW float32.

    Attributes:
        colour: order of the channels; `mean` is in this order.
        scale: multiplied after the mean is taken off.
        size_px: side of the square chip; None where the network takes any size.
        multiple_px: sides are padded right and below with zeros to a multiple of this.
        max_batch: most pictures in one run.
    """

    colour: Colour
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: float = 1.0
    size_px: Size | None = None
    multiple_px: Size = 1
    max_batch: Size = 1


class ChunkContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sound becomes a speech detector's input: mono float32 of amplitude -1 to 1, in chunks one after the other.

    Row i of the input "input" is the `context_samples` before chunk i (zeros before the first) and then its
    `chunk_samples`; the last chunk is filled up with zeros.

    Attributes:
        states: input to output: what the network remembers; zeros of `state_shape` at the start of a stream, later what
            the run before gave, so that a stream may be cut into runs anywhere between two chunks.
        max_batch: most chunks in one run.
    """

    sample_rate_hz: Size
    chunk_samples: Size
    context_samples: Size
    states: dict[str, str]
    state_shape: tuple[Size, ...]
    max_batch: Size


class MelContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How speech becomes a voice embedder's input, float32 (n, frames, bands): mel energies, window by window.

    Frame j is the power spectrum of `fft_samples` around sample j * `hop_samples`, under a periodic Hann window, the
    sound with zeros on both sides; bands are Slaney's, each of area one.

    Attributes:
        logarithmic: whether the energies' logarithm is taken; GE2E hears the energies themselves.
        volume_dbfs: quieter sound is raised to this root mean square, louder is left as it is.
        frames, step_frames: length of a window and distance of one window's start to the next's.
        least_filled: the last window counts where at least this part of it is sound.
        max_batch: most windows in one run.
    """

    sample_rate_hz: Size
    fft_samples: Size
    hop_samples: Size
    bands: Size
    logarithmic: bool
    volume_dbfs: float
    frames: Size
    step_frames: Size
    least_filled: Annotated[float, Meta(ge=0, le=1)]
    max_batch: Size


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ONNX file, its outputs, and its fingerprint: a few numbers of each output for the self-test's input.

    Attributes:
        name: the file is `<name>.onnx`; the input is called "input", and a contract names what else goes in.
        probe_px: side of the self-test's chips; 0 for a network that hears.
        fingerprint: per output, numbers evenly spread over it.
    """

    name: FileName
    outputs: tuple[str, ...]
    probe_px: Annotated[int, Meta(ge=0)] = 0
    fingerprint: dict[str, tuple[float, ...]]


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
    mel: MelContract | None = None
    embedding: Embedding | None = None

    def __post_init__(self) -> None:
        """Refuse a manifest with no input contract or several (msgspec makes its own error of this one)."""
        if sum(contract is not None for contract in (self.pictures, self.chunks, self.mel)) != 1:
            message = "exactly one input contract is expected"
            raise ValueError(message)

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
    def voice_input(self) -> MelContract:
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


def list_models() -> tuple[str, ...]:
    """Return the names of all models in the catalogue."""
    return _names("models/catalogue")


@cache
def load_manifest(name: str) -> ModelManifest:
    """Return the manifest of the model called `name`.

    Raises:
        ModelsError: there is no such model.
    """
    if name not in list_models():
        raise ModelsError(
            _("There is no model called “{name}”.").format(name=name),
            remedy=_("Choose one of: {names}.").format(names=", ".join(list_models())),
        )
    text = (resources.files("models.catalogue") / f"{name}.toml").read_bytes()
    return msgspec.toml.decode(text, type=ModelManifest)


def _names(package: str) -> tuple[str, ...]:
    folder = resources.files(package.replace("/", "."))
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))
