"""A strip for what belongs to no clip: a folder without clips, a report that was saved, a registry that is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.views.pieces import IconLabel, Surface, Text, quiet_button
from gui.views.theme import GRID, theme


class NoticeStrip(QWidget):
    """Shows one notice at a time, until it is closed or the next one comes."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.words = ""
        self.hide()

    def say(self, words: str, *, tone: Tone = Tone.NEUTRAL, icon: Icon = Icon.NOTE) -> None:
        """Show a notice."""
        self.clear()
        self.words = words
        pair = theme().tones[tone]
        ground = Surface(pair.ground, pair.ground)
        inside = QHBoxLayout(ground)
        inside.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        inside.setSpacing(GRID * 3)
        inside.addWidget(IconLabel(icon, pair.ink, 18), 0, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(Text(words), 1)
        close = quiet_button(Icon.CLOSE, _("Close this notice"))
        close.clicked.connect(self.clear)
        inside.addWidget(close)
        self._row.addWidget(ground)
        self.setAccessibleName(words)
        self.show()

    def clear(self) -> None:
        """Take the notice away."""
        self.words = ""
        item = self._row.takeAt(0)
        while item is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
            item = self._row.takeAt(0)
        self.hide()
