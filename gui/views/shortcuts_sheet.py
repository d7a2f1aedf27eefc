"""All keys on one sheet: what the menus name, and what works in a room besides."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.theme import GRID, MARGIN, theme

WIDTH, HEIGHT = 720, 560


class ShortcutsSheet(QDialog):
    """Shows groups of keys in two columns.

    Args:
        groups: title and, for each, keys and what they do; groups without any are left out.
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.setModal(True)
        self.resize(WIDTH, HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        head.addWidget(IconLabel(Icon.KEYBOARD, theme().accent, 32))
        head.addWidget(Text(_("Keyboard shortcuts"), size=1.4, bold=True), 1)
        column.addLayout(head)
        page = QWidget()
        sides = QHBoxLayout(page)
        sides.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        sides.setSpacing(MARGIN * 2)
        for half in _halves([group for group in groups if group[1]]):
            side = QVBoxLayout()
            side.setSpacing(GRID * 2)
            for title, keys in half:
                side.addWidget(Text(title, bold=True))
                side.addLayout(_table(keys))
                side.addSpacing(GRID * 2)
            side.addStretch(1)
            sides.addLayout(side, 1)
        scroll = QScrollArea()
        scroll.setObjectName("reading")
        scroll.setAccessibleName(_("Keyboard shortcuts"))
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        column.addWidget(scroll, 1)
        done = push_button(_("Close"), primary=True)
        done.setDefault(True)
        done.clicked.connect(self.accept)
        column.addWidget(done, 0, Qt.AlignmentFlag.AlignRight)
        done.setFocus(Qt.FocusReason.OtherFocusReason)


def _halves(
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> tuple[Sequence[tuple[str, Sequence[tuple[str, str]]]], ...]:
    rows = [len(keys) + 2 for _title, keys in groups]
    place = min(range(len(groups) + 1), key=lambda cut: abs(sum(rows[:cut]) - sum(rows[cut:])), default=0)
    return groups[:place], groups[place:]


def _table(keys: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(GRID * 4)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(0, 1)
    for row, (key, words) in enumerate(keys):
        grid.addWidget(Text(words, muted=True), row, 0)
        grid.addWidget(Text(key, wrap=False), row, 1, Qt.AlignmentFlag.AlignRight)
    return grid
