"""The pages of an import: its rows with a sentence above them, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.presenters.importing import ImportRow
from gui.presenters.progress import SURE_AFTER_S, time_left_words
from gui.presenters.uses import Choice
from gui.views.grant_fields import Segments
from gui.views.import_table import ImportRows, ImportTable
from gui.views.pieces import Text
from gui.views.theme import GRID

ALL, PROBLEMS = "all", "problems"


class RowsPage(QWidget):
    """Shows rows, all of them or those with a problem alone."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3)
        self.words = Text(size=1.05)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        self.filter = Segments(
            [Choice(ALL, _("All")), Choice(PROBLEMS, _("With a problem"))], _("Which rows are shown"), one=True
        )
        self.filter.choose((ALL,))
        row.addWidget(self.filter)
        self.counted = Text(muted=True, wrap=False)
        row.addWidget(self.counted)
        column.addLayout(row)
        self.table = ImportTable()
        column.addWidget(self.table, 1)
        self.why = Text(_("Choose a row to read all about it."), muted=True)
        column.addWidget(self.why)
        self.table.looked_at.connect(self._explain)
        self.filter.changed.connect(self._filter)
        self.rows.chosen.connect(self._count)

    @property
    def rows(self) -> ImportRows:
        """The rows, and which of them are taken."""
        return self.table.rows

    def show_rows(self, words: str, rows: Sequence[ImportRow]) -> None:
        """Show other rows, with a sentence about all of them."""
        self.words.setText(words)
        self.rows.show_rows(rows)
        self.filter.choose((ALL,))
        self.why.setText(_("Choose a row to read all about it."))
        self._filter()
        if rows and rows[0].is_problem:
            # Problems come first: the gravest is told in full at once.
            self.table.selectRow(0)

    def tell(self, words: str) -> None:
        """Say something beside the rows."""
        self.counted.setText(words)

    def _filter(self) -> None:
        self.table.shown.show_only_problems(PROBLEMS in self.filter.chosen())

    def _explain(self, row: ImportRow) -> None:
        said = _("{name}: {why}").format(name=row.name, why=row.why or row.state)
        self.why.setText(said)

    def _count(self, count: int) -> None:
        words = ngettext("{count} is taken", "{count} are taken", count).format(count=count)
        self.counted.setText(words if count else "")


class ProgressPage(QWidget):
    """Shows how far an import is, and how long it will take."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID * 10, 0, 0)
        column.setSpacing(GRID * 3)
        self.words = Text(size=1.15, bold=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.left = Text(muted=True)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addWidget(self.left)
        column.addWidget(
            Text(_("Whoever was imported is kept, also if you stop: the import goes on from there."), muted=True)
        )
        column.addStretch(1)

    def begin(self, words: str) -> None:
        """Show that it begins."""
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.left.setText(_("Clips that wait are checked afterwards."))

    def tell(self, step: str, done: float, total: float, spent_s: float) -> None:
        """Show how far it is: so many of so many, after so many seconds."""
        self.bar.setRange(0, max(1, round(total)))
        self.bar.setValue(round(done))
        left = ""
        if done and total > done and spent_s >= SURE_AFTER_S:
            left = time_left_words(spent_s * (total - done) / done)
        self.left.setText(_(" · ").join(part for part in (step, left) if part))

    def stopping(self) -> None:
        """Show that it stops behind the person it is at."""
        self.words.setText(_("Stopping behind the person who is being looked at…"))
