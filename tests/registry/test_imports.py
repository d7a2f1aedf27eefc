"""How far an import has come is kept with the people whom it enrolled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from countenance.errors import RegistryError
from registry import Registry
from registry.imports import ImportedEntry, ImportOutcome
from tests.registry.people import enrolled, opened

BATCH = "b" * 32


def entry(name: str = "e1", **fields) -> ImportedEntry:
    return ImportedEntry(**{"entry": name, "mark": "m1", "outcome": ImportOutcome.NOTHING_USABLE, **fields})


def test_entries_are_remembered_with_their_people(registry: Registry, path: Path) -> None:
    with registry.together():
        number = enrolled(registry)
        done = entry("e2", outcome=ImportOutcome.IMPORTED, person=number, facts={"refused": 2})
        registry.imports.note(BATCH, [entry(), done])

    with opened(path) as later:
        assert later.imports.entries(BATCH) == {"e1": entry(), "e2": done}
        assert later.imports.entries("another") == {}


def test_an_entry_that_was_kept_out_may_be_tried_again(registry: Registry) -> None:
    registry.imports.note(BATCH, [entry()])
    again = entry(outcome=ImportOutcome.IMPORTED, mark="m2", person=enrolled(registry))

    registry.imports.note(BATCH, [again])

    assert registry.imports.entries(BATCH) == {"e1": again}


def test_an_imported_entry_is_never_imported_twice(registry: Registry) -> None:
    registry.imports.note(BATCH, [entry(outcome=ImportOutcome.IMPORTED, person=enrolled(registry))])

    def import_again() -> None:
        with registry.together():
            number = enrolled(registry, "Twice Example")
            registry.imports.note(BATCH, [entry(outcome=ImportOutcome.IMPORTED, person=number)])

    with pytest.raises(RegistryError, match="Another program is importing"):
        import_again()

    assert [person.display_name for person in registry.people()] == ["Ada Example"]


def test_files_lead_to_whom_they_were_enrolled_for_first(registry: Registry) -> None:
    first = enrolled(registry)
    enrolled(registry, "Later Example")

    assert registry.imports.files() == {"b" * 64: first}


def test_the_end_of_an_import_stands_in_the_journal(registry: Registry) -> None:
    registry.imports.finish(BATCH, {"imported": 3, "kept_out": 1})

    last = registry.journal_entries()[-1]
    assert (last.action, last.subject) == ("import.finished", BATCH)
    assert json.loads(last.facts) == {"imported": 3, "kept_out": 1}
