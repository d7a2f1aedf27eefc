"""One installation at a time: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from countenance.translations import _
from countenance.work import CancelToken, ProgressHook

_ASK_AGAIN_S = 0.1


@contextmanager
def store_lock(store: Path, on_progress: ProgressHook, cancel: CancelToken) -> Iterator[None]:
    """Hold the store's lock for a block; waits while another process or thread holds it.

    Raises:
        CancelledError: the user stopped the waiting.
    """
    with (store / ".lock").open("a+b") as file:
        told = False
        while not _try_lock(file):
            cancel.raise_if_cancelled()
            if not told:
                on_progress(_("Waiting for another installation"), 0, 0)
                told = True
            time.sleep(_ASK_AGAIN_S)
        try:
            yield
        finally:
            _unlock(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
