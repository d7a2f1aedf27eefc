"""The page of a clip that has no result: how far its check is, why it could not be checked, or that it was stopped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon, Tone, shown_name
from gui.presenters.pages import Banner, Problem
from gui.presenters.queues import Entry, Stage, row_of
from gui.views.clip_banner import BannerView
from gui.views.pieces import Elided, Surface, Text, push_button
from gui.views.theme import GAP, GRID, MARGIN, theme


class StageView(QWidget):
    """Shows an entry without a result.

    Signals:
        again_asked: it is to be checked once more.
        stop_asked: the check is to be stopped.
    """

    again_asked = Signal()
    stop_asked = Signal()

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.stage = entry.stage
        self.headline = ""
        self._bar: QProgressBar | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(Elided(shown_name(entry.path), size=1.35, bold=True))
        if entry.problem is not None:
            self._build_problem(column, entry.problem)
        elif entry.stage is Stage.STOPPED:
            self._build_stopped(column)
        else:
            self._build_progress(column, entry)
        column.addStretch(1)

    def show_progress(self, entry: Entry) -> None:
        """Show how far a check is now."""
        if self._bar is None:
            return
        row = row_of(entry)
        self._step.setText(entry.progress.words if entry.progress else _("Waiting for its turn"))
        self._left.setText(row.left)
        # A range of nothing shows that work goes on without saying how far it is.
        self._bar.setRange(0, 0 if row.fraction is None else 1000)
        if row.fraction is not None:
            self._bar.setValue(round(row.fraction * 1000))

    def _build_progress(self, column: QVBoxLayout, entry: Entry) -> None:
        ground = Surface(theme().surface, theme().line)
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        inside.setSpacing(GAP)
        line = QHBoxLayout()
        self._step = Text(bold=True, wrap=False)
        self._left = Text(muted=True, wrap=False)
        line.addWidget(self._step)
        line.addStretch(1)
        line.addWidget(self._left)
        inside.addLayout(line)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        inside.addWidget(self._bar)
        stop = push_button(_("Stop"), Icon.CLOSE)
        stop.clicked.connect(self.stop_asked)
        inside.addWidget(stop, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(ground)
        if entry.stage is Stage.WAITING:
            self._bar.hide()
        self.show_progress(entry)

    def _build_problem(self, column: QVBoxLayout, problem: Problem) -> None:
        self.headline = problem.sentence
        banner = Banner(
            tone=Tone.PROBLEM,
            icon=Icon.PROBLEM,
            word=_("Could not be checked"),
            headline=problem.sentence,
            note=problem.remedy,
        )
        column.addWidget(BannerView(banner))
        row = self._again_row(column)
        if problem.details:
            copy = push_button(_("Copy details"), Icon.COPY)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(problem.details))
            row.insertWidget(1, copy)

    def _build_stopped(self, column: QVBoxLayout) -> None:
        self.headline = _("The check was stopped; nothing was found out about this clip.")
        banner = Banner(tone=Tone.NEUTRAL, icon=Icon.STOPPED, word=_("Stopped"), headline=self.headline)
        column.addWidget(BannerView(banner))
        self._again_row(column)

    def _again_row(self, column: QVBoxLayout) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        again = push_button(_("Check again"), Icon.RETRY)
        again.clicked.connect(self.again_asked)
        row.addWidget(again)
        row.addStretch(1)
        column.addLayout(row)
        return row
