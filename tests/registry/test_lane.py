"""Clocks that are wrong, accounts that should not read along, disks that fail, a registry left open."""

import errno
import os
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from countenance.errors import RegistryError, WrongUsageError
from registry import Registry, file, open_registry
from registry.keys import FileKey
from tests.registry.people import NOW, PASSPHRASE, TODAY, WORDS, enrolled, new_registry, opened, person

REPOSITORY = Path(__file__).parents[2]


def _at(path: Path, moment: datetime) -> Registry:
    return open_registry(path, PASSPHRASE, operator="ben", clock=lambda: moment)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.mark.parametrize("minutes", [11, 60 * 24 * 30])
def test_a_clock_set_back_changes_nothing_and_is_told(path: Path, minutes: int, told: list[str]) -> None:
    new_registry(path).close()
    with _at(path, NOW - timedelta(minutes=minutes)) as registry:
        before = path.read_bytes()

        with pytest.raises(RegistryError, match="nothing was changed") as refused:
            registry.enrol(person())

        assert "2026-11-21 10:00+01:00" in refused.value.sentence
        assert "audit --accept-clock" in refused.value.remedy
        assert path.read_bytes() == before
        assert registry.people() == ()


def test_clocks_of_machines_may_differ_by_minutes(path: Path) -> None:
    new_registry(path).close()
    with _at(path, NOW - timedelta(minutes=10)) as registry:
        enrolled(registry)


def test_no_day_is_judged_that_is_before_the_last_change(path: Path, told: list[str]) -> None:
    new_registry(path).close()
    with _at(path, NOW - timedelta(days=400)) as registry:
        registry.upkeep.watch(None, told.append)

        assert registry.today() == registry.today() == TODAY
    (warning,) = told
    assert "clock of this computer is behind" in warning


def test_a_clock_that_was_ahead_is_accepted_on_record(path: Path, told: list[str]) -> None:
    new_registry(path).close()
    with _at(path, NOW + timedelta(days=365)) as ahead:
        enrolled(ahead)
        with pytest.raises(WrongUsageError, match="nothing to accept"):
            ahead.upkeep.accept_clock()
    with opened(path) as registry:
        assert registry.today() == date(2027, 11, 21)
        with pytest.raises(RegistryError, match="nothing was changed"):
            enrolled(registry)
        registry.upkeep.accept_clock()

        assert enrolled(registry, "Afterwards") == "P0002"
        assert registry.today() == TODAY
        assert registry.upkeep.audit().holds
        assert registry.journal_entries()[2].action == "clock.accepted"


def test_a_registry_without_a_journal_knows_no_last_day(path: Path) -> None:
    key = FileKey(PASSPHRASE, os.urandom(16))
    row = "insert into registry values (1, 'an id', 'us', 'UTC', '2026-01-05T10:00:00+00:00')"
    file.create_file(path, key, lambda db: db.execute(row) and None)

    with opened(path) as registry:
        assert registry.today() == TODAY
        with pytest.raises(WrongUsageError, match="nothing to accept"):
            registry.upkeep.accept_clock()
        enrolled(registry)


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_registry_that_others_can_read_is_tightened(path: Path, mode: int, told: list[str]) -> None:
    new_registry(path).close()
    path.chmod(mode)

    with opened(path) as registry:
        registry.upkeep.watch(None, told.append)

    assert path.stat().st_mode & 0o777 == 0o600
    (warning,) = told
    assert "from now on only yours can" in warning


def test_a_registry_of_somebody_else_is_warned_of(path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    new_registry(path).close()
    path.chmod(0o644)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)

    with opened(path) as registry:
        registry.upkeep.watch(None, told.append)

    assert path.stat().st_mode & 0o777 == 0o644
    assert "belongs to one of them" in told[0]


def test_systems_without_such_rights_are_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_registry(path).close()
    path.chmod(0o644)
    monkeypatch.delattr(os, "getuid")

    assert file.tighten(path) == ""


def test_a_closed_registry_has_no_pages(registry: Registry) -> None:
    registry._lane.raw()
    registry.close()

    with pytest.raises(RegistryError, match="is locked"):
        registry._lane.raw()


def test_a_registry_that_was_taken_away_while_open_is_told(registry: Registry, path: Path) -> None:
    path.unlink()

    with pytest.raises(RegistryError, match="moved or replaced"):
        enrolled(registry)


def test_a_second_connection_that_fails_is_told(registry: Registry, path: Path) -> None:
    path.unlink()

    with pytest.raises(RegistryError, match="cannot be opened"):
        registry._lane.side_door()
    with pytest.raises(RegistryError, match="cannot be reached"):
        registry._lane.raw()


def test_two_threads_write_one_after_the_other(registry: Registry) -> None:
    threads = [threading.Thread(target=enrolled, args=(registry, f"Number {number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(registry.people()) == 8
    assert registry.upkeep.audit().holds


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks files by other means.")
@pytest.mark.parametrize(
    ("number", "sentence"), [(errno.ENOLCK, "cannot lock files"), (errno.EAGAIN, "Another program")]
)
def test_a_disk_without_locks_is_told_from_another_program(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    import fcntl

    def refuse(*_given: object) -> None:
        raise OSError(number, "no lock for you")

    new_registry(path).close()
    with opened(path) as first, opened(path) as second, first._lane.change():
        monkeypatch.setattr(fcntl, "lockf", refuse)
        with pytest.raises(RegistryError, match=sentence):
            enrolled(second)


READ_ON = """
import sys
from pathlib import Path
from registry import Passphrase, open_registry
from tests.registry.people import clock
with open_registry(Path(sys.argv[1]), Passphrase(sys.stdin.readline().rstrip()), operator="ben", clock=clock) as other:
    for line in sys.stdin:
        print(len(other.people()), flush=True)
"""


def test_readers_in_other_processes_go_on_during_a_write(registry: Registry, path: Path) -> None:
    enrolled(registry)
    command = [sys.executable, "-c", READ_ON, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def ask() -> str:
            reader.stdin.write("?\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        reader.stdin.write(f"{WORDS}\n")
        before = ask()
        with registry._lane.change() as db:
            db.execute("update people set notes = 'half written'")
            registry.enrol(person("In The Middle"))
            during = ask()
        after = ask()
        reader.stdin.close()

    assert (before, during, after) == ("1", "1", "2")
