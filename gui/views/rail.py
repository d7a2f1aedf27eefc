"""The rail at the window's left: one entry for each room, and below them how the registry is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.presenters.looks import Icon
from gui.views import icons
from gui.views.theme import GRID, theme

LEAST_WIDTH = 92
"""Wider where letters are large or words are long."""


class Rail(QWidget):
    """Lets a room be chosen.

    Signals:
        chosen: the place of the room, from 0.
        registry_pressed: the entry that tells how the registry is was pressed.
    """

    chosen = Signal(int)
    registry_pressed = Signal()

    def __init__(self, entries: Sequence[tuple[str, Icon]]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID * 3, GRID * 2, GRID * 3)
        column.setSpacing(GRID)
        column.addStrut(LEAST_WIDTH - 4 * GRID)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: list[QToolButton] = []
        for place, (words, icon) in enumerate(entries):
            button = _entry(words, icon)
            button.setCheckable(True)
            button.setToolTip(f"{words} (Ctrl+{place + 1})")
            self._group.addButton(button, place)
            self.buttons.append(button)
            column.addWidget(button)
        column.addStretch(1)
        self.registry = _entry("", Icon.LOCK)
        self.registry.clicked.connect(self.registry_pressed)
        column.addWidget(self.registry)
        self._group.idClicked.connect(self.chosen)

    def show_chosen(self, place: int) -> None:
        """Mark the room that is shown."""
        self.buttons[place].setChecked(True)

    def tell_registry(self, words: str, sentence: str, icon: Icon, *, can_be_pressed: bool) -> None:
        """Say how the registry is, in a word and as a sentence."""
        self.registry.setText(words)
        self.registry.setIcon(icons.icon(icon, theme().muted))
        self.registry.setToolTip(sentence)
        self.registry.setAccessibleName(sentence)
        self.registry.setEnabled(can_be_pressed)


def _entry(words: str, icon: Icon) -> QToolButton:
    button = QToolButton()
    button.setObjectName("rail")
    button.setText(words)
    button.setAccessibleName(words)
    button.setIcon(icons.icon(icon, theme().text))
    button.setIconSize(QSize(24, 24))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
