"""Fields to state terms with: several of a list, a day or none, places and languages one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.uses import Choice
from gui.views import icons
from gui.views.grant_flow import FlowLayout
from gui.views.theme import GRID, theme


class ChoicesButton(QPushButton):
    """Several things at once, from a menu that stays open while they are ticked.

    Signals:
        changed: something was ticked or unticked.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], spoken: str, nothing: str) -> None:
        super().__init__()
        self.setObjectName("field")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._spoken, self._nothing = spoken, nothing
        menu = _StayingMenu(self)
        self._actions: dict[str, QAction] = {}
        for choice in choices:
            action = menu.addAction(choice.words)
            action.setCheckable(True)
            action.toggled.connect(self._changed)
            self._actions[choice.code] = action
        self.setMenu(menu)
        self._say()

    def chosen(self) -> tuple[str, ...]:
        """Return what is ticked, in the menu's order."""
        return tuple(code for code, action in self._actions.items() if action.isChecked())

    def choose(self, codes: Sequence[str]) -> None:
        """Tick these and no others, without telling anybody."""
        for code, action in self._actions.items():
            with QSignalBlocker(action):
                action.setChecked(code in codes)
        self._say()

    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        words = _("; ").join(self._actions[code].text() for code in self.chosen()) or self._nothing
        shown = self.fontMetrics().elidedText(words.replace("&", "&&"), Qt.TextElideMode.ElideRight, 240)
        self.setText(f"   {shown}")  # a button with a menu leaves out the style's left padding
        self.setToolTip(words)
        self.setAccessibleName(_("{field}: {value}").format(field=self._spoken, value=words))


class DayField(QWidget):
    """A day, or none where that means something.

    Signals:
        changed: another day, or none.
    """

    changed = Signal()

    def __init__(self, spoken: str, none: str = "", *, day: date | None = None, otherwise: date | None = None) -> None:
        """Show a day.

        Args:
            spoken: what day it is.
            none: words for no day, such as "Open end"; empty where there must be one.
            day: chosen at first; None is no day.
            otherwise: where the calendar opens if a day is chosen after all.
        """
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        self.edit = _QuietDateEdit()
        self.edit.setCalendarPopup(True)
        self.edit.setAccessibleName(spoken)
        self.edit.setDisplayFormat("yyyy-MM-dd")
        self.edit.setToolTip(_("Year, month, day"))
        self.edit.setMinimumWidth(132)
        row.addWidget(self.edit)
        self.none = QCheckBox(none)
        self.none.setVisible(bool(none))
        row.addWidget(self.none)
        row.addStretch(1)
        start = day or otherwise
        if start is not None:
            self.edit.setDate(QDate(start.year, start.month, start.day))
        self.none.setChecked(bool(none) and day is None)
        self.edit.setVisible(not self.none.isChecked())
        self.edit.dateChanged.connect(lambda _day: self.changed.emit())
        self.none.toggled.connect(self._toggled)

    def day(self) -> date | None:
        """Return the day; None where none is chosen."""
        if self.none.isChecked():
            return None
        chosen = self.edit.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def choose(self, day: date | None) -> None:
        """Show another day, without telling anybody."""
        with QSignalBlocker(self.edit), QSignalBlocker(self.none):
            if day is not None:
                self.edit.setDate(QDate(day.year, day.month, day.day))
            self.none.setChecked(day is None)
            self.edit.setVisible(day is not None)

    def _toggled(self, none: bool) -> None:
        self.edit.setVisible(not none)
        self.changed.emit()


class ListField(QWidget):
    """Things chosen one after the other from a long list that is searched by typing; each can be taken off again.

    Signals:
        changed: something was added or taken off.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], spoken: str, hint: str, *, except_words: str = "") -> None:
        """Show nothing chosen.

        Args:
            choices: what there is.
            spoken: what the field is.
            hint: shown in the empty field.
            except_words: of a second button that takes something out of what is chosen; empty for none.
        """
        super().__init__()
        self._words = {choice.code: choice.words for choice in choices}
        self._chosen: tuple[str, ...] = ()
        self._label: Callable[[str], str] = lambda code: self._words.get(code, code)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self.box = searchable_box(choices, spoken, hint)
        row.addWidget(self.box, 1)
        self.add = QPushButton(_("Add"))
        self.add.setAutoDefault(False)
        self.add.clicked.connect(lambda: self._take(""))
        row.addWidget(self.add)
        self.leave_out = QPushButton(except_words)
        self.leave_out.setAutoDefault(False)
        self.leave_out.setVisible(bool(except_words))
        self.leave_out.clicked.connect(lambda: self._take("-"))
        row.addWidget(self.leave_out)
        column.addLayout(row)
        self._chips = FlowLayout(GRID)
        column.addLayout(self._chips)
        self.box.activated.connect(lambda _place: self._take(""))

    def name_by(self, label: Callable[[str], str]) -> None:
        """Have chosen codes named by a function, which knows those that are not in the list too."""
        self._label = label

    def offer(self, choices: Sequence[Choice]) -> None:
        """Let other things be chosen from; what is chosen stays."""
        self._words = {choice.code: choice.words for choice in choices}
        fill_searchable(self.box, choices)

    def chosen(self) -> tuple[str, ...]:
        """Return the codes, in the order in which they were chosen."""
        return self._chosen

    def choose(self, codes: Sequence[str]) -> None:
        """Show these and no others, without telling anybody."""
        self._chosen = tuple(dict.fromkeys(codes))
        self._show()

    def _take(self, sign: str) -> None:
        code = code_of(self.box)
        if not code:
            return
        self._chosen = tuple(dict.fromkeys((*(one for one in self._chosen if one.lstrip("-") != code), sign + code)))
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(-1)
            self.box.clearEditText()
        self._show()
        self.changed.emit()

    def _drop(self, code: str) -> None:
        self._chosen = tuple(one for one in self._chosen if one != code)
        self._show()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _show(self) -> None:
        self._chips.clear()
        for code in self._chosen:
            chip = QPushButton(self._label(code).replace("&", "&&"))
            chip.setObjectName("chip")
            chip.setAutoDefault(False)
            chip.setIcon(icons.icon(Icon.CLOSE, theme().muted))
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            chip.setToolTip(_("Take off"))
            chip.setAccessibleName(_("Take off: {name}").format(name=self._label(code)))
            chip.clicked.connect(lambda _checked=False, code=code: self._drop(code))
            self._chips.addWidget(chip)


def searchable_box(choices: Sequence[Choice], spoken: str, hint: str) -> QComboBox:
    """Return a long list that is searched by typing any part of a name; nothing is chosen at first."""
    box = _QuietComboBox()
    box.setAccessibleName(spoken)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setMaxVisibleItems(14)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    line = box.lineEdit()
    assert line is not None
    line.setPlaceholderText(hint)
    fill_searchable(box, choices)
    return box


def fill_searchable(box: QComboBox, choices: Sequence[Choice]) -> None:
    """Put other entries into such a list."""
    box.clear()
    for choice in choices:
        box.addItem(choice.words, choice.code)
    completer = QCompleter(QStringListModel([choice.words for choice in choices], box), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    box.setCompleter(completer)
    box.setCurrentIndex(-1)


def choice_box(choices: Sequence[Choice], spoken: str) -> QComboBox:
    """Return a short list of which one is chosen."""
    box = _QuietComboBox()
    box.setAccessibleName(spoken)
    for choice in choices:
        box.addItem(choice.words, choice.code)
    return box


def code_of(box: QComboBox) -> str:
    """Return the code of what is typed or chosen in a box; empty where it is none of its entries."""
    place = box.findText(box.currentText(), Qt.MatchFlag.MatchFixedString)
    return str(box.itemData(place)) if place >= 0 else ""


def choose_code(box: QComboBox, code: str) -> None:
    """Choose an entry by its code, without telling anybody."""
    with QSignalBlocker(box):
        box.setCurrentIndex(max(0, box.findData(code)))


class _StayingMenu(QMenu):
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
        else:
            super().keyPressEvent(event)


class _QuietComboBox(QComboBox):
    """Scrolling a page must not change what is chosen on it."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        event.ignore()


class _QuietDateEdit(QDateEdit):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusInEvent(event)
        self.setSelectedSection(QDateEdit.Section.YearSection)
