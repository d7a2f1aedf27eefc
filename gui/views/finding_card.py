"""One finding as a card: face or voice in the clip beside the enrolled one, who, why, how alike, what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.pages import FindingCard
from gui.views.listening import Listening
from gui.views.pieces import FacePicture, IconLabel, Surface, Text
from gui.views.player import PlayerView
from gui.views.theme import GRID, RADIUS, theme

PICTURE_SIDE = 112


class FindingCardView(Surface):
    """Shows a finding; can take the focus, and then reads itself out as a whole.

    Attributes:
        row: evidence and words, beside each other or, where a page is narrow, below each other.
        players: for the voices it can be listened to by.
    """

    def __init__(self, card: FindingCard, listening: Listening) -> None:
        self._tone = theme().tones[card.tone]
        super().__init__(theme().surface, theme().line, self._tone.ink)
        self.card = card
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(card.spoken)
        self.row = row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 5, GRID * 4, GRID * 5, GRID * 4)
        row.setSpacing(GRID * 4)
        self.players = [PlayerView(excerpt, listening, self._tone.ink) for excerpt in card.excerpts]
        if card.crop is not None or self.players:
            row.addLayout(self._evidence(card))
        row.addLayout(self._words(card), 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the ground, and a ring while it has the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme().accent))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _evidence(self, card: FindingCard) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GRID * 3)
        if card.crop is not None:
            pictures = _row()
            pictures.addLayout(_captioned(card.crop, _("In the clip")))
            if card.enrolled is not None:
                pictures.addLayout(_captioned(card.enrolled, _("Enrolled")))
            pictures.addStretch(1)
            column.addLayout(pictures)
        if self.players:
            sounds = _row()
            for player in self.players:
                sounds.addWidget(player)
            sounds.addStretch(1)
            column.addLayout(sounds)
        column.addStretch(1)
        return column

    def _words(self, card: FindingCard) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GRID * 1)
        head = QHBoxLayout()
        head.setSpacing(GRID * 2)
        head.addWidget(IconLabel(card.icon, self._tone.ink, 18))
        severity = Text(card.severity, size=0.95, bold=True, wrap=False)
        severity.paint_in(self._tone.ink)
        head.addWidget(severity)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Text(card.title, size=1.15, bold=True))
        column.addWidget(Text(card.sentence))
        if card.likeness:
            column.addWidget(Text(card.likeness, muted=True))
        if card.where_words:
            column.addWidget(Text(card.where_words, muted=True))
        if card.next_step:
            column.addSpacing(GRID)
            column.addWidget(_next_step(card.next_step))
        column.addStretch(1)
        return column


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID * 2)
    return row


def _captioned(jpeg: bytes, caption: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GRID)
    column.addWidget(FacePicture(jpeg, PICTURE_SIDE, caption))
    words = Text(caption, size=0.9, muted=True, wrap=False)
    words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(words)
    column.addStretch(1)
    return column


def _next_step(words: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID * 2)
    row.addWidget(IconLabel(Icon.NEXT, theme().accent, 16), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words), 1)
    return line
