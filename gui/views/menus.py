"""The menus of the window itself; the rooms' own stand between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from countenance.settings import Appearance
from countenance.translations import _
from gui.preferences import Preferences
from gui.presenters.settings import TEXT_SIZES, appearance_words
from gui.undoing import History
from gui.views.room import Room, menu_action
from gui.views.rooms import ROOMS


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowActions:
    """What the window's own menus do.

    Attributes:
        room: shows a room, by its place in the rail.
    """

    settings: Callable[[], object]
    lock: Callable[[], object]
    quit: Callable[[], object]
    room: Callable[[int], object]
    first_steps: Callable[[], object]
    shortcuts: Callable[[], object]
    about: Callable[[], object]


class WindowMenus(QObject):
    """Fills a menu bar anew, and shows the menus of the room that is shown.

    Args:
        bar: is emptied first.
        history: what Undo takes back.
        preferences: for the menu of looks.
        on: what the actions do.
    """

    def __init__(
        self,
        bar: QMenuBar,
        history: History,
        preferences: Preferences,
        on: WindowActions,
    ) -> None:
        super().__init__(bar)
        self._history, self._preferences = history, preferences
        bar.clear()
        for old in bar.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.deleteLater()
        program = bar.addMenu(_("&Program"))
        menu_action(program, _("Settings…"), on.settings, "Ctrl+,")
        self.lock = menu_action(program, _("Lock the registry"), on.lock, "Ctrl+L")
        program.addSeparator()
        menu_action(program, _("Quit"), on.quit, "Ctrl+Q")
        edit = bar.addMenu(_("&Edit"))
        self.undo = menu_action(edit, _("Undo"), history.undo, "Ctrl+Z")
        self._bar = bar
        self._of_rooms: dict[int, tuple[QMenu, ...]] = {}
        self._shown: int | None = None
        self.view = bar.addMenu(_("&View"))
        for place, entry in enumerate(ROOMS):
            menu_action(self.view, entry.words(), partial(on.room, place), f"Ctrl+{place + 1}")
        self.view.addSeparator()
        self._add_looks(self.view)
        helping = bar.addMenu(_("&Help"))
        menu_action(helping, _("First steps…"), on.first_steps)
        sheet = menu_action(helping, _("Keyboard shortcuts"), on.shortcuts)
        sheet.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        helping.addSeparator()
        menu_action(helping, _("About Countenance"), on.about)
        self.tell_undo()

    def tell_undo(self) -> None:
        """Say whether there is something to take back."""
        self.undo.setEnabled(self._history.last is not None)

    def add_room(self, place: int, room: Room) -> None:
        """Add the menus of a room that was made just now, before those of the view."""
        self._of_rooms[place] = menus = tuple(room.fill_menus(self._bar))
        for menu in menus:
            self._bar.insertAction(self.view.menuAction(), menu.menuAction())
        self.show_room(self._shown)

    def show_room(self, place: int | None) -> None:
        """Show the menus of one room; of none where its place is None."""
        self._shown = place
        for number, menus in self._of_rooms.items():
            for menu in menus:
                menu.menuAction().setVisible(number == place)
                # A shortcut of a menu that is not shown would still be heard.
                menu.setEnabled(number == place)

    def _add_looks(self, view: QMenu) -> None:
        looks = view.addMenu(_("Appearance"))
        group = QActionGroup(looks)
        for appearance in Appearance:
            action = looks.addAction(appearance_words(appearance))
            action.setCheckable(True)
            action.setChecked(self._preferences.settings.appearance is appearance)
            action.triggered.connect(partial(self._look, appearance))
            group.addAction(action)
        menu_action(view, _("Larger text"), partial(self._resize_text, 1), "Ctrl++").setShortcuts(
            [QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")]
        )
        menu_action(view, _("Smaller text"), partial(self._resize_text, -1), "Ctrl+-")
        menu_action(view, _("Usual text size"), lambda: self._preferences.change(text_size=1.0), "Ctrl+0")

    def _look(self, appearance: Appearance, _checked: bool = False) -> None:
        self._preferences.change(appearance=appearance)

    def _resize_text(self, steps: int) -> None:
        now = self._preferences.settings.text_size
        nearest = min(range(len(TEXT_SIZES)), key=lambda place: abs(TEXT_SIZES[place] - now))
        place = min(len(TEXT_SIZES) - 1, max(0, nearest + steps))
        self._preferences.change(text_size=TEXT_SIZES[place])


def shortcuts_of(bar: QMenuBar) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return for each menu the keys it names and what they do, in words; menus without any are left out."""
    found = []
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            keys = [(_keys(action), _plain(action.text())) for action in _actions(menu) if _keys(action)]
            if keys:
                found.append((_plain(top.text()), keys))
    return found


def _actions(menu: QMenu) -> list[QAction]:
    found = []
    for action in menu.actions():
        below = action.menu()
        found += _actions(below) if isinstance(below, QMenu) else [action]
    return found


def _keys(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " / ".join(shortcut.toString(native) for shortcut in action.shortcuts())


def _plain(words: str) -> str:
    # "File" is "文件(&F)" in scripts that have no such letter.
    return re.sub(r"\(&\w\)", "", words).replace("&", "")
