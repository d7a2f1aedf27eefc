"""Drawn portraits for pictures of the window: nobody's face, so they may be shown to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen

SIDE = 320


class Hair(StrEnum):
    """How somebody wears it."""

    SHORT = "short"
    LONG = "long"
    BOB = "bob"
    BUN = "bun"
    CURLS = "curls"
    SCARF = "scarf"
    BALD = "bald"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What one portrait is drawn from; colours as "#RRGGBB"."""

    skin: str
    hair: Hair
    hair_colour: str
    clothes: str
    ground: str
    beard: bool = False
    glasses: bool = False


PORTRAITS: tuple[Drawn, ...] = (
    Drawn(skin="#E8B796", hair=Hair.BOB, hair_colour="#2B2430", clothes="#5566C9", ground="#DCE4FA"),
    Drawn(skin="#8D5B3F", hair=Hair.CURLS, hair_colour="#1E1512", clothes="#E0A13B", ground="#FBEBD0"),
    Drawn(skin="#F0C9A8", hair=Hair.SHORT, hair_colour="#8A5A2E", clothes="#2F7A66", ground="#D6EDE4", beard=True),
    Drawn(skin="#D9A47C", hair=Hair.LONG, hair_colour="#4A2A1C", clothes="#B9486A", ground="#F7DEE6"),
    Drawn(skin="#C68B62", hair=Hair.SCARF, hair_colour="#3C6E9E", clothes="#24415F", ground="#DDE9F2"),
    Drawn(skin="#F2D0B5", hair=Hair.BUN, hair_colour="#C9CBD1", clothes="#7A5AA6", ground="#EAE1F5", glasses=True),
    Drawn(skin="#6F4630", hair=Hair.BALD, hair_colour="#1E1512", clothes="#D9573F", ground="#FADFD8", beard=True),
    Drawn(skin="#EBBF9C", hair=Hair.SHORT, hair_colour="#1F2026", clothes="#3D4657", ground="#E1E6EE", glasses=True),
    Drawn(skin="#F3CFB3", hair=Hair.LONG, hair_colour="#D9A441", clothes="#3F8FB0", ground="#D9EFF6"),
    Drawn(skin="#A8714D", hair=Hair.BOB, hair_colour="#5A1F1F", clothes="#6C8F3A", ground="#E8F0D5", glasses=True),
    Drawn(skin="#E6B48D", hair=Hair.CURLS, hair_colour="#7B3F1D", clothes="#4B5FB8", ground="#E0E3F8"),
)


def portrait(drawn: Drawn) -> bytes:
    """Return a portrait as JPEG, `SIDE` × `SIDE` pixels."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ground = QLinearGradient(QPointF(0, 0), QPointF(0, SIDE))
    ground.setColorAt(0, QColor(drawn.ground))
    ground.setColorAt(1, QColor(drawn.ground).darker(112))
    painter.fillRect(image.rect(), ground)
    _paint_hair_behind(painter, drawn)
    _paint_body(painter, drawn)
    _paint_face(painter, drawn)
    _paint_hair_before(painter, drawn)
    if drawn.glasses:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#2A2D36"), 4))
        painter.drawEllipse(QPointF(133, 152), 21, 19)
        painter.drawEllipse(QPointF(187, 152), 21, 19)
        painter.drawLine(QPointF(154, 149), QPointF(166, 149))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "jpeg", 90)  # type: ignore[call-overload]  # the binding takes text, its stub wants bytes
    return bytes(buffer.data().data())


def _paint_body(painter: QPainter, drawn: Drawn) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(drawn.clothes))
    shoulders = QPainterPath(QPointF(28, SIDE))
    shoulders.cubicTo(QPointF(34, 258), QPointF(84, 246), QPointF(126, 238))
    shoulders.lineTo(QPointF(194, 238))
    shoulders.cubicTo(QPointF(236, 246), QPointF(286, 258), QPointF(292, SIDE))
    shoulders.closeSubpath()
    painter.drawPath(shoulders)
    painter.setBrush(QColor(drawn.skin).darker(112))
    neck = QPainterPath()
    neck.addRoundedRect(QRectF(132, 196, 56, 66), 26, 26)
    painter.drawPath(neck)


def _paint_face(painter: QPainter, drawn: Drawn) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    skin = QColor(drawn.skin)
    painter.setBrush(skin.darker(106))
    painter.drawEllipse(QPointF(90, 162), 13, 18)
    painter.drawEllipse(QPointF(230, 162), 13, 18)
    painter.setBrush(skin)
    painter.drawEllipse(QPointF(160, 156), 70, 84)
    if drawn.beard:
        painter.setBrush(QColor(drawn.hair_colour))
        beard = QPainterPath()
        beard.addEllipse(QPointF(160, 156), 70, 84)
        above = QPainterPath()
        above.addEllipse(QPointF(160, 128), 82, 72)
        painter.drawPath(beard.subtracted(above))
    painter.setBrush(QColor("#FFFFFF"))
    for x in (133, 187):
        painter.drawEllipse(QPointF(x, 153), 12, 9)
    painter.setBrush(QColor("#2A2230"))
    for x in (134, 186):
        painter.drawEllipse(QPointF(x, 153), 6.5, 6.5)
    line = QPen(QColor(drawn.hair_colour).darker(120), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for left, right in ((118, 148), (172, 202)):
        brow = QPainterPath(QPointF(left, 134))
        brow.quadTo(QPointF((left + right) / 2, 126), QPointF(right, 134))
        painter.drawPath(brow)
    painter.setPen(QPen(skin.darker(135), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    nose = QPainterPath(QPointF(160, 158))
    nose.quadTo(QPointF(168, 182), QPointF(155, 184))
    painter.drawPath(nose)
    painter.setPen(QPen(QColor("#9C3F45"), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    mouth = QPainterPath(QPointF(138, 204))
    mouth.quadTo(QPointF(160, 220), QPointF(182, 204))
    painter.drawPath(mouth)


def _paint_hair_behind(painter: QPainter, drawn: Drawn) -> None:
    painter.setBrush(QColor(drawn.hair_colour))
    behind = QPainterPath()
    if drawn.hair is Hair.LONG:
        behind.addRoundedRect(QRectF(74, 78, 172, 196), 78, 60)
    elif drawn.hair is Hair.BOB:
        behind.addRoundedRect(QRectF(76, 72, 168, 142), 74, 44)
    elif drawn.hair is Hair.CURLS:
        for x, y in ((92, 120), (100, 88), (132, 66), (168, 60), (204, 72), (226, 102), (232, 138), (86, 152)):
            behind.addEllipse(QPointF(x, y), 32, 32)
    elif drawn.hair is Hair.BUN:
        behind.addEllipse(QPointF(160, 54), 30, 28)
        behind.addEllipse(QPointF(160, 134), 80, 82)
    elif drawn.hair is Hair.SCARF:
        behind.addRoundedRect(QRectF(74, 60, 172, 204), 82, 66)
    behind.setFillRule(Qt.FillRule.WindingFill)
    painter.drawPath(behind)


def _paint_hair_before(painter: QPainter, drawn: Drawn) -> None:
    if drawn.hair is Hair.BALD:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(drawn.hair_colour))
    head = QPainterPath()
    head.addEllipse(QPointF(160, 150), 76, 86)
    below = QPainterPath()
    if drawn.hair is Hair.SCARF:
        below.addEllipse(QPointF(160, 164), 58, 70)
        hood = QPainterPath()
        hood.addEllipse(QPointF(160, 156), 82, 96)
        painter.drawPath(hood.subtracted(below))
        return
    if drawn.hair is Hair.SHORT:
        below.addEllipse(QPointF(160, 190), 92, 82)
    elif drawn.hair is Hair.CURLS:
        below.addEllipse(QPointF(160, 186), 86, 84)
    else:
        below.addEllipse(QPointF(196, 196), 104, 94)
    painter.drawPath(head.subtracted(below))
