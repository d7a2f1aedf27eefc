"""The list of clips: a face, the name, the verdict or the progress, and a button to stop or take away."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.queues import Entry, Row, row_of
from gui.views import icons
from gui.views.pieces import face_pixmap, paint_face
from gui.views.player import paint_wave
from gui.views.theme import GRID, sized, theme

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 2
ROW_HEIGHT = 76
PICTURE_SIDE = 48
BUTTON_SIDE = 28


class QueueModel(QAbstractListModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._pictures: dict[int, tuple[bytes, QPixmap]] = {}

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return how many clips there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows, or what it says to those who do not see it."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == PICTURE_ROLE:
            return self._picture(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return None

    def add(self, entries: list[Entry]) -> None:
        """Append rows."""
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
        self._rows += [row_of(entry) for entry in entries]
        self.endInsertRows()

    def change(self, entry: Entry) -> None:
        """Show an entry as it is now."""
        place = self.place_of(entry.key)
        if place is not None:
            self._rows[place] = row_of(entry)
            self.dataChanged.emit(self.index(place), self.index(place))

    def remove(self, key: int) -> None:
        """Take a row away."""
        place = self.place_of(key)
        if place is not None:
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._rows[place]
            self._pictures.pop(key, None)
            self.endRemoveRows()

    def place_of(self, key: int) -> int | None:
        """Return the row number of a clip."""
        return next((place for place, row in enumerate(self._rows) if row.key == key), None)

    def _picture(self, row: Row) -> QPixmap | None:
        if row.picture is None:
            return None
        kept = self._pictures.get(row.key)
        if kept is None or kept[0] is not row.picture:
            kept = self._pictures[row.key] = (row.picture, face_pixmap(row.picture))
        return kept[1]


class QueueList(QListView):
    """The list as the window shows it.

    Signals:
        picked: the key of the clip to show.
        pressed_button: the key of the clip whose button was pressed, and whether it is to be stopped.
    """

    picked = Signal(int)
    pressed_button = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.rows = QueueModel()
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Clips"))
        self.selectionModel().currentChanged.connect(self._tell_picked)

    def show_key(self, key: int) -> None:
        """Make a clip the current one."""
        place = self.rows.place_of(key)
        if place is not None:
            self.setCurrentIndex(self.rows.index(place))

    def current_key(self) -> int | None:
        """Return the key of the current clip."""
        row = self.currentIndex().data(ROW_ROLE) if self.currentIndex().isValid() else None
        return row.key if isinstance(row, Row) else None

    def _tell_picked(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = current.data(ROW_ROLE) if current.isValid() else None
        if isinstance(row, Row):
            self.picked.emit(row.key)


class _RowPainter(QStyledItemDelegate):
    def __init__(self, owner: QueueList) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:  # noqa: N802  Qt's name
        return QSize(220, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(ROW_ROLE)
        assert isinstance(row, Row)
        rect, state = option.rect, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(rect).adjusted(GRID * 2, GRID / 2, -GRID * 2, -GRID / 2)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().selected if selected else theme().sunken))
            painter.drawRoundedRect(place, 10, 10)
        if selected and self._owner.hasFocus():
            painter.setPen(QColor(theme().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        self._paint_picture(painter, place, row, index.data(PICTURE_ROLE))
        self._paint_words(painter, place, row)
        if selected or hovered or row.stoppable:
            button = _button_place(place)
            colour = theme().muted
            side = 16
            painter.drawPixmap(
                round(button.center().x() - side / 2),
                round(button.center().y() - side / 2),
                icons.pixmap(Icon.CLOSE, colour, side, painter.device().devicePixelRatioF()),
            )
        painter.restore()

    def editorEvent(  # noqa: N802  Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            place = QRectF(option.rect).adjusted(GRID * 2, 0, -GRID * 2, 0)
            row = index.data(ROW_ROLE)
            if isinstance(row, Row) and _button_place(place).contains(event.position()):
                self._owner.pressed_button.emit(row.key, row.stoppable)
                return True
        return super().editorEvent(event, model, option, index)

    def _paint_picture(self, painter: QPainter, place: QRectF, row: Row, picture: object) -> None:
        square = QRectF(place.x() + GRID * 2, place.center().y() - PICTURE_SIDE / 2, PICTURE_SIDE, PICTURE_SIDE)
        if isinstance(picture, QPixmap):
            paint_face(painter, square, picture)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().sunken))
        painter.drawRoundedRect(square, 8, 8)
        if row.wave:
            paint_wave(painter, square.adjusted(5, 8, -5, -8), row.wave, theme().tones[row.tone].ink)
            return
        side = 22
        drawn = icons.pixmap(row.icon, theme().muted, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(square.center().x() - side / 2), round(square.center().y() - side / 2), drawn)

    def _paint_words(self, painter: QPainter, place: QRectF, row: Row) -> None:
        left = place.x() + GRID * 2 + PICTURE_SIDE + GRID * 3
        width = _button_place(place).left() - left - GRID
        font, small = sized(self._owner.font(), 1.0, bold=True), sized(self._owner.font(), 0.92)
        painter.setFont(font)
        painter.setPen(QColor(theme().text))
        top = QRectF(left, place.y() + GRID * 2.5, width, 22)
        name = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideMiddle, int(width))
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        tone = theme().tones[row.tone]
        line = QRectF(left, top.bottom() + GRID / 2, width, 20)
        if row.running:
            self._paint_progress(painter, line, row)
            return
        drawn = icons.pixmap(row.state_icon, tone.ink, 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(line.x()), round(line.center().y() - 8), drawn)
        painter.setFont(small)
        painter.setPen(QColor(tone.ink))
        words = line.adjusted(22, 0, 0, 0)
        state = QFontMetrics(small).elidedText(row.state, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, state)

    def _paint_progress(self, painter: QPainter, line: QRectF, row: Row) -> None:
        font = sized(self._owner.font(), 0.92)
        painter.setFont(font)
        painter.setPen(QColor(theme().muted))
        words = row.left or row.state
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        track = QRectF(line.x(), line.bottom() + 3, line.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().line))
        painter.drawRoundedRect(track, 2, 2)
        if row.fraction is not None:
            painter.setBrush(QColor(theme().accent))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), max(4.0, track.width() * row.fraction), 4), 2, 2)


def _button_place(place: QRectF) -> QRectF:
    return QRectF(place.right() - BUTTON_SIDE - GRID, place.center().y() - BUTTON_SIDE / 2, BUTTON_SIDE, BUTTON_SIDE)
