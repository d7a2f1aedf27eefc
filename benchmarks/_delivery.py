"""An application that times every event it delivers, and tells which receiver's handlers took long.

Timed is each delivery from outside: an event that is delivered while another one is being handled counts as part of
that. A sampler notes where in the program a long delivery was, so that a figure can be followed to a line.
"""

from __future__ import annotations

import bisect
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

HOUSE = Path(__file__).resolve().parent.parent
LONG_S = 0.050
"""What no handler may take (the contract of the window)."""
_TOLD_FROM_S = 0.012
_SAMPLED_FROM_S, _SAMPLED_EVERY_S = 0.030, 0.008
_FRAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event, delivered.

    Attributes:
        receiver: class of the object that got it, with its name if it has one.
        kind: of the event.
        seconds: until it was handled, by the clock.
        own_s: of that in which this thread was at work; the rest it waited.
        where: lines of the program that were seen at work, the most often seen first; empty where nobody looked.
    """

    receiver: str
    kind: str
    seconds: float
    own_s: float
    where: tuple[str, ...] = ()


@dataclass(slots=True)
class Deliveries:
    """All deliveries since the last `take`."""

    seconds: list[float] = field(default_factory=list)
    slow: list[Delivery] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Return what a benchmark tells: how many, the worst ten, the 99th percentile, and how many took too long."""
        ordered = sorted(self.seconds)
        over = len(ordered) - bisect.bisect_right(ordered, LONG_S)
        worst = sorted(self.slow, key=lambda one: -one.seconds)[:10]
        return {
            "events": len(ordered),
            "worst_ms": round(1e3 * ordered[-1], 1) if ordered else 0.0,
            "worst_own_ms": round(1e3 * max((one.own_s for one in self.slow), default=0.0), 1),
            "p99_ms": round(1e3 * ordered[int(0.99 * (len(ordered) - 1))], 2) if ordered else 0.0,
            "over": over,
            "over_own": sum(one.own_s > LONG_S for one in self.slow),
            "worst": [
                {
                    "receiver": one.receiver,
                    "event": one.kind,
                    "ms": round(1e3 * one.seconds, 1),
                    "own_ms": round(1e3 * one.own_s, 1),
                    "where": one.where,
                }
                for one in worst
            ],
        }


class TimedApplication(QApplication):
    """Times every delivery on the window's thread."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._deliveries = Deliveries()
        self._began: float | None = None
        self._thread = threading.get_ident()
        self._seen: Counter[str] = Counter()
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._sample, name="sampler", daemon=True)
        self._sampler.start()

    def take(self) -> Deliveries:
        """Return what was delivered since the last time."""
        taken, self._deliveries = self._deliveries, Deliveries()
        return taken

    def stop(self) -> None:
        """Look no longer where the program is."""
        self._ended.set()
        self._sampler.join()

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event, and note how long that took."""
        # Threads of Qt's own, such as a player's, deliver their events this way too.
        if self._began is not None or threading.get_ident() != self._thread:
            return bool(super().notify(receiver, event))
        named, kind = _named(receiver), event.type()
        self._seen.clear()
        own = time.thread_time()
        self._began = began = time.perf_counter()
        try:
            return bool(super().notify(receiver, event))
        finally:
            seconds = time.perf_counter() - began
            self._began = None
            self._deliveries.seconds.append(seconds)
            if seconds >= _TOLD_FROM_S:
                self._deliveries.slow.append(
                    Delivery(
                        receiver=named,
                        kind=kind.name,
                        seconds=seconds,
                        own_s=time.thread_time() - own,
                        where=tuple(line for line, _count in self._seen.most_common(3)),
                    )
                )

    def _sample(self) -> None:
        # In a thread of its own: the one that is watched has no time for it.
        while not self._ended.wait(_SAMPLED_EVERY_S):
            began = self._began
            if began is not None and time.perf_counter() - began > _SAMPLED_FROM_S:
                frame = sys._current_frames().get(self._thread)
                if frame is not None:
                    self._seen[_place(traceback.extract_stack(frame))] += 1


def _named(receiver: QObject) -> str:
    kind = type(receiver).__name__
    name = receiver.objectName()
    return f"{kind} “{name}”" if name else kind


def _place(stack: traceback.StackSummary) -> str:
    """Return the innermost lines of our own program, the caller first."""
    ours = [one for one in stack if Path(one.filename).is_relative_to(HOUSE / "gui") or _is_known(one.filename)]
    told = [f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in ours[-_FRAMES:]]
    return " > ".join(told) or "Qt"


def _is_known(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(HOUSE) and path.relative_to(HOUSE).parts[0] in ("scan", "registry", "reports", "consent")
