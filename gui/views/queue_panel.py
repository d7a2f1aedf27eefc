"""The clips at the left: search and chips, the list, what is done with those chosen, and how far all of them are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.desk import Desk
from gui.presenters.listing import SHOWN_FROM, Order, Sieve, chips_of, nothing_found_words, overall_of
from gui.presenters.looks import Icon
from gui.presenters.queues import Entry, Stage
from gui.undoing import History, Undoable
from gui.views.pieces import Text, push_button
from gui.views.queue_list import QueueList
from gui.views.queue_side import ChoiceLine, OverallLine, QueueTools
from gui.views.room import menu_action
from gui.views.theme import GRID
from reports.formats import format_count

REFRESH_MS = 200


class QueuePanel(QWidget):
    """Shows the queue and does what is asked with its clips.

    Signals:
        picked: the key of the clip to show.
        add_asked: clips are to be chosen.
        chosen: other clips are chosen, or what can be done with them has changed.
    """

    picked = Signal(int)
    add_asked = Signal()
    chosen = Signal()

    def __init__(self, desk: Desk, history: History) -> None:
        super().__init__()
        self._desk, self._history = desk, history
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, GRID * 2, GRID * 2)
        column.setSpacing(GRID * 2)
        add = push_button(_("Add clips…"), Icon.ADD)
        add.setToolTip(_("Choose clips (Ctrl+O)"))
        add.clicked.connect(self.add_asked)
        column.addWidget(add)
        self.tools = QueueTools()
        self.tools.sifted.connect(self._sift)
        self.tools.ordered.connect(self.put_in)
        column.addWidget(self.tools)
        self.list = QueueList()
        self.list.picked.connect(self.picked)
        self.list.chosen.connect(self._choice_changed)
        self.list.pressed_button.connect(self._button_of_row)
        self.list.pressed_again.connect(desk.check_again)
        self.list.menu_asked.connect(self._show_menu)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._build_nothing())
        column.addWidget(self._pages, 1)
        self.choice = ChoiceLine()
        self.choice.again_asked.connect(self.check_again)
        self.choice.stop_asked.connect(self.stop)
        self.choice.remove_asked.connect(self.take_away)
        column.addWidget(self.choice)
        self.overall = OverallLine()
        self.overall.pause_asked.connect(desk.pause)
        self.overall.resume_asked.connect(desk.resume)
        self.overall.stop_asked.connect(desk.stop_all)
        self.overall.again_asked.connect(self._check_failed_again)
        column.addWidget(self.overall)
        self._refreshing = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refreshing.timeout.connect(self.refresh)
        self.list.rows.modelReset.connect(self.refresh_soon)

    def add(self, entries: Sequence[Entry]) -> None:
        """Show new clips."""
        self.list.rows.add(entries)
        self.refresh_soon()

    def change(self, entry: Entry) -> None:
        """Show a clip as it is now."""
        self.list.rows.change(entry)
        self.refresh_soon()

    def remove(self, keys: Iterable[int]) -> None:
        """Show clips no more."""
        self.list.rows.remove(keys)
        self.refresh()

    def show_key(self, key: int) -> None:
        """Make a clip the current one; a sieve that hides it is taken away."""
        if self.list.rows.place_of(key) is None and self._desk.queue.entry(key) is not None:
            self.tools.clear()
        self.list.show_key(key)

    def put_in(self, order: Order) -> None:
        """Show the clips in an order."""
        self.tools.orders[order].setChecked(True)
        self.list.rows.put_in(order)

    def begin_search(self) -> None:
        """Begin to search."""
        self.tools.show()
        self.tools.search.setFocus()
        self.tools.search.selectAll()

    def acting(self) -> list[Entry]:
        """Return the clips that an action is about: those chosen, else the current one."""
        current = self.list.current_key()
        keys = self.list.chosen_keys() or ([current] if current is not None else [])
        return [entry for entry in map(self._desk.queue.entry, keys) if entry is not None]

    def check_again(self) -> None:
        """Check the chosen clips once more."""
        self._desk.each(self._desk.check_again, [entry.key for entry in self.acting()])

    def stop(self) -> None:
        """Stop the chosen clips."""
        # What is being checked last, so that nothing that is to be stopped begins.
        keys = [entry.key for entry in sorted(self.acting(), key=lambda entry: entry.stage is Stage.RUNNING)]
        self._desk.each(self._desk.stop, keys)

    def take_away(self) -> None:
        """Take the chosen clips off the list; it can be taken back."""
        self._take_away([entry.key for entry in self.acting()])

    def show_in_folder(self) -> None:
        """Open the folder of the chosen clip."""
        entries = self.acting()
        if entries:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(entries[0].path.parent)))

    def refresh_soon(self) -> None:
        """Show anew what is told of all clips, at most five times a second."""
        if not self._refreshing.isActive():
            self.refresh()
            self._refreshing.start()

    def refresh(self) -> None:
        """Show anew what is told of all clips."""
        desk, sieve = self._desk, self.list.rows.listing.sieve
        self.overall.show_overall(overall_of(desk.queue, desk.pace, desk.running, paused=desk.is_paused))
        is_sifted = sieve != Sieve()
        self.tools.setVisible(len(desk.queue) >= SHOWN_FROM or is_sifted or self.tools.search.hasFocus())
        self.tools.show_chips(chips_of(desk.queue.groups, sieve.groups))
        empty = not self.list.rows.rowCount() and is_sifted
        self._nothing.setText(nothing_found_words(sieve) if empty else "")
        self._pages.setCurrentIndex(1 if empty else 0)
        self._choice_changed()

    def rest(self) -> None:
        """Tell nothing any more."""
        self._refreshing.stop()
        self.tools.rest()
        self.list.rows.rest()

    def _build_nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(GRID * 2, GRID * 4, GRID * 2, 0)
        self._nothing = Text("", muted=True)
        column.addWidget(self._nothing)
        show_all = push_button(_("Show all clips"))
        show_all.clicked.connect(self.tools.clear)
        column.addWidget(show_all)
        column.addStretch(1)
        return page

    def _sift(self, sieve: Sieve) -> None:
        self.list.rows.sift(sieve)
        self.refresh()

    def _choice_changed(self) -> None:
        entries = self.acting()
        self.choice.show_choice(
            len(self.list.chosen_keys()),
            can_check=any(not _is_open(entry) for entry in entries),
            can_stop=any(_is_open(entry) for entry in entries),
        )
        self.chosen.emit()

    def _button_of_row(self, key: int, stop: bool) -> None:
        if stop:
            self._desk.stop(key)
        else:
            self._take_away([key])

    def _take_away(self, keys: list[int]) -> None:
        gone = self._desk.remove(keys)
        if gone:
            words = ngettext(
                "{count} clip was taken off the list.", "{count} clips were taken off the list.", len(gone)
            )
            words = words.format(count=format_count(len(gone)))
            self._history.note(Undoable(words, lambda: self._desk.restore(gone)))

    def _check_failed_again(self) -> None:
        failed = [entry.key for entry in self._desk.queue.entries() if entry.stage is Stage.FAILED]
        self._desk.each(self._desk.check_again, failed)

    def _show_menu(self, _key: int, at: QPoint) -> None:
        entries = self.acting()
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        again = menu_action(menu, _("Check again"), self.check_again)
        again.setEnabled(any(not _is_open(entry) for entry in entries))
        stop = menu_action(menu, _("Stop"), self.stop)
        stop.setEnabled(any(_is_open(entry) for entry in entries))
        menu.addSeparator()
        show = menu_action(menu, _("Show in folder"), self.show_in_folder)
        show.setEnabled(len(entries) == 1)
        menu.addSeparator()
        menu_action(menu, _("Take off the list"), self.take_away)
        menu.popup(at)


def _is_open(entry: Entry) -> bool:
    return entry.stage in (Stage.WAITING, Stage.RUNNING)
