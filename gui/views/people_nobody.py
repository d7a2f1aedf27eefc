"""What stands in place of the list where nobody is to be shown, and how that is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.theme import GRID, theme

WIDEST = 520


class NobodyPage(QWidget):
    """Says that the registry is empty, or that nobody is like what was asked for.

    Signals:
        enrol_asked, import_asked: somebody is to be enrolled; many are.
        everybody_asked: search and filters are to be taken away.
    """

    enrol_asked = Signal()
    import_asked = Signal()
    everybody_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(GRID * 3)
        column.addStretch(1)
        column.addWidget(IconLabel(Icon.PEOPLE, theme().muted, 48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = Text(size=1.3, bold=True)
        self._words = Text(muted=True)
        for text in (self._title, self._words):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setFixedWidth(WIDEST)
            column.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        row.addStretch(1)
        self._enrol = push_button(_("Add a person…"), Icon.ADD)
        self._enrol.clicked.connect(self.enrol_asked)
        self._import = push_button(_("Import people…"), Icon.IMPORT)
        self._import.clicked.connect(self.import_asked)
        self._everybody = push_button(_("Show everybody"), Icon.PEOPLE)
        self._everybody.clicked.connect(self.everybody_asked)
        for button in (self._enrol, self._import, self._everybody):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        self.tell(narrowed=False)

    def tell(self, *, narrowed: bool) -> None:
        """Say why nobody is shown: nobody is like that, or nobody is enrolled."""
        if narrowed:
            self._title.setText(_("Nobody is like that"))
            self._words.setText(_("Search for less, or take filters away."))
        else:
            self._title.setText(_("Nobody is enrolled yet"))
            self._words.setText(
                _("Drop photos, films or recordings of one person here, or a folder that holds one folder per person.")
            )
        self._everybody.setVisible(narrowed)
        self._enrol.setVisible(not narrowed)
        self._import.setVisible(not narrowed)
