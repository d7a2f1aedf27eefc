"""What left the registry as a file, and what came in by one: remembered in the journal by ids and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from registry.journal import Facts
from registry.lane import Lane


class Exchanges:
    """The exports and imports of an open registry. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def exported(self, people: Iterable[str], counts: Mapping[str, int], sha256: str) -> None:
        """Remember that papers of people left the registry.

        Args:
            people: ids of those in the file: an erasure later tells that it is out of reach.
            counts: of each kind of record in it.
            sha256: of the file.
        """
        with self._lane.change() as db:
            facts: Facts = {**counts, "who": sorted(people), "file": sha256}
            self._lane.write_down(db, "consent.exported", self._lane.id, facts)

    def imported(self, source: str, counts: Mapping[str, int], sha256: str) -> None:
        """Remember that papers came in.

        Args:
            source: id of the registry they come from; empty for a roster that somebody wrote.
            counts: of what became of the records.
            sha256: of the file.
        """
        with self._lane.change() as db:
            facts: Facts = {**counts, "source": source, "file": sha256}
            self._lane.write_down(db, "consent.imported", self._lane.id, facts)
