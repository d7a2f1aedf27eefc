"""A person's hands at the window: they press what they can read and type where the caret is, and know nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from gui.views.pieces import BREAK_HERE

WAIT_MS = 60_000

Kind = TypeVar("Kind", bound=QWidget)


class Hands:
    """Acts on whatever window or dialog of the program is in front."""

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self._qtbot, self._window = qtbot, window

    @property
    def front(self) -> QWidget:
        """What is in front: the dialog that was opened last, else the window."""
        dialogs = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isModal()]
        return dialogs[-1] if dialogs else self._window

    def press(self, words: str, *, inside: QWidget | None = None) -> None:
        """Press the button that says so, with the mouse, once it is there and may be pressed."""
        button = self._find(QAbstractButton, lambda one: self._says(one, words) and one.isEnabled(), words, inside)
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))

    def pick(self, button: str, words: str) -> None:
        """Pick from the menu that a button opens."""
        found = self._find(QPushButton, lambda one: self._says(one, button) and one.menu() is not None, button)
        action = next((one for one in found.menu().actions() if one.text().replace("&", "") == words), None)
        assert action is not None, f"“{button}” offers {[one.text() for one in found.menu().actions()]}"
        assert action.isEnabled(), action.toolTip()
        # The menu itself would wait for the mouse, in a loop of its own.
        action.trigger()

    def turn_to(self, words: str) -> None:
        """Press the tab that is called so."""
        found: list[tuple[QTabBar, int]] = []

        def look() -> bool:
            bars = [one for one in self.front.findChildren(QTabBar) if one.isVisible()]
            found[:] = [(bar, at) for bar in bars for at in range(bar.count()) if bar.tabText(at) == words]
            return bool(found)

        self.wait(look, f"There is no tab “{words}”. What could be read:\n")
        bar, at = found[-1]
        self._qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(at).center())

    def type_into(self, name: str, words: str) -> None:
        """Go into the field that is called so, and type."""
        field = self._find(QLineEdit, lambda one: name in (_called(one), one.placeholderText()), name)
        self._qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
        field.selectAll()
        self._qtbot.keyClicks(field, words)

    def choose(self, name: str, words: str) -> None:
        """Choose from a list of choices, by the keys that it begins with."""
        box = self._find(QComboBox, lambda one: _called(one) == name, name)
        box.setFocus()
        place = box.findText(words)
        assert place >= 0, f"“{name}” offers {[box.itemText(at) for at in range(box.count())]}"
        self.key(Qt.Key.Key_Home, box)
        for _each in range(place):
            self.key(Qt.Key.Key_Down, box)

    def drop(self, paths: Sequence[Path]) -> None:
        """Drop files on what is in front."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        place = QPointF(self.front.rect().center())
        # Called by themselves: Qt delivers them only in the course of a drag.
        self.front.dragEnterEvent(QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, button, keys))
        self.front.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, mime, button, keys))

    def key(self, key: Qt.Key, widget: QWidget | None = None, keys: Qt.KeyboardModifier | None = None) -> None:
        """Press a key, where the caret is if nothing else is said."""
        target = widget or self.front.focusWidget() or self.front
        self._qtbot.keyClick(target, key, keys or Qt.KeyboardModifier.NoModifier)

    def reads(self, words: str) -> bool:
        """Return whether some text that is shown says so."""
        return words in self.text()

    def see(self, words: str) -> None:
        """Wait until it can be read."""
        self.wait(lambda: self.reads(words), f"“{words}” was not to be read. What was:\n")

    def wait(self, until: Callable[[], bool], complaint: str = "It did not come about. What could be read:\n") -> None:
        """Wait until something is so."""
        try:
            self._qtbot.waitUntil(until, timeout=WAIT_MS)
        except Exception as error:
            raise AssertionError(complaint + self.text()) from error

    def text(self) -> str:
        """Return all that can be read in front."""
        labels = [one.text() for one in self.front.findChildren(QLabel) if one.isVisible()]
        buttons = [f"[{_words(one)}]" for one in self.front.findChildren(QAbstractButton) if one.isVisible()]
        return "\n".join([*labels, *buttons]).replace(BREAK_HERE, "")

    def _find(self, kind: type[Kind], fits: Callable[[Kind], bool], words: str, inside: QWidget | None = None) -> Kind:
        found: list[Kind] = []

        def look() -> bool:
            found[:] = [one for one in (inside or self.front).findChildren(kind) if one.isVisible() and fits(one)]
            return bool(found)

        self.wait(look, f"There is no “{words}”. What could be read:\n")
        return found[0]

    @staticmethod
    def _says(button: QAbstractButton, words: str) -> bool:
        return words in (_words(button), button.accessibleName())


def _words(button: QAbstractButton) -> str:
    return button.text().replace("&", "").strip() or button.accessibleName()


def _called(widget: QWidget) -> str:
    """Return what a screen reader calls a field: its own name, or that of the label that belongs to it."""
    if own := widget.accessibleName():
        return own
    spoken = QAccessible.queryAccessibleInterface(widget)
    return str(spoken.text(QAccessible.Text.Name)).replace("&", "") if spoken is not None else ""
