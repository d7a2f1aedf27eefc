"""How far imports of many people have come: kept with the people themselves, never one without the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.translations import _
from registry.lane import Lane


class ImportOutcome(StrEnum):
    """What became of an entry whose files were examined."""

    IMPORTED = "imported"
    NOTHING_USABLE = "nothing_usable"
    TWO_PEOPLE = "two_people"
    LOOK_ALIKE = "look_alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedEntry:
    """One entry of a list or folder, as an import left it.

    Attributes:
        entry: tells it from the others of its import: a hash, since nobody was enrolled for an entry kept out.
        mark: hash of what was imported, by which a changed entry is noticed.
        person: id; None where nobody was enrolled.
        facts: counts, such as how many samples were refused for which reason.
    """

    entry: str
    mark: str
    outcome: ImportOutcome
    person: str | None = None
    facts: Mapping[str, int] = field(default_factory=dict)


class Imports:
    """The imports of an open registry, each known by a hash of where it came from. Raises what `Registry` does."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def entries(self, batch: str) -> dict[str, ImportedEntry]:
        """Return the entries that an import has been through, by `ImportedEntry.entry`."""
        with self._lane.query() as db:
            return _read(db, batch)

    def files(self) -> dict[str, str]:
        """Return the person whom each file was first enrolled for, by the file's SHA-256."""
        with self._lane.query() as db:
            return dict(db.execute("select file_sha256, person from samples order by rowid desc").fetchall())

    def note(self, batch: str, entries: Sequence[ImportedEntry]) -> None:
        """Note what became of entries; in one `Registry.together` with the enrolment of their people.

        Raises:
            RegistryError: one of them has been imported meanwhile.
        """
        with self._lane.change() as db:
            before = _read(db, batch)
            done = {entry for entry, known in before.items() if known.outcome is ImportOutcome.IMPORTED}
            if done & {entry.entry for entry in entries}:
                raise RegistryError(
                    _("Another program is importing the same people."),
                    remedy=_("Wait until it has finished, then start this import again: it goes on from there."),
                )
            at = self._lane.now().isoformat()
            db.table("imports").insert_all(
                [
                    {
                        "batch": batch,
                        "entry": entry.entry,
                        "mark": entry.mark,
                        "person": entry.person,
                        "outcome": entry.outcome.value,
                        "facts": msgspec.json.encode(entry.facts).decode(),
                        "at": at,
                    }
                    for entry in entries
                ],
                replace=True,
            )

    def finish(self, batch: str, counts: Mapping[str, int]) -> None:
        """Write into the journal that an import has come to its end, with its counts."""
        with self._lane.change() as db:
            self._lane.write_down(db, "import.finished", batch, dict(counts))


def _read(db: Database, batch: str) -> dict[str, ImportedEntry]:
    rows = db.execute("select entry, mark, person, outcome, facts from imports where batch = ?", [batch]).fetchall()
    return {
        entry: ImportedEntry(
            entry=entry,
            mark=mark,
            person=person,
            outcome=ImportOutcome(outcome),
            facts=msgspec.json.decode(facts, type=dict[str, int]),
        )
        for entry, mark, person, outcome, facts in rows
    }
