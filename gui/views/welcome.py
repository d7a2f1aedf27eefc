"""What the window shows before there is a clip: where to drop one, or that the models must be installed first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from countenance.sentences import in_a_row
from countenance.translations import _
from gui.presenters.looks import Icon, file_icon, shown_name
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.recents import MOST_SHOWN
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.theme import GRID, MARGIN, theme

RECENT_WIDTH = 132


class DropArea(QWidget):
    """A large place to drop clips onto, with buttons for those who would rather choose.

    Signals:
        clips_asked: clips are to be chosen.
        folder_asked: a folder is to be chosen.
        compare_asked: a folder of people to compare with is to be chosen.
        demo_asked: the demo's clip is to be checked.
        recent_asked: a file or folder that was checked lately.
    """

    clips_asked = Signal()
    folder_asked = Signal()
    compare_asked = Signal()
    demo_asked = Signal()
    recent_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = _centred_column(_scrolled(self))
        column.addWidget(IconLabel(Icon.DROP, theme().accent, 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 2)
        column.addWidget(_centred(_("Drop a clip here"), size=1.9, bold=True))
        column.addWidget(
            _centred(
                _("Videos, sound and pictures, one or many, or whole folders: MP4, MOV, WebM, MP3, WAV, JPEG, PNG …")
            )
        )
        column.addSpacing(GRID * 4)
        self.clips = push_button(_("Choose clips…"), Icon.ADD, primary=True)
        self.clips.setToolTip(_("Choose clips (Ctrl+O)"))
        self.clips.clicked.connect(self.clips_asked)
        self.folder = push_button(_("Choose a folder…"), Icon.FOLDER)
        self.folder.setToolTip(_("Choose a folder of clips (Ctrl+Shift+O)"))
        self.folder.clicked.connect(self.folder_asked)
        self.compare = push_button(_("Compare with a folder of people…"), Icon.PEOPLE)
        self.compare.setToolTip(
            _("A subfolder of photos, films or recordings for each person; no registry is needed, and nothing is kept")
        )
        self.compare.clicked.connect(self.compare_asked)
        self.demo = push_button(_("Try the demo clip"), Icon.PLAY)
        self.demo.setToolTip(_("A free portrait and a made-up voice, checked as any other clip"))
        self.demo.clicked.connect(self.demo_asked)
        for line in ((self.clips, self.folder), (self.compare, self.demo)):
            buttons = FlowLayout(GRID * 3, middle=True)
            for button in line:
                buttons.addWidget(button)
            column.addLayout(buttons)
            column.addSpacing(GRID)
        column.addSpacing(GRID * 4)
        self._recent = QWidget()
        self._recent_row = QHBoxLayout(self._recent)
        self._recent_row.setContentsMargins(0, 0, 0, 0)
        self._recent_row.setSpacing(GRID * 2)
        column.addWidget(self._recent)
        column.addSpacing(GRID * 2)
        column.addWidget(_centred(_("Everything stays on this computer."), muted=True))
        column.addStretch(1)
        self.show_recent(())

    def show_recent(self, recent: Sequence[Path]) -> None:
        """Show files and folders that were checked lately."""
        while (item := self._recent_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._recent.setVisible(bool(recent))
        self._recent_row.addStretch(1)
        if recent:
            self._recent_row.addWidget(Text(_("Recent"), muted=True, wrap=False))
        for path in recent[:MOST_SHOWN]:
            name = shown_name(path)
            button = push_button("", Icon.FOLDER if not path.suffix else file_icon(path.name))
            shown = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, RECENT_WIDTH)
            button.setText(f" {shown}".replace("&", "&&"))
            button.setAccessibleName(_("Check again: {name}").format(name=name))
            button.setToolTip(name if "<" not in name else "")
            button.clicked.connect(partial(self.recent_asked.emit, path))
            self._recent_row.addWidget(button)
        self._recent_row.addStretch(1)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the dashed place."""
        painter = QPainter(self)
        paint_drop_place(painter, QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), lit=False)
        painter.end()


class DropOverlay(QWidget):
    """Lies over the whole window while something is dragged across it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = _centred_column(self)
        column.addWidget(IconLabel(Icon.DROP, theme().accent, 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_centred(_("Let go to check"), size=1.6, bold=True))
        column.addStretch(1)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        veil = QColor(theme().window)
        veil.setAlpha(235)
        painter.fillRect(self.rect(), veil)
        paint_drop_place(painter, QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), lit=True)
        painter.end()


class InstallPage(QWidget):
    """Says that models are missing, and installs them with one button.

    Signals:
        install_asked: they are to be installed.
        stop_asked: the installation is to be stopped.
    """

    install_asked = Signal()
    stop_asked = Signal()

    def __init__(self, words: str, button: str) -> None:
        super().__init__()
        column = _centred_column(self)
        column.addWidget(IconLabel(Icon.INSTALL, theme().accent, 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 2)
        column.addWidget(_centred(_("One thing first"), size=1.9, bold=True))
        column.addWidget(_centred(words))
        column.addSpacing(GRID * 4)
        self.install = push_button(button, Icon.INSTALL, primary=True)
        self.install.clicked.connect(self.install_asked)
        column.addWidget(self.install, 0, Qt.AlignmentFlag.AlignHCenter)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(360)
        self.bar.setAccessibleName(_("Progress"))
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        self.step = _centred("", muted=True)
        column.addWidget(self.step)
        self.stop = push_button(_("Stop"), Icon.CLOSE)
        self.stop.clicked.connect(self.stop_asked)
        column.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.rest()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme().line))
        painter.setBrush(QColor(theme().surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), 18, 18)
        painter.end()

    def rest(self, problem: Problem | None = None) -> None:
        """Show that nothing is being installed, and why it failed if it did."""
        for widget in (self.bar, self.stop):
            widget.hide()
        self.install.show()
        self.install.setEnabled(True)
        self.step.setText(in_a_row((problem.sentence, problem.remedy)) if problem else "")

    def show_progress(self, look: ProgressLook) -> None:
        """Show how far the installation is."""
        self.install.hide()
        for widget in (self.bar, self.stop):
            widget.show()
        self.step.setText(look.words)
        self.bar.setRange(0, 0 if look.fraction is None else 1000)
        if look.fraction is not None:
            self.bar.setValue(round(look.fraction * 1000))


def dropped_paths(dropped: QMimeData) -> list[Path]:
    """Return the files of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]


def paint_drop_place(painter: QPainter, place: QRectF, *, lit: bool) -> None:
    """Paint the dashed round rectangle that says: here."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(theme().accent if lit else theme().line), 2, Qt.PenStyle.DashLine)
    pen.setDashPattern([4, 4])
    painter.setPen(pen)
    painter.setBrush(QColor(theme().selected if lit else theme().surface))
    painter.drawRoundedRect(place, 18, 18)


def _scrolled(owner: QWidget) -> QWidget:
    """Return what fills a widget and scrolls, should letters be larger than the window."""
    around = QVBoxLayout(owner)
    around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    scroll = QScrollArea()
    scroll.setObjectName("clear")
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inside = QWidget()
    scroll.setWidget(inside)
    around.addWidget(scroll)
    return inside


def _centred_column(owner: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(owner)
    column.setContentsMargins(MARGIN * 2, MARGIN, MARGIN * 2, MARGIN)
    column.setSpacing(GRID * 2)
    column.addStretch(1)
    return column


def _centred(words: str, *, size: float = 1.0, bold: bool = False, muted: bool = False) -> Text:
    text = Text(words, size=size, bold=bold, muted=muted)
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return text
