"""Killed in the middle of anything, a registry has every change that was acknowledged, and none by halves."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from countenance.errors import RegistryError
from registry import Heads, HeadState, Passphrase, Registry, file
from registry.keys import FileKey
from registry.lane import Lane
from tests.registry.noise import drawn
from tests.registry.people import PASSPHRASE, WORDS, clock, consent, new_registry, person

REPOSITORY = Path(__file__).parents[2]
OPERATIONS, KILLS = 200, 30
SAMPLES = 3
NEW_WORDS = "another kite entirely"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="Children are forked here, so that each need not start anew."),
]

# Forks a child for each line it is given, so that the libraries are read once; a child is killed from outside.
NURSERY = """
import os, sys
sys.path.insert(0, os.getcwd())
from tests.journeys import killed
for line in sys.stdin:
    words = line.split()
    child = os.fork()
    if not child:
        killed.work(*words)
        os._exit(0)
    print("child", child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@dataclass(slots=True)
class Acknowledged:
    """What the last child that was killed had promised."""

    revision: int
    content: str
    in_flight: str = ""


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", NURSERY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


def content_of(registry: Registry) -> str:
    """Return the hash of all rows of all tables."""
    digest = hashlib.sha256()
    with registry._lane.query() as db:
        for table in sorted(db.table_names()):
            rows = sorted(map(repr, db.execute(f"select * from {table}").fetchall()))
            digest.update(f"{table}{rows}".encode())
    return digest.hexdigest()


def _one_killed(
    nursery: subprocess.Popen[str], chance: random.Random, path: Path, seed: int, operations: int, said: Acknowledged
) -> int:
    """Let a child work, kill it in the middle, and return how many operations it acknowledged."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"operate {path} {seed}\n")
    nursery.stdin.flush()
    child = int(nursery.stdout.readline().split()[1])
    done = 0
    while done < operations:
        word, *rest = nursery.stdout.readline().split()
        if word == "done":
            done += 1
            said.revision, said.content = int(rest[0]), rest[1]
        said.in_flight = rest[0] if word == "doing" else ""
    # Somewhere in the middle of the next operation: those take from 5 to 100 ms.
    _let_pass(nursery, chance.uniform(0, 0.05))
    os.kill(child, signal.SIGKILL)
    while (line := nursery.stdout.readline().split())[0] != "gone":
        if line[0] == "done":
            done += 1
            said.revision, said.content = int(line[1]), line[2]
    return done


def _let_pass(running: subprocess.Popen[str], seconds: float) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(seconds)


def _opened(path: Path, key: FileKey) -> Registry:
    return Registry(Lane(path, file.open_file(path, key, busy_timeout_s=0), key, operator="test", clock=clock))


def _check_nothing_is_half_written(registry: Registry) -> None:
    with registry._lane.query() as db:

        def count(statement: str, *values: object) -> int:
            return int(db.execute(statement, list(values)).fetchone()[0])

        buried = {row[0] for row in db.execute("select person from tombstones").fetchall()}
        for entry in registry.journal_entries():
            if entry.action == "person.enrolled":
                alive = entry.subject not in buried
                for table in ("samples", "biometric_consents"):
                    expected = alive * (SAMPLES if table == "samples" else 1)
                    assert count(f"select count(*) from {table} where person = ?", entry.subject) == expected
            facts = json.loads(entry.facts)
            if entry.action.startswith(("grant.", "prohibition.")) and facts["person"] not in buried:
                table = f"{entry.action.partition('.')[0]}s"
                held = count(
                    f"select count(*) from {table} where id = ? and revision = ?", entry.subject, facts["revision"]
                )
                assert held == 1
            if entry.action == "document.added" and facts["person"] not in buried:
                assert count("select count(*) from document_contents where document = ?", entry.subject) == 1
        for table in ("sample_media", "templates"):
            assert count(f"select count(*) from {table}") == count("select count(*) from samples")
        assert count("select count(*) from people") == len(registry.people())
        assert buried.isdisjoint(one.id for one in registry.people())


def test_killed_in_the_middle_of_two_hundred_operations(
    tmp_path: Path, nursery: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path, chance = tmp_path / "registry.countenance", random.Random(14)
    with new_registry(path) as made:
        made.upkeep.watch(tmp_path / "heads", pytest.fail)
        said = Acknowledged(1, content_of(made))
    key = FileKey(PASSPHRASE, file.read_salt(path))
    operations = kills = unanswered = 0

    while operations < OPERATIONS or kills < KILLS:
        operations += _one_killed(nursery, chance, path, kills, chance.randint(3, 9), said)
        kills += 1
        with _opened(path, key) as registry:
            assert registry.upkeep.watch(tmp_path / "heads", pytest.fail) is HeadState.HOLDS
            revision = registry.facts().revision
            if revision == said.revision:
                assert content_of(registry) == said.content
            else:
                # What was in flight had been written whole, only nobody was told any more.
                assert said.revision < revision <= said.revision + 2
                unanswered += 1
            _check_nothing_is_half_written(registry)
            assert registry.upkeep.audit().holds
            said = Acknowledged(revision, content_of(registry))
        # A rollback journal that was never begun is no harm: the next change takes it over.
        names = {entry.name for entry in tmp_path.iterdir()}
        assert names <= {"heads", path.name, f"{path.name}-journal"}
    with capsys.disabled():
        print(f" [{operations} operations, {kills} kills, {unanswered} written but not answered]", end="")


def test_killed_while_the_passphrase_changes_it_opens_with_one_of_the_two(
    tmp_path: Path, nursery: subprocess.Popen[str]
) -> None:
    path, chance = tmp_path / "registry.countenance", random.Random(5)
    with new_registry(path) as made:
        for seed in range(4):
            made.enrol(person(), consent=consent(), samples=[drawn(seed, 700_000)])
    salt = file.read_salt(path)
    keys = {words: FileKey(Passphrase(words), salt) for words in (WORDS, NEW_WORDS)}
    in_force, in_the_middle = WORDS, 0
    assert nursery.stdin is not None
    assert nursery.stdout is not None

    # On a fast machine most are done before they are killed.
    for attempt in range(60):
        if attempt >= 6 and in_the_middle >= 3:
            break
        wanted = NEW_WORDS if in_force == WORDS else WORDS
        nursery.stdin.write(f"rekey {path} {in_force.replace(' ', '_')} {wanted.replace(' ', '_')}\n")
        nursery.stdin.flush()
        child = int(nursery.stdout.readline().split()[1])
        assert nursery.stdout.readline() == "rekeying\n"
        _let_pass(nursery, chance.uniform(0.0, 0.05))
        with suppress(ProcessLookupError):  # it was faster
            os.kill(child, signal.SIGKILL)
        while nursery.stdout.readline() != "gone\n":
            pass
        in_the_middle += path.with_name(f"{path.name}-journal").exists()
        answers = {words: _opens(path, key) for words, key in keys.items()}

        assert sorted(answers.values()) == [False, True]
        in_force = next(words for words, opens in answers.items() if opens)
        with _opened(path, keys[in_force]) as registry:
            assert len(registry.people()) == 4
            assert registry.upkeep.audit().holds
    assert in_the_middle >= 3


def _opens(path: Path, key: FileKey) -> bool:
    try:
        _opened(path, key).close()
    except RegistryError as error:
        return "does not open" not in error.sentence
    return True


def test_the_head_outside_is_never_ahead_of_the_file(tmp_path: Path) -> None:
    heads = Heads(tmp_path / "heads")
    with new_registry(tmp_path / "registry.countenance") as made:
        made.upkeep.watch(tmp_path / "heads", pytest.fail)
        with made._lane.change() as db:
            made._lane.write_down(db, "person.changed", "P0001", {})
            during = heads.state(db, made.id)[1]
        with made._lane.query() as db:
            after = heads.state(db, made.id)[1]

    assert during is not None
    assert after is not None
    assert (during.seq, after.seq) == (1, 2)
