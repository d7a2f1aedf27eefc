"""The program's settings as the window uses them: read once, written when changed, and told to whoever listens."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from countenance.errors import CountenanceError
from countenance.settings import Settings, read_settings, write_settings
from gui.lane import Lane


class Preferences(QObject):
    """Holds the settings; lives on the window's thread.

    Signals:
        changed: the settings before, and as they are now.
        failed: they could not be read or written; they count until the window is closed all the same.
    """

    changed = Signal(object, object)
    failed = Signal(object)

    def __init__(self, path: Path, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path, self._lane = path, lane
        self.unread: CountenanceError | None = None
        try:
            self._settings = read_settings(path)
        except CountenanceError as error:
            self._settings, self.unread = Settings(), error

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def change(self, **fields: object) -> None:
        """Put some settings in force and keep them; the names are those of `Settings`."""
        before, self._settings = self._settings, msgspec.structs.replace(self._settings, **fields)
        if before != self._settings:
            broken, self.unread = self.unread is not None, None
            self._lane.do(partial(_keep, self.path, self._settings, broken), _nothing, self.failed.emit)
            self.changed.emit(before, self._settings)


def _keep(path: Path, settings: Settings, broken: bool) -> None:
    if broken and path.exists():
        # Somebody wrote it by hand and may want to mend it.
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".unread.toml"))
    write_settings(path, settings)


def _nothing(_what: object) -> None:
    """Take note of nothing."""
