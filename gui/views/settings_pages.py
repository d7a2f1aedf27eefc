"""The sections of the settings but the models: looks, false alarms, locking, files, and the program itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.settings import Appearance, Settings
from countenance.translations import _
from countenance.verdict import UnknownPolicy
from gui.desktop import find_menus, is_registered, register, unregister
from gui.presenters.looks import Icon
from gui.presenters.settings import (
    PlaceRow,
    appearance_words,
    language_choices,
    licence_rows,
    lock_choices,
    place_rows,
    program_words,
    text_size_choices,
    thread_choices,
    unknown_words,
)
from gui.undoing import Undoable
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import Elided, IconLabel, Text, push_button, quiet_button
from gui.views.room import Parts
from gui.views.settings_budget import BudgetCard
from gui.views.settings_pieces import Card, Choice, Page
from gui.views.theme import GRID, MARGIN, theme


class LooksPage(Page):
    """Language, colours, size of letters; all at once."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(_("Language and looks"))
        settings, change = parts.preferences.settings, parts.preferences.change
        card = Card("")
        self.language = Choice(language_choices(), settings.language, lambda chosen: change(language=chosen))
        card.add_row(_("Language"), self.language)
        appearances = [(each, appearance_words(each)) for each in Appearance]
        self.appearance = Choice(appearances, settings.appearance, lambda chosen: change(appearance=chosen))
        card.add_row(_("Appearance"), self.appearance)
        sizes = text_size_choices(settings)
        self.text_size = Choice(sizes, settings.text_size, lambda chosen: change(text_size=chosen))
        card.add_row(_("Size of letters"), self.text_size, _("Also with Ctrl and + or −."))
        self.add(card)


class CheckingPage(Page):
    """False alarms, unknown people, and how much of the machine a check takes."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(_("False alarms"))
        self._parts = parts
        settings = parts.preferences.settings
        self.budget = BudgetCard(parts)
        self.budget.settled.connect(self._settle_rates)
        self.add(self.budget)
        unknown = Card(_("People nobody knows"))
        policies = [(each, unknown_words(each)) for each in UnknownPolicy]
        self.unknown = Choice(policies, settings.unknown, self._settle_unknown)
        unknown.add_row(
            _("Somebody prominent who is not in the registry"),
            self.unknown,
            _("People who are small, brief or in a crowd are only mentioned in any case."),
        )
        self.add(unknown)
        speed = Card(_("Performance"))
        threads = thread_choices(os.cpu_count() or 1, settings)
        self.threads = Choice(threads, settings.threads, lambda chosen: parts.preferences.change(threads=chosen))
        speed.add_row(
            _("Work on clips with"),
            self.threads,
            _("More threads check faster and leave less for other programs; it counts from the next clip on."),
        )
        speed.column.addWidget(Text(_("What the models run on is chosen in the room “Models”."), muted=True))
        self.add(speed)

    def show_settings(self, settings: Settings) -> None:
        """Show settings that were changed elsewhere, or taken back."""
        self.budget.show_settings(settings)
        self.unknown.setCurrentIndex(list(UnknownPolicy).index(settings.unknown))

    def _settle_rates(self, review: float, block: float) -> None:
        words = _("The false-alarm budget was changed; every clip was judged anew.")
        _change(self._parts, words, review_rate=review, block_rate=block)

    def _settle_unknown(self, chosen: UnknownPolicy) -> None:
        _change(self._parts, _("Unknown people weigh otherwise now; every clip was judged anew."), unknown=chosen)


class SafetyPage(Page):
    """Locking, and what the window remembers."""

    def __init__(self, parts: Parts, forget: Callable[[], object]) -> None:
        super().__init__(_("Locking and memory"))
        self._parts = parts
        settings = parts.preferences.settings
        lock = Card(_("Locking"))
        self.lock_after = Choice(lock_choices(settings), settings.lock_after_min, self._settle)
        lock.add_row(
            _("Lock the open registry when nobody does anything"),
            self.lock_after,
            _("It is locked when the computer wakes from sleep, too, unless you choose never."),
        )
        self.add(lock)
        memory = Card(
            _("What the window remembers"),
            _("Which clips were opened lately, where it stood, and the stated use. Nothing about people."),
        )
        self.forget = push_button(_("Forget recent clips"), Icon.ERASE)
        self.forget.clicked.connect(lambda _checked: forget())
        memory.column.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(memory)

    def show_settings(self, settings: Settings) -> None:
        """Show settings that were changed elsewhere, or taken back."""
        minutes = [value for value, _words in lock_choices(settings)]
        if settings.lock_after_min in minutes and len(minutes) == self.lock_after.count():
            self.lock_after.setCurrentIndex(minutes.index(settings.lock_after_min))

    def _settle(self, minutes: int) -> None:
        if minutes:
            self._parts.preferences.change(lock_after_min=minutes)
        else:
            _change(self._parts, _("The registry is never locked by itself now."), lock_after_min=0)


class PlacesPage(Page):
    """Where data lives, and the file manager's menu.

    Signals:
        noticed: (sentence, tone, icon).
    """

    noticed = Signal(str, object, object)

    def __init__(self, parts: Parts) -> None:
        super().__init__(_("Files and system"))
        self._parts = parts
        self._places: Card | None = None
        self.menus = find_menus()
        self.show_places()
        system = Card(
            _("Open clips from the file manager"),
            _("“Open with” offers Countenance for videos, sound and pictures. What opens them by default stays."),
        )
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        self.state = Text(muted=True)
        self.button = push_button("")
        self.button.clicked.connect(self._change_menus)
        row.addWidget(self.button)
        row.addWidget(self.state, 1)
        system.column.addLayout(row)
        self.add(system)
        self.add(self._build_messages())
        self._tell_menus()

    def show_places(self) -> None:
        """Show where everything is kept, as it is now."""
        opening = self._parts.entrance.opening
        work = partial(place_rows, opening.places, opening.registry)
        card = Card(_("Where your data lives"), _("Everything is on this computer. Copy these to take it along."))
        rows = QVBoxLayout()
        rows.setSpacing(GRID * 3)
        card.column.addLayout(rows)
        self._parts.desk.desk_lane.do(work, partial(_fill_places, rows), self._parts.vault.failed.emit)
        if self._places is not None:
            self._places.hide()
            self._places.deleteLater()
        self._places = card
        self.add_first(card)

    def _build_messages(self) -> Card:
        card = Card(_("Messages of the system"), _("They name nobody: neither people nor clips."))
        preferences = self._parts.preferences
        answers = ((True, _("Yes")), (False, _("No")))
        self.notify = Choice(answers, preferences.settings.notify, lambda told: preferences.change(notify=told))
        card.add_row(_("Tell me at another window that the check is done, or that a clip is blocked"), self.notify)
        return card

    def _tell_menus(self) -> None:
        there = is_registered(self.menus)
        self.button.setText(_("Take it out of the menu") if there else _("Offer Countenance"))
        self.button.setEnabled(self.menus.can_register)
        words = _("It is offered.") if there else _("It is not offered.")
        self.state.setText(
            words if self.menus.can_register else _("macOS offers only programs that were installed as an app.")
        )

    def _change_menus(self) -> None:
        work = partial(unregister if is_registered(self.menus) else register, self.menus)
        self.button.setEnabled(False)
        self._parts.desk.desk_lane.do(work, lambda _nothing: self._tell_menus(), self._menus_failed)

    def _menus_failed(self, error: CountenanceError) -> None:
        self._tell_menus()
        self._parts.vault.failed.emit(error)


class AboutPage(Page):
    """The program itself.

    Signals:
        shortcuts_asked, first_steps_asked: to be shown.
    """

    shortcuts_asked = Signal()
    first_steps_asked = Signal()

    def __init__(self) -> None:
        super().__init__(_("About"))
        card = Card("")
        head = QHBoxLayout()
        head.setSpacing(GRID * 4)
        head.addWidget(IconLabel(Icon.APP, theme().accent, 64))
        said = QVBoxLayout()
        said.addWidget(Text(program_words(), size=1.3, bold=True))
        said.addWidget(Text(_("Checks clips before they are published: whose face is in them, and what consent says.")))
        said.addWidget(Text(_("Free software under the Apache License 2.0."), muted=True))
        head.addLayout(said, 1)
        card.column.addLayout(head)
        buttons = FlowLayout(GRID * 2)
        keys = push_button(_("Keyboard shortcuts"), Icon.KEYBOARD)
        keys.clicked.connect(self.shortcuts_asked)
        steps = push_button(_("First steps"), Icon.STAR)
        steps.clicked.connect(self.first_steps_asked)
        licences = push_button(_("Licences of others"), Icon.DOCUMENT)
        licences.clicked.connect(lambda: LicencesDialog(self).open())
        for button in (keys, steps, licences):
            buttons.addWidget(button)
        card.column.addLayout(buttons)
        self.add(card)
        limits = Card(
            _("What a verdict is"),
            _(
                "It says what the people of your registry agreed to, as you wrote it down, and whom the models "
                "recognised. It is no legal advice, and a clip in which nobody was recognised is not proven free of "
                "anybody."
            ),
        )
        self.add(limits)


class LicencesDialog(QDialog):
    """The libraries the program stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Licences of others"))
        self.setModal(True)
        self.resize(560, 520)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        column.addWidget(Text(_("Countenance stands on these libraries, each under its own licence."), muted=True))
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID * 2)
        for name, licence in licence_rows():
            row = QHBoxLayout()
            row.addWidget(Text(name), 1)
            row.addWidget(Text(licence, muted=True), 1)
            rows.addLayout(row)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("reading")
        scroll.setAccessibleName(_("Licences of others"))
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        column.addWidget(scroll, 1)
        close = push_button(_("Close"), primary=True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus(Qt.FocusReason.OtherFocusReason)


def _change(parts: Parts, words: str, **fields: object) -> None:
    """Change settings in a way that can be taken back."""
    settings = parts.preferences.settings
    before = {name: getattr(settings, name) for name in fields}
    if before != fields:
        parts.preferences.change(**fields)
        parts.vault.history.note(Undoable(words, lambda: parts.preferences.change(**before)))


def _fill_places(rows: QVBoxLayout, places: tuple[PlaceRow, ...]) -> None:
    for place in places:
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        said = QVBoxLayout()
        said.setSpacing(GRID // 2)
        said.addWidget(Text(place.words))
        path = Elided(place.shown)
        path.setStyleSheet(f"color: {theme().muted};")
        said.addWidget(path)
        row.addLayout(said, 1)
        copy = quiet_button(Icon.COPY, _("Copy the path"))
        copy.clicked.connect(partial(_copy, place.shown))
        show = push_button(_("Show in folder"), Icon.OPEN)
        show.setEnabled(place.there)
        show.setToolTip("" if place.there else _("It is not there yet."))
        show.clicked.connect(partial(_show_folder, place))
        row.addWidget(copy)
        row.addWidget(show)
        rows.addLayout(row)


def _copy(words: str, _checked: bool = False) -> None:
    QGuiApplication.clipboard().setText(words)


def _show_folder(place: PlaceRow, _checked: bool = False) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.folder)))
