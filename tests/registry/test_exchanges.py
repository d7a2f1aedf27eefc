import json

from registry import Registry


def test_the_journal_remembers_what_left_and_what_came_in(registry: Registry) -> None:
    registry.exchanges.exported(["P0002", "P0001"], {"people": 2, "grants": 3}, "a" * 64)
    registry.exchanges.imported("there", {"new": 1}, "b" * 64)

    out, into = registry.journal_entries()[-2:]

    assert (out.action, out.subject) == ("consent.exported", registry.id)
    assert json.loads(out.facts) == {"people": 2, "grants": 3, "who": ["P0001", "P0002"], "file": "a" * 64}
    assert into.action == "consent.imported"
    assert json.loads(into.facts) == {"new": 1, "source": "there", "file": "b" * 64}
