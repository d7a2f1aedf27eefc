"""Choosing somebody of the registry, and making one person of two who are the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.people import Person
from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.person import merge_sentences
from gui.vault import Change
from gui.views import icons
from gui.views.papers_dialog import while_alive
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from registry import Registry

MOST_FOUND = 50
_PERSON = Qt.ItemDataRole.UserRole + 1


class PersonPicker(QWidget):
    """A search with the people it finds.

    Signals:
        chosen: a `Person`, or None where nobody is.
    """

    chosen = Signal(object)

    def __init__(self, parts: Parts, besides: str = "") -> None:
        super().__init__()
        self._parts, self._besides = parts, besides
        self._searched = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search by name, pinyin, tag"))
        self.search.setAccessibleName(_("Search people"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icons.icon(Icon.SEARCH, theme().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._read)
        column.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName(_("People found"))
        self.list.setIconSize(QSize(18, 18))
        # Long names are shortened: the whole of them is in the tool tip.
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet(
            f"QListWidget {{ background: {theme().surface}; border: 1px solid {theme().line}; border-radius: 8px; }}"
            f"QListWidget::item {{ padding: 6px; }}"
            f"QListWidget::item:selected {{ background: {theme().selected}; color: {theme().text}; }}"
        )
        self.list.currentItemChanged.connect(lambda _now, _before: self.chosen.emit(self.person()))
        column.addWidget(self.list, 1)
        self._read("")

    def person(self) -> Person | None:
        """Return who is chosen."""
        item = self.list.currentItem()
        found: Person | None = None if item is None else item.data(_PERSON)
        return found

    def _read(self, text: str) -> None:
        self._searched = text
        self._parts.vault.ask(partial(_found, text), while_alive(self, partial(self._show, text)))

    def _show(self, searched: str, people: tuple[Person, ...]) -> None:
        if searched != self._searched:
            return
        self.list.clear()
        for person in people:
            if person.id != self._besides:
                names = ", ".join((person.display_name, *person.other_names))
                item = QListWidgetItem(icons.icon(Icon.PERSON, theme().muted), names)
                item.setData(_PERSON, person)
                item.setToolTip(names if "<" not in names else "")
                self.list.addItem(item)
        self.chosen.emit(None)


class MergeDialog(QDialog):
    """Asks who else a person is, says what becomes of both, and makes one of them.

    Signals:
        merged: id of who was kept.
    """

    merged = Signal(str)

    def __init__(self, parts: Parts, person: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts, self._number = parts, person
        self._kept: Person | None = None
        self.setWindowTitle(_("Make one person of two"))
        self.resize(520, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        self._title = Text(_("Who is the same person?"), size=1.3, bold=True)
        column.addWidget(self._title)
        self.picker = PersonPicker(parts, besides=person)
        self.picker.chosen.connect(self._tell)
        column.addWidget(self.picker, 1)
        self._told = Text(muted=True)
        column.addWidget(self._told)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        row = QHBoxLayout()
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        cancel.setAutoDefault(False)
        self.merge = push_button(_("Make them one"), Icon.MERGE, primary=True)
        self.merge.setAutoDefault(False)
        self.merge.clicked.connect(self._merge)
        row.addWidget(cancel)
        row.addStretch(1)
        row.addWidget(self.merge)
        column.addLayout(row)
        self._tell(None)
        parts.vault.ask(lambda opened: opened.people([person])[0], while_alive(self, self._show_kept))
        parts.vault.locked.connect(self.reject)

    def _show_kept(self, person: Person) -> None:
        self._kept = person
        self._title.setText(_("Who is the same person as {name}?").format(name=person.display_name))
        self._tell(self.picker.person())

    def _tell(self, other: Person | None) -> None:
        self.merge.setEnabled(other is not None and self._kept is not None)
        self.merge.setToolTip("" if other is not None else _("Choose somebody first."))
        self.complaint.hide()
        if other is None or self._kept is None:
            self._told.setText(_("Choose somebody of the list."))
        else:
            self._told.setText("\n".join(merge_sentences(self._kept.display_name, other.display_name)))

    def _merge(self) -> None:
        other, kept = self.picker.person(), self._kept
        if other is None or kept is None:
            return
        self.merge.setEnabled(False)
        change = Change(
            work=partial(_make_one, kept.id, other.id),
            words=_("Two people were made one."),
        )
        self._parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._refused))

    def _done(self, person: Person) -> None:
        # What could be taken back may be about somebody who is no more.
        self._parts.vault.history.forget()
        self.merged.emit(person.id)
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self._tell(self.picker.person())
        self.complaint.setText(error.sentence)
        self.complaint.show()


def _found(text: str, opened: Registry) -> tuple[Person, ...]:
    return opened.search(text, MOST_FOUND)


def _make_one(kept: str, other: str, opened: Registry) -> Person:
    return opened.merge(kept, other)
