"""The window: the rail at the left, the chosen room beside it, one strip of notices above every room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.desk import Desk
from gui.entrance import Entrance
from gui.preferences import Preferences
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.uses import use_from_text
from gui.presenters.window import registry_line, registry_word
from gui.vault import Vault
from gui.views import icons
from gui.views.check_room import CheckRoom
from gui.views.listening import DeviceOutput, Listening, Output
from gui.views.notices import NoticeStrip
from gui.views.rail import Rail
from gui.views.registry_room import RegistryRoom
from gui.views.room import Parts, Room, menu_action
from gui.views.settings_room import SettingsRoom
from gui.views.theme import GRID
from gui.views.unlock_dialog import UnlockDialog
from gui.views.welcome import DropOverlay, dropped_paths

ROOMS: tuple[type[Room], ...] = (CheckRoom, RegistryRoom, SettingsRoom)
"""Every room, in the rail's order; files dropped where nobody takes them go to the first."""


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
        self._dialog: UnlockDialog | None = None
        self.setWindowTitle("Countenance")
        self.setWindowIcon(icons.app_icon())
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(QSize(920, 600))
        self.resize(1280, 800)
        self._restore()
        self.rooms: list[Room] = []
        self._build()
        self._listen()

    @property
    def check(self) -> CheckRoom:
        """The room of clips."""
        return next(room for room in self.rooms if isinstance(room, CheckRoom))

    def build_again(self) -> None:
        """Build everything anew in the colours and the language now in force."""
        shown = self.check.current_key()
        for room in self.rooms:
            room.remember()
            room.let_go()
        self._build()
        if shown is not None:
            self.check.show_clip(shown)

    def show_room(self, place: int) -> None:
        """Show a room, by its place in the rail."""
        self._place = place
        self.rail.show_chosen(place)
        self._stack.setCurrentWidget(self.rooms[place])
        for number, menus in enumerate(self._menus):
            for menu in menus:
                menu.menuAction().setVisible(number == place)
                # A shortcut of a menu that is not shown would still be heard.
                menu.setEnabled(number == place)
        self.rooms[place].enter()

    def show_room_of(self, kind: type[Room]) -> Room:
        """Show the room of a kind and return it."""
        place = next(place for place, room in enumerate(self.rooms) if isinstance(room, kind))
        self.show_room(place)
        return self.rooms[place]

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Remember the window's place, end all work, then go."""
        memory = self.parts.memory
        if memory is not None:
            memory.setValue("window/geometry", self.saveGeometry())
            memory.setValue("window/room", self._place)
        for room in self.rooms:
            room.remember()
            room.let_go()
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
        if not self.rooms[self._place].take(paths):
            self.show_room(0)
            self.rooms[0].take(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the overlay as large as the window."""
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())

    def _build(self) -> None:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail([(kind.words(), kind.icon) for kind in ROOMS])
        self.rail.chosen.connect(self.show_room)
        self.rail.registry_pressed.connect(self._press_registry)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, 0)
        column.setSpacing(GRID * 2)
        self.notices = NoticeStrip()
        column.addWidget(self.notices)
        self._stack = QStackedWidget()
        self.rooms = [kind(self.parts) for kind in ROOMS]
        for room in self.rooms:
            room.noticed.connect(self._notice)
            self._stack.addWidget(room)
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)
        self._overlay = DropOverlay(self)
        self._build_menus()
        self._tell_registry()
        self.show_room(self._place)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_menus(self) -> None:
        bar = self.menuBar()
        bar.clear()
        program = bar.addMenu(_("&Program"))
        self._lock = menu_action(program, _("Lock the registry"), self.parts.entrance.lock, "Ctrl+L")
        program.addSeparator()
        quit_ = menu_action(program, _("Quit"), self.close)
        quit_.setShortcut(QKeySequence("Ctrl+Q"))
        edit = bar.addMenu(_("&Edit"))
        self._undo = menu_action(edit, _("Undo"), self.parts.vault.history.undo, "Ctrl+Z")
        self._tell_undo()
        self._menus = [tuple(room.fill_menus(bar)) for room in self.rooms]
        view = bar.addMenu(_("&View"))
        for place, room in enumerate(self.rooms):
            menu_action(view, room.words(), partial(self.show_room, place), f"Ctrl+{place + 1}")

    def _listen(self) -> None:
        parts = self.parts
        parts.desk.known_changed.connect(self._tell_registry)
        parts.desk.failed.connect(self._complain)
        parts.desk.chosen.connect(lambda _key: self.show_room(0))
        parts.entrance.passphrase_needed.connect(self._ask_passphrase)
        parts.entrance.refused.connect(self._refused)
        parts.entrance.ready.connect(self._ready)
        parts.entrance.failed.connect(self._complain)
        parts.entrance.noticed.connect(self._warn)
        parts.vault.failed.connect(self._complain)
        parts.vault.told.connect(self._tell)
        parts.vault.history.changed.connect(self._tell_undo)
        parts.vault.history.done.connect(self._offer_undo)
        parts.preferences.failed.connect(self._complain)

    def _restore(self) -> None:
        memory = self.parts.memory
        if memory is None:
            return
        geometry = memory.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.parts.desk.state_use(use_from_text(str(memory.value("use", ""))))
        place = str(memory.value("window/room", "0"))
        self._place = int(place) if place.isdigit() and int(place) < len(ROOMS) else 0

    def _notice(self, sentence: str, tone: Tone, icon: Icon) -> None:
        self.notices.say(sentence, tone=tone, icon=icon)

    def _tell(self, sentence: str) -> None:
        self.notices.say(sentence, tone=Tone.PERMITTED, icon=Icon.PERMITTED)

    def _warn(self, sentence: str) -> None:
        self.notices.say(sentence, tone=Tone.REVIEW, icon=Icon.REVIEW)

    def _complain(self, error: CountenanceError) -> None:
        self.notices.say(str(error), tone=Tone.PROBLEM, icon=Icon.PROBLEM, details=error.details)

    def _offer_undo(self, sentence: str) -> None:
        history = self.parts.vault.history
        self.notices.say(sentence, tone=Tone.PERMITTED, icon=Icon.PERMITTED, offer=_("Undo"), on_offer=history.undo)

    def _tell_undo(self) -> None:
        self._undo.setEnabled(self.parts.vault.history.last is not None)

    def _press_registry(self) -> None:
        entrance = self.parts.entrance
        if entrance.can_unlock:
            entrance.ask_again()
        elif self.parts.vault.is_open:
            entrance.lock()

    def _tell_registry(self) -> None:
        facts, locked = self.parts.desk.known.facts, self.parts.entrance.can_unlock
        is_open = facts is not None
        self.rail.tell_registry(
            registry_word(facts, locked=locked),
            registry_line(facts, locked=locked),
            Icon.UNLOCKED if is_open else Icon.LOCK,
            can_be_pressed=is_open or locked,
        )
        self._lock.setEnabled(is_open)

    def _ready(self) -> None:
        if self._dialog is not None:
            self._dialog.accept()
            self._dialog = None
        self._tell_registry()

    def _ask_passphrase(self, file: str) -> None:
        self._dialog = UnlockDialog(file, self)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.offered.connect(self.parts.entrance.unlock)
        self._dialog.rejected.connect(self._without_registry)
        self._dialog.open()
        self._tell_registry()

    def _without_registry(self) -> None:
        self._dialog = None
        self.parts.entrance.go_without()

    def _refused(self, problem: Problem) -> None:
        if self._dialog is not None:
            self._dialog.refuse(problem)
