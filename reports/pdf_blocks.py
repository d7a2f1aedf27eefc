"""The blocks that a report on paper is set from: lines, pictures, facts in columns, rows of a table, bars.

Every block draws plain text with the letterings of the certificate, so that no name can be taken for markup, and knows
its height beforehand; lines may go on on the next page, everything else stays together.
"""

from __future__ import annotations

import hashlib
import io
import struct
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFError
from reportlab.pdfbase.pdfutils import readJPEGInfo
from reportlab.platypus import Flowable

from reports.certificate_lettering import BOLD, LATIN, MONO, draw, shortened, wrapped
from reports.facts import Fact
from reports.pdf_marks import Colour, draw_sign

INK, SOFT, RULE, FAINT = (0.12, 0.11, 0.10), (0.38, 0.36, 0.33), (0.89, 0.87, 0.82), (0.965, 0.95, 0.925)
TONES: dict[str, Colour] = {
    "block": (0.61, 0.12, 0.10),
    "review": (0.49, 0.29, 0.0),
    "permitted": (0.09, 0.38, 0.23),
    "note": (0.20, 0.31, 0.44),
    "no_match": (0.20, 0.31, 0.44),
    "quiet": (0.42, 0.40, 0.36),
}
TINTS: dict[str, Colour] = {
    "block": (0.984, 0.922, 0.91),
    "review": (0.984, 0.945, 0.863),
    "permitted": (0.906, 0.953, 0.925),
    "note": (0.918, 0.941, 0.965),
    "no_match": (0.918, 0.941, 0.965),
    "quiet": FAINT,
}
"""The colours of `templates/report.css` in daylight."""

SIZE, LEADING, SMALL = 9.25, 13.0, 7.75
PICTURE, BETWEEN = 78.0, 9.0
"""Edge of a picture, and what is left between two columns."""
_MOST_LINES = 400
"""Of one text; a name or a sentence that needs more was made to."""
_PAD = 7.0
_ORPHANS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text, wrapped already.

    Attributes:
        x: where it begins, from the left of its column.
        word: what the line answers, drawn in front of it.
        word_x: where that begins.
        sign: drawn in front of the text.
        tint: the tone of a box behind it; neighbours of one tint share a box.
        after: what is left free below it.
    """

    text: str
    size: float = SIZE
    font: str = LATIN
    colour: Colour = INK
    leading: float = LEADING
    x: float = 0.0
    word: str = ""
    word_x: float = 0.0
    sign: str = ""
    tint: str = ""
    after: float = 0.0

    @property
    def height(self) -> float:
        """Points that it takes."""
        return self.leading + self.after


def lines_of(text: str, width: float, *, most: int = _MOST_LINES, **looks: Any) -> list[Line]:  # noqa: ANN401 - of many types
    """Return a text in lines no wider than `width`; `looks` are fields of `Line`, `after` counts for the last."""
    after = looks.pop("after", 0.0)
    size, font = looks.get("size", SIZE), looks.get("font", LATIN)
    told = wrapped(text, width - looks.get("x", 0.0), size, most=most, font=font)
    first = {name: looks.pop(name) for name in ("word", "sign") if name in looks}
    last = len(told) - 1
    return [
        Line(text=one, after=after if at == last else 0.0, **looks, **(first if at == 0 else {}))
        for at, one in enumerate(told)
    ]


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture that goes into the file as it is: only its header is read, nothing is decoded here."""

    content: bytes

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Width and height; None where it is no JPEG that a reader of PDF can show."""
        try:
            width, height, channels, _dpi = readJPEGInfo(io.BytesIO(self.content))
        except (PDFError, struct.error):
            return None
        return (width, height) if width and height and channels in (1, 3) else None

    def jpeg_fh(self) -> io.BytesIO:
        """Return its bytes as reportlab asks for them."""
        return io.BytesIO(self.content)

    def __str__(self) -> str:
        """Return what tells it from other pictures: the file holds each once."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with the words below it."""

    picture: Jpeg
    caption: str


class Block(Flowable, ABC):  # type: ignore[misc]  # reportlab has no types
    """Something that stays together on a page; `above` and `below` are left free around it."""

    def __init__(self, *, above: float = 0.0, below: float = 0.0) -> None:
        super().__init__()
        self._above, self._below = above, below

    def getSpaceBefore(self) -> float:  # noqa: N802  reportlab's name
        """Return what is left free above it, but at the top of a page."""
        return self._above

    def getSpaceAfter(self) -> float:  # noqa: N802  reportlab's name
        """Return what is left free below it."""
        return self._below

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return its width and height in points."""
        return width, self.tall()

    def draw(self) -> None:
        """Draw it upwards from the origin."""
        self.paint(self.canv, self.tall())

    @abstractmethod
    def tall(self) -> float:
        """Return its height in points."""

    @abstractmethod
    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""


class Column(Block):
    """Lines one below the other; beside pictures if there are any; long ones go on on the next page."""

    def __init__(
        self,
        lines: Sequence[Line],
        width: float,
        *,
        pictures: Sequence[Shown] = (),
        rule: bool = False,
        page: float = 0.0,
        above: float = 0.0,
        below: float = 0.0,
    ) -> None:
        """Args: `page` is the height of a page: what fits on one is not divided."""
        super().__init__(above=above, below=below)
        self._lines, self._width, self._pictures, self._rule = list(lines), width, pictures, rule
        self._page = page
        self._left = len(pictures) * (PICTURE + BETWEEN) + BETWEEN if pictures else 0.0

    def tall(self) -> float:
        """Return its height in points."""
        return max(self._text_height(self._lines), self._picture_height()) + (2 * BETWEEN if self._rule else 0)

    def split(self, _width: float, height: float) -> list[Block]:
        """Return what fits on this page and what goes on on the next."""
        if self.tall() <= self._page:
            return []
        fits, used = 0, BETWEEN * 2 if self._rule else 0.0
        while fits < len(self._lines) and used + self._lines[fits].height <= height:
            used += self._lines[fits].height
            fits += 1
        if fits < _ORPHANS or fits >= len(self._lines) or self._picture_height() > height:
            return []
        first = Column(self._lines[:fits], self._width, pictures=self._pictures, rule=self._rule, page=self._page)
        rest = [replace(line, x=line.x + self._left, word_x=self._left) for line in self._lines[fits:]]
        return [first, Column(rest, self._width, page=self._page, below=self._below)]

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        if self._rule:
            colour(canvas, RULE)
            canvas.setLineWidth(0.6)
            canvas.line(0, top, self._width, top)
            top -= BETWEEN
        for at, shown in enumerate(self._pictures):
            x = at * (PICTURE + BETWEEN)
            draw_picture(canvas, shown.picture, x, top - PICTURE, PICTURE)
            colour(canvas, SOFT)
            for number, words in enumerate(_caption(shown)):
                draw(canvas, x, top - PICTURE - 10 - 9.5 * number, words, SMALL)
        y = top
        for tint, group in groupby(self._lines, key=lambda line: line.tint):
            y = self._paint_group(canvas, tint, list(group), y)

    def _paint_group(self, canvas: Any, tint: str, lines: Sequence[Line], y: float) -> float:  # noqa: ANN401 - as above
        if tint:
            height = sum(line.height for line in lines)
            canvas.setFillColorRGB(*TINTS[tint])
            canvas.roundRect(self._left, y - height, self._width - self._left, height, 3, stroke=0, fill=1)
        for line in lines:
            base = y - line.leading * 0.74
            if line.word:
                colour(canvas, SOFT)
                draw(canvas, self._left + line.word_x, base, line.word, SMALL + 0.25)
            x = self._left + line.x
            if line.sign:
                side = line.size * 1.15
                tone = TONES.get(tint) or line.colour
                draw_sign(canvas, line.sign, (x - side - 4, base - side * 0.16), side, tone)
            colour(canvas, line.colour)
            draw(canvas, x, base, line.text, line.size, font=line.font)
            y -= line.height
        return y

    def _text_height(self, lines: Sequence[Line]) -> float:
        return sum(line.height for line in lines)

    def _picture_height(self) -> float:
        return max((PICTURE + 12 + 9.5 * (len(_caption(one)) - 1) for one in self._pictures), default=0.0)


class Heading(Block):
    """The name of a section, above a rule; never alone at the end of a page."""

    keepWithNext = 1  # noqa: N815  reportlab's name

    def __init__(self, text: str, width: float) -> None:
        super().__init__(above=22, below=9)
        self._text, self._width = text, width

    def tall(self) -> float:
        """Return its height in points."""
        return 16.0

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`, with an entry in the file's outline."""
        place = f"section-{canvas.getPageNumber()}-{round(top)}-{self._text}"
        canvas.bookmarkPage(hashlib.sha256(place.encode()).hexdigest()[:16])
        canvas.addOutlineEntry(self._text, hashlib.sha256(place.encode()).hexdigest()[:16])
        colour(canvas, SOFT)
        draw(canvas, 0, top - 9, self._text, 9.5, font=BOLD)
        colour(canvas, RULE)
        canvas.setLineWidth(0.6)
        canvas.line(0, top - 15.5, self._width, top - 15.5)


class FactRow(Block):
    """A few facts side by side, each a word above its value."""

    def __init__(self, facts: Sequence[Fact], width: float, columns: int) -> None:
        super().__init__(below=7)
        each = width / columns
        self._cells = [
            (
                at * each,
                shortened(fact.word, each - BETWEEN, SMALL),
                lines_of(
                    fact.value,
                    each - BETWEEN,
                    font=MONO if fact.code else LATIN,
                    size=8 if fact.code else SIZE,
                    colour=INK if fact.said else SOFT,
                    leading=12,
                ),
            )
            for at, fact in enumerate(facts)
        ]

    def tall(self) -> float:
        """Return its height in points."""
        return 11 + max(sum(line.height for line in lines) for _x, _word, lines in self._cells)

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        for x, word, lines in self._cells:
            colour(canvas, SOFT)
            draw(canvas, x, top - 8, word, SMALL)
            paint_lines(canvas, lines, x, top - 11)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: lines, from `x` on."""

    x: float
    lines: Sequence[Line] = field(default_factory=tuple)


class TableRow(Block):
    """One row of a table, below a rule."""

    def __init__(self, cells: Sequence[Cell], width: float) -> None:
        super().__init__()
        self._cells, self._width = cells, width

    def tall(self) -> float:
        """Return its height in points."""
        return 9 + max(sum(line.height for line in cell.lines) for cell in self._cells)

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        for cell in self._cells:
            paint_lines(canvas, cell.lines, cell.x, top - 2)
        colour(canvas, RULE)
        canvas.setLineWidth(0.5)
        canvas.line(0, top - self.tall() + 3, self._width, top - self.tall() + 3)


class Shares(Block):
    """How much was examined, as bars: what, how much, and the same in words."""

    def __init__(self, shares: Sequence[tuple[str, float, str]], width: float) -> None:
        super().__init__(below=8)
        self._shares, self._width = shares, width

    def tall(self) -> float:
        """Return its height in points."""
        return 16.0 * len(self._shares)

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        left, right = 110.0, self._width - 96
        for at, (what, share, words) in enumerate(self._shares):
            y = top - 16 * at - 10
            colour(canvas, INK)
            draw(canvas, 0, y, shortened(what, left - BETWEEN, SIZE), SIZE)
            draw(canvas, right + BETWEEN, y, shortened(words, 87, SIZE), SIZE)
            canvas.setFillColorRGB(*TINTS["block"])
            canvas.roundRect(left, y - 0.5, right - left, 6.5, 2.5, stroke=0, fill=1)
            if share > 0:
                canvas.setFillColorRGB(*TONES["permitted"])
                canvas.roundRect(left, y - 0.5, max(5, (right - left) * min(1, share)), 6.5, 2.5, stroke=0, fill=1)


def paint_lines(canvas: Any, lines: Sequence[Line], x: float, top: float) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw lines downwards from `top`."""
    for line in lines:
        colour(canvas, line.colour)
        draw(canvas, x + line.x, top - line.leading * 0.74, line.text, line.size, font=line.font)
        top -= line.height


def draw_picture(canvas: Any, picture: Jpeg, x: float, y: float, side: float) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw a picture so that it fills a square with rounded corners; what is no picture leaves the square empty."""
    canvas.saveState()
    path = canvas.beginPath()
    path.roundRect(x, y, side, side, 3)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setFillColorRGB(*FAINT)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    if size := picture.size_px:
        scale = side / min(size)
        width, height = size[0] * scale, size[1] * scale
        canvas.drawImage(picture, x - (width - side) / 2, y - (height - side) / 2, width, height)
    canvas.restoreState()
    canvas.setStrokeColorRGB(*RULE)
    canvas.setLineWidth(0.6)
    canvas.roundRect(x, y, side, side, 3)


def colour(canvas: Any, rgb: Colour) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw in a colour from now on; letters that are made bold take it for their rim."""
    canvas.setFillColorRGB(*rgb)
    canvas.setStrokeColorRGB(*rgb)


def _caption(shown: Shown) -> list[str]:
    return wrapped(shown.caption, PICTURE, SMALL, most=2)
