"""The journal: who did what and when, newest first, narrowed by person, kind and days; checked and exported here."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QDate, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from countenance.errors import CountenanceError
from countenance.people import Person
from countenance.translations import _
from gui.presenters.journal import (
    Deed,
    DeedKind,
    JournalPage,
    Period,
    Wanted,
    count_words,
    first_day,
    journal_csv,
    kind_words,
    period_words,
    read_journal,
)
from gui.presenters.looks import Icon
from gui.views import icons
from gui.views.papers_dialog import while_alive
from gui.views.people_model import AnyIndex
from gui.views.person_merge import PersonPicker
from gui.views.pieces import Text, push_button, quiet_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from scan.saving import write_whole


class JournalModel(QAbstractTableModel):
    """The entries as Qt asks for them; each is put into words when it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.page: JournalPage | None = None
        self._deeds: dict[int, Deed] = {}

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return how many entries there are."""
        return 0 if self.page is None or (parent is not None and parent.isValid()) else len(self.page.entries)

    def columnCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return that when, who and what are told."""
        return 0 if parent is not None and parent.isValid() else 3

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return what a column is called."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self._when(), _("Who"), _("What"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return one cell."""
        deed = self._deed(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (deed.moment, deed.operator, deed.sentence)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            return icons.icon(deed.icon, theme().muted)
        return None

    def show(self, page: JournalPage | None) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.page, self._deeds = page, {}
        self.endResetModel()

    def _when(self) -> str:
        return _("When") if self.page is None else _("When ({zone})").format(zone=self.page.zone.key)

    def _deed(self, row: int) -> Deed:
        assert self.page is not None  # there are no rows without one
        if row not in self._deeds:
            self._deeds[row] = self.page.deed(row)
        return self._deeds[row]


class JournalView(QWidget):
    """Shows the journal."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._person: Person | None = None
        self.entries = JournalModel()
        self.entries.setParent(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addLayout(self._choices())
        self.table = QTableView()
        self.table.setModel(self.entries)
        self.table.setAccessibleName(_("Journal"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(36)
        head = self.table.horizontalHeader()
        head.setStretchLastSection(True)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setHighlightSections(False)
        head.resizeSection(0, 230)
        head.resizeSection(1, 120)
        t = theme()
        self.table.setStyleSheet(
            f"QTableView {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 8px; outline: none; }}"
            f"QTableView::item {{ padding: 0 8px; border-bottom: 1px solid {t.line}; }}"
            f"QTableView::item:selected {{ background: {t.selected}; color: {t.text}; }}"
            f"QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none;"
            f" border-bottom: 1px solid {t.line}; padding: 8px; text-align: left; }}"
        )
        column.addWidget(self.table, 1)

    def read(self) -> None:
        """Read the entries that are wanted."""
        self._parts.vault.ask(partial(read_journal, self.wanted()), while_alive(self, self._show))

    def forget(self) -> None:
        """Show nothing and narrow nothing."""
        self.entries.show(None)
        self._choose_person(None, read=False)
        self.kind.setCurrentIndex(0)

    def wanted(self) -> Wanted:
        """Return which entries are wanted."""
        kind, period = self.kind.currentData(), Period(self.time.currentData())
        since, until = first_day(period, self._parts.desk.clock().date()), None
        if period is Period.CHOSEN:
            since, until = _day(self.since), _day(self.until)
        return Wanted(
            person="" if self._person is None else self._person.id,
            kind=None if not kind else DeedKind(kind),
            since=since,
            until=until,
        )

    def show_about(self, person: Person) -> None:
        """Show what was done about somebody alone."""
        self._choose_person(person, read=True)

    def save_to(self, path: Path) -> None:
        """Write what is shown as a table."""
        page = self.entries.page
        if page is not None:
            self._parts.desk.desk_lane.do(
                lambda: _write(path, journal_csv(page)),
                lambda _nothing: self._parts.vault.told.emit(_("The journal was saved.")),
                self._parts.vault.failed.emit,
            )

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self.person_button = push_button(_("Everybody"), Icon.PERSON)
        self.person_button.setToolTip(_("Show only what was done about one person"))
        self.person_button.clicked.connect(self._pick_person)
        row.addWidget(self.person_button)
        self._everybody = quiet_button(Icon.CLOSE, _("Show what was done about everybody"))
        self._everybody.clicked.connect(lambda: self._choose_person(None, read=True))
        self._everybody.hide()
        row.addWidget(self._everybody)
        self.kind = QComboBox()
        self.kind.setAccessibleName(_("Kind of entries"))
        self.kind.addItem(_("Everything"), "")
        for kind in DeedKind:
            self.kind.addItem(kind_words(kind), kind.value)
        self.kind.currentIndexChanged.connect(lambda _place: self.read())
        row.addWidget(self.kind)
        self.time = QComboBox()
        self.time.setAccessibleName(_("Time"))
        for period in Period:
            self.time.addItem(period_words(period), period.value)
        self.time.currentIndexChanged.connect(lambda _place: self._choose_time())
        row.addWidget(self.time)
        today = self._parts.desk.clock().date()
        self.since, self.until = (
            _day_field(_("First day"), today - timedelta(days=30)),
            _day_field(_("Last day"), today),
        )
        for field in (self.since, self.until):
            field.dateChanged.connect(lambda _day: self.read())
            row.addWidget(field)
        self._count = Text(muted=True, wrap=False)
        row.addWidget(self._count)
        row.addStretch(1)
        self.save = push_button(_("Save as a table…"), Icon.SAVE)
        self.save.clicked.connect(self._choose_file)
        row.addWidget(self.save)
        return row

    def _choose_time(self) -> None:
        chosen = Period(self.time.currentData()) is Period.CHOSEN
        self.since.setVisible(chosen)
        self.until.setVisible(chosen)
        self.read()

    def _show(self, page: JournalPage) -> None:
        self.entries.show(page)
        self._count.setText(count_words(len(page.entries)))
        self.save.setEnabled(bool(page.entries))
        self.save.setToolTip("" if page.entries else _("There is nothing to save."))

    def _pick_person(self) -> None:
        dialog = PickDialog(self._parts, self)
        dialog.picked.connect(lambda person: self._choose_person(person, read=True))
        dialog.open()

    def _choose_person(self, person: Person | None, *, read: bool) -> None:
        self._person = person
        self.person_button.setText(f" {_('Everybody') if person is None else person.display_name}")
        self._everybody.setVisible(person is not None)
        if read:
            self.read()

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Save the journal"), _("journal.csv"), f"{_('Tables')} (*.csv)"
        )
        if name:
            self.save_to(Path(name))


class PickDialog(QDialog):
    """Lets somebody of the registry be chosen.

    Signals:
        picked: a `Person`.
    """

    picked = Signal(object)

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Choose a person"))
        self.resize(460, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        self.picker = PersonPicker(parts)
        self.picker.list.itemActivated.connect(lambda _item: self._choose())
        column.addWidget(self.picker, 1)
        row = QHBoxLayout()
        cancel = push_button(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.choose = push_button(_("Choose"), primary=True)
        self.choose.clicked.connect(self._choose)
        self.choose.setEnabled(False)
        self.picker.chosen.connect(lambda person: self.choose.setEnabled(person is not None))
        row.addWidget(cancel)
        row.addStretch(1)
        row.addWidget(self.choose)
        column.addLayout(row)
        parts.vault.locked.connect(self.reject)

    def _choose(self) -> None:
        person = self.picker.person()
        if person is not None:
            self.picked.emit(person)
            self.accept()


def _day_field(spoken: str, day: date) -> QDateEdit:
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setCalendarPopup(True)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setAccessibleName(spoken)
    field.setToolTip(spoken)
    field.hide()
    return field


def _day(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise CountenanceError(
            _("The journal cannot be written there."),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error
