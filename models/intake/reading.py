"""From a folder or a zip to the models in it: which file is what, whether it is one that can be run, copied out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from models.intake import licence, package_manifest
from models.intake.answer import PackageFound, Part, writable
from models.intake.containers import Container, copy, open_container
from models.intake.licence import LicenceState, PackageLicence, inspect_licence
from models.intake.onnx_header import FLOAT, End, OnnxHeader, read_header
from models.intake.package_manifest import EMBEDDED, LICENCE_NAME, PackageTask, Preprocessing, parse_manifest
from models.intake.refusals import Refusal, RefusedError

_DETECTION, _RECOGNITION = PackageTask.DETECTION, PackageTask.RECOGNITION
_WITH_POINTS = {9: 3, 15: 5}
"""Outputs of a detector that finds five points, to the number of its strides; 6 and 10 find boxes alone."""
_LANDMARKS_PX, _ATTRIBUTES_PX, _LEAST_PX = 192, 96, 112
_MOST_MODELS = 64


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to take, and what is said of it."""

    task: PackageTask
    file: str
    sha256: str | None = None
    preprocessing: Preprocessing | None = None
    side_px: int | None = None
    dimension: int | None = None


class _Kind(StrEnum):
    """What a model is by its looks (insightface 2.1, model_zoo.py, ModelRouter)."""

    DETECTION = "detection"
    RECOGNITION = "recognition"
    OTHER = "other"


def read_package(path: Path, target: Path, now: datetime, public_keys: Sequence[bytes]) -> PackageFound:
    """Return what a package holds; its models are copied into `target` as `<task>.onnx`.

    Args:
        path: of a folder or a zip.
        target: an empty folder.
        now: with a time zone: when a licence has to hold.
        public_keys: whose licences count.

    Raises:
        RefusedError: the package is not one, or not one that is safe to use.
        OSError: there is no room.
    """
    with open_container(path) as container:
        names = container.listing()
        if container.has(package_manifest.NAME):
            content = _small(container, package_manifest.NAME, package_manifest.MOST_BYTES)
            if content is None:
                raise RefusedError(Refusal.MANIFEST_TOO_LARGE)
            manifest = parse_manifest(content)
            model_id, where, with_manifest = manifest.model_id, manifest.licence, True
            impostors = manifest.impostors
            wanted = [
                _Wanted(task, entry.file, entry.sha256, entry.preprocessing, entry.side_px, entry.dimension)
                for task, entry in manifest.tasks.items()
                if task is not PackageTask.VERIFICATION
            ]
            taken = {entry.file for entry in wanted}
            aside = [name for name in names if name.lower().endswith(".onnx") and name not in taken]
        else:
            model_id, where, with_manifest = container.name, LICENCE_NAME, False
            impostors = None
            wanted, aside = _route(container, names)
        held = _licence(container, where, model_id, now, public_keys)
        parts = tuple(_take(container, one, target) for one in wanted)
    return PackageFound(
        model_id=writable(model_id),
        with_manifest=with_manifest,
        parts=parts,
        aside=tuple(map(writable, aside[:_MOST_MODELS])),
        licence=held,
        impostors=impostors,
    )


def _route(container: Container, names: Sequence[str]) -> tuple[list[_Wanted], list[str]]:
    """Return the first detector and the first embedder, by name, and the names of the other models."""
    wanted: dict[str, _Wanted] = {}
    aside: list[str] = []
    candidates = [name for name in names if name.endswith(".onnx") and not name.startswith(".")]
    if len(candidates) > _MOST_MODELS:
        raise RefusedError(Refusal.TOO_MANY)
    for name in candidates:
        kind = _kind(_header(container, name))
        if kind is _Kind.OTHER or kind in wanted:
            aside.append(name)
        else:
            wanted[kind] = _Wanted(PackageTask(kind.value), name)
    if not wanted:
        raise RefusedError(Refusal.NOTHING_OF_USE)
    return [wanted[kind] for kind in _Kind if kind in wanted], aside


def _kind(header: OnnxHeader) -> _Kind:
    if len(header.outputs) >= 5:
        return _Kind.DETECTION
    shape = (header.inputs[0].shape or ()) if header.inputs else ()
    if len(shape) < 4 or shape[2] is None or shape[2] != shape[3]:
        return _Kind.OTHER
    side = shape[2]
    swaps = len(header.inputs) == 2 and side == 128
    if side in (_LANDMARKS_PX, _ATTRIBUTES_PX) or swaps or side < _LEAST_PX or side % 16:
        return _Kind.OTHER
    return _Kind.RECOGNITION


def _take(container: Container, wanted: _Wanted, target: Path) -> Part:
    copied, digest = target / f"{wanted.task.value}.onnx", hashlib.sha256()
    with container.open(wanted.file) as (source, size), copied.open("xb") as file:
        copy(source, file, size, wanted.file, digest.update)
    if wanted.sha256 not in (None, digest.hexdigest()):
        raise RefusedError(Refusal.WRONG_HASH, wanted.file)
    # What was copied is what is looked at: nobody can change it in between.
    with copied.open("rb") as again, _about(wanted.file):
        header = read_header(again, size)
        if header.objection is not None:
            raise RefusedError(header.objection[0], found=header.objection[1])
        part = _detector if wanted.task is _DETECTION else _embedder
        side, batch, dimension = part(header, wanted)
    preprocessing = wanted.preprocessing or _unsaid(wanted.task, header)
    return Part(
        task=wanted.task,
        file=writable(wanted.file),
        bytes=size,
        sha256=digest.hexdigest(),
        side_px=side,
        batch=batch,
        outputs=len(header.outputs),
        dimension=dimension,
        mean=preprocessing.mean,
        std=preprocessing.std,
    )


def _unsaid(task: PackageTask, header: OnnxHeader) -> Preprocessing:
    """Return the preprocessing where no manifest says it: embedders of MXNet have it inside, as their first nodes."""
    first = header.first_names
    inside = any(name.startswith(("Sub", "_minus")) for name in first)
    inside = inside and any(name.startswith(("Mul", "_mul")) for name in first)
    return EMBEDDED if task is _RECOGNITION and inside else package_manifest.DEFAULTS[task]


def _detector(header: OnnxHeader, _wanted: _Wanted) -> tuple[int | None, bool, None]:
    """Return the side of a detector's pictures; SCRFD (insightface 2.1, model_zoo/scrfd.py) knows it by its outputs."""
    count = len(header.outputs)
    if count in (6, 10):
        raise RefusedError(Refusal.NO_POINTS)
    if count not in _WITH_POINTS:
        raise RefusedError(Refusal.ONNX_OUTPUTS, found=str(count))
    strides = _WITH_POINTS[count]
    for output, numbers in _heads(header, strides):
        shape = output.shape
        odd = shape is not None and (len(shape) not in (2, 3) or shape[-1] not in (None, numbers))
        if output.kind != FLOAT or odd:
            raise RefusedError(Refusal.ONNX_OUTPUTS, found=output.name)
    _batch, height, width = _picture(header)
    if (height is None) != (width is None) or height != width:
        raise RefusedError(Refusal.ONNX_INPUT, found=f"{width} x {height}")
    if height is not None and height % (8 << (strides - 1)):
        raise RefusedError(Refusal.ONNX_INPUT, found=f"{width} x {height}")
    return height, False, None


def _heads(header: OnnxHeader, strides: int) -> list[tuple[End, int]]:
    """Return each output with how many numbers it gives of a place: a score, four sides of a box, five points."""
    numbers = [1] * strides + [4] * strides + [10] * strides
    return list(zip(header.outputs, numbers, strict=True))


def _embedder(header: OnnxHeader, wanted: _Wanted) -> tuple[int, bool, int]:
    """Return the side of an embedder's chips, whether it takes several, and the size of its embeddings."""
    if len(header.outputs) != 1:
        raise RefusedError(Refusal.ONNX_OUTPUTS, found=str(len(header.outputs)))
    batch, height, width = _picture(header)
    if height is None or height != width or (height % 112 and height % 128):
        raise RefusedError(Refusal.ONNX_INPUT, found=f"{width} x {height}")
    if wanted.side_px not in (None, height):
        raise RefusedError(Refusal.MANIFEST_LIES, found="input_size")
    (output,) = header.outputs
    shape = output.shape or ()
    dimension = shape[1] if len(shape) == 2 else None
    if output.kind != FLOAT or dimension is None or dimension > 8192:
        raise RefusedError(Refusal.ONNX_OUTPUTS, found=output.name)
    if wanted.dimension not in (None, dimension):
        raise RefusedError(Refusal.MANIFEST_LIES, found="embedding_dimension")
    return height, batch is None, dimension


def _picture(header: OnnxHeader) -> tuple[int | None, int | None, int | None]:
    """Return how many pictures the only input takes, their height and width; None where free."""
    if len(header.inputs) != 1:
        raise RefusedError(Refusal.ONNX_INPUT, found=str(len(header.inputs)))
    (end,) = header.inputs
    shape = end.shape or ()
    if end.kind != FLOAT or len(shape) != 4 or shape[0] not in (None, 1) or shape[1] not in (None, 3):
        raise RefusedError(Refusal.ONNX_INPUT, found=end.name)
    batch, _colours, height, width = shape
    if any(side is not None and side > 8192 for side in (height, width)):
        raise RefusedError(Refusal.ONNX_INPUT, found=f"{width} x {height}")
    return batch, height, width


def _header(container: Container, name: str) -> OnnxHeader:
    with container.open(name) as (stream, size), _about(name):
        return read_header(stream, size)


@contextmanager
def _about(file: str) -> Iterator[None]:
    """Say of which file a refusal is."""
    try:
        yield
    except RefusedError as error:
        raise RefusedError(error.why, file, error.found) from error


def _licence(
    container: Container, where: str, model_id: str, now: datetime, public_keys: Sequence[bytes]
) -> PackageLicence:
    if not container.has(where):
        return inspect_licence(None, model_id, now, public_keys)
    content = _small(container, where, licence.MOST_BYTES)
    found = inspect_licence(content if content is not None else b"", model_id, now, public_keys)
    if found.state is LicenceState.INVALID:
        raise RefusedError(Refusal.LICENCE, where, found.fault)
    return found


def _small(container: Container, name: str, most: int) -> bytes | None:
    """Return a small file whole, or None where it is larger."""
    with container.open(name) as (stream, size):
        if size > most:
            return None
        return stream.read(most + 1)
