"""“Has a release”: one line on where it is kept, so that it can be found again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts


class ReleaseDialog(PapersDialog):
    """Asks where a release is kept.

    Signals:
        told: where, in the user's words.
    """

    told = Signal(str)

    def __init__(self, parts: Parts, parent: QWidget) -> None:
        super().__init__(parts, _("Where is the release kept?"), Icon.DOCUMENT, parent, width=520, height=300)
        self.body.addWidget(
            Text(_("You have this person’s written consent. Say where it is, for whoever has to show it later."))
        )
        self.field = QLineEdit()
        self.field.setAccessibleName(_("Where is the release kept?"))
        self.field.setPlaceholderText(_("Such as: releases 2026, spring campaign, page 12"))
        self.field.setMaxLength(500)
        self.body.addWidget(self.field)
        self.body.addStretch(1)
        close = push_button(_("Cancel"))
        close.clicked.connect(self.reject)
        self.keep = push_button(_("Keep the answer"), Icon.CONFIRM, primary=True)
        self.keep.clicked.connect(self._keep)
        self.lay_buttons(None, close, self.keep)
        self.field.textChanged.connect(self._allow)
        self._allow()
        self.field.setFocus()

    def _allow(self) -> None:
        said = bool(self.field.text().strip())
        self.keep.setEnabled(said)
        self.keep.setToolTip("" if said else _("Say where it is kept first."))

    def _keep(self) -> None:
        self.told.emit(self.field.text().strip())
        self.accept()
