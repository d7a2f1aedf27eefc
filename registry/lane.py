"""The way to the open file: queries that see one moment, changes on one writer lane, each with its journal entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.translations import _
from registry import file, journal
from registry.heads import TRUSTED, Head, Heads, HeadState
from registry.keys import FileKey
from registry.records import JournalEntry

# Clocks of machines differ by seconds; whoever is minutes behind the last change has a wrong clock, or had one then.
CLOCK_TOLERANCE = timedelta(minutes=10)

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


class Lane:
    """An open registry's file; any thread may ask, one at a time has its turn.

    Every block raises `RegistryError` when the file cannot be read or written, when another process keeps writing to
    it, or when the registry was closed.

    Attributes:
        path: of the file.
        key: opens the file's pages; None once it is closed.
        operator: who uses the registry, for the journal.
        id: random, given when the registry was made.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for days that name none.
        heads: where the journal's head is remembered outside the file; None until `remember_head`.
    """

    def __init__(
        self,
        path: Path,
        db: Database,
        key: FileKey,
        *,
        operator: str,
        clock: Clock,
        new: bool = False,
    ) -> None:
        self._db: Database | None = db
        self._turn = RLock()
        self._writing = False
        self._clock = clock
        self._raw: BinaryIO | None = None
        self._identity = file.identity(path)
        self._unheard: list[str] = []
        self._tell = self._unheard.append
        self._told_of_clock = False
        self._new = new
        self.heads: Heads | None = None
        self.path, self.operator = path, operator
        self.key: FileKey | None = key
        with self.query() as reading:
            row = reading.execute("select id, owner, tz from registry").fetchone()
            self._last_entry = journal.last_entry(reading)
            warnings = (file.tighten(path), file.other_names(path))
        self.id, self.owner, self.tz = str(row[0]), str(row[1]), str(row[2])
        for warning in filter(None, warnings):
            self.tell(warning)

    def close(self) -> None:
        """Forget the key; a closed lane answers nothing more."""
        with self._turn:
            if self._db is not None:
                self._db.close()
                self._db = self.key = None
            if self._raw is not None:
                self._raw.close()
                self._raw = None

    def listen(self, tell: Callable[[str], None]) -> None:
        """Have `tell` called with each sentence that a person should know about the file, and with earlier ones."""
        self._tell = tell
        for sentence in self._unheard:
            tell(sentence)
        self._unheard.clear()

    def tell(self, sentence: str) -> None:
        """Say something that a person should know about the file; the work goes on."""
        self._tell(sentence)

    def remember_head(self, heads: Heads) -> tuple[HeadState, Head | None]:
        """Note the journal's head after each change from now on; return how it stands to what was remembered."""
        with self.query() as db:
            # One that was just made may take the place of whatever this computer saw there.
            state, head = heads.state(db, self.id) if self._new else heads.state_at(db, self.id, self.path)
            self._last_entry = journal.last_entry(db)
        self.heads = heads
        if state in TRUSTED:
            # What was changed without heads being kept is remembered from now on.
            self._note_head()
        return state, head

    def accept_head(self) -> None:
        """Take the present end of the journal for the right one, whatever was remembered."""
        with self.query() as db:
            self._last_entry = journal.last_entry(db)
        self._note_head()

    def now(self) -> datetime:
        """Return the moment, with offset."""
        return self._clock()

    def today(self) -> date:
        """Return the day it is in the registry's zone; never an earlier one than that of the last change."""
        zone = ZoneInfo(self.tz)
        day = self.now().astimezone(zone).date()
        if self._last_entry is None:
            return day
        latest = journal.moment_of(self._last_entry).astimezone(zone).date()
        if day < latest and not self._told_of_clock:
            self._told_of_clock = True
            self.tell(
                _("The clock of this computer is behind: it says {day}, the last change was on {latest}.").format(
                    day=day, latest=latest
                )
            )
        return max(day, latest)

    @contextmanager
    def query(self) -> Iterator[Database]:
        """Let the block read, all of it from one moment."""
        with self._turn:
            db = self._opened()
            with self._told(), _reading(db):
                yield db

    @contextmanager
    def change(self, *, whatever_the_clock: bool = False) -> Iterator[Database]:
        """Let the block write: all of its changes or none. A block inside another becomes part of it.

        Args:
            whatever_the_clock: whether it may be written although the last change lies in the clock's future.
        """
        with self._turn:
            db = self._opened()
            if self._writing:
                yield db
                return
            if file.identity(self.path) != self._identity:
                raise file.moved(self.path)
            self._writing = True
            try:
                with self._told(), file.one_transaction(db):
                    before = journal.last_entry(db)
                    if before is not None and not whatever_the_clock:
                        self._check_clock(before)
                    follows = self.heads is not None and self.heads.may_follow(db, self.id, self.path)
                    yield db
                    after = journal.last_entry(db)
            finally:
                self._writing = False
            self._last_entry = after
            # Only now: a head that is ahead of the file would cry wolf after a crash.
            if follows and after != before:
                self._note_head()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all queries of the block see the same moment, whatever other processes write meanwhile."""
        # What the block itself does wrong is not the registry's to tell, so only queries turn errors into sentences.
        with self._turn, _reading(self._opened()):
            yield

    def write_down(self, db: Database, action: str, subject: str, facts: journal.Facts) -> None:
        """Append to the journal what the change does; inside its block (`registry.journal.append`)."""
        journal.append(db, at=self.now(), operator=self.operator, action=action, subject=subject, facts=facts)

    def raw(self) -> BinaryIO:
        """Return the file as it lies on the disk, encrypted; it stays open as long as the lane, and is the lane's.

        Closing any handle of a file gives back all locks that this process holds on it (POSIX), SQLite's among them.
        """
        with self._turn, file.told(self.path):
            self._opened()
            if self._raw is None:
                # Unbuffered: what was read before may be written since.
                self._raw = self.path.open("rb", buffering=0)
            return self._raw

    def side_door(self) -> Database:
        """Return a connection of its own to the file, for long work beside the lane; the caller closes it."""
        with self._turn:
            timeout_ms = int(self._opened().execute("pragma busy_timeout").fetchone()[0])
            assert self.key is not None
            with file.told(self.path):
                return file.connect(self.path, self.key, busy_timeout_s=timeout_ms / 1000)

    def compact(self) -> None:
        """Write the whole file anew without the pages that nothing uses; it takes as much memory as the file."""
        with self._turn, file.told(self.path):
            self._opened().execute("vacuum")

    def change_key(self, key: FileKey) -> None:
        """Encrypt every page anew; killed meanwhile, the file opens with the old key or the new one.

        Args:
            key: with the salt of the one in force. SQLCipher encrypts its rollback journal with the old key, and the
                file's first bytes with whatever salt is in force: a new salt would make a rolled-back file unreadable.
        """
        with self._turn:
            db, old = self._opened(), self.key
            assert old is not None
            assert old.salt == key.salt
            timeout_s = int(db.execute("pragma busy_timeout").fetchone()[0]) / 1000
            try:
                with file.told(self.path):
                    db.conn.reset_key(key.spoken())  # type: ignore[attr-defined]  # SQLCipher's, unknown to sqlite3
            except RegistryError:
                self._change_connection(old, timeout_s)
                raise
            self._change_connection(key, timeout_s)

    def _change_connection(self, key: FileKey, timeout_s: float) -> None:
        """Go on with a new connection, which shows by its first query that the key opens the file."""
        old = self._opened()
        self._db = file.open_file(self.path, key, busy_timeout_s=timeout_s)
        self.key = key
        old.close()

    def _check_clock(self, before: JournalEntry) -> None:
        now, last = self.now(), journal.moment_of(before)
        if now >= last - CLOCK_TOLERANCE:
            return
        zone = ZoneInfo(self.tz)
        raise RegistryError(
            _("The clock says {now}, but the registry's last change was at {last}: nothing was changed.").format(
                now=now.astimezone(zone).isoformat(" ", "minutes"), last=last.astimezone(zone).isoformat(" ", "minutes")
            ),
            remedy=_(
                "Set the clock right. If it is right now and was ahead then: countenance registry audit --accept-clock"
            ),
        )

    def _note_head(self) -> None:
        if self.heads is None or self._last_entry is None:
            return
        try:
            self.heads.remember(self.id, Head(seq=self._last_entry.seq, hash=self._last_entry.hash))
            self.heads.remember_place(self.path, self.id)
        except RegistryError as error:
            # The change itself is safe: nothing may make it look undone.
            self.tell(str(error))

    @contextmanager
    def _told(self) -> Iterator[None]:
        with file.told(self.path):
            try:
                yield
            except msgspec.MsgspecError as error:
                raise file.damaged(self.path, details=type(error).__name__) from error

    def _opened(self) -> Database:
        if self._db is None:
            raise RegistryError(
                _("The registry “{file}” is locked.").format(file=self.path), remedy=_("Open it again.")
            )
        return self._db


@contextmanager
def _reading(db: Database) -> Iterator[None]:
    if db.conn.in_transaction:
        yield
        return
    db.execute("begin")
    try:
        yield
    finally:
        db.rollback()
