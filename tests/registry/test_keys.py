import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from countenance.errors import RegistryError, WrongUsageError
from registry import (
    KeyringState,
    Passphrase,
    check_new_passphrase,
    environment_without_keys,
    find_passphrase,
    forget_passphrase,
    keyring_state,
    remember_passphrase,
)
from registry.keys import KEYRING_SERVICE, PASSPHRASE_VARIABLE, FileKey


class Desktop(KeyringBackend):
    """A keyring in memory, in place of a desktop that a test machine does not have."""

    priority = 1

    def __init__(self, kept: dict[tuple[str, str], str] | None = None, error: Exception | None = None) -> None:
        super().__init__()
        self.kept = kept or {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error:
            raise self.error
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError(username)
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def no_desktop() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


def test_the_key_file_comes_before_everything_else(path: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("from the file\n", encoding="utf-8")

    found = find_passphrase(
        path, key_file=key_file, environment={PASSPHRASE_VARIABLE: "from the environment"}, prompt=_never
    )

    assert found.reveal() == "from the file"


def test_the_environment_comes_before_the_keyring(path: Path) -> None:
    keyring.set_keyring(Desktop({(KEYRING_SERVICE, str(path)): "from the keyring"}))

    found = find_passphrase(path, environment={PASSPHRASE_VARIABLE: "from the environment"}, prompt=_never)

    assert found.reveal() == "from the environment"


def test_the_keyring_knows_each_registry_by_its_path(path: Path, tmp_path: Path) -> None:
    keyring.set_keyring(Desktop({(KEYRING_SERVICE, str(path)): "from the keyring"}))

    found = find_passphrase(path, environment={PASSPHRASE_VARIABLE: ""}, prompt=_never)
    other = find_passphrase(tmp_path / "another", environment={}, prompt=lambda: "typed")

    assert found.reveal() == "from the keyring"
    assert other.reveal() == "typed"


@pytest.mark.parametrize("error", [keyring.errors.KeyringLocked(), RuntimeError("no bus"), ConnectionRefusedError()])
def test_a_failing_keyring_is_passed_over(path: Path, error: Exception) -> None:
    keyring.set_keyring(Desktop(error=error))

    assert find_passphrase(path, environment={}, prompt=lambda: "typed").reveal() == "typed"


def test_a_machine_without_any_keyring_asks(path: Path) -> None:
    assert find_passphrase(path, environment={}, prompt=lambda: "typed").reveal() == "typed"


def test_a_keyring_that_cannot_be_loaded_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert find_passphrase(path, environment={}, prompt=lambda: "typed").reveal() == "typed"


def test_without_any_source_the_registry_stays_locked(path: Path) -> None:
    with pytest.raises(RegistryError, match="none was given"):
        find_passphrase(path, environment={})
    with pytest.raises(RegistryError, match="none was given"):
        find_passphrase(path, environment={}, prompt=lambda: "")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"harbour kite", "harbour kite"),
        (b"harbour kite\n", "harbour kite"),
        (b"harbour kite\r\n", "harbour kite"),
        (b"\xef\xbb\xbfharbour kite\n", "harbour kite"),
        (b"  spaces count ", "  spaces count "),
        ("e\u0301t\u00e9".encode(), "\u00e9t\u00e9"),
    ],
)
def test_a_key_file_holds_one_passphrase(path: Path, tmp_path: Path, content: bytes, expected: str) -> None:
    key_file = tmp_path / "key"
    key_file.write_bytes(content)

    assert find_passphrase(path, key_file=key_file, environment={}).reveal() == expected


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "does not hold"), (b"\n", "does not hold"), (b"x" * 5000, "does not hold"), (b"secret\xff\xfe", "not text")],
)
def test_a_key_file_that_cannot_be_meant_is_refused(path: Path, tmp_path: Path, content: bytes, sentence: str) -> None:
    key_file = tmp_path / "key"
    key_file.write_bytes(content)

    with pytest.raises(RegistryError, match=sentence) as refused:
        find_passphrase(path, key_file=key_file, environment={}, prompt=_never)

    assert "secret" not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_a_missing_key_file_is_said_and_nothing_else_is_tried(path: Path, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be read"):
        find_passphrase(
            path, key_file=tmp_path / "none", environment={PASSPHRASE_VARIABLE: "kept aside"}, prompt=_never
        )


def test_a_passphrase_never_shows_itself() -> None:
    passphrase = Passphrase("harbour kite")

    assert "harbour" not in f"{passphrase} {passphrase!r} {[passphrase]}"
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(passphrase)


@pytest.mark.parametrize("text", ["", "short", "7 chars", " " * 12])
def test_a_new_registry_needs_a_real_passphrase(text: str) -> None:
    with pytest.raises(WrongUsageError, match="at least 8 characters"):
        check_new_passphrase(Passphrase(text))


def test_eight_characters_are_enough_to_begin_with() -> None:
    check_new_passphrase(Passphrase("12345678"))


def test_a_child_process_is_told_no_key() -> None:
    parent = dict(os.environ) | {PASSPHRASE_VARIABLE: "harbour kite", "Countenance_Passphrase": "harbour kite"}
    looking = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv]))"

    child = subprocess.run(
        [sys.executable, "-c", looking],
        env=environment_without_keys(parent),
        capture_output=True,
        check=True,
        text=True,
    )

    assert "harbour kite" not in child.stdout
    assert json.loads(child.stdout)[0].keys() >= {"PATH"}


def _never() -> str:
    raise AssertionError("nobody was to be asked")


class Forgetful(Desktop):
    """A keyring that takes everything and keeps nothing, as some that stand in for a desktop do."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


def test_a_passphrase_is_remembered_and_forgotten(path: Path) -> None:
    keyring.set_keyring(Desktop())
    before = keyring_state(path)

    remember_passphrase(path, Passphrase("harbour kite"))
    during = keyring_state(path), find_passphrase(path, environment={}).reveal()

    assert before is KeyringState.EMPTY
    assert during == (KeyringState.HOLDS, "harbour kite")
    assert forget_passphrase(path)
    assert not forget_passphrase(path)
    assert keyring_state(path) is KeyringState.EMPTY


@pytest.mark.parametrize(
    "backend", [fail.Keyring(), null.Keyring(), Forgetful(), Desktop(error=KeyringLocked("locked"))]
)
def test_a_system_without_a_keyring_says_so(path: Path, backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)

    with pytest.raises(RegistryError, match="no keyring that keeps passphrases") as refused:
        remember_passphrase(path, Passphrase("harbour kite"))

    assert "harbour" not in repr(refused.value)
    assert keyring_state(path) in {KeyringState.NONE, KeyringState.EMPTY}


def test_a_keyring_that_is_not_installed_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert keyring_state(path) is KeyringState.NONE


def test_a_files_key_never_shows_itself() -> None:
    key = FileKey(Passphrase("harbour kite"), bytes(16))

    assert key.reveal().hex() not in f"{key} {key!r}"
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(key)
