"""How a grant or a prohibition came to be what it is: each revision, by whom, what was changed and what it said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.papers import RevisionLook
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme


class HistoryDialog(PapersDialog):
    """Shows revisions, newest first."""

    def __init__(self, parts: Parts, revisions: Sequence[RevisionLook], parent: QWidget | None = None) -> None:
        super().__init__(parts, _("History"), Icon.HISTORY, parent, width=640, height=560)
        for look in revisions:
            card = Surface(theme().surface, theme().line)
            column = QVBoxLayout(card)
            column.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
            column.setSpacing(GRID)
            column.addWidget(Text(look.title, bold=True))
            column.addWidget(Text(look.changed, muted=True))
            column.addWidget(Text(look.sentence))
            self.body.addWidget(card)
        self.body.addStretch(1)
        close = push_button(_("Close"), primary=True)
        close.clicked.connect(self.accept)
        self.lay_buttons(None, close)
