"""One child process of the detectors: started, written to, listened to, watched, and ended."""

from __future__ import annotations

import io
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import psutil  # type: ignore[import-untyped]  # it ships no types

from countenance.providers import Provider
from countenance.wire import Reply, Request, WireError, read_reply, write_frame
from countenance.wire_models import CPU

_ENVIRONMENT = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "TEMP",
    "TMP",
    "TZ",
)
"""What the child gets of the parent's environment: enough to start, nothing that is anybody's secret."""
_PINNED = {
    # Each library would start as many threads as there are processors, beside those that are asked for.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    # glibc keeps memory per thread otherwise: with two heaps 1080p took 460 MB and more, with one 330 in the same time,
    # and after some large clips it looks like a leak.
    "MALLOC_ARENA_MAX": "1",
    # And it keeps ever larger blocks, where later ones do not fit in: large ones go back at once, so that a clip of ten
    # minutes takes what one minute takes.
    "MALLOC_MMAP_THRESHOLD_": str(16 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024 * 1024),
    "PYTHONUTF8": "1",
}
_END_S = 3.0


_FOR_CUDA = ("CUDA_VISIBLE_DEVICES", "CUDA_PATH")
"""What it gets besides to find the graphics processor that somebody chose, and its libraries on Windows."""


def detectors_command(models: Path | None) -> list[str]:
    """Return the command that starts the detectors.

    `-P` keeps the working folder off the module path, `-s` the user's packages, `-B` writes nothing beside sources.
    """
    return [sys.executable, "-P", "-s", "-B", "-m", "detectors", *([str(models)] if models else [])]


def child_environment(provider: str = CPU) -> dict[str, str]:
    """Return the child's whole environment: allow-listed, thread counts pinned, our folder to import from.

    Args:
        provider: the onnxruntime execution provider that models will run on.
    """
    cuda = provider == Provider.CUDA.execution_provider
    kept = {name: os.environ[name] for name in (*_ENVIRONMENT, *(_FOR_CUDA if cuda else ())) if name in os.environ}
    pinned = {**_PINNED, "CUDA_CACHE_DISABLE": "1"} if cuda else _PINNED
    return {**kept, **pinned, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}


class Child:
    """A running child process.

    Args:
        command: what to start.
        provider: the onnxruntime execution provider that models will run on.

    Attributes:
        replies: messages as they come; None once when the stream has ended, a WireError where it broke the rules.
    """

    def __init__(self, command: Sequence[str], provider: str = CPU) -> None:
        self.replies: queue.Queue[Reply | WireError | None] = queue.Queue()
        ours, theirs = _channel()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if theirs is None else theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(provider),
                close_fds=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            if ours is not None:
                ours.close()
            raise
        finally:
            if theirs is not None:
                theirs.close()
        self._socket = ours
        self._listener = threading.Thread(target=self._listen, name="detectors-replies", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def takes_descriptors(self) -> bool:
        """Whether an open file can be handed over, so that the child need not be able to open any."""
        return self._socket is not None

    def send(self, request: Request, descriptor: int | None = None) -> None:
        """Write a request, handing over an open file with it.

        Raises:
            BrokenPipeError: the child has ended.
        """
        frame = io.BytesIO()
        write_frame(frame, request)
        content = frame.getvalue()
        if self._socket is None:
            assert self._process.stdin is not None
            self._process.stdin.write(content)
            self._process.stdin.flush()
            return
        if descriptor is not None:
            sent = socket.send_fds(self._socket, [content[:1]], [descriptor])
            content = content[sent:]
        self._socket.sendall(content)

    def resident_bytes(self) -> int:
        """Return how much memory it occupies now; 0 when it has ended."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> None:
        """Close the stream, which ends a healthy child; kill it if that takes too long."""
        self._close_requests()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._clear_away()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._close_requests()
        self._clear_away()

    def _close_requests(self) -> None:
        if self._socket is not None:
            self._socket.close()
        elif self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:  # a request was under way to a child that is gone
                return

    def _clear_away(self) -> None:
        self._process.wait()
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        try:
            while (reply := read_reply(stream)) is not None:
                self.replies.put(reply)
        except WireError as error:
            self.replies.put(error)
        else:
            self.replies.put(None)


def _channel() -> tuple[socket.socket | None, socket.socket | None]:
    if not hasattr(socket, "send_fds"):
        return None, None
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
