"""What is done with one person or several: tags, handing out what is held, making one of two, erasing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from countenance.people import Person
from countenance.sentences import in_a_row
from countenance.translations import _, ngettext
from gui.presenters.people import tagged, untagged
from gui.vault import Change
from gui.views.erase_dialog import EraseDialog
from gui.views.person_merge import MergeDialog
from gui.views.room import Parts
from registry import Registry


@dataclass(frozen=True, slots=True)
class HandedOut:
    """How many files were written for how many people, and where the last of them lie."""

    people: int
    files: int
    folder: Path


class PeopleDeeds(QObject):
    """Asks what is needed and has it done.

    Signals:
        merged: id of who was kept.
        erased: somebody was erased.
    """

    merged = Signal(str)
    erased = Signal()

    def __init__(self, parts: Parts, owner: QWidget) -> None:
        super().__init__(owner)
        self._parts, self._owner = parts, owner

    def tag(self, people: Sequence[str], known: Sequence[str]) -> None:
        """Ask for a tag and give it to people; the tags there are stand for the choice."""
        dialog = QInputDialog(self._owner)
        dialog.setWindowTitle(_("Add a tag"))
        dialog.setLabelText(_("Tag for those selected"))
        dialog.setComboBoxItems(["", *known])
        dialog.setComboBoxEditable(True)
        dialog.setOkButtonText(_("Add the tag"))
        dialog.setCancelButtonText(_("Cancel"))
        dialog.textValueSelected.connect(partial(self._tag, list(people)))
        # It shows tags, which are nobody's business once the registry is locked.
        self._parts.vault.locked.connect(dialog.reject)
        self._show(dialog)

    def disclose(self, people: Sequence[str]) -> None:
        """Ask for a folder and write all that is held about people into it, a folder for each."""
        name = QFileDialog.getExistingDirectory(self._owner, _("Choose where their copies are written"))
        if name and self._parts.vault.is_open:
            self._parts.vault.change(Change(work=partial(hand_out, tuple(people), Path(name))), self._tell_handed_out)

    def merge(self, person: str) -> None:
        """Ask who else somebody is, and make one person of two."""
        dialog = MergeDialog(self._parts, person, self._owner)
        dialog.merged.connect(self.merged)
        self._show(dialog)

    def erase(self, people: Sequence[str]) -> None:
        """Say what goes and what stays, and erase people where it is meant."""
        dialog = EraseDialog(self._parts, people, self._owner)
        dialog.erased.connect(self.erased)
        self._show(dialog)

    def _show(self, dialog: QInputDialog | MergeDialog | EraseDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _tag(self, people: list[str], tag: str) -> None:
        plain = tag.strip()
        if plain:
            change = Change(
                work=partial(tagged, people, plain),
                words=_("A tag was added."),
                undo=lambda opened, changed: untagged(changed, opened),
            )
            self._parts.vault.change(change)

    def _tell_handed_out(self, made: HandedOut) -> None:
        told = ngettext("{count} file was written.", "{count} files were written.", made.files)
        warning = _("Hand it over safely, and delete it here afterwards: it is not encrypted.")
        self._parts.vault.told.emit(in_a_row((told.format(count=made.files), warning)))


def hand_out(people: Sequence[str], parent: Path, registry: Registry) -> HandedOut:
    """Write all that is held about people into new folders; off the window's thread."""
    files, folder = 0, parent
    for person in registry.people(people):
        folder = _free_folder(parent, person)
        files += len(registry.upkeep.disclose(person.id, folder).files)
    return HandedOut(people=len(people), files=files, folder=folder)


def _free_folder(parent: Path, person: Person) -> Path:
    # Names may hold what no file system takes.
    plain = re.sub(r"[^\w .-]+", "_", person.display_name).strip(" .")[:60] or _("person")
    folder, number = parent / plain, 2
    while folder.exists():
        folder, number = parent / f"{plain} {number}", number + 1
    return folder
