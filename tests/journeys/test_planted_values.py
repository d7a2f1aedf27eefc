"""A passphrase, a name, a template: planted, used in everything, and found nowhere that they should not be."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from registry import Passphrase, Registry, create_registry
from tests.journeys.test_registry_keys import _search
from tests.registry.noise import drawn
from tests.registry.people import consent, person

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="A process is looked into through /proc, as Linux has it.")
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def passphrase() -> str:
    """Return a passphrase that can stand nowhere by chance."""
    return secrets.token_hex(20)


@pytest.fixture
def name() -> str:
    return f"Zebedee {secrets.token_hex(8)}"


@pytest.fixture
def planted(passphrase: str, name: str) -> tuple[bytes, ...]:
    sample = drawn(1)
    texts = (passphrase.encode(), name.encode(), name.casefold().encode())
    return (*texts, sample.templates[0].vector[:32], sample.picture[100:140])


AT_WORK = """
import logging, os, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG)
passphrase, name, path, fault = sys.stdin.readline().split(" | ")
from registry import Passphrase, create_registry
from tests.registry.noise import drawn
from tests.registry.people import PAPERS, consent, grant, person
from cli.main import tell_of_a_fault
sys.excepthook = tell_of_a_fault
with create_registry(Path(path), Passphrase(passphrase), owner="us", tz="UTC", operator="ann") as registry:
    registry.upkeep.watch(Path(path).parent / "heads", print)
    zeb = registry.enrol(person(name), consent=consent(), samples=[drawn(1)])
    registry.record_grant(grant(zeb), PAPERS)
    registry.search(name)
    registry.upkeep.back_up(Path(path).with_suffix(".backup"))
    with registry._lane.change() as db:
        # Larger than SQLite keeps in memory.
        db.execute("create table scratch (content blob)")
        for number in range(300):
            db.execute("insert into scratch values (zeroblob(40000))")
        db.execute("select * from scratch, people order by random() limit 9").fetchall()
        db.execute("drop table scratch")
        print("ready", flush=True)
        sys.stdin.readline()
    registry.upkeep.audit()
    if fault.strip() == "fault":
        def broken(*_given): raise KeyError(name)
        import registry.enrolled
        registry.enrolled.__dict__["read_people"].__code__ = broken.__code__
    registry.people([zeb])
    if fault.strip() == "crash":
        import ctypes
        ctypes.string_at(0)
    registry.upkeep.erase(zeb)
"""


def _start(path: Path, passphrase: str, name: str, fault: str, folder: Path) -> subprocess.Popen[bytes]:
    running = subprocess.Popen(
        [sys.executable, "-c", AT_WORK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(folder), "SQLITE_TMPDIR": str(folder)},
    )
    assert running.stdin is not None
    running.stdin.write(f"{passphrase} | {name} | {path} | {fault}\n".encode())
    running.stdin.flush()
    return running


@LINUX
@pytest.mark.parametrize("fault", ["none", "fault", "crash"])
def test_planted_values_are_found_in_no_log_file_argument_trace_or_core(
    tmp_path: Path, passphrase: str, name: str, planted: tuple[bytes, ...], fault: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    path = tmp_path / "kept" / "registry.countenance"
    with _start(path, passphrase, name, fault, temporary) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        process = psutil.Process(running.pid)
        # In the middle of a change: SQLite's journal is there, and whatever else it wrote.
        on_disk = _all_files(tmp_path)
        opened = _opened_files(running.pid)
        looks = Path(f"/proc/{running.pid}")
        arguments = (looks / "cmdline").read_bytes() + (looks / "environ").read_bytes()
        names = {entry.name for entry in path.parent.iterdir()}
        limits = process.rlimit(psutil.RLIMIT_CORE)
        out, err = running.communicate(b"\n")

    for secret in planted:
        assert secret not in on_disk + opened
        assert secret not in arguments
        assert secret not in out + err
        assert secret not in _all_files(tmp_path)
    assert f"{path.name}-journal" in names
    assert list(temporary.iterdir()) == []
    assert limits == (0, 0)
    assert not [entry for entry in tmp_path.rglob("*") if "core" in entry.name]
    assert running.returncode == {"none": 0, "fault": 1, "crash": -11}[fault]
    if fault == "fault":
        assert b"This is a fault of the program" in err


def _all_files(folder: Path) -> bytes:
    return b"".join(entry.read_bytes() for entry in sorted(folder.rglob("*")) if entry.is_file())


def _opened_files(pid: int) -> bytes:
    """Return what is in files that a process has open, those without a name included."""
    found = b""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        target = str(entry.readlink())
        if target.startswith("/") and not target.startswith("/dev/"):
            found += entry.read_bytes()
    return found


@LINUX
def test_the_search_above_finds_what_is_there(tmp_path: Path, planted: tuple[bytes, ...]) -> None:
    """Else the story above would prove nothing: the registry's own process holds what is open."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * 5000 + planted[0])

    assert planted[0] in _all_files(tmp_path)
    held = bytearray(planted[3])
    assert _search(os.getpid(), (bytes(held),))[0] == {planted[3]}


def test_errors_of_the_registry_tell_no_name_and_no_passphrase(
    tmp_path: Path, passphrase: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    with _made(tmp_path, passphrase) as registry:
        registry.upkeep.watch(tmp_path / "heads", told.append)
        number = registry.enrol(person(name), consent=consent(), samples=[drawn(1)])
        with pytest.raises(Exception, match=number) as refused:
            registry.change_person(person("Other", id=number), expected=person("Yet Another", id=number))

    kept = "".join((caplog.text, repr(refused.value), repr(registry.__dict__), *told))
    assert passphrase not in kept
    assert name not in kept


def _made(folder: Path, passphrase: str) -> Registry:
    return create_registry(
        folder / "registry.countenance", Passphrase(passphrase), owner="us", tz="UTC", operator="ann"
    )
