"""The rows of an import as a table of any length: who, how much, how it stands, and whether it is to be taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from countenance.translations import _
from gui.presenters.importing import ImportRow
from gui.views import icons
from gui.views.theme import GRID, theme

NAME, PLACE, EXTENT, STATE, WHY = range(5)
ROW_PX, TWO_LINES_PX = 34, 48
"""A row is higher where there is a reason to be read: long ones take two lines."""

LOOKED_AT_ROWS = 50
"""So many rows tell how wide a column must be; there may be ten thousand."""

Index = QModelIndex | QPersistentModelIndex


class ImportRows(QAbstractTableModel):
    """Holds the rows, and which of them are taken.

    Signals:
        chosen: another number of rows is to be taken.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[ImportRow, ...] = ()
        self._off: set[str] = set()

    def show_rows(self, rows: Sequence[ImportRow]) -> None:
        """Show other rows; all that can be taken is."""
        self.beginResetModel()
        self._rows, self._off = tuple(rows), set()
        self.endResetModel()
        self.chosen.emit(len(self.taken()))

    def row(self, number: int) -> ImportRow:
        """Return a row."""
        return self._rows[number]

    def taken(self) -> frozenset[str]:
        """Return the keys of what is to be taken."""
        return frozenset(row.key for row in self._rows if row.key and row.key not in self._off)

    def choose(self, number: int, taken: bool) -> None:
        """Take a row, or leave it out."""
        key = self._rows[number].key
        if key:
            (self._off.discard if taken else self._off.add)(key)
            place = self.index(number, NAME)
            self.dataChanged.emit(place, place)
            self.chosen.emit(len(self.taken()))

    def rowCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return how many rows there are."""
        return len(self._rows)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return how many columns there are."""
        return WHY + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that what can be taken can be ticked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME and self._rows[index.row()].key:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        row = self._rows[index.row()]
        column = index.column()
        texts = (row.name, row.place, row.extent, row.state, row.why)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return texts[column]
        if role == Qt.ItemDataRole.ToolTipRole and column in (NAME, WHY) and "<" not in texts[column]:
            return texts[column]
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME and row.key:
            return Qt.CheckState.Unchecked if row.key in self._off else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DecorationRole and column == STATE:
            return icons.icon(row.icon, theme().tones[row.tone].ink)
        if role == Qt.ItemDataRole.ForegroundRole:
            ink = theme().tones[row.tone].ink if column == STATE else theme().text if column == NAME else theme().muted
            return QColor(ink)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802  Qt's name
        """Take a row or leave it out, as it is ticked."""
        if role != Qt.ItemDataRole.CheckStateRole or not self._rows[index.row()].key:
            return False
        self.choose(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return (_("Name"), _("Where"), _("How much"), _("How it stands"), _("Why"))[section]
        return None


class OnlyProblems(QSortFilterProxyModel):
    """Lets all rows through, or those with a problem alone."""

    def __init__(self, rows: ImportRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._only = rows, False
        self.setSourceModel(rows)

    def show_only_problems(self, only: bool) -> None:
        """Leave out what is in order."""
        self._only = only
        self.invalidate()

    def filterAcceptsRow(self, number: int, _parent: Index) -> bool:  # noqa: N802  Qt's name
        """Return whether a row is shown."""
        return not self._only or self._rows.row(number).is_problem


class ImportTable(QTableView):
    """Shows the rows.

    Signals:
        looked_at: the row that is looked at.
    """

    looked_at = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        t = theme()
        self.rows = ImportRows(self)
        self.shown = OnlyProblems(self.rows, self)
        self.setModel(self.shown)
        self.setAccessibleName(_("Who and what is imported"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setIconSize(QSize(16, 16))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        head = self.horizontalHeader()
        head.setStretchLastSection(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setResizeContentsPrecision(LOOKED_AT_ROWS)
        for column in (PLACE, EXTENT, STATE):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setColumnWidth(NAME, 170)
        self.setMinimumHeight(ROW_PX * 5)
        self.rows.modelReset.connect(self._leave_out_empty)
        self.selectionModel().currentRowChanged.connect(self._look_at)
        self.setStyleSheet(
            f"QTableView {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 8px;"
            f" selection-background-color: {t.selected}; selection-color: {t.text}; outline: none; }}"
            f"QHeaderView::section {{ background: {t.sunken}; color: {t.muted}; border: none;"
            f" padding: {GRID}px {GRID * 2}px; }}"
            f"QTableView::item {{ padding: 0 {GRID}px 0 {GRID * 2}px; }}"
        )

    def _leave_out_empty(self) -> None:
        """Show no column in which nothing stands."""
        rows = [self.rows.row(number) for number in range(self.rows.rowCount())]
        self.setColumnHidden(PLACE, not any(row.place for row in rows))
        self.setColumnHidden(EXTENT, not any(row.extent for row in rows))
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX if any(row.why for row in rows) else ROW_PX)

    def _look_at(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.looked_at.emit(self.rows.row(self.shown.mapToSource(current).row()))
