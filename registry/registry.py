"""The open registry: queries, and changes on one writer lane, each a transaction with its journal entry."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.grants import Grant, Prohibition, Revocation
from countenance.translations import _
from countenance.verdict import RegistryFacts
from registry import agreed, enrolled, file, journal, rules
from registry.answers import Answers
from registry.checks import Checks
from registry.decisions import Decisions
from registry.documents import Documents
from registry.enrolment import EnrolledPeople
from registry.exchanges import Exchanges
from registry.imports import Imports
from registry.keys import FileKey, Passphrase, check_new_passphrase, new_salt
from registry.lane import Clock, Lane, system_clock
from registry.pages import diagnosed
from registry.publications import Publications
from registry.records import (
    Agreed,
    GrantPapers,
    GrantRecord,
    JournalEntry,
    ProhibitionRecord,
)
from registry.renewing import Renewing
from registry.summaries import Summaries
from registry.upkeep import Upkeep

# A change takes milliseconds; whoever holds the file longer has been stopped or is on a slow disk.
BUSY_TIMEOUT_S = 5.0


def create_registry(
    path: Path,
    passphrase: Passphrase,
    *,
    owner: str,
    tz: str,
    operator: str,
    clock: Clock = system_clock,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> Registry:
    """Make a registry where there is no file, and open it.

    Args:
        path: of the file to be made; its folder is made if need be.
        passphrase: see `check_new_passphrase`.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for days that name none.
        operator: who does it, for the journal.
        clock: tells the moment of each change, with offset.
        busy_timeout_s: how long a change waits for another process.

    Raises:
        WrongUsageError: a value cannot be meant like this.
        RegistryError: there is a file already, or none can be written there.
    """
    check_new_passphrase(passphrase)
    rules.check_present(owner, _("A registry needs an owner."))
    rules.check_zone(tz)
    number = str(uuid.uuid4())

    def fill(db: Database) -> None:
        at = clock()
        db.table("registry").insert({"only": 1, "id": number, "owner": owner, "tz": tz, "created_at": at.isoformat()})
        journal.append(db, at=at, operator=operator, action="registry.created", subject=number, facts={})

    key = FileKey(passphrase, new_salt())
    file.create_file(path, key, fill)
    db = file.open_file(path, key, busy_timeout_s=busy_timeout_s)
    return Registry(Lane(path, db, key, operator=operator, clock=clock, new=True))


def open_registry(
    path: Path,
    passphrase: Passphrase,
    *,
    operator: str,
    clock: Clock = system_clock,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> Registry:
    """Open a registry; the arguments are those of `create_registry`. What may not be kept any longer is removed.

    Raises:
        RegistryError: there is none, or it is refused; a refused file is not changed by a byte.
    """
    key = FileKey(passphrase, file.read_salt(path))
    with diagnosed(path, key):
        db = file.open_file(path, key, busy_timeout_s=busy_timeout_s)
        lane = Lane(path, db, key, operator=operator, clock=clock)
    opened = Registry(lane)
    try:
        opened.sweep()
    except RegistryError as error:
        # It is not matched meanwhile, and whoever may only read is not kept out.
        told = _("What was kept under biometric consents that have ended could not be removed: {why}")
        lane.tell(told.format(why=error.sentence))
    return opened


class Registry(EnrolledPeople):
    """An open registry, to be closed after use; any thread may call it, one at a time has its turn.

    Every method raises `RegistryError` when the file cannot be read or written, when another process keeps writing
    to it, or when the registry was closed; and `WrongUsageError` for an id that is nobody's.

    Attributes:
        path: of the file.
        id: random, given when it was made.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for days that name none.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.path, self.id, self.owner, self.tz = lane.path, lane.id, lane.owner, lane.tz
        self.documents = Documents(lane)
        self.decisions = Decisions(lane)
        self.answers = Answers(lane)
        self.publications = Publications(lane)
        self.checks = Checks(lane)
        self.exchanges = Exchanges(lane)
        self.imports = Imports(lane)
        self.renewing = Renewing(lane)
        self.summaries = Summaries(lane)
        self.upkeep = Upkeep(lane)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the key; a closed registry answers nothing more."""
        self._lane.close()

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all queries of the block see the same moment, whatever other processes write meanwhile."""
        return self._lane.snapshot()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all changes of the block count, or none; each keeps its journal entry."""
        with self._lane.change():
            yield

    def today(self) -> date:
        """Return the day it is in the registry's zone."""
        return self._lane.today()

    def revision(self) -> int:
        """Return what grows with every change, whichever process makes it."""
        with self._lane.query() as db:
            return journal.revision(db)

    def people_revision(self) -> int:
        """Return what grows with every change of people, their biometric consents and samples."""
        with self._lane.query() as db:
            return journal.people_revision(db)

    def facts(self) -> RegistryFacts:
        """Return what reports tell of the registry; `revision` grows with every change."""
        with self._lane.query() as db:
            people, grants = db.execute(
                """select (select count(*) from people where merged_into is null),
                    (select count(distinct id) from grants)"""
            ).fetchone()
            return RegistryFacts(id=self.id, revision=journal.revision(db), people=people, grants=grants)

    def agreed(self, people: Iterable[str]) -> Agreed:
        """Return people, their groups, and the grants and prohibitions of all of them."""
        with self._lane.query() as db:
            return agreed.read_agreed(db, people)

    def grants(self, person: str | None = None) -> tuple[GrantRecord, ...]:
        """Return the latest revision of all grants, or of those a person or group gave, oldest first."""
        with self._lane.query() as db:
            return agreed.read_grants(db, None if person is None else [person])

    def grant_revisions(self, grant: str) -> tuple[GrantRecord, ...]:
        """Return all revisions of a grant, oldest first."""
        with self._lane.query() as db:
            return agreed.read_grant_revisions(db, grant)

    def prohibitions(self, person: str | None = None) -> tuple[ProhibitionRecord, ...]:
        """Return the latest revision of all prohibitions, or of those of a person or group, oldest first."""
        with self._lane.query() as db:
            return agreed.read_prohibitions(db, None if person is None else [person])

    def prohibition_revisions(self, prohibition: str) -> tuple[ProhibitionRecord, ...]:
        """Return all revisions of a prohibition, oldest first."""
        with self._lane.query() as db:
            return agreed.read_prohibition_revisions(db, prohibition)

    def journal_entries(self) -> tuple[JournalEntry, ...]:
        """Return every change ever made, oldest first."""
        with self._lane.query() as db:
            return journal.entries(db)

    def record_grant(self, grant: Grant, papers: GrantPapers | None = None) -> Grant:
        """Keep a new grant (its `id` empty), or the next revision of the one it carries the id and revision of.

        Without `papers` a new grant has none, and a changed one keeps those it had, to be confirmed anew.

        Returns:
            The grant as kept, with its id and revision.

        Raises:
            WrongUsageError: something required is missing.
            RegistryError: somebody changed the grant meanwhile.
        """
        with self._lane.change() as db:
            grant = replace(grant, person=enrolled.read_people(db, [grant.person])[0].id)
            if papers is None:
                papers = agreed.papers_of_change(db, grant.id) if grant.id else GrantPapers()
            rules.check_grant(grant, papers)
            kept = agreed.insert_grant(db, grant, papers, at=self._lane.now(), by=self._lane.operator)
            action = "grant.recorded" if kept.revision == 1 else _deed(*agreed.read_grant_revisions(db, kept.id)[-2:])
            self._lane.write_down(db, action, kept.id, {"person": kept.person, "revision": kept.revision})
        return kept

    def revoke_grant(self, grant: str, revocation: Revocation) -> Grant:
        """Record a withdrawal as the grant's next revision, which is returned."""
        with self._lane.change():
            latest = self.grant_revisions(grant)[-1].grant
            return self.record_grant(replace(latest, revoked=revocation))

    def confirm_grant(self, grant: str) -> Grant:
        """Record as the grant's next revision that the operator, a second person, confirms what was entered.

        Raises:
            WrongUsageError: it was confirmed before, or the operator entered it.
        """
        with self._lane.change() as db:
            record = agreed.read_to_confirm(db, grant, self._lane.operator)
            return self.record_grant(record.grant, record.papers)

    def record_prohibition(self, prohibition: Prohibition, *, changes_revision: int = 0) -> ProhibitionRecord:
        """Keep a new prohibition (its `id` empty), or the revision after `changes_revision`.

        Raises:
            WrongUsageError: something required is missing.
            RegistryError: somebody changed the prohibition meanwhile.
        """
        rules.check_prohibition(prohibition)
        with self._lane.change() as db:
            prohibition = replace(prohibition, person=enrolled.read_people(db, [prohibition.person])[0].id)
            kept = agreed.insert_prohibition(
                db, prohibition, changes_revision, at=self._lane.now(), by=self._lane.operator
            )
            action = "prohibition.recorded" if kept.revision == 1 else "prohibition.changed"
            facts: journal.Facts = {"person": prohibition.person, "revision": kept.revision}
            self._lane.write_down(db, action, kept.prohibition.id, facts)
        return kept


def _deed(before: GrantRecord, after: GrantRecord) -> str:
    """Return what the journal calls it that one revision of a grant came after another."""
    if after.grant.revoked not in {None, before.grant.revoked}:
        return "grant.revoked"
    same = after.grant == replace(before.grant, revision=after.grant.revision)
    confirmed = same and not before.papers.approved_by and bool(after.papers.approved_by)
    return "grant.confirmed" if confirmed else "grant.changed"
