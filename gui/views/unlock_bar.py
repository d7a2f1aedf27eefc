"""Says above the rooms that the registry is locked, and asks for its passphrase once somebody wants to unlock it.

Nobody is kept from working meanwhile: clips are checked as without a registry, and judged anew when it opens.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.room import Parts, Room
from gui.views.theme import GRID, theme
from gui.views.unlock_dialog import UnlockDialog


class LockedBar(Surface):
    """One line with a button.

    Signals:
        unlock_asked: the passphrase is to be asked for.
    """

    unlock_asked = Signal()

    def __init__(self) -> None:
        pair = theme().tones[Tone.REVIEW]
        super().__init__(pair.ground, pair.ground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.LOCK, pair.ink, 18))
        words = Text(_("The registry is locked: everybody is unknown until you unlock it."))
        words.paint_in(pair.ink)
        row.addWidget(words, 1)
        self.unlock = push_button(_("Unlock…"), Icon.UNLOCKED)
        self.unlock.clicked.connect(self.unlock_asked)
        row.addWidget(self.unlock)
        self.hide()


class Unlocking(QObject):
    """Shows the bar while a registry is locked, and the dialog that unlocks it.

    Args:
        parts: of the window.
        window: owns the dialog.
        no_rooms: whether something is shown in place of the rooms, where no bar is seen.

    Signals:
        refused: a `Problem` that no page tells by itself.
    """

    refused = Signal(object)

    def __init__(self, parts: Parts, window: QWidget, no_rooms: Callable[[], bool]) -> None:
        super().__init__(window)
        self._parts, self._window, self._no_rooms = parts, window, no_rooms
        self._room: Room | None = None
        self.bar: LockedBar | None = None
        self.dialog: UnlockDialog | None = None
        entrance = parts.entrance
        entrance.passphrase_needed.connect(self._needed)
        entrance.refused.connect(self._refused)
        entrance.ready.connect(self._ready)
        entrance.turned.connect(self.tell)

    def new_bar(self) -> LockedBar:
        """Return the bar, made anew in the colours and the language now in force."""
        self.bar = LockedBar()
        self.bar.unlock_asked.connect(self.ask)
        self._room = None
        return self.bar

    def show_room(self, room: Room) -> None:
        """Show the bar above a room, unless the room itself asks for the passphrase."""
        self._room = room
        self.tell()

    def tell(self) -> None:
        """Show the bar where it is needed."""
        if self.bar is not None:
            elsewhere = self._room is not None and self._room.unlocks
            self.bar.setVisible(self._parts.entrance.can_unlock and not elsewhere)

    def ask(self) -> None:
        """Ask for the passphrase: in the room where that asks by itself, else in a dialog."""
        if not self._parts.entrance.can_unlock or self.dialog is not None:
            return
        if self._room is not None and self._room.unlocks and not self._no_rooms():
            self._room.enter()
            return
        self.dialog = dialog = UnlockDialog(self._parts.entrance.opening.registry.name, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.offered.connect(self._parts.entrance.unlock)
        dialog.finished.connect(self._closed)
        dialog.open()

    def ask_again(self) -> None:
        """Ask in the colours and the language now in force, where it is being asked."""
        if self.dialog is not None:
            self.dialog.reject()
            self.ask()

    def _closed(self, _answer: int) -> None:
        self.dialog = None

    def _needed(self, _file: str) -> None:
        self.tell()
        if self._no_rooms():
            self.ask()

    def _ready(self) -> None:
        if self.dialog is not None and self._parts.vault.is_open:
            self.dialog.accept()
        self.tell()

    def _refused(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.refuse(problem)
        elif not self._no_rooms() and not (self._room is not None and self._room.unlocks):
            self.refused.emit(problem)
