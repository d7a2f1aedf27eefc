"""What about models is too long for a line: told in a dialog, or asked there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts


class ToldDialog(PapersDialog):
    """Tells something in sentences; with `deed`, asks whether it is meant.

    Signals:
        agreed: it is.
    """

    agreed = Signal()

    def __init__(
        self, parts: Parts, title: str, sentences: Sequence[str], parent: QWidget, *, icon: Icon, deed: str = ""
    ) -> None:
        super().__init__(parts, title, icon, parent, width=600, height=420)
        for sentence in sentences:
            self.body.addWidget(Text(sentence))
        self.body.addStretch(1)
        close = push_button(_("Cancel") if deed else _("Close"))
        close.clicked.connect(self.reject)
        if not deed:
            self.lay_buttons(None, close)
            return
        self.agree = push_button(deed, icon, primary=True)
        self.agree.clicked.connect(self._agree)
        self.lay_buttons(None, close, self.agree)

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()
