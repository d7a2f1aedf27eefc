"""Making the next frames while the last ones are looked at."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

Made = TypeVar("Made")

_PATIENCE_S = 0.05


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class Ahead(Generic[Made]):
    """Yields what a source yields, in its order, made in a thread of its own a little ahead of whoever asks.

    Decoders let other threads run while they work, so that what comes of it is the same, sooner. What the source raises
    is raised where it would have been. The thread begins with the second thing asked for.

    Args:
        source: asked by one thread at a time, never again after it has ended or was closed.
        most: how many may lie ready, told from the first thing made: they take memory. None needs no thread.

    Attributes:
        spent_s: seconds in which the source was at work.
    """

    def __init__(self, source: Iterator[Made], most: Callable[[Made], int]) -> None:
        self._source = source
        self._most = most
        self._ready: queue.Queue[Made | _Failed | None] | None = None
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._begun = False
        self.spent_s = 0.0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Made:
        if not self._begun:
            self._begun = True
            first = self._make()
            self._start(self._most(first))
            return first
        if self._closed.is_set():
            raise StopIteration
        if self._ready is None:
            return self._make()
        made = self._ready.get()
        if made is None or isinstance(made, _Failed):
            self.close()
            if made is None:
                raise StopIteration
            raise made.error
        return made

    def close(self) -> None:
        """End the thread; what lies ready is let go of. The source may be closed afterwards."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = self._ready = None

    def _start(self, most: int) -> None:
        if most > 0:
            self._ready = queue.Queue(most)
            self._thread = threading.Thread(target=self._run, args=(self._ready,), name="decoding-ahead")
            self._thread.start()

    def _run(self, ready: queue.Queue[Made | _Failed | None]) -> None:
        while not self._closed.is_set():
            try:
                made: Made | _Failed | None = self._make()
            except StopIteration:
                made = None
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that asks
                made = _Failed(error)
            self._put(ready, made)
            if made is None or isinstance(made, _Failed):
                return

    def _put(self, ready: queue.Queue[Made | _Failed | None], made: Made | _Failed | None) -> None:
        while not self._closed.is_set():
            try:
                ready.put(made, timeout=_PATIENCE_S)
            except queue.Full:
                continue
            return

    def _make(self) -> Made:
        began_s = time.perf_counter()
        try:
            return next(self._source)
        finally:
            self.spent_s += time.perf_counter() - began_s
