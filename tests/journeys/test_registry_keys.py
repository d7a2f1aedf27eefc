"""The key stays where it belongs: never in an argument, never near the process that parses foreign bytes.

Nothing half-written remains, whoever is killed while somebody is enrolled.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from registry import Passphrase, open_registry
from tests.cli.running import Terminal, child_of, finish, start
from tests.journeys.conftest import Material

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="A process is looked into through /proc, as Linux has it.")
CHUNK_BYTES = 8 * 1024 * 1024


@pytest.fixture
def passphrase() -> str:
    """Return a passphrase that can stand nowhere by chance."""
    return secrets.token_hex(20)


@pytest.fixture
def terminal(
    own_home: Path,
    starter_store: Path,
    passphrase: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    """Return a terminal with the models and a registry made with the passphrase."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(starter_store))
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", passphrase)
    made = Terminal(own_home / "own.countenance", capsys)
    assert made.run("registry", "init").code == 0
    return made


def _copies(clip: Path, folder: Path, count: int = 12) -> list[Path]:
    folder.mkdir()
    return [Path(shutil.copy(clip, folder / f"{number:02d}.mp4")) for number in range(count)]


@pytest.fixture
def at_work(terminal: Terminal, material: Material, tmp_path: Path) -> Iterator[tuple[psutil.Popen, psutil.Process]]:
    """Return a check of many clips, the first of which is done, and the child that is at the next."""
    clips = _copies(material.clip, tmp_path / "clips")
    running = start("--registry", terminal.registry, "check", *clips, "--report", tmp_path / "reports")
    child = child_of(running)
    assert running.stderr is not None
    assert running.stderr.readline().startswith("Report: ")
    yield running, child
    running.kill()
    finish(running)


@LINUX
def test_the_child_is_given_no_key_and_no_registry(
    at_work: tuple[psutil.Popen, psutil.Process], passphrase: str, terminal: Terminal
) -> None:
    parent, child = at_work
    secret, registry = passphrase.encode(), terminal.registry.name.encode()

    arguments = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (parent.pid, child.pid)]
    try:
        environment = Path(f"/proc/{child.pid}/environ").read_bytes()
        opened = {entry.path for entry in child.open_files()}
    except (PermissionError, psutil.AccessDenied):
        pytest.skip("The child cannot be looked into: it has made itself untraceable, and this account is not root.")
    found, looked_at = _search(child.pid, (secret, registry))

    assert b"PYTHONPATH=" in environment  # it is the child's own
    assert b"COUNTENANCE_PASSPHRASE" not in environment
    assert secret in Path(f"/proc/{parent.pid}/environ").read_bytes()
    assert all(secret not in text for text in (environment, *arguments))
    assert looked_at > 20 * 1024 * 1024
    assert found == set()
    assert str(terminal.registry) not in opened


@LINUX
def test_the_search_of_memory_finds_what_is_there(passphrase: str) -> None:
    """Else the story above would prove nothing."""
    program = "import sys; kept = sys.stdin.readline(); print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdin.write(passphrase.encode() + b"\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == b"ready\n"
        found, _looked_at = _search(holder.pid, (passphrase.encode(),))
        holder.stdin.close()

    assert found == {passphrase.encode()}


def _search(pid: int, wanted: tuple[bytes, ...]) -> tuple[set[bytes], int]:
    """Return which of the byte strings stand in a process's writable memory, and how many bytes were looked at."""
    found, looked_at = set(), 0
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start_at, end_at in _writable(pid):
                memory.seek(start_at)
                before = b""
                for _part in range(start_at, end_at, CHUNK_BYTES):
                    try:
                        content = memory.read(min(CHUNK_BYTES, end_at - memory.tell()))
                    except OSError:  # it was given back meanwhile
                        break
                    looked_at += len(content)
                    found |= {text for text in wanted if text in before + content}
                    before = content[-100:]
    except PermissionError:
        pytest.skip("The child's memory cannot be looked into by this account.")
    return found, looked_at


def _writable(pid: int) -> list[tuple[int, int]]:
    ranges = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        where, rights = line.split()[:2]
        if rights.startswith("rw"):
            start_at, end_at = (int(number, 16) for number in where.split("-"))
            ranges.append((start_at, end_at))
    return ranges


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(
    terminal: Terminal, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = terminal.registry.read_bytes()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "not the one")

    answers = [
        terminal.run(*words, "--json")
        for words in (
            ("registry", "info"),
            ("person", "list"),
            ("person", "add", "Ada", material.photo, "--biometric-consent", "2026-01-05"),
            ("check", material.photo),
        )
    ]

    assert [answer.code for answer in answers] == [4] * 4
    for answer in answers:
        assert "does not open" in answer.document()["error"]["sentence"]
        assert "Traceback" not in answer.err
        assert "not the one" not in answer.out + answer.err
    assert terminal.registry.read_bytes() == before
    assert list(terminal.registry.parent.glob("own*")) == [terminal.registry]


def test_a_plain_database_and_other_files_are_refused_untouched(terminal: Terminal, tmp_path: Path) -> None:
    plain = tmp_path / "plain.sqlite"
    with closing(sqlite3.connect(plain)) as database, database:
        database.execute("create table people (name text)")
    text = tmp_path / "text.countenance"
    text.write_text("a text\n")
    (tmp_path / "folder").mkdir()

    for path in (plain, text, tmp_path / "folder"):
        before = path.read_bytes() if path.is_file() else b""
        answer = terminal.plain("--registry", path, "registry", "info", "--json")
        assert answer.code == 4
        assert answer.document()["error"]["remedy"]
        assert (path.read_bytes() if path.is_file() else b"") == before
    assert "unencrypted" in terminal.plain("--registry", plain, "registry", "info").err


def test_a_plain_reader_sees_nothing_in_a_registry(terminal: Terminal) -> None:
    terminal.run("person", "add", "Eileen Example")

    with closing(sqlite3.connect(terminal.registry)) as plain, pytest.raises(sqlite3.DatabaseError, match="not a data"):
        plain.execute("select * from people")
    assert b"Eileen" not in terminal.registry.read_bytes()


def test_the_passphrase_comes_from_a_file_before_the_environment(
    terminal: Terminal, passphrase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key"
    key.write_text(f"{passphrase}\n")
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "not the one")

    right = terminal.run("registry", "info", "--key-file", key)
    missing = terminal.run("registry", "info", "--key-file", tmp_path / "none")

    assert right.code == 0
    assert missing.code == 4
    assert "cannot be read" in missing.err


def test_without_any_passphrase_nobody_is_asked_who_is_not_there(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    answer = finish(start("--registry", terminal.registry, "registry", "info", COUNTENANCE_PASSPHRASE=""))

    assert answer.code == 4
    assert "none was given" in answer.err


@pytest.mark.parametrize("option", ["--passphrase", "--password", "--key"])
def test_a_passphrase_is_never_an_argument(terminal: Terminal, option: str) -> None:
    assert terminal.run("registry", "info", option, "secret").code == 2


@pytest.mark.parametrize("killed", ["parent", "child"])
def test_whoever_is_killed_during_enrolment_nothing_is_half_written(
    terminal: Terminal, material: Material, passphrase: str, tmp_path: Path, killed: str
) -> None:
    before = terminal.registry.read_bytes()
    clips = _copies(material.clip, tmp_path / "clips", 12 if killed == "parent" else 1)
    words = ("--registry", terminal.registry, "person", "add", "Eileen", *clips, "--biometric-consent", "2026-01-05")
    running = start(*words, "--json")
    child = child_of(running)

    (psutil.Process(running.pid) if killed == "parent" else child).kill()
    answer = finish(running)
    psutil.wait_procs([child], timeout=10)

    assert not child.is_running()
    assert terminal.registry.read_bytes() == before
    assert list(terminal.registry.parent.glob("*own*")) == [terminal.registry]
    with open_registry(terminal.registry, Passphrase(passphrase), operator="test") as opened:
        assert opened.people() == ()
    if killed == "child":
        assert answer.code == 3
        assert "stop unexpectedly" in answer.document()["refused"][0]["why"]
