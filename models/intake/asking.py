"""The process that reads packages, as its parent sees it: started, waited for, ended; its answer checked."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.intake import answer
from models.intake.answer import Answer, PackageFound, Question, Refused
from models.intake.refusals import Refusal, RefusedError, printable, refuse

_ENVIRONMENT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TZ")
_PINNED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1"}
_LIMIT_S = 600.0
_LOOK_S = 0.1


def ask(
    package: Path,
    target: Path,
    *,
    now: datetime,
    public_keys: Sequence[bytes],
    on_progress: ProgressHook,
    cancel: CancelToken,
    limit_s: float = _LIMIT_S,
) -> PackageFound:
    """Return what a package holds; its models are then in `target`, as `<task>.onnx`.

    Args:
        package: path of a folder or a zip.
        target: an empty folder.
        now: with a time zone: when a licence has to hold.
        public_keys: whose licences count, raw Ed25519 keys.
        on_progress: told how many bytes have been copied.
        cancel: ends the reading.
        limit_s: longest that it may take.

    Raises:
        ModelsError: the package is refused, in a sentence.
        CancelledError: the user stopped the work; the process is gone.
    """
    try:
        question = Question(
            path=os.fsencode(_absolute(package)),
            target=os.fsencode(_absolute(target)),
            now=now.isoformat(),
            public_keys=tuple(key.hex() for key in public_keys),
        )
        found = _exchange(
            msgspec.json.encode(question),
            _Wait(target, printable(package.name), on_progress, cancel, time.monotonic() + limit_s),
        )
        if isinstance(found, Refused):
            raise RefusedError(found.why, found.file, found.found)
    except RefusedError as error:
        raise refuse(package.name or str(package), error) from error
    return found


def _absolute(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # links that go in circles, a name with a zero byte
        raise RefusedError(Refusal.MISSING) from error


@dataclass(frozen=True, slots=True)
class _Wait:
    """What a wait tells, and when it ends."""

    target: Path
    shown: str
    on_progress: ProgressHook
    cancel: CancelToken
    ends_s: float


def _exchange(question: bytes, wait: _Wait) -> Answer:
    command = [sys.executable, "-P", "-s", "-B", "-m", "models.intake"]
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _PINNED
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            _tell(child, question)
            _wait_for(child, wait)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        said.seek(0)
        content = said.read(answer.MOST_BYTES + 1)
    if child.returncode or len(content) > answer.MOST_BYTES:
        raise RefusedError(Refusal.ENDED_EARLY)
    try:
        found: Answer = msgspec.json.decode(content, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedError(Refusal.ENDED_EARLY) from error
    return found


def _tell(child: subprocess.Popen[bytes], question: bytes) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as stream:
            stream.write(question)
    except BrokenPipeError as error:
        raise RefusedError(Refusal.ENDED_EARLY) from error


def _wait_for(child: subprocess.Popen[bytes], wait: _Wait) -> None:
    while True:
        try:
            child.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            wait.cancel.raise_if_cancelled()
            if time.monotonic() > wait.ends_s:
                raise RefusedError(Refusal.TOO_LONG) from None
            copied = sum(entry.stat().st_size for entry in wait.target.iterdir())
            wait.on_progress(_("Reading {name}").format(name=wait.shown), copied, 0)
        else:
            return
