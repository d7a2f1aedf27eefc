"""Named stated uses: one menu for the bar and for the window, nine of them with a key of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from countenance.translations import _
from gui.presenters.presets import (
    LONGEST_NAME,
    MOST_BY_KEY,
    Preset,
    preset_of,
    presets_from_text,
    presets_to_text,
    renamed,
    with_preset,
    without_preset,
)
from gui.presenters.uses import UseForm

KEPT_AS = "presets"


class UsePresets(QObject):
    """Keeps the presets and fills their menu.

    Signals:
        chosen: the form of a preset.
        changed: there are others now, or another one counts.
        deleted: all presets as they were before one was deleted.
    """

    chosen = Signal(object)
    changed = Signal()
    deleted = Signal(object)

    def __init__(self, form: Callable[[], UseForm], memory: QSettings | None, owner: QWidget) -> None:
        super().__init__(owner)
        self._form, self._memory, self._owner = form, memory, owner
        self._menu: QMenu | None = None
        self.all = presets_from_text(str(memory.value(KEPT_AS, ""))) if memory is not None else ()

    @property
    def current(self) -> Preset | None:
        """The preset whose use is stated now."""
        return preset_of(self.all, self._form())

    def fill(self, menu: QMenu) -> None:
        """Take a menu, and keep it filled."""
        self._menu = menu
        self._fill()

    def keep(self, presets: tuple[Preset, ...]) -> None:
        """Have these from now on."""
        self.all = presets
        if self._memory is not None:
            self._memory.setValue(KEPT_AS, presets_to_text(presets))
        self.tell()

    def tell(self) -> None:
        """Say that another use is stated."""
        self._fill()
        self.changed.emit()

    def choose(self, preset: Preset) -> None:
        """State the use of a preset."""
        self.chosen.emit(preset.form)

    def save_as(self) -> None:
        """Ask for a name and save the stated use under it."""
        current = self.current
        self._ask(
            _("Save the stated use as a preset"),
            current.name if current else "",
            lambda name: self.keep(with_preset(self.all, name, self._form())),
        )

    def rename(self) -> None:
        """Ask for another name of the preset whose use is stated."""
        current = self.current
        if current is not None:
            self._ask(
                _("Rename the preset"), current.name, lambda name: self.keep(renamed(self.all, current.name, name))
            )

    def delete(self) -> None:
        """Delete the preset whose use is stated; it can be taken back."""
        before, current = self.all, self.current
        if current is not None:
            self.keep(without_preset(before, current.name))
            self.deleted.emit(before)

    def _fill(self) -> None:
        menu = self._menu
        if menu is None:
            return
        menu.clear()
        current = self.current
        for place, preset in enumerate(self.all):
            action = menu.addAction(preset.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(preset is current)
            if place < MOST_BY_KEY:
                action.setShortcut(QKeySequence(f"Ctrl+Alt+{place + 1}"))
            action.triggered.connect(partial(self._chosen, preset))
        if self.all:
            menu.addSeparator()
        menu.addAction(_("Save the stated use as a preset…")).triggered.connect(self.save_as)
        for words, slot in ((_("Rename this preset…"), self.rename), (_("Delete this preset"), self.delete)):
            action = menu.addAction(words)
            action.setEnabled(current is not None)
            action.triggered.connect(slot)

    def _chosen(self, preset: Preset, _checked: bool = False) -> None:
        self.choose(preset)
        self._fill()

    def _ask(self, title: str, name: str, then: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(_("Its name"))
        dialog.setTextValue(name)
        dialog.setOkButtonText(_("Save"))
        dialog.setCancelButtonText(_("Cancel"))
        dialog.textValueSelected.connect(lambda text: then(text) if text.strip() else None)
        dialog.open()


LONGEST_SHOWN = min(LONGEST_NAME, 28)
"""Characters of a preset's name that the bar's button shows."""
