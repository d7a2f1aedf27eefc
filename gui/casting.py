"""Finds the people of the stated cast, in the open registry or in the folder that is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from countenance.people import Person
from gui.desk import Desk
from gui.presenters.casting import CastRead, look_up, unread
from gui.presenters.use_choices import Choice
from gui.vault import Vault
from scan.cast import find_among
from scan.known import Known

MOST_FOUND = 12


class Casting(QObject):
    """Keeps the desk's cast in step with the stated use; lives on the window's thread.

    Signals:
        changed: who is shown as the cast, or whether there is anybody to choose from.
    """

    changed = Signal()

    def __init__(self, desk: Desk, vault: Vault, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._vault = desk, vault
        self.shown = unread(self.codes)
        self._asked: tuple[str, ...] | None = None

    @property
    def can_choose(self) -> bool:
        """Whether there is anybody to choose from."""
        return self._folder is not None or self._vault.is_open

    @property
    def codes(self) -> tuple[str, ...]:
        """Who should appear, as the form holds it: of the folder while one is compared with, else of the registry."""
        return self._desk.form.folder_cast if self._folder is not None else self._desk.form.cast

    def state(self, codes: tuple[str, ...]) -> None:
        """Have others appear."""
        form = self._desk.form
        of_folder = self._folder is not None
        self._desk.state_use(replace(form, folder_cast=codes) if of_folder else replace(form, cast=codes))

    def read(self) -> None:
        """Look the cast up anew: the use, the registry or the folder is another one."""
        codes, folder = self.codes, self._folder
        self._asked = codes
        if folder is not None:
            self._take(codes, look_up(codes, find_among(folder.people.values())))
        elif self._vault.is_open and codes:
            self._vault.ask(lambda registry: look_up(codes, registry.named), partial(self._take, codes))
        else:
            self._take(codes, unread(codes))

    def search(self, text: str, on_found: Callable[[list[Choice]], None]) -> None:
        """Find people by what was typed, better matches first."""
        folder = self._folder
        if folder is not None:
            wanted = text.casefold().split()
            people = folder.people.values()
            found = [one for one in people if all(word in one.display_name.casefold() for word in wanted)]
            on_found(_choices(found[:MOST_FOUND]))
        else:
            self._vault.ask(lambda registry: _choices(registry.search(text, MOST_FOUND)), on_found)

    @property
    def _folder(self) -> Known | None:
        return self._desk.comparing.known

    def _take(self, codes: tuple[str, ...], read: CastRead) -> None:
        if codes == self._asked == self.codes:
            self.shown = read
            self._desk.state_cast(read.members)
            self.changed.emit()


def _choices(people: tuple[Person, ...] | list[Person]) -> list[Choice]:
    return [Choice(person.id, person.display_name or person.id) for person in people]
