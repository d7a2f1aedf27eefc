"""What the process that parses foreign bytes takes from itself before it reads the first one.

Called before any library is loaded: Landlock holds for the calling thread and those it starts later. Each fence that
the system does not offer is left out in silence; `Fence` names those that stand. Nothing here replaces the first fence,
which is that no key and no registry is ever given to this process.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from detectors.landlock import confine

_ADDRESS_SPACE = 6 * 1024**3
"""A second fence behind the resident size that the parent watches; models map more than they touch."""
_OPEN_FILES = 128
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_SYSTEM_READABLE = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/proc",
    "/sys/devices/system",
    "/dev/urandom",
    "/dev/null",
)


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
        standing += _privileges()
        standing += _network()
        if confine(_readable(models)):
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


def _privileges() -> Iterable[Fence]:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        yield Fence.NO_NEW_PRIVILEGES
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        yield Fence.NOT_TRACEABLE


def _network() -> Iterable[Fence]:
    """A network namespace of its own has no interface, not even a loopback that is up."""
    libc = ctypes.CDLL(None, use_errno=True)
    # With the right to do it, no user namespace is needed; it would cost the right to read other people's files.
    if libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        yield Fence.NO_NETWORK


def _readable(models: Path | None) -> list[Path]:
    own = Path(__file__).resolve().parents[1]
    places = [own, Path(sys.prefix), Path(sys.base_prefix), *map(Path, sys.path), *map(Path, _SYSTEM_READABLE)]
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    places += [Path(folder) for folder in libraries if folder]
    if models is not None:
        places.append(models)
    return [place for place in places if place.is_absolute() and place.exists()]
