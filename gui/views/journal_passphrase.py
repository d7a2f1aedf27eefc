"""Giving the open registry another passphrase."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.unlocking import strength_of
from gui.vault import Change
from gui.views.papers_dialog import while_alive
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from gui.views.unlock_pane import PassphraseField
from registry import KeyringState, Passphrase, Registry, keyring_state, remember_passphrase


class PassphraseDialog(QDialog):
    """Asks for the new passphrase twice, and encrypts the registry with it."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._busy = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Change the passphrase"))
        self.setMinimumWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        head.addWidget(IconLabel(Icon.KEY, theme().accent, 32))
        head.addWidget(Text(_("Change the passphrase"), size=1.3, bold=True), 1)
        column.addLayout(head)
        note = _("The whole file is encrypted anew. Backups made before still open with the old passphrase.")
        column.addWidget(Text(note, muted=True))
        self.passphrase = PassphraseField(_("New passphrase"))
        self.again = PassphraseField(_("The same passphrase again"))
        self._strength = Text(size=0.92)
        column.addWidget(self.passphrase)
        column.addWidget(self._strength)
        column.addWidget(self.again)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Working"))
        self._bar.hide()
        column.addWidget(self._bar)
        row = QHBoxLayout()
        cancel = push_button(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.change = push_button(_("Change it"), primary=True)
        self.change.setDefault(True)
        self.change.clicked.connect(self._change)
        row.addWidget(cancel)
        row.addStretch(1)
        row.addWidget(self.change)
        column.addLayout(row)
        for field in (self.passphrase, self.again):
            field.textChanged.connect(self._tell)
        self._tell()
        parts.vault.locked.connect(self._locked)

    def done(self, answer: int) -> None:
        """Close, and keep nothing of what was typed."""
        self.passphrase.forget()
        self.again.forget()
        super().done(answer)

    def reject(self) -> None:
        """Close, unless the file is being encrypted."""
        if not self._busy:
            super().reject()

    def _locked(self) -> None:
        self._busy = False
        self.reject()

    def _tell(self) -> None:
        strength = strength_of(self.passphrase.text())
        self._strength.setText(strength.words)
        self._strength.paint_in(theme().tones[strength.tone].ink)
        same = self.passphrase.text() == self.again.text()
        self.change.setEnabled(strength.enough and same and not self._busy)
        lacking = "" if same else _("Type the same passphrase again first.")
        self.change.setToolTip(lacking if strength.enough else _("Choose a longer passphrase first."))

    def _change(self) -> None:
        self._busy = True
        self._bar.show()
        self._tell()
        change = Change(
            work=partial(_rekey, Passphrase(self.passphrase.text())), words=_("The passphrase was changed.")
        )
        self._parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._failed))

    def _done(self, _nothing: None) -> None:
        self._busy = False
        self.accept()

    def _failed(self, error: CountenanceError) -> None:
        self._busy = False
        self._bar.hide()
        self._tell()
        self.complaint.setText(str(error))
        self.complaint.show()


def _rekey(passphrase: Passphrase, opened: Registry) -> None:
    opened.upkeep.rekey(passphrase)
    if keyring_state(opened.path) is KeyringState.HOLDS:
        remember_passphrase(opened.path, passphrase)
