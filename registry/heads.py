"""How far each registry's journal had come, kept outside the registry, so that a cut tail or an old copy is noticed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from enum import StrEnum
from pathlib import Path

import msgspec
from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.translations import _
from registry import journal


class HeadState(StrEnum):
    """How a registry's journal stands to the head that is remembered outside.

    Attributes:
        HOLDS: the journal goes as far and has the same entry there.
        FIRST_SEEN: nothing is remembered of this registry.
        SHORTER: the journal ends before the remembered entry.
        DIFFERENT: the journal has another entry in that place.
        REPLACED: another registry lies where this computer last saw one.
        UNREADABLE: what is remembered cannot be read.
        NOT_KEPT: nobody asked for heads to be kept.
    """

    HOLDS = "holds"
    FIRST_SEEN = "first_seen"
    SHORTER = "shorter"
    DIFFERENT = "different"
    REPLACED = "replaced"
    UNREADABLE = "unreadable"
    NOT_KEPT = "not_kept"


TRUSTED = frozenset({HeadState.HOLDS, HeadState.FIRST_SEEN})


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The number and the hash of a journal's last entry."""

    seq: int
    hash: str


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Which registry lay at a place."""

    registry: str


class Heads:
    """The folder in which heads are remembered, one small file for each registry, and one for each place of one.

    Args:
        folder: made if need be, for its owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self, db: Database, registry: str) -> tuple[HeadState, Head | None]:
        """Return how the journal of an open registry stands to what is remembered, and that.

        Args:
            db: the open registry, inside a transaction.
            registry: its id.
        """
        try:
            content = self._file(registry).read_bytes()
        except FileNotFoundError:
            return HeadState.FIRST_SEEN, None
        except OSError:
            return HeadState.UNREADABLE, None
        try:
            head = msgspec.json.decode(content, type=Head)
        except msgspec.MsgspecError:
            return HeadState.UNREADABLE, None
        if journal.revision(db) < head.seq:
            return HeadState.SHORTER, head
        return (HeadState.HOLDS if journal.hash_at(db, head.seq) == head.hash else HeadState.DIFFERENT), head

    def state_at(self, db: Database, registry: str, path: Path) -> tuple[HeadState, Head | None]:
        """Return the same, and whether another registry was put where this computer last saw one.

        Args:
            db: the open registry, inside a transaction.
            registry: its id.
            path: of its file.
        """
        state, head = self.state(db, registry)
        return (HeadState.REPLACED if state in TRUSTED and self._other_at(path, registry) else state), head

    def may_follow(self, db: Database, registry: str, path: Path) -> bool:
        """Return whether the head may go on with the journal: one that is not to be trusted stays until accepted."""
        return self.state_at(db, registry, path)[0] in TRUSTED

    def remember(self, registry: str, head: Head) -> None:
        """Replace what is remembered, whole or not at all.

        Raises:
            RegistryError: the folder cannot be written.
        """
        self._write(self._file(registry), msgspec.json.encode(head))

    def remember_place(self, path: Path, registry: str) -> None:
        """Note which registry lies at a path, unless that is known.

        Raises:
            RegistryError: the folder cannot be written.
        """
        if self._seen_at(path) != registry:
            self._write(self._place(path), msgspec.json.encode(_Seen(registry=registry)))

    def _other_at(self, path: Path, registry: str) -> bool:
        return self._seen_at(path) not in {"", registry}

    def _seen_at(self, path: Path) -> str:
        """Return the id of the registry that was last seen at a path; empty where nothing is known of it."""
        try:
            return msgspec.json.decode(self._place(path).read_bytes(), type=_Seen).registry
        except (OSError, msgspec.MsgspecError):
            return ""

    def _write(self, file: Path, content: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # mkstemp makes it with mode 0600. A head that a power cut takes back is only older, which does no harm:
            # so nothing is waited for here.
            handle, partial = tempfile.mkstemp(prefix=".head-", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as target:
                    target.write(content)
                Path(partial).replace(file)
            except BaseException:
                Path(partial).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise RegistryError(
                _("How far the journal has come could not be noted in “{folder}”.").format(folder=self._folder),
                remedy=_("Check the folder's permissions and the space on the disk; the registry itself is well."),
                details=type(error).__name__,
            ) from error

    def _file(self, registry: str) -> Path:
        return self._folder / f"{registry}.json"

    def _place(self, path: Path) -> Path:
        # By a hash: the name of a folder may be that of a client.
        name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
        return self._folder / f"at-{name}.json"


def head_sentence(state: HeadState) -> str:
    """Return what a person must know about a head that is not to be trusted; empty for one that is."""
    sentences = {
        HeadState.SHORTER: _("The journal of this registry is shorter than it was when this computer last saw it."),
        HeadState.DIFFERENT: _("The journal of this registry is not the one that this computer saw before."),
        HeadState.REPLACED: _("This is not the registry that this computer last saw in this place."),
        HeadState.UNREADABLE: _("What this computer remembered of this registry's journal cannot be read."),
    }
    return sentences.get(state, "")


def head_remedy() -> str:
    """Return what to do about a head that is not to be trusted."""
    return _(
        "Its end may have been cut off, it may be an old copy, or somebody rewrote it. Look into it with"
        " “countenance registry audit”; if the present state is right: countenance registry audit --accept-head"
    )
