"""The first room: the stated use on top, the clips at the left, the page of the chosen clip beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QMenuBar, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import use_to_text
from gui.presenters.window import install_words, saved_words
from gui.views.clip_page import ClipPageView
from gui.views.pieces import push_button
from gui.views.queue_list import QueueList
from gui.views.room import Parts, Room, menu_action
from gui.views.theme import GRID
from gui.views.use_bar import UseBar
from gui.views.welcome import DropArea, InstallPage

LIST_WIDTH = 316


class CheckRoom(Room):
    """Shows the desk and passes on what the user does; decides nothing by itself."""

    icon = Icon.FILM

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._desk, self._entrance = parts.desk, parts.entrance
        self._again, self._take_away, self._save, self._save_redacted = (QAction(self) for _each in range(4))
        self._shown: int | None = None
        self._saved_page: Path | None = None
        self._build()
        self._listen()
        self.list.rows.add(self._desk.queue.entries())
        self._show_right_page()

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Check")

    def fill_menus(self, bar: QMenuBar) -> Sequence[QMenu]:
        """Add what can be done with clips and reports."""
        clips = bar.addMenu(_("&Clips"))
        menu_action(clips, _("Choose clips…"), self.choose_clips, "Ctrl+O")
        menu_action(clips, _("Choose a folder…"), self.choose_folder, "Ctrl+Shift+O")
        clips.addSeparator()
        self._again = menu_action(clips, _("Check again"), self._check_again, "F5")
        self._take_away = menu_action(clips, _("Stop or take off the list"), self._remove, "Delete")
        report = bar.addMenu(_("&Report"))
        self._save = menu_action(report, _("Save with names and pictures…"), lambda: self.save_report(False), "Ctrl+S")
        self._save_redacted = menu_action(
            report, _("Save without names…"), lambda: self.save_report(True), "Ctrl+Shift+S"
        )
        self._allow_actions()
        return (clips, report)

    def take(self, paths: Sequence[Path]) -> bool:
        """Check what was dropped."""
        self._desk.add(paths)
        return True

    def remember(self) -> None:
        """Write down the stated use and how wide the list is."""
        memory = self.parts.memory
        if memory is not None:
            memory.setValue("window/split", self._split.saveState())
            memory.setValue("use", use_to_text(self._desk.form))

    def let_go(self) -> None:
        """Stop what plays and listen no more."""
        self.parts.listening.stop()
        super().let_go()

    def choose_clips(self) -> None:
        """Let the user choose files."""
        names, _filter = QFileDialog.getOpenFileNames(self, _("Choose clips"))
        if names:
            self._desk.add([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        name = QFileDialog.getExistingDirectory(self, _("Choose a folder of clips"))
        if name:
            self._desk.add([Path(name)])

    def save_report(self, redact: bool) -> None:
        """Let the user choose where the report of the shown clip goes."""
        entry = self._entry()
        if entry is None or entry.result is None:
            return
        name = QFileDialog.getExistingDirectory(self, _("Choose where to save the report"), str(entry.path.parent))
        if name:
            self._desk.save_report(entry.key, Path(name), redact=redact)

    def open_report(self) -> None:
        """Open the report that was saved last, with the system's browser."""
        if self._saved_page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved_page)))

    def current_key(self) -> int | None:
        """Return the key of the clip that is shown."""
        return self._shown

    def show_clip(self, key: int) -> None:
        """Choose a clip in the list, which shows its page."""
        self.list.show_key(key)
        self._show_right_page()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self.use_bar = UseBar(self._desk.form)
        self.use_bar.stated.connect(self._desk.state_use)
        column.addWidget(self.use_bar)
        self.pages = QStackedWidget()
        self.welcome = DropArea()
        self.welcome.clips_asked.connect(self.choose_clips)
        self.welcome.folder_asked.connect(self.choose_folder)
        words, button = install_words(self._entrance.opening.pack)
        self.install_page = InstallPage(words, button)
        self.install_page.install_asked.connect(self._install)
        self.install_page.stop_asked.connect(self._entrance.stop_install)
        for page in (self.welcome, self.install_page, self._build_split()):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)

    def _build_split(self) -> QWidget:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, GRID, GRID * 2, GRID * 2)
        column.setSpacing(GRID * 2)
        add = push_button(_("Add clips…"), Icon.ADD)
        add.clicked.connect(self.choose_clips)
        column.addWidget(add)
        self.list = QueueList()
        self.list.picked.connect(self._show_key)
        self.list.pressed_button.connect(self._button_of_row)
        column.addWidget(self.list, 1)
        self.clip_page = ClipPageView(self.parts.listening)
        self.clip_page.save_asked.connect(self.save_report)
        self.clip_page.open_asked.connect(self.open_report)
        self.clip_page.again_asked.connect(self._check_again)
        self.clip_page.stop_asked.connect(self._stop)
        self._split.addWidget(side)
        self._split.addWidget(self.clip_page)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([LIST_WIDTH, 1280 - LIST_WIDTH])
        memory = self.parts.memory
        state = memory.value("window/split") if memory is not None else None
        if state is not None:
            self._split.restoreState(state)
        return self._split

    def _listen(self) -> None:
        desk, entrance = self._desk, self._entrance
        self.hear(desk.added, self._added)
        self.hear(desk.changed, self._changed)
        self.hear(desk.removed, self._removed)
        self.hear(desk.chosen, self.show_clip)
        self.hear(desk.use_changed, self._show_use)
        self.hear(desk.saved, self._saved)
        self.hear(entrance.models_missing, self._models_missing)
        self.hear(entrance.installing, self._show_installing)
        self.hear(entrance.install_failed, self._rest_installing)
        self.hear(entrance.ready, self._show_right_page)

    def _entry(self) -> Entry | None:
        return self._desk.queue.entry(self._shown) if self._shown is not None else None

    def _added(self, entries: list[Entry]) -> None:
        self.list.rows.add(entries)
        self._show_right_page()

    def _changed(self, entry: Entry) -> None:
        self.list.rows.change(entry)
        if entry.key == self._shown:
            self.clip_page.show_entry(entry)
            self._allow_actions()

    def _removed(self, key: int) -> None:
        self.list.rows.remove(key)
        self.parts.listening.stop()
        self._shown = self.list.current_key()
        if self._shown is not None:
            self._show_key(self._shown)
        self._show_right_page()
        self._allow_actions()

    def _show_key(self, key: int) -> None:
        self._shown = key
        entry = self._entry()
        if entry is not None:
            self.clip_page.show_entry(entry)
        self._allow_actions()

    def _show_right_page(self) -> None:
        if self._entrance.models_are_missing:
            self.pages.setCurrentWidget(self.install_page)
        else:
            self.pages.setCurrentWidget(self._split if len(self._desk.queue) else self.welcome)

    def _allow_actions(self) -> None:
        entry = self._entry()
        self._again.setEnabled(entry is not None and entry.stage not in (Stage.WAITING, Stage.RUNNING))
        self._take_away.setEnabled(entry is not None)
        for action in (self._save, self._save_redacted):
            action.setEnabled(entry is not None and entry.result is not None)

    def _button_of_row(self, key: int, stop: bool) -> None:
        (self._desk.stop if stop else self._desk.remove)(key)

    def _check_again(self) -> None:
        if self._shown is not None:
            self._desk.check_again(self._shown)

    def _stop(self) -> None:
        if self._shown is not None:
            self._desk.stop(self._shown)

    def _remove(self) -> None:
        entry = self._entry()
        if entry is not None:
            self._button_of_row(entry.key, entry.stage in (Stage.WAITING, Stage.RUNNING))

    def _saved(self, entry: Entry, paths: tuple[Path, ...]) -> None:
        self._saved_page = next((path for path in paths if path.suffix == ".html"), None)
        self.noticed.emit(saved_words(paths), Tone.PERMITTED, Icon.PERMITTED)
        if entry.key == self._shown:
            self.clip_page.tell_saved()

    def _models_missing(self, _problem: Problem) -> None:
        self.install_page.rest()
        self._show_right_page()

    def _install(self) -> None:
        self.install_page.install.setEnabled(False)
        self._entrance.install()

    def _show_use(self) -> None:
        self.use_bar.show_form(self._desk.form)

    def _show_installing(self, look: ProgressLook) -> None:
        self.install_page.show_progress(look)

    def _rest_installing(self, problem: Problem | None) -> None:
        self.install_page.rest(problem)
