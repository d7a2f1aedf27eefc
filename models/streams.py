"""Reading large files piece by piece: hashed and copied without ever being in memory whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken

PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: how much of it, and its hash."""

    bytes: int
    sha256: str


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a file's content in pieces.

    Raises:
        ModelsError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except OSError as error:
        raise ModelsError(
            _("The file “{file}” cannot be read: {reason}.").format(
                file=path, reason=error.strerror or type(error).__name__
            ),
            details=repr(error),
        ) from error


def hash_file(path: Path, cancel: CancelToken) -> str:
    """Return a file's SHA-256 in lower-case hex.

    Raises:
        ModelsError: the file cannot be read.
        CancelledError: the user stopped the work.
    """
    return hash_pieces(pieces_of(path), cancel).sha256


def hash_pieces(pieces: Iterable[bytes], cancel: CancelToken) -> Read:
    """Return size and hash of what comes in pieces.

    Raises:
        CancelledError: the user stopped the work.
    """
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        cancel.raise_if_cancelled()
        digest.update(piece)
        size += len(piece)
    return Read(size, digest.hexdigest())


def copy_pieces(pieces: Iterable[bytes], target: Path, most: int, cancel: CancelToken) -> Read:
    """Write what comes in pieces to a new file, durably, at most `most` + 1 bytes; return size and hash.

    A size beyond `most` says that there was more. Where the work ends early, no file stays.

    Raises:
        OSError: the file cannot be written.
        CancelledError: the user stopped the work.
    """
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        try:
            for piece in pieces:
                cancel.raise_if_cancelled()
                taken = piece[: most + 1 - size]
                digest.update(taken)
                file.write(taken)
                size += len(taken)
                if size > most:
                    break
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            target.unlink()
            raise
    return Read(size, digest.hexdigest())
