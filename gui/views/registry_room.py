"""The second room: the people of the registry, or the way into it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.window import registry_line
from gui.views.pieces import Text
from gui.views.room import Parts, Room
from gui.views.theme import MARGIN


class RegistryRoom(Room):
    """Shows who is enrolled."""

    icon = Icon.PEOPLE

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(Text(registry_line(parts.vault.facts, locked=parts.entrance.can_unlock)))
        column.addStretch(1)

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Registry")
