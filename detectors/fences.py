"""What the process that parses foreign bytes takes from itself before it reads the first one.

Called before any library is loaded: Landlock holds for the calling thread and those it starts later. Each fence that
the system does not offer is left out in silence; `Fence` names those that stand. Nothing here replaces the first fence,
which is that no key and no registry is ever given to this process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from countenance.confinement import be_untraceable, confine, gain_no_privileges, leave_network, program_places

_ADDRESS_SPACE = 6 * 1024**3
"""A second fence behind the resident size that the parent watches; models map more than they touch."""
_OPEN_FILES = 128


class Fence(StrEnum):
    """A fence that stands."""

    NO_CORE_DUMPS = "no core dumps"
    ADDRESS_SPACE = "address space limited"
    NO_FILE_WRITES = "no bytes into files"
    NOT_TRACEABLE = "not traceable"
    NO_NEW_PRIVILEGES = "no new privileges"
    NO_NETWORK = "no network"
    READ_ONLY = "reads only the program and its models"


def raise_fences(models: Path | None) -> tuple[Fence, ...]:
    """Raise every fence the system offers and return those that stand.

    Args:
        models: the folder of model files, which stays readable beside the program itself and the system's libraries.
    """
    standing = [*_limit()]
    if sys.platform == "linux":
        if gain_no_privileges():
            standing.append(Fence.NO_NEW_PRIVILEGES)
        if be_untraceable():
            standing.append(Fence.NOT_TRACEABLE)
        if leave_network():
            standing.append(Fence.NO_NETWORK)
        if confine([*program_places(), *([models] if models and models.exists() else [])]):
            standing.append(Fence.READ_ONLY)
    return tuple(standing)


def _limit() -> Iterable[Fence]:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's watch is what holds there.
        return
    for limit, value, fence in (
        (resource.RLIMIT_CORE, 0, Fence.NO_CORE_DUMPS),
        (resource.RLIMIT_AS, _ADDRESS_SPACE, Fence.ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, 0, Fence.NO_FILE_WRITES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, None),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):  # a stricter limit is in force already, or macOS does not know this one
            continue
        if fence is not None:
            yield fence
