"""A bound on memory while something is tried that nobody has seen run: what it asks for beyond that is refused to it.

The parent looks at this process fifty times a second, and between two looks gigabytes may be filled. The system's own
bound does not wait: setrlimit(2), RLIMIT_DATA, which counts private memory of every kind since Linux 4.7.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def memory_bounded(room_bytes: int) -> Iterator[bool]:
    """Let this process take at most so many bytes of memory more than it has, for a block; gives whether that holds.

    Args:
        room_bytes: 0 for no bound.
    """
    has = _private_bytes() if room_bytes else None
    if has is None:
        yield False
        return
    import resource

    before, highest = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = has + room_bytes
    known = [limit for limit in (before, highest) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([wanted, *known]), highest))
    try:
        yield True
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, highest))


def _private_bytes() -> int | None:
    """Return what the system counts as this process's data; None where it does not say."""
    if sys.platform != "linux":
        return None
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    except (OSError, ValueError, StopIteration):  # no /proc here: the parent's watch is what holds
        return None
