"""The encrypted file: made, opened, refused; every failure of the cipher and the disk becomes a sentence here."""

from __future__ import annotations

import errno
import glob
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher
from sqlite_utils import Database

from countenance.errors import RegistryError
from countenance.translations import _, mark, ngettext
from registry import schema
from registry.keys import SALT_BYTES, FileKey

PLAIN_MAGIC = b"SQLite format 3\0"
# SQLCipher 4's page, of which the file has a whole number.
PAGE_BYTES = 4096
_LEFT_AFTER_S = 86_400
# More numbers than this nobody reads.
_NAMED_PAGES = 20

# Said once per connection; docs/adr/0005-registry-file.md gives the reasons.
_SETTINGS = (
    "pragma cipher_compatibility = 4",
    "pragma synchronous = extra",
    "pragma secure_delete = on",
    "pragma temp_store = memory",
    "pragma foreign_keys = on",
    "pragma trusted_schema = off",
    "pragma cell_size_check = on",
)

_DAMAGED = mark("The registry “{file}” is damaged.")
_RESTORE = mark("Keep the file as it is and restore a backup.")
_CHECK_PERMISSIONS = mark("Check the permissions of the file and its folder.")
_NO_LOCKING = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
_NO_LOCKS = mark("The disk that “{file}” is on cannot lock files: two programs could write to the registry at once.")
_MOVE = mark("Move the registry to a disk of this computer; nothing was changed.")
# SQLite's name for a failure (as it begins), the sentence, the remedy.
_FAILURES = (
    (
        "SQLITE_NOTADB",
        mark("The passphrase does not open “{file}”."),
        mark("Check the passphrase; if it is right, the file is no registry or is damaged: restore a backup."),
    ),
    (
        "SQLITE_BUSY",
        mark("Another program is using the registry “{file}”."),
        mark("Wait until it has finished, then try again; nothing was changed."),
    ),
    (
        "SQLITE_FULL",
        mark("The disk is full: nothing was changed in the registry “{file}”."),
        mark("Make space, then try again."),
    ),
    ("SQLITE_READONLY", mark("The registry “{file}” may not be written."), _CHECK_PERMISSIONS),
    ("SQLITE_CANTOPEN", mark("The registry “{file}” cannot be opened."), _CHECK_PERMISSIONS),
    ("SQLITE_CORRUPT", _DAMAGED, _RESTORE),
    ("SQLITE_IOERR", mark("The registry “{file}” cannot be read or written."), _RESTORE),
)
_NAMES_BY_MESSAGE = {
    "database is locked": "SQLITE_BUSY",
    "database or disk is full": "SQLITE_FULL",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "unable to open database file": "SQLITE_CANTOPEN",
    "disk I/O error": "SQLITE_IOERR",
}


def create_file(path: Path, key: FileKey, fill: Callable[[Database], None]) -> None:
    """Make a registry with this version's tables, readable by its owner alone.

    It is built beside its place and put there when complete, so that no half-made file ever bears the name.

    Args:
        path: must not exist.
        key: of the new file.
        fill: writes the first rows, in the transaction that makes the tables.

    Raises:
        RegistryError: something is there already, or the folder cannot be written.
    """
    if os.path.lexists(path):
        raise exists_already(path)
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes it with mode 0600.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        os.close(handle)
        partial = Path(name)
        try:
            db = connect(partial, key, busy_timeout_s=0)
            try:
                with one_transaction(db):
                    db.execute(f"pragma application_id = {schema.APPLICATION_ID}")
                    schema.take_steps(db)
                    fill(db)
            finally:
                db.close()
            put_in_place(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def read_salt(path: Path) -> bytes:
    """Return the salt of a registry file, which its key is made with.

    Raises:
        RegistryError: there is no file, or it is no registry.
    """
    with told(path):
        _look_before_opening(path)
        with path.open("rb") as source:
            return source.read(SALT_BYTES)


def open_file(path: Path, key: FileKey, *, busy_timeout_s: float) -> Database:
    """Open a registry, and bring an older one to this version.

    A file that is refused is not changed by a byte; nothing is ever made in its place.

    Args:
        path: of the registry.
        key: its key.
        busy_timeout_s: how long to wait for another process that is writing.

    Raises:
        RegistryError: there is no file, it is no registry, it is newer than the program or damaged, or the
            passphrase does not open it.
    """
    with told(path):
        _look_before_opening(path)
        db = connect(path, key, busy_timeout_s=busy_timeout_s)
        try:
            _check_ours(db, path)
            if schema.has_steps_to_take(db):
                with one_transaction(db):
                    schema.take_steps(db)
        except BaseException:
            db.close()
            raise
    return db


def connect(path: Path, key: FileKey, *, busy_timeout_s: float) -> Database:
    """Return a connection to an existing file, whatever is in it; the cipher's and the disk's own errors pass."""
    # mode=rw: SQLite itself must never make the file.
    connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=busy_timeout_s,
    )
    try:
        # First of all: SQLCipher reports a wrong key on stderr by itself.
        connection.execute("pragma cipher_log_level = none")
        connection.set_key(key.spoken())
        for setting in _SETTINGS:
            connection.execute(setting)
        # Plugins of sqlite-utils would be foreign code beside the open registry.
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


@contextmanager
def one_transaction(db: Database) -> Iterator[None]:
    """All of the block's changes or none; holds the file's write lock from its first statement."""
    db.execute("begin immediate")
    try:
        yield
        db.execute("commit")
    except BaseException:
        # A full disk or a failed read may have ended the transaction already.
        if db.conn.in_transaction:
            db.execute("rollback")
        raise


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at a path from another one put in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def moved(path: Path) -> RegistryError:
    """Return the error of a registry whose file is no longer the one that was opened."""
    return RegistryError(
        _("The registry “{file}” was moved or replaced while it was open.").format(file=path),
        remedy=_("Open it again; nothing was changed."),
    )


def tighten(path: Path) -> str:
    """Let nobody but the owner read or write a registry; return what a person should know of it, mostly nothing."""
    account = getattr(os, "getuid", None)
    if account is None:  # Windows keeps a person's own folders from others
        return ""
    found = path.stat()
    if not stat.S_IMODE(found.st_mode) & 0o077:
        return ""
    if found.st_uid != account():
        return _("Other accounts may read the registry “{file}”, and it belongs to one of them.").format(file=path)
    path.chmod(0o600)
    return _("Other accounts could read the registry “{file}”; from now on only yours can.").format(file=path)


def other_names(path: Path) -> str:
    """Return what a person should know of a registry whose file has a second name, mostly nothing."""
    if path.stat().st_nlink == 1:
        return ""
    # SQLite's journal of an interrupted change is called after one of them and is not found under the other.
    return _(
        "The file of the registry “{file}” has another name as well (a hard link): always open it by the same one, or"
        " a change that is interrupted may damage it."
    ).format(file=path)


def clear_leftovers(target: Path) -> None:
    """Remove what programs that were killed while they made `target` have left beside it: nobody else ever would.

    What was written to within a day, by the clock of the disk, may still be in the making.
    """
    with told(target), tempfile.NamedTemporaryFile(dir=target.parent) as probe:
        now_s = Path(probe.name).stat().st_mtime
        for left in target.parent.glob(f".{glob.escape(target.name)}.*.partial*"):
            if now_s - left.stat().st_mtime > _LEFT_AFTER_S:
                left.unlink(missing_ok=True)


def put_in_place(partial: Path, path: Path) -> None:
    """Give a finished file its name; never in place of another.

    Raises:
        RegistryError: there is something of that name.
    """
    try:
        # Unlike a rename, a link never replaces what somebody else put there meanwhile.
        path.hardlink_to(partial)
    except FileExistsError:
        raise exists_already(path) from None
    except OSError:
        # Some file systems have no links (FAT, some network shares).
        partial.rename(path)


def exists_already(path: Path) -> RegistryError:
    """Return the error that says so."""
    return RegistryError(
        _("There is a file at “{file}” already; it was left as it is.").format(file=path),
        remedy=_("Choose another name."),
    )


def damaged(path: Path, details: str = "") -> RegistryError:
    """Return the error that says so; the file stays as it is."""
    return RegistryError(_(_DAMAGED).format(file=path), remedy=_(_RESTORE), details=details)


def damaged_pages(path: Path, count: int, bad: Sequence[int], details: str) -> RegistryError:
    """Return the error that names the pages, some of `count`, which are not what was written."""
    named = ", ".join(map(str, bad[:_NAMED_PAGES])) + (", …" if len(bad) > _NAMED_PAGES else "")
    sentence = ngettext(
        "The registry “{file}” is damaged: of its {count} pages, page {pages} is not what was written.",
        "The registry “{file}” is damaged: of its {count} pages, these are not what was written: {pages}.",
        len(bad),
    )
    return RegistryError(sentence.format(file=path, count=count, pages=named), remedy=_(_RESTORE), details=details)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the cipher and the disk raise in the block into a `RegistryError` about `path`."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        sentence = _sentence(error, path)
        if sentence is None:
            # A mistake of ours, such as a broken constraint, is not the file's fault.
            raise
        raise sentence from error
    except OSError as error:
        raise RegistryError(
            _("The registry “{file}” cannot be reached.").format(file=path),
            remedy=_("Check its folder, its permissions and the space on the disk."),
            details=type(error).__name__,
        ) from error


def _look_before_opening(path: Path) -> None:
    if not path.exists():
        raise RegistryError(
            _("There is no registry at “{file}”.").format(file=path),
            remedy=_("Make one with “countenance registry init”, or name another with --registry."),
        )
    if not path.is_file():
        raise _no_registry(path)
    with path.open("rb") as source:
        head = source.read(len(PLAIN_MAGIC))
        size = source.seek(0, os.SEEK_END)
    if head == PLAIN_MAGIC:
        raise RegistryError(
            _("“{file}” is an unencrypted database, not a registry.").format(file=path),
            remedy=_("Name another file with --registry."),
        )
    if not size:
        raise _no_registry(path)
    if size % PAGE_BYTES:
        raise RegistryError(
            _("“{file}” is no registry, or it was cut short.").format(file=path),
            remedy=_("Name another file with --registry, or restore a backup."),
        )


def _check_ours(db: Database, path: Path) -> None:
    if db.execute("pragma application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise _no_registry(path)
    if schema.is_newer(db):
        raise RegistryError(
            _("The registry “{file}” was written by a newer version of the program.").format(file=path),
            remedy=_("Update the program; the file was left as it is."),
        )


def _sentence(error: sqlcipher.DatabaseError, path: Path) -> RegistryError | None:
    # A change of key fails with a message alone.
    name = str(getattr(error, "sqlite_errorname", "")) or _NAMES_BY_MESSAGE.get(str(error), "")
    # SQLite takes "no locks available" for a lock that somebody else holds, or for a broken disk.
    if name.startswith(("SQLITE_BUSY", "SQLITE_IOERR")) and sys.platform != "win32" and not _can_lock(path.parent):
        return RegistryError(_(_NO_LOCKS).format(file=path), remedy=_(_MOVE), details=name)
    for start, sentence, remedy in _FAILURES:
        if name.startswith(start):
            return RegistryError(_(sentence).format(file=path), remedy=_(remedy), details=name)
    return None


def _can_lock(folder: Path) -> bool:
    import fcntl

    try:
        # A file of its own: closing the registry's would give back the locks that SQLite holds.
        with tempfile.TemporaryFile(dir=folder) as probe:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _NO_LOCKING
    return True


def _no_registry(path: Path) -> RegistryError:
    return RegistryError(
        _("“{file}” is no registry.").format(file=path), remedy=_("Name another file with --registry.")
    )
