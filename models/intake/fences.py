"""What the process that reads packages takes from itself before it opens the first one."""

from __future__ import annotations

import sys
from pathlib import Path

from countenance.confinement import be_untraceable, confine, gain_no_privileges, leave_network, program_places
from models.intake.containers import MOST_BYTES

_ADDRESS_SPACE = 1 << 30
_DATA = 256 << 20
_OPEN_FILES = 64
_CPU_S = 300


def raise_fences(package: Path, target: Path) -> None:
    """Leave this process only the right to read `package` and to make files in `target`, and little memory and time.

    A fence that the system does not offer is left out.
    """
    _limit()
    if sys.platform == "linux":
        gain_no_privileges()
        be_untraceable()
        leave_network()
        confine([*program_places(), package], [target])


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock is what holds there
        return
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, _ADDRESS_SPACE),
        (resource.RLIMIT_DATA, _DATA),
        (resource.RLIMIT_FSIZE, MOST_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CPU, _CPU_S),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):  # a stricter limit is in force already, or macOS does not know this one
            continue
