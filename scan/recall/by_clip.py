"""Records of many clips, found by a clip's mark without looking at each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from countenance.decisions import ClipMark

Record = TypeVar("Record")


class ByClip(Generic[Record]):
    """Records by the clip that they are about.

    Args:
        records: in the order in which they are returned.
        mark_of: says which clip a record is about.
    """

    def __init__(self, records: Iterable[Record], mark_of: Callable[[Record], ClipMark]) -> None:
        self._records = tuple(records)
        self._by_file: dict[str, list[int]] = {}
        self._by_streams: dict[str, list[int]] = {}
        for place, record in enumerate(self._records):
            mark = mark_of(record)
            self._by_file.setdefault(mark.sha256, []).append(place)
            if mark.streams:
                self._by_streams.setdefault(mark.streams, []).append(place)

    def about(self, clip: ClipMark) -> Sequence[Record]:
        """Return the records about a clip, whatever file it is in (`ClipMark.is_same_clip`)."""
        places = {*self._by_file.get(clip.sha256, ()), *self._by_streams.get(clip.streams, ())}
        return tuple(self._records[place] for place in sorted(places))
