"""Says above the clips that they are compared with a folder of people, and lets that be stopped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.comparing import Compared, compared_words, refused_lines, refused_title
from gui.presenters.looks import Icon
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, MARGIN, theme
from scan.enrol import RefusedFile


class CompareBar(Surface):
    """One line; hidden while no folder is compared with.

    Signals:
        stop_asked: the folder is not to be compared with any more, or not to be looked at.
    """

    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__(theme().selected, theme().selected)
        self._refused: tuple[RefusedFile, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.PEOPLE, theme().accent, 18))
        self.words = Text("")
        row.addWidget(self.words, 1)
        self.refused = push_button("")
        self.refused.clicked.connect(self._list_refused)
        row.addWidget(self.refused)
        self.stop = push_button(_("Stop comparing"))
        self.stop.clicked.connect(self.stop_asked)
        row.addWidget(self.stop)
        self.hide()

    def show_compared(self, compared: Compared | None) -> None:
        """Show the folder that is compared with, or being looked at."""
        self.setVisible(compared is not None)
        if compared is None:
            return
        self.words.setText(compared_words(compared))
        self._refused = compared.refused
        self.refused.setVisible(bool(compared.refused))
        self.refused.setText(refused_title(compared.refused))

    def _list_refused(self) -> None:
        RefusedDialog(self._refused, self).open()


class RefusedDialog(QDialog):
    """Lists the files of a folder that were left out, and why."""

    def __init__(self, refused: Sequence[RefusedFile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(refused_title(refused))
        self.resize(520, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        column.addWidget(Text(_("Nobody is recognised by these files:"), bold=True))
        place = QScrollArea()
        place.setObjectName("reading")
        place.setAccessibleName(refused_title(refused))
        place.setWidgetResizable(True)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, GRID * 2, 0)
        lines.setSpacing(GRID)
        for name, why in refused_lines(refused):
            lines.addWidget(Text(name))
            lines.addWidget(Text(why, size=0.92, muted=True))
            lines.addSpacing(GRID)
        lines.addStretch(1)
        place.setWidget(inside)
        column.addWidget(place, 1)
        buttons = QDialogButtonBox()
        close = push_button(_("Close"))
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
