"""A form in sections: each field with its words and, where something is wrong with it, a sentence beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.uses import Choice
from gui.views import icons
from gui.views.pieces import Surface, Text
from gui.views.theme import GRID, theme


class Section(Surface):
    """Fields that belong together, under a title.

    Args of the constructor: `title`; `folded` where it is opened by pressing its title.
    """

    def __init__(self, title: str, *, folded: bool | None = None) -> None:
        super().__init__(theme().surface, theme().line)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 4)
        column.setSpacing(GRID * 3)
        self.fold: QPushButton | None = None
        self._inside = QWidget()
        self.rows = QVBoxLayout(self._inside)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(GRID * 3)
        if folded is None:
            column.addWidget(Text(title, bold=True, wrap=False))
        else:
            self.fold = QPushButton(title)
            self.fold.setObjectName("link")
            self.fold.setAutoDefault(False)
            self.fold.setCheckable(True)
            self.fold.toggled.connect(self._open)
            column.addWidget(self.fold)
            self.fold.setChecked(not folded)
            self._open(not folded)
        column.addWidget(self._inside)
        self._fields: dict[str, QWidget] = {}
        self._complaints: dict[str, Text] = {}
        self._blocks: dict[str, QWidget] = {}
        self._titles: dict[str, Text] = {}

    def add(self, name: str, words: str, field: QWidget, hint: str = "") -> QWidget:
        """Add a field and return what holds it with its words."""
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        title = Text(words, size=0.92, muted=True)
        title.setBuddy(field)
        column.addWidget(title)
        column.addWidget(field)
        if hint:
            column.addWidget(Text(hint, size=0.88, muted=True))
        self._fields[name] = field
        self._titles[name] = title
        self._blocks[name] = block
        self.rows.addWidget(block)
        return block

    def beside(self, *blocks: QWidget) -> None:
        """Put fields that were added beside each other."""
        row = QHBoxLayout()
        row.setSpacing(GRID * 4)
        for block in blocks:
            self.rows.removeWidget(block)
            row.addWidget(block, 1, Qt.AlignmentFlag.AlignTop)
        self.rows.addLayout(row)

    def show_field(self, name: str, shown: bool) -> None:
        """Show a field, or leave it out where it has no meaning."""
        self._blocks[name].setVisible(shown)

    def rename(self, name: str, words: str) -> None:
        """Call a field otherwise."""
        self._titles[name].setText(words)

    def tell(self, faults: Mapping[str, str]) -> QWidget | None:
        """Say beside each field what is wrong with it, and return the first such field."""
        first = None
        for name, field in self._fields.items():
            self._complain(name, faults.get(name, ""))
            if name in faults and first is None:
                first = field
        if first is not None and self.fold is not None:
            self.fold.setChecked(True)
        return first

    def _complain(self, name: str, words: str) -> None:
        # Made where something is wrong: a form has dozens of fields, and few of them ever are.
        complaint = self._complaints.get(name)
        if complaint is None:
            layout = self._blocks[name].layout()
            if not words or layout is None:
                return
            self._complaints[name] = complaint = Text(size=0.92)
            complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
            layout.addWidget(complaint)
        complaint.setText(words)
        complaint.setVisible(bool(words))

    def _open(self, is_open: bool) -> None:
        self._inside.setVisible(is_open)
        if self.fold is not None:
            name = Icon.MINUS if is_open else Icon.ADD
            self.fold.setIcon(icons.icon(name, theme().accent))


class Segments(QWidget):
    """A few things of which some, or just one, are chosen; all are seen.

    Signals:
        changed: something else is chosen.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], spoken: str, *, one: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.buttons: dict[str, QPushButton] = {}
        self._one = one
        for choice in choices:
            button = QPushButton(choice.words)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setAutoExclusive(one)
            button.setAutoDefault(False)
            button.setAccessibleName(_("{field}: {value}").format(field=spoken, value=choice.words))
            button.toggled.connect(lambda _on: self.changed.emit())
            self.buttons[choice.code] = button
            row.addWidget(button)
        row.addStretch(1)
        self.setFocusProxy(next(iter(self.buttons.values())))

    def chosen(self) -> tuple[str, ...]:
        """Return what is chosen."""
        return tuple(code for code, button in self.buttons.items() if button.isChecked())

    def choose(self, codes: Sequence[str]) -> None:
        """Choose these, without telling anybody."""
        for code, button in self.buttons.items():
            blocked = button.blockSignals(True)
            button.setChecked(code in codes)
            button.blockSignals(blocked)
