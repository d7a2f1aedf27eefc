"""The list of clips: a picture, the name, the verdict or the progress, and buttons to stop, take away, check again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.queues import Row
from gui.views import icons
from gui.views.player import paint_wave
from gui.views.queue_model import PICTURE_HEIGHT, PICTURE_ROLE, PICTURE_WIDTH, ROW_ROLE, AnyIndex, QueueModel
from gui.views.theme import GRID, sized, theme

ROW_HEIGHT = 72
BUTTON_SIDE = 28


class QueueList(QListView):
    """The list as the window shows it.

    Signals:
        picked: the key of the clip to show.
        chosen: another set of clips is chosen.
        pressed_button: the key of the clip whose button was pressed, and whether it is to be stopped.
        pressed_again: the key of the clip that is to be checked once more.
        menu_asked: (key, place on the screen) of the clip whose menu is asked for.
    """

    picked = Signal(int)
    chosen = Signal()
    pressed_button = Signal(int, bool)
    pressed_again = Signal(int)
    menu_asked = Signal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.rows = QueueModel()
        self.rows.setParent(self)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Clips"))
        self._kept: tuple[list[int], int | None, int] = ([], None, 0)
        self.selectionModel().currentChanged.connect(self._tell_picked)
        self.selectionModel().selectionChanged.connect(lambda *_both: self.chosen.emit())
        self.customContextMenuRequested.connect(self._ask_menu)
        self.rows.modelAboutToBeReset.connect(self._keep_place)
        self.rows.modelReset.connect(self._find_place)

    def show_key(self, key: int) -> None:
        """Make a clip the current and the only chosen one."""
        place = self.rows.place_of(key)
        if place is not None:
            self.setCurrentIndex(self.rows.index(place))

    def current_key(self) -> int | None:
        """Return the key of the current clip."""
        return self.rows.key_at(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def chosen_keys(self) -> list[int]:
        """Return the keys of the chosen clips, in the list's order."""
        found: list[int] = []
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        for part in sorted(parts, key=lambda part: part.top()):
            found += [self.rows.key_at(place) for place in range(part.top(), part.bottom() + 1)]
        return found

    def choose(self, keys: Iterable[int]) -> None:
        """Choose clips, as far as they are shown, without making another one current."""
        places = sorted(place for place in map(self.rows.place_of, keys) if place is not None)
        selection = QItemSelection()
        first = before = None
        for place in [*places, None]:
            if before is not None and (place is None or place != before + 1):
                assert first is not None
                selection.select(self.rows.index(first), self.rows.index(before))
                first = None
            first = place if first is None else first
            before = place
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selectionCommand(  # noqa: N802  Qt's name
        self, index: AnyIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Leave the choice as it is where a row's button is pressed."""
        if isinstance(event, QMouseEvent) and index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            place = _row_place(self.visualRect(index))
            row = self.rows.row(self.rows.key_at(index.row()))
            if _button_at(place, row, event.position().x(), event.position().y()) is not None:
                return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def dataChanged(  # noqa: N802  Qt's name
        self, first: AnyIndex, last: AnyIndex, _roles: Sequence[int] = ()
    ) -> None:
        """Paint changed rows anew; Qt would measure all of them again, and all are equally high."""
        changed = self.visualRect(first) | self.visualRect(last)
        shown = changed & self.viewport().rect()
        if not shown.isEmpty():
            self.viewport().update(shown)

    def _tell_picked(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.picked.emit(self.rows.key_at(current.row()))

    def _ask_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            self.menu_asked.emit(self.rows.key_at(index.row()), self.viewport().mapToGlobal(at))

    def _keep_place(self) -> None:
        self._kept = (self.chosen_keys(), self.current_key(), self.verticalScrollBar().value())

    def _find_place(self) -> None:
        chosen, current, scrolled = self._kept
        place = self.rows.place_of(current) if current is not None else None
        blocked = self.selectionModel().blockSignals(True)
        if place is not None:
            self.selectionModel().setCurrentIndex(self.rows.index(place), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.choose(chosen)
        self.selectionModel().blockSignals(blocked)
        self.verticalScrollBar().setValue(scrolled)
        if place is not None:
            self.scrollTo(self.rows.index(place))
        self.chosen.emit()


class _RowPainter(QStyledItemDelegate):
    def __init__(self, owner: QueueList) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:  # noqa: N802  Qt's name
        small = QFontMetrics(sized(self._owner.font(), 0.92)).lineSpacing()
        words = QFontMetrics(sized(self._owner.font(), 1.0, bold=True)).lineSpacing() + 2 * small
        return QSize(220, max(ROW_HEIGHT, words + GRID * 5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(ROW_ROLE)
        assert isinstance(row, Row)
        rect, state = option.rect, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = _row_place(rect)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().selected if selected else theme().sunken))
            painter.drawRoundedRect(place, 10, 10)
        if index.row() == self._owner.currentIndex().row() and self._owner.hasFocus():
            painter.setPen(QColor(theme().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        self._paint_picture(painter, place, row, index.data(PICTURE_ROLE))
        buttons = _buttons_of(row) if selected or hovered or row.stoppable else []
        self._paint_words(painter, place, row, len(buttons))
        side = 16
        for number, name in enumerate(buttons):
            button = _button_place(place, number)
            painter.drawPixmap(
                round(button.center().x() - side / 2),
                round(button.center().y() - side / 2),
                icons.pixmap(name, theme().muted, side, painter.device().devicePixelRatioF()),
            )
        painter.restore()

    def editorEvent(  # noqa: N802  Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            row = index.data(ROW_ROLE)
            if isinstance(row, Row) and event.button() is Qt.MouseButton.LeftButton:
                pressed = _button_at(_row_place(option.rect), row, event.position().x(), event.position().y())
                if pressed is Icon.CLOSE:
                    self._owner.pressed_button.emit(row.key, row.stoppable)
                elif pressed is Icon.RETRY:
                    self._owner.pressed_again.emit(row.key)
                if pressed is not None:
                    return True
        return super().editorEvent(event, model, option, index)

    def _paint_picture(self, painter: QPainter, place: QRectF, row: Row, picture: object) -> None:
        top = place.center().y() - PICTURE_HEIGHT / 2
        square = QRectF(place.x() + GRID * 2, top, PICTURE_WIDTH, PICTURE_HEIGHT)
        if isinstance(picture, QPixmap) and not picture.isNull():
            _paint_whole(painter, square, picture)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().sunken))
        painter.drawRoundedRect(square, 8, 8)
        if row.wave:
            paint_wave(painter, square.adjusted(5, 10, -5, -10), row.wave, theme().tones[row.tone].ink)
            return
        side = 24
        drawn = icons.pixmap(row.icon, theme().muted, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(square.center().x() - side / 2), round(square.center().y() - side / 2), drawn)

    def _paint_words(self, painter: QPainter, place: QRectF, row: Row, buttons: int) -> None:
        left = place.x() + GRID * 2 + PICTURE_WIDTH + GRID * 3
        right = _button_place(place, buttons - 1).left() - GRID if buttons else place.right() - GRID * 2
        width = right - left
        font, small = sized(self._owner.font(), 1.0, bold=True), sized(self._owner.font(), 0.92)
        name_height, line_height = QFontMetrics(font).lineSpacing(), QFontMetrics(small).lineSpacing()
        lines = self._lines(row, QFontMetrics(small), width)
        height = name_height + GRID + line_height * len(lines) + (GRID * 2 if row.running else 0)
        top = QRectF(left, place.center().y() - height / 2, width, name_height)
        painter.setFont(font)
        painter.setPen(QColor(theme().text))
        name = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideMiddle, int(width))
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        line = QRectF(left, top.bottom() + GRID, width, line_height)
        painter.setFont(small)
        if row.running:
            self._paint_progress(painter, line, row, lines[0])
            return
        tone = theme().tones[row.tone]
        drawn = icons.pixmap(row.state_icon, tone.ink, 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(line.x()), round(line.center().y() - 8), drawn)
        painter.setPen(QColor(tone.ink))
        for number, words in enumerate(lines):
            shown = line.adjusted(22, 0, 0, 0).translated(0, number * line_height)
            painter.drawText(shown, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _lines(self, row: Row, metrics: QFontMetrics, width: float) -> list[str]:
        if row.running:
            return [metrics.elidedText(row.left or row.state, Qt.TextElideMode.ElideRight, int(width))]
        room = int(width) - 22
        if not row.again or metrics.horizontalAdvance(row.state) <= room:
            return [metrics.elidedText(row.state, Qt.TextElideMode.ElideRight, room)]
        # What happened gets two lines, broken between words where there are any.
        fits = next(
            (end for end in range(len(row.state), 0, -1) if metrics.horizontalAdvance(row.state[:end]) <= room), 1
        )
        blank = row.state.rfind(" ", 0, fits + 1)
        end = blank if blank > fits // 2 else fits
        rest = metrics.elidedText(row.state[end:].strip(), Qt.TextElideMode.ElideRight, room)
        return [row.state[:end].strip(), rest]

    def _paint_progress(self, painter: QPainter, line: QRectF, row: Row, words: str) -> None:
        painter.setPen(QColor(theme().muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        track = QRectF(line.x(), line.bottom() + GRID, line.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().line))
        painter.drawRoundedRect(track, 2, 2)
        if row.fraction is not None:
            painter.setBrush(QColor(theme().accent))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), max(4.0, track.width() * row.fraction), 4), 2, 2)


def _paint_whole(painter: QPainter, place: QRectF, picture: QPixmap) -> None:
    # Nothing is cut off: who is in it may stand at its edge.
    factor = min(place.width() / picture.width(), place.height() / picture.height())
    size = QSizeF(picture.width() * factor, picture.height() * factor)
    inside = QRectF(QPointF(place.center().x() - size.width() / 2, place.center().y() - size.height() / 2), size)
    shape = QPainterPath()
    shape.addRoundedRect(inside, 6, 6)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape)
    painter.drawPixmap(inside, picture, QRectF(picture.rect()))
    painter.restore()


def _row_place(rect: QRectF | object) -> QRectF:
    return QRectF(rect).adjusted(GRID * 2, GRID / 2, -GRID * 2, -GRID / 2)  # type: ignore[arg-type]  # QRect or QRectF


def _buttons_of(row: Row) -> list[Icon]:
    """Return the buttons of a row, from the right."""
    return [Icon.CLOSE, Icon.RETRY] if row.again else [Icon.CLOSE]


def _button_place(place: QRectF, number: int) -> QRectF:
    right = place.right() - GRID - number * BUTTON_SIDE
    return QRectF(right - BUTTON_SIDE, place.center().y() - BUTTON_SIDE / 2, BUTTON_SIDE, BUTTON_SIDE)


def _button_at(place: QRectF, row: Row, x: float, y: float) -> Icon | None:
    buttons = enumerate(_buttons_of(row))
    return next((name for number, name in buttons if _button_place(place, number).contains(x, y)), None)
