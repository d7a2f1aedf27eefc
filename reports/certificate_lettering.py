"""Letters of the certificate: which of the fonts that every reader of PDF has draws which characters, and how wide.

No font is embedded: Helvetica has the letters of Western Europe, and Adobe's character collections for Chinese,
Japanese and Korean bring Greek and Cyrillic along (ISO 32000-1, 9.7.5.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LATIN, BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier"
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"

_CODECS = {CHINESE: "gbk", JAPANESE: "cp932", KOREAN: "cp949"}
"""Encodings whose characters a collection holds."""
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
# Where a line may break: behind a space, and between two characters of East Asian writing.
_BREAKABLE = re.compile(r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+")
_NEVER_FIRST = frozenset("，。、；：？！）》」』”’…·・ー々")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font draws."""

    font: str
    text: str


def open_fonts() -> None:
    """Tell reportlab of the fonts for East Asia; told again, it does nothing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    for font in _CODECS:
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(font))


def can_letter(text: str) -> bool:
    """Return whether some font has each character."""
    return all(one.isspace() or _fonts_of(one) for one in text)


def runs_of(text: str, font: str = LATIN) -> list[Run]:
    """Return the text by fonts; a character that none of them has becomes a question mark.

    Args:
        text: in any script, one line; a space of any kind is drawn as the common one.
        font: for the letters of Western Europe.
    """
    prefer = JAPANESE if _KANA.search(text) else KOREAN if _HANGUL.search(text) else CHINESE
    runs: list[Run] = []
    for character in (" " if one.isspace() else one for one in text):
        fonts = _fonts_of(character)
        own = font if not fonts or LATIN in fonts else prefer if prefer in fonts else fonts[0]
        shown = character if fonts else "?"
        if runs and runs[-1].font == own:
            runs[-1] = Run(own, runs[-1].text + shown)
        else:
            runs.append(Run(own, shown))
    return runs


def width_of(text: str, size: float, font: str = LATIN) -> float:
    """Return how wide a line of text is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(sum(stringWidth(run.text, run.font, size) for run in runs_of(text, font)))


def draw(canvas: Any, x: float, y: float, text: str, size: float, *, font: str = LATIN) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw a line of text from `x` on the line `y`, both in points; bold letters of East Asia are drawn with a rim."""
    line = canvas.beginText(x, y)
    for run in runs_of(text, font):
        rimmed = font == BOLD and run.font in _CODECS
        line.setFont(run.font, size)
        line.setTextRenderMode(2 if rimmed else 0)
        line.textOut(run.text)
    # The mode would stay in force for the next line.
    line.setTextRenderMode(0)
    canvas.setLineWidth(size / 40)
    canvas.drawText(line)


def wrapped(text: str, width: float, size: float, *, most: int = 99, font: str = LATIN) -> list[str]:
    """Return the text in lines no wider than `width` points; the last of `most` ends in an ellipsis where it is cut."""
    lines = [""]
    for piece in _pieces(" ".join(text.split()), width, size, font):
        if width_of((lines[-1] + piece).rstrip(), size, font) <= width or piece[:1] in _NEVER_FIRST:
            lines[-1] += piece
        else:
            lines.append(piece)
    lines = [line.strip() for line in lines]
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], shortened(lines[most - 1] + _ELLIPSIS, width, size, font=font)]


def shortened(text: str, width: float, size: float, *, font: str = LATIN) -> str:
    """Return the text cut with an ellipsis so that it is no wider than `width` points."""
    if width_of(text, size, font) <= width:
        return text
    kept = text.rstrip(_ELLIPSIS)
    while kept and width_of(kept.rstrip() + _ELLIPSIS, size, font) > width:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS


def _pieces(text: str, width: float, size: float, font: str) -> Iterator[str]:
    for piece in _BREAKABLE.findall(text):
        if width_of(piece.rstrip(), size, font) <= width:
            yield piece
        else:  # a name without a space, wider than the column
            yield from _cut(piece, width, size, font)


def _cut(piece: str, width: float, size: float, font: str) -> Iterable[str]:
    part = ""
    for character in piece:
        if width_of(part + character, size, font) > width:
            yield part
            part = ""
        part += character
    yield part


def _fonts_of(character: str) -> tuple[str, ...]:
    fonts = [LATIN] if _has("cp1252", character) else []
    return (*fonts, *(font for font, codec in _CODECS.items() if _has(codec, character)))


def _has(codec: str, character: str) -> bool:
    if not character.isprintable():
        return False
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
