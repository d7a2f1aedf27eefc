"""Work on the window's thread that is too long for one turn of its loop, done in slices nobody notices."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

LONGEST_TURN_S = 0.012


class Slices(QObject):
    """Takes steps of what was asked for, first come first served, a few milliseconds in each turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Iterator[object]] = deque()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)

    def do(self, steps: Iterator[object]) -> None:
        """Take the steps, the first of them at once unless other work waits; each is to be short."""
        self._waiting.append(steps)
        if not self._timer.isActive():
            self._timer.start(0)
            self._turn()

    def close(self) -> None:
        """Take no more steps."""
        self._waiting.clear()
        self._timer.stop()

    def _turn(self) -> None:
        until = time.perf_counter() + LONGEST_TURN_S
        while self._waiting:
            steps = self._waiting[0]
            if next(steps, _ENDED) is _ENDED:
                # What was just done may have closed everything.
                if self._waiting and self._waiting[0] is steps:
                    self._waiting.popleft()
            elif time.perf_counter() >= until:
                return
        self._timer.stop()


_ENDED = object()
