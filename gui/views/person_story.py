"""The clips in which a person appeared, and what was done about them: two lists, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.journal import Deed
from gui.presenters.looks import Icon, Tone
from gui.presenters.person import ClipLine, PersonPage
from gui.views.pieces import Elided, IconLabel, Surface, Text
from gui.views.theme import GRID, theme

MOST_LINES = 200
"""More than anybody scrolls through here; the journal shows all of them."""


class StoryPane(QScrollArea):
    """A list of lines, each with an icon."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._begin()

    def show_clips(self, page: PersonPage) -> None:
        """Show the clips of a person."""
        column = self._begin()
        if not page.clips:
            _nothing(
                column,
                Icon.FILM,
                _("In no clip yet"),
                _("Checks that you keep, and publications that you record, are listed here."),
            )
        for line in page.clips[:MOST_LINES]:
            column.addWidget(_clip(line))
        column.addStretch(1)

    def show_history(self, history: Sequence[Deed]) -> None:
        """Show what was done about a person."""
        column = self._begin()
        for deed in history[:MOST_LINES]:
            column.addWidget(_deed(deed))
        if len(history) > MOST_LINES:
            column.addWidget(Text(_("Older entries are in the journal."), muted=True))
        column.addStretch(1)

    def forget(self) -> None:
        """Keep nothing of anybody."""
        self._begin()

    def _begin(self) -> QVBoxLayout:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, GRID * 2, GRID * 3, GRID * 4)
        column.setSpacing(GRID * 2)
        before = self.takeWidget()
        if before is not None:
            before.deleteLater()
        self.setWidget(whole)
        return column


def _clip(line: ClipLine) -> QWidget:
    ground = Surface(theme().surface, theme().line)
    row = QHBoxLayout(ground)
    row.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
    row.setSpacing(GRID * 3)
    ink = theme().tones[line.tone].ink
    row.addWidget(IconLabel(line.icon, ink, 20))
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Elided(line.name, bold=True))
    said = Text(line.words)
    if line.tone is not Tone.NEUTRAL:
        said.paint_in(ink)
    words.addWidget(said)
    row.addLayout(words, 1)
    row.addWidget(Text(line.moment, muted=True, wrap=False, size=0.92))
    return ground


def _deed(deed: Deed) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(GRID, GRID, GRID, GRID)
    row.setSpacing(GRID * 3)
    row.addWidget(IconLabel(deed.icon, theme().muted, 18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(deed.sentence), 1)
    row.addWidget(Text(deed.moment, muted=True, wrap=False, size=0.92), 0, Qt.AlignmentFlag.AlignTop)
    return whole


def _nothing(column: QVBoxLayout, icon: Icon, title: str, words: str) -> None:
    column.addSpacing(GRID * 10)
    column.addWidget(IconLabel(icon, theme().muted, 40), 0, Qt.AlignmentFlag.AlignHCenter)
    for text in (Text(title, size=1.15, bold=True), Text(words, muted=True)):
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(text)
