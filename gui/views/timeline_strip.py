"""The timeline: lanes of faces, the sound, lanes of voices, shot cuts as fine lines, a ruler below."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.timelines import Bar, Lane, Tick, Timeline, Wave
from gui.views import icons
from gui.views.player import paint_wave
from gui.views.theme import GRID, sized, theme

LANE_HEIGHT = 30
WAVE_HEIGHT = 52
RULER_HEIGHT = 24
NAMES_WIDTH = 168
NAMES_SHARE = 0.42
TICK_ROOM_PX = 46.0
SHORTEST_BAR_PX = 5.0


class TimelineStrip(QWidget):
    """Paints a timeline; pressing a lane asks for its finding.

    Signals:
        asked_for: the index of the finding whose lane was pressed.
    """

    asked_for = Signal(int)

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._rows = _rows(timeline)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_height(timeline) + RULER_HEIGHT)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(timeline.spoken)
        if self._rows:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for every lane and the ruler."""
        return QSize(400, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.setFont(sized(self.font(), 0.9))
        self._paint_grounds(painter, area)
        self._paint_overlaps(painter, area)
        if self._timeline.wave is not None:
            self._paint_wave(painter, area, self._timeline.wave)
        for lane, top in self._rows:
            self._paint_lane(painter, lane, top)
        self._paint_cuts(painter, area)
        self._paint_ruler(painter, area)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ask for the finding of the lane pressed."""
        for lane, top in self._rows:
            if top <= event.position().y() < top + LANE_HEIGHT:
                self.asked_for.emit(lane.finding)

    def event(self, event: QEvent) -> bool:
        """Tell who is seen when, where the pointer rests on a bar."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self._words_at(QPointF(event.pos()))
            if words and "<" not in words:
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _area(self) -> QRectF:
        names = min(NAMES_WIDTH, round(self.width() * NAMES_SHARE))
        return QRectF(names, 0, max(40.0, self.width() - names - GRID * 5), _height(self._timeline))

    def _bar_place(self, bar: Bar, top: float, height: float) -> QRectF:
        area = self._area()
        start, end = area.x() + bar.start * area.width(), area.x() + min(1.0, bar.end) * area.width()
        width = max(SHORTEST_BAR_PX, end - start)
        return QRectF(min(start, area.right() - width), top, width, height)

    def _paint_grounds(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().sunken))
        for _lane, top in self._rows:
            painter.drawRoundedRect(QRectF(area.x(), top + 5, area.width(), LANE_HEIGHT - 10), 5, 5)

    def _paint_overlaps(self, painter: QPainter, area: QRectF) -> None:
        top = LANE_HEIGHT * len(self._timeline.lanes)
        shade = QColor(theme().text)
        shade.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        for bar in self._timeline.overlaps:
            painter.drawRect(self._bar_place(bar, top + 4, area.height() - top - 8))

    def _paint_wave(self, painter: QPainter, area: QRectF, wave: Wave) -> None:
        top = LANE_HEIGHT * len(self._timeline.lanes)
        room = QRectF(0, top, area.x(), WAVE_HEIGHT)
        self._paint_name(painter, room, Icon.SOUND, theme().muted, _("Sound"))
        place = QRectF(area.x(), top + 5, area.width() * wave.end, WAVE_HEIGHT - 10)
        paint_wave(painter, place, wave.peaks, theme().muted)

    def _paint_lane(self, painter: QPainter, lane: Lane, top: int) -> None:
        ink = theme().tones[lane.tone].ink
        room = QRectF(0, top, self._area().x(), LANE_HEIGHT)
        self._paint_name(painter, room, lane.icon, ink, lane.name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        for bar in lane.bars:
            painter.drawRoundedRect(self._bar_place(bar, top + 8, LANE_HEIGHT - 16), 4, 4)

    def _paint_name(self, painter: QPainter, room: QRectF, icon: Icon, ink: str, words: str) -> None:
        painter.drawPixmap(0, round(room.center().y()) - 8, icons.pixmap(icon, ink, 16, self.devicePixelRatioF()))
        painter.setPen(QColor(theme().text))
        place = room.adjusted(24, 0, -12, 0)
        name = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_cuts(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(QColor(theme().muted), 1, Qt.PenStyle.DotLine))
        for cut in self._timeline.cuts:
            x = area.x() + cut * area.width()
            painter.drawLine(QPointF(x, 2), QPointF(x, area.height() - 2))

    def _paint_ruler(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(sized(self.font(), 0.82))
        for tick in self._ticks_with_room(area.width()):
            x = area.x() + tick.at * area.width()
            painter.setPen(QColor(theme().line))
            painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x, area.bottom() + 5))
            painter.setPen(QColor(theme().muted))
            place = QRectF(x - 30, area.bottom() + 5, 60, RULER_HEIGHT - 5)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tick.words)

    def _ticks_with_room(self, width: float) -> tuple[Tick, ...]:
        ticks = self._timeline.ticks
        apart = ticks[1].at * width if len(ticks) > 1 else TICK_ROOM_PX
        return ticks[:: max(1, math.ceil(TICK_ROOM_PX / max(apart, 1.0)))]

    def _words_at(self, point: QPointF) -> str:
        for lane, top in self._rows:
            for bar in lane.bars:
                if self._bar_place(bar, top + 8, LANE_HEIGHT - 16).adjusted(-2, -6, 2, 6).contains(point):
                    return bar.words
        top = LANE_HEIGHT * len(self._timeline.lanes)
        for bar in self._timeline.overlaps:
            if self._bar_place(bar, top, _height(self._timeline) - top).contains(point):
                return bar.words
        return ""


def _rows(timeline: Timeline) -> list[tuple[Lane, int]]:
    """Return each lane with its top: faces, then the sound's room, then voices."""
    lower = LANE_HEIGHT * len(timeline.lanes) + (WAVE_HEIGHT if timeline.wave else 0)
    return [
        *((lane, number * LANE_HEIGHT) for number, lane in enumerate(timeline.lanes)),
        *((lane, lower + number * LANE_HEIGHT) for number, lane in enumerate(timeline.voices)),
    ]


def _height(timeline: Timeline) -> int:
    return LANE_HEIGHT * (len(timeline.lanes) + len(timeline.voices)) + (WAVE_HEIGHT if timeline.wave else 0)
