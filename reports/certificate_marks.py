"""The shapes that tell a verdict without colour: an octagon with a cross, a triangle, a ring with a tick, a square."""

from __future__ import annotations

import math
from typing import Any

from countenance.verdict import Verdict

_RADIUS = 19.0
_COLOURS = {
    Verdict.BLOCKED: (0.70, 0.09, 0.11),
    Verdict.REVIEW: (0.72, 0.42, 0.0),
    Verdict.PERMITTED: (0.05, 0.45, 0.20),
    Verdict.NO_MATCH: (0.30, 0.32, 0.38),
}


def draw_mark(canvas: Any, verdict: Verdict, x: float, y: float) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw the verdict's shape around a point, in points, about 40 wide."""
    canvas.saveState()
    canvas.setFillColorRGB(*_COLOURS[verdict])
    canvas.setStrokeColorRGB(1, 1, 1)
    canvas.setLineWidth(4)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    if verdict is Verdict.BLOCKED:
        _polygon(canvas, x, y, sides=8, turned=math.pi / 8)
        _stroke(canvas, [(x - 7, y - 7), (x + 7, y + 7)])
        _stroke(canvas, [(x - 7, y + 7), (x + 7, y - 7)])
    elif verdict is Verdict.REVIEW:
        _polygon(canvas, x, y - 4, sides=3, turned=math.pi / 2)
        _stroke(canvas, [(x, y + 5), (x, y - 4)])
        _stroke(canvas, [(x, y - 10), (x, y - 10)])
    elif verdict is Verdict.PERMITTED:
        canvas.circle(x, y, _RADIUS, stroke=0, fill=1)
        _stroke(canvas, [(x - 8, y), (x - 2, y - 7), (x + 9, y + 7)])
    else:
        canvas.rect(x - 17, y - 17, 34, 34, stroke=0, fill=1)
        _stroke(canvas, [(x - 8, y), (x + 8, y)])
    canvas.restoreState()


def _polygon(canvas: Any, x: float, y: float, *, sides: int, turned: float) -> None:  # noqa: ANN401 - as above
    path = canvas.beginPath()
    for number in range(sides):
        angle = turned + 2 * math.pi * number / sides
        point = (x + _RADIUS * 1.08 * math.cos(angle), y + _RADIUS * 1.08 * math.sin(angle))
        if number:
            path.lineTo(*point)
        else:
            path.moveTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _stroke(canvas: Any, points: list[tuple[float, float]]) -> None:  # noqa: ANN401 - as above
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path, stroke=1, fill=0)
