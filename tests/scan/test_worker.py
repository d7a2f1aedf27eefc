from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from countenance.errors import CancelledError, CheckFailedError, ClipError, ModelsError
from countenance.wire import Examine, ExamineSettings
from countenance.work import CancelToken
from detectors.failure import MediaFailure
from detectors.media.reader import open_clip
from scan.worker import DetectorWorker, display_name
from tests.detectors.made import pattern, write_clip
from tests.detectors.malformed import child_command

REPOSITORY = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="The sandbox and /proc exist on Linux only.")


def scripted(script: str):
    """A child that misbehaves as the script says: the reader cannot be made to."""
    prelude = "import os, sys, time; from countenance.wire import *\nout = sys.stdout.buffer\n"
    return lambda models: [sys.executable, "-P", "-s", "-B", "-c", prelude + script]


def request(path: Path | str, models: str = "") -> Examine:
    return Examine(path=str(path), detector="none", face_embedder="none", models=models)


@pytest.fixture
def clip(tmp_path) -> Path:
    return write_clip(tmp_path / "clip.mp4", [pattern(n) for n in range(30)])


def read_to_the_end(source) -> None:
    with open_clip(source, ExamineSettings(), lambda *_: None) as reader:
        for _ in reader.frames():
            pass


def refused(worker: DetectorWorker, path: Path | str) -> ClipError:
    with pytest.raises(ClipError) as error:
        worker.examine(request(path))
    return error.value


def test_a_clip_is_examined_and_keeps_its_name(clip):
    steps = []

    with DetectorWorker(child_command) as worker:
        observations = worker.examine(request(clip), lambda step, done, total: steps.append(step))

    assert observations.clip.name == "clip.mp4"
    assert observations.picture.frames_read == 30
    assert steps


def test_one_child_serves_many_files_and_a_new_one_after_a_failure(clip, tmp_path):
    (tmp_path / "text.mp4").write_text("no clip")
    with DetectorWorker(child_command) as worker:
        worker.examine(request(clip))
        first = worker.pid
        worker.examine(request(clip))
        second = worker.pid
        refused(worker, tmp_path / "text.mp4")
        worker.examine(request(clip))
        third = worker.pid

    assert first == second
    assert third != first


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("missing.mp4", "does not exist"),
        ("half \ud800 character.mp4", "does not exist"),
        ("folder", "is not a file"),
        ("pipe", "is not a file"),
        ("socket", "is not a file"),
    ],
)
def test_what_cannot_be_opened_is_told_without_a_child(tmp_path, monkeypatch, name, fragment):
    (tmp_path / "folder").mkdir()
    if name == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("There are no named pipes on this system.")
        os.mkfifo(tmp_path / "pipe")
    if name == "socket":
        if not hasattr(socket, "AF_UNIX"):
            pytest.skip("There are no sockets in folders on this system.")
        monkeypatch.chdir(tmp_path)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket")

    with DetectorWorker(child_command) as worker:
        error = refused(worker, tmp_path / name)
        assert worker.pid is None

    assert fragment in error.sentence
    assert display_name(name) in error.sentence


def test_a_child_that_is_killed_takes_nothing_with_it(clip):
    with DetectorWorker(child_command) as worker:
        worker.examine(request(clip))
        os.kill(worker.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        psutil.Process(worker.pid).wait()
        observations = worker.examine(request(clip))

    assert observations.picture.frames_read == 30


def test_a_disk_that_fails_in_the_middle_of_a_file_is_no_defect_of_the_reader(clip):
    script = """
from detectors.channel import Requests
from detectors.service import Service
def examine(request, source, on_progress):
    raise OSError(5, "Input/output error")
Service(Requests(), out, (), examine).run()
"""
    with DetectorWorker(scripted(script)) as worker:
        error = refused(worker, clip)

    assert "damaged or incomplete" in error.sentence


def test_a_child_killed_while_it_reads_is_told_in_a_sentence(clip):
    with DetectorWorker(scripted("read_request(sys.stdin.buffer); os._exit(11)")) as worker:
        error = refused(worker, clip)

    assert "stop unexpectedly" in error.sentence


@pytest.mark.parametrize(
    "answer",
    [
        "out.write(b'Traceback (most recent call last)')",
        "out.write((2**31).to_bytes(4, 'little'))",
        "out.write((5).to_bytes(4, 'little') + b'abc')",
        "out.write((3).to_bytes(4, 'little') + b'abc')",
        "write_frame(out, SelfTested(passed=True, details=''))",
    ],
)
def test_an_answer_that_breaks_the_rules_is_not_used(clip, answer):
    with DetectorWorker(scripted(f"read_request(sys.stdin.buffer); {answer}; out.flush()")) as worker:
        error = refused(worker, clip)

    assert "does not hold together" in error.sentence


def test_a_child_that_takes_too_much_memory_is_ended(clip):
    greedy = "read_request(sys.stdin.buffer); kept = bytearray(os.urandom(1) * 300_000_000); time.sleep(60)"
    with DetectorWorker(scripted(greedy), memory_limit=200_000_000) as worker:
        error = refused(worker, clip)

    assert "more memory" in error.sentence


def test_a_child_that_falls_silent_is_ended(clip):
    with DetectorWorker(scripted("time.sleep(60)"), stall_limit_s=0.3) as worker:
        error = refused(worker, clip)

    assert "standstill" in error.sentence


def test_stopping_ends_the_child_at_once(clip):
    cancel = CancelToken()
    busy = "read_request(sys.stdin.buffer)\nwhile True: write_frame(out, Progress(step='reading')); time.sleep(0.01)"
    began = time.monotonic()

    with DetectorWorker(scripted(busy)) as worker, pytest.raises(CancelledError):
        worker.examine(request(clip), lambda *_: cancel.cancel(), cancel)

    assert worker.pid is None
    assert time.monotonic() - began < 10


def test_a_model_that_cannot_be_used_is_an_error_of_the_models(clip):
    answer = "write_frame(out, Failed(code=FailureCode.MODELS, details='the detector is missing'))"
    script = f"read_request(sys.stdin.buffer); {answer}"
    with DetectorWorker(scripted(script)) as worker, pytest.raises(ModelsError) as error:
        worker.examine(request(clip))

    assert "the detector is missing" in error.value.sentence


def test_a_diagnosis_without_an_answer_is_an_error(clip):
    with DetectorWorker(scripted("pass")) as worker, pytest.raises(CheckFailedError):
        worker.fences()


def test_names_that_are_no_text_can_be_shown():
    assert display_name(os.fsdecode(b"/tmp/a\xff\x1b[31m.mp4")) == "a��[31m.mp4"


@LINUX
def test_the_child_holds_no_secret(clip, monkeypatch):
    secret = "correct horse battery staple 4711"
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", secret)
    monkeypatch.setenv("SOMEBODYS_TOKEN", secret)
    with DetectorWorker(child_command) as worker:
        worker.examine(request(clip))
        process = Path(f"/proc/{worker.pid}")
        try:
            environment = (process / "environ").read_bytes()
            descriptors = [str(entry.readlink()) for entry in (process / "fd").iterdir()]
            memory = _writable_memory(process)
        except PermissionError:
            pytest.skip("Only root may look into a process that is not traceable.")
        arguments = (process / "cmdline").read_bytes()

    assert secret.encode() not in environment + arguments + memory
    assert b"COUNTENANCE_PASSPHRASE" not in environment
    assert not [target for target in descriptors if "clip.mp4" in target or "registry" in target]


def _writable_memory(process: Path) -> bytes:
    parts = []
    with (process / "mem").open("rb", buffering=0) as memory:
        for line in (process / "maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw") and end - start < 64 * 1024 * 1024:
                memory.seek(start)
                try:
                    parts.append(memory.read(end - start))
                except OSError:  # a guard page
                    continue
    return b"".join(parts)


@LINUX
def test_the_child_reaches_no_network_and_no_other_file(tmp_path):
    secret = tmp_path / "registry"
    secret.write_text("templates")
    script = f"""
import os, socket, sys
from pathlib import Path
from detectors.fences import raise_fences
standing = [str(fence) for fence in raise_fences(None)]
reached = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 9)), (socket.AF_INET, ("192.0.2.1", 443))):
    try:
        socket.socket(family).connect(address)
        reached.append(str(address))
    except OSError as error:
        reached.append(type(error).__name__)
try:
    Path({str(secret)!r}).read_text()
    reached.append("read")
except PermissionError:
    reached.append("no reading")
try:
    Path({str(tmp_path / "new")!r}).write_text("x")
    reached.append("wrote")
except OSError:
    reached.append("no writing")
write_frame(out, Fences(names=(*standing, *reached)))
"""
    with DetectorWorker(scripted(f"read_request(sys.stdin.buffer)\n{script}")) as worker:
        names = worker.fences()

    if "no network" in names:
        # ENETUNREACH, or EACCES where Landlock answers first; a refused connection would have left the process.
        assert not {"ConnectionRefusedError", "('127.0.0.1', 9)", "('192.0.2.1', 443)"} & set(names)
    if "reads only the program and its models" in names:
        assert "no reading" in names
    assert "no writing" in names
    assert "no core dumps" in names


LONG_AGO = 1_000_000_000


def unread(path: Path) -> Path:
    """Set a file's access time far back, where the first reading moves it (relatime); skip where nothing does."""
    for probe in (path.with_suffix(".probe"), path):
        if probe != path:
            probe.write_bytes(b"read me")
        os.utime(probe, (LONG_AGO, LONG_AGO + 1))
        if probe != path and probe.read_bytes() and probe.stat().st_atime == LONG_AGO:
            pytest.skip("This file system does not note when a file is read.")
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.mp4", "ffconcat version 1.0\nfile other.mp4\n"),
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.mp4\n#EXT-X-ENDLIST\n"),
        ("list.mov", "#EXTM3U\nother.mp4\n"),
    ],
)
def test_a_file_that_names_another_never_has_it_read(tmp_path, name, content):
    other = unread(write_clip(tmp_path / "other.mp4", [pattern(n) for n in range(30)]))
    (tmp_path / name).write_text(content)

    with DetectorWorker(child_command) as worker:
        error = refused(worker, tmp_path / name)

    assert "points to other files" in error.sentence
    assert other.stat().st_atime == LONG_AGO


def test_a_movie_whose_data_lie_in_another_file_does_not_get_at_it(tmp_path):
    whole = write_clip(tmp_path / "other.mov", [pattern(n) for n in range(30)])
    content = bytearray(whole.read_bytes())
    at = content.index(b"dref")
    # The only data reference says "in this file" (flag 1): now it names the other one, by path.
    entry = content.index(b"url ", at)
    assert content[entry + 7] == 1
    content[entry : entry + 8] = b"alis\x00\x00\x00\x00"
    media = content.index(b"mdat") + 4
    length = int.from_bytes(content[media - 8 : media - 4], "big") - 8
    content[media : media + length] = bytes(length)
    (tmp_path / "reference.mov").write_bytes(content)
    unread(whole)

    with DetectorWorker(child_command) as worker:
        refused(worker, tmp_path / "reference.mov")
    # Without the sandbox as well: the reader itself has no way to another file.
    with (tmp_path / "reference.mov").open("rb") as source, pytest.raises(MediaFailure):
        read_to_the_end(source)

    assert whole.stat().st_atime == LONG_AGO


@LINUX
def test_the_child_ends_when_its_parent_is_killed(clip):
    script = f"""
import sys, time
from scan.worker import DetectorWorker
from tests.detectors.malformed import child_command
from countenance.wire import Examine
worker = DetectorWorker(child_command)
worker.examine(Examine(path={str(clip)!r}, detector="none", face_embedder="none", models=""))
print(worker.pid, flush=True)
time.sleep(60)
"""
    parent = psutil.Popen([sys.executable, "-c", script], stdout=-1, cwd=REPOSITORY)
    with parent.stdout:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()

    child.wait(timeout=10)
    assert not child.is_running()
