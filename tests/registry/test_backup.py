"""Copies that are known to be whole, made while others write, and put back without losing what is there."""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from countenance.errors import CheckFailedError, RegistryError, WrongUsageError
from registry import Heads, HeadState, Passphrase, Registry, backup, file, open_registry, restore_registry, schema
from registry.keys import FileKey
from tests.registry.noise import drawn
from tests.registry.people import PASSPHRASE, clock, consent, enrolled, new_registry, opened, person

OTHER_WORDS = Passphrase("another kite entirely")


def _restored(copy: Path, path: Path, **options: object):
    return restore_registry(copy, path, PASSPHRASE, operator="ben", clock=clock, **options)


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_backup_is_the_registry_and_its_owners_alone(registry: Registry, tmp_path: Path) -> None:
    enrolled(registry)
    steps: list[tuple[str, float, float]] = []

    made = registry.upkeep.back_up(tmp_path / "safe" / "copy", lambda *step: steps.append(step))

    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert (made.people, made.revision, made.size) == (1, 2, made.file.stat().st_size)
    assert registry.journal_entries()[-1].action == "registry.backed_up"
    assert steps[-1][1] == steps[-1][2] > 0
    assert _names(tmp_path / "safe") == ["copy"]
    with opened(made.file) as copy:
        assert copy.people() == registry.people()
        assert copy.id == registry.id
        assert copy.upkeep.audit().holds


def test_whoever_became_another_person_is_counted_once(registry: Registry, tmp_path: Path) -> None:
    registry.merge(enrolled(registry), enrolled(registry))

    assert registry.upkeep.back_up(tmp_path / "copy").people == 1


@pytest.mark.parametrize("content", [b"", b"another backup"])
def test_a_backup_replaces_nothing(registry: Registry, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy").write_bytes(content)

    with pytest.raises(RegistryError, match="already"):
        registry.upkeep.back_up(tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == content


def test_a_backup_where_nothing_can_be_written_says_so(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_bytes(b"")

    with pytest.raises(RegistryError, match="cannot be reached"):
        registry.upkeep.back_up(tmp_path / "in the way" / "copy")


def test_a_copy_that_is_not_whole_gets_no_name(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(registry)
    # In place of a disk that writes something else than it was given.
    plain = backup._copy

    def copy_badly(lane, partial: Path, *others: object) -> None:
        plain(lane, partial, *others)
        content = bytearray(partial.read_bytes())
        content[-4096 * 2 + 50] ^= 1
        partial.write_bytes(content)

    monkeypatch.setattr(backup, "_copy", copy_badly)
    before = _names(tmp_path)
    with pytest.raises(CheckFailedError, match="not whole"):
        registry.upkeep.back_up(tmp_path / "copy")

    assert _names(tmp_path) == before


def test_a_copy_of_another_history_gets_no_name(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = backup._verified

    def misread(*given: object):
        made, last = verified(*given)
        return made, backup.Head(seq=last.seq, hash="0" * 64)

    monkeypatch.setattr(backup, "_verified", misread)
    with pytest.raises(CheckFailedError, match="its journal is not the registry's"):
        registry.upkeep.back_up(tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_a_copy_without_a_journal_is_no_registrys(path: Path, tmp_path: Path) -> None:
    key = FileKey(PASSPHRASE, os.urandom(16))
    row = "insert into registry values (1, 'an id', 'us', 'UTC', '2026-01-05T10:00:00+00:00')"
    file.create_file(tmp_path / "copy", key, lambda db: db.execute(row) and None)

    with pytest.raises(CheckFailedError, match="no journal"):
        _restored(tmp_path / "copy", path)


@pytest.mark.parametrize("writes", [1, 20])
def test_others_write_while_a_backup_is_made(
    registry: Registry, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    for seed in range(3):
        registry.enrol(person(), consent=consent(), samples=[drawn(seed, 60_000)])
    monkeypatch.setattr(backup, "_STEP_PAGES", 10)
    written = []
    with opened(path) as second:

        def write_too(_step: str, _done: float, _total: float) -> None:
            if len(written) < writes:
                written.append(enrolled(second, "Meanwhile"))

        made = registry.upkeep.back_up(tmp_path / "copy", write_too)

    assert len(written) == min(writes, 5)  # the copy in one go, which follows, asks once more when it is done
    assert made.people == 3 + min(writes, 4)
    with opened(tmp_path / "copy") as copy:
        assert copy.upkeep.audit().holds


def test_a_backup_takes_the_place_of_a_lost_registry(path: Path, tmp_path: Path) -> None:
    heads = Heads(tmp_path / "heads")
    with new_registry(path) as registry:
        registry.upkeep.watch(tmp_path / "heads", print)
        enrolled(registry)
        registry.upkeep.back_up(tmp_path / "copy")
        enrolled(registry, "Lost With The File")
    before = (tmp_path / "copy").read_bytes()
    path.unlink()

    made = _restored(tmp_path / "copy", path, heads=heads)

    assert (made.aside, made.people, made.revision) == (None, 1, 3)
    assert (tmp_path / "copy").read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with opened(path) as again:
        assert again.upkeep.watch(tmp_path / "heads", pytest.fail) is HeadState.HOLDS
        assert again.journal_entries()[-1].action == "registry.restored"
        assert again.upkeep.audit().holds


def test_what_is_there_is_replaced_only_when_asked_and_kept_aside(path: Path, tmp_path: Path) -> None:
    folder = path.parent
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")
        enrolled(registry)
    newer = path.read_bytes()

    with pytest.raises(RegistryError, match="There is a registry at"):
        _restored(tmp_path / "copy", path)
    assert path.read_bytes() == newer
    first = _restored(tmp_path / "copy", path, replace=True)
    second = _restored(tmp_path / "copy", path, replace=True)

    assert first.aside is not None
    assert first.aside.read_bytes() == newer
    assert second.aside != first.aside
    assert len(_names(folder)) == 4
    with opened(first.aside) as aside:
        assert len(aside.people()) == 1


def test_who_was_erased_since_and_comes_back_is_told(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        kept, erased, again = enrolled(registry), enrolled(registry, "Ben"), enrolled(registry, "Cem")
        registry.upkeep.erase(again)
        registry.upkeep.back_up(tmp_path / "copy")
        registry.upkeep.erase(erased)

    made = _restored(tmp_path / "copy", path, replace=True)

    assert made.erased_since == (erased,)
    with opened(path) as registry:
        assert {one.id for one in registry.people()} == {kept, erased}


def test_a_registry_of_an_earlier_version_is_replaced_as_well(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_registry(tmp_path / "copy").close()
    monkeypatch.setattr(schema, "STEPS", {name: step for name, step in schema.STEPS.items() if name < "0003"})
    file.create_file(path, FileKey(PASSPHRASE, os.urandom(16)), lambda db: None)
    monkeypatch.undo()

    assert _restored(tmp_path / "copy", path, replace=True).erased_since == ()


def _without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)


def test_a_damaged_registry_is_kept_aside_with_its_journal(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")
    path.write_bytes(b"cut short")
    path.with_name(f"{path.name}-journal").write_bytes(b"left over")
    _without_links(monkeypatch)

    made = _restored(tmp_path / "copy", path, replace=True)

    assert made.aside is not None
    assert made.aside.read_bytes() == b"cut short"
    assert made.aside.with_name(f"{made.aside.name}-journal").read_bytes() == b"left over"
    opened(path).close()


def test_a_registry_of_another_passphrase_is_kept_aside(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")
        registry.upkeep.rekey(OTHER_WORDS)

    made = _restored(tmp_path / "copy", path, replace=True)

    assert made.aside is not None
    opened(path).close()
    open_registry(made.aside, OTHER_WORDS, operator="ben", clock=clock).close()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    with opened(path) as other, other._lane.change():
        yield


def test_a_registry_in_use_is_not_replaced(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")
    before = path.read_bytes()

    with _writing(path), pytest.raises(RegistryError, match="Another program is using"):
        _restored(tmp_path / "copy", path, replace=True)

    assert path.read_bytes() == before
    assert _names(path.parent) == sorted([path.name, "copy"])


def test_who_has_the_replaced_file_open_is_told(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")
        _restored(tmp_path / "copy", path, replace=True)

        with pytest.raises(RegistryError, match="moved or replaced while it was open"):
            enrolled(registry)


def test_a_damaged_backup_is_refused(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        enrolled(registry)
        registry.upkeep.back_up(tmp_path / "copy")
    content = bytearray((tmp_path / "copy").read_bytes())
    content[-100] ^= 1
    (tmp_path / "copy").write_bytes(content)
    before = path.read_bytes()

    with pytest.raises(CheckFailedError, match="not whole"):
        _restored(tmp_path / "copy", path, replace=True)
    with pytest.raises(RegistryError, match="There is no backup at"):
        _restored(tmp_path / "none", path, replace=True)

    assert path.read_bytes() == before


def test_a_registry_is_no_backup_of_itself(path: Path) -> None:
    new_registry(path).close()

    with pytest.raises(WrongUsageError, match="same file"):
        _restored(path, path, replace=True)


def test_the_passphrase_is_changed_in_place(path: Path, tmp_path: Path) -> None:
    with new_registry(path) as registry:
        enrolled(registry)
        registry.upkeep.back_up(tmp_path / "copy")
        registry.upkeep.rekey(OTHER_WORDS)
        enrolled(registry, "Afterwards")
        assert registry.upkeep.audit().holds

    with pytest.raises(RegistryError, match="does not open"):
        opened(path)
    with open_registry(path, OTHER_WORDS, operator="ben", clock=clock) as again:
        assert len(again.people()) == 2
        assert "registry.rekeyed" in {entry.action for entry in again.journal_entries()}
    opened(tmp_path / "copy").close()
    with pytest.raises(RegistryError, match=re.escape(f"does not open “{tmp_path / 'copy'}”")):
        restore_registry(tmp_path / "copy", path, OTHER_WORDS, operator="ben", replace=True, clock=clock)


def test_a_weak_passphrase_changes_nothing(registry: Registry, path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(WrongUsageError, match="too short"):
        registry.upkeep.rekey(Passphrase("short"))

    assert path.read_bytes() == before


def test_a_passphrase_is_not_changed_while_somebody_writes(registry: Registry, path: Path) -> None:
    registry._lane._db.execute("pragma busy_timeout = 0")
    with _writing(path), pytest.raises(RegistryError, match="Another program is using"):
        registry.upkeep.rekey(OTHER_WORDS)

    assert enrolled(registry)
    registry.close()
    opened(path).close()


def test_an_interrupted_restore_leaves_nothing_behind(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_registry(path) as registry:
        registry.upkeep.back_up(tmp_path / "copy")

    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfile", stop)
    with pytest.raises(KeyboardInterrupt):
        _restored(tmp_path / "copy", path, replace=True)

    assert _names(path.parent) == sorted([path.name, "copy"])


def test_what_killed_backups_left_is_cleared_away_after_a_day(registry: Registry, tmp_path: Path) -> None:
    old, young = tmp_path / ".copy.1.partial", tmp_path / ".copy.2.partial"
    for left in (old, young, tmp_path / ".copy.1.partial-journal", tmp_path / ".other.1.partial"):
        left.write_bytes(b"half a registry")
    long_ago = young.stat().st_mtime - 100_000
    for left in (old, tmp_path / ".copy.1.partial-journal"):
        os.utime(left, (long_ago, long_ago))

    registry.upkeep.back_up(tmp_path / "copy")

    assert {left.name for left in tmp_path.glob(".*partial*")} == {".copy.2.partial", ".other.1.partial"}


def test_a_registry_that_cannot_be_written_can_be_backed_up(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    registry.upkeep.watch(None, told.append)

    def fail(*_arguments: object) -> None:
        raise RegistryError("The registry may not be written.")

    monkeypatch.setattr(registry._lane, "write_down", fail)

    made = registry.upkeep.back_up(tmp_path / "copy")

    assert made.file.stat().st_size == made.size
    assert told == ["The backup is made, but the registry could not note it: The registry may not be written."]
