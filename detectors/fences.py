"""What the process that parses foreign bytes takes from itself before it reads the first one.

Called before any library is loaded: Landlock holds for the calling thread and those it starts later. Each fence that
the system does not offer is left out in silence; `Fence` names those that stand. Nothing here replaces the first fence,
which is that no key and no registry is ever given to this process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from countenance.confinement import be_untraceable, confine, gain_no_privileges, leave_network, program_places
from countenance.providers import Provider, provider_of
from countenance.wire_models import CPU

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """What a provider has to be left.

    Attributes:
        without: fences that cannot stand.
        device_files, folders: patterns of devices that are opened for writing too, and folders that are read.
    """

    without: frozenset[Fence] = frozenset()
    device_files: str = ""
    folders: tuple[str, ...] = ()
    open_files: int = _OPEN_FILES

    def devices(self) -> list[Path]:
        return sorted(Path("/dev").glob(self.device_files)) if self.device_files else []

    def readable(self) -> list[Path]:
        return [Path(folder) for folder in self.folders if Path(folder).exists()]


_NEEDS = {
    # CUDA sets aside address space for all memory of the machine and of its devices, talks to the driver through
    # /dev/nvidia*, and finds the devices in /sys. Its cache of kernels stays off (scan.child).
    Provider.CUDA: _Need(
        without=frozenset({Fence.ADDRESS_SPACE}),
        device_files="nvidia*",
        folders=("/sys/bus/pci", "/sys/devices", "/sys/module", "/etc/nvidia"),
        open_files=1024,
    ),
    # Core ML writes the program that it makes of a network into a temporary folder and reads it back.
    Provider.COREML: _Need(without=frozenset({Fence.ADDRESS_SPACE, Fence.NO_FILE_WRITES}), open_files=1024),
}
"""What is more than the processor and OpenVINO's part of it need; on Windows, where DirectML is, no fence stands."""


def raise_fences(models: Path | None, provider: str = CPU) -> tuple[Fence, ...]:
    """Raise every fence the system offers and return those that stand.

    A graphics processor's driver needs more than the processor does; as much is left open, and no more (docs/adr/0045).

    Args:
        models: the folder of model files, which stays readable beside the program itself and the system's libraries.
        provider: the onnxruntime execution provider that models will run on.
    """
    need = _NEEDS.get(provider_of(provider) or Provider.CPU, _Need())
    standing = [*_limit(need)]
    if sys.platform == "linux":
        if gain_no_privileges():
            standing.append(Fence.NO_NEW_PRIVILEGES)
        if be_untraceable():
            standing.append(Fence.NOT_TRACEABLE)
        if leave_network():
            standing.append(Fence.NO_NETWORK)
        readable = [*program_places(), *([models] if models and models.exists() else []), *need.readable()]
        if confine(readable, devices=need.devices()):
            standing.append(Fence.READ_ONLY)
    return tuple(standing)


def _limit(need: _Need) -> Iterable[Fence]:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's watch is what holds there.
        return
    for limit, value, fence in (
        (resource.RLIMIT_CORE, 0, Fence.NO_CORE_DUMPS),
        (resource.RLIMIT_AS, _ADDRESS_SPACE, Fence.ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, 0, Fence.NO_FILE_WRITES),
        (resource.RLIMIT_NOFILE, need.open_files, None),
    ):
        if fence in need.without:
            continue
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):  # a stricter limit is in force already, or macOS does not know this one
            continue
        if fence is not None:
            yield fence
