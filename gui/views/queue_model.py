"""The clips as Qt's list asks for them: arranged by the listing, drawn from what is kept of the rows that were seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QPixmap

from gui.presenters.listing import Listing, Order, Sieve
from gui.presenters.queues import Entry, Row, row_of
from gui.views.pieces import face_pixmap

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 2
PICTURE_WIDTH, PICTURE_HEIGHT = 76, 56
KEPT_PICTURES = 400
KEPT_SCALE = 2.5
"""Pictures are kept at what the sharpest usual screens show."""

TELL_MS = 100
ARRANGE_MS = 300


class QueueModel(QAbstractListModel):
    """The rows, in the listing's order.

    A change costs the same whether there are ten clips or ten thousand; the list is told of changes ten times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()
        self._entries: dict[int, Entry] = {}
        self._rows: dict[int, Row] = {}
        self._keys: list[int] = []
        self._places: dict[int, int] = {}
        self._pictures: OrderedDict[int, tuple[bytes, QPixmap]] = OrderedDict()
        self._changed: set[int] = set()
        self._telling = QTimer(self, singleShot=True, interval=TELL_MS)
        self._telling.timeout.connect(self.tell_changed)
        self._arranging = QTimer(self, singleShot=True, interval=ARRANGE_MS)
        self._arranging.timeout.connect(self.arrange)

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return how many clips are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows, or what it says to those who do not see it."""
        row = self.row(self._keys[index.row()])
        if role == ROW_ROLE:
            return row
        if role == PICTURE_ROLE:
            return self._picture(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            # A tool tip takes markup where it finds some.
            return row.tip if "<" not in row.tip else ""
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return that a row can be chosen and dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802  Qt's name
        """Return that rows are files to other programs."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802  Qt's name
        """Return the files of rows."""
        mime = QMimeData()
        paths = [self._entries[self._keys[index.row()]].path for index in indexes]
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return mime

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802  Qt's name
        """Return that dragging a row away copies the file and never moves it."""
        return Qt.DropAction.CopyAction

    def add(self, entries: Sequence[Entry]) -> None:
        """Take new entries."""
        self._entries.update((entry.key, entry) for entry in entries)
        for entry in entries:
            self._rows.pop(entry.key, None)
        self.listing.take(entries)
        keys = self.listing.keys()
        first = len(self._keys)
        if keys[:first] == self._keys:
            if len(keys) > first:
                self.beginInsertRows(QModelIndex(), first, len(keys) - 1)
                self._set(keys)
                self.endInsertRows()
        else:
            self._replace(keys)

    def change(self, entry: Entry) -> None:
        """Show an entry as it is now."""
        if entry.key not in self._entries:
            return
        self._entries[entry.key] = entry
        self._rows.pop(entry.key, None)
        if self.listing.change(entry) and not self._arranging.isActive():
            self._arranging.start()
        self._changed.add(entry.key)
        if not self._telling.isActive():
            self.tell_changed()
            self._telling.start()

    def remove(self, keys: Iterable[int]) -> None:
        """Take rows away."""
        gone = list(keys)
        for key in gone:
            self._entries.pop(key, None)
            self._rows.pop(key, None)
            self._pictures.pop(key, None)
            self._changed.discard(key)
        self.listing.drop(gone)
        if len(gone) == 1 and gone[0] in self._places:
            place = self._places[gone[0]]
            self.beginRemoveRows(QModelIndex(), place, place)
            self._set([key for key in self._keys if key != gone[0]])
            self.endRemoveRows()
        else:
            self._replace(self.listing.keys())

    def sift(self, sieve: Sieve) -> None:
        """Show what a sieve lets through."""
        if sieve != self.listing.sieve:
            self.listing.sieve = sieve
            self.arrange()

    def put_in(self, order: Order) -> None:
        """Show the clips in an order."""
        if order is not self.listing.order:
            self.listing.order = order
            self.arrange()

    def arrange(self) -> None:
        """Sift and put in order anew."""
        keys = self.listing.keys()
        if keys != self._keys:
            self._replace(keys)

    def tell_changed(self) -> None:
        """Tell the list which rows are to be painted anew."""
        places = sorted(self._places[key] for key in self._changed if key in self._places)
        self._changed.clear()
        if places:
            self.dataChanged.emit(self.index(places[0]), self.index(places[-1]))

    def row(self, key: int) -> Row:
        """Return how a clip looks."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = row_of(self._entries[key])
        return row

    def key_at(self, place: int) -> int:
        """Return the key of the clip in a row."""
        return self._keys[place]

    def place_of(self, key: int) -> int | None:
        """Return the row number of a clip; None where it is not shown."""
        return self._places.get(key)

    def rest(self) -> None:
        """Tell nothing any more."""
        self._telling.stop()
        self._arranging.stop()

    def _replace(self, keys: list[int]) -> None:
        self.beginResetModel()
        self._set(keys)
        self.endResetModel()

    def _set(self, keys: list[int]) -> None:
        self._keys = keys
        self._places = {key: place for place, key in enumerate(keys)}

    def _picture(self, row: Row) -> QPixmap | None:
        if row.picture is None:
            return None
        kept = self._pictures.get(row.key)
        if kept is None or kept[0] is not row.picture:
            whole = face_pixmap(row.picture)
            small = whole.scaled(
                QSize(round(PICTURE_WIDTH * KEPT_SCALE), round(PICTURE_HEIGHT * KEPT_SCALE)),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            kept = self._pictures[row.key] = (row.picture, small if small.width() < whole.width() else whole)
            if len(self._pictures) > KEPT_PICTURES:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(row.key)
        return kept[1]
