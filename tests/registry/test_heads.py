import shutil
import stat
from pathlib import Path

import pytest

from countenance.errors import RegistryError, WrongUsageError
from registry import HeadState, Registry, upkeep
from registry.heads import Head, Heads
from tests.registry.people import enrolled, new_registry, opened


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "heads"


@pytest.fixture
def told() -> list[str]:
    return []


def _head(registry: Registry, heads: Path) -> Head | None:
    with registry._lane.query() as db:
        return Heads(heads).state(db, registry.id)[1]


def test_the_head_outside_follows_every_change_and_is_its_owners_alone(
    registry: Registry, heads: Path, told: list[str]
) -> None:
    first = registry.upkeep.watch(heads, told.append)
    enrolled(registry)

    entry = registry.journal_entries()[-1]
    kept = heads / f"{registry.id}.json"
    assert {file.name[:3] for file in heads.iterdir()} == {registry.id[:3], "at-"}
    assert first is HeadState.FIRST_SEEN
    assert _head(registry, heads) == Head(seq=entry.seq, hash=entry.hash)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(heads.stat().st_mode) == 0o700
    assert told == []


def test_a_change_that_fails_leaves_the_head(registry: Registry, heads: Path, told: list[str]) -> None:
    registry.upkeep.watch(heads, told.append)
    before = _head(registry, heads)

    def change_and_fail() -> None:
        with registry._lane.change() as db:
            registry._lane.write_down(db, "person.changed", "P0001", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change_and_fail()

    assert _head(registry, heads) == before


def test_changes_made_without_heads_are_remembered_at_the_next_opening(path: Path, heads: Path) -> None:
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, print)
    with opened(path) as unwatched:
        enrolled(unwatched)
    with opened(path) as registry:
        assert registry.upkeep.watch(heads, print) is HeadState.HOLDS
        head = _head(registry, heads)
        assert head is not None
        assert head.seq == 2


def _older_copy(path: Path) -> None:
    shutil.copy(path.with_suffix(".older"), path)


def _rewritten(path: Path) -> None:
    shutil.copy(path.with_suffix(".older"), path)
    with opened(path) as registry:
        enrolled(registry, "Another History")
        enrolled(registry, "Another Still")


@pytest.mark.parametrize(
    ("harm", "state", "sentence"),
    [
        (_older_copy, HeadState.SHORTER, "shorter than it was"),
        (_rewritten, HeadState.DIFFERENT, "not the one that this computer saw"),
    ],
)
def test_a_cut_or_rewritten_journal_is_told_until_it_is_accepted(
    path: Path, heads: Path, told: list[str], harm, state: HeadState, sentence: str
) -> None:
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, told.append)
        shutil.copy(path, path.with_suffix(".older"))
        enrolled(registry)
    harm(path)

    for _opening in range(2):
        told.clear()
        with opened(path) as registry:
            assert registry.upkeep.watch(heads, told.append) is state
            (warning,) = told
            found = registry.upkeep.audit()
            # Work goes on, and does not make the warning go away.
            enrolled(registry)
        assert sentence in warning
        assert "--accept-head" in warning
        assert not found.holds
        assert sentence in found.problems[0]
        if harm is _older_copy:
            _older_copy(path)
    with opened(path) as registry:
        registry.upkeep.watch(heads, told.append)
        registry.upkeep.accept_head()
        assert registry.upkeep.audit().holds
        assert registry.journal_entries()[-1].action == "head.accepted"
    told.clear()
    with opened(path) as registry:
        assert registry.upkeep.watch(heads, told.append) is HeadState.HOLDS
        enrolled(registry)
        with pytest.raises(WrongUsageError, match="nothing to accept"):
            registry.upkeep.accept_head()
    assert told == []


@pytest.mark.parametrize("content", [b"", b"not json", b'{"seq": "three"}'])
def test_a_head_that_cannot_be_read_is_not_trusted(path: Path, heads: Path, told: list[str], content: bytes) -> None:
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, told.append)
        number = registry.id
    (heads / f"{number}.json").write_bytes(content)

    with opened(path) as registry:
        assert registry.upkeep.watch(heads, told.append) is HeadState.UNREADABLE
        registry.upkeep.accept_head()

    assert "cannot be read" in told[0]


def test_a_folder_in_the_place_of_a_head_is_not_trusted(registry: Registry, heads: Path, told: list[str]) -> None:
    (heads / f"{registry.id}.json").mkdir(parents=True)

    assert registry.upkeep.watch(heads, told.append) is HeadState.UNREADABLE


def test_a_head_that_cannot_be_written_makes_no_change_look_undone(
    registry: Registry, heads: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.upkeep.watch(heads, told.append)

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "replace", fail)
    number = enrolled(registry)

    assert registry.people([number])
    (warning,) = told
    assert "could not be noted" in warning


def test_a_folder_that_cannot_be_looked_into_is_not_trusted(
    registry: Registry, tmp_path: Path, told: list[str]
) -> None:
    (tmp_path / "in the way").write_bytes(b"")

    assert registry.upkeep.watch(tmp_path / "in the way" / "heads", told.append) is HeadState.UNREADABLE
    assert enrolled(registry)


def test_a_head_half_written_is_never_put_in_place(
    registry: Registry, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Heads(heads).remember(registry.id, Head(seq=1, hash="x"))

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(RegistryError, match="could not be noted"):
        Heads(heads).remember(registry.id, Head(seq=2, hash="y"))

    assert [entry.name for entry in heads.iterdir()] == [f"{registry.id}.json"]


def test_without_heads_a_registry_works_as_well(registry: Registry) -> None:
    assert registry.upkeep.watch(None, print) is HeadState.NOT_KEPT
    enrolled(registry)
    registry._lane.accept_head()

    assert registry.upkeep.audit().holds


def test_another_registry_in_the_place_of_one_is_told_until_it_is_accepted(
    tmp_path: Path, path: Path, heads: Path, told: list[str]
) -> None:
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, told.append)
    new_registry(tmp_path / "other").close()
    (tmp_path / "other").replace(path)

    for _opening in range(2):
        told.clear()
        with opened(path) as registry:
            assert registry.upkeep.watch(heads, told.append) is HeadState.REPLACED
            enrolled(registry)
            assert not registry.upkeep.audit().holds
        assert "not the registry that this computer last saw in this place" in told[0]
    with opened(path) as registry:
        registry.upkeep.watch(heads, told.append)
        registry.upkeep.accept_head()
        assert registry.upkeep.audit().holds
    with opened(path) as registry:
        assert registry.upkeep.watch(heads, pytest.fail) is HeadState.HOLDS


def test_a_new_registry_may_take_the_place_of_one_that_is_gone(path: Path, heads: Path) -> None:
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, pytest.fail)
    path.unlink()

    with new_registry(path) as registry:
        assert registry.upkeep.watch(heads, pytest.fail) is HeadState.FIRST_SEEN
        enrolled(registry)
    with opened(path) as registry:
        assert registry.upkeep.watch(heads, pytest.fail) is HeadState.HOLDS


@pytest.mark.parametrize("newest", [2000, 2])
def test_an_entry_that_was_altered_alone_is_told_on_opening(
    path: Path, heads: Path, told: list[str], newest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_LOOKED_AT_ON_OPENING", newest)
    with new_registry(path) as registry:
        registry.upkeep.watch(heads, told.append)
        for name in ("Ada", "Ben", "Cleo"):
            enrolled(registry, name)
        with registry._lane.change() as db:
            db.execute("drop trigger journal_is_never_changed")
            db.execute("update journal set operator = 'nobody' where seq = 3")

    with opened(path) as registry:
        assert registry.upkeep.watch(heads, told.append) is HeadState.HOLDS
        found = registry.upkeep.audit()

    (warning,) = told
    assert "entry 3 does not follow" in warning
    assert "registry audit" in warning
    assert found.first_break == 3
    assert found.database == ("no trigger journal_is_never_changed",)
