"""Where a passphrase comes from: key file, environment, system keyring or prompt, in this order; never an argument."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, final

from countenance.errors import RegistryError, WrongUsageError
from countenance.translations import _

PASSPHRASE_VARIABLE = "COUNTENANCE_PASSPHRASE"  # noqa: S105 - a name, not a passphrase
SECRET_VARIABLES = frozenset({PASSPHRASE_VARIABLE})
KEYRING_SERVICE = "countenance"
SHORTEST_PASSPHRASE = 8

# SQLCipher 4's own figures; docs/adr/0005-registry-file.md.
SALT_BYTES = 16
KEY_BYTES = 32
KEY_ROUNDS = 256_000

# A passphrase is a line of text; a larger file was named by mistake, and is not read whole.
_KEY_FILE_LIMIT = 4096


@final
class Passphrase:
    """A passphrase that never prints, compares or pickles itself.

    Text is brought to Unicode NFC, so that the same keys typed on another system open the same file.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = unicodedata.normalize("NFC", text)

    def reveal(self) -> str:
        """Return the text, for the cipher alone."""
        return self._text

    def __repr__(self) -> str:
        return "Passphrase(hidden)"

    def __reduce__(self) -> NoReturn:
        message = "a passphrase does not leave its process"
        raise TypeError(message)


@final
class FileKey:
    """The key of one registry file, made from its passphrase and salt; it never prints or pickles itself.

    Attributes:
        salt: the file's first bytes, `SALT_BYTES`.
    """

    __slots__ = ("_key", "salt")

    def __init__(self, passphrase: Passphrase, salt: bytes) -> None:
        forbid_core_dumps()
        self.salt = salt
        # PBKDF2-HMAC-SHA512, as SQLCipher 4 does it, once per opening instead of once per connection.
        text = passphrase.reveal().encode("utf-8", "surrogatepass")
        self._key = hashlib.pbkdf2_hmac("sha512", text, salt, KEY_ROUNDS, KEY_BYTES)

    def reveal(self) -> bytes:
        """Return the key's bytes, for the cipher alone."""
        return self._key

    def spoken(self) -> str:
        """Return key and salt as SQLCipher takes them raw, for the cipher alone."""
        return f"x'{self._key.hex()}{self.salt.hex()}'"

    def __repr__(self) -> str:
        return "FileKey(hidden)"

    def __reduce__(self) -> NoReturn:
        message = "a key does not leave its process"
        raise TypeError(message)


def forbid_core_dumps() -> None:
    """Let no crash write this process's memory to the disk: whoever holds a key does so before."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit; its own error reports are the system's to send or not.
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def new_salt() -> bytes:
    """Return a salt for a new file."""
    return os.urandom(SALT_BYTES)


def find_passphrase(
    registry: Path,
    *,
    environment: Mapping[str, str],
    key_file: Path | None = None,
    prompt: Callable[[], str] | None = None,
) -> Passphrase:
    """Return the passphrase of the first source that has one.

    The system keyring is asked for service `KEYRING_SERVICE` and the registry's resolved path; one that fails, as
    on machines without a desktop, is passed over.

    Args:
        registry: the file to be opened.
        environment: read for `COUNTENANCE_PASSPHRASE`; empty counts as absent.
        key_file: its whole text is the passphrase, less one line end; it comes first and must be readable.
        prompt: asks a person; None where nobody can be asked.

    Raises:
        RegistryError: no source has a passphrase, or the key file cannot be read.
    """
    if key_file is not None:
        return _from_file(key_file)
    text = environment.get(PASSPHRASE_VARIABLE) or _from_keyring(registry) or (prompt() if prompt else "")
    if not text:
        raise RegistryError(
            _("The registry needs a passphrase, and none was given."),
            remedy=_("Name a file with --key-file, set COUNTENANCE_PASSPHRASE, or use a terminal to be asked."),
        )
    return Passphrase(text)


def check_new_passphrase(passphrase: Passphrase) -> None:
    """Refuse a passphrase too weak for a new registry.

    Raises:
        WrongUsageError: it is empty, blank, or shorter than `SHORTEST_PASSPHRASE` characters.
    """
    text = passphrase.reveal()
    if len(text) < SHORTEST_PASSPHRASE or not text.strip():
        raise WrongUsageError(
            _("This passphrase is too short to protect people's faces."),
            remedy=_("Choose at least {count} characters; several words are best.").format(count=SHORTEST_PASSPHRASE),
        )


class KeyringState(StrEnum):
    """What the system keyring says about one registry."""

    NONE = "none"
    EMPTY = "empty"
    HOLDS = "holds"


def keyring_state(registry: Path) -> KeyringState:
    """Return whether the system has a keyring that answers, and whether it holds the registry's passphrase."""
    try:
        with _keyring(registry) as (keyring, name):
            # The backend that stands in where there is none answers every question with nothing.
            if keyring.get_keyring().priority <= 0:
                return KeyringState.NONE
            kept = keyring.get_password(KEYRING_SERVICE, name)
    except RegistryError:
        return KeyringState.NONE
    return KeyringState.HOLDS if kept else KeyringState.EMPTY


def remember_passphrase(registry: Path, passphrase: Passphrase) -> None:
    """Keep the passphrase of a registry in the system keyring.

    Raises:
        RegistryError: the system has no keyring, or it is locked.
    """
    with _keyring(registry) as (keyring, name):
        keyring.set_password(KEYRING_SERVICE, name, passphrase.reveal())
        kept = keyring.get_password(KEYRING_SERVICE, name)
    if kept != passphrase.reveal():
        raise _no_keyring()


def forget_passphrase(registry: Path) -> bool:
    """Remove the passphrase of a registry from the system keyring; return whether there was one.

    Raises:
        RegistryError: the system has no keyring, or it is locked.
    """
    with _keyring(registry) as (keyring, name):
        if not keyring.get_password(KEYRING_SERVICE, name):
            return False
        keyring.delete_password(KEYRING_SERVICE, name)
    return True


def environment_without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` less every variable of `SECRET_VARIABLES`, for child processes."""
    # Windows treats the names of variables alike whatever their case.
    return {name: text for name, text in environment.items() if name.upper() not in SECRET_VARIABLES}


def _from_file(key_file: Path) -> Passphrase:
    try:
        with key_file.open("rb") as source:
            content = source.read(_KEY_FILE_LIMIT + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise RegistryError(
            _("The key file “{file}” cannot be read.").format(file=key_file),
            remedy=_("Check its name and its permissions."),
            details=type(error).__name__,
        ) from error
    except UnicodeDecodeError:
        # Without the cause: that error carries the file's bytes.
        raise RegistryError(_("The key file “{file}” is not text.").format(file=key_file)) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text or len(content) > _KEY_FILE_LIMIT:
        raise RegistryError(
            _("The key file “{file}” does not hold a passphrase.").format(file=key_file),
            remedy=_("It must hold the passphrase alone, on one line."),
        )
    return Passphrase(text)


def _from_keyring(registry: Path) -> str | None:
    try:
        with _keyring(registry) as (keyring, name):
            kept: str | None = keyring.get_password(KEYRING_SERVICE, name)
            return kept
    except RegistryError:
        # The next source is asked instead, and says so if there is none.
        return None


@contextmanager
def _keyring(registry: Path) -> Iterator[tuple[Any, str]]:
    """Give the block the keyring's module and the name that the registry has there.

    Raises:
        RegistryError: there is no keyring, or it fails.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:  # the backend named in the environment is not installed
        raise _no_keyring(type(error).__name__) from error
    try:
        yield keyring, str(registry.resolve())
    except (KeyringError, RuntimeError, OSError) as error:
        # No backend, a locked one, no session bus: what backends raise where there is no desktop.
        raise _no_keyring(type(error).__name__) from error


def _no_keyring(details: str = "") -> RegistryError:
    return RegistryError(
        _("This system has no keyring that keeps passphrases, or it is locked."),
        remedy=_("Name a file with --key-file, or set COUNTENANCE_PASSPHRASE."),
        details=details,
    )
