"""A room of the window: one entry of the rail, with its own menus; whoever adds a capability adds a room or a part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.desk import Desk
from gui.entrance import Entrance
from gui.preferences import Preferences
from gui.presenters.looks import Icon
from gui.vault import Vault
from gui.views.listening import Listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the rooms of a window are made from; they outlive the rooms, which are built anew in other colours.

    Attributes:
        memory: where a room remembers how it was left; None where nothing is remembered.
    """

    desk: Desk
    entrance: Entrance
    vault: Vault
    preferences: Preferences
    listening: Listening
    memory: QSettings | None = None


class Room(QWidget):
    """One room.

    Attributes:
        icon: of its entry in the rail.
        unlocks: whether the room itself asks for the passphrase of a locked registry.

    Signals:
        noticed: (sentence, tone, icon) for the strip that all rooms share.
        person_asked: id of a person whose page is to be shown, in whichever room has it.
        shortcuts_asked, first_steps_asked: to be shown by the window.
        forget_asked: which clips were opened lately is to be forgotten.
    """

    icon = Icon.FILM
    unlocks = False
    noticed = Signal(str, object, object)
    person_asked = Signal(str)
    shortcuts_asked = Signal()
    first_steps_asked = Signal()
    forget_asked = Signal()

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self._heard: list[tuple[SignalInstance, Callable[..., object]]] = []

    def hear(self, signal: SignalInstance, slot: Callable[..., object]) -> None:
        """Listen to something that outlives the room, until `let_go`."""
        signal.connect(slot)
        self._heard.append((signal, slot))

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it, in a word."""
        return ""

    def fill_menus(self, _bar: QMenuBar) -> Sequence[QMenu]:
        """Add the room's menus; they are there while the room is shown."""
        return ()

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the keys that no menu names, each with what it does in words, for the sheet of shortcuts."""
        return ()

    def show_person(self, _person: str) -> bool:
        """Show a person's page; False where the room has none."""
        return False

    def take(self, _paths: Sequence[Path]) -> bool:
        """Take files that were dropped while the room is shown; False leaves them to the first room."""
        return False

    def enter(self) -> None:
        """Be shown; what was not worth reading while hidden is read now."""

    def remember(self) -> None:
        """Write down, in `parts.memory`, how the room was left: the window closes."""

    def let_go(self) -> None:
        """Stop what goes on here and listen to nothing any more: the room is built anew, or the window closes."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._heard = []


def menu_action(menu: QMenu, words: str, slot: Callable[[], object], keys: str = "") -> QAction:
    """Add an action to a menu and return it."""
    action = menu.addAction(words)
    if keys:
        action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _checked=False: slot())
    return action
