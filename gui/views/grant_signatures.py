"""Who signed a grant: one line for each signature, with role, day, how and the witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.grant_forms import signer_choices, way_choices, way_words
from gui.presenters.looks import Icon
from gui.presenters.uses import Choice
from gui.views.grant_pickers import DayField, choice_box, choose_code
from gui.views.pieces import push_button, quiet_button
from gui.views.theme import GRID
from registry import Signature


@dataclass(frozen=True, slots=True)
class _Line:
    widget: QWidget
    name: QLineEdit
    role: QComboBox
    day: DayField
    how: QComboBox
    witness: QLineEdit

    def signature(self) -> Signature:
        return Signature(
            name=self.name.text().strip(),
            role=str(self.role.currentData()),
            signed_on=self.day.day() or date.today(),  # noqa: DTZ011 - never: this field has no "none"
            how=str(self.how.currentData()),
            witness=self.witness.text().strip(),
        )


class SignaturesField(QWidget):
    """Shows signatures to be changed; those without a name do not count.

    Signals:
        changed: something about them was changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID * 3)
        column.addLayout(self._list)
        row = QHBoxLayout()
        self.more = push_button(_("Add a signature"), Icon.PEN)
        self.more.setAutoDefault(False)
        row.addWidget(self.more)
        row.addStretch(1)
        column.addLayout(row)
        self.lines: list[_Line] = []

    def show_signatures(self, signatures: Sequence[Signature]) -> None:
        """Show these and no others, without telling anybody."""
        for line in list(self.lines):
            self._take_off(line)
        for signature in signatures:
            self.add(signature)

    def add(self, signature: Signature) -> None:
        """Add a line for one more."""
        line = self._line(signature)
        self.lines.append(line)
        self._list.addWidget(line.widget)

    def signatures(self) -> tuple[Signature, ...]:
        """Return those that have a name."""
        return tuple(one for one in (line.signature() for line in self.lines) if one.name)

    def date_first(self, day: date, role: str) -> None:
        """Let the first signature say when and as what the grant was signed."""
        if self.lines:
            self.lines[0].day.choose(day)
            choose_code(self.lines[0].role, role)

    def _line(self, signature: Signature) -> _Line:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID)
        line = _Line(
            widget=widget,
            name=_edit(signature.name, _("Name of who signed")),
            role=choice_box(_with(signature.role, signer_choices()), _("Signed as")),
            day=DayField(_("Day of the signature"), day=signature.signed_on),
            how=choice_box(_with(signature.how, way_choices()), _("How it was signed")),
            witness=_edit(signature.witness, _("Witness, if any")),
        )
        choose_code(line.role, signature.role)
        choose_code(line.how, signature.how)
        off = quiet_button(Icon.CLOSE, _("Take off"))
        grid.addWidget(line.name, 0, 0)
        grid.addWidget(line.role, 0, 1)
        grid.addWidget(line.day, 0, 2)
        grid.addWidget(line.how, 1, 1)
        grid.addWidget(line.witness, 1, 0)
        grid.addWidget(off, 0, 3)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        for edit in (line.name, line.witness):
            edit.textChanged.connect(lambda _words: self.changed.emit())
        for box in (line.role, line.how):
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())
        line.day.changed.connect(self.changed)
        off.clicked.connect(lambda: self._drop(line))
        return line

    def _drop(self, line: _Line) -> None:
        self._take_off(line)
        self.changed.emit()

    def _take_off(self, line: _Line) -> None:
        self.lines.remove(line)
        self._list.removeWidget(line.widget)
        line.widget.hide()
        line.widget.deleteLater()


def _edit(words: str, spoken: str) -> QLineEdit:
    edit = QLineEdit(words)
    edit.setPlaceholderText(spoken)
    edit.setAccessibleName(spoken)
    return edit


def _with(code: str, choices: list[Choice]) -> list[Choice]:
    """Return the choices, and what was recorded in words of its own."""
    known = {choice.code for choice in choices}
    return choices if not code or code in known else [*choices, Choice(code, way_words(code))]
