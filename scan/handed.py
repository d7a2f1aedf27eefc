"""A clip's file as it is handed to the child: opened here, so that the child need not be able to open any."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from countenance.wire import FailureCode


def open_to_hand_over(path: str) -> int:
    """Return a descriptor of a regular file, open for reading.

    Raises:
        OSError, ValueError: there is none, it is not a regular one, or it may not be read; see `refusal`.
    """
    # Looked at before it is opened: a socket cannot be, and opening a device may set something off.
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise IsADirectoryError(path)
    # Not blocking, so that a named pipe put there meanwhile cannot hold us; a regular file does not care.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IsADirectoryError(path)
    return descriptor


def refusal(error: OSError | ValueError) -> FailureCode:
    """Return why a file could not be opened."""
    if isinstance(error, PermissionError):
        return FailureCode.NO_PERMISSION
    return FailureCode.NOT_A_FILE if isinstance(error, IsADirectoryError) else FailureCode.MISSING
