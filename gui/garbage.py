"""Python's cycle collector, kept to the window's thread.

Left alone it runs in whichever thread happens to allocate, and destroys widgets from a lane's thread: Qt then crashes
now and then (met in the end-to-end test while a page was rebuilt and a report was saved).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GarbageOnThisThread(QObject):
    """Turns the automatic collector off and collects here instead, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(EVERY_MS)

    def spare(self) -> None:
        """Look no more at what is there now: what was loaded at the start lives as long as the program."""
        gc.freeze()

    def stop(self) -> None:
        """Collect a last time and give the collector back as it was."""
        self._timer.stop()
        gc.collect()
        if self._was_on:
            gc.enable()

    def _collect(self) -> None:
        # The collector's own thresholds decide, oldest generation first; a full collection is rare.
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
