from __future__ import annotations

import io
import struct
from typing import BinaryIO

from countenance.wire import FailureCode
from detectors.failure import MediaFailure

MOST_STREAMS = 256
_DEEPEST = 24
_MOST_BOXES = 20_000
_MOST_ENTRIES = 10_000
_SLACK_SAMPLES = 1000
_UNKNOWN_LENGTH = 0x7FFFF000
"""Recorders that cannot go back to write the length leave one behind that no file has."""
_LONGEST_DELTA, _SMALL_NEGATIVE = 0x7FFFFFFF, 0xF0000000
_HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex", b"dinf"}
# Where a table's count stands behind the version and flags, and how many bytes an entry takes at least.
_TABLES = {
    b"stts": (4, 8),
    b"ctts": (4, 8),
    b"stsc": (4, 12),
    b"stco": (4, 4),
    b"co64": (4, 8),
    b"stss": (4, 4),
    b"elst": (4, 12),
}
_RIFF_HOLDERS = {b"RIFF", b"LIST", b"RF64"}


def check_claims(source: BinaryIO, name: str) -> bool:
    """Return whether a file was cut off by its own word; refuse one whose tables promise what it cannot hold.

    Looks only at sizes and counts of ISO base media boxes (ISO/IEC 14496-12), RIFF lists and the segment of Matroska
    (RFC 9559, 5.1), before any decoder does. Of boxes only decoding tells whether their samples are all there.
    Leaves the file at its start.

    Args:
        source: the file.
        name: container name as sniffed.

    Raises:
        MediaFailure: nested too deep, too many tracks, or a table that is longer than its own box or the file.
    """
    walk = _Walk(source, source.seek(0, io.SEEK_END))
    try:
        if name in {"wav", "avi", "aiff"}:
            walk.riff(0, walk.size, 0)
        elif name in {"matroska", "webm"}:
            walk.segment()
        else:
            walk.boxes(0, walk.size, 0)
    except struct.error as error:  # it became shorter while it was read
        raise MediaFailure(FailureCode.DAMAGED, "shorter than it was") from error
    source.seek(0)
    return walk.cut_off


def check_chunks(source: BinaryIO) -> None:
    """Refuse a PNG (ISO/IEC 15948, 5.3) with a chunk that is longer than the rest of the file.

    Raises:
        MediaFailure: a chunk states more bytes than there are; the picture was cut off, or means to exhaust memory.
    """
    size = source.seek(0, io.SEEK_END)
    at, seen = len(b"\x89PNG\r\n\x1a\n"), 0
    while at + 8 <= size and seen < _MOST_BOXES:
        source.seek(at)
        length, kind = struct.unpack(">I4s", source.read(8))
        at += length + 12
        seen += 1
        if at > size:
            raise MediaFailure(FailureCode.DAMAGED, f"chunk of {length} bytes")
        if kind == b"IEND":
            break
    source.seek(0)


class _Walk:
    def __init__(self, source: BinaryIO, size: int) -> None:
        self.size = size
        self.cut_off = False
        self._source = source
        self._seen = self._tracks = 0
        self._timed: int | None = None
        self._sized: int | None = None

    def boxes(self, start: int, end: int, depth: int) -> None:
        self._check_depth(depth)
        at = start
        while at + 8 <= end and self._seen < _MOST_BOXES:
            self._seen += 1
            length, kind, head = self._box(at)
            if length < head:
                return
            inside = min(at + length, end)
            self._tracks += kind == b"trak"
            if self._tracks > MOST_STREAMS:
                raise MediaFailure(FailureCode.TOO_MANY_STREAMS, f"more than {MOST_STREAMS}")
            if kind in _HOLDERS:
                self._timed = self._sized = None
                self.boxes(at + head, inside, depth + 1)
            elif kind in _TABLES:
                self._table(kind, at + head, length - head)
            elif kind == b"stsz":
                self._sizes(at + head, length - head)
            at += length

    def riff(self, start: int, end: int, depth: int) -> None:
        self._check_depth(depth)
        at = start
        while at + 8 <= end and self._seen < _MOST_BOXES:
            self._seen += 1
            kind, length = struct.unpack("<4sI", self._read(at, 8))
            if kind == b"RIFX":  # the rare kind whose lengths are the other way round
                return
            if kind in _RIFF_HOLDERS:
                self.riff(at + 12, min(at + 8 + length, end), depth + 1)
            elif kind == b"data" or kind.endswith((b"dc", b"db", b"wb")):
                self.cut_off = self.cut_off or (at + 8 + length > self.size and length < _UNKNOWN_LENGTH)
            at += 8 + length + (length & 1)

    def segment(self) -> None:
        """EBML: an identifier, a length whose first byte says how many bytes it has, the content."""
        at = 0
        for kind in (b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"):
            head = self._read(at, 12)
            if len(head) < 12 or head[:4] != kind or not head[4]:
                return
            bytes_ = 9 - head[4].bit_length()
            length = int.from_bytes(head[4 : 4 + bytes_], "big") - (1 << 7 * bytes_)
            at += 4 + bytes_ + length
        # All ones stand for a length that was not known when recording began.
        self.cut_off = at > self.size and length + 1 < 1 << 7 * bytes_

    def _box(self, at: int) -> tuple[int, bytes, int]:
        length, kind = struct.unpack(">I4s", self._read(at, 8))
        if length == 1:
            wide = self._read(at + 8, 8)
            return (int.from_bytes(wide, "big") if len(wide) == 8 else 0), kind, 16
        return (self.size - at if length == 0 else length), kind, 8

    def _table(self, kind: bytes, at: int, room: int) -> None:
        before, entry = _TABLES[kind]
        count = int.from_bytes(self._read(at + before, 4), "big")
        if count * entry > max(0, room - before - 4):
            raise MediaFailure(FailureCode.IMPLAUSIBLE, f"{kind.decode()}: {count} entries in {room} bytes")
        if kind == b"stts":
            entries = self._read(at + before + 4, min(count, _MOST_ENTRIES) * entry)
            runs = list(struct.iter_unpack(">II", entries[: len(entries) // entry * entry]))
            deltas = [delta for _, delta in runs]
            self._timed = sum(samples for samples, _ in runs)
            self._check_samples()
            # A little below 2^32 is a small negative number that some writers leave behind.
            if any(_LONGEST_DELTA <= delta < _SMALL_NEGATIVE for delta in deltas):
                raise MediaFailure(FailureCode.IMPLAUSIBLE, f"stts: a frame of {max(deltas)} ticks")

    def _sizes(self, at: int, room: int) -> None:
        head = self._read(at + 4, 8)
        if len(head) < 8:
            return
        each, count = struct.unpack(">II", head)
        if each > self.size or (each == 0 and count * 4 > max(0, room - 12)):
            raise MediaFailure(FailureCode.IMPLAUSIBLE, f"stsz: {count} samples of {each} bytes")

        self._sized = count
        self._check_samples()

    def _check_samples(self) -> None:
        if self._timed is not None and self._sized is not None and self._timed > 2 * self._sized + _SLACK_SAMPLES:
            raise MediaFailure(FailureCode.IMPLAUSIBLE, f"times for {self._timed} samples, sizes for {self._sized}")

    def _check_depth(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise MediaFailure(FailureCode.IMPLAUSIBLE, f"nested deeper than {_DEEPEST}")

    def _read(self, at: int, length: int) -> bytes:
        self._source.seek(at)
        return self._source.read(length)
