"""One finding as a card: face or voice in the clip beside the enrolled one, who, why, how alike, what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.answers import Act
from gui.presenters.finding_cards import FindingCard
from gui.presenters.looks import Icon
from gui.views.answer_row import AnswerLine, acts_row
from gui.views.crop_pages import PICTURE_SIDE, CropPages, captioned
from gui.views.listening import Listening
from gui.views.pieces import Elided, IconLabel, Surface, Text
from gui.views.player import PlayerView
from gui.views.theme import GRID, RADIUS, theme

_KEYS = {
    "Return": Qt.Key.Key_Return,
    "Delete": Qt.Key.Key_Delete,
    "1": Qt.Key.Key_1,
    "2": Qt.Key.Key_2,
    "3": Qt.Key.Key_3,
    "4": Qt.Key.Key_4,
}


class FindingCardView(Surface):
    """Shows a finding; can take the focus, and then reads itself out as a whole and answers to keys.

    Attributes:
        row: evidence and words, beside each other or, where a page is narrow, below each other.
        players: for the voices it can be listened to by.

    Signals:
        chosen: the card was given the focus.
        moment_asked: a moment of the clip is to be shown, in seconds.
        acted: an `Act` was asked for.
        take_back_asked: the answer is to be taken back.
    """

    chosen = Signal()
    moment_asked = Signal(float)
    acted = Signal(object)
    take_back_asked = Signal()

    def __init__(self, card: FindingCard, listening: Listening) -> None:
        self._tone = theme().tones[card.tone]
        super().__init__(theme().surface, theme().line, self._tone.ink)
        self.card = card
        self._lit = False
        self._keys = {_KEYS[act.key]: act.act for act in card.acts if act.key and not act.why_not}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(card.spoken)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID * 5, GRID * 4, GRID * 5, GRID * 4)
        whole.setSpacing(GRID * 3)
        self.row: QBoxLayout = QHBoxLayout()
        self.row.setSpacing(GRID * 4)
        self.players = [PlayerView(excerpt, listening, self._tone.ink) for excerpt in card.excerpts]
        if card.crops or self.players:
            self.row.addLayout(self._evidence(card))
        self.row.addLayout(self._words(card), 1)
        whole.addLayout(self.row)
        self.answer_line: AnswerLine | None = None
        if card.answer is not None or card.pending:
            self.answer_line = AnswerLine(card.answer)
            self.answer_line.take_back_asked.connect(self.take_back_asked)
            whole.addWidget(self.answer_line)
        self.buttons = acts_row(card.acts, self.acted.emit, pending=card.pending)
        if self.buttons is not None:
            whole.addWidget(self.buttons)

    def light(self, is_lit: bool) -> None:
        """Show that it is the finding whose lane and moment are shown."""
        if is_lit != self._lit:
            self._lit = is_lit
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the ground, and a ring while it has the focus or is the one shown."""
        super().paintEvent(event)
        if self.hasFocus() or self._lit:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = painter.pen()
            ring.setColor(QColor(theme().accent))
            ring.setWidthF(2 if self.hasFocus() else 1)
            painter.setPen(ring)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
            painter.end()

    def event(self, event: QEvent) -> bool:
        """Keep the card's own keys from being taken for those of a menu while it has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self.hasFocus():
            if self._act_of(event) is not None:
                event.accept()
                return True
            return super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Do what the key stands for; keys of a button inside belong to the button."""
        act = self._act_of(event) if self.hasFocus() else None
        if act is not None:
            self.acted.emit(act)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose it again where it has the focus already."""
        had_focus = self.hasFocus()
        super().mousePressEvent(event)
        event.accept()
        if had_focus:
            self.chosen.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the ring, and tell."""
        super().focusInEvent(event)
        self.update()
        # A window that comes to the front, or a menu that closes, gives back a focus that was there before.
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.chosen.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _act_of(self, event: QKeyEvent) -> Act | None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not plain or self.card.pending:
            return None
        key = Qt.Key(event.key())
        return self._keys.get(Qt.Key.Key_Return if key == Qt.Key.Key_Enter else key)

    def _evidence(self, card: FindingCard) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GRID * 3)
        if card.crops:
            pictures = _row()
            self.crops = CropPages(card.crops)
            self.crops.turned.connect(self.moment_asked)
            pictures.addWidget(self.crops, 0, Qt.AlignmentFlag.AlignTop)
            if card.enrolled is not None:
                pictures.addWidget(captioned(card.enrolled, _("Enrolled"), PICTURE_SIDE), 0, Qt.AlignmentFlag.AlignTop)
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
        column.setSpacing(GRID)
        head = QHBoxLayout()
        head.setSpacing(GRID * 2)
        head.addWidget(IconLabel(card.icon, self._tone.ink, 18))
        severity = Text(card.severity, size=0.95, bold=True, wrap=False)
        severity.paint_in(self._tone.ink)
        head.addWidget(severity)
        where = Elided(card.where_words, size=0.92)
        where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        where.setStyleSheet(f"color: {theme().muted};")
        head.addWidget(where, 1)
        column.addLayout(head)
        column.addWidget(Text(card.title, size=1.15, bold=True))
        column.addWidget(Text(card.sentence))
        if card.ruling:
            column.addWidget(Text(card.ruling))
        if card.next_step and card.next_step != card.sentence:
            column.addWidget(_next_step(card.next_step))
        if card.ground or card.likeness:
            column.addSpacing(GRID)
        for muted in (card.ground, card.likeness):
            if muted:
                column.addWidget(Text(muted, size=0.92, muted=True))
        column.addStretch(1)
        return column


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID * 2)
    return row


def _next_step(words: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID * 2)
    row.addWidget(IconLabel(Icon.NEXT, theme().accent, 16), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words), 1)
    return line
