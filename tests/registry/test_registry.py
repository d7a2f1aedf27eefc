import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from countenance.errors import RegistryError
from countenance.grants import Prohibition
from registry import Registry, system_clock
from tests.registry.people import NOW, PAPERS, TODAY, consent, enrolled, grant, new_registry, opened, person, sample


def test_a_registry_remembers_who_it_is(registry: Registry, path) -> None:
    enrolled(registry)
    registry.record_grant(grant("P0001"), PAPERS)

    with opened(path) as again:
        assert (again.id, again.owner, again.tz, again.path) == (registry.id, "us", "Europe/Paris", path)
        assert again.facts() == registry.facts()
    assert (registry.facts().people, registry.facts().grants, registry.facts().id) == (1, 1, registry.id)


def test_every_change_raises_the_revision_and_no_query_does(registry: Registry) -> None:
    revisions = [registry.facts().revision]
    giver = enrolled(registry)
    revisions.append(registry.facts().revision)
    registry.record_grant(grant(giver), PAPERS)
    revisions.append(registry.facts().revision)
    registry.record_prohibition(Prohibition(id="", person=giver))
    revisions.append(registry.facts().revision)
    registry.withdraw_consent("C0001", TODAY + timedelta(days=1))
    revisions.append(registry.facts().revision)
    registry.people()
    revisions.append(registry.facts().revision)

    assert revisions == [1, 2, 3, 4, 5, 5]


def test_the_journal_tells_what_was_done_and_by_whom_but_nothing_about_people(registry: Registry, path) -> None:
    registry.enrol(person("Ada Example", contact="ada@example.org"), consent=consent(), samples=[sample()])
    with opened(path) as second:
        kept = second.record_grant(grant("P0001"), PAPERS)
        second.record_grant(kept)

    entries = registry.journal_entries()

    assert [(entry.operator, entry.action, entry.subject) for entry in entries] == [
        ("ann", "registry.created", registry.id),
        ("ann", "person.enrolled", "P0001"),
        ("ben", "grant.recorded", "G0001"),
        ("ben", "grant.changed", "G0001"),
    ]
    assert json.loads(entries[1].facts) == {
        "biometric_consent": "C0001",
        "members": [],
        "samples": ["S0001"],
        "templates": 1,
    }
    assert json.loads(entries[3].facts) == {"person": "P0001", "revision": 2}
    assert {entry.at for entry in entries} == {NOW.isoformat()}
    # The name's last part holds letters that no digit of a hash is.
    assert "example" not in repr(entries).casefold()


def test_the_chain_can_be_checked_without_the_program(registry: Registry) -> None:
    enrolled(registry)
    enrolled(registry, "Ben")

    previous = "0" * 64
    for number, entry in enumerate(registry.journal_entries(), start=1):
        chained = [entry.seq, entry.at, entry.operator, entry.action, entry.subject, entry.facts, previous]
        form = json.dumps(chained, ensure_ascii=False, separators=(",", ":"))
        assert entry.seq == number
        assert entry.previous == previous
        assert entry.hash == hashlib.sha256(form.encode()).hexdigest()
        previous = entry.hash


@pytest.mark.parametrize("statement", ["update journal set operator = 'me'", "delete from journal"])
def test_the_journal_is_only_ever_added_to(registry: Registry, statement: str) -> None:
    before = registry.journal_entries()

    with pytest.raises(sqlcipher.IntegrityError, match="append-only"), registry._lane.change() as db:
        db.execute(statement)

    assert registry.journal_entries() == before


def test_a_closed_registry_answers_nothing_more(registry: Registry) -> None:
    registry.close()
    registry.close()

    with pytest.raises(RegistryError, match="is locked"):
        registry.people()
    with pytest.raises(RegistryError, match="is locked"):
        enrolled(registry)
    with pytest.raises(RegistryError, match="is locked"), registry.snapshot():
        pass


def test_a_snapshot_shows_one_moment(path) -> None:
    with new_registry(path) as reader, opened(path) as writer:
        with reader.snapshot():
            before = reader.facts()
            with pytest.raises(RegistryError, match="Another program is using"):
                enrolled(writer)
            with reader.snapshot():
                assert reader.people() == ()
            assert reader.facts() == before
        enrolled(writer)

        assert len(reader.people()) == 1


def test_what_goes_wrong_inside_a_snapshot_is_not_the_registrys_fault(registry: Registry) -> None:
    with pytest.raises(FileNotFoundError), registry.snapshot():
        raise FileNotFoundError

    assert registry.people() == ()


def test_any_thread_may_write_and_each_change_stands_alone(registry: Registry) -> None:
    def enrol_five(number: int) -> list[str]:
        return [enrolled(registry, f"Person {number}") for _turn in range(5)]

    with ThreadPoolExecutor(4) as threads:
        given = [number for numbers in threads.map(enrol_five, range(4)) for number in numbers]

    assert sorted(given) == [f"P{number:04d}" for number in range(1, 21)]
    assert sorted(one.id for one in registry.people()) == [f"P{number:04d}" for number in range(1, 21)]
    assert [entry.seq for entry in registry.journal_entries()] == list(range(1, 22))


def test_the_day_is_that_of_the_registrys_zone(path) -> None:
    with new_registry(path) as registry:
        registry._lane._clock = lambda: datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

        assert registry.today() == date(2027, 1, 1)


def test_the_clock_of_the_system_knows_its_zone() -> None:
    assert system_clock().utcoffset() is not None
