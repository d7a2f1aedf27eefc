"""Grants on a calendar line: a bar from the first to the last day of each, today's line, months or years below.

Keys: left and right move, plus and minus zoom, 0 shows all, Home goes to today, up and down choose a bar, Enter opens
it. The wheel with Ctrl zooms where the pointer is; dragging moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from countenance.translations import _
from gui.presenters.calendars import Bar, Span, Term, bars, moved, span_of, ticks, zoomed
from gui.presenters.standings import Standing
from gui.views import icons
from gui.views.theme import GRID, sized, theme

LANE_PX = 32
BAR_PX = 22
RULER_PX = 28
TICK_PX = 64
MOST_LANES = 8
ZOOM_STEP = 1.5
PAN_SHARE = 0.2


class PapersCalendar(QWidget):
    """Paints terms; which of them is chosen, its owner is told.

    Signals:
        chosen: the key of a term.
        opened: the key of a term whose bar was opened.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._terms: tuple[Term, ...] = ()
        self._today = date(2000, 1, 1)
        self._span = Span(self._today, self._today)
        self._current = ""
        self._first_lane = 0
        self._grabbed: tuple[float, Span] | None = None

    @property
    def span(self) -> Span:
        """The days that are shown."""
        return self._span

    @property
    def current(self) -> str:
        """The key of the chosen term; empty where none is."""
        return self._current

    def show_terms(self, terms: Sequence[Term], today: date) -> None:
        """Show other terms; the days shown stay where they are, unless there were none before."""
        fresh = not self._terms
        self._terms, self._today = tuple(terms), today
        if fresh:
            self._span = span_of(terms, today)
        if self._current not in {term.key for term in terms}:
            self._current = ""
        self._first_lane = min(self._first_lane, max(0, len(terms) - MOST_LANES))
        self.updateGeometry()
        self._say()

    def choose(self, key: str) -> None:
        """Choose a bar, without telling anybody."""
        self._current = key
        keys = [term.key for term in self._terms]
        if key in keys:
            lane = keys.index(key)
            self._first_lane = min(max(self._first_lane, lane - MOST_LANES + 1), lane)
        self._say()

    def zoom(self, factor: float, around: float = 0.5) -> None:
        """Show `factor` times as many days."""
        self._span = zoomed(self._span, factor, around)
        self.update()

    def fit(self) -> None:
        """Show everything."""
        self._span = span_of(self._terms, self._today)
        self.update()

    def go_to_today(self) -> None:
        """Bring today into the middle."""
        middle = self._span.first + timedelta(days=self._span.days // 2)
        if middle != self._today:
            self._span = moved(self._span, (self._today - middle).days / self._span.days)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height of its lanes."""
        lanes = max(1, min(MOST_LANES, len(self._terms)))
        return QSize(400, lanes * LANE_PX + RULER_PX + GRID * 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the same: lanes are never squeezed."""
        return QSize(240, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint ruler, bars and today's line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        self._paint_ruler(painter, area)
        shown = bars(self._terms, self._span)[self._first_lane : self._first_lane + MOST_LANES]
        for lane, bar in enumerate(shown):
            self._paint_bar(painter, area, lane, bar)
        self._paint_today(painter, area)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Move, zoom and choose."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._span = moved(self._span, PAN_SHARE if key == Qt.Key.Key_Right else -PAN_SHARE)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Home:
            self.go_to_today()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._terms:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Zoom with Ctrl, move sideways with a sideways wheel; otherwise the page scrolls."""
        area, turned = self._area(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turned.y():
            around = (event.position().x() - area.left()) / max(1.0, area.width())
            self.zoom(1 / ZOOM_STEP if turned.y() > 0 else ZOOM_STEP, min(1.0, max(0.0, around)))
        elif turned.x():
            self._span = moved(self._span, -turned.x() / 1200)
            self.update()
        else:
            event.ignore()
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose a bar, or take hold of the days."""
        self._grabbed = (event.position().x(), self._span)
        key = self._key_at(event.position())
        if key:
            self.choose(key)
            self.chosen.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Move the days that are held."""
        if self._grabbed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            share = (self._grabbed[0] - event.position().x()) / max(1.0, self._area().width())
            if abs(share) * self._grabbed[1].days >= 1:
                self._span = moved(self._grabbed[1], share)
                self.update()
        over = bool(self._key_at(event.position()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go of the days."""
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Open a bar."""
        key = self._key_at(event.position())
        if key:
            self.opened.emit(key)

    def event(self, event: QEvent) -> bool:
        """Tell all of a bar where the pointer rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            key = self._key_at(QPointF(event.pos()))
            told = next((bar.spoken for bar in bars(self._terms, self._span) if bar.key == key), "")
            QToolTip.showText(event.globalPos(), told if "<" not in told else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show which bar keys act on."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show that they act elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def _step(self, by: int) -> None:
        keys = [term.key for term in self._terms]
        place = keys.index(self._current) + by if self._current in keys else 0
        self.choose(keys[min(max(place, 0), len(keys) - 1)])
        self.chosen.emit(self._current)

    def _say(self) -> None:
        chosen = next((bar.spoken for bar in bars(self._terms, self._span) if bar.key == self._current), "")
        self.setAccessibleName(_("Calendar of grants"))
        self.setAccessibleDescription(chosen)
        self.update()

    def _area(self) -> QRectF:
        return QRectF(GRID * 2, GRID, max(1, self.width() - GRID * 4), max(1, self.height() - GRID * 2))

    def _key_at(self, point: QPointF) -> str:
        area = self._area()
        lane = int((point.y() - area.top()) // LANE_PX)
        place = self._first_lane + lane
        if not 0 <= lane < MOST_LANES or place >= len(self._terms):
            return ""
        bar = bars(self._terms[place : place + 1], self._span)[0]
        at = (point.x() - area.left()) / area.width()
        return bar.key if bar.visible and bar.left - 0.01 <= at <= bar.right + 0.01 else ""

    def _paint_ruler(self, painter: QPainter, area: QRectF) -> None:
        t = theme()
        painter.setFont(sized(self.font(), 0.85))
        base = area.bottom() - RULER_PX + GRID
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(QPointF(area.left(), base), QPointF(area.right(), base))
        for tick in ticks(self._span, max(2, int(area.width() / TICK_PX))):
            x = area.left() + tick.at * area.width()
            painter.setPen(QPen(QColor(t.line), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, base + GRID))
            painter.setPen(QColor(t.muted))
            place = QRectF(x + GRID, base + 2, TICK_PX, RULER_PX - GRID)
            covered = abs(tick.at - self._span.at(self._today)) * area.width() < TICK_PX * 0.7
            if place.left() < area.right() - GRID * 6 and not covered:
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tick.words)

    def _paint_bar(self, painter: QPainter, area: QRectF, lane: int, bar: Bar) -> None:
        t, pair = theme(), theme().tones[bar.standing.tone]
        top = area.top() + lane * LANE_PX + (LANE_PX - BAR_PX) / 2
        if not bar.visible:
            painter.setPen(QColor(t.muted))
            side = Qt.AlignmentFlag.AlignLeft if bar.right <= 0 else Qt.AlignmentFlag.AlignRight
            arrow = "‹ {title}" if bar.right <= 0 else "{title} ›"
            words = self.fontMetrics().elidedText(arrow.format(title=bar.title), Qt.TextElideMode.ElideRight, 240)
            painter.drawText(
                QRectF(area.left(), top, area.width(), BAR_PX), side | Qt.AlignmentFlag.AlignVCenter, words
            )
            return
        left, right = area.left() + bar.left * area.width(), area.left() + bar.right * area.width()
        place = QRectF(left, top, max(6.0, right - left), BAR_PX)
        shape = _bar_shape(place, open_left=bar.open_left, open_right=bar.open_right)
        full = QRectF(place)
        if bar.cut is not None:
            full.setRight(max(place.left(), area.left() + bar.cut * area.width()))
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(place, QColor(t.surface))
        painter.fillRect(full, QColor(pair.ground))
        if bar.pause is not None:
            paused = QRectF(area.left() + bar.pause[0] * area.width(), top, 0, BAR_PX)
            paused.setRight(area.left() + bar.pause[1] * area.width())
            hatch = QColor(pair.ink)
            hatch.setAlphaF(0.35)
            painter.fillRect(paused, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        painter.fillRect(QRectF(place.left(), top, 4, BAR_PX), QColor(pair.ink))
        painter.restore()
        chosen = bar.key == self._current
        width = 2.0 if chosen or bar.standing is Standing.ENDING else 1.0
        dashes = Qt.PenStyle.DashLine if bar.standing is Standing.DRAFT else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(t.accent if chosen else pair.ink), width, dashes))
        painter.drawPath(shape)
        if bar.cut is not None:
            cut = area.left() + bar.cut * area.width()
            painter.setPen(QPen(QColor(pair.ink), 2))
            painter.drawLine(QPointF(cut, top - 2), QPointF(cut, top + BAR_PX + 2))
        if chosen and self.hasFocus():
            painter.setPen(QPen(QColor(t.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(place.adjusted(-3, -3, 3, 3), 8, 8)
        self._paint_words(painter, area, place, bar)

    def _paint_words(self, painter: QPainter, area: QRectF, place: QRectF, bar: Bar) -> None:
        ink = theme().tones[bar.standing.tone].ink
        painter.setFont(sized(self.font(), 0.9))
        words = _("{standing}: {title}").format(standing=bar.standing.words, title=bar.title)
        metrics = painter.fontMetrics()
        inside = place.adjusted(10, 0, -GRID * 2, 0)
        if inside.width() < 90:  # beside it there is more room than in it
            right = area.right() - place.right() - GRID * 2
            left = place.left() - area.left() - GRID * 2
            inside = (
                QRectF(place.right() + GRID, place.top(), right, BAR_PX)
                if right >= left
                else QRectF(area.left(), place.top(), left, BAR_PX)
            )
        icon = icons.pixmap(bar.standing.icon, ink, 14, self.devicePixelRatioF())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(inside.width()) - 20)
        painter.drawPixmap(QPointF(inside.left(), inside.center().y() - 7), icon)
        painter.setPen(QColor(ink))
        painter.drawText(inside.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_today(self, painter: QPainter, area: QRectF) -> None:
        at = self._span.at(self._today)
        if not 0 <= at <= 1:
            return
        t = theme()
        x = area.left() + at * area.width()
        base = area.bottom() - RULER_PX + GRID
        painter.setPen(QPen(QColor(t.accent), 2))
        painter.drawLine(QPointF(x, area.top() - GRID), QPointF(x, base))
        painter.setFont(sized(self.font(), 0.85, bold=True))
        words = _("Today")
        width = painter.fontMetrics().horizontalAdvance(words) + GRID * 3
        chip = QRectF(min(max(area.left(), x - width / 2), area.right() - width), base + 3, width, RULER_PX - GRID * 2)
        painter.setBrush(QColor(t.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(chip, 8, 8)
        painter.setPen(QColor(t.on_accent))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _bar_shape(place: QRectF, *, open_left: bool, open_right: bool) -> QPainterPath:
    """Return a bar with round ends, and with an arrow where it goes on beyond what is shown."""
    radius, tip = 7.0, min(8.0, place.width() / 3)
    middle = place.center().y()
    path = QPainterPath()
    path.moveTo(place.left() + radius, place.top())
    if open_right:
        path.lineTo(place.right() - tip, place.top())
        path.lineTo(place.right(), middle)
        path.lineTo(place.right() - tip, place.bottom())
    else:
        path.lineTo(place.right() - radius, place.top())
        path.quadTo(place.right(), place.top(), place.right(), place.top() + radius)
        path.lineTo(place.right(), place.bottom() - radius)
        path.quadTo(place.right(), place.bottom(), place.right() - radius, place.bottom())
    if open_left:
        path.lineTo(place.left() + tip, place.bottom())
        path.lineTo(place.left(), middle)
        path.lineTo(place.left() + tip, place.top())
    else:
        path.lineTo(place.left() + radius, place.bottom())
        path.quadTo(place.left(), place.bottom(), place.left(), place.bottom() - radius)
        path.lineTo(place.left(), place.top() + radius)
        path.quadTo(place.left(), place.top(), place.left() + radius, place.top())
    path.closeSubpath()
    return path
