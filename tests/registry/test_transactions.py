import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from countenance.errors import RegistryError
from registry import Passphrase, Registry, file, open_registry
from tests.registry.people import JPEG, WORDS, consent, enrolled, new_registry, opened, person, sample

ENROL_HALFWAY = """
import sys
from pathlib import Path
from registry import Passphrase, journal, open_registry
from tests.registry.people import JPEG, clock, consent, person, sample

def stop(*entry, **fields):
    # The journal comes last: everybody is written, nothing is committed.
    print("halfway", flush=True)
    sys.stdin.read()

journal.append = stop
registry = open_registry(Path(sys.argv[1]), Passphrase(sys.stdin.readline().rstrip()), operator="ben", clock=clock)
registry.enrol(person("Half Written"), consent=consent(), samples=[sample(picture=JPEG * 60_000)] * 24)
"""


def test_a_process_killed_while_it_enrols_leaves_nothing_half_written(path: Path) -> None:
    with new_registry(path) as registry:
        enrolled(registry)
        before = (registry.people(), registry.journal_entries())
    at_rest = _fingerprint(path)

    with subprocess.Popen(
        [sys.executable, "-c", ENROL_HALFWAY, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(WORDS + "\n")
        child.stdin.flush()
        assert child.stdout.readline() == "halfway\n"
        child.kill()
        child.wait()
    half_written = _fingerprint(path)

    assert half_written != at_rest
    with pytest.raises(RegistryError, match="passphrase does not open"):
        open_registry(path, Passphrase("another kite"), operator="ben")
    with opened(path) as registry:
        assert (registry.people(), registry.journal_entries()) == before
        assert _healthy(registry)
        assert enrolled(registry, "Whole Person") == "P0002"
    assert list(path.parent.iterdir()) == [path]


def test_a_second_writer_is_told_and_readers_go_on(registry: Registry, path: Path) -> None:
    enrolled(registry)

    with opened(path) as second:
        with registry._lane.change():
            assert len(second.people()) == 1
            with pytest.raises(RegistryError, match="Another program is using"):
                enrolled(second, "Too Early")
        assert enrolled(second, "In Time") == "P0002"

    assert len(registry.people()) == 2


def test_a_full_disk_changes_nothing(registry: Registry) -> None:
    enrolled(registry)
    before = (registry.people(), registry.journal_entries())
    # In place of a full disk: SQLite takes no more pages and fails as it would there.
    pages = registry._lane._db.execute("pragma page_count").fetchone()[0]
    registry._lane._db.execute(f"pragma max_page_count = {pages + 2}")

    with pytest.raises(RegistryError, match="disk is full"):
        registry.enrol(person("One Too Many"), consent=consent(), samples=[sample(picture=JPEG * 5000)])

    assert (registry.people(), registry.journal_entries()) == before
    assert _healthy(registry)


def test_a_registry_that_may_not_be_written_says_so(registry: Registry) -> None:
    registry._lane._db.execute("pragma query_only = on")

    with pytest.raises(RegistryError, match="may not be written"):
        enrolled(registry)


def test_a_mistake_of_ours_is_not_blamed_on_the_file(registry: Registry, path: Path) -> None:
    with pytest.raises(sqlcipher.IntegrityError), registry._lane.change() as db:
        db.execute("insert into members (party, person, position) values ('P1', 'P2', 0)")
    with pytest.raises(sqlcipher.OperationalError, match="no such table"), file.told(path):
        registry._lane._db.execute("select * from nowhere")


def test_a_transaction_that_ended_by_itself_is_not_ended_twice(registry: Registry) -> None:
    def lose_it() -> None:
        with file.one_transaction(registry._lane._db):
            registry._lane._db.execute("rollback")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lose_it()

    assert registry.facts().revision == 1


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _healthy(registry: Registry) -> bool:
    found = registry._lane._db.execute("pragma cipher_integrity_check").fetchall()
    return not found and registry._lane._db.execute("pragma integrity_check").fetchall() == [("ok",)]
