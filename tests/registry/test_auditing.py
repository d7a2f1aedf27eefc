import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.people import Modality
from registry import DocumentKind, HeadState, JournalChoice, KeyringState, Registry, deed_sentence, file, journal
from registry.deeds import DEEDS
from registry.records import JournalEntry
from tests.registry.noise import drawn
from tests.registry.people import BINDING, NOW, OTHER_BINDING, PAPERS, consent, enrolled, grant, opened, person

ROOM = Path(journal.__file__).parent


def test_a_registry_that_nobody_tampered_with_holds(registry: Registry, path: Path) -> None:
    ada = enrolled(registry)
    registry.documents.add(ada, ada, DocumentKind.OTHER, "paper.pdf", b"a paper")

    found = registry.upkeep.audit()

    assert found.holds
    assert (found.pages, found.entries, found.papers) == (path.stat().st_size // file.PAGE_BYTES, 3, 1)
    assert found.head is HeadState.NOT_KEPT


def _tamper(registry: Registry, *statements: str) -> None:
    """Change rows as somebody who knows the passphrase could, past the program."""
    with registry._lane.query() as db:
        db.rollback()
        db.execute("drop trigger journal_is_never_changed")
        db.execute("drop trigger journal_is_never_shortened")
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update journal set operator = 'nobody' where seq = 2", 2),
        ("update journal set facts = '{}' where seq = 3", 3),
        ("delete from journal where seq = 2", 2),
        ("update journal set hash = 'a' where seq = 1", 1),
        ("update journal set previous = 'a' where seq = 3", 3),
    ],
)
def test_an_altered_journal_is_noticed_where_it_was_altered(registry: Registry, statement: str, number: int) -> None:
    enrolled(registry)
    enrolled(registry, "Ben")
    _tamper(registry, statement)

    found = registry.upkeep.audit()

    assert found.first_break == number
    assert f"entry {number} does not follow" in found.problems[0]


def test_an_exchanged_paper_is_noticed(registry: Registry) -> None:
    ada = enrolled(registry)
    for content in (b"one", b"two", b"three"):
        registry.documents.add(ada, ada, DocumentKind.OTHER, "paper.pdf", content)
    with registry._lane.change() as db:
        db.execute("update document_contents set content = x'00' where document = 'D0002'")
        db.execute("delete from document_contents where document = 'D0003'")

    found = registry.upkeep.audit()

    assert found.bad_papers == ("D0002", "D0003")
    assert "D0002, D0003" in found.problems[0]


def test_tables_that_contradict_themselves_are_noticed(registry: Registry) -> None:
    enrolled(registry)
    with registry._lane.query() as db:
        db.rollback()
        db.execute("pragma foreign_keys = off")
        db.execute("delete from people")

    found = registry.upkeep.audit()

    assert "biometric_consents -> people" in found.database
    assert "contradict themselves" in found.problems[0]


def test_a_long_list_of_complaints_is_cut(registry: Registry) -> None:
    for number in range(30):
        registry.enrol(person(f"Person {number}"), consent=consent(), samples=[drawn(number, 10)])
    with registry._lane.query() as db:
        db.rollback()
        db.execute("pragma foreign_keys = off")
        db.execute("delete from people")

    (problem,) = registry.upkeep.audit().problems

    assert problem.endswith(", ….")


def test_what_others_write_meanwhile_is_no_damage(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    # In place of a page that is read in the middle of being written.
    monkeypatch.setattr("registry.auditing.bad_pages", lambda source, cipher: (9, (2, 3)))

    assert registry.upkeep.audit().holds


def test_entries_dated_back_are_noticed_unless_the_clock_was_accepted(registry: Registry) -> None:
    moments = [NOW, NOW + timedelta(days=400), NOW + timedelta(minutes=1), NOW]
    with registry._lane.query() as db:
        db.rollback()
        for number, moment in enumerate(moments):
            action = "clock.accepted" if number == 3 else "person.changed"
            journal.append(db, at=moment, operator="x", action=action, subject="P0001", facts={})

    assert registry.upkeep.audit().back_in_time == (4,)
    assert "dated before" in registry.upkeep.audit().problems[0]


def test_the_journal_answers_who_what_and_when(registry: Registry, path: Path) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben")
    given = registry.record_grant(grant(ada), PAPERS)
    with opened(path) as second:
        second.record_grant(grant(ben), PAPERS)
    registry.record_grant(given, PAPERS)

    def told(**choice: object) -> list[str]:
        return [deed_sentence(entry) for entry in registry.upkeep.entries(JournalChoice(**choice))]

    assert told(about=registry.upkeep.everything_of(ada)) == [
        "ann enrolled P0001",
        "ann recorded the grant G0001",
        "ann changed the grant G0001",
    ]
    assert told(actions=["grant.recorded"]) == ["ann recorded the grant G0001", "ben recorded the grant G0002"]
    assert len(told(actions=["grant", "registry.created"])) == 4
    assert told(actions=["gran"]) == []
    assert len(told(since=NOW.date(), until=NOW.date())) == 6
    assert told(since=NOW.date() + timedelta(days=1)) == []
    assert told(until=date(2020, 1, 1)) == []
    with pytest.raises(WrongUsageError, match="nobody with the id"):
        registry.upkeep.everything_of("P9999")


def test_lists_and_revisions_among_the_facts_lead_to_an_entry() -> None:
    def entry(facts: object) -> JournalEntry:
        return JournalEntry(
            seq=1, at=NOW.isoformat(), operator="x", action="check.kept", subject="K1", facts=json.dumps(facts),
            previous="", hash="",
        )  # fmt: skip

    choice = JournalChoice(about=frozenset({"G0001"}))

    assert choice.takes(entry({"rests_on": ["G0001/2"]}), UTC)
    assert choice.takes(entry({"grant": "G0001", "count": 3}), UTC)
    assert not choice.takes(entry({"rests_on": ["G0002/1", 7]}), UTC)


def test_every_action_of_the_room_has_words() -> None:
    import re

    sources = "\n".join(source.read_text("utf-8") for source in ROOM.glob("*.py") if source.name != "deeds.py")
    written = set(re.findall(r'write_down\(\s*\w+,\s*"([a-z_]+\.[a-z_]+)"', sources))
    named = set(re.findall(r'"((?:registry|person|erasure|clock|head)\.[a-z_]+)"', sources))

    assert written | named - {"registry.partial"} <= set(DEEDS)
    assert len(written) > 10


def test_an_action_of_a_later_version_is_told_by_its_word() -> None:
    later = JournalEntry(
        seq=1, at="", operator="ann", action="moon.landed", subject="M1", facts="{}", previous="", hash=""
    )

    assert deed_sentence(later) == "ann: moon.landed of M1"


def test_health_tells_what_is_overdue(registry: Registry, path: Path, tmp_path: Path) -> None:
    enrolled(registry)
    before = registry.upkeep.health({Modality.FACE: OTHER_BINDING})
    registry.upkeep.back_up(tmp_path / "b")
    path.chmod(0o644)
    after = registry.upkeep.health({Modality.FACE: BINDING})

    assert (before.size, before.pages) == (path.stat().st_size, path.stat().st_size // file.PAGE_BYTES)
    assert (before.last_backup, after.last_backup) == (None, NOW)
    assert (before.without_templates, after.without_templates) == (1, 0)
    assert (before.others_may_read, after.others_may_read) == (False, True)
    assert (before.past_retention, before.revision, before.clock_behind) == (0, 2, False)
    assert before.keyring in KeyringState


def test_health_counts_samples_past_their_day_and_a_clock_behind(registry: Registry) -> None:
    enrolled(registry)
    registry._lane._clock = lambda: datetime(2035, 1, 1, tzinfo=UTC)
    late = registry.upkeep.health({})
    registry._lane._clock = lambda: datetime(2020, 1, 1, tzinfo=UTC)
    early = registry.upkeep.health({})

    assert (late.past_retention, late.clock_behind) == (1, False)
    assert early.clock_behind


def test_the_chain_can_be_checked_without_the_program(registry: Registry) -> None:
    enrolled(registry)
    *_before, entry = registry.journal_entries()

    form = [entry.seq, entry.at, entry.operator, entry.action, entry.subject, entry.facts, entry.previous]

    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == entry.hash
