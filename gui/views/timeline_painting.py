"""How a timeline is painted: rows with their names at the left, bars, sound, cuts, and the ruler on top."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.timelines import Bar, Lane, LaneKind, Stretch, Timeline, Wave, ruler
from gui.views import icons
from gui.views.theme import GRID, sized, theme
from reports.wording import format_time

LANE_HEIGHT = 30
WAVE_HEIGHT = 52
RULER_HEIGHT = 26
NAMES_WIDTH = 176
NAMES_SHARE = 0.36
EDGE = GRID * 3
TICK_ROOM_PX = 64.0
SHORTEST_BAR_PX = 5.0
_ROUND_PX = 9.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the body; without a lane it is the sound's.

    Attributes:
        ends_s: for each bar of the lane, the latest end up to it: ascending also where bars overlap.
    """

    lane: Lane | None
    top: int
    height: int
    ends_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Where times are on the screen: `area` is the body without the names, `stretch` what of the clip it shows."""

    area: QRectF
    stretch: Stretch

    def x_of(self, at_s: float) -> float:
        """Return where a time is."""
        return self.area.x() + (at_s - self.stretch.start_s) / self.stretch.span_s * self.area.width()

    def time_at(self, x: float) -> float:
        """Return the time at a place, within the clip."""
        at_s = self.stretch.start_s + (x - self.area.x()) / self.area.width() * self.stretch.span_s
        return min(max(0.0, at_s), self.stretch.length_s)

    @property
    def seconds_per_px(self) -> float:
        """How much a pixel is."""
        return self.stretch.span_s / self.area.width()


def rows_of(timeline: Timeline) -> list[Row]:
    """Return the rows from the top: faces, then the sound, then voices, then what later kinds add."""
    rows: list[Row] = []
    top = 0

    def add(lane: Lane | None, height: int) -> None:
        nonlocal top
        ends = accumulate((bar.end_s for bar in lane.bars), max) if lane is not None else ()
        rows.append(Row(lane, top, height, tuple(ends)))
        top += height

    above = [lane for group in timeline.groups if group.kind is LaneKind.FACE for lane in group.lanes]
    below = [lane for group in timeline.groups if group.kind is not LaneKind.FACE for lane in group.lanes]
    for lane in above:
        add(lane, LANE_HEIGHT)
    if timeline.wave is not None:
        add(None, WAVE_HEIGHT)
    for lane in below:
        add(lane, LANE_HEIGHT)
    return rows


def names_width(width: int) -> int:
    """Return how wide the column of names is in a strip of a width."""
    return min(NAMES_WIDTH, round(width * NAMES_SHARE))


def paint_body(painter: QPainter, timeline: Timeline, rows: list[Row], places: Places) -> None:
    """Paint all rows, the sound and the cuts; the names' column is left free."""
    area = places.area
    painter.save()
    painter.setClipRect(area.adjusted(-1, 0, 1, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    for row in rows:
        if row.lane is not None:
            painter.setBrush(QColor(theme().sunken))
            ground = QRectF(
                places.x_of(0), row.top + 5, places.x_of(timeline.length_s) - places.x_of(0), row.height - 10
            )
            painter.drawRoundedRect(ground & area.adjusted(-8, 0, 8, 0), 5, 5)
    _paint_overlaps(painter, timeline, rows, places)
    for row in rows:
        if row.lane is not None:
            _paint_bars(painter, row.lane, row, places)
        elif timeline.wave is not None:
            _paint_wave(painter, timeline.wave, row, places)
    painter.setPen(QPen(QColor(theme().muted), 1, Qt.PenStyle.DotLine))
    painter.drawLines([QLineF(x, 0, x, area.bottom()) for x in _cuts(timeline, places)])
    painter.restore()


def paint_names(painter: QPainter, rows: list[Row], width: int, scale: float, chosen: int) -> None:
    """Paint the column of names; `chosen` is the finding whose lane is marked, -1 for none."""
    for row in rows:
        room = QRectF(0, row.top, width, row.height)
        if row.lane is None:
            _paint_name(painter, room, (Icon.SOUND, theme().muted), _("Sound"), scale)
            continue
        if row.lane.finding == chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().selected))
            painter.drawRoundedRect(room.adjusted(0, 2, -GRID, -2), 6, 6)
        _paint_name(painter, room, (row.lane.icon, theme().tones[row.lane.tone].ink), row.lane.name, scale)


def paint_ruler(painter: QPainter, places: Places, font: QFont) -> None:
    """Paint the marks of the times in view, as many as have room."""
    painter.setFont(sized(font, 0.86))
    area = places.area
    most = max(1, int(area.width() / TICK_ROOM_PX))
    for tick in ruler(places.stretch.start_s, places.stretch.end_s, most):
        x = places.x_of(tick.at_s)
        painter.setPen(QColor(theme().line))
        painter.drawLine(QPointF(x, RULER_HEIGHT - 6), QPointF(x, RULER_HEIGHT - 1))
        painter.setPen(QColor(theme().muted))
        # The first and the last would stick out where the names or the edge are.
        room = painter.fontMetrics().horizontalAdvance(tick.words) + 4
        left = min(max(area.x() - 4, x - room / 2), area.right() + EDGE - room)
        painter.drawText(QRectF(left, 2, room, RULER_HEIGHT - 8), Qt.AlignmentFlag.AlignCenter, tick.words)


def paint_marked(painter: QPainter, places: Places, height: float, marked: tuple[float, float]) -> None:
    """Paint the stretch that plays round and round."""
    shade = QColor(theme().accent)
    shade.setAlphaF(0.16)
    start, end = (places.x_of(at_s) for at_s in marked)
    room = QRectF(places.area.x(), 0, places.area.width(), height)
    painter.fillRect(QRectF(start, 0, max(1.0, end - start), height) & room, shade)
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.drawLines([QLineF(x, 0, x, height) for x in (start, end)])


def paint_playhead(painter: QPainter, x: float, height: float) -> None:
    """Paint where playing stands."""
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.drawLine(QPointF(x, 8), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawPolygon(QPolygonF([QPointF(x - 5, 2), QPointF(x + 5, 2), QPointF(x, 11)]))


def paint_hover(painter: QPainter, places: Places, height: float, at_s: float, font: QFont) -> None:
    """Paint a line under the pointer, and its time on the ruler."""
    x = places.x_of(at_s)
    painter.setPen(QPen(QColor(theme().muted), 1))
    painter.drawLine(QPointF(x, RULER_HEIGHT), QPointF(x, height))
    painter.setFont(sized(font, 0.86))
    words = format_time(at_s)
    width = painter.fontMetrics().horizontalAdvance(words) + 10
    left = min(max(places.area.x(), x - width / 2), places.area.right() + EDGE - width)
    place = QRectF(left, 3, width, RULER_HEIGHT - 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().text))
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(QColor(theme().surface))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def bar_place(bar: Bar, row: Row, places: Places) -> QRectF:
    """Return where a bar is painted."""
    start, end = places.x_of(bar.start_s), places.x_of(bar.end_s)
    return QRectF(start, row.top + 8, max(SHORTEST_BAR_PX, end - start), row.height - 16)


def merged(row: Row, places: Places) -> Iterator[tuple[float, float]]:
    """Yield where the bars in view begin and end, those run together that the eye cannot tell apart."""
    if row.lane is None:
        return
    first = bisect_left(row.ends_s, places.stretch.start_s)
    apart_s = places.seconds_per_px
    began = ended = None
    for bar in islice(row.lane.bars, first, None):
        if bar.start_s > places.stretch.end_s:
            break
        if ended is not None and began is not None and bar.start_s - ended <= apart_s:
            ended = max(ended, bar.end_s)
            continue
        if began is not None and ended is not None:
            yield began, ended
        began, ended = bar.start_s, bar.end_s
    if began is not None and ended is not None:
        yield began, ended


def _paint_bars(painter: QPainter, lane: Lane, row: Row, places: Places) -> None:
    ink = QColor(theme().tones[lane.tone].ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    narrow = []
    for start_s, end_s in merged(row, places):
        place = bar_place(Bar(start_s=start_s, end_s=end_s), row, places)
        if place.width() < _ROUND_PX:
            narrow.append(place)
        else:
            # What is far out of view would cost as much as what is seen.
            painter.drawRoundedRect(place & places.area.adjusted(-20, 0, 20, 0), 4, 4)
    painter.drawRects(narrow)


def _paint_overlaps(painter: QPainter, timeline: Timeline, rows: list[Row], places: Places) -> None:
    top = next((row.top for row in rows if row.lane is None or row.lane.kind is LaneKind.VOICE), 0)
    shade = QColor(theme().text)
    shade.setAlphaF(0.16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawRects(
        [
            QRectF(
                QPointF(places.x_of(bar.start_s), top + 4), QPointF(places.x_of(bar.end_s), places.area.bottom() - 4)
            )
            for bar in timeline.overlaps
            if bar.end_s >= places.stretch.start_s and bar.start_s <= places.stretch.end_s
        ]
    )


def _paint_wave(painter: QPainter, wave: Wave, row: Row, places: Places) -> None:
    """Upright strokes three pixels apart, each as high as the loudest moment it stands for."""
    step_s = wave.end_s / len(wave.peaks)
    stroke_s = max(places.seconds_per_px * 3, step_s)
    number = int(places.stretch.start_s / stroke_s)
    middle, room = row.top + row.height / 2, row.height / 2 - 6
    lines = []
    while (at_s := number * stroke_s) < min(places.stretch.end_s, wave.end_s):
        first = int(at_s / step_s)
        heard = wave.peaks[first : max(first + 1, int((at_s + stroke_s) / step_s))]
        half = max(0.5, max(heard, default=0.0) * room)
        x = places.x_of(at_s + stroke_s / 2)
        lines.append(QLineF(x, middle - half, x, middle + half))
        number += 1
    width = min(2.0, stroke_s / places.seconds_per_px * 0.7)
    painter.setPen(QPen(QColor(theme().muted), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLines(lines)


def _cuts(timeline: Timeline, places: Places) -> list[float]:
    """Where cuts are, one a pixel at most."""
    shown = {
        round(places.x_of(cut)) for cut in timeline.cuts_s if places.stretch.start_s <= cut <= places.stretch.end_s
    }
    return sorted(x + 0.5 for x in shown)


def _paint_name(painter: QPainter, room: QRectF, look: tuple[Icon, str], words: str, scale: float) -> None:
    icon, ink = look
    painter.drawPixmap(6, round(room.center().y()) - 8, icons.pixmap(icon, ink, 16, scale))
    painter.setPen(QColor(theme().text))
    place = room.adjusted(28, 0, -GRID * 2, 0)
    name = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
