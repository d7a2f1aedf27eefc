"""The head of a person's page: the face, the name, what is worth knowing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.people import SignLook, ends_words
from gui.presenters.person import PersonPage
from gui.views import icons
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import Elided, Text, face_pixmap, paint_face, push_button
from gui.views.theme import GRID, sized, theme

SIDE = 88
MOST_TAGS = 12
PILL_HEIGHT = 24


class PersonHead(QWidget):
    """Shows who it is.

    Signals:
        opened: id of a member of a group.
    """

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, GRID)
        row.setSpacing(GRID * 4)
        self.face = _Face()
        row.addWidget(self.face, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        self.name = Elided(size=1.7, bold=True)
        # Beside the picture, in whichever direction the name is written.
        self.name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        words.addWidget(self.name)
        self.subtitle = Text(muted=True)
        words.addWidget(self.subtitle)
        self._pills = QWidget()
        self._flow = FlowLayout(GRID * 2)
        self._pills.setLayout(self._flow)
        words.addWidget(self._pills)
        words.addStretch(1)
        row.addLayout(words, 1)

    def show_page(self, page: PersonPage) -> None:
        """Show a person."""
        self.face.show_face(page.picture, page.card.initials, page.person.display_name)
        self.name.say(page.person.display_name)
        self.subtitle.setText(" · ".join(filter(None, (page.subtitle, ends_words(page.card)))))
        self._flow.clear()
        for look in page.signs:
            self._flow.addWidget(pill(look))
        for tag in page.person.tags[:MOST_TAGS]:
            self._flow.addWidget(pill_of(tag, Icon.TAG, Tone.NEUTRAL))
        for number, name in page.members:
            member = push_button(name, Icon.PERSON)
            member.setToolTip(_("Show this member"))
            member.clicked.connect(lambda _checked=False, one=number: self.opened.emit(one))
            self._flow.addWidget(member)
        self._pills.setVisible(self._flow.count() > 0)
        self._flow.invalidate()

    def forget(self) -> None:
        """Keep nothing of anybody."""
        self.face.show_face(b"", "", "")
        self.name.say("")
        self.subtitle.setText("")
        self._flow.clear()


class _Face(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self._picture, self._initials = QPixmap(), ""

    def show_face(self, jpeg: bytes, initials: str, name: str) -> None:
        self._picture, self._initials = face_pixmap(jpeg), initials
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        if not self._picture.isNull():
            paint_face(painter, QRectF(self.rect()), self._picture, radius=12)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), 12, 12)
            painter.fillPath(shape, QColor(theme().sunken))
            font = sized(self.font(), 1.0, bold=True)
            font.setPixelSize(SIDE // 3)
            painter.setFont(font)
            painter.setPen(QColor(theme().muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initials)
        painter.end()


def pill(look: SignLook) -> QWidget:
    """Return a sign as a small label with its icon."""
    return pill_of(look.words, look.icon, look.tone)


def pill_of(words: str, icon: Icon, tone: Tone) -> QWidget:
    """Return words as a small label with an icon, in a tone."""
    pair = theme().tones[tone]
    whole = QWidget()
    whole.setAccessibleName(words)
    whole.setObjectName("pill")
    whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    whole.setStyleSheet(f"QWidget#pill {{ background: {pair.ground}; border-radius: {PILL_HEIGHT // 2}px; }}")
    whole.setMinimumHeight(PILL_HEIGHT)
    row = QHBoxLayout(whole)
    row.setContentsMargins(GRID * 2, 2, GRID * 2, 2)
    row.setSpacing(GRID)
    drawn = QLabel()
    drawn.setPixmap(icons.pixmap(icon, pair.ink, 14, whole.devicePixelRatioF()))
    row.addWidget(drawn)
    text = Text(words, size=0.88, wrap=False)
    text.paint_in(pair.ink)
    row.addWidget(text)
    return whole
