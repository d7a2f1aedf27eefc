"""What is recorded of a person, edited in place: each field is kept when it is left, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from countenance.people import Person, PersonKind
from countenance.translations import _
from gui.presenters.looks import Tone
from gui.presenters.person import Fact, edited, fact_note, fact_text, facts, kind_words, kinds_of
from gui.views.pieces import Text
from gui.views.theme import GRID, RADIUS, theme

WIDEST_FIELD = 560
NOTES_HEIGHT = 120


class DetailsPane(QScrollArea):
    """The fields of one person.

    Signals:
        edited: the person as they should be.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self._person: Person | None = None
        self._whole = QWidget()
        self._column = QVBoxLayout(self._whole)
        self._column.setContentsMargins(0, GRID * 2, GRID * 3, GRID * 4)
        self.fields: dict[str, _Field] = {}
        self.kind = QComboBox()
        self._form: QWidget | None = None
        self.setWidget(self._whole)

    def show_person(self, person: Person) -> None:
        """Show what is recorded; what is being typed in another field stays."""
        same = self._person is not None and self._person.id == person.id and self._person.kind is person.kind
        self._person = person
        if not same:
            self._build(person)
        for name, field in self.fields.items():
            field.show_text(fact_text(person, name), fact_note(person, name))
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(person.kind.value))

    def forget(self) -> None:
        """Keep nothing of anybody."""
        self._person = None
        self._take_form_away()

    def _build(self, person: Person) -> None:
        self._take_form_away()
        self._form = QWidget()
        self._form.setMaximumWidth(WIDEST_FIELD + 180)
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 4)
        grid.setVerticalSpacing(GRID * 2)
        grid.setColumnMinimumWidth(0, 130)
        self.kind = QComboBox()
        for kind in kinds_of(person):
            self.kind.addItem(kind_words(kind), kind.value)
        self.kind.setEnabled(len(kinds_of(person)) > 1)
        self.kind.setToolTip("" if self.kind.isEnabled() else _("A group stays a group."))
        self.kind.setAccessibleName(_("Kind"))
        self.kind.activated.connect(self._choose_kind)
        for row, fact in enumerate(facts(person.kind)):
            # The kind stands below the names.
            place = row if row < 2 else row + 1
            field = _Field(fact, partial(self._keep, fact.name))
            self.fields[fact.name] = field
            grid.addWidget(_beside(fact.words), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, place, 1)
        grid.addWidget(_beside(_("Kind")), 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.kind, 2, 1, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._form)
        self._column.addStretch(1)

    def _take_form_away(self) -> None:
        self.fields = {}
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._form = None

    def _choose_kind(self, _place: int) -> None:
        if self._person is not None and self.kind.currentData() != self._person.kind.value:
            self.edited.emit(replace(self._person, kind=PersonKind(self.kind.currentData())))

    def _keep(self, name: str, text: str) -> str:
        """Ask for a field to be kept; return why it cannot be, or nothing."""
        if self._person is None or text == fact_text(self._person, name):
            return ""
        after = edited(self._person, name, text)
        if isinstance(after, str):
            return after
        if after != self._person:
            self.edited.emit(after)
        return ""


class _Field(QWidget):
    """One field: what is typed is kept when it is left or Enter is pressed; Escape takes it back."""

    def __init__(self, fact: Fact, keep: Callable[[str], str]) -> None:
        super().__init__()
        self._keep = keep
        self._kept = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        self.editor: QLineEdit | QPlainTextEdit
        if fact.long:
            self.editor = QPlainTextEdit()
            self.editor.setTabChangesFocus(True)
            self.editor.setFixedHeight(NOTES_HEIGHT)
            self.editor.setStyleSheet(
                f"QPlainTextEdit {{ background: {theme().surface}; border: 1px solid {theme().line};"
                f" border-radius: {RADIUS - 2}px; padding: 4px 6px; }}"
                f"QPlainTextEdit:focus {{ border-color: {theme().accent}; }}"
            )
        else:
            self.editor = QLineEdit()
            self.editor.returnPressed.connect(self.finish)
        self.editor.setPlaceholderText(fact.hint)
        self.editor.setAccessibleName(fact.words)
        self.editor.installEventFilter(self)
        column.addWidget(self.editor)
        self.note = Text(size=0.9, muted=True)
        self.note.hide()
        column.addWidget(self.note)

    def text(self) -> str:
        """Return what is typed."""
        return self.editor.text() if isinstance(self.editor, QLineEdit) else self.editor.toPlainText()

    def show_text(self, text: str, note: str) -> None:
        """Show what is kept, unless something else is being typed."""
        typing = self.editor.hasFocus() and self.text() != self._kept
        self._kept = text
        if not typing and self.text() != text:
            self._set(text)
        if not typing:
            self._say(note, theme().muted)

    def finish(self) -> None:
        """Ask for what is typed to be kept."""
        why_not = self._keep(self.text())
        if why_not:
            self._say(why_not, theme().tones[Tone.BLOCKED].ink)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keep what was typed when the field is left; take it back with Escape."""
        if event.type() == QEvent.Type.FocusOut:
            self.finish()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.text() != self._kept:
            if event.type() == QEvent.Type.ShortcutOverride:
                # Else the page would take it for its own way back.
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._set(self._kept)
                self._say("", theme().muted)
                return True
        return super().eventFilter(watched, event)

    def _set(self, text: str) -> None:
        if isinstance(self.editor, QLineEdit):
            self.editor.setText(text)
        else:
            self.editor.setPlainText(text)

    def _say(self, words: str, colour: str) -> None:
        self.note.setText(words)
        self.note.paint_in(colour)
        self.note.setVisible(bool(words))


def _beside(words: str) -> Text:
    text = Text(words, muted=True, wrap=False)
    text.setContentsMargins(0, GRID * 2, 0, 0)
    return text
