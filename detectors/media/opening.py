"""Opens a container for libav as nameless bytes, so that a file can lead to nothing but itself."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

import av
from av.container import InputContainer

from countenance.wire import FailureCode
from detectors.failure import MediaFailure, failure_of
from detectors.media.claims import MOST_STREAMS
from detectors.media.progress import OnProgress

READING_ERRORS = (av.FFmpegError, ValueError, EOFError, OSError)
"""What PyAV raises on damaged files."""


class NamelessBytes:
    """The file as libav sees it: bytes without a name, so that nothing can be looked up beside it.

    Attributes:
        step: what is reported at each read: step, done, total.
    """

    def __init__(self, source: BinaryIO, on_progress: OnProgress) -> None:
        self._source = source
        self._on_progress = on_progress
        self.step = ("opening", 0.0, 0.0)

    def read(self, length: int) -> bytes:
        """Return the next bytes."""
        self._on_progress(*self.step)
        return self._source.read(length)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere in the file."""
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """Return where it stands."""
        return self._source.tell()


def open_container(source: NamelessBytes, name: str, max_pixels: int) -> InputContainer:
    """Return the opened container.

    Args:
        source: the file.
        name: libav's name of the format.
        max_pixels: the cap above which a picture is refused later.

    Raises:
        MediaFailure: it cannot be opened, or has too many streams.
    """
    source.seek(0)
    try:
        opened: InputContainer = av.open(
            cast(Any, source),
            "r",
            format=name,
            metadata_errors="ignore",
            buffer_size=256 * 1024,
            # Decoders are opened while looking at the streams, so a cap must hold there as well; with a margin,
            # or those just above ours would lose their size and could not be told from damaged ones.
            options={
                "max_pixels": str(2 * max_pixels),
                "protocol_whitelist": "",
                "max_streams": str(MOST_STREAMS * 2),
            },
            io_open=_refuse,
        )
    except (*READING_ERRORS, MemoryError) as error:
        raise failure_of(error) from error
    if len(opened.streams) > MOST_STREAMS:
        opened.close()
        raise MediaFailure(FailureCode.TOO_MANY_STREAMS, str(len(opened.streams)))
    return opened


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> object:
    """Every further opening that a file asks for: another file, a key, an address."""
    raise PermissionError(f"a file asked for another one ({len(url)} characters)")
