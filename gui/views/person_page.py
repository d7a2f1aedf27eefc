"""One person's page: who they are on top, below it samples, papers, clips, details and history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from countenance.errors import CountenanceError, WrongUsageError
from countenance.people import Person, PersonKind
from countenance.translations import _
from gui.presenters.journal import Deed, read_history
from gui.presenters.looks import Icon
from gui.presenters.person import PersonPage, change_person, put_back, read_page
from gui.vault import Change
from gui.views import icons
from gui.views.papers_dialog import while_alive
from gui.views.people_tabs import Tabs
from gui.views.person_details import DetailsPane
from gui.views.person_head import PersonHead
from gui.views.person_samples import SamplesPane
from gui.views.person_story import StoryPane
from gui.views.pieces import push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import Registry


class PersonView(QWidget):
    """Shows one person.

    Signals:
        left: the list is wanted again.
        opened: id of another person, such as a member of a group.
        add_asked: a `Person` for whom samples are to be added.
        merge_asked, disclose_asked, erase_asked: id of the person.
    """

    left = Signal()
    opened = Signal(str)
    add_asked = Signal(object)
    merge_asked = Signal(str)
    disclose_asked = Signal(str)
    erase_asked = Signal(str)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._page: PersonPage | None = None
        self._wanted = ""
        self._papers: QWidget | None = None
        self._history_is_read = False
        self._build()

    @property
    def shown(self) -> str:
        """The id of whoever is shown; empty where nobody is."""
        return self._wanted

    @property
    def page_person(self) -> Person | None:
        """Whoever is shown, as they are recorded; None while nobody is, and for a group."""
        if self._page is None or self._page.person.kind is PersonKind.GROUP:
            return None
        return self._page.person

    def show_person(self, person: str) -> None:
        """Show somebody, with their samples first."""
        if person != self._wanted:
            self.forget()
            self._wanted = person
            self.tabs.setCurrentIndex(0)
        self.read()

    def read(self) -> None:
        """Read the page of whoever is shown again."""
        if self._wanted:
            asked = self._wanted
            self._parts.vault.ask(
                partial(read_page, asked),
                while_alive(self, partial(self._show_page, asked)),
                while_alive(self, partial(self._gone, asked)),
            )

    def forget(self) -> None:
        """Show nobody and keep nothing of anybody."""
        self._wanted, self._page = "", None
        self._take_papers_away()
        self.head.forget()
        self.samples.forget()
        self.clips.forget()
        self.details.forget()
        self.history.forget()

    def ask_for_samples(self) -> None:
        """Ask for samples to be added to whoever is shown."""
        if self._page is not None and self._page.person.kind is not PersonKind.GROUP:
            self.add_asked.emit(self._page.person)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        top = QHBoxLayout()
        top.setSpacing(GRID * 2)
        back = push_button(_("People"), Icon.BACK)
        back.setToolTip(_("Back to everybody (Esc)"))
        back.clicked.connect(self.left)
        top.addWidget(back)
        top.addStretch(1)
        top.addWidget(self._more_button())
        column.addLayout(top)
        self.head = PersonHead()
        self.head.opened.connect(self.opened)
        column.addWidget(self.head)
        self.tabs = Tabs(_("Parts of this page"))
        self.stack = QStackedWidget()
        self.samples = SamplesPane(self._parts.listening)
        self.samples.add_asked.connect(self.ask_for_samples)
        self.samples.removed.connect(self._remove_sample)
        self._papers_place = QWidget()
        papers = QVBoxLayout(self._papers_place)
        papers.setContentsMargins(0, 0, 0, 0)
        self.clips, self.history, self.details = StoryPane(), StoryPane(), DetailsPane()
        self.details.edited.connect(self._edit)
        for words, icon, pane in (
            (_("Samples"), Icon.PICTURE, self.samples),
            (_("Papers"), Icon.DOCUMENT, self._papers_place),
            (_("Clips"), Icon.FILM, self.clips),
            (_("Details"), Icon.PEN, self.details),
            (_("History"), Icon.HISTORY, self.history),
        ):
            self.tabs.add(words, icon)
            self.stack.addWidget(pane)
        self.tabs.currentChanged.connect(self._show_tab)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        for keys in (QKeySequence(Qt.Key.Key_Escape), QKeySequence("Alt+Left")):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.left)

    def _more_button(self) -> QPushButton:
        more = push_button(_("More"), Icon.MORE)
        more.setObjectName("menu")
        menu = QMenu(more)
        for icon, words, signal in (
            (Icon.MERGE, _("Is the same as somebody else…"), self.merge_asked),
            (Icon.EXPORT, _("Hand out all that is held…"), self.disclose_asked),
            (Icon.ERASE, _("Erase this person…"), self.erase_asked),
        ):
            action = menu.addAction(icons.icon(icon, theme().text), words)
            action.triggered.connect(partial(self._pass_on, signal.emit))
        more.setMenu(menu)
        return more

    def _pass_on(self, emit: Callable[[str], object], _checked: bool = False) -> None:
        if self._wanted:
            emit(self._wanted)

    def _show_page(self, asked: str, page: PersonPage) -> None:
        if asked != self._wanted:  # another page was asked for meanwhile
            return
        # Whoever was asked for may have turned out to be somebody else.
        self._wanted = page.person.id
        self._page = page
        self.head.show_page(page)
        self.samples.show_page(page)
        self.clips.show_clips(page)
        self.details.show_person(page.person)
        self._history_is_read = False
        group = page.person.kind is PersonKind.GROUP
        self.tabs.setTabVisible(0, not group)
        if group and self.tabs.currentIndex() == 0:
            self.tabs.setCurrentIndex(1)
        self._show_tab(self.tabs.currentIndex())

    def _show_tab(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        if self.stack.currentWidget() is self._papers_place and self._papers is None and self._page is not None:
            from gui.views.papers_pane import PapersPane

            self._papers = PapersPane(self._parts, self._page.person.id)
            layout = self._papers_place.layout()
            if layout is not None:
                layout.addWidget(self._papers)

        if self.stack.currentWidget() is self.history and not self._history_is_read and self._page is not None:
            # The whole journal is read for it: only where somebody looks.
            self._history_is_read = True
            asked = self._page.person.id
            self._parts.vault.ask(
                partial(read_history, asked),
                while_alive(self, partial(self._show_history, asked)),
                while_alive(self, partial(self._gone, asked)),
            )

    def _show_history(self, asked: str, history: tuple[Deed, ...]) -> None:
        if asked == self._wanted:
            self.history.show_history(history)

    def _take_papers_away(self) -> None:
        if self._papers is not None:
            self._papers.hide()
            self._papers.deleteLater()
            self._papers = None

    def _gone(self, asked: str, error: CountenanceError) -> None:
        if asked != self._wanted:
            return
        self.forget()
        self.left.emit()
        if isinstance(error, WrongUsageError):
            # Its words are for a terminal, where somebody typed an id.
            self._parts.vault.told.emit(_("This person is not in the registry any more."))
        else:
            self._parts.vault.failed.emit(error)

    def _edit(self, after: Person) -> None:
        page = self._page
        if page is None or page.person.id != after.id:
            return
        before = page.person
        change = Change(
            work=partial(change_person, before, after),
            words=_("What is recorded of a person was changed."),
            undo=partial(_change_back, before),
        )
        self._parts.vault.change(change, None, while_alive(self, self._not_edited))

    def _not_edited(self, error: CountenanceError) -> None:
        self._parts.vault.failed.emit(error)
        if self._page is not None:
            # What is shown is what is kept; what was typed could not be.
            self.details.forget()
            self.details.show_person(self._page.person)
        self.read()

    def _remove_sample(self, sample: str) -> None:
        change = Change(
            work=lambda opened: opened.remove_sample(sample),
            words=_("A sample was removed."),
            undo=lambda opened, removed: put_back(removed, opened),
        )
        self._parts.vault.change(change)


def _change_back(before: Person, opened: Registry, after: Person) -> Person:
    return opened.change_person(before, expected=after)
