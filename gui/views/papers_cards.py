"""Cards of a person's papers: how it stands, what it permits, what should be known, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.presenters.looks import Icon, Tone
from gui.presenters.papers import DocumentLook, PaperLook
from gui.presenters.standings import Standing
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button, quiet_button
from gui.views.theme import GRID, theme


class PaperCard(Surface):
    """One grant, prohibition or biometric consent.

    Signals:
        acted: what is to be done with it (an `Act`), and its id.
    """

    acted = Signal(str, str)

    def __init__(self, look: PaperLook) -> None:
        tone = theme().tones[look.standing.tone]
        super().__init__(theme().surface, theme().line, tone.ink)
        self.look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 5, GRID * 3, GRID * 3, GRID * 3)
        column.setSpacing(GRID)
        self.top = QHBoxLayout()
        self.top.setSpacing(GRID * 2)
        self.top.addWidget(IconLabel(look.standing.icon, tone.ink, 18))
        standing = Text(look.standing.words, bold=True, wrap=False)
        standing.paint_in(tone.ink)
        self.top.addWidget(standing)
        self.top.addWidget(Elided(look.title), 1)
        column.addLayout(self.top)
        column.addWidget(Text(look.sentence, muted=look.standing in (Standing.ENDED, Standing.WITHDRAWN)))
        for note in look.notes:
            column.addWidget(Text(note, size=0.92, muted=True))
        if look.documents:
            counted = ngettext("{count} document", "{count} documents", look.documents).format(count=look.documents)
            column.addWidget(Text(counted, size=0.92, muted=True))

    def offer(self, words: str, act: str, *, icon: Icon | None = None, why_not: str = "") -> QPushButton:
        """Add a button; where it cannot be pressed, its tool tip says why."""
        button = push_button(words, icon)
        button.setAccessibleName(_("{action}: {title}").format(action=words, title=self.look.title))
        button.setEnabled(not why_not)
        button.setToolTip(why_not)
        button.clicked.connect(lambda: self.acted.emit(act, self.look.id))
        self.top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def offer_more(self, offers: list[tuple[str, str, str]]) -> None:
        """Add a menu of (words, act, why it cannot be done)."""
        button = quiet_button(Icon.MORE, _("More about: {title}").format(title=self.look.title))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for words, act, why_not in offers:
            action = menu.addAction(words)
            action.setEnabled(not why_not)
            action.setToolTip(why_not or words)
            action.triggered.connect(lambda _checked=False, act=act: self.acted.emit(act, self.look.id))
        button.setMenu(menu)
        button.setPopupMode(button.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


class DocumentRow(Surface):
    """One kept paper.

    Signals:
        save_asked: its id.
    """

    save_asked = Signal(str)

    def __init__(self, look: DocumentLook) -> None:
        super().__init__(theme().surface, theme().line)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 4, GRID * 2, GRID * 3, GRID * 2)
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.DOCUMENT, theme().accent, 20))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Elided(look.file_name, bold=True))
        words.addWidget(Text(look.facts, size=0.92, muted=True))
        row.addLayout(words, 1)
        save = push_button(_("Save…"), Icon.SAVE)
        save.setAccessibleName(_("Save {name}").format(name=look.file_name))
        save.setToolTip(_("Save a copy where you choose; the registry keeps the original"))
        save.clicked.connect(lambda: self.save_asked.emit(look.id))
        row.addWidget(save)


def section_head(title: str, *buttons: QPushButton) -> QWidget:
    """Return the title of a part of the page, its buttons at the right."""
    head = QWidget()
    row = QHBoxLayout(head)
    row.setContentsMargins(0, GRID * 2, 0, 0)
    row.setSpacing(GRID * 2)
    row.addWidget(Text(title, size=1.12, bold=True, wrap=False))
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return head


def empty_words(words: str) -> Text:
    """Return what stands where there is nothing yet."""
    text = Text(words)
    text.paint_in(theme().tones[Tone.NEUTRAL].ink)
    return text
