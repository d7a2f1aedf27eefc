"""The people as a grid of cards or a list of rows: a press opens, a tick selects; all of it with the keyboard too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView

from countenance.translations import _
from gui.views.people_model import CARD_ROLE, PeopleModel
from gui.views.people_painting import CARD_HEIGHT, CARD_WIDTH, GAP, PersonPainter, box_place
from gui.views.theme import GRID

_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PeopleList(QListView):
    """Shows people.

    Signals:
        opened: the id of somebody whose page is wanted.
        selected: how many people are selected now.
    """

    opened = Signal(str)
    selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.people = PeopleModel()
        self.people.setParent(self)
        self.setModel(self.people)
        self._painter = PersonPainter(self, self.people)
        self.setItemDelegate(self._painter)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        # Always there: cards that share the width would jump when it comes and goes.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionRectVisible(False)
        self.setDragEnabled(False)
        self.setAccessibleName(_("People"))
        self.show_rows(False)
        self.selectionModel().selectionChanged.connect(self._tell_selected)
        self.people.modelReset.connect(self._tell_selected)

    @property
    def as_rows(self) -> bool:
        """Whether people stand in rows; in a grid otherwise."""
        return self._painter.as_rows

    def show_rows(self, rows: bool) -> None:
        """Show people as rows, or as a grid of cards."""
        self._painter.as_rows = rows
        self.setViewMode(QListView.ViewMode.ListMode if rows else QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setSpacing(0)
        self._fit()
        # The order of the calls matters to Qt: the view mode brings its own drag and wrapping.
        self.setDragEnabled(False)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.doItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Let the cards share the width."""
        self._fit()
        super().resizeEvent(event)

    def selected_ids(self) -> list[str]:
        """Return the ids of the people who are selected, in the order in which they are shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self.people.index(row).data(CARD_ROLE).id for row in rows]

    def show_person(self, person: str) -> None:
        """Make somebody the current one and bring them into view."""
        place = self.people.place_of(person)
        if place is not None:
            index = self.people.index(place)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)

    def selectionCommand(  # noqa: N802  Qt's name
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Select by ticking, by Ctrl and Shift and by Space; a plain press and the arrows leave it as it is."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and self._is_on_box(index, event):
                return QItemSelectionModel.SelectionFlag.Toggle
            return super().selectionCommand(index, event) if event.modifiers() & _ADDING else _LEAVE
        if isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Space:
                return QItemSelectionModel.SelectionFlag.Toggle
            return super().selectionCommand(index, event) if event.modifiers() & _ADDING else _LEAVE
        return super().selectionCommand(index, event) if event is not None else _LEAVE

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Open the page of whoever was pressed; while people are selected, a press selects."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & _ADDING
        if not index.isValid() or not plain or self._is_on_box(index, event):
            return
        if self.selectionModel().hasSelection():
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Toggle)
        else:
            self.opened.emit(index.data(CARD_ROLE).id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Open with Enter; Escape lets go of what is selected."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(index.data(CARD_ROLE).id)
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Toggle)
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        if self.as_rows:
            self.setGridSize(QSize())
            return
        width = self.viewport().width() - 1
        columns = max(1, width // (CARD_WIDTH + GAP))
        cell = width // columns
        self._painter.card_width = cell
        self.setGridSize(QSize(cell, CARD_HEIGHT + GAP))

    def _is_on_box(self, index: QModelIndex | QPersistentModelIndex, event: QMouseEvent) -> bool:
        if not index.isValid():
            return False
        place = box_place(QRectF(self.visualRect(index)), as_rows=self.as_rows)
        return place.adjusted(-GRID, -GRID, GRID, GRID).contains(event.position())

    def _tell_selected(self) -> None:
        count = len(self.selectionModel().selectedIndexes())
        self._painter.selecting = count > 0
        self.viewport().update()
        self.selected.emit(count)


_LEAVE = QItemSelectionModel.SelectionFlag.NoUpdate
