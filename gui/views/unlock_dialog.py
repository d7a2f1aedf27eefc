"""Asks for the registry's passphrase, where somebody wants to unlock it outside the registry's own room."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from countenance.sentences import in_a_row
from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.theme import GRID, MARGIN, theme
from gui.views.unlock_pane import PassphraseField


class UnlockDialog(QDialog):
    """Stays open until the registry is open or the user thinks better of it.

    Signals:
        offered: the passphrase that was typed.
    """

    offered = Signal(str)

    def __init__(self, file: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Unlock the registry"))
        self.setModal(True)
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        head.addWidget(IconLabel(Icon.LOCK, theme().accent, 32))
        head.addWidget(Text(_("Unlock the registry"), size=1.3, bold=True), 1)
        column.addLayout(head)
        column.addWidget(Text(_("Clips are compared with the people in “{file}”.").format(file=file), muted=True))
        self.passphrase = PassphraseField(_("Passphrase"))
        column.addWidget(self.passphrase)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        column.addSpacing(GRID * 2)
        buttons = QHBoxLayout()
        self.cancel = push_button(_("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.unlock = push_button(_("Unlock"), primary=True)
        self.unlock.setDefault(True)
        self.unlock.setEnabled(False)
        self.unlock.clicked.connect(self._offer)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.unlock)
        column.addLayout(buttons)
        self.passphrase.textChanged.connect(lambda words: self.unlock.setEnabled(bool(words)))
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, problem: Problem) -> None:
        """Say why it did not open, and let the user try again."""
        self.complaint.setText(in_a_row((problem.sentence, problem.remedy)))
        self.complaint.show()
        for widget in (self.passphrase, self.cancel, self.unlock):
            widget.setEnabled(True)
        self.passphrase.setFocus()
        self.passphrase.selectAll()

    def _offer(self) -> None:
        for widget in (self.passphrase, self.cancel, self.unlock):
            widget.setEnabled(False)
        self.complaint.hide()
        self.offered.emit(self.passphrase.text())

    def done(self, answer: int) -> None:
        """Close, and keep nothing of what was typed."""
        self.passphrase.forget()
        super().done(answer)
