"""The care of an open registry: audits, backups, its key, what is told of its state, erasure and disclosure."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.people import Modality
from countenance.translations import _
from countenance.work import ProgressHook, ignore_progress
from registry import enrolled, journal
from registry.auditing import CLOCK_ACCEPTED, Audit, JournalChoice, audited, journal_broken
from registry.backup import BACKED_UP, Backup, backed_up
from registry.disclosing import Disclosure, disclosed
from registry.erasing import Erasure, ErasureReason, erased
from registry.heads import TRUSTED, Head, Heads, HeadState, head_remedy, head_sentence
from registry.keys import FileKey, KeyringState, Passphrase, check_new_passphrase, keyring_state
from registry.lane import CLOCK_TOLERANCE, Lane
from registry.records import JournalEntry
from registry.theirs import whose

# Of the journal; an audit looks at all of it. They take some 20 ms.
_LOOKED_AT_ON_OPENING = 2000
HEAD_ACCEPTED, REKEYED = "head.accepted", "registry.rekeyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What can be told of a registry without reading all of it.

    Attributes:
        size: in bytes.
        free_pages: of its pages, those that nothing uses.
        others_may_read: whether other accounts of this computer may.
        past_retention: samples that are still kept although their last day, or their consent's, is past.
        without_templates: people whose templates were all made by other models than those in use.
        last_backup: with offset; None where none is recorded.
        clock_behind: whether this computer's clock is more than ten minutes before the last change.
    """

    size: int
    pages: int
    free_pages: int
    others_may_read: bool
    past_retention: int
    without_templates: int
    last_backup: datetime | None
    revision: int
    head: HeadState
    keyring: KeyringState
    clock_behind: bool


class Upkeep:
    """What keeps an open registry safe. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._head: tuple[HeadState, Head | None] = (HeadState.NOT_KEPT, None)

    def watch(self, heads: Path | None, tell: Callable[[str], None]) -> HeadState:
        """Have told what a person should know of the file, and its journal's head remembered outside.

        To be called once, after opening.

        Args:
            heads: the folder (`Places.heads`); None where none is to be kept.
            tell: called with each sentence, those from the opening first.
        """
        self._lane.listen(tell)
        if heads is not None:
            self._head = self._lane.remember_head(Heads(heads))
            sentence = head_sentence(self._head[0])
            if sentence:
                tell(f"{sentence} {head_remedy()}")
            with self._lane.query() as db:
                broken = journal.first_break(db, newest=_LOOKED_AT_ON_OPENING)
            if broken is not None:
                tell(f"{journal_broken(broken)} {_('Look into it with: countenance registry audit')}")
        return self._head[0]

    def audit(self) -> Audit:
        """Read the whole file and return what does not hold."""
        return audited(self._lane, *self._head)

    def entries(self, choice: JournalChoice) -> tuple[JournalEntry, ...]:
        """Return the entries of the journal that are asked for, oldest first."""
        zone = ZoneInfo(self._lane.tz)
        with self._lane.query() as db:
            return tuple(entry for entry in journal.entries(db) if choice.takes(entry, zone))

    def everything_of(self, person: str) -> frozenset[str]:
        """Return the ids of a person and of all that is theirs, for `JournalChoice.about`.

        Of somebody who was erased, the id alone is left.
        """
        with self._lane.query() as db:
            if db.execute("select 1 from tombstones where person = ?", [person]).fetchone() is not None:
                return frozenset({person})
            return frozenset(whose(db, enrolled.read_people(db, [person])[0].id).subjects)

    def erased_on(self, person: str) -> date | None:
        """Return the day on which somebody was erased; None of whoever was not."""
        with self._lane.query() as db:
            row = db.execute("select erased_at from tombstones where person = ?", [person]).fetchone()
        return None if row is None else datetime.fromisoformat(row[0]).astimezone(ZoneInfo(self._lane.tz)).date()

    def accept_head(self) -> None:
        """Record that the present end of the journal is right, whatever was remembered outside.

        Raises:
            WrongUsageError: there is nothing to accept.
        """
        state, head = self._head
        if state in {*TRUSTED, HeadState.NOT_KEPT}:
            raise WrongUsageError(_("The journal's head is the one that is remembered; there is nothing to accept."))
        with self._lane.change() as db:
            facts = {"state": state.value, "remembered": 0 if head is None else head.seq}
            self._lane.write_down(db, HEAD_ACCEPTED, self._lane.id, facts)
        self._lane.accept_head()
        self._head = (HeadState.HOLDS, None)

    def accept_clock(self) -> None:
        """Record that this computer's clock is right and was ahead when the last change was made.

        Raises:
            WrongUsageError: the clock is not behind the last change.
        """
        with self._lane.change(whatever_the_clock=True) as db:
            last = journal.last_entry(db)
            ahead = journal.moment_of(last) - self._lane.now() if last is not None else CLOCK_TOLERANCE
            if ahead <= CLOCK_TOLERANCE:
                raise WrongUsageError(_("The clock agrees with the last change; there is nothing to accept."))
            self._lane.write_down(db, CLOCK_ACCEPTED, self._lane.id, {"ahead_s": int(ahead.total_seconds())})

    def back_up(self, target: Path, on_progress: ProgressHook = ignore_progress) -> Backup:
        """Copy the registry while it is in use, verify the copy, then give it its name; never over a file.

        Raises:
            CheckFailedError: the copy is not whole.
        """
        return backed_up(self._lane, target, on_progress)

    def rekey(self, passphrase: Passphrase) -> None:
        """Encrypt the registry with a new passphrase, in place; backups keep the one they were made with.

        Raises:
            WrongUsageError: the passphrase is too weak.
        """
        check_new_passphrase(passphrase)
        old = self._lane.key
        assert old is not None
        self._lane.change_key(FileKey(passphrase, old.salt))
        with self._lane.change() as db:
            self._lane.write_down(db, REKEYED, self._lane.id, {})

    def health(self, bindings: Mapping[Modality, str]) -> Health:
        """Return what can be told quickly.

        Args:
            bindings: `ModelStamp.binding` of the models in use, by what they are for.
        """
        lane, today = self._lane, self._lane.today()
        with lane.query() as db:
            found = lane.path.stat()
            last = journal.last_entry(db)
            backup = db.execute(
                "select at from journal where action = ? order by seq desc limit 1", [BACKED_UP]
            ).fetchone()
            others: set[str] = set()
            for modality, binding in bindings.items():
                others.update(enrolled.read_templates(db, binding=binding, modality=modality, on=today).other_models)
            return Health(
                size=found.st_size,
                pages=db.execute("pragma page_count").fetchone()[0],
                free_pages=db.execute("pragma freelist_count").fetchone()[0],
                others_may_read=bool(stat.S_IMODE(found.st_mode) & 0o077),
                past_retention=_past_retention(db, today),
                without_templates=len(others),
                last_backup=None if backup is None else datetime.fromisoformat(backup[0]),
                revision=journal.revision(db),
                head=self._head[0],
                keyring=keyring_state(lane.path),
                clock_behind=last is not None and journal.moment_of(last) - lane.now() > CLOCK_TOLERANCE,
            )

    def erase(self, person: str, reason: ErasureReason = ErasureReason.REQUEST) -> Erasure:
        """Remove all that is held about a person, write the file anew, and search every page of it for them.

        Raises:
            WrongUsageError: there is nobody with that id, or they were erased before.
        """
        return erased(self._lane, person, reason)

    def disclose(self, person: str, folder: Path) -> Disclosure:
        """Write all that is held about a person into a new folder, for its owner alone, whole or not at all."""
        return disclosed(self._lane, person, folder)


def _past_retention(db: Database, today: date) -> int:
    row = db.execute(
        """select count(*) from samples s join biometric_consents c on c.id = s.biometric_consent
            where (s.delete_by < :day or c.retain_until < :day or c.withdrawn_on <= :day)
            and (exists (select 1 from templates t where t.sample = s.id)
                or exists (select 1 from sample_media m where m.sample = s.id))""",
        {"day": today.isoformat()},
    ).fetchone()
    return int(row[0])
