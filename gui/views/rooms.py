"""The rooms of the window, in the rail's order; each is made when it is first shown, and loaded then.

What is loaded before the window is painted keeps everybody waiting at every start: the pages of the registry and of
the settings are a third of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.views.check_room import CheckRoom
from gui.views.room import Room


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A room before it is made.

    Attributes:
        words: what the rail calls it, in the language in force.
        load: returns its class.
    """

    words: Callable[[], str]
    icon: Icon
    load: Callable[[], type[Room]]


def _registry() -> type[Room]:
    from gui.views.registry_room import RegistryRoom

    return RegistryRoom


def _models() -> type[Room]:
    from gui.views.models_room import ModelsRoom

    return ModelsRoom


def _settings() -> type[Room]:
    from gui.views.settings_room import SettingsRoom

    return SettingsRoom


ROOMS = (
    RoomEntry(lambda: _("Check"), Icon.FILM, lambda: CheckRoom),
    RoomEntry(lambda: _("Registry"), Icon.PEOPLE, _registry),
    RoomEntry(lambda: _("Models"), Icon.CHIP, _models),
    RoomEntry(lambda: _("Settings"), Icon.SETTINGS, _settings),
)
"""Files dropped where nobody takes them go to the first."""

SETTINGS = 3
"""The place of the settings."""


def load_rooms() -> None:
    """Load the code of every room; in any thread."""
    for entry in ROOMS:
        entry.load()
