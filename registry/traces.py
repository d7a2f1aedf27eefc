"""Known bytes looked for where nothing of them should be: in every page of a registry, whatever uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt

from registry.lane import Lane
from registry.pages import BODY_BYTES, PageCipher, each_page, free_pages, journal_pages, log_pages

# Below this, chance alone would find a trace in pictures.
SHORTEST_TRACE_BYTES = 8
# But a name of two Chinese characters has six; as much of one stands in a whole registry by chance once in thousands.
SHORTEST_NAME_BYTES = 5
# Of long contents a piece is looked for every so many bytes, so that some stand on each page that holds a part.
_PIECE_BYTES, _STEP_BYTES, _LONG_STEP_BYTES, _LONG_BYTES = 24, 64, 512, 65_536
# Even tones, silence and tables of formats repeat a few bytes, which stand in anybody's files.
_DISTINCT_BYTES = 12
# Even grounds of pictures repeat a few codes, with a period of some bits. A piece of anything else ends as it begins,
# in so many bits, once in 2 to the power of 47.
_REPEATED_BITS = 48
_START_OF_SCAN = b"\xff\xda"
# Of one component to four: ISO/IEC 10918-1, B.2.3.
_SCAN_HEADER_BYTES = (8, 10, 12, 14)
_BATCH_PAGES = 256
_SIEVE_BITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Some bytes of a person, to be looked for.

    Attributes:
        kind: what it is a part of: "name", "picture", "template", …
        source: id of the record it stood in.
        content: at least `SHORTEST_NAME_BYTES`.
        told: whether it is worth telling that it stands in records of others: what many records have in common, such
            as the wording of a form, is not. Where no record explains it, it is told all the same.
    """

    kind: str
    source: str
    content: bytes = field(repr=False)
    told: bool = True


def pieces_of(
    content: bytes, kind: str, source: str, *, distinct: int = _DISTINCT_BYTES, told: bool = True
) -> tuple[Trace, ...]:
    """Return pieces of a picture, sound, template, document or long text by which a page's worth of it would be known.

    Nothing comes of contents that are alike everywhere, such as silence.
    """
    step = _STEP_BYTES if len(content) <= _LONG_BYTES else _LONG_STEP_BYTES
    begin = _drawn_from(content) if kind == "picture" else 0
    pieces = (content[at : at + _PIECE_BYTES] for at in range(begin, len(content), step))
    return tuple(
        Trace(kind=kind, source=source, content=piece, told=told)
        for piece in pieces
        if len(set(piece)) >= distinct and not (kind == "picture" and _repeats(piece))
    )


def _repeats(piece: bytes) -> bool:
    """Return whether a piece goes on as it began, and so would be the same of any even ground."""
    bits, count = int.from_bytes(piece, "big"), 8 * len(piece)
    return any(
        bits >> period == bits & ((1 << (count - period)) - 1) for period in range(1, count - _REPEATED_BITS + 1)
    )


def _drawn_from(content: bytes) -> int:
    """Return where in a JPEG its drawing begins: the tables before, and the header of the scan, all pictures share."""
    mark = content.find(_START_OF_SCAN)
    if mark < 0:
        return 0
    begin = mark + len(_START_OF_SCAN)
    length = int.from_bytes(content[begin : begin + 2], "big")
    return begin + length if length in _SCAN_HEADER_BYTES else mark


class Sieve:
    """Finds any of many traces in one reading.

    Args:
        traces: each of at least `SHORTEST_NAME_BYTES`.
    """

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._by_start: dict[bytes, list[Trace]] = {}
        for trace in traces:
            self._by_start.setdefault(trace.content[:SHORTEST_NAME_BYTES], []).append(trace)
        self._hints = np.zeros(1 << _SIEVE_BITS, dtype=np.bool_)
        for start in self._by_start:
            self._hints[int.from_bytes(start[: _SIEVE_BITS // 8], "little")] = True

    def hits(self, content: bytes) -> Iterator[tuple[int, Trace]]:
        """Yield where in `content` which trace begins."""
        if len(content) < SHORTEST_NAME_BYTES:
            return
        values: npt.NDArray[np.uint8] = np.frombuffer(content, dtype=np.uint8)
        wide = values.astype(np.uint32)
        starts = wide[:-2] | (wide[1:-1] << 8) | (wide[2:] << 16)
        for at in np.flatnonzero(self._hints[starts]).tolist():
            for trace in self._by_start.get(content[at : at + SHORTEST_NAME_BYTES], ()):
                if content.startswith(trace.content, at):
                    yield at, trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A trace found below SQL.

    Attributes:
        place: "file", or how the name of a file beside it ends: "-journal", "-wal".
        page: its number.
        free: whether nothing uses the page.
    """

    trace: Trace
    place: str
    page: int
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What reading every page came to.

    Attributes:
        pages, size: how many pages and decrypted bytes were searched, files beside the registry's included.
        free: how many of the pages nothing used.
        beside: ends of the names of the files beside it that were searched.
    """

    pages: int
    size: int
    free: int
    beside: tuple[str, ...]
    hits: tuple[Hit, ...]


def search_pages(lane: Lane, traces: Sequence[Trace]) -> Search:
    """Decrypt every page of an open registry, and of SQLite's files beside it, and look for traces.

    The caller holds the lane's query, so that nobody writes meanwhile.
    """
    assert lane.key is not None
    cipher, sieve, source = PageCipher(lane.key), Sieve(traces), lane.raw()
    free = free_pages(source, cipher)
    pages, found = _sift(each_page(source), cipher, sieve)
    hits = [Hit(trace=trace, place="file", page=number, free=number in free) for number, trace in found]
    beside = []
    for ending, read in (("-journal", journal_pages), ("-wal", log_pages)):
        other = lane.path.with_name(lane.path.name + ending)
        if other.exists():
            beside.append(ending)
            with other.open("rb") as opened:
                more, found = _sift(read(opened), cipher, sieve)
            pages += more
            hits += [Hit(trace=trace, place=ending, page=number) for number, trace in found]
    return Search(pages=pages, size=pages * BODY_BYTES, free=len(free), beside=tuple(beside), hits=tuple(hits))


def _sift(
    pages: Iterable[tuple[int, bytes]], cipher: PageCipher, sieve: Sieve
) -> tuple[int, tuple[tuple[int, Trace], ...]]:
    """Return how many pages there were, and which trace stands on which."""
    count, found = 0, []
    for batch in _batches(pages):
        content = b"".join(cipher.decrypted(number, page) for number, page in batch)
        found += [(batch[at // BODY_BYTES][0], trace) for at, trace in sieve.hits(content)]
        count += len(batch)
    return count, tuple(found)


def _batches(pages: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    waiting = iter(pages)
    while batch := list(islice(waiting, _BATCH_PAGES)):
        yield batch
