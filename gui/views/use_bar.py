"""The stated use on top of the window: in words, and as a small form that judges every clip anew at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.uses import (
    Choice,
    UseForm,
    channel_choices,
    channels_words,
    method_choices,
    purpose_choices,
    territory_choices,
    use_words,
    voice_method_choices,
)
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, theme


class UseBar(Surface):
    """Shows the use and lets it be changed.

    Signals:
        stated: the form as it is now.
    """

    stated = Signal(object)

    def __init__(self, form: UseForm) -> None:
        super().__init__(theme().surface, theme().line)
        self._form = form
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        whole.setSpacing(GRID * 3)
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.CHANGE, theme().muted, 18))
        row.addWidget(Text(_("Stated use"), muted=True, wrap=False))
        self._words = Elided(bold=True)
        row.addWidget(self._words, 1)
        self.change = push_button(_("Change"))
        self.change.setCheckable(True)
        self.change.setShortcut("Ctrl+U")
        self.change.setToolTip(_("Say what the clips are for; every checked clip is judged anew at once (Ctrl+U)"))
        row.addWidget(self.change)
        whole.addLayout(row)
        self._fields = QWidget()
        whole.addWidget(self._fields)
        self._lay_out_fields()
        self._fields.hide()
        self.change.toggled.connect(self._open)
        self._say()

    def show_form(self, form: UseForm) -> None:
        """Show another use, without telling anybody."""
        self._form = form
        boxes = (
            (self.purpose, form.purpose),
            (self.method, form.face_method),
            (self.voice_method, form.voice_method),
            (self.territory, form.territory),
        )
        for box, code in boxes:
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(code)))
        self.channels.choose(form.channels)
        self._say()

    def _lay_out_fields(self) -> None:
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, GRID * 2, GRID * 2)
        grid.setHorizontalSpacing(GRID * 4)
        grid.setVerticalSpacing(GRID)
        self.purpose = _choice_box(purpose_choices(), _("Purpose"))
        self.method = _choice_box(method_choices(), _("How the pictures were made"))
        self.voice_method = _choice_box(voice_method_choices(), _("How the sound was made"))
        self.channels = _ChannelsButton(channel_choices())
        self.territory = _searchable(_choice_box(territory_choices(), _("Country")))
        named: tuple[tuple[str, QWidget], ...] = (
            (_("Purpose"), self.purpose),
            (_("How the pictures were made"), self.method),
            (_("How the sound was made"), self.voice_method),
            (_("Where it is shown"), self.channels),
            (_("Country"), self.territory),
        )
        for column, (name, field) in enumerate(named):
            words = Text(name, size=0.92, muted=True, wrap=False)
            words.setBuddy(field)
            grid.addWidget(words, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 1)
        self.show_form(self._form)
        for box in (self.purpose, self.method, self.voice_method, self.territory):
            box.currentIndexChanged.connect(self._tell)
        self.channels.changed.connect(self._tell)

    def _open(self, is_open: bool) -> None:
        self._fields.setVisible(is_open)
        self.change.setText(_("Done") if is_open else _("Change"))
        if is_open:
            self.purpose.setFocus()

    def _tell(self) -> None:
        self._form = UseForm(
            purpose=str(self.purpose.currentData() or ""),
            face_method=str(self.method.currentData() or ""),
            voice_method=str(self.voice_method.currentData() or ""),
            channels=self.channels.chosen(),
            territory=str(self.territory.currentData() or ""),
        )
        self._say()
        self.stated.emit(self._form)

    def _say(self) -> None:
        self._words.say(use_words(self._form))


class _ChannelsButton(QPushButton):
    """Several channels at once, from a menu that stays open while they are ticked."""

    changed = Signal()

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.setObjectName("field")
        self.setAccessibleName(_("Where it is shown"))
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
        """Return the ticked channels, in the menu's order."""
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
        words = channels_words(self.chosen())
        shown = self.fontMetrics().elidedText(words.replace("&", "&&"), Qt.TextElideMode.ElideRight, 200)
        self.setText(f"   {shown}")  # a button with a menu leaves out the style's left padding
        self.setToolTip(words)


class _StayingMenu(QMenu):
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


def _choice_box(choices: Sequence[Choice], spoken: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(spoken)
    box.setMaxVisibleItems(14)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(10)
    for choice in choices:
        box.addItem(choice.words, choice.code)
    return box


def _searchable(box: QComboBox) -> QComboBox:
    """Let a long list be searched by typing any part of a name; what is no entry of it is not taken."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    names = [box.itemText(place) for place in range(box.count())]
    completer = QCompleter(QStringListModel(names, box), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    box.setCompleter(completer)

    def settle() -> None:
        place = box.findText(box.currentText(), Qt.MatchFlag.MatchFixedString)
        box.setCurrentIndex(place if place >= 0 else box.currentIndex())
        box.setEditText(box.itemText(box.currentIndex()))

    line = box.lineEdit()
    assert line is not None
    line.editingFinished.connect(settle)
    return box
