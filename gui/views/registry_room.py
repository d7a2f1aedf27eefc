"""The second room: the people of the registry, or the way into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QMenuBar,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from countenance.people import Person
from countenance.places import REGISTRY_SUFFIX
from countenance.translations import _
from gui.preparing import Founding
from gui.presenters.looks import Icon
from gui.presenters.pages import Problem
from gui.presenters.unlocking import known_files
from gui.views.journal_page import JournalView
from gui.views.journal_upkeep import UpkeepView
from gui.views.people_deeds import PeopleDeeds
from gui.views.people_pane import PeoplePane
from gui.views.people_tabs import Tabs
from gui.views.person_page import PersonView
from gui.views.room import Parts, Room, menu_action
from gui.views.theme import GRID
from gui.views.unlock_found import FoundPane
from gui.views.unlock_pane import UnlockPane

ROSTER_ENDINGS = frozenset({".csv", ".tsv", ".json"})


class RegistryRoom(Room):
    """Shows who is enrolled, or how the registry is opened or made."""

    icon = Icon.PEOPLE
    unlocks = True

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._stale = True
        self._founding = False
        self._of_people: list[QAction] = []
        self._of_registry: list[QAction] = []
        self._deeds = PeopleDeeds(parts, self)
        self._deeds.merged.connect(self.show_person)
        self._deeds.erased.connect(self._show_people)
        self._build()
        self._listen()
        self._show_state()

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Registry")

    def fill_menus(self, bar: QMenuBar) -> Sequence[QMenu]:
        """Add what can be done with people and with the registry."""
        people = bar.addMenu(_("&People"))
        self._of_people = [
            menu_action(people, _("Add a person…"), lambda: self.enrol(()), "Ctrl+N"),
            menu_action(people, _("Add samples…"), self.person.ask_for_samples, "Ctrl+Shift+N"),
            menu_action(people, _("Import people…"), lambda: self.import_people(None), "Ctrl+I"),
            menu_action(people, _("Search"), self._search, "Ctrl+F"),
        ]
        registry = bar.addMenu(_("&Registry"))
        self._of_registry = [
            menu_action(registry, _("Journal"), lambda: self._show_tab(1), "Ctrl+J"),
            menu_action(registry, _("State and backups"), lambda: self._show_tab(2)),
        ]
        registry.addSeparator()
        menu_action(registry, _("Open another registry…"), self.open_other)
        menu_action(registry, _("Make a registry…"), self.found)
        self._allow_actions()
        return (people, registry)

    def enter(self) -> None:
        """Read what is shown, if it was changed since."""
        if self._stale and self.parts.vault.is_open:
            self._stale = False
            self.pages.people.read()
            self.person.read()
            self._read_tab(self.tabs.currentIndex())
        if self._stack.currentWidget() is self.unlock:
            self.unlock.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, paths: Sequence[Path]) -> bool:
        """Enrol from what was dropped; a table or a folder of folders is imported."""
        if not self.parts.vault.is_open or not paths:
            return False
        first = paths[0]
        if len(paths) == 1 and (first.suffix.lower() in ROSTER_ENDINGS or _holds_folders(first)):
            self.import_people(first)
        else:
            self.enrol(paths)
        return True

    def remember(self) -> None:
        """Write down how the list is shown."""
        self.pages.people.remember()

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the keys that no menu names."""
        return (
            (_("Enter"), _("Open the page of the chosen person")),
            (_("Space"), _("Select the chosen person, or no longer")),
            (_("Esc, Alt+Left"), _("Back to everybody")),
        )

    def show_person(self, person: str) -> bool:
        """Show the page of somebody of the open registry."""
        if not self.parts.vault.is_open:
            return False
        self.tabs.setCurrentIndex(0)
        self.person.show_person(person)
        self.pages.show_person()
        return True

    def enrol(self, paths: Sequence[Path]) -> None:
        """Enrol somebody, or add samples to whoever is shown."""
        person = self.person.page_person if self.pages.person_is_shown and paths else None
        self._enrol(paths, person)

    def import_people(self, source: Path | None) -> None:
        """Enrol many people from a folder or a table."""
        if self.parts.vault.is_open:
            from gui.views.import_dialog import ImportDialog

            ImportDialog(self.parts, source, self).open()

    def open_other(self) -> None:
        """Let the user look for the file of another registry."""
        name, _kind = QFileDialog.getOpenFileName(
            self,
            _("Open a registry"),
            str(self.parts.entrance.opening.registry.parent),
            f"{_('Registries')} (*{REGISTRY_SUFFIX});;{_('All files')} (*)",
        )
        if name:
            self._turn_to(Path(name))

    def found(self) -> None:
        """Ask for what a new registry is made from."""
        self._founding = True
        self._show_state()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID * 3)
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self.wait = _Waiting()
        self.make = FoundPane(self.parts.entrance.opening.places)
        self.make.founded.connect(self._found)
        self.make.open_asked.connect(self.open_other)
        self.make.left.connect(self._leave_founding)
        self.unlock = UnlockPane()
        self.unlock.offered.connect(lambda words, keep: self.parts.entrance.unlock(words, keep=keep))
        self.unlock.other_asked.connect(self.open_other)
        self.unlock.turned.connect(self._turn_to)
        self.unlock.founding_asked.connect(self.found)
        self.opened = QWidget()
        self._build_opened()
        for page in (self.wait, self.make, self.unlock, self.opened):
            self._stack.addWidget(page)

    def _build_opened(self) -> None:
        column = QVBoxLayout(self.opened)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self.tabs = Tabs(_("Parts of the registry"))
        self.pages = _Pages(self.parts)
        self.person = self.pages.person
        self.journal = JournalView(self.parts)
        self.upkeep = UpkeepView(self.parts)
        self._panes = QStackedWidget()
        for words, icon, pane in (
            (_("People"), Icon.PEOPLE, self.pages),
            (_("Journal"), Icon.HISTORY, self.journal),
            (_("State and backups"), Icon.SHIELD, self.upkeep),
        ):
            self.tabs.add(words, icon)
            self._panes.addWidget(pane)
        self.tabs.currentChanged.connect(self._panes.setCurrentIndex)
        self.tabs.currentChanged.connect(self._read_tab)
        # Pressing "People" leads from a page back to everybody.
        self.tabs.tabBarClicked.connect(self._press_tab)
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._panes, 1)
        people = self.pages.people
        people.opened.connect(self.show_person)
        people.enrol_asked.connect(lambda: self._enrol((), None))
        people.import_asked.connect(lambda: self.import_people(None))
        people.tag_asked.connect(lambda ids: self._deeds.tag(ids, people.known_tags()))
        people.disclose_asked.connect(self._deeds.disclose)
        people.erase_asked.connect(self._deeds.erase)
        self.person.left.connect(self._show_people)
        self.person.opened.connect(self.show_person)
        self.person.add_asked.connect(lambda person: self._enrol((), person))
        self.person.merge_asked.connect(self._deeds.merge)
        self.person.disclose_asked.connect(lambda one: self._deeds.disclose([one]))
        self.person.erase_asked.connect(lambda one: self._deeds.erase([one]))
        self.upkeep.other_asked.connect(self.open_other)
        self.upkeep.founding_asked.connect(self.found)

    def _listen(self) -> None:
        vault, entrance = self.parts.vault, self.parts.entrance
        self.hear(vault.opened, self._opened)
        self.hear(vault.locked, self._locked)
        self.hear(vault.changed, self._changed)
        self.hear(entrance.ready, self._show_state)
        self.hear(entrance.models_missing, self._show_state)
        self.hear(entrance.passphrase_needed, self._show_state)
        self.hear(entrance.turned, self._show_state)
        self.hear(entrance.refused, self._refused)

    def _show_state(self, _what: object = None) -> None:
        """Show the page that fits how the registry is."""
        entrance = self.parts.entrance
        if self._founding:
            self.make.allow_leaving(self.parts.vault.is_open or entrance.can_unlock)
            self._stack.setCurrentWidget(self.make)
        elif self.parts.vault.is_open:
            self._stack.setCurrentWidget(self.opened)
        elif not entrance.is_settled:
            self._stack.setCurrentWidget(self.wait)
        elif entrance.can_unlock:
            opening = entrance.opening
            self.unlock.show_file(opening.registry, known_files(opening.places, opening.registry))
            self._stack.setCurrentWidget(self.unlock)
        else:
            self.make.allow_leaving(False)
            self._stack.setCurrentWidget(self.make)
        self._allow_actions()

    def _allow_actions(self) -> None:
        shown = self._stack.currentWidget() is self.opened
        for action in (*self._of_people, *self._of_registry):
            action.setEnabled(shown)

    def _opened(self, _facts: object) -> None:
        self._founding = False
        self.unlock.forget()
        self.make.forget()
        self._stale = True
        self.tabs.setCurrentIndex(0)
        self._show_people()
        self._show_state()
        registry = self.parts.entrance.opening.registry
        usual = registry == self.parts.entrance.opening.places.registry
        self.parts.preferences.change(registry="" if usual else str(registry))
        if self.isVisible():
            self.enter()

    def _locked(self) -> None:
        self.pages.forget()
        self.journal.forget()
        self.upkeep.forget()
        self.unlock.forget()
        self._stale = True
        self._show_state()

    def _changed(self) -> None:
        self._stale = True
        self.pages.people.forget_pictures()
        if self.isVisible():
            self.enter()

    def _refused(self, problem: Problem) -> None:
        if self._stack.currentWidget() is self.make:
            self.make.refuse(problem)
        elif self._stack.currentWidget() is self.unlock:
            self.unlock.refuse(problem)

    def _found(self, founding: Founding, keep: bool) -> None:
        self.parts.entrance.found(founding, keep=keep)

    def _leave_founding(self) -> None:
        self._founding = False
        self.make.forget()
        self._show_state()

    def _turn_to(self, path: Path) -> None:
        self._founding = False
        self.parts.entrance.turn_to(path)

    def _read_tab(self, place: int) -> None:
        if not self.parts.vault.is_open:
            return
        if self._panes.widget(place) is self.journal:
            self.journal.read()
        elif self._panes.widget(place) is self.upkeep:
            self.upkeep.read()

    def _press_tab(self, place: int) -> None:
        if place == 0 and self.tabs.currentIndex() == 0:
            self._show_people()

    def _show_tab(self, place: int) -> None:
        self.tabs.setCurrentIndex(place)

    def _search(self) -> None:
        self.tabs.setCurrentIndex(0)
        self._show_people()
        self.pages.people.focus_search()

    def _show_people(self) -> None:
        self.pages.show_people()

    def _enrol(self, paths: Sequence[Path], person: Person | None) -> None:
        if self.parts.vault.is_open:
            from gui.views.enrol_dialog import EnrolDialog

            dialog = EnrolDialog(self.parts, person=person, paths=paths, parent=self)
            dialog.enrolled.connect(self.show_person)
            dialog.open()


class _Pages(QStackedWidget):
    """Everybody, or one of them."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.people, self.person = PeoplePane(parts), PersonView(parts)
        self.addWidget(self.people)
        self.addWidget(self.person)

    @property
    def person_is_shown(self) -> bool:
        """Whether somebody's page is shown."""
        return self.currentWidget() is self.person

    def show_person(self) -> None:
        """Show the page of one person."""
        self.setCurrentWidget(self.person)
        self.person.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_people(self) -> None:
        """Show everybody, where the list was left."""
        was = self.person.shown
        self.setCurrentWidget(self.people)
        if was:
            self.person.forget()
            self.people.list.show_person(was)
            self.people.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Show nobody and keep nothing of anybody."""
        self.person.forget()
        self.people.forget()
        self.setCurrentWidget(self.people)


class _Waiting(QWidget):
    """Shown for the moment in which nothing is known yet."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(240)
        bar.setAccessibleName(_("Looking for the registry"))
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignCenter)


def _holds_folders(path: Path) -> bool:
    return path.is_dir() and any(one.is_dir() and not one.name.startswith(".") for one in path.iterdir())
