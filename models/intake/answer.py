"""What the process that reads packages is asked and answers: one JSON document each way, checked by its schema."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from models.impostor_tables import StatedImpostors
from models.intake.licence import PackageLicence
from models.intake.package_manifest import PackageTask
from models.intake.refusals import Refusal

MOST_BYTES = 256 * 1024
"""Of an answer."""

_LONGEST = 4096
Text = Annotated[str, Meta(max_length=_LONGEST)]
Side = Annotated[int, Meta(gt=0, le=8192)]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read the package at `path` and copy what is of use into the folder `target`.

    Attributes:
        path, target: as the system has them, whatever their encoding.
        now: ISO 8601 with a time zone: the moment at which a licence has to hold.
        public_keys: whose licences count, in hexadecimal.
    """

    path: bytes
    target: bytes
    now: str
    public_keys: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """The package is refused; see `models.intake.refusals.RefusedError`."""

    why: Refusal
    file: Text = ""
    found: Text = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of the package, copied to `<task>.onnx`.

    Attributes:
        file: what the package calls it.
        side_px: of the pictures it takes; None for any.
        batch: whether it takes several at once.
        outputs: how many it has.
        dimension: of an embedder's embeddings.
        mean, std: what is taken off the colours of a picture, and what the rest is divided by.
    """

    task: PackageTask
    file: Text
    bytes: Annotated[int, Meta(gt=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    side_px: Side | None
    batch: bool
    outputs: Annotated[int, Meta(gt=0, le=64)]
    dimension: Annotated[int, Meta(gt=0, le=8192)] | None
    mean: float
    std: Annotated[float, Meta(gt=0)]


class PackageFound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """What a package holds.

    Attributes:
        model_id: the manifest's; of a package without one, its folder's name.
        with_manifest: whether it has one.
        parts: at most one of each task.
        aside: names of models that are of no use here.
        licence: what its licence file says.
        impostors: the impostor table that its manifest states.
    """

    model_id: Text
    with_manifest: bool
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=2)]
    aside: Annotated[tuple[Text, ...], Meta(max_length=64)]
    licence: PackageLicence
    impostors: StatedImpostors | None = None


Answer = Refused | PackageFound


def writable(name: str) -> str:
    """Return a foreign name as an answer can carry it: names of files need not be text."""
    return name[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
