"""Protobuf's wire format (protobuf.dev, "Encoding"), read from front to back; what is not wanted is skipped unread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from models.intake.refusals import Refusal, RefusedError

VARINT, BYTES = 0, 2
STEP = 1 << 20
"""Most that is read at once."""

_FIXED64, _FIXED32 = 1, 5
_MOST_FIELDS = 2_000_000
_LONGEST_TEXT = 512


class Cursor:
    """A place in a stream that only moves on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._fields = 0
        self.at = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            RefusedError: there are not as many.
        """
        content = self._stream.read(count)
        if len(content) != count:
            raise RefusedError(Refusal.ONNX_DAMAGED)
        self.at += count
        return content

    def skip_to(self, place: int) -> None:
        """Move on to a place.

        Raises:
            RefusedError: the stream ends before it.
        """
        while self.at < place:
            # Forward in steps: a member of a zip is unpacked on the way, and a short file is noticed by `read`.
            step = min(place - self.at - 1, STEP)
            if step:
                self._stream.seek(step, 1)
                self.at += step
            if place - self.at == 1:
                self.read(1)

    def varint(self) -> int:
        """Return the next number.

        Raises:
            RefusedError: it does not end.
        """
        value = 0
        for shift in range(0, 70, 7):
            byte = self.read(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF
        raise RefusedError(Refusal.ONNX_DAMAGED)

    def fields(self, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield number, wire type and value of each field up to `end`; of bytes, the place where they end.

        Bytes that were not read by then are skipped.

        Raises:
            RefusedError: a field is cut short or of no known type, or there are too many.
        """
        while self.at < end:
            self._fields += 1
            if self._fields > _MOST_FIELDS:
                raise RefusedError(Refusal.ONNX_TOO_COMPLEX)
            key = self.varint()
            number, wire = key >> 3, key & 7
            if not number:
                raise RefusedError(Refusal.ONNX_DAMAGED)
            if wire == VARINT:
                yield number, wire, self.varint()
            elif wire in (_FIXED64, _FIXED32):
                yield number, wire, int.from_bytes(self.read(8 if wire == _FIXED64 else 4), "little")
            elif wire == BYTES:
                stop = self.varint() + self.at
                if stop > end:
                    raise RefusedError(Refusal.ONNX_DAMAGED)
                yield number, wire, stop
                self.skip_to(stop)
            else:
                raise RefusedError(Refusal.ONNX_DAMAGED)
        if self.at != end:
            raise RefusedError(Refusal.ONNX_DAMAGED)

    def text(self, end: int) -> str:
        """Return the bytes up to a place as text.

        Raises:
            RefusedError: it is longer than a name, or no text.
        """
        if end - self.at > _LONGEST_TEXT:
            raise RefusedError(Refusal.ONNX_TOO_COMPLEX)
        try:
            return self.read(end - self.at).decode("utf-8")
        except UnicodeDecodeError as error:
            raise RefusedError(Refusal.ONNX_DAMAGED) from error
