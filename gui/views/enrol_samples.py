"""The samples of an enrolment: a place to drop files, each file with what was taken of it, and the coach beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.presenters.appraising import FileFound, SampleLook
from gui.presenters.coaching import Coaching, Readiness
from gui.presenters.looks import Icon, Tone, file_icon, shown_name
from gui.presenters.progress import ProgressLook
from gui.views.enrol_examining import Examined
from gui.views.grant_flow import FlowLayout
from gui.views.listening import Listening
from gui.views.papers_dialog import clear
from gui.views.pieces import Elided, FacePicture, IconLabel, Surface, Text, push_button, quiet_button
from gui.views.theme import GRID, theme
from gui.views.welcome import dropped_paths

FACE_PX = 56
NARROW_PX = 620


class SamplesPage(QWidget):
    """Takes files and shows what they give.

    Signals:
        offered: paths that were dropped or chosen.
        removed: the key of a file that is to be left out.
        stopped: what was not examined yet is to be left out.
    """

    offered = Signal(list)
    removed = Signal(int)
    stopped = Signal()

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self.rows: dict[int, FileRow] = {}
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID * 4)
        left = QVBoxLayout()
        left.setSpacing(GRID * 2)
        self.area = FilesArea()
        self.area.offered.connect(self.offered)
        left.addWidget(self.area)
        self._busy = QWidget()
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        self._busy_words = Text(muted=True)
        busy.addWidget(self._busy_words, 1)
        self.stop = push_button(_("Stop"), Icon.STOP)
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.stopped)
        busy.addWidget(self.stop)
        self._busy.hide()
        left.addWidget(self._busy)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID * 2)
        left.addLayout(self._list)
        left.addStretch(1)
        self._row.addLayout(left, 3)
        self.coach = CoachCard()
        self._row.addWidget(self.coach, 2, Qt.AlignmentFlag.AlignTop)

    def show_files(self, files: Sequence[Examined]) -> None:
        """Show these files; what was shown of them stays."""
        keys = {one.key for one in files}
        for key in [key for key in self.rows if key not in keys]:
            row = self.rows.pop(key)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for one in files:
            if one.key not in self.rows:
                row = FileRow(one, self._listening)
                row.removed.connect(self.removed)
                self.rows[one.key] = row
                self._list.addWidget(row)
            if one.failed:
                self.rows[one.key].show_found(FileFound(refused=(one.failed,)))

    def show_busy(self, left: int) -> None:
        """Say how many files are still to be examined."""
        words = ngettext("{count} file is still to be looked at.", "{count} files are still to be looked at.", left)
        self._busy_words.setText(words.format(count=left))
        self._busy.setVisible(left > 0)

    def show_progress(self, key: int, look: ProgressLook) -> None:
        """Show how far a file is."""
        if key in self.rows:
            self.rows[key].show_progress(look)

    def show_found(self, found: Mapping[int, FileFound]) -> None:
        """Show what was found in files."""
        for key, one in found.items():
            if key in self.rows:
                self.rows[key].show_found(one)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Put the coach below where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_PX
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)


class FilesArea(Surface):
    """Where files are dropped, or chosen.

    Signals:
        offered: their paths.
    """

    offered = Signal(list)

    def __init__(self) -> None:
        super().__init__(theme().sunken, theme().line)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 4, GRID * 4, GRID * 4, GRID * 4)
        column.setSpacing(GRID * 2)
        top = QHBoxLayout()
        top.setSpacing(GRID * 3)
        top.addWidget(IconLabel(Icon.DROP, theme().accent, 28))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(_("Drop photos, films or recordings here"), bold=True))
        words.addWidget(Text(_("Of this one person, the more different the better."), size=0.92, muted=True))
        top.addLayout(words, 1)
        self.choose = push_button(_("Choose files…"), Icon.ADD)
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose)
        top.addWidget(self.choose)
        column.addLayout(top)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files of this computer."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take what was dropped."""
        event.acceptProposedAction()
        self.offered.emit(dropped_paths(event.mimeData()))

    def _choose(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, _("Choose photos, films or recordings"))
        if names:
            self.offered.emit([Path(name) for name in names])


class FileRow(Surface):
    """One file: its name, how far it is, and what was taken of it.

    Signals:
        removed: its key, when it is to be left out.
    """

    removed = Signal(int)

    def __init__(self, examined: Examined, listening: Listening) -> None:
        super().__init__(theme().surface, theme().line)
        self._listening = listening
        name = shown_name(examined.path) if examined.path is not None else _("From the checked clip")
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(GRID)
        top = QHBoxLayout()
        top.setSpacing(GRID * 2)
        icon = file_icon(examined.path.name) if examined.path is not None else Icon.FILM
        top.addWidget(IconLabel(icon, theme().muted, 18))
        top.addWidget(Elided(name, bold=True), 1)
        off = quiet_button(Icon.CLOSE, _("Leave out {name}").format(name=name if "<" not in name else ""))
        off.clicked.connect(lambda: self.removed.emit(examined.key))
        top.addWidget(off)
        column.addLayout(top)
        self._words = Text(_("Waiting"), size=0.92, muted=True)
        column.addWidget(self._words)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.hide()
        column.addWidget(self._bar)
        self._samples = FlowLayout(GRID * 3)
        column.addLayout(self._samples)
        self._refused = QVBoxLayout()
        self._refused.setSpacing(GRID)
        column.addLayout(self._refused)

    def show_progress(self, look: ProgressLook) -> None:
        """Show how far it is."""
        self._words.setText(" · ".join(part for part in (look.words, look.left) if part))
        self._bar.show()
        self._bar.setRange(0, 1000 if look.fraction is not None else 0)
        self._bar.setValue(round(1000 * (look.fraction or 0)))

    def show_found(self, found: FileFound) -> None:
        """Show what was taken of it, and why not all."""
        self._bar.hide()
        self._words.setText(found.words)
        self._samples.clear()
        clear(self._refused)
        for sample in found.samples:
            self._samples.addWidget(self._sample(sample))
        ink = theme().tones[Tone.REVIEW if found.samples else Tone.BLOCKED].ink
        for sentence in found.refused:
            line = QHBoxLayout()
            line.setSpacing(GRID * 2)
            line.addWidget(IconLabel(Icon.REVIEW if found.samples else Icon.REJECT, ink, 16))
            words = Text(sentence, size=0.95)
            words.paint_in(ink)
            line.addWidget(words, 1)
            self._refused.addLayout(line)

    def _sample(self, sample: SampleLook) -> QWidget:
        widget = QWidget()
        if sample.sound:
            row = QHBoxLayout(widget)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(GRID)
            play = quiet_button(Icon.PLAY, _("Listen to this sample"))
            play.setEnabled(self._listening.possible)
            if not self._listening.possible:
                play.setToolTip(_("This computer has no sound output"))
            play.clicked.connect(lambda: self._listening.toggle(play, sample.sound))
            row.addWidget(play)
            row.addWidget(Text(sample.words, size=0.88, muted=True, wrap=False))
            return widget
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        spoken = _("Face sample: {quality}").format(quality=sample.words)
        column.addWidget(FacePicture(sample.picture, FACE_PX, spoken))
        words = Text(sample.words, size=0.88, muted=True, wrap=False)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        return widget


class CoachCard(Surface):
    """What is there already and what would still help."""

    def __init__(self) -> None:
        super().__init__(theme().surface, theme().line)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 4)
        column.setSpacing(GRID * 2)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        row.addWidget(IconLabel(Icon.STAR, theme().accent, 18))
        row.addWidget(Text(_("For good recognition"), bold=True), 1)
        column.addLayout(row)
        self.words = Text(muted=True)
        column.addWidget(self.words)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID * 2)
        column.addLayout(self._list)
        self.setMinimumWidth(220)

    def show_coaching(self, coaching: Coaching) -> None:
        """Show other advice."""
        self.words.setText(coaching.words)
        tone = {Readiness.NOTHING: Tone.REVIEW, Readiness.THIN: Tone.NEUTRAL, Readiness.GOOD: Tone.PERMITTED}
        self.words.paint_in(theme().tones[tone[coaching.readiness]].ink)
        clear(self._list)
        for advice in coaching.advice:
            pair = theme().tones[Tone.PERMITTED if advice.done else Tone.REVIEW]
            line = QHBoxLayout()
            line.setSpacing(GRID * 2)
            icon = Icon.PERMITTED if advice.done else Icon.ADD
            line.addWidget(IconLabel(icon, pair.ink, 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(advice.words, muted=advice.done), 1)
            self._list.addLayout(line)
