"""The timeline: names at the left, the ruler on top, lanes that scroll and zoom; it goes where it is pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip

from countenance.translations import _
from gui.presenters.timelines import Bar, Stretch, Timeline, bar_words, snapped
from gui.views.theme import GRID, sized, theme
from gui.views.timeline_painting import (
    EDGE,
    RULER_HEIGHT,
    Places,
    Row,
    bar_place,
    names_width,
    paint_body,
    paint_hover,
    paint_marked,
    paint_names,
    paint_playhead,
    paint_ruler,
    rows_of,
)

TALLEST_BODY = 360
"""More lanes than this has room for scroll."""
ZOOM_STEP = 1.5
_WHEEL_STEP = 120.0
_SNAP_PX = 10.0
_BAR_ROOM = 12
_SCROLL_UNITS = 10_000


class TimelineStrip(QAbstractScrollArea):
    """Paints a timeline and says what is pressed in it.

    Signals:
        asked_for: the index of the finding whose lane was chosen, by its name or with the keys.
        passed: the index of the finding in whose lane a moment was pressed; `sought` came before.
        sought: the time in seconds that was pressed, or dragged to.
        stretched: what of the clip is shown has changed.
    """

    asked_for = Signal(int)
    passed = Signal(int)
    sought = Signal(float)
    stretched = Signal()

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._rows = rows_of(timeline)
        self._stretch = Stretch.whole(timeline.length_s)
        self._playhead_s = 0.0
        self._marked: tuple[float, float] | None = None
        self._hover_s: float | None = None
        self._chosen = -1
        self._dragging = False
        self._body: QPixmap | None = None
        self._settling = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._body_height = sum(row.height for row in self._rows)
        self.setFixedHeight(RULER_HEIGHT + min(TALLEST_BODY, self._body_height) + _BAR_ROOM)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(timeline.spoken)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setStyleSheet(
            f"TimelineStrip, TimelineStrip > QWidget {{ background: transparent; }}"
            f"QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}"
            f"QScrollBar::handle:horizontal {{ background: {theme().line}; border-radius: 4px; min-width: 32px; }}"
            f"QScrollBar::handle:horizontal:hover {{ background: {theme().muted}; }}"
            f"QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page"
            f" {{ background: none; height: 0; width: 0; }}"
            "QAbstractScrollArea::corner { background: transparent; border: none; }"
        )
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self._forget_body)
        self._settle_bars()

    @property
    def stretch(self) -> Stretch:
        """What of the clip is shown."""
        return self._stretch

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, with their tops counted from below the ruler."""
        return tuple(self._rows)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the ruler and as many lanes as are shown at once."""
        return QSize(400, self.height())

    def show_playhead(self, at_s: float, *, follow: bool = False) -> None:
        """Put the playhead at a time; `follow` turns the page where it leaves what is shown."""
        before, self._playhead_s = self._playhead_s, at_s
        if follow:
            self._show(self._stretch.showing(at_s))
        for moved_s in (before, at_s):
            self.viewport().update(self._column(moved_s))

    def show_marked(self, marked: tuple[float, float] | None) -> None:
        """Shade the stretch that plays round and round."""
        self._marked = marked
        self.viewport().update()

    def show_chosen(self, finding: int) -> None:
        """Mark the lanes of a finding, and scroll to the first; -1 marks none."""
        if finding != self._chosen:
            self._chosen = finding
            self._forget_body()
        row = next((row for row in self._rows if row.lane is not None and row.lane.finding == finding), None)
        bar, room = self.verticalScrollBar(), self.viewport().height() - RULER_HEIGHT
        if row is not None and not bar.value() <= row.top <= bar.value() + room - row.height:
            bar.setValue(row.top - room // 2)

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Look closer (factor over 1) or from further away, around a time or the playhead."""
        if around_s is None:
            seen = self._stretch.start_s <= self._playhead_s <= self._stretch.end_s
            around_s = self._playhead_s if seen else (self._stretch.start_s + self._stretch.end_s) / 2
        self._show(self._stretch.zoomed(factor, around_s))

    def take_stretch(self, stretch: Stretch) -> None:
        """Show what another strip of the same clip showed."""
        self._show(stretch)

    def fit(self) -> None:
        """Show all of the clip."""
        self._show(Stretch.whole(self._timeline.length_s))

    def fit_bar(self, bar: Bar) -> None:
        """Show one stretch of a lane as large as it can be."""
        self._show(self._stretch.fitted(bar.start_s, bar.end_s))

    def places(self) -> Places:
        """Return where times are on the viewport."""
        names = names_width(self.viewport().width())
        room = max(40.0, self.viewport().width() - names - EDGE)
        return Places(QRectF(names, 0, room, self._body_height), self._stretch)

    def words_at(self, point: QPointF) -> str:
        """Return what a tool tip says at a place of the viewport."""
        row = self._row_at(point)
        if row is None:
            return ""
        places = self.places()
        if point.x() < places.area.x():
            return row.lane.name if row.lane is not None else ""
        if row.lane is not None:
            bar = self._bar_at(row, point.x())
            if bar is not None:
                return bar_words(row.lane.name, bar)
        at_s = places.time_at(point.x())
        if any(bar.start_s <= at_s <= bar.end_s for bar in self._timeline.overlaps) and self._is_heard(row):
            return _("Several people speak at once")
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the body from what was painted once, and what moves on top."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._body is None:
            self._body = self._painted()
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._body)
        self._paint_moving(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Paint anew in the new size."""
        super().resizeEvent(event)
        self._settle_bars()
        self._forget_body()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go where it is pressed, and ask for the lane's finding."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position()
        row = self._row_at(point)
        on_time = point.x() >= self.places().area.x() - GRID
        if on_time:
            self._dragging = point.y() < RULER_HEIGHT or row is None or row.lane is None
            self._seek(point.x(), snap=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if row is not None and row.lane is not None:
            (self.passed if on_time else self.asked_for).emit(row.lane.finding)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Scrub while the ruler is dragged; tell the time under the pointer."""
        point = event.position()
        if self._dragging:
            self._seek(point.x(), snap=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        on_time = point.x() >= self.places().area.x()
        self._hover(self.places().time_at(point.x()) if on_time else None)
        hand = self._row_at(point) is not None and not on_time
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """End scrubbing."""
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Look at the stretch that was pressed as closely as it fits; anywhere else, at the whole clip."""
        row = self._row_at(event.position())
        bar = self._bar_at(row, event.position().x()) if row is not None else None
        if bar is not None:
            self.fit_bar(bar)
        elif row is not None:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Zoom with Ctrl, scroll along with Shift or sideways, and else through the lanes, if there are more."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned.y():
                self.zoom(ZOOM_STEP ** (turned.y() / _WHEEL_STEP), self.places().time_at(event.position().x()))
            event.accept()
            return
        sideways = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways and not self._stretch.is_whole:
            self._show(
                self._stretch.moved(self._stretch.start_s - sideways / _WHEEL_STEP * self._stretch.span_s * 0.15)
            )
            event.accept()
        elif turned.y() and not sideways and self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go through lanes and zoom; what else there is to press, whoever holds the strip knows."""
        key = event.key()
        lanes = [row.lane for row in self._rows if row.lane is not None]
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and lanes:
            chosen = next((number for number, lane in enumerate(lanes) if lane.finding == self._chosen), None)
            step = 1 if key == Qt.Key.Key_Down else -1
            start = -1 if step > 0 else len(lanes)
            number = min(max(0, (start if chosen is None else chosen) + step), len(lanes) - 1)
            self.asked_for.emit(lanes[number].finding)
            if lanes[number].bars:
                self.sought.emit(lanes[number].bars[0].start_s)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            # Not to the base: it would scroll by the arrows, and keep them from whoever steps through frames.
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Tell who is seen when where the pointer rests; zoom where two fingers say so."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.words_at(QPointF(event.pos()))
            if words and "<" not in words:
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1.0 + event.value(), self.places().time_at(event.position().x()))
                return True
        elif event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802  Qt's name
        """Move nothing: everything is painted where it now is."""

    def _show(self, stretch: Stretch) -> None:
        if stretch != self._stretch:
            self._stretch = stretch
            self._settle_bars()
            self._forget_body()
            self.stretched.emit()

    def _settle_bars(self) -> None:
        """Make the scroll bars say what is shown."""
        self._settling = True
        along = self.horizontalScrollBar()
        hidden_s = self._stretch.length_s - self._stretch.span_s
        share = self._stretch.span_s / self._stretch.length_s
        # A page and a range of whole numbers, in the same proportion as what is seen and what there is.
        along.setPageStep(max(1, round(_SCROLL_UNITS * share)))
        along.setRange(0, 0 if self._stretch.is_whole else _SCROLL_UNITS - along.pageStep())
        along.setSingleStep(max(1, along.pageStep() // 10))
        if hidden_s > 0:
            along.setValue(round(self._stretch.start_s / hidden_s * along.maximum()))
        down = self.verticalScrollBar()
        room = min(TALLEST_BODY, self._body_height)
        down.setRange(0, self._body_height - room)
        down.setPageStep(room)
        down.setSingleStep(GRID * 8)
        self._settling = False

    def _scrolled(self, value: int) -> None:
        most = self.horizontalScrollBar().maximum()
        if not self._settling and most > 0:
            self._show(self._stretch.moved(value / most * (self._stretch.length_s - self._stretch.span_s)))

    def _forget_body(self) -> None:
        self._body = None
        self.viewport().update()

    def _painted(self) -> QPixmap:
        scale = self.devicePixelRatioF()
        body = QPixmap(self.viewport().size() * scale)
        body.setDevicePixelRatio(scale)
        body.fill(Qt.GlobalColor.transparent)
        painter = QPainter(body)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places, font = self.places(), sized(self.font(), 0.95)
        paint_ruler(painter, places, self.font())
        painter.setFont(font)
        painter.setClipRect(QRectF(0, RULER_HEIGHT, self.viewport().width(), self.viewport().height()))
        painter.translate(0, RULER_HEIGHT - self.verticalScrollBar().value())
        top, room = self.verticalScrollBar().value(), self.viewport().height()
        shown = [row for row in self._rows if row.top + row.height >= top and row.top <= top + room]
        paint_body(painter, self._timeline, shown, places)
        painter.setFont(font)
        paint_names(painter, shown, names_width(self.viewport().width()), scale, self._chosen)
        painter.end()
        return body

    def _paint_moving(self, painter: QPainter) -> None:
        places = self.places()
        area = QRectF(places.area.x(), 0, places.area.width(), self._shown_height())
        painter.save()
        painter.setClipRect(area.adjusted(-GRID * 2, 0, GRID * 2, 0), Qt.ClipOperation.IntersectClip)
        if self._marked is not None:
            paint_marked(painter, places, area.height(), self._marked)
        if self._hover_s is not None and not self._dragging:
            paint_hover(painter, places, area.height(), self._hover_s, self.font())
        paint_playhead(painter, places.x_of(self._playhead_s), area.height())
        painter.restore()
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _shown_height(self) -> int:
        return RULER_HEIGHT + min(TALLEST_BODY, self._body_height)

    def _column(self, at_s: float) -> QRect:
        x = round(self.places().x_of(at_s))
        return QRect(QPoint(x - 7, 0), QSize(14, self.viewport().height()))

    def _hover(self, at_s: float | None) -> None:
        if at_s != self._hover_s:
            self._hover_s = at_s
            self.viewport().update()

    def _seek(self, x: float, *, snap: bool) -> None:
        places = self.places()
        at_s = places.time_at(x)
        if snap:
            at_s = snapped(at_s, self._timeline.cuts_s, _SNAP_PX * places.seconds_per_px)
        self.sought.emit(at_s)

    def _row_at(self, point: QPointF) -> Row | None:
        if not RULER_HEIGHT <= point.y() < self._shown_height():
            return None
        y = point.y() - RULER_HEIGHT + self.verticalScrollBar().value()
        return next((row for row in self._rows if row.top <= y < row.top + row.height), None)

    def _bar_at(self, row: Row, x: float) -> Bar | None:
        places = self.places()
        if row.lane is None:
            return None
        near = (
            bar for bar in row.lane.bars if bar_place(bar, row, places).adjusted(-2, 0, 2, 0).contains(x, row.top + 12)
        )
        return next(near, None)

    def _is_heard(self, row: Row) -> bool:
        sound = next((one.top for one in self._rows if one.lane is None), None)
        return sound is not None and row.top >= sound
