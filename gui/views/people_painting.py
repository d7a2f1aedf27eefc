"""How a person is painted in the list: a card with a large picture, or a row with a small one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.presenters.looks import Icon, Tone
from gui.presenters.people import PersonCard, Sign, SignLook, counts, ends_words, line, sign_look
from gui.views import icons
from gui.views.people_model import CARD_ROLE, AnyIndex, PeopleModel
from gui.views.pieces import paint_face
from gui.views.theme import GRID, RADIUS, sized, theme

CARD_WIDTH, CARD_HEIGHT = 168, 258
PICTURE_SIDE = 136
GAP = GRID * 3
ROW_HEIGHT = 56
ROW_PICTURE = 40
BOX_SIDE = 20
PILL_HEIGHT = 22
COUNT_ICON = 16
NARROW_ROW = 620
"""Below this width, in pixels, a row tells no last day and fewer signs."""

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_MIDDLE = Qt.AlignmentFlag.AlignCenter


class PersonPainter(QStyledItemDelegate):
    """Paints people as cards or as rows."""

    def __init__(self, owner: QListView, model: PeopleModel) -> None:
        super().__init__(owner)
        self._owner, self._model = owner, model
        self.as_rows = False
        self.selecting = False
        self.card_width = CARD_WIDTH

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:  # noqa: N802  Qt's name
        """Return the room for one person."""
        return QSize(120, ROW_HEIGHT) if self.as_rows else QSize(self.card_width, CARD_HEIGHT + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one person."""
        card: PersonCard = index.data(CARD_ROLE)
        state = option.state
        place = QRectF(option.rect)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = place.adjusted(1, 2, -1, -2) if self.as_rows else place.adjusted(1, 1, -GAP - 1, -GAP - 1)
        self._ground(painter, inside, chosen=chosen, hovered=hovered, focused=self._is_focused(index))
        if self.as_rows:
            self._row(painter, inside, card)
        else:
            self._card(painter, inside, card)
        if chosen or hovered or self.selecting:
            _box(painter, box_place(place, as_rows=self.as_rows), ticked=chosen)
        painter.restore()

    def _is_focused(self, index: AnyIndex) -> bool:
        return self._owner.hasFocus() and self._owner.currentIndex().row() == index.row()

    def _ground(self, painter: QPainter, place: QRectF, *, chosen: bool, hovered: bool, focused: bool) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(place, RADIUS, RADIUS)
        painter.fillPath(shape, QColor(theme().selected if chosen else theme().surface))
        if focused or chosen:
            painter.setPen(QPen(QColor(theme().accent), 2 if focused else 1))
        else:
            painter.setPen(QColor(theme().muted if hovered else theme().line))
        painter.drawPath(shape)

    def _card(self, painter: QPainter, place: QRectF, card: PersonCard) -> None:
        left = place.x() + (place.width() - PICTURE_SIDE) / 2
        picture = QRectF(left, place.y() + GRID * 3, PICTURE_SIDE, PICTURE_SIDE)
        self._picture(painter, picture, card)
        width = place.width() - GRID * 4
        name = QRectF(place.x() + GRID * 2, picture.bottom() + GRID * 2, width, 22)
        self._words(painter, name, card.name, size=1.0, bold=True, align=_MIDDLE)
        below = QRectF(name.x(), name.bottom(), width, 18)
        self._counts(painter, below, card)
        at = QRectF(name.x(), below.bottom() + GRID, width, PILL_HEIGHT)
        shown = card.signs[:2] if len(card.signs) <= 2 else card.signs[:1]
        for sign in shown:
            self._pill(painter, at, sign_look(sign), middle=True)
            at.translate(0, PILL_HEIGHT + 2)
        if len(shown) < len(card.signs):
            more = SignLook(sign=card.signs[1], words=f"+{len(card.signs) - 1}", icon=Icon.MORE, tone=Tone.NEUTRAL)
            self._pill(painter, at, more, middle=True)

    def _row(self, painter: QPainter, place: QRectF, card: PersonCard) -> None:
        middle = place.center().y()
        picture = QRectF(place.x() + GRID * 9, middle - ROW_PICTURE / 2, ROW_PICTURE, ROW_PICTURE)
        self._picture(painter, picture, card)
        left, right = picture.right() + GRID * 3, place.right() - GRID * 3
        wide = place.width() >= NARROW_ROW
        signs = card.signs if wide else card.signs[:1]
        at = right
        for sign in reversed(signs):
            look = sign_look(sign)
            at -= self._pill_width(look)
            if at < left + 180:
                break
            self._pill(painter, QRectF(at, middle - PILL_HEIGHT / 2, self._pill_width(look), PILL_HEIGHT), look)
            at -= GRID
        width = min(260.0, at - left - GRID * 2)
        self._words(painter, QRectF(left, middle - 20, width, 22), card.name, size=1.0, bold=True)
        self._words(painter, QRectF(left, middle + 1, width, 18), line(card), size=0.9, muted=True)
        rest = QRectF(left + width + GRID * 4, middle - 10, at - left - width - GRID * 6, 20)
        if wide and rest.width() > 120:
            self._words(painter, rest, ends_words(card), size=0.9, muted=True)

    def _picture(self, painter: QPainter, place: QRectF, card: PersonCard) -> None:
        picture = self._model.picture(card.id)
        if picture is not None and not picture.isNull():
            paint_face(painter, place, picture)
            return
        shape = QPainterPath()
        shape.addRoundedRect(place, 8, 8)
        painter.fillPath(shape, QColor(theme().sunken))
        if Sign.GROUP in card.signs:
            side = round(place.width() / 3)
            ratio = painter.device().devicePixelRatioF()
            drawn = icons.pixmap(Icon.PEOPLE, theme().muted, side, ratio)
            painter.drawPixmap(round(place.center().x() - side / 2), round(place.center().y() - side / 2), drawn)
            return
        font = sized(self._owner.font(), 1.0, bold=True)
        font.setPixelSize(round(place.height() / 3))
        painter.setFont(font)
        painter.setPen(QColor(theme().muted))
        painter.drawText(place, _MIDDLE, card.initials)

    def _counts(self, painter: QPainter, place: QRectF, card: PersonCard) -> None:
        told = counts(card)
        if not told:
            self._words(painter, place, line(card), size=0.9, muted=True, align=_MIDDLE)
            return
        metrics = QFontMetrics(sized(self._owner.font(), 0.9))
        widths = [COUNT_ICON + GRID + metrics.horizontalAdvance(number) for _icon, number in told]
        left = place.center().x() - (sum(widths) + GRID * 3 * (len(told) - 1)) / 2
        ratio = painter.device().devicePixelRatioF()
        for (icon, number), width in zip(told, widths, strict=True):
            drawn = icons.pixmap(icon, theme().muted, COUNT_ICON, ratio)
            painter.drawPixmap(round(left), round(place.center().y() - COUNT_ICON / 2), drawn)
            room = QRectF(left + COUNT_ICON + GRID, place.y(), width, place.height())
            self._words(painter, room, number, size=0.9, muted=True)
            left += width + GRID * 3

    def _words(
        self,
        painter: QPainter,
        place: QRectF,
        words: str,
        *,
        size: float,
        bold: bool = False,
        muted: bool = False,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        font = sized(self._owner.font(), size, bold=bold)
        painter.setFont(font)
        painter.setPen(QColor(theme().muted if muted else theme().text))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, align, shown)

    def _pill_width(self, look: SignLook) -> float:
        font = sized(self._owner.font(), 0.86)
        return QFontMetrics(font).horizontalAdvance(look.words) + 14 + GRID * 5

    def _pill(self, painter: QPainter, place: QRectF, look: SignLook, *, middle: bool = False) -> None:
        pair = theme().tones[look.tone]
        width = min(self._pill_width(look), place.width())
        left = place.x() + (place.width() - width) / 2 if middle else place.x()
        pill = QRectF(left, place.y() + 1, width, place.height() - 2)
        shape = QPainterPath()
        shape.addRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.fillPath(shape, QColor(pair.ground))
        ratio = painter.device().devicePixelRatioF()
        drawn = icons.pixmap(look.icon, pair.ink, 14, ratio)
        painter.drawPixmap(round(pill.x() + GRID * 1.5), round(pill.center().y() - 7), drawn)
        words = pill.adjusted(GRID * 2 + 14, 0, -GRID * 1.5, 0)
        font = sized(self._owner.font(), 0.86)
        painter.setFont(font)
        painter.setPen(QColor(pair.ink))
        shown = QFontMetrics(font).elidedText(look.words, Qt.TextElideMode.ElideRight, int(words.width()) + 1)
        painter.drawText(words, _LEFT, shown)


def box_place(place: QRectF, *, as_rows: bool) -> QRectF:
    """Return where the box to tick is, in the room of one person."""
    if as_rows:
        return QRectF(place.x() + GRID * 3, place.center().y() - BOX_SIDE / 2, BOX_SIDE, BOX_SIDE)
    return QRectF(place.x() + GRID * 3, place.y() + GRID * 3, BOX_SIDE, BOX_SIDE)


def _box(painter: QPainter, place: QRectF, *, ticked: bool) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(place, 5, 5)
    painter.fillPath(shape, QColor(theme().accent if ticked else theme().surface))
    painter.setPen(QColor(theme().accent if ticked else theme().muted))
    painter.drawPath(shape)
    if ticked:
        ratio = painter.device().devicePixelRatioF()
        drawn = icons.pixmap(Icon.CONFIRM, theme().on_accent, 16, ratio)
        painter.drawPixmap(round(place.x() + 2), round(place.y() + 2), drawn)
