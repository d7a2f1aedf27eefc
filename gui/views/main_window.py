"""The window: the stated use on top, the clips at the left, the page of the chosen clip beside them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.desk import Desk
from gui.entrance import Entrance
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import use_from_text, use_to_text
from gui.presenters.window import install_words, registry_line, saved_words
from gui.views import icons
from gui.views.clip_page import ClipPageView
from gui.views.listening import DeviceOutput, Listening, Output
from gui.views.notices import NoticeStrip
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.queue_list import QueueList
from gui.views.theme import GRID, theme
from gui.views.unlock_dialog import UnlockDialog
from gui.views.use_bar import UseBar
from gui.views.welcome import DropArea, DropOverlay, InstallPage

LIST_WIDTH = 316


class MainWindow(QMainWindow):
    """Shows the desk and passes on what the user does; decides nothing by itself."""

    def __init__(
        self, desk: Desk, entrance: Entrance, settings: QSettings | None = None, output: Output | None = None
    ) -> None:
        super().__init__()
        self.listening = Listening(output or DeviceOutput(self), self)
        self._desk, self._entrance, self._settings = desk, entrance, settings
        self._shown: int | None = None
        self._models_are_missing = False
        self._saved_page: Path | None = None
        self._dialog: UnlockDialog | None = None
        self.setWindowTitle("Countenance")
        self.setWindowIcon(icons.app_icon())
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(QSize(820, 560))
        self.resize(1280, 800)
        self._restore()
        self._build()
        self._build_menus()
        self._listen()

    def wear_again(self) -> None:
        """Build everything anew in the colours now in force."""
        self._build()
        self.list.rows.add(self._desk.queue.entries())
        if self._shown is not None:
            self.list.show_key(self._shown)
        self._show_right_page()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Remember the window's place, end all work, then go."""
        if self._settings is not None:
            self._settings.setValue("window/geometry", self.saveGeometry())
            self._settings.setValue("window/split", self._split.saveState())
            self._settings.setValue("use", use_to_text(self._desk.form))
        self.listening.stop()
        self._entrance.close()
        self._desk.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Show where to let go, if what is dragged are files of this computer."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._overlay.setGeometry(self.rect())
            self._overlay.raise_()
            self._overlay.show()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802  Qt's name
        """Take the overlay away."""
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take the files."""
        self._overlay.hide()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self._desk.add(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the overlay as large as the window."""
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())

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

    def _build(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, 0)
        column.setSpacing(GRID * 2)
        self.use_bar = UseBar(self._desk.form)
        self.use_bar.stated.connect(self._desk.state_use)
        column.addWidget(self.use_bar)
        self.notices = NoticeStrip()
        column.addWidget(self.notices)
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
        column.addWidget(self._build_footer())
        self.setCentralWidget(whole)
        self._overlay = DropOverlay(self)
        self._tell_registry()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_split(self) -> QWidget:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, GRID, GRID * 2, 0)
        column.setSpacing(GRID * 2)
        add = push_button(_("Add clips…"), Icon.ADD)
        add.clicked.connect(self.choose_clips)
        column.addWidget(add)
        self.list = QueueList()
        self.list.picked.connect(self._show_key)
        self.list.pressed_button.connect(self._button_of_row)
        column.addWidget(self.list, 1)
        self.clip_page = ClipPageView(self.listening)
        self.clip_page.save_asked.connect(self.save_report)
        self.clip_page.open_asked.connect(self.open_report)
        self.clip_page.again_asked.connect(self._check_again)
        self.clip_page.stop_asked.connect(self._stop)
        self._split.addWidget(side)
        self._split.addWidget(self.clip_page)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([LIST_WIDTH, 1280 - LIST_WIDTH])
        state = self._settings.value("window/split") if self._settings is not None else None
        if state is not None:
            self._split.restoreState(state)
        return self._split

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        row = QHBoxLayout(footer)
        row.setContentsMargins(GRID, 0, GRID, GRID * 2)
        row.setSpacing(GRID * 2)
        row.addWidget(IconLabel(Icon.PEOPLE, theme().muted, 16))
        self.registry_words = Text(size=0.92, muted=True, wrap=False)
        row.addWidget(self.registry_words)
        self.unlock = push_button(_("Unlock…"))
        self.unlock.clicked.connect(self._entrance.ask_again)
        row.addWidget(self.unlock)
        row.addStretch(1)
        return footer

    def _build_menus(self) -> None:
        clips = self.menuBar().addMenu(_("&Clips"))
        self._add_action(clips.addAction(_("Choose clips…")), QKeySequence("Ctrl+O"), self.choose_clips)
        self._add_action(clips.addAction(_("Choose a folder…")), QKeySequence("Ctrl+Shift+O"), self.choose_folder)
        clips.addSeparator()
        self._again = clips.addAction(_("Check again"))
        self._add_action(self._again, QKeySequence("F5"), self._check_again)
        self._take_away = clips.addAction(_("Stop or take off the list"))
        self._add_action(self._take_away, QKeySequence("Delete"), self._remove)
        clips.addSeparator()
        self._add_action(clips.addAction(_("Quit")), QKeySequence("Ctrl+Q"), self.close)
        report = self.menuBar().addMenu(_("&Report"))
        self._save = report.addAction(_("Save with names and pictures…"))
        self._add_action(self._save, QKeySequence("Ctrl+S"), lambda: self.save_report(False))
        self._save_redacted = report.addAction(_("Save without names…"))
        self._add_action(self._save_redacted, QKeySequence("Ctrl+Shift+S"), lambda: self.save_report(True))
        self._allow_actions()

    def _add_action(self, action: QAction, keys: QKeySequence, slot: object) -> None:
        action.setShortcut(keys)
        action.triggered.connect(slot)

    def _listen(self) -> None:
        desk, entrance = self._desk, self._entrance
        desk.added.connect(self._added)
        desk.changed.connect(self._changed)
        desk.removed.connect(self._removed)
        desk.chosen.connect(self.list_show)
        desk.use_changed.connect(self._show_use)
        desk.known_changed.connect(self._tell_registry)
        desk.saved.connect(self._saved)
        desk.failed.connect(self._complain)
        entrance.models_missing.connect(self._models_missing)
        entrance.installing.connect(self._show_installing)
        entrance.install_failed.connect(self._rest_installing)
        entrance.passphrase_needed.connect(self._ask_passphrase)
        entrance.refused.connect(self._refused)
        entrance.ready.connect(self._ready)
        entrance.failed.connect(self._complain)
        entrance.noticed.connect(self._warn)

    def _warn(self, sentence: str) -> None:
        self.notices.say(sentence, tone=Tone.REVIEW, icon=Icon.REVIEW)

    def list_show(self, key: int) -> None:
        """Choose a clip in the list, which shows its page."""
        self.list.show_key(key)
        self._show_right_page()

    def _restore(self) -> None:
        if self._settings is None:
            return
        geometry = self._settings.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._desk.state_use(use_from_text(str(self._settings.value("use", ""))))

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
        self.listening.stop()
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
        if self._models_are_missing:
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
        self.notices.say(saved_words(paths), tone=Tone.PERMITTED, icon=Icon.PERMITTED)
        if entry.key == self._shown:
            self.clip_page.tell_saved()

    def _complain(self, error: CountenanceError) -> None:
        self.notices.say(str(error), tone=Tone.PROBLEM, icon=Icon.PROBLEM)

    def _tell_registry(self) -> None:
        locked = self._entrance.can_unlock
        self.registry_words.setText(registry_line(self._desk.known.facts, locked=locked))
        self.unlock.setVisible(locked)

    def _models_missing(self, _problem: Problem) -> None:
        self._models_are_missing = True
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

    def _ready(self) -> None:
        self._models_are_missing = False
        if self._dialog is not None:
            self._dialog.accept()
            self._dialog = None
        self._show_right_page()
        self._tell_registry()

    def _ask_passphrase(self, file: str) -> None:
        self._dialog = UnlockDialog(file, self)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.offered.connect(self._entrance.unlock)
        self._dialog.rejected.connect(self._without_registry)
        self._dialog.open()
        self._tell_registry()

    def _without_registry(self) -> None:
        self._dialog = None
        self._entrance.go_without()

    def _refused(self, problem: Problem) -> None:
        if self._dialog is not None:
            self._dialog.refuse(problem)
