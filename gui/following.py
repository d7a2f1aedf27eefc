"""Notices what others change in the open registry, such as the terminal, so that every page shows what is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from countenance.errors import CountenanceError
from countenance.verdict import RegistryFacts
from gui.vault import Vault
from registry import Registry

LOOK_EVERY_MS = 2_500
"""One number is read, of an index; whoever looks away from a terminal does not see a window lag behind it."""

LONGEST_MS = 40_000
"""While others change it again and again, as an import does, pages are not read anew each time."""


class Following(QObject):
    """Has the vault say `changed` when its registry was changed by somebody else.

    Args:
        vault: whose registry is followed while it is open.
    """

    def __init__(self, vault: Vault, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vault = vault
        self._seen = 0
        self._asking = self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        vault.opened.connect(self._opened)
        vault.changed.connect(self._note)
        vault.locked.connect(self.stop)

    def look(self) -> None:
        """Ask how often the registry was changed by now, unless that is being asked."""
        if not self._asking:
            self._asking = True
            self._vault.ask(Registry.revision, self._compare, self._failed)

    def stop(self) -> None:
        """Look no more until another registry is opened."""
        self._timer.stop()

    def _opened(self, facts: RegistryFacts) -> None:
        self._seen, self._asking, self._told = facts.revision, False, False
        self._timer.start(LOOK_EVERY_MS)

    def _note(self) -> None:
        # This window's own changes are shown by now.
        self._vault.ask(Registry.revision, self._take, self._failed)

    def _take(self, revision: int) -> None:
        self._seen = revision

    def _compare(self, revision: int) -> None:
        self._asking = self._told = False
        if revision == self._seen:
            self._timer.setInterval(LOOK_EVERY_MS)
            return
        self._seen = revision
        self._timer.setInterval(min(2 * self._timer.interval(), LONGEST_MS))
        self._vault.changed.emit()

    def _failed(self, error: CountenanceError) -> None:
        # The file was moved, or its disk is gone: once is enough, though it stays so.
        self._asking = False
        if not self._told:
            self._told = True
            self._vault.failed.emit(error)
