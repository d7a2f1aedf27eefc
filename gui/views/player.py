"""A voice to listen to: its waveform, and a button that plays and stops it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.sounds import VoiceExcerpt
from gui.views import icons
from gui.views.listening import Listening
from gui.views.pieces import Elided, push_button
from gui.views.theme import GRID, theme

PLAYER_WIDTH = 132
WAVE_HEIGHT = 52


class PlayerView(QWidget):
    """Shows an excerpt and plays it; without a sound output the button says so and cannot be pressed."""

    def __init__(self, excerpt: VoiceExcerpt, listening: Listening, colour: str) -> None:
        super().__init__()
        self._excerpt, self._listening = excerpt, listening
        self.setFixedWidth(PLAYER_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(WavePicture(excerpt.peaks, colour))
        self.button = push_button(excerpt.caption, Icon.PLAY)
        self.button.setObjectName("player")
        self.button.clicked.connect(self._toggle)
        column.addWidget(self.button)
        note = excerpt.note if listening.possible else _("No sound output")
        if note:
            words = Elided(note, size=0.9)
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setStyleSheet(f"color: {theme().muted};")
            column.addWidget(words)
        column.addStretch(1)
        listening.now_playing.connect(self._show)
        self._show(None)

    def _toggle(self) -> None:
        self._listening.toggle(self, self._excerpt.sound)

    def _show(self, playing: object) -> None:
        """Say what pressing the button does now."""
        if not self._listening.possible:
            self.button.setEnabled(False)
            _say(self.button, _("{what}. There is no sound output on this computer.").format(what=self._excerpt.spoken))
            return
        mine = playing is self
        self.button.setText(f" {_('Stop')}" if mine else f" {self._excerpt.caption}")
        self.button.setIcon(icons.icon(Icon.STOP if mine else Icon.PLAY, theme().text))
        _say(self.button, _("Stop playing") if mine else self._excerpt.spoken)


class WavePicture(QWidget):
    """Loudness over time, quiet in the middle."""

    def __init__(self, peaks: tuple[float, ...], colour: str) -> None:
        super().__init__()
        self._peaks, self._colour = peaks, colour
        self.setFixedHeight(WAVE_HEIGHT)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room enough to see something."""
        return QSize(PLAYER_WIDTH, WAVE_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().sunken))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        paint_wave(painter, QRectF(self.rect()).adjusted(8, 6, -8, -6), self._peaks, self._colour)
        painter.end()


def paint_wave(painter: QPainter, place: QRectF, peaks: tuple[float, ...], colour: str) -> None:
    """Paint loudnesses, 0 to 1, as upright strokes, as many as there is room for."""
    if not peaks:
        return
    room = max(1, int(place.width() / 3))
    step = max(1, -(-len(peaks) // room))
    loud = [max(peaks[at : at + step]) for at in range(0, len(peaks), step)]
    apart = place.width() / len(loud)
    painter.setPen(QPen(QColor(colour), min(2.0, apart * 0.7), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = place.center().y()
    for number, peak in enumerate(loud):
        x, half = place.x() + (number + 0.5) * apart, max(0.5, peak * (place.height() / 2 - 1))
        painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))


def _say(button: QPushButton, words: str) -> None:
    button.setAccessibleName(words)
    # A tool tip takes markup where it finds some.
    button.setToolTip(words if "<" not in words else "")
