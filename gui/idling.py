"""Notices that nobody has used the window for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

LOOK_EVERY_MS = 5_000

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

    Signals:
        idle: nobody has done anything for `longest_s`; said once, until somebody does something again.
    """

    idle = Signal()

    def __init__(
        self, longest_s: float, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._longest_s, self._clock = longest_s, clock
        self._last_s = clock()
        self._said = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Say so if nobody has done anything for long enough."""
        if not self._said and self._clock() - self._last_s >= self._longest_s:
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
