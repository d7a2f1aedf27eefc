"""Papers to be kept: dropped onto a field or chosen, each with what sort it is; read when they are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.grant_forms import document_kinds
from gui.presenters.looks import Icon, shown_name
from gui.presenters.papers import document_kind_words
from gui.presenters.uses import Choice
from gui.views.grant_pickers import choice_box, choose_code
from gui.views.papers_dialog import clear
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button, quiet_button
from gui.views.theme import GRID, theme
from gui.views.welcome import dropped_paths
from registry import DocumentKind
from scan.evidence import Evidence, read_evidence

Chosen = tuple[Path, DocumentKind]


def read_chosen(chosen: Sequence[Chosen]) -> tuple[Evidence, ...]:
    """Return chosen papers as they are on the disk; off the window's thread.

    Raises:
        WrongUsageError: one cannot be read, or is empty or too large.
    """
    return tuple(read_evidence(path, kind) for path, kind in chosen)


class DocumentsField(Surface):
    """Takes papers that are dropped or chosen.

    Signals:
        changed: a paper was added or taken off.
    """

    changed = Signal()

    def __init__(self, kind: DocumentKind, hint: str) -> None:
        """Show no paper.

        Args:
            kind: of a paper until something else is chosen.
            hint: which papers belong here.
        """
        super().__init__(theme().surface, theme().line)
        self._kind = kind
        self._rows: list[tuple[Path, QComboBox]] = []
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        column.setSpacing(GRID)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        column.addLayout(self._list)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        row.addWidget(IconLabel(Icon.DOCUMENT, theme().muted, 18))
        row.addWidget(Text(hint, muted=True), 1)
        self.choose = push_button(_("Choose…"))
        self.choose.setAutoDefault(False)
        self.choose.setAccessibleName(_("Choose documents"))
        self.choose.clicked.connect(self._choose)
        row.addWidget(self.choose)
        column.addLayout(row)

    def chosen(self) -> tuple[Chosen, ...]:
        """Return the papers with their sorts."""
        return tuple((path, DocumentKind(str(box.currentData()))) for path, box in self._rows)

    def add(self, paths: Sequence[Path]) -> None:
        """Take papers."""
        there = {path for path, _box in self._rows}
        for path in paths:
            if path not in there and not path.is_dir():
                there.add(path)
                self._add(path)
        self.changed.emit()

    def forget(self) -> None:
        """Take all papers off."""
        self._rows = []
        clear(self._list)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files of this computer."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take what was dropped."""
        event.acceptProposedAction()
        self.add(dropped_paths(event.mimeData()))

    def _choose(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, _("Choose documents"))
        self.add([Path(name) for name in names])

    def _add(self, path: Path) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        name = shown_name(path)
        row.addWidget(IconLabel(Icon.DOCUMENT, theme().accent, 18))
        row.addWidget(Elided(name), 1)
        kinds = [Choice(kind.value, document_kind_words(kind)) for kind in document_kinds()]
        box = choice_box(kinds, _("What sort of paper {name} is").format(name=name))
        choose_code(box, self._kind.value)
        row.addWidget(box)
        off = quiet_button(Icon.CLOSE, _("Take off"))
        row.addWidget(off)
        entry = (path, box)
        self._rows.append(entry)
        self._list.addWidget(line)

        def take_off() -> None:
            self._rows.remove(entry)
            line.hide()
            line.deleteLater()
            self.changed.emit()

        off.clicked.connect(take_off)
