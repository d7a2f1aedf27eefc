"""The first room: the stated use on top, the clips at the left, the page of the chosen clip beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QMenuBar, QSplitter, QStackedWidget, QVBoxLayout

from countenance.translations import _
from gui.casting import Casting
from gui.comparing import instead_of
from gui.notifying import Notifying
from gui.presenters.exports import Export
from gui.presenters.listing import Order
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.presets import Preset
from gui.presenters.progress import ProgressLook
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import use_to_text
from gui.presenters.window import install_words
from gui.undoing import Undoable
from gui.views.clip_page import ClipPageView
from gui.views.compare_bar import CompareBar
from gui.views.queue_panel import QueuePanel
from gui.views.recent_clips import RecentClips
from gui.views.room import Parts, Room, menu_action
from gui.views.theme import GRID
from gui.views.use_bar import UseBar
from gui.views.use_presets import UsePresets
from gui.views.welcome import DropArea, InstallPage, dropped_paths
from scan.saving import ReportFormat

LIST_WIDTH = 316


class CheckRoom(Room):
    """Shows the desk and passes on what the user does; decides nothing by itself."""

    icon = Icon.FILM

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._desk, self._entrance = parts.desk, parts.entrance
        self._again, self._stop_action, self._take_away, self._show_folder = (QAction(self) for _each in range(4))
        self._save, self._save_redacted, self._stop_comparing = (QAction(self) for _each in range(3))
        self._shown: int | None = None
        self.casting = Casting(parts.desk, parts.vault, self)
        self.presets = UsePresets(lambda: parts.desk.form, parts.memory, self)
        self.recent = RecentClips(parts.memory, self)
        self.notifying = Notifying(parts.desk, self, lambda: parts.preferences.settings.notify)
        self._build()
        self._listen()
        self.panel.add(self._desk.queue.entries())
        self._show_compared()
        self.casting.read()
        self._show_right_page()

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Check")

    def fill_menus(self, bar: QMenuBar) -> Sequence[QMenu]:
        """Add what can be done with clips, with the stated use and with reports."""
        clips = bar.addMenu(_("&Clips"))
        menu_action(clips, _("Choose clips…"), self.choose_clips, "Ctrl+O")
        menu_action(clips, _("Choose a folder…"), self.choose_folder, "Ctrl+Shift+O")
        menu_action(clips, _("Paste files"), self.paste, "Ctrl+V")
        self.recent.fill(clips.addMenu(_("Recent")))
        menu_action(clips, _("Try the demo clip"), self._desk.try_demo)
        clips.addSeparator()
        menu_action(clips, _("Compare with a folder of people…"), self.choose_compared, "Ctrl+Shift+P")
        self._stop_comparing = menu_action(clips, _("Stop comparing"), self._desk.comparing.stop)
        clips.addSeparator()
        menu_action(clips, _("Search clips"), self.panel.begin_search, "Ctrl+F")
        self._again = menu_action(clips, _("Check again"), self.panel.check_again, "F5")
        self._stop_action = menu_action(clips, _("Stop"), self.panel.stop, "Ctrl+.")
        self._show_folder = menu_action(clips, _("Show in folder"), self.panel.show_in_folder, "Ctrl+Shift+F")
        self._take_away = menu_action(clips, _("Take off the list"), self.panel.take_away, "Delete")
        use = bar.addMenu(_("&Use"))
        # Choosing one of these is choosing what the clips are for: the bar's button shows the same menu.
        self.presets.fill(use)
        self.use_bar.presets.setMenu(use)
        report = bar.addMenu(_("&Report"))
        self._save = menu_action(report, _("Save with names and pictures…"), lambda: self.save_report(False), "Ctrl+S")
        self._save_redacted = menu_action(
            report, _("Save without names…"), lambda: self.save_report(True), "Ctrl+Shift+S"
        )
        # The same menu as the page's own button: what there is to be had is known there.
        self._exports.setTitle(_("All forms"))
        report.addMenu(self._exports)
        self._show_compared()
        self._allow_actions()
        return (clips, use, report)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the keys that no menu names."""
        return (
            (_("Ctrl+U"), _("Change the stated use")),
            (_("Ctrl+Alt+1 to 9"), _("Choose a preset of the stated use")),
            (_("Ctrl+Shift+U"), _("Judge this clip for another use")),
            (_("Space, K"), _("Play, pause")),
            (_("J, L"), _("Slower or backwards, faster")),
            (_("Left, Right"), _("One picture back or on; a second with Shift")),
            (_("Home, End"), _("Beginning and end")),
            (_("I, O"), _("Mark a beginning and an end; Esc takes them away")),
            (_("Up, Down"), _("The finding before, the next one")),
            (_("+, -, 0"), _("Zoom the timeline")),
            (_("B, M"), _("Show boxes, mute")),
            (_("1, 2, 3, 4"), _("Answer for somebody unknown, on the card of the finding")),
            (_("Enter, Delete"), _("Confirm, or reject, who it is, on the card of the finding")),
        )

    def take(self, paths: Sequence[Path]) -> bool:
        """Check what was dropped."""
        self._desk.add(paths)
        return True

    def remember(self) -> None:
        """Write down the stated use, the order of the list and how wide it is."""
        memory = self.parts.memory
        if memory is not None:
            memory.setValue("window/split", self._split.saveState())
            memory.setValue("window/order", self.panel.list.rows.listing.order.value)
        self._remember_use()

    def let_go(self) -> None:
        """Stop what plays and listen no more."""
        self.parts.listening.stop()
        self.clip_page.close_down()
        self.panel.rest()
        self.notifying.put_away()
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

    def choose_compared(self) -> None:
        """Let the user choose a folder of people to compare with."""
        name = QFileDialog.getExistingDirectory(self, _("Choose a folder with a subfolder for each person"))
        if name:
            self._desk.comparing.begin(Path(name))

    def paste(self) -> None:
        """Check the files that lie on the clipboard."""
        paths = dropped_paths(QGuiApplication.clipboard().mimeData())
        if paths:
            self._desk.add(paths)
        else:
            self.noticed.emit(_("There are no files on the clipboard."), Tone.NEUTRAL, Icon.NOTE)

    def save_report(self, redact: bool) -> None:
        """Let the user choose where the report of the shown clip goes."""
        for action in self._exports.actions():
            export = action.data()
            if isinstance(export, Export) and export.form is ReportFormat.HTML and export.redact is redact:
                action.trigger()

    def current_key(self) -> int | None:
        """Return the key of the clip that is shown."""
        return self._shown

    def show_clip(self, key: int) -> None:
        """Choose a clip in the list, which shows its page."""
        self.panel.show_key(key)
        self._show_right_page()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self.use_bar = UseBar(self._desk.form, self.casting, self.presets, self._desk.clock().date())
        self.use_bar.stated.connect(self._desk.state_use)
        self.presets.chosen.connect(self._desk.state_use)
        self.presets.changed.connect(self.use_bar.show_preset)
        self.presets.deleted.connect(self._offer_preset_back)
        self.casting.changed.connect(self.use_bar.show_cast)
        column.addWidget(self.use_bar)
        self.compare_bar = CompareBar()
        self.compare_bar.stop_asked.connect(self._desk.comparing.stop)
        column.addWidget(self.compare_bar)
        self.pages = QStackedWidget()
        self.welcome = DropArea()
        self.welcome.clips_asked.connect(self.choose_clips)
        self.welcome.folder_asked.connect(self.choose_folder)
        self.welcome.compare_asked.connect(self.choose_compared)
        self.welcome.demo_asked.connect(self._desk.try_demo)
        self.welcome.recent_asked.connect(self._check_recent)
        self.welcome.show_recent(self.recent.all)
        self.recent.asked.connect(self._check_recent)
        self.recent.changed.connect(lambda: self.welcome.show_recent(self.recent.all))
        words, button = install_words(self._entrance.opening.pack)
        self.install_page = InstallPage(words, button)
        self.install_page.install_asked.connect(self._install)
        self.install_page.stop_asked.connect(self._entrance.stop_install)
        for page in (self.welcome, self.install_page, self._build_split()):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)

    def _build_split(self) -> QSplitter:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self.panel = QueuePanel(self._desk, self.parts.vault.history)
        self.list = self.panel.list
        self.panel.picked.connect(self._show_key)
        self.panel.add_asked.connect(self.choose_clips)
        self.panel.chosen.connect(self._allow_actions)
        self.clip_page = ClipPageView(self.parts)
        self._exports = self.clip_page.result_view.export.menu()
        self.clip_page.person_asked.connect(self.person_asked)
        self.clip_page.again_asked.connect(self._check_again)
        self.clip_page.stop_asked.connect(self._stop)
        self._split.addWidget(self.panel)
        self._split.addWidget(self.clip_page)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([LIST_WIDTH, 1280 - LIST_WIDTH])
        memory = self.parts.memory
        if memory is not None:
            state = memory.value("window/split")
            if isinstance(state, QByteArray):
                self._split.restoreState(state)
            order = str(memory.value("window/order", ""))
            self.panel.put_in(Order(order) if order in set(Order) else Order.ADDED)
        return self._split

    def _listen(self) -> None:
        desk, entrance, vault = self._desk, self._entrance, self.parts.vault
        self.hear(desk.added, self._added)
        self.hear(desk.changed, self._changed)
        self.hear(desk.removed, self._removed)
        self.hear(desk.chosen, self.show_clip)
        self.hear(desk.named, self.recent.note)
        self.hear(desk.use_changed, self._show_use)
        self.hear(desk.paused_changed, self.panel.refresh)
        self.hear(desk.scan_ended, self.notifying.ended)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        self.hear(app.applicationStateChanged, self.notifying.state_changed)
        self.hear(desk.known_changed, self._show_compared)
        self.hear(desk.comparing.changed, self._show_compared)
        self.hear(desk.comparing.known_changed, self.casting.read)
        self.hear(vault.opened, self._read_cast)
        self.hear(vault.changed, self.casting.read)
        self.hear(vault.locked, self.casting.read)
        self.hear(entrance.models_missing, self._models_missing)
        self.hear(entrance.installing, self._show_installing)
        self.hear(entrance.install_failed, self._rest_installing)
        self.hear(entrance.ready, self._show_right_page)

    def _entry(self) -> Entry | None:
        return self._desk.queue.entry(self._shown) if self._shown is not None else None

    def _added(self, entries: list[Entry]) -> None:
        self.panel.add(entries)
        self._show_right_page()

    def _changed(self, entry: Entry) -> None:
        self.panel.change(entry)
        self.notifying.changed(entry)
        if entry.key == self._shown:
            self.clip_page.show_entry(entry)
            self._allow_actions()

    def _removed(self, keys: list[int]) -> None:
        self.panel.remove(keys)
        if self._shown in keys:
            self.parts.listening.stop()
            self._shown = self.list.current_key()
            if self._shown is not None:
                self._show_key(self._shown)
            else:
                self.clip_page.forget()
        self._show_right_page()
        self._allow_actions()

    def _show_key(self, key: int) -> None:
        self._shown = self._desk.judging.first = key
        entry = self._entry()
        if entry is not None:
            self.clip_page.show_entry(entry)
        self._allow_actions()

    def _show_right_page(self) -> None:
        if self._entrance.models_are_missing:
            self.pages.setCurrentWidget(self.install_page)
        else:
            wanted = self._split if len(self._desk.queue) else self.welcome
            had_focus = self.welcome.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
            self.pages.setCurrentWidget(wanted)
            if had_focus and wanted is self._split:
                self.list.setFocus()

    def _allow_actions(self) -> None:
        entry, acting = self._entry(), self.panel.acting()
        open_ = [one for one in acting if one.stage in (Stage.WAITING, Stage.RUNNING)]
        self._again.setEnabled(len(open_) < len(acting))
        self._stop_action.setEnabled(bool(open_))
        self._take_away.setEnabled(bool(acting))
        self._show_folder.setEnabled(len(acting) == 1)
        for action in (self._save, self._save_redacted):
            action.setEnabled(entry is not None and entry.result is not None)

    def _check_again(self) -> None:
        if self._shown is not None:
            self._desk.check_again(self._shown)

    def _stop(self) -> None:
        if self._shown is not None:
            self._desk.stop(self._shown)

    def _check_recent(self, path: Path) -> None:
        self._desk.add([path])

    def _read_cast(self, _facts: object) -> None:
        self.casting.read()

    def _show_compared(self) -> None:
        comparing = self._desk.comparing
        self.compare_bar.show_compared(
            instead_of(comparing.compared, registry_is_open=self._desk.known.facts is not None)
        )
        self._stop_comparing.setEnabled(comparing.compared is not None)

    def _offer_preset_back(self, before: tuple[Preset, ...]) -> None:
        self.parts.vault.history.note(Undoable(_("A preset was deleted."), lambda: self.presets.keep(before)))

    def _models_missing(self, _problem: Problem) -> None:
        self.install_page.rest()
        self._show_right_page()

    def _install(self) -> None:
        self.install_page.install.setEnabled(False)
        self._entrance.install()

    def _show_use(self) -> None:
        self._remember_use()
        self.use_bar.show_form(self._desk.form)
        self.presets.tell()
        self.casting.read()

    def _remember_use(self) -> None:
        if self.parts.memory is not None:
            self.parts.memory.setValue("use", use_to_text(self._desk.form))

    def _show_installing(self, look: ProgressLook) -> None:
        self.install_page.show_progress(look)

    def _rest_installing(self, problem: Problem | None) -> None:
        self.install_page.rest(problem)
