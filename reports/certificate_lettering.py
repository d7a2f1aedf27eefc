"""Letters of the certificate: which font draws which characters, and how wide.

Every reader of PDF has Helvetica for the letters of Western Europe, Symbol for Greek, and Adobe's character collections
for Chinese, Japanese and Korean, which bring Cyrillic along (ISO 32000-1, 9.6.2.2 and 9.7.5.2). Vera, which comes with
reportlab, is embedded where a word needs one of the few letters that it has beyond them. What none has is printed
without its marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LATIN, BOLD, MONO, GREEK = "Helvetica", "Helvetica-Bold", "Courier", "Symbol"
WIDER, WIDER_BOLD = "Vera", "VeraBd"
WIDER_LETTERS = frozenset("ĆćČčđĞğİıŁłŞş")
"""What Vera has beyond Helvetica as reportlab writes it."""
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"

_CODECS = {CHINESE: "gbk", JAPANESE: "cp932", KOREAN: "cp949"}
"""Encodings whose characters a collection holds."""
_PLAINER = {
    **dict(zip("ĦħŦŧŊŋƏəƎǝƁɓƊɗƘƙƳƴƐɛƆɔ", "HhTtNnEeEeBbDdKkYyEeOo", strict=True)),
    **dict(zip("ІіЇїЈјЅѕҐґ", "IiÏïJjSsГг", strict=True)),
    **dict(zip("ʻʼʿʾ′‐‑", "‘’‘’’--", strict=True)),
    "Đ": "Ð",
    "ẞ": "SS",
}
"""The nearest letters for some that no mark can be taken from (for Latin as in passports: ICAO Doc 9303-3, 6.A)."""
_GREEK, _CYRILLIC = re.compile("[\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9]"), re.compile("[\u0400-\u04ff]")
_WIDE = frozenset("ЖМФШЩЪЫЮжфшщыю")
_TIGHTER = 0.24
"""By how much of their size letters of Cyrillic move together: East Asian fonts give each a whole square."""
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
# Where a line may break: behind a space, and between two characters of East Asian writing.
_BREAKABLE = re.compile(r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+")
_NEVER_FIRST = frozenset("，。、；：？！）》」』”’…·・ー々")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font draws, each so much of its size nearer to the next."""

    font: str
    text: str
    tighter: float = 0.0


def open_fonts() -> None:
    """Tell reportlab of the fonts that it does not know by itself; told again, it does nothing."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    if WIDER in pdfmetrics.getRegisteredFontNames():
        return
    for font in _CODECS:
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    for font in (WIDER_BOLD, WIDER):
        pdfmetrics.registerFont(TTFont(font, f"{reportlab.__path__[0]}/fonts/{font}.ttf"))


def can_letter(text: str) -> bool:
    """Return whether some font has each character, were it without its marks."""
    nearest = [_nearest(one) for one in _composed(text)]
    return None not in nearest and any(nearest)


def is_whole(text: str) -> bool:
    """Return whether some font has each character with all its marks."""
    return all(_nearest(one) == one for one in _composed(text))


def runs_of(text: str, font: str = LATIN) -> list[Run]:
    """Return the text by fonts; a letter of a script that none of them has becomes a question mark.

    Args:
        text: in any script, one line; a space of any kind is drawn as the common one.
        font: for the letters of Western Europe.
    """
    prefer = JAPANESE if _KANA.search(text) else KOREAN if _HANGUL.search(text) else CHINESE
    drawn = "".join("?" if (near := _nearest(one)) is None else near for one in _composed(text))
    runs: list[Run] = []
    for word in re.findall(r" +|[^ ]+", drawn):
        latin = (WIDER_BOLD if font == BOLD else WIDER) if WIDER_LETTERS.intersection(word) else font
        for character in word:
            fonts = _fonts_of(character)
            own = latin if LATIN in fonts else prefer if prefer in fonts else fonts[0]
            tighter = _TIGHTER if _CYRILLIC.match(character) and character not in _WIDE else 0.0
            if runs and (runs[-1].font, runs[-1].tighter) == (own, tighter):
                runs[-1] = Run(own, runs[-1].text + character, tighter)
            else:
                runs.append(Run(own, character, tighter))
    return runs


def width_of(text: str, size: float, font: str = LATIN) -> float:
    """Return how wide a line of text is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(
        sum(stringWidth(run.text, run.font, size) - run.tighter * size * len(run.text) for run in runs_of(text, font))
    )


def draw(canvas: Any, x: float, y: float, text: str, size: float, *, font: str = LATIN) -> None:  # noqa: ANN401 - reportlab has no types
    """Draw a line of text from `x` on the line `y`, both in points; bold letters that no font has bold get a rim."""
    line = canvas.beginText(x, y)
    for run in runs_of(text, font):
        rimmed = font == BOLD and (run.font in _CODECS or run.font == GREEK)
        line.setFont(run.font, size)
        line.setTextRenderMode(2 if rimmed else 0)
        line.setCharSpace(-run.tighter * size)
        line.textOut(run.text)
    # Both would stay in force for the next line.
    line.setTextRenderMode(0)
    line.setCharSpace(0)
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


def _composed(text: str) -> str:
    """Return letters and marks as one character where there is one, and spaces of any kind as the common one."""
    return "".join(" " if one.isspace() else one for one in unicodedata.normalize("NFC", text))


def _nearest(character: str) -> str | None:
    """Return a character with as many of its marks as some font has; None where no font has even the bare letter."""
    while not _fonts_of(character):
        if character in _PLAINER:
            return _PLAINER[character]
        parts = unicodedata.decomposition(character).split()
        if unicodedata.combining(character):
            return ""
        if not parts or parts[0].startswith("<"):
            return None
        character = chr(int(parts[0], 16))
    return character


def _fonts_of(character: str) -> tuple[str, ...]:
    if character in WIDER_LETTERS or _has("cp1252", character):
        return (LATIN,)
    if _GREEK.match(character):
        return (GREEK,)
    # Fonts of East Asia have a few more letters of Latin, each in a whole square amid the others.
    if unicodedata.name(character, "").startswith("LATIN "):
        return ()
    return tuple(font for font, codec in _CODECS.items() if _has(codec, character))


def _has(codec: str, character: str) -> bool:
    if not character.isprintable():
        return False
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
