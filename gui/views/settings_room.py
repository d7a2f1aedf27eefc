"""The last room: what is settled once for all clips."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.pieces import Text
from gui.views.room import Parts, Room
from gui.views.theme import MARGIN


class SettingsRoom(Room):
    """Shows the settings."""

    icon = Icon.SETTINGS

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(Text(_("Settings"), size=1.6, bold=True))
        column.addStretch(1)

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Settings")
