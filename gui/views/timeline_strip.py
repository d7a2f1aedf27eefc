"""The timeline: a lane for each person found, bars where they are seen, shot cuts as fine lines, a ruler below."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from countenance.translations import _
from gui.presenters.timelines import Bar, Tick, Timeline
from gui.views import icons
from gui.views.theme import GRID, sized, theme

LANE_HEIGHT = 30
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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LANE_HEIGHT * len(timeline.lanes) + RULER_HEIGHT)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(timeline.spoken)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for every lane and the ruler."""
        return QSize(400, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        small = sized(self.font(), 0.9)
        painter.setFont(small)
        for number, lane in enumerate(self._timeline.lanes):
            top = number * LANE_HEIGHT
            ink = theme().tones[lane.tone].ink
            painter.drawPixmap(0, top + 7, icons.pixmap(lane.icon, ink, 16, self.devicePixelRatioF()))
            painter.setPen(QColor(theme().text))
            room = int(area.x()) - 36
            name = QFontMetrics(small).elidedText(lane.name, Qt.TextElideMode.ElideRight, room)
            place = QRectF(24, top, room, LANE_HEIGHT)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().sunken))
            painter.drawRoundedRect(QRectF(area.x(), top + 5, area.width(), LANE_HEIGHT - 10), 5, 5)
            painter.setBrush(QColor(ink))
            for bar in lane.bars:
                painter.drawRoundedRect(self._bar_place(bar, number), 4, 4)
        self._paint_cuts(painter, area)
        self._paint_ruler(painter, area)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ask for the finding of the lane pressed."""
        number = int(event.position().y() // LANE_HEIGHT)
        if 0 <= number < len(self._timeline.lanes):
            self.asked_for.emit(self._timeline.lanes[number].finding)

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
        height = LANE_HEIGHT * len(self._timeline.lanes)
        names = min(NAMES_WIDTH, round(self.width() * NAMES_SHARE))
        return QRectF(names, 0, max(40.0, self.width() - names - GRID * 5), height)

    def _bar_place(self, bar: Bar, number: int) -> QRectF:
        area = self._area()
        start, end = area.x() + bar.start * area.width(), area.x() + min(1.0, bar.end) * area.width()
        width = max(SHORTEST_BAR_PX, end - start)
        return QRectF(min(start, area.right() - width), number * LANE_HEIGHT + 8, width, LANE_HEIGHT - 16)

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
        for number, lane in enumerate(self._timeline.lanes):
            for bar in lane.bars:
                if self._bar_place(bar, number).adjusted(-2, -6, 2, 6).contains(point):
                    return bar.words
        return ""
