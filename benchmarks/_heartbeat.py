"""How long a window's thread does not answer, and which handler kept it: a heartbeat, and a look at where it stays out.

Another thread posts an event to the window's thread and notes when it is handled; the next is posted a few milliseconds
later. How late one comes is how long any click or key would have waited: for the handler that was at work, and whatever
was due before. While one is late the watcher notes where the window's thread is: in which handler of the program, and
on which lines. Delivery itself is not touched: done in Python it would hold up Qt's own threads, and crash on what Qt
is just making.
"""

from __future__ import annotations

import bisect
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("gui", "scan", "registry", "reports", "consent", "countenance")
LONG_S = 0.050
"""What no handler may take (the contract of the window)."""
_EVERY_S, _LOOK_EVERY_S, _SAMPLED_FROM_S, _TOLD_FROM_S = 0.004, 0.004, 0.016, 0.020
_FRAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Once that the window's thread did not answer.

    Attributes:
        seconds: until it did.
        own_s: of that in which this thread was at work; the rest it waited, for the processor or another thread.
        handler: of the program that was seen at work most often; "Qt" where none was.
        where: lines that were seen at work, the most often seen first.
    """

    seconds: float
    own_s: float
    handler: str
    where: tuple[str, ...]


@dataclass(slots=True)
class Waits:
    """All heartbeats since the last `take`."""

    seconds: list[float] = field(default_factory=list)
    slow: list[Wait] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Return what a benchmark tells: how many, the worst ten, the 99th percentile, and how many were too late."""
        ordered = sorted(self.seconds)
        worst = sorted(self.slow, key=lambda one: -one.seconds)[:10]
        return {
            "beats": len(ordered),
            "worst_ms": round(1e3 * ordered[-1], 1) if ordered else 0.0,
            "worst_own_ms": round(1e3 * max((one.own_s for one in self.slow), default=0.0), 1),
            "p99_ms": round(1e3 * ordered[int(0.99 * (len(ordered) - 1))], 2) if ordered else 0.0,
            "over": len(ordered) - bisect.bisect_right(ordered, LONG_S),
            "over_own": sum(one.own_s > LONG_S for one in self.slow),
            "worst": [
                {
                    "handler": one.handler,
                    "ms": round(1e3 * one.seconds, 1),
                    "own_ms": round(1e3 * one.own_s, 1),
                    "where": one.where,
                }
                for one in worst
            ],
        }


class Heartbeat(QObject):
    """Beats until `stop`; lives on the window's thread."""

    _beat = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waits = Waits()
        self._thread = threading.get_ident()
        self._work_s = _work_of(self._thread)
        self._answered, self._ended = threading.Event(), threading.Event()
        self._handlers: Counter[str] = Counter()
        self._places: Counter[str] = Counter()
        self._own_before = 0.0
        self._beat.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._watcher = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._watcher.start()

    def take(self) -> Waits:
        """Return what was noted since the last time."""
        taken, self._waits = self._waits, Waits()
        return taken

    def stop(self) -> None:
        """Beat no more."""
        self._ended.set()
        self._answered.set()
        self._watcher.join()

    @Slot(float)
    def _answer(self, sent_s: float) -> None:
        seconds = time.perf_counter() - sent_s
        self._waits.seconds.append(seconds)
        if seconds >= _TOLD_FROM_S:
            self._waits.slow.append(
                Wait(
                    seconds=seconds,
                    own_s=self._work_s() - self._own_before,
                    handler=next((one for one, _count in self._handlers.most_common(1)), "Qt"),
                    where=tuple(place for place, _count in self._places.most_common(2)),
                )
            )
        self._answered.set()

    def _watch(self) -> None:
        # In a thread of its own: the one that is watched has no time for it.
        while not self._ended.wait(_EVERY_S):
            self._answered.clear()
            self._handlers.clear()
            self._places.clear()
            self._own_before = self._work_s()
            sent_s = time.perf_counter()
            self._beat.emit(sent_s)
            while not self._answered.wait(_LOOK_EVERY_S):
                if time.perf_counter() - sent_s > _SAMPLED_FROM_S:
                    self._look()

    def _look(self) -> None:
        frame = sys._current_frames().get(self._thread)
        if frame is None:
            return
        ours = [one for one in traceback.extract_stack(frame) if _is_ours(one.filename)]
        told = [f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in ours]
        self._handlers[told[0].rpartition(":")[0] if told else "Qt"] += 1
        self._places[" > ".join(told[-_FRAMES:]) or "Qt"] += 1


def _work_of(thread: int) -> Callable[[], float]:
    """Return what tells how long a thread has been at work, from any thread; nothing where the system cannot say."""
    if sys.platform in ("win32", "darwin"):
        return lambda: 0.0
    clock = time.pthread_getcpuclockid(thread)
    return lambda: time.clock_gettime(clock)


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(HOUSE) and path.relative_to(HOUSE).parts[0] in ROOMS
