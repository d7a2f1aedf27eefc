"""The proof of an erasure: what was searched, what was found, and where it may be kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.presenters.erasing import Proof
from gui.presenters.looks import Icon, Tone
from gui.views.papers_dialog import while_alive
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from scan.saving import write_whole


class ProofPane(QWidget):
    """Shows a proof.

    Signals:
        left: it was read.
    """

    left = Signal()

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._proof: Proof | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        self._head = QHBoxLayout()
        self._head.setSpacing(GRID * 3)
        column.addLayout(self._head)
        scroll = QScrollArea()
        scroll.setObjectName("reading")
        scroll.setAccessibleName(_("Proof of erasure"))
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._lines.setSpacing(GRID * 2)
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        self.told = Text(muted=True)
        self.told.hide()
        column.addWidget(self.told)
        row = QHBoxLayout()
        self.save = push_button(_("Save the proof…"), Icon.SAVE)
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._choose)
        self.done = done = push_button(_("Done"), primary=True)
        done.setAutoDefault(False)
        done.clicked.connect(self.left)
        row.addWidget(self.save)
        row.addStretch(1)
        row.addWidget(done)
        column.addLayout(row)

    def show_proof(self, proof: Proof) -> None:
        """Show what was searched and found."""
        self._proof = proof
        tone, icon = (Tone.PERMITTED, Icon.PERMITTED) if proof.proved else (Tone.BLOCKED, Icon.BLOCKED)
        ink = theme().tones[tone].ink
        self._head.addWidget(IconLabel(icon, ink, 32))
        self._head.addWidget(Text(proof.title, size=1.3, bold=True), 1)
        for line in proof.lines:
            self._lines.addWidget(_row(line.words, line.icon, theme().tones[line.tone].ink))
        if proof.places:
            self._add_places(proof.places)
        reach = Surface(theme().surface, theme().line)
        column = QVBoxLayout(reach)
        column.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
        column.setSpacing(GRID * 2)
        for words in proof.out_of_reach:
            column.addWidget(_row(words, Icon.REVIEW, theme().tones[Tone.REVIEW].ink))
        self._lines.addWidget(reach)
        self._lines.addWidget(Text(_("The proof holds counts and places, and no name."), muted=True))
        self._lines.addStretch(1)
        self.setFocusProxy(self.done)

    def _add_places(self, places: Sequence[str]) -> None:
        self.details = push_button(_("Show details"))
        self.details.setObjectName("link")
        self.details.setAutoDefault(False)
        self.details.setCheckable(True)
        self.places = Text("\n".join(places), size=0.92, muted=True)
        self.places.hide()
        self.details.toggled.connect(self._show_places)
        self._lines.addWidget(self.details, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addWidget(self.places)

    def _show_places(self, shown: bool) -> None:
        self.places.setVisible(shown)
        self.details.setText(_("Hide details") if shown else _("Show details"))

    def save_to(self, path: Path) -> None:
        """Write the proof into a file."""
        if self._proof is not None:
            work = partial(_write, path, self._proof.document)
            self._parts.desk.desk_lane.do(work, while_alive(self, self._saved), while_alive(self, self._not_saved))

    def _choose(self) -> None:
        if self._proof is None:
            return
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the proof"), self._proof.file_name, "JSON (*.json)")
        if name:
            self.save_to(Path(name))

    def _saved(self, _nothing: None) -> None:
        self._say(_("The proof was saved."))

    def _not_saved(self, error: CountenanceError) -> None:
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.told.setText(words)
        self.told.show()


def _write(path: Path, document: bytes) -> None:
    try:
        write_whole(path, document)
    except OSError as error:
        raise CountenanceError(
            _("The proof cannot be written there; the person is erased all the same."),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error


def _row(words: str, icon: Icon, ink: str) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID * 2)
    row.addWidget(IconLabel(icon, ink, 18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words), 1)
    return whole
