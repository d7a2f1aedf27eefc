"""A licence is shown before it is accepted, by somebody who gives a name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from countenance.translations import _
from gui.operators import operator
from gui.presenters.looks import Icon
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts


class LicenceDialog(PapersDialog):
    """Shows what publishers allow; where it has to be accepted, asks who does.

    Signals:
        accepted_by: the name of the person.
    """

    accepted_by = Signal(str)

    def __init__(self, parts: Parts, pack: str, sentences: Sequence[str], parent: QWidget, *, asks: bool) -> None:
        title = _("Licence of “{pack}”").format(pack=pack)
        super().__init__(parts, title, Icon.DOCUMENT, parent, width=600, height=400 if asks else 320)
        for sentence in sentences:
            self.body.addWidget(Text(sentence))
        close = push_button(_("Cancel") if asks else _("Close"))
        close.clicked.connect(self.reject)
        if not asks:
            self.body.addStretch(1)
            self.lay_buttons(None, close)
            return
        self.body.addSpacing(8)
        self.body.addWidget(Text(_("Who accepts it? The name is kept with the day beside the models, nowhere else.")))
        self.name = QLineEdit(operator())
        self.name.setAccessibleName(_("Your name"))
        self.name.setMaxLength(200)
        self.body.addWidget(self.name)
        self.read = QCheckBox(_("I have read the licence and accept it"))
        self.body.addWidget(self.read)
        self.body.addStretch(1)
        self.agree = push_button(_("Accept and install"), Icon.CONFIRM, primary=True)
        self.agree.clicked.connect(self._agree)
        self.lay_buttons(None, close, self.agree)
        self.name.textChanged.connect(self._allow)
        self.read.toggled.connect(self._allow)
        self._allow()

    def _allow(self) -> None:
        ready = bool(self.name.text().strip()) and self.read.isChecked()
        self.agree.setEnabled(ready)
        self.agree.setToolTip("" if ready else _("Read it and give a name first."))

    def _agree(self) -> None:
        self.accepted_by.emit(self.name.text().strip())
        self.accept()
