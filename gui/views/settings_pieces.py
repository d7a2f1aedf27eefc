"""What every section of the settings is made of: cards with a title, and rows of a label and its control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.views.pieces import Surface, Text
from gui.views.theme import GRID, MARGIN, theme

T = TypeVar("T")

READING_WIDTH = 760
"""Wider pages leave lines too long to read."""

LABEL_SHARE, CONTROL_SHARE = 3, 2


class Page(QScrollArea):
    """One section: cards below one another, as wide as can be read."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(MARGIN, GRID * 4, MARGIN, MARGIN)
        inner = QWidget()
        inner.setMaximumWidth(READING_WIDTH)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID * 4)
        self._column.addWidget(Text(title, size=1.5, bold=True))
        self._column.addStretch(1)
        row.addWidget(inner, 1)
        row.addStretch(0)
        self.setWidget(outer)

    def add(self, card: QWidget) -> None:
        """Put a card below the others."""
        self._column.insertWidget(self._column.count() - 1, card)

    def add_first(self, card: QWidget) -> None:
        """Put a card above the others."""
        self._column.insertWidget(1, card)


class Card(Surface):
    """What belongs together, under a title."""

    def __init__(self, title: str, sentence: str = "") -> None:
        super().__init__(theme().surface, theme().line)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(GRID * 5, GRID * 4, GRID * 5, GRID * 4)
        self.column.setSpacing(GRID * 3)
        if title:
            self.column.addWidget(Text(title, size=1.15, bold=True))
        if sentence:
            self.column.addWidget(Text(sentence, muted=True))

    def add_row(self, words: str, control: QWidget, hint: str = "") -> None:
        """Add a control with what it is for at its left."""
        row = QHBoxLayout()
        row.setSpacing(GRID * 4)
        said = QVBoxLayout()
        said.setSpacing(GRID // 2)
        said.addWidget(Text(words))
        if hint:
            said.addWidget(Text(hint, muted=True, size=0.92))
        row.addLayout(said, LABEL_SHARE)
        if not control.accessibleName():
            control.setAccessibleName(words)
        row.addWidget(control, CONTROL_SHARE, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)


class Choice(QComboBox):
    """One of several values, each with its words; the wheel scrolls the page, it does not choose."""

    def __init__(self, choices: Sequence[tuple[T, str]], chosen: T, on_chosen: Callable[[T], object]) -> None:
        super().__init__()
        for _value, words in choices:
            self.addItem(words)
        values = [value for value, _words in choices]
        self.setCurrentIndex(values.index(chosen) if chosen in values else -1)
        # `activated` is a person's doing; what the program sets is not heard.
        self.activated.connect(lambda place: on_chosen(values[place]))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Leave the wheel to the page unless the list has the focus."""
        if event.type() is QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
