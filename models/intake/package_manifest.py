"""InsightFace's manifest of a package of models, version 2 (insightface 2.1, model_zoo/package_manifest.py).

Read more strictly than there: whatever is not a manifest of version 2 is refused, and never taken for no manifest.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NoReturn

from countenance.errors import ModelsError
from models.impostor_tables import KEY, TABLE, StatedImpostors, stated_impostors
from models.intake.refusals import Refusal, RefusedError

NAME = "manifest.json"
LICENCE_NAME = "MODEL.LICENSE"
MOST_BYTES = 1 << 20

MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = 2


class PackageTask(StrEnum):
    """What a model of a package is for."""

    DETECTION = "detection"
    RECOGNITION = "recognition"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What is taken off each colour of a picture of 0 to 255, and what the rest is divided by."""

    mean: float
    std: float


EMBEDDED = Preprocessing(0.0, 1.0)
"""The network does it itself."""

DEFAULTS = {
    PackageTask.DETECTION: Preprocessing(127.5, 128.0),
    PackageTask.RECOGNITION: Preprocessing(127.5, 127.5),
    PackageTask.VERIFICATION: EMBEDDED,
}


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One model, as the manifest tells of it; None where it does not.

    Attributes:
        file: relative, “/” between folders, and inside of the package by its looks.
        side_px: of an embedder's input.
        dimension: of its embeddings.
    """

    file: str
    sha256: str | None
    preprocessing: Preprocessing
    side_px: int | None
    dimension: int | None


@dataclass(frozen=True, slots=True)
class PackageManifest:
    """A manifest of version 2.

    Attributes:
        impostors: how alike strangers are to these models, as the publisher states; None where nothing is stated.
    """

    model_id: str
    licence: str
    tasks: dict[PackageTask, TaskEntry]
    impostors: StatedImpostors | None


def parse_manifest(content: bytes) -> PackageManifest:
    """Return a package's manifest.

    Raises:
        RefusedError: it is not proper JSON, of another version, or says something that cannot be.
    """
    document = read_json(content)
    version = document.get("manifest_version")
    if type(version) is not int or version != _VERSION:
        raise RefusedError(Refusal.MANIFEST_VERSION, found=json.dumps(version)[:40])
    model_id = _text(document.get("model_id"), "model_id")
    if not MODEL_ID.fullmatch(model_id):
        _unclear("model_id")
    _text(document.get("display_name", model_id), "display_name")
    licence = _path(document.get("license"), "license", ".license")
    if PurePosixPath(licence).name != LICENCE_NAME:
        _unclear("license")
    entries = document.get("tasks")
    if not isinstance(entries, dict):
        _unclear("tasks")
    tasks = {task: _task(task, entries[task.value]) for task in PackageTask if task.value in entries}
    for task in (PackageTask.DETECTION, PackageTask.RECOGNITION):
        if task not in tasks:
            raise RefusedError(Refusal.MANIFEST_TASK, found=task.value)
    files = [entry.file for entry in tasks.values()]
    for file in files:
        if files.count(file) > 1:
            raise RefusedError(Refusal.MANIFEST_SAME_FILE, file)
    try:
        impostors = stated_impostors(document)
    except ModelsError as error:
        raise RefusedError(Refusal.MANIFEST_FIELD, found=f"{KEY}.{TABLE}") from error
    return PackageManifest(model_id, licence, tasks, impostors)


def read_json(content: bytes) -> dict[str, object]:
    """Return a JSON object; duplicate names, numbers that are none, and byte order marks are refused.

    Raises:
        RefusedError: it is not one.
    """
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError as error:
        raise RefusedError(Refusal.MANIFEST_UNREADABLE, found="depth") from error
    except ValueError as error:  # of UTF-8, of JSON, and of the two functions below
        raise RefusedError(Refusal.MANIFEST_UNREADABLE, found=str(error)[:80]) from error
    if not isinstance(document, dict):
        raise RefusedError(Refusal.MANIFEST_UNREADABLE, found=type(document).__name__)
    return document


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name twice"
        raise ValueError(message)
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _task(task: PackageTask, entry: object) -> TaskEntry:
    here = f"tasks.{task.value}"
    if not isinstance(entry, dict):
        _unclear(here)
    sha256 = entry.get("sha256")
    if "sha256" in entry and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        _unclear(f"{here}.sha256")
    if "preprocessing_version" in entry:
        _text(entry["preprocessing_version"], f"{here}.preprocessing_version")
    side = dimension = None
    if task is PackageTask.RECOGNITION:
        if "input_size" in entry:
            side = _square(entry["input_size"], f"{here}.input_size")
        if "embedding_dimension" in entry:
            dimension = _count(entry["embedding_dimension"], f"{here}.embedding_dimension")
    return TaskEntry(
        file=_path(entry.get("file"), f"{here}.file", ".onnx"),
        sha256=sha256,
        preprocessing=_preprocessing(entry, task, f"{here}.preprocessing"),
        side_px=side,
        dimension=dimension,
    )


def _preprocessing(entry: dict[str, object], task: PackageTask, here: str) -> Preprocessing:
    if "preprocessing" not in entry:
        return DEFAULTS[task]
    value = entry["preprocessing"]
    if value == "embedded":
        return EMBEDDED
    if not isinstance(value, dict) or value.keys() != {"mean", "std"}:
        _unclear(here)
    mean, std = (_number(value[name], f"{here}.{name}") for name in ("mean", "std"))
    if std <= 0:
        _unclear(f"{here}.std")
    return Preprocessing(mean, std)


def _path(value: object, here: str, suffix: str) -> str:
    path = _text(value, here)
    relative = PurePosixPath(path)
    unsafe = "\\" in path or "\0" in path or ":" in path or relative.is_absolute()
    if unsafe or any(part in ("", ".", "..") for part in path.removeprefix("./").split("/")):
        raise RefusedError(Refusal.ESCAPES, path)
    if relative.suffix.lower() != suffix:
        _unclear(here)
    return str(relative)


def _text(value: object, here: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _unclear(here)
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character ("\\ud800") is no name of anything
        _unclear(here)
    return value.strip()


def _number(value: object, here: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9 or not math.isfinite(value):
        _unclear(here)
    return float(value)


def _count(value: object, here: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 31:
        _unclear(here)
    return value


def _square(value: object, here: str) -> int:
    if not isinstance(value, list) or len(value) != 2:
        _unclear(here)
    width, height = (_count(side, here) for side in value)
    if width != height:
        _unclear(here)
    return width


def _unclear(here: str) -> NoReturn:
    raise RefusedError(Refusal.MANIFEST_FIELD, found=here)
