"""Recording an approval or a refusal of one clip: why, and who answered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from countenance.translations import _
from gui.presenters.rulings import RulingAsk
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts


class RulingDialog(PapersDialog):
    """Asks for the reason.

    Signals:
        told: the reason and who decided, in the user's words; the latter empty for whoever sits here.
    """

    told = Signal(str, str)

    def __init__(self, parts: Parts, ask: RulingAsk, parent: QWidget) -> None:
        super().__init__(parts, ask.title, ask.icon, parent, width=560, height=460)
        self.body.addWidget(Text(ask.words))
        if ask.ground:
            self.body.addWidget(Text(ask.ground, size=0.92, muted=True))
        self.reason = self._line(_("Why"), _("Such as: agreed by e-mail on May 4"))
        self.by = self._line(_("Who answered"), _("You, if it stays empty"))
        self.body.addWidget(Text(ask.lasting, size=0.92, muted=True))
        self.body.addStretch(1)
        close = push_button(_("Cancel"))
        close.clicked.connect(self.reject)
        self.keep = push_button(ask.button, ask.icon, primary=True)
        self.keep.clicked.connect(self._keep)
        self.lay_buttons(None, close, self.keep)
        self.reason.textChanged.connect(self._allow)
        self._allow()
        self.reason.setFocus()

    def _line(self, name: str, example: str) -> QLineEdit:
        label = Text(name, bold=True)
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(example)
        field.setMaxLength(500)
        label.setBuddy(field)
        self.body.addWidget(label)
        self.body.addWidget(field)
        return field

    def _allow(self) -> None:
        said = bool(self.reason.text().strip())
        self.keep.setEnabled(said)
        self.keep.setToolTip("" if said else _("Say why first."))

    def _keep(self) -> None:
        self.told.emit(self.reason.text().strip(), self.by.text().strip())
        self.accept()
