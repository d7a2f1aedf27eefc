"""Why a package is refused: a code on the way out of the process that read it, a sentence for a person here."""

from __future__ import annotations

from enum import StrEnum

from countenance.errors import ModelsError
from countenance.translations import _, mark


class Refusal(StrEnum):
    """Why a package is refused."""

    MISSING = "missing"
    NO_PERMISSION = "no_permission"
    NOT_A_PACKAGE = "not_a_package"
    NOT_A_ZIP = "not_a_zip"
    ZIP_DAMAGED = "zip_damaged"
    ZIP_UNUSUAL = "zip_unusual"
    ENCRYPTED = "encrypted"
    ESCAPES = "escapes"
    LINK = "link"
    DUPLICATE = "duplicate"
    NESTED = "nested"
    BOMB = "bomb"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NO_ROOM = "no_room"
    NOTHING_OF_USE = "nothing_of_use"
    MANIFEST_TOO_LARGE = "manifest_too_large"
    MANIFEST_UNREADABLE = "manifest_unreadable"
    MANIFEST_VERSION = "manifest_version"
    MANIFEST_FIELD = "manifest_field"
    MANIFEST_TASK = "manifest_task"
    MANIFEST_SAME_FILE = "manifest_same_file"
    MANIFEST_LIES = "manifest_lies"
    FILE_MISSING = "file_missing"
    WRONG_HASH = "wrong_hash"
    ONNX_DAMAGED = "onnx_damaged"
    ONNX_TOO_COMPLEX = "onnx_too_complex"
    ONNX_VERSION = "onnx_version"
    ONNX_OPERATOR = "onnx_operator"
    ONNX_EXTERNAL = "onnx_external"
    ONNX_TENSOR = "onnx_tensor"
    ONNX_INPUT = "onnx_input"
    ONNX_OUTPUTS = "onnx_outputs"
    NO_POINTS = "no_points"
    LICENCE = "licence"
    ENDED_EARLY = "ended_early"
    TOO_LONG = "too_long"


class RefusedError(Exception):
    """A package is refused.

    Attributes:
        why: the code.
        file: the file it is about, as the package calls it; empty where the whole package is meant.
        found: what was found there, a word or two of the package's own.
    """

    def __init__(self, why: Refusal, file: str = "", found: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.file = file
        self.found = found


_SENTENCES: dict[Refusal, str] = {
    Refusal.MISSING: mark("There is no folder and no file “{package}”."),
    Refusal.NO_PERMISSION: mark("“{file}” may not be read."),
    Refusal.NOT_A_PACKAGE: mark("“{package}” is neither a folder nor a zip of models."),
    Refusal.NOT_A_ZIP: mark("“{package}” is not a zip, or only part of one."),
    Refusal.ZIP_DAMAGED: mark("The zip “{package}” is damaged at “{file}”."),
    Refusal.ZIP_UNUSUAL: mark("The zip “{package}” is packed in a way that is not read here ({found})."),
    Refusal.ENCRYPTED: mark("“{file}” in the zip “{package}” is encrypted."),
    Refusal.ESCAPES: mark("“{package}” names a place outside of itself: “{file}”."),
    Refusal.LINK: mark("“{file}” in “{package}” is a link or a special file, not a file of its own."),
    Refusal.DUPLICATE: mark("The zip “{package}” holds “{file}” twice, or under names that differ by case only."),
    Refusal.NESTED: mark("The zip “{package}” holds another archive: “{file}”."),
    Refusal.BOMB: mark("“{file}” in the zip “{package}” would unpack to far more than a model does."),
    Refusal.TOO_LARGE: mark("“{file}” is larger than any model that is taken here."),
    Refusal.TOO_MANY: mark("“{package}” holds more files than a package of models does."),
    Refusal.NO_ROOM: mark("The models of “{package}” could not be written: there is no room, or no permission."),
    Refusal.NOTHING_OF_USE: mark("“{package}” holds no model that finds faces or tells them apart."),
    Refusal.MANIFEST_TOO_LARGE: mark("The manifest of “{package}” is larger than a manifest is."),
    Refusal.MANIFEST_UNREADABLE: mark("The manifest of “{package}” is not proper JSON ({found})."),
    Refusal.MANIFEST_VERSION: mark("The manifest of “{package}” is of version {found}; only version 2 is read."),
    Refusal.MANIFEST_FIELD: mark("The manifest of “{package}” does not say “{found}”, or not as it has to be said."),
    Refusal.MANIFEST_TASK: mark("The manifest of “{package}” names no model for “{found}”."),
    Refusal.MANIFEST_SAME_FILE: mark("The manifest of “{package}” names “{file}” for two tasks."),
    Refusal.MANIFEST_LIES: mark("“{file}” is not what the manifest of “{package}” says of it ({found})."),
    Refusal.FILE_MISSING: mark("“{file}”, which the manifest of “{package}” names, is not there."),
    Refusal.WRONG_HASH: mark("“{file}” is not the file that the manifest of “{package}” means: its hash differs."),
    Refusal.ONNX_DAMAGED: mark("“{file}” is not an ONNX model, or only part of one."),
    Refusal.ONNX_TOO_COMPLEX: mark("“{file}” has more parts than a model of faces has."),
    Refusal.ONNX_VERSION: mark("“{file}” is of a version of ONNX that is not run here ({found})."),
    Refusal.ONNX_OPERATOR: mark("“{file}” uses something that is not run here: “{found}”."),
    Refusal.ONNX_EXTERNAL: mark("“{file}” keeps its numbers in another file, which is never opened."),
    Refusal.ONNX_TENSOR: mark("“{file}” says that “{found}” is of another size or kind than it is."),
    Refusal.ONNX_INPUT: mark("“{file}” does not take pictures of a kind that is cut here ({found})."),
    Refusal.ONNX_OUTPUTS: mark("“{file}” does not answer as a model of its kind does ({found})."),
    Refusal.NO_POINTS: mark("“{file}” finds faces but not their eyes, nose and mouth, by which faces are cut out."),
    Refusal.LICENCE: mark("The licence file of “{package}” is not valid: {found}."),
    Refusal.ENDED_EARLY: mark("“{package}” could not be read; the process that reads packages ended early."),
    Refusal.TOO_LONG: mark("“{package}” could not be read in ten minutes."),
}
_FETCH_AGAIN = mark("Fetch the package again from its publisher.")
_ASK = mark("Ask its publisher for a package that InsightFace itself loads, or choose another.")
_UNPACK = mark("Unpack it where you trust what is in it, and give the folder instead.")
_REMEDIES: dict[Refusal, str] = {
    Refusal.MISSING: mark("Check the spelling and the folder."),
    Refusal.NO_PERMISSION: mark("Ask its owner for the right to read it."),
    Refusal.NOT_A_PACKAGE: mark("Give the folder, or the zip, that holds the models."),
    Refusal.NOT_A_ZIP: _FETCH_AGAIN,
    Refusal.ZIP_DAMAGED: _FETCH_AGAIN,
    Refusal.ZIP_UNUSUAL: _UNPACK,
    Refusal.ENCRYPTED: _UNPACK,
    Refusal.NESTED: _UNPACK,
    Refusal.TOO_MANY: mark("Put the models that are wanted into a folder of their own and give that."),
    Refusal.NO_ROOM: mark("Make room or choose another folder with COUNTENANCE_MODELS."),
    Refusal.NOTHING_OF_USE: mark("Give the folder, or the zip, that holds the models."),
    Refusal.MANIFEST_TASK: mark("To use one model alone, put its file into a folder without a manifest and give that."),
    Refusal.FILE_MISSING: _FETCH_AGAIN,
    Refusal.WRONG_HASH: _FETCH_AGAIN,
    Refusal.ONNX_DAMAGED: _FETCH_AGAIN,
    Refusal.NO_POINTS: mark("Choose a detector with five points, such as det_10g.onnx."),
    Refusal.LICENCE: mark(
        "Ask InsightFace for another, or take the file MODEL.LICENSE away and use the weights for research only."
    ),
    Refusal.TOO_LONG: mark("Copy it to a disk of this machine and try again."),
}


def refuse(package: str, error: RefusedError) -> ModelsError:
    """Return what a person reads when the package called `package` is refused."""
    sentence = _(_SENTENCES[error.why]).format(
        package=printable(package), file=printable(error.file or package), found=printable(error.found)
    )
    return ModelsError(sentence, remedy=_(_REMEDIES.get(error.why, _ASK)), details=error.why.value)


def printable(text: str) -> str:
    """Return foreign text fit for a sentence: one line, at most 120 characters, nothing that is not shown."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= 120 else shown[:119] + "…"
