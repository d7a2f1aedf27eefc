"""The small signs of a report on paper, the same shapes as on its page: what they say is told without colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Colour = tuple[float, float, float]

_SIDE = 24.0
"""The signs are drawn in a square of so many units, as those of `templates/icons.svg`."""


def draw_sign(
    canvas: Any,  # noqa: ANN401 - reportlab has no types
    name: str,
    corner: tuple[float, float],
    side: float,
    colour: Colour,
) -> None:
    """Draw a sign in a square.

    Args:
        canvas: of reportlab.
        name: a tone of a finding or a verdict, `incomplete`, `next` or `voice`.
        corner: the square's lower left one, in points.
        side: its edges, in points.
        colour: of its strokes.
    """
    canvas.saveState()
    canvas.translate(*corner)
    canvas.scale(side / _SIDE, side / _SIDE)
    canvas.setStrokeColorRGB(*colour)
    canvas.setFillColorRGB(*colour)
    canvas.setLineWidth(1.9 if side < 20 else 1.4)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    _SIGNS.get(name, _note)(canvas)
    canvas.restoreState()


def _ring(canvas: Any) -> None:  # noqa: ANN401 - as above
    canvas.circle(12, 12, 9.25)


def _lines(canvas: Any, *points: tuple[float, float]) -> None:  # noqa: ANN401 - as above
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path)


def _block(canvas: Any) -> None:  # noqa: ANN401 - as above
    _ring(canvas)
    _lines(canvas, (5.6, 18.4), (18.4, 5.6))


def _review(canvas: Any) -> None:  # noqa: ANN401 - as above
    path = canvas.beginPath()
    path.moveTo(2.5, 12)
    path.curveTo(5, 16.6, 8.2, 18.5, 12, 18.5)
    path.curveTo(15.8, 18.5, 19, 16.6, 21.5, 12)
    path.curveTo(19, 7.4, 15.8, 5.5, 12, 5.5)
    path.curveTo(8.2, 5.5, 5, 7.4, 2.5, 12)
    path.close()
    canvas.drawPath(path)
    canvas.circle(12, 12, 3)


def _permitted(canvas: Any) -> None:  # noqa: ANN401 - as above
    _ring(canvas)
    _lines(canvas, (7.6, 11.6), (10.6, 8.6), (16.4, 15))


def _no_match(canvas: Any) -> None:  # noqa: ANN401 - as above
    canvas.setDash(3.2, 2.6)
    _ring(canvas)
    canvas.setDash()
    canvas.circle(12, 14.2, 2.7)
    path = canvas.beginPath()
    path.moveTo(7.2, 7)
    path.curveTo(8.1, 9, 9.8, 10, 12, 10)
    path.curveTo(14.2, 10, 15.9, 9, 16.8, 7)
    canvas.drawPath(path)


def _note(canvas: Any) -> None:  # noqa: ANN401 - as above
    _ring(canvas)
    _lines(canvas, (12, 13), (12, 7.5))
    canvas.circle(12, 16.4, 0.6, fill=1)


def _incomplete(canvas: Any) -> None:  # noqa: ANN401 - as above
    canvas.arc(2.75, 2.75, 21.25, 21.25, 90, -288)
    _lines(canvas, (12, 17), (12, 11.6), (15.5, 9.6))


def _next(canvas: Any) -> None:  # noqa: ANN401 - as above
    _lines(canvas, (4, 12), (19, 12))
    _lines(canvas, (13, 18), (19, 12), (13, 6))


def _voice(canvas: Any) -> None:  # noqa: ANN401 - as above
    for x, low, high in ((4, 10, 14), (8, 7, 17), (12, 4, 20), (16, 8, 16), (20, 10, 14)):
        _lines(canvas, (x, low), (x, high))


_SIGNS: dict[str, Callable[[Any], None]] = {
    "block": _block,
    "review": _review,
    "permitted": _permitted,
    "no_match": _no_match,
    "note": _note,
    "incomplete": _incomplete,
    "next": _next,
    "voice": _voice,
}
