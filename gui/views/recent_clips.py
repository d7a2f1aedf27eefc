"""Clips and folders that were checked lately: a menu of them, kept as paths where the window remembers things."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QMenu, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, file_icon, shown_name
from gui.presenters.recents import recents_from_text, recents_to_text, with_recent
from gui.views import icons
from gui.views.theme import theme

KEPT_AS = "recent"


class RecentClips(QObject):
    """Keeps the list and fills its menu.

    Signals:
        asked: a file or folder that is to be checked.
        changed: the list is another one.
    """

    asked = Signal(object)
    changed = Signal()

    def __init__(self, memory: QSettings | None, owner: QWidget) -> None:
        super().__init__(owner)
        self._memory = memory
        self._menu: QMenu | None = None
        self.all: tuple[Path, ...] = ()
        if memory is not None:
            self.all = recents_from_text(str(memory.value(KEPT_AS, "")))

    def fill(self, menu: QMenu) -> None:
        """Take a menu, and keep it filled."""
        self._menu = menu
        self._fill()

    def note(self, named: Iterable[Path]) -> None:
        """Remember what was named."""
        self._keep(with_recent(self.all, named))

    def clear(self) -> None:
        """Remember nothing any more."""
        self._keep(())

    def _keep(self, recent: tuple[Path, ...]) -> None:
        if recent != self.all:
            self.all = recent
            if self._memory is not None:
                self._memory.setValue(KEPT_AS, recents_to_text(recent))
            self._fill()
            self.changed.emit()

    def _fill(self) -> None:
        menu = self._menu
        if menu is None:
            return
        menu.clear()
        for path in self.all:
            name = Icon.FOLDER if not path.suffix else file_icon(path.name)
            action = menu.addAction(icons.icon(name, theme().text), shown_name(path).replace("&", "&&"))
            action.triggered.connect(partial(self._ask, path))
        menu.addSeparator()
        clear = menu.addAction(_("Clear list"))
        clear.setEnabled(bool(self.all))
        clear.triggered.connect(self.clear)
        menu.menuAction().setEnabled(bool(self.all))

    def _ask(self, path: Path, _checked: bool = False) -> None:
        self.asked.emit(path)
