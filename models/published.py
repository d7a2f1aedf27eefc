"""What a source gives, and where it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.manifests import ModelManifest, Variant


@dataclass(frozen=True, slots=True)
class Published:
    """A published version of a model and its files on this machine.

    Attributes:
        files: by published name; every one has the pinned hash.
    """

    variant: Variant
    files: Mapping[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a source works while one model is installed.

    Attributes:
        folder: an empty folder for the files of this model; who asked moves them away and removes it.
        downloads: keeps what is downloaded until it is whole and used; made if need be.
        wanted: the models that are still to be installed, this one among them.
    """

    folder: Path
    downloads: Path
    wanted: tuple[ModelManifest, ...]
