"""Measuring with one's own people: what is needed, of faces or of voices, and forgetting what was measured."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.measuring import wanted_sentences
from gui.presenters.packs import InUse
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID


class MeasureDialog(PapersDialog):
    """Asks for a folder of people.

    Signals:
        chosen: (the folder, whether it is about voices).
        forgotten: what was measured here is to be forgotten: whether of voices.
    """

    chosen = Signal(object, bool)
    forgotten = Signal(bool)

    def __init__(self, parts: Parts, look: InUse, parent: QWidget) -> None:
        super().__init__(parts, _("Measure with your own people"), Icon.PEOPLE, parent, width=600, height=430)
        for sentence in wanted_sentences():
            self.body.addWidget(Text(sentence))
        self._offer(_("Faces"), Icon.PERSON, own=look.own_faces, voices=False)
        self._offer(_("Voices"), Icon.MICROPHONE, own=look.own_voices, voices=True)
        self.body.addStretch(1)
        close = push_button(_("Close"))
        close.clicked.connect(self.reject)
        self.lay_buttons(None, close)

    def _offer(self, title: str, icon: Icon, *, own: bool, voices: bool) -> None:
        self.body.addSpacing(GRID * 2)
        self.body.addWidget(Text(title, bold=True))
        if own:
            self.body.addWidget(Text(_("What was measured here counts."), muted=True, size=0.92))
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        choose = push_button(_("Choose a folder…"), icon)
        choose.setAccessibleName(f"{title}: {choose.text().strip()}")
        choose.clicked.connect(partial(self._choose, voices))
        row.addWidget(choose)
        if own:
            forget = push_button(_("Forget what was measured"), Icon.ERASE)
            forget.setAccessibleName(f"{title}: {forget.text().strip()}")
            forget.clicked.connect(partial(self._forget, voices))
            row.addWidget(forget)
        row.addStretch(1)
        self.body.addLayout(row)

    def _choose(self, voices: bool, _checked: bool = False) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("A folder with a folder for each person"))
        if folder:
            self.accept()
            self.chosen.emit(Path(folder), voices)

    def _forget(self, voices: bool, _checked: bool = False) -> None:
        self.accept()
        self.forgotten.emit(voices)
