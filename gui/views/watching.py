"""Watching a clip: its picture with boxes and names on the faces, and its timeline below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.queues import Entry
from gui.presenters.timelines import timeline_of
from gui.views.room import Parts
from gui.views.theme import GAP
from gui.views.timeline_strip import TimelineStrip


class Watching(QWidget):
    """Shows a checked clip and goes where it is told to.

    Signals:
        finding_picked: index of the finding that was pressed in the timeline.
    """

    finding_picked = Signal(int)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._entry: Entry | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._screen = QLabel()
        self._screen.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._screen.setAccessibleName(_("Preview"))
        self._column.addWidget(self._screen)
        self._strip: TimelineStrip | None = None

    def show_result(self, entry: Entry) -> None:
        """Show a checked clip; the same clip judged anew keeps its place."""
        self._entry = entry
        if self._strip is not None:
            self._strip.hide()
            self._strip.deleteLater()
            self._strip = None
        timeline = timeline_of(entry.result) if entry.result is not None else None
        self._screen.setPixmap(QPixmap())
        if timeline is not None:
            self._strip = TimelineStrip(timeline)
            self._strip.asked_for.connect(self.finding_picked)
            self._column.addWidget(self._strip)

    def show_finding(self, index: int) -> None:
        """Go to where a finding begins."""
        result = self._entry.result if self._entry is not None else None
        if result is not None and 0 <= index < len(result.findings) and result.findings[index].ranges:
            self.seek(result.findings[index].ranges[0].start_s)

    def seek(self, at_s: float) -> None:
        """Show the moment `at_s` seconds from the clip's start."""

    def stop(self) -> None:
        """Stop playing."""

    def close_down(self) -> None:
        """Stop for good: the page goes away."""
        self.stop()
        self._entry = None
