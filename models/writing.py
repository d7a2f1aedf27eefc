"""Writing small files of the store so that a kill, or a full disk, leaves the whole of them or what was there."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and have the system put it on the disk.

    Raises:
        OSError: there is such a file, or it cannot be written.
    """
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes) -> None:
    """Put a file in the place of the one of its name, whole or not at all; its folder is made if need be.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not a temporary file of the library's: those are for their maker's eyes alone, and stores are shared.
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        write_durably(partial, content)
        partial.replace(path)
    finally:
        with contextlib.suppress(OSError):  # its folder itself may be gone
            partial.unlink(missing_ok=True)
