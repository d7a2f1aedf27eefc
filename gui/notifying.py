"""Tells somebody who is at another window that the clips are checked, or that one is blocked; names nobody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from countenance.translations import _
from gui.desk import Desk
from gui.presenters.listing import ScanTally, scan_words
from gui.presenters.queues import Entry, Group, group_of
from gui.views.icons import app_icon

WORTH_TELLING = 3
"""Fewer clips are over before anybody has gone."""

SHOWN_MS = 8000


class Notifying(QObject):
    """Listens to the desk for as long as its owner does; lives on the window's thread.

    Args:
        desk: what is told of.
        owner: a widget of the window that is to be looked at.
        wanted: returns whether anything is to be told now.
    """

    def __init__(self, desk: Desk, owner: QWidget, wanted: Callable[[], bool] = lambda: True) -> None:
        super().__init__(owner)
        self._desk, self._owner, self._wanted = desk, owner, wanted
        self._blocked: set[int] = set()
        self._tray: QSystemTrayIcon | None = None

    def changed(self, entry: Entry) -> None:
        """Tell of the first clip that is blocked while nobody looks; the others are in the tally."""
        if group_of(entry) is not Group.BLOCKED:
            self._blocked.discard(entry.key)
        elif entry.key not in self._blocked:
            first = not self._blocked
            self._blocked.add(entry.key)
            if first and self._desk.is_checking:
                self._tell(_("A clip is blocked"), _("The other clips are checked on."))

    def ended(self, tally: ScanTally) -> None:
        """Tell that everything is checked."""
        self._blocked.clear()
        if tally.checked >= WORTH_TELLING or tally.blocked:
            self._tell(_("The check is done"), scan_words(tally))

    def state_changed(self, state: Qt.ApplicationState) -> None:
        """Put the message away once somebody is back."""
        if state is Qt.ApplicationState.ApplicationActive:
            self.put_away()

    def put_away(self) -> None:
        """Take the message and its icon away."""
        # The icon is there for its message alone.
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None

    def _tell(self, title: str, words: str) -> None:
        if _is_in_front() or not self._wanted():
            return
        QApplication.alert(self._owner.window())
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.setToolTip("Countenance")
            self._tray.messageClicked.connect(self._come_forward)
            self._tray.activated.connect(lambda _how: self._come_forward())
        self._tray.show()
        self._tray.showMessage(title, words, app_icon(), SHOWN_MS)

    def _come_forward(self) -> None:
        window = self._owner.window()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
        self.put_away()


def _is_in_front() -> bool:
    return QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
