"""What a window may leave behind when it is closed: no timer that runs, no widget that belongs to nobody."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class Leftovers:
    """Watches from now on; `names` tells what is left."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._before = {shiboken6.getCppPointer(one)[0] for one in QApplication.topLevelWidgets()}
        self._timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
        start: Callable[..., None] = QTimer.start

        def started(timer: QTimer, *arguments: Any) -> None:
            self._timers.add(timer)
            start(timer, *arguments)

        monkeypatch.setattr(QTimer, "start", started)

    def names(self) -> list[str]:
        """Return what is left now, after everything that was to be deleted later is."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        timers = [
            f"a timer of {type(timer.parent()).__name__} that runs every {timer.interval()} ms"
            for timer in self._timers
            if shiboken6.isValid(timer) and timer.isActive()
        ]
        widgets = [_named(one) for one in QApplication.topLevelWidgets() if self._is_left(one)]
        return timers + widgets

    def _is_left(self, widget: QWidget) -> bool:
        # What Qt itself keeps (a tool tip, the menu of a field) has no Python class of ours.
        ours = type(widget).__module__.partition(".")[0] == "gui"
        known = shiboken6.getCppPointer(widget)[0] in self._before
        return (ours or widget.isVisible()) and not known and widget.parent() is None


def _named(widget: QWidget) -> str:
    shown = "shown" if widget.isVisible() else "hidden"
    return f"{type(widget).__name__} “{widget.windowTitle() or widget.objectName()}” without a parent, {shown}"
