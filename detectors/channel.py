from __future__ import annotations

import io
import os
import socket
import stat
from typing import BinaryIO

from countenance.wire import FailureCode
from detectors.failure import MediaFailure

_MOST_DESCRIPTORS = 4


class Requests(io.RawIOBase):
    """The stream of requests on standard input; a clip's open descriptor may come along with one (POSIX)."""

    def __init__(self, descriptor: int = 0) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._socket = _socket_at(descriptor)
        self._received: list[int] = []

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return exactly `size` bytes, fewer only at the end of the stream."""
        parts = []
        while size > 0:
            part = self._receive(size)
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    @property
    def has_clip(self) -> bool:
        """Whether a descriptor came along with the request just read."""
        return bool(self._received)

    def clip(self, path: str) -> BinaryIO:
        """Return the clip that belongs to the request just read, open for reading.

        Args:
            path: opened only where no descriptor came along.

        Raises:
            MediaFailure: there is no such file, it is not a regular one, or it may not be read.
        """
        given, self._received = self._received, []
        for spare in given[1:]:
            os.close(spare)
        try:
            descriptor = given[0] if given else os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except (OSError, ValueError) as error:
            raise MediaFailure(_refusal(error), type(error).__name__) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise MediaFailure(FailureCode.NOT_A_FILE)
        return os.fdopen(descriptor, "rb")

    def _receive(self, size: int) -> bytes:
        if self._socket is None:
            return os.read(self._descriptor, size)
        part, descriptors, _flags, _address = socket.recv_fds(self._socket, size, _MOST_DESCRIPTORS)
        self._received += descriptors
        return part


def _socket_at(descriptor: int) -> socket.socket | None:
    if not hasattr(socket, "recv_fds") or not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return None
    return socket.socket(fileno=os.dup(descriptor))


def _refusal(error: OSError | ValueError) -> FailureCode:
    if isinstance(error, PermissionError):
        return FailureCode.NO_PERMISSION
    return FailureCode.NOT_A_FILE if isinstance(error, IsADirectoryError) else FailureCode.MISSING
