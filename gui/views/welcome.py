"""What the window shows before there is a clip: where to drop one, or that the models must be installed first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.sentences import in_a_row
from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.theme import GRID, MARGIN, theme


class DropArea(QWidget):
    """A large place to drop clips onto, with buttons for those who would rather choose.

    Signals:
        clips_asked: clips are to be chosen.
        folder_asked: a folder is to be chosen.
    """

    clips_asked = Signal()
    folder_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = _centred_column(self)
        column.addWidget(IconLabel(Icon.DROP, theme().accent, 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 2)
        column.addWidget(_centred(_("Drop a clip here"), size=1.9, bold=True))
        column.addWidget(
            _centred(
                _("Videos, sound and pictures, one or many, or whole folders: MP4, MOV, WebM, MP3, WAV, JPEG, PNG …")
            )
        )
        column.addSpacing(GRID * 4)
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        self.clips = push_button(_("Choose clips…"), Icon.ADD, primary=True)
        self.clips.clicked.connect(self.clips_asked)
        self.folder = push_button(_("Choose a folder…"), Icon.FOLDER)
        self.folder.clicked.connect(self.folder_asked)
        row.addStretch(1)
        row.addWidget(self.clips)
        row.addWidget(self.folder)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(GRID * 6)
        column.addWidget(_centred(_("Everything stays on this computer."), muted=True))
        column.addStretch(1)

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


def _centred_column(owner: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(owner)
    column.setContentsMargins(MARGIN * 3, MARGIN * 2, MARGIN * 3, MARGIN * 2)
    column.setSpacing(GRID * 2)
    column.addStretch(1)
    return column


def _centred(words: str, *, size: float = 1.0, bold: bool = False, muted: bool = False) -> Text:
    text = Text(words, size=size, bold=bold, muted=muted)
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return text
