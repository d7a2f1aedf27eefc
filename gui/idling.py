"""Notices that nobody has used the window for a while, or that the machine slept meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

LOOK_EVERY_MS = 5_000
SLEPT_AFTER_S = 60.0
"""Between two looks, by the clock on the wall: no window is as busy as that, the machine was asleep."""

# What a person does; everything else happens by itself.
_DONE_BY_A_PERSON = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.Drop,
    }
)


class Idling(QObject):
    """Watches the events of an application, which `installEventFilter` has it see.

    Args:
        longest_s: so long may nobody do anything; 0 is for ever.
        clock: does not go on while the machine sleeps, or does; in seconds.
        wall: goes on in any case; in seconds.

    Signals:
        idle: nobody has done anything for `longest_s`, or the machine slept; said once, until somebody does something
            again.
    """

    idle = Signal()

    def __init__(
        self,
        longest_s: float,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._longest_s, self._clock, self._wall = longest_s, clock, wall
        self._last_s, self._looked_s = clock(), wall()
        self._said = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def wait(self, longest_s: float) -> None:
        """Allow another time of idleness; 0 is for ever, through sleep too."""
        self._longest_s = longest_s

    def look(self) -> None:
        """Say so if nobody has done anything for long enough, or the machine slept."""
        slept = self._wall() - self._looked_s >= SLEPT_AFTER_S
        self._looked_s = self._wall()
        idle = slept or self._clock() - self._last_s >= self._longest_s
        if self._longest_s > 0 and not self._said and idle:
            self._said = True
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Note what a person does; every event goes on its way."""
        if event.type() in _DONE_BY_A_PERSON:
            self._last_s, self._said = self._clock(), False
        return False

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
