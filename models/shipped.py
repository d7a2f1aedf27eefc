"""The files of the catalogue: manifests, packs and figures, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


@cache
def list_files(package: str) -> tuple[str, ...]:
    """Return the names of the TOML files of a package, without their ending, in alphabetical order."""
    names = [entry.name for entry in resources.files(package).iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_file(package: str, name: str, kind: type[T]) -> T:
    """Return what one of these files says."""
    return msgspec.toml.decode((resources.files(package) / f"{name}.toml").read_bytes(), type=kind)
