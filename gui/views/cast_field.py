"""Who should appear in the clips: found by typing, shown as chips; of each the face, the voice or both."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from countenance.people import Modality
from countenance.translations import _
from gui.casting import Casting
from gui.presenters.casting import CastChip, code_for, parted, parts_words
from gui.presenters.looks import Icon, Tone
from gui.presenters.use_choices import Choice
from gui.views import icons
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import Text
from gui.views.theme import GRID, theme

PARTS = (tuple(Modality), (Modality.FACE,), (Modality.VOICE,))
SEARCH_WIDTH = 220


class CastField(QWidget):
    """Shows the cast and lets it be chosen.

    Signals:
        stated: codes of all who should appear.
    """

    stated = Signal(tuple)

    def __init__(self, casting: Casting) -> None:
        super().__init__()
        self._casting = casting
        self._found: list[Choice] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        words = Text(_("Cast: who should appear"), size=0.92, muted=True, wrap=False)
        column.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self.search = QLineEdit()
        self.search.setAccessibleName(_("Somebody who should appear"))
        self.search.setFixedWidth(SEARCH_WIDTH)
        words.setBuddy(self.search)
        self._completer = QCompleter(self)
        self._names = QStringListModel(self)
        self._completer.setModel(self._names)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self.search)
        self.search.textEdited.connect(self._look)
        self.search.returnPressed.connect(self._take_typed)
        self._completer.activated[QModelIndex].connect(self._take_row)  # type: ignore[index]  # one of its two forms
        row.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        chips = QWidget()
        self._flow = FlowLayout(GRID)
        chips.setLayout(self._flow)
        row.addWidget(chips, 1)
        column.addLayout(row)
        self.problem = Text("", size=0.92)
        self.problem.paint_in(theme().tones[Tone.REVIEW].ink)
        column.addWidget(self.problem)
        self.show_cast()

    def show_cast(self) -> None:
        """Show who should appear now, and whether there is anybody to choose from."""
        read, can = self._casting.shown, self._casting.can_choose
        self.search.setEnabled(can)
        self.search.setPlaceholderText(_("Type a name") if can else _("No registry is open"))
        self.search.setToolTip(
            _("Anybody else who is recognised, and anybody who is missing, will be told of")
            if can
            else _("Open a registry, or compare with a folder, to choose who should appear")
        )
        if not can:
            self._hide_found()
            self._names.setStringList([])
            self.search.clear()
        self._flow.clear()
        for chip in read.chips:
            self._flow.addWidget(self._chip(chip))
        self._flow.invalidate()
        self.problem.setText(read.problem)
        self.problem.setVisible(bool(read.problem))

    def _chip(self, chip: CastChip) -> QPushButton:
        button = QPushButton(chip.words.replace("&", "&&"))
        button.setObjectName("menu")
        if not chip.is_known:
            button.setIcon(icons.icon(Icon.QUESTION, theme().tones[Tone.REVIEW].ink))
        button.setToolTip(_("Face, voice or both; or take off the cast"))
        menu = QMenu(button)
        person, parts = parted(chip.code)
        for offered in PARTS:
            action = menu.addAction(parts_words(offered))
            action.setCheckable(True)
            action.setChecked(offered == parts)
            action.triggered.connect(partial(self._expect, chip.code, code_for(person, offered)))
        menu.addSeparator()
        menu.addAction(_("Take off the cast")).triggered.connect(partial(self._expect, chip.code, ""))
        button.setMenu(menu)
        return button

    def _look(self, text: str) -> None:
        if text.strip():
            self._casting.search(text, partial(self._offer, text))
        else:
            self._offer(text, [])

    def _offer(self, text: str, found: list[Choice]) -> None:
        if text == self.search.text():
            self._found = found
            self._names.setStringList([choice.words for choice in found])
            if found:
                self._completer.complete()
            else:
                self._hide_found()

    def _take_row(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._found):
            self._take(self._found[index.row()].code)

    def _take_typed(self) -> None:
        text = self.search.text().strip().casefold()
        exact = [choice for choice in self._found if choice.words.casefold() == text]
        chosen = exact or self._found
        if len(chosen) == 1:
            self._take(chosen[0].code)

    def _take(self, code: str) -> None:
        self._hide_found()
        self._found = []
        codes = [one for one in self._casting.codes if parted(one)[0] != code]
        self.stated.emit((*codes, code))
        self.search.clear()

    def _hide_found(self) -> None:
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()

    def _expect(self, before: str, now: str, _checked: bool = False) -> None:
        self.stated.emit(
            tuple(now if code == before else code for code in self._casting.codes if code != before or now)
        )
