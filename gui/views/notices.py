"""A strip for what belongs to no clip: a folder without clips, a report that was saved, a registry that is missing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.views.pieces import IconLabel, Surface, Text, push_button, quiet_button
from gui.views.theme import GRID, theme


class NoticeStrip(QWidget):
    """Shows one notice at a time, until it is closed or the next one comes."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.words = ""
        self.hide()

    def say(
        self,
        words: str,
        *,
        tone: Tone = Tone.NEUTRAL,
        icon: Icon = Icon.NOTE,
        details: str = "",
        offer: str = "",
        on_offer: Callable[[], object] | None = None,
    ) -> None:
        """Show a notice.

        Args:
            words: the sentence.
            tone: of its ground.
            icon: before it.
            details: technical, for a button that copies them; none where empty.
            offer: words of a button, e.g. "Undo"; none where empty.
            on_offer: what that button does; the notice goes.
        """
        self.clear()
        self.words = words
        pair = theme().tones[tone]
        ground = Surface(pair.ground, pair.ground)
        inside = QHBoxLayout(ground)
        inside.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        inside.setSpacing(GRID * 3)
        inside.addWidget(IconLabel(icon, pair.ink, 18), 0, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(Text(words), 1)
        if details:
            copy = push_button(_("Copy details"))
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
            inside.addWidget(copy)
        if offer and on_offer is not None:
            take = push_button(offer)
            take.clicked.connect(self.clear)
            take.clicked.connect(lambda _checked: on_offer())
            inside.addWidget(take)
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
