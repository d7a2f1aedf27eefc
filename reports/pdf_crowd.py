"""People who are only told of: small pictures with a name and a time, several in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.certificate_lettering import BOLD, draw, shortened
from reports.pdf_blocks import BETWEEN, FAINT, INK, RULE, SMALL, SOFT, Block, Jpeg, colour, draw_picture
from reports.pdf_marks import draw_sign

_PICTURE = 34.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """One of them; `picture` is None where there is none, `heard` says whether it is a voice."""

    who: str
    when: str
    picture: Jpeg | None
    heard: bool


class Crowd(Block):
    """A row of at most `ACROSS` of them."""

    ACROSS = 4

    def __init__(self, people: Sequence[Somebody], width: float) -> None:
        super().__init__(below=8)
        self._people, self._each = people, width / self.ACROSS

    def tall(self) -> float:
        """Return its height in points."""
        return _PICTURE

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        for at, one in enumerate(self._people):
            x, left = at * self._each, 0.0
            if one.picture is not None:
                draw_picture(canvas, one.picture, x, top - _PICTURE, _PICTURE)
                left = _PICTURE + 7
            elif one.heard:
                canvas.setFillColorRGB(*FAINT)
                canvas.setStrokeColorRGB(*RULE)
                canvas.setLineWidth(0.6)
                canvas.roundRect(x, top - _PICTURE, _PICTURE, _PICTURE, 3, fill=1)
                draw_sign(canvas, "voice", (x + 9, top - _PICTURE + 9), 16, SOFT)
                left = _PICTURE + 7
            room = self._each - left - BETWEEN
            colour(canvas, INK)
            draw(canvas, x + left, top - 14, shortened(one.who, room, 8.5, font=BOLD), 8.5, font=BOLD)
            colour(canvas, SOFT)
            draw(canvas, x + left, top - 25, shortened(one.when, room, SMALL), SMALL)
