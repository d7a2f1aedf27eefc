"""What a network that nobody has seen run may cost: memory by the size of its file, time, and nobody else's process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from countenance.errors import CheckFailedError
from countenance.wire_models import CPU, Prove
from detectors.room import memory_bounded
from scan.allowance import memory_limit, with_room
from scan.worker import DetectorWorker, until_s

MB = 1_000_000
ANSWERING = """
import sys
from countenance.wire import *
from countenance.wire_models import *
out = sys.stdout.buffer
while (request := read_request(sys.stdin.buffer)) is not None:
"""


def scripted(script: str) -> Callable[[Path | None], Sequence[str]]:
    """A child that answers as the script says: the detectors cannot be made to."""
    return lambda _models: [sys.executable, "-P", "-s", "-B", "-c", ANSWERING + script]


PROVED = """
    proof = Proof(name=request.names[0], provider="CPU", answers={}, details=str(request.room_bytes))
    write_frame(out, Proved(models=(proof,)))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a small network and one of 100 MB: files with a hole for content."""
    for name, size in (("small", 1_000), ("large", 100 * MB)):
        (tmp_path / name).mkdir()
        with (tmp_path / name / f"{name}.onnx").open("wb") as file:
            file.truncate(size)
    return tmp_path


@pytest.fixture
def proving() -> Iterator[DetectorWorker]:
    with DetectorWorker(scripted(PROVED)) as worker:
        yield worker


def prove(store: Path, name: str = "small", *, contracts: bool = True, provider: str = CPU) -> Prove:
    return Prove(names=(name,), models=str(store), contracts=contracts, provider=provider)


def test_a_small_file_gets_little_room_and_a_large_one_what_loading_takes(store: Path) -> None:
    assert with_room(prove(store)).room_bytes <= 200 * MB
    assert 600 * MB < with_room(prove(store, "large")).room_bytes < 700 * MB
    assert memory_limit(prove(store), 900 * MB) <= 400 * MB + 5_000
    assert memory_limit(prove(store), 50 * MB) <= 50 * MB + 5_000


def test_models_that_were_proved_before_keep_the_room_of_clips(store: Path) -> None:
    known = prove(store, contracts=False)

    assert with_room(known) == known
    assert memory_limit(known, 900 * MB) == 900 * MB


def test_the_child_is_told_its_room(store: Path, proving: DetectorWorker) -> None:
    (proof,) = proving.prove(prove(store)).models

    assert int(proof.details) == with_room(prove(store)).room_bytes


@pytest.mark.skipif(sys.platform == "win32", reason="Requests come through a socket that is standard input.")
def test_nothing_is_tried_in_a_process_that_was_allowed_more(store: Path, proving: DetectorWorker) -> None:
    proving.prove(prove(store, "large"))
    first = proving.pid
    proving.prove(prove(store))
    second = proving.pid
    proving.prove(prove(store))

    assert first != second
    assert proving.pid == second


def test_a_network_that_fills_memory_is_stopped_long_before_a_clip_would_be(store: Path) -> None:
    filling = "    kept = []\n    while True: kept.append(bytearray(b'1') * 20_000_000)"
    began_s = time.monotonic()
    with (
        DetectorWorker(scripted(filling)) as worker,
        pytest.raises(CheckFailedError) as caught,
    ):
        worker.prove(prove(store))

    assert "out_of_memory" in caught.value.details
    assert time.monotonic() - began_s < 20


def test_a_proof_without_end_is_ended() -> None:
    told: list[str] = []
    hook = until_s(0.0, lambda step, _done, _total: told.append(step))

    with pytest.raises(CheckFailedError) as caught:
        hook("testing", 0, 0)

    assert "too_slow" in caught.value.details
    assert told == []
    until_s(60.0, lambda step, _done, _total: told.append(step))("testing", 0, 0)
    assert told == ["testing"]


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere the parent's watch is what holds.")
def test_memory_beyond_the_room_is_not_had() -> None:
    with memory_bounded(50 * MB) as held:
        assert held
        with pytest.raises(MemoryError):
            bytearray(200 * MB)
    assert len(bytearray(200 * MB)) == 200 * MB
    with memory_bounded(0) as held:
        assert not held
