"""Copies of a registry that are known to be whole: made while it is in use, and put back in its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher
from sqlite_utils import Database

from countenance.errors import CheckFailedError, RegistryError, WrongUsageError
from countenance.translations import _
from countenance.work import ProgressHook, ignore_progress
from registry import file, journal
from registry.auditing import audited
from registry.heads import Head, Heads, HeadState
from registry.keys import FileKey, Passphrase
from registry.lane import Clock, Lane, system_clock
from registry.pages import diagnosed

BACKED_UP, RESTORED = "registry.backed_up", "registry.restored"
# A writer waits no longer than these pages take: about 20 ms.
_STEP_PAGES = 1024
# Each change by somebody else begins the copy anew; after so many the rest is copied in one go.
_MOST_RESTARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of a registry that was verified.

    Attributes:
        size: in bytes.
        revision: of the registry as it was copied.
        aside: where the registry was put that a restored one replaced; None where there was none.
        erased_since: people whom a restored registry brings back although the one it replaced had erased them.
    """

    file: Path
    size: int
    pages: int
    revision: int
    people: int
    grants: int
    aside: Path | None = None
    erased_since: tuple[str, ...] = ()


class _BeganAnewError(Exception):
    """Somebody changes the registry faster than it can be copied in steps."""


def backed_up(lane: Lane, target: Path, on_progress: ProgressHook = ignore_progress) -> Backup:
    """Copy an open registry, verify the copy, and only then give it its name; others may write meanwhile.

    Raises:
        RegistryError: there is a file of that name, or none can be written there.
        CheckFailedError: the copy is not whole.
    """
    if os.path.lexists(target):
        raise file.exists_already(target)
    with file.told(target):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _partial(target) as partial:
        try:
            _copy(lane, partial, _STEP_PAGES, on_progress)
        except _BeganAnewError:
            with file.told(partial):
                partial.write_bytes(b"")
            _copy(lane, partial, -1, on_progress)
        assert lane.key is not None
        made = _verified(partial, target, lane.key, lane)
        with lane.query() as db:
            last = journal.hash_at(db, made[1].seq)
        if last != made[1].hash:
            raise _not_whole(target, _("its journal is not the registry's"))
        _sync(partial)
        with file.told(target):
            file.put_in_place(partial, target)
    facts = {"revision": made[0].revision, "pages": made[0].pages, "people": made[0].people}
    try:
        with lane.change() as db:
            lane.write_down(db, BACKED_UP, lane.id, facts)
    except RegistryError as error:
        # The copy is there and whole: of a registry that cannot be written any more it is wanted most.
        lane.tell(_("The backup is made, but the registry could not note it: {why}").format(why=error.sentence))
    return made[0]


def restore_registry(
    backup: Path,
    target: Path,
    passphrase: Passphrase,
    *,
    operator: str,
    heads: Heads | None = None,
    replace: bool = False,
    clock: Clock = system_clock,
) -> Backup:
    """Verify a backup and put it where a registry belongs; what is there is kept beside it, never deleted.

    Args:
        backup: the copy; it is not changed.
        target: where the registry belongs.
        passphrase: of the backup, as it was when that was made.
        operator: who does it, for the journal.
        heads: what remembers the journal's head; the restored one is accepted.
        replace: whether there may be a file at `target`.
        clock: tells the moment, with offset.

    Raises:
        WrongUsageError: both are one file.
        RegistryError: there is a registry and `replace` is not set; another program uses it; the backup is refused.
        CheckFailedError: the backup is not whole.
    """
    if not os.path.lexists(backup):
        raise RegistryError(
            _("There is no backup at “{file}”.").format(file=backup), remedy=_("Check the spelling and the folder.")
        )
    key = FileKey(passphrase, file.read_salt(backup))
    with file.told(target):
        there = _check_place(backup, target, replace=replace)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _partial(target) as partial:
        with file.told(target):
            shutil.copyfile(backup, partial)
        with _named(partial, backup):
            lane = _opened(partial, key, operator=operator, clock=clock)
        try:
            made, _last = _verified(partial, target, key, lane)
            with lane.change() as db:
                lane.write_down(db, RESTORED, lane.id, {"revision": made.revision, "replaced": int(there)})
                last, buried = journal.last_entry(db), _tombstones(db)
        finally:
            lane.close()
        _sync(partial)
        with file.told(target), _held(target, passphrase, there=there) as buried_there:
            aside = _put_aside(target, made.revision) if there else None
            partial.replace(target)
    if heads is not None and last is not None:
        heads.remember(lane.id, Head(seq=last.seq, hash=last.hash))
        heads.remember_place(target, lane.id)
    return replaced(made, revision=made.revision + 1, aside=aside, erased_since=tuple(sorted(buried_there - buried)))


@contextmanager
def _named(partial: Path, backup: Path) -> Iterator[None]:
    """Tell of the backup what is wrong with its copy, whose name means nothing to anybody."""
    try:
        yield
    except RegistryError as error:
        sentence = error.sentence.replace(str(partial), str(backup))
        raise RegistryError(sentence, remedy=error.remedy, details=error.details) from error


def _check_place(backup: Path, target: Path, *, replace: bool) -> bool:
    """Return whether there is something at `target`, which may be replaced."""
    there = os.path.lexists(target)
    if there and not replace:
        raise RegistryError(
            _("There is a registry at “{file}” already; it was left as it is.").format(file=target),
            remedy=_("With --replace it is kept beside the restored one under another name."),
        )
    if there and target.samefile(backup):
        raise WrongUsageError(_("The backup and the registry are the same file."))
    return there


def _copy(lane: Lane, partial: Path, pages: int, on_progress: ProgressHook) -> None:
    left, restarts = -1, 0

    def look(_status: int, remaining: int, total: int) -> None:
        nonlocal left, restarts
        restarts += left >= 0 and remaining >= left
        left = remaining
        if restarts > _MOST_RESTARTS:
            raise _BeganAnewError
        on_progress(_("copying"), total - remaining, total)

    assert lane.key is not None
    # A connection of its own: the lane goes on with its work, and other programs write between two steps.
    source = lane.side_door()
    try:
        with file.told(partial):
            target = file.connect(partial, lane.key, busy_timeout_s=0)
            try:
                source.conn.backup(target.conn, pages=pages, progress=look)
            finally:
                target.close()
    finally:
        source.close()


def _verified(partial: Path, target: Path, key: FileKey, lane: Lane) -> tuple[Backup, Head]:
    copy = _opened(partial, key, operator=lane.operator, clock=lane.now)
    try:
        found = audited(copy, HeadState.NOT_KEPT, None)
        if not found.holds:
            raise _not_whole(target, " ".join(found.problems))
        with copy.query() as db:
            people, grants = db.execute(
                """select (select count(*) from people where merged_into is null),
                (select count(distinct id) from grants)"""
            ).fetchone()
            last = journal.last_entry(db)
    finally:
        copy.close()
    if last is None:
        raise _not_whole(target, _("it has no journal"))
    size = found.pages * file.PAGE_BYTES
    made = Backup(file=target, size=size, pages=found.pages, revision=last.seq, people=people, grants=grants)
    return made, Head(seq=last.seq, hash=last.hash)


def _opened(path: Path, key: FileKey, *, operator: str, clock: Clock) -> Lane:
    with diagnosed(path, key):
        db = file.open_file(path, key, busy_timeout_s=0)
        return Lane(path, db, key, operator=operator, clock=clock)


def _put_aside(target: Path, revision: int) -> Path:
    """Keep the file at `target` under another name as well; SQLite's journal of it goes along."""
    number = 1
    while os.path.lexists(aside := target.with_name(f"{target.stem}.before-{revision}-{number}{target.suffix}")):
        number += 1
    try:
        aside.hardlink_to(target)
    except OSError:  # some file systems have no links
        target.rename(aside)
    left = target.with_name(f"{target.name}-journal")
    if left.exists():
        left.rename(aside.with_name(f"{aside.name}-journal"))
    return aside


@contextmanager
def _held(target: Path, passphrase: Passphrase, *, there: bool) -> Iterator[frozenset[str]]:
    """Keep others from writing to the registry that is replaced, as far as the passphrase opens it.

    The block is given the ids of the people who were erased there.
    """
    db, buried = None, frozenset[str]()
    if there:
        try:
            db = file.connect(target, FileKey(passphrase, file.read_salt(target)), busy_timeout_s=0)
            db.execute("begin exclusive")
            if "tombstones" in db.table_names():  # earlier versions had none
                buried = _tombstones(db)
        except sqlcipher.DatabaseError as error:
            if str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY"):
                raise
            # Damaged, or of another passphrase: perhaps why it is replaced. Whoever has it open is told by SQLite.
        except RegistryError:
            # No registry at all, or one cut short; likewise.
            db = None
    try:
        yield buried
    finally:
        if db is not None:
            db.close()


def _tombstones(db: Database) -> frozenset[str]:
    return frozenset(row[0] for row in db.execute("select person from tombstones").fetchall())


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Give the block an empty file beside `target`, for its owner alone; whatever is left of it goes."""
    file.clear_leftovers(target)
    with file.told(target):
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
        os.close(handle)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-journal"):
            Path(name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with file.told(path), path.open("rb+") as written:
        os.fsync(written.fileno())


def _not_whole(target: Path, why: str) -> CheckFailedError:
    return CheckFailedError(
        _("The copy is not whole, and nothing was put at “{file}”: {why}").format(file=target, why=why),
        remedy=_("Look into the registry with “countenance registry audit”, or take another backup."),
    )
