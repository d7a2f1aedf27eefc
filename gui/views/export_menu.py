"""The button that takes results out of the window, the line that says what was saved, and keeping a check for good."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QProgressBar, QPushButton, QWidget

from countenance.translations import _
from gui.presenters.exports import Export, Saved
from gui.presenters.looks import Icon, Tone
from gui.views import icons
from gui.views.answer_row import acting_button
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import IconLabel, Surface, Text, push_button, quiet_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme


def export_button(choices: Sequence[Export], words: str, parent: QWidget) -> tuple[QPushButton, QMenu]:
    """Return a button with a menu of everything that can be had; what cannot be had says why."""
    button = push_button(words, Icon.EXPORT)
    button.setObjectName("menu")
    menu = QMenu(parent)
    button.setMenu(menu)
    return button, fill_export_menu(menu, choices)


def fill_export_menu(menu: QMenu, choices: Sequence[Export]) -> QMenu:
    """Fill a menu with choices, each action with its `Export` as data; the menu is returned."""
    menu.clear()
    menu.setToolTipsVisible(True)
    headed = None
    for choice in choices:
        if choice.form is not None and choice.redact is not headed:
            headed = choice.redact
            if menu.actions():
                menu.addSeparator()
            # A section's own words are not painted by every style.
            heading = menu.addAction(_("Without names") if choice.redact else _("With names and pictures"))
            heading.setEnabled(False)
        elif choice.form is None:
            menu.addSeparator()
        action = menu.addAction(choice.words)
        action.setToolTip(choice.tip)
        action.setEnabled(not choice.why_not)
        action.setData(choice)
    return menu


class SavedLine(Surface):
    """Says that something is being made, then where it was saved; the file can be opened, found and dragged away."""

    def __init__(self) -> None:
        tone = theme().tones[Tone.PERMITTED]
        super().__init__(tone.ground, tone.ground)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        self._row.setSpacing(GRID * 3)
        self.grip = FileGrip()
        self._row.addWidget(self.grip)
        self._words = Text()
        self._row.addWidget(self._words, 1)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(96)
        self._bar.setAccessibleName(_("Progress"))
        self._row.addWidget(self._bar)
        self.open = acting_button(_("Open"), Icon.OPEN)
        self.show_folder = acting_button(_("Show in folder"), Icon.FOLDER)
        self.close_line = quiet_button(Icon.CLOSE, _("Close this notice"))
        for button in (self.open, self.show_folder, self.close_line):
            self._row.addWidget(button)
        self.open.clicked.connect(lambda: self._visit(folder=False))
        self.show_folder.clicked.connect(lambda: self._visit(folder=True))
        self.close_line.clicked.connect(self.hide)
        self._saved: Saved | None = None
        self.hide()

    def tell_busy(self, words: str) -> None:
        """Say what is being made; without words nothing is any more."""
        if words:
            self._saved = None
            self._show(words, is_busy=True)
        elif self._saved is None:
            self.hide()

    def tell_saved(self, saved: Saved) -> None:
        """Say where it was saved."""
        self._saved = saved
        self.grip.path = saved.path
        self._show(saved.words, is_busy=False)

    def _show(self, words: str, *, is_busy: bool) -> None:
        self._words.setText(words)
        self._bar.setVisible(is_busy)
        for widget in (self.grip, self.open, self.show_folder, self.close_line):
            widget.setVisible(not is_busy)
        self.show()

    def _visit(self, *, folder: bool) -> None:
        if self._saved is not None:
            path = self._saved.path.parent if folder else self._saved.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class FileGrip(QWidget):
    """Stands for a file that was saved; dragged to another program, it is that file."""

    dragged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self._pressed: QPoint | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(IconLabel(Icon.DOCUMENT, theme().tones[Tone.PERMITTED].ink, 22))
        self.setToolTip(_("Drag this file to another program"))
        self.setAccessibleName(_("Drag this file to another program"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Note where a drag may begin."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begin to drag once the pointer has gone far enough."""
        if self._pressed is None or self.path is None:
            return
        gone = (event.position().toPoint() - self._pressed).manhattanLength()
        if gone >= QApplication.startDragDistance():
            self._pressed = None
            drag = QDrag(self)
            drag.setMimeData(file_mime(self.path))
            drag.setPixmap(icons.pixmap(Icon.DOCUMENT, theme().text, 32, self.devicePixelRatioF()))
            self.dragged.emit()
            drag.exec(Qt.DropAction.CopyAction)


def file_mime(path: Path) -> QMimeData:
    """Return a file as what is dragged: the saved file itself, no copy of it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


class KeepDialog(PapersDialog):
    """Says what keeping a check means before it is done: it cannot be taken back.

    Signals:
        confirmed: it is to be kept.
    """

    confirmed = Signal()

    def __init__(self, parts: Parts, parent: QWidget) -> None:
        super().__init__(parts, _("Keep this check?"), Icon.SHIELD, parent, width=540, height=360)
        for sentence in (
            _("The registry then remembers what was found in this clip today, for whom, and on which papers it rests."),
            _("You can have a certificate of it at any time, and it is judged again when a grant ends."),
            _("A kept check cannot be taken out again; it goes only with the people who are erased."),
        ):
            self.body.addWidget(Text(sentence))
        self.body.addStretch(1)
        close = push_button(_("Cancel"))
        close.clicked.connect(self.reject)
        self.keep = push_button(_("Keep the check"), Icon.SHIELD, primary=True)
        self.keep.clicked.connect(self._keep)
        self.lay_buttons(None, close, self.keep)
        self.keep.setFocus()

    def _keep(self) -> None:
        self.confirmed.emit()
        self.accept()


def connect_menu(menu: QMenu, slot: partial[object]) -> None:
    """Have a choice of an export menu answered with its `Export`."""
    menu.triggered.connect(lambda action: slot(action.data()))
