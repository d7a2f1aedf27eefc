"""The way to the open file: queries that see one moment, changes on one writer lane, each with its journal entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import RLock
from zoneinfo import ZoneInfo

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.translations import _
from registry import file, journal
from registry.keys import FileKey

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
    """

    def __init__(self, path: Path, db: Database, key: FileKey, *, operator: str, clock: Clock) -> None:
        self._db: Database | None = db
        self._turn = RLock()
        self._writing = False
        self._clock = clock
        self.path, self.operator = path, operator
        self.key: FileKey | None = key
        with self.query() as reading:
            row = reading.execute("select id, owner, tz from registry").fetchone()
        self.id, self.owner, self.tz = str(row[0]), str(row[1]), str(row[2])

    def close(self) -> None:
        """Forget the key; a closed lane answers nothing more."""
        with self._turn:
            if self._db is not None:
                self._db.close()
                self._db = self.key = None

    def now(self) -> datetime:
        """Return the moment, with offset."""
        return self._clock()

    def today(self) -> date:
        """Return the day it is in the registry's zone."""
        return self.now().astimezone(ZoneInfo(self.tz)).date()

    @contextmanager
    def query(self) -> Iterator[Database]:
        """Let the block read, all of it from one moment."""
        with self._turn:
            db = self._opened()
            with self._told(), _reading(db):
                yield db

    @contextmanager
    def change(self) -> Iterator[Database]:
        """Let the block write: all of its changes or none. A block inside another becomes part of it."""
        with self._turn:
            db = self._opened()
            if self._writing:
                yield db
                return
            self._writing = True
            try:
                with self._told(), file.one_transaction(db):
                    yield db
            finally:
                self._writing = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all queries of the block see the same moment, whatever other processes write meanwhile."""
        # What the block itself does wrong is not the registry's to tell, so only queries turn errors into sentences.
        with self._turn, _reading(self._opened()):
            yield

    def write_down(self, db: Database, action: str, subject: str, facts: journal.Facts) -> None:
        """Append to the journal what the change does; inside its block (`registry.journal.append`)."""
        journal.append(db, at=self.now(), operator=self.operator, action=action, subject=subject, facts=facts)

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
