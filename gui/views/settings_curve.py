"""A small picture of what a promise costs: misses over false alarms, the measured points, and where one stands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from countenance.people import Modality
from countenance.translations import _
from gui.presenters.budget import REVIEW_STOPS, CurveLook, share_words
from gui.views.theme import GRID, sized, theme

HEIGHT = 168
LEAST_TOP = 0.1
"""The scale reaches this far at least, so that little misses look little."""


class MissCurveView(QWidget):
    """Paints curves; dots are faces, squares voices, the upright line is the rate chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._curves: Sequence[CurveLook] = ()
        self._rate = REVIEW_STOPS[0]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height that shows two curves apart."""
        return QSize(360, HEIGHT + self.fontMetrics().height() * 2)

    def show_curves(self, curves: Sequence[CurveLook], rate: float, spoken: str) -> None:
        """Show other curves, or another rate on them."""
        self._curves, self._rate = curves, rate
        self.setAccessibleName(spoken)
        self.setVisible(bool(curves))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(self.font(), 0.88))
        line = painter.fontMetrics().height()
        left = painter.fontMetrics().horizontalAdvance(share_words(0.88)) + GRID * 3
        area = QRectF(left, line + GRID * 4, self.width() - left - GRID * 4, self.height() - 3 * line - GRID * 6)
        top = max(LEAST_TOP, *(missed for curve in self._curves for _rate, missed in (*curve.points, (0, curve.now))))
        self._paint_axes(painter, area, top, line)
        x = self._x(area, self._rate)
        painter.setPen(QPen(QColor(theme().accent), 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for curve in self._curves:
            self._paint_curve(painter, area, curve, top)
        self._paint_legend(painter, line)
        painter.end()

    def _x(self, area: QRectF, rate: float) -> float:
        low, high = math.log(REVIEW_STOPS[0] * 0.8), math.log(REVIEW_STOPS[-1] * 1.2)
        return area.left() + area.width() * min(1.0, max(0.0, (math.log(rate) - low) / (high - low)))

    def _paint_axes(self, painter: QPainter, area: QRectF, top: float, line: int) -> None:
        for part in (0.0, 0.5, 1.0):
            y = area.bottom() - area.height() * part
            painter.setPen(QPen(QColor(theme().line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme().muted))
            words = share_words(round(top * part, 2)) if part else "0"
            place = QRectF(0, y - line / 2, area.left() - GRID * 2, line)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        for rate in (0.005, 0.02, 0.05, 0.1, 0.3):
            words = share_words(rate)
            width = painter.fontMetrics().horizontalAdvance(words)
            x = min(max(self._x(area, rate) - width / 2, area.left()), self.width() - width - 1.0)
            painter.drawText(QPointF(x, area.bottom() + line), words)
        below = QRectF(area.left(), area.bottom() + line + GRID, area.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _("strangers’ clips that raise a review"))

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: CurveLook, top: float) -> None:
        colour = QColor(theme().text if curve.modality is Modality.FACE else theme().muted)
        spots = [
            QPointF(self._x(area, rate), area.bottom() - area.height() * missed / top) for rate, missed in curve.points
        ]
        style = Qt.PenStyle.SolidLine if curve.modality is Modality.FACE else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour, 1.5, style))
        painter.drawPolyline(QPolygonF(spots))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for spot in spots:
            _paint_mark(painter, curve.modality, spot)
        painter.setBrush(QColor(theme().accent))
        _paint_mark(
            painter,
            curve.modality,
            QPointF(self._x(area, self._rate), area.bottom() - area.height() * curve.now / top),
            5,
        )

    def _paint_legend(self, painter: QPainter, line: int) -> None:
        x = 0.0
        for curve in self._curves:
            colour = QColor(theme().text if curve.modality is Modality.FACE else theme().muted)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            _paint_mark(painter, curve.modality, QPointF(x + 5, line / 2))
            painter.setPen(colour)
            words = _("overlooked {what}").format(what=curve.words)
            painter.drawText(QPointF(x + GRID * 4, line - painter.fontMetrics().descent()), words)
            x += painter.fontMetrics().horizontalAdvance(words) + GRID * 10


def _paint_mark(painter: QPainter, modality: Modality, at: QPointF, radius: float = 3.5) -> None:
    if modality is Modality.FACE:
        painter.drawEllipse(at, radius, radius)
    else:
        painter.drawRect(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
