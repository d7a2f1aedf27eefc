"""The window: the rail at the left, the chosen room beside it, one strip of notices above every room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import RegistryFacts
from gui.desk import Desk
from gui.entrance import Entrance
from gui.preferences import Preferences
from gui.presenters.first_run import WELCOMED, is_first_run
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.settings import Section
from gui.presenters.uses import use_from_text
from gui.presenters.window import registry_line, registry_word
from gui.vault import Vault
from gui.views.check_room import CheckRoom
from gui.views.first_run_steps import FirstRun
from gui.views.listening import DeviceOutput, Listening, Output
from gui.views.menus import WindowActions, WindowMenus, shortcuts_of
from gui.views.notices import NoticeStrip
from gui.views.rail import Rail
from gui.views.room import Parts, Room
from gui.views.rooms import ROOMS, SETTINGS, load_rooms
from gui.views.screens import come_onto_a_screen, stay_on_screens
from gui.views.shortcuts_sheet import ShortcutsSheet
from gui.views.theme import GRID
from gui.views.unlock_bar import Unlocking
from gui.views.welcome import DropOverlay, dropped_paths
from registry import Registry


class MainWindow(QMainWindow):
    """Holds the rooms together; decides nothing by itself."""

    def __init__(
        self,
        desk: Desk,
        entrance: Entrance,
        vault: Vault,
        preferences: Preferences,
        *,
        memory: QSettings | None = None,
        output: Output | None = None,
    ) -> None:
        super().__init__()
        self.parts = Parts(
            desk=desk,
            entrance=entrance,
            vault=vault,
            preferences=preferences,
            listening=Listening(output or DeviceOutput(self), self),
            memory=memory,
        )
        self._place = 0
        self.unlocking = Unlocking(self.parts, self, lambda: self._first_run is not None)
        self._first_run: FirstRun | None = None
        self._locks_later = False
        self.setWindowTitle("Countenance")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(QSize(920, 600))
        self.resize(1280, 800)
        self._restore()
        self._made: dict[int, Room] = {}
        self.notices = NoticeStrip()
        self._build()
        self._listen()
        if preferences.unread is not None:
            self.complain(preferences.unread)
        if memory is not None and is_first_run(entrance.opening, done=bool(memory.value(WELCOMED))):
            self.show_first_run()

    @property
    def check(self) -> CheckRoom:
        """The room of clips."""
        room = self._room(0)
        assert isinstance(room, CheckRoom)
        return room

    @property
    def rooms(self) -> Sequence[Room]:
        """Every room; those that nobody looked at yet are made for this."""
        return [self._room(place) for place in range(len(ROOMS))]

    def build_again(self) -> None:
        """Build everything anew in the colours and the language now in force."""
        shown, step = self.check.current_key(), self._first_run.step if self._first_run is not None else None
        self._leave_rooms()
        self._build()
        if shown is not None:
            self.check.show_clip(shown)
        if step is not None:
            self._first_run = None
            self.show_first_run(step)
        self.unlocking.ask_again()

    def show_room(self, place: int) -> None:
        """Show a room, by its place in the rail."""
        self._place = place
        self.rail.show_chosen(place)
        room = self._room(place)
        self._stack.setCurrentWidget(room)
        self.unlocking.show_room(room)
        self._menus.show_room(place if self._first_run is None else None)
        room.enter()

    def show_room_of(self, kind: type[Room]) -> Room:
        """Show the room of a kind and return it."""
        place = next(place for place, entry in enumerate(ROOMS) if entry.load() is kind)
        self.show_room(place)
        return self._room(place)

    def show_person(self, person: str) -> None:
        """Show a person's page, in the room that has one."""
        for place, room in enumerate(self.rooms):
            if room.show_person(person):
                self.show_room(place)
                return

    def show_first_run(self, step: int = 0) -> None:
        """Show the first steps in place of the rooms, from a step on."""
        if self._first_run is None:
            self._first_run = FirstRun(self.parts, step)
            self._first_run.ended.connect(self._end_first_run)
            self._first_run.noticed.connect(self._notice)
            self._whole.addWidget(self._first_run)
            self._whole.setCurrentWidget(self._first_run)
            self._menus.show_room(None)
            self._first_run.setFocus(Qt.FocusReason.OtherFocusReason)

    def lock(self) -> None:
        """Lock the registry; where clips are being checked by it, as soon as they are done, and say so."""
        parts = self.parts
        if parts.vault.is_open and parts.desk.is_checking:
            self._locks_later = True
            sentence = _("The registry is locked as soon as the clips under way are checked; stop them to lock it now.")
            self.notices.say(sentence, tone=Tone.REVIEW, icon=Icon.LOCK)
        else:
            parts.entrance.lock()

    def come_forward(self, clips: Sequence[Path]) -> None:
        """Show the window above others, and take clips that were given to another start of the program."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if clips:
            if self._first_run is not None:
                self._first_run.end(0)
            self.parts.desk.add(clips)

    def complain(self, error: CountenanceError) -> None:
        """Show what went wrong as a sentence, with details to copy."""
        self.notices.say(str(error), tone=Tone.PROBLEM, icon=Icon.PROBLEM, details=error.details)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Remember the window's place, end all work, then go."""
        memory = self.parts.memory
        if memory is not None:
            memory.setValue("window/geometry", self.saveGeometry())
            memory.setValue("window/room", self._place)
        self._leave_rooms()
        self.parts.entrance.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Show where to let go, if what is dragged are files of this computer."""
        if dropped_paths(event.mimeData()) and event.source() is None:
            event.acceptProposedAction()
            self._overlay.setGeometry(self.rect())
            self._overlay.raise_()
            self._overlay.show()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802  Qt's name
        """Take the overlay away."""
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Give the files to the room that is shown, or to the first."""
        self._overlay.hide()
        paths = dropped_paths(event.mimeData())
        event.acceptProposedAction()
        if self._first_run is not None:
            self._first_run.end(0)
        if not self._room(self._place).take(paths):
            self.show_room(0)
            self._room(0).take(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the overlay as large as the window."""
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())

    def _leave_rooms(self) -> None:
        for room in self._made.values():
            room.remember()
            room.let_go()
        self._made = {}
        if self._first_run is not None:
            self._first_run.let_go()

    def _build(self) -> None:
        house = QWidget()
        row = QHBoxLayout(house)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail([(entry.words(), entry.icon) for entry in ROOMS])
        self.rail.chosen.connect(self.show_room)
        self.rail.registry_pressed.connect(self._press_registry)
        row.addWidget(self.rail)
        self._stack = QStackedWidget()
        column = QVBoxLayout()
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, 0)
        column.setSpacing(GRID * 2)
        column.addWidget(self.unlocking.new_bar())
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self._whole = QStackedWidget()
        self._whole.addWidget(house)
        self.setCentralWidget(self._framed())
        for old in self.findChildren(DropOverlay):
            old.deleteLater()
        self._overlay = DropOverlay(self)
        self._build_menus()
        self._room(0)
        self._tell_registry()
        self.show_room(self._place)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _room(self, place: int) -> Room:
        if place not in self._made:
            self._made[place] = room = ROOMS[place].load()(self.parts)
            room.noticed.connect(self._notice)
            room.person_asked.connect(self.show_person)
            room.shortcuts_asked.connect(self._show_shortcuts)
            room.first_steps_asked.connect(self.show_first_run)
            room.forget_asked.connect(self._forget_recent)
            self._stack.addWidget(room)
            self._menus.add_room(place, room)
        return self._made[place]

    def _framed(self) -> QWidget:
        # Notices lie above whatever is shown, the first steps too.
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notices = NoticeStrip(self.notices.waiting)
        column.addWidget(self.notices)
        column.addWidget(self._whole, 1)
        return frame

    def _build_menus(self) -> None:
        actions = WindowActions(
            settings=lambda: self.show_room(SETTINGS),
            lock=self.lock,
            quit=self.close,
            room=self.show_room,
            first_steps=self.show_first_run,
            shortcuts=self._show_shortcuts,
            about=self._show_about,
        )
        parts = self.parts
        self._menus = WindowMenus(self.menuBar(), parts.vault.history, parts.preferences, actions)

    def _listen(self) -> None:
        parts = self.parts
        parts.desk.known_changed.connect(self._tell_registry)
        parts.desk.failed.connect(self.complain)
        parts.desk.chosen.connect(lambda _key: self.show_room(0))
        parts.entrance.passphrase_needed.connect(lambda _file: self._tell_registry())
        parts.entrance.ready.connect(self._tell_registry)
        # Whoever opens another room for the first time should not wait until it is loaded.
        parts.entrance.ready.connect(
            lambda: parts.desk.desk_lane.do(load_rooms, lambda _none: None, parts.desk.failed.emit)
        )
        self.unlocking.refused.connect(self._tell_refused)
        parts.entrance.failed.connect(self.complain)
        parts.entrance.noticed.connect(self._warn)
        parts.vault.failed.connect(self.complain)
        parts.vault.told.connect(self._tell)
        parts.vault.history.changed.connect(self._tell_undo)
        parts.vault.history.done.connect(self._offer_undo)
        parts.preferences.failed.connect(self.complain)
        parts.vault.changed.connect(lambda: parts.vault.ask(Registry.facts, self._tell_registry))
        # The desk heard of it first: what waits has begun by now.
        parts.desk.detecting.free.connect(self._lock_if_asked)
        stay_on_screens(self)

    def _restore(self) -> None:
        memory = self.parts.memory
        if memory is None:
            return
        geometry = memory.value("window/geometry")
        if isinstance(geometry, QByteArray):  # the file is anybody's to write in
            self.restoreGeometry(geometry)
            come_onto_a_screen(self)
        self.parts.desk.state_use(use_from_text(str(memory.value("use", ""))))
        place = str(memory.value("window/room", "0"))
        self._place = int(place) if place.isdigit() and int(place) < len(ROOMS) else 0

    def _notice(self, sentence: str, tone: Tone, icon: Icon) -> None:
        self.notices.say(sentence, tone=tone, icon=icon)

    def _tell(self, sentence: str) -> None:
        self.notices.say(sentence, tone=Tone.PERMITTED, icon=Icon.PERMITTED)

    def _warn(self, sentence: str) -> None:
        self.notices.say(sentence, tone=Tone.REVIEW, icon=Icon.REVIEW)

    def _offer_undo(self, sentence: str) -> None:
        history = self.parts.vault.history
        self.notices.say(sentence, tone=Tone.PERMITTED, icon=Icon.PERMITTED, offer=_("Undo"), on_offer=history.undo)

    def _tell_undo(self) -> None:
        history = self.parts.vault.history
        if history.last is None:
            self.notices.withdraw(history.undo)
        self._menus.tell_undo()

    def _forget_recent(self) -> None:
        self.check.recent.clear()

    def _press_registry(self) -> None:
        entrance = self.parts.entrance
        if entrance.can_unlock:
            self.unlocking.ask()
        elif self.parts.vault.is_open:
            self.lock()

    def _lock_if_asked(self) -> None:
        if self._locks_later and not self.parts.desk.is_checking:
            self._locks_later = False
            self.parts.entrance.lock()

    def _end_first_run(self, place: int) -> None:
        steps, self._first_run = self._first_run, None
        if steps is not None:
            steps.let_go()
            self._whole.removeWidget(steps)
            steps.deleteLater()
        if self.parts.memory is not None:
            self.parts.memory.setValue(WELCOMED, True)
        self.show_room(place)

    def _show_shortcuts(self) -> None:
        besides = [(room.words(), room.keys()) for room in self.rooms]
        ShortcutsSheet([*shortcuts_of(self.menuBar()), *besides], self).open()

    def _show_about(self) -> None:
        from gui.views.settings_room import SettingsRoom

        room = self.show_room_of(SettingsRoom)
        if isinstance(room, SettingsRoom):
            room.show_section(Section.ABOUT)

    def _tell_registry(self, facts: RegistryFacts | None = None) -> None:
        facts, locked = facts or self.parts.vault.facts, self.parts.entrance.can_unlock
        is_open = facts is not None
        self.rail.tell_registry(
            registry_word(facts, locked=locked),
            registry_line(facts, locked=locked),
            Icon.UNLOCKED if is_open else Icon.LOCK,
            can_be_pressed=is_open or locked,
        )
        self._menus.lock.setEnabled(is_open)

    def _tell_refused(self, problem: Problem) -> None:
        words = in_a_row((problem.sentence, problem.remedy))
        self.notices.say(
            words,
            tone=Tone.REVIEW,
            icon=Icon.LOCK,
            details=problem.details,
            offer=_("Unlock…"),
            on_offer=self.unlocking.ask,
        )
