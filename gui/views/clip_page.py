"""A clip's page: what came of it, why, and on what it rests; or how far the check is, or why there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from countenance.translations import _
from gui.presenters.looks import Icon, Tone, shown_name
from gui.presenters.pages import Banner, ClipPage, Problem, clip_page
from gui.presenters.queues import Entry, Stage, row_of
from gui.views.finding_card import FindingCardView
from gui.views.listening import Listening
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button
from gui.views.theme import GAP, GRID, MARGIN, theme
from gui.views.timeline_strip import TimelineStrip

WIDEST_PAGE = 980
NARROW_PAGE = 560
"""Below this, what stands beside each other stands below each other."""


class ClipPageView(QScrollArea):
    """Shows one entry of the queue; built anew whenever the entry's stage or result changes.

    Signals:
        save_asked: whether names are to be left out of the report.
        open_asked: the report just saved is to be opened.
        again_asked: the clip is to be checked once more.
        stop_asked: the check is to be stopped.
    """

    save_asked = Signal(bool)
    open_asked = Signal()
    again_asked = Signal()
    stop_asked = Signal()

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._entry: Entry | None = None
        self.cards: list[FindingCardView] = []
        self._bending: list[QBoxLayout] = []
        self.headline = ""
        self._bar: QProgressBar | None = None
        self._step: Text | None = None
        self._left: Text | None = None
        self._open_report: QWidget | None = None

    def show_entry(self, entry: Entry) -> None:
        """Show a clip as it is now."""
        before, self._entry = self._entry, entry
        same = before is not None and before.key == entry.key
        if same and before is not None and before.stage is entry.stage is Stage.RUNNING:
            self._show_progress(entry)
            return
        place = self.verticalScrollBar().value() if same else 0
        self._build(entry)
        # The layout is settled only after this turn of the event loop.
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))

    def forget(self) -> None:
        """Show nothing any more."""
        self._listening.stop()
        self._entry = None

    def tell_saved(self) -> None:
        """Offer the report that was saved."""
        if self._open_report is not None:
            self._open_report.show()

    def show_finding(self, index: int) -> None:
        """Scroll to a finding and give it the focus."""
        if 0 <= index < len(self.cards):
            self.cards[index].setFocus()
            self.ensureWidgetVisible(self.cards[index], 0, MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the lines of a wide window readable."""
        super().resizeEvent(event)
        self._keep_readable()

    def _keep_readable(self) -> None:
        page = self.widget()
        layout = page.layout() if page else None
        if layout is not None:
            side = max(MARGIN, (self.viewport().width() - WIDEST_PAGE) // 2)
            layout.setContentsMargins(side, MARGIN, side, MARGIN * 2)
        # By the width with the scroll bar: the bar must not come and go with what it decides.
        narrow = self.width() < NARROW_PAGE
        for row in self._bending:
            row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _build(self, entry: Entry) -> None:
        # What plays belongs to the page that goes.
        self._listening.stop()
        self.cards, self._bending = [], []
        self._bar, self._step, self._left, self._open_report = None, None, None, None
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(GAP)
        if entry.result is not None:
            self._build_result(column, entry, clip_page(entry.result))
        else:
            column.addWidget(Elided(shown_name(entry.path), size=1.35, bold=True))
            if entry.problem is not None:
                self._build_problem(column, entry.problem)
            elif entry.stage is Stage.STOPPED:
                self._build_stopped(column)
            else:
                self._build_progress(column, entry)
        column.addStretch(1)
        # Not deleted at once: the signal being answered may come from a widget of the old page.
        before = self.takeWidget()
        if before is not None:
            before.hide()
            before.deleteLater()
        self.setWidget(page)
        self._keep_readable()

    def _build_result(self, column: QVBoxLayout, entry: Entry, page: ClipPage) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID * 2)
        names = QVBoxLayout()
        names.setSpacing(GRID)
        names.addWidget(Elided(shown_name(entry.path), size=1.35, bold=True))
        names.addWidget(Text(page.facts, muted=True))
        top.addLayout(names, 1)
        self._open_report = push_button(_("Open report"), Icon.OPEN)
        self._open_report.clicked.connect(self.open_asked)
        self._open_report.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID * 2)
        buttons.addWidget(self._open_report)
        buttons.addWidget(self._save_button())
        buttons.addStretch(1)
        top.addLayout(buttons)
        self._bending.append(top)
        column.addLayout(top)
        self.headline = page.banner.headline
        column.addWidget(banner_view(page.banner))
        if page.timeline is not None:
            _section(column, _("Timeline"))
            strip = TimelineStrip(page.timeline)
            strip.asked_for.connect(self.show_finding)
            column.addWidget(_on_surface(strip))
        _section(column, page.findings_title)
        for card in page.findings:
            view = FindingCardView(card, self._listening)
            self.cards.append(view)
            self._bending.append(view.row)
            column.addWidget(view)
        _section(column, _("What was examined"))
        column.addWidget(_sentences(page.coverage))
        _section(column, _("What this rests on"))
        column.addWidget(_sentences(page.basis))

    def _save_button(self) -> QPushButton:
        save = push_button(_("Save report"), Icon.SAVE)
        save.setObjectName("menu")
        menu = QMenu(save)
        menu.addAction(_("With names and pictures…")).triggered.connect(lambda: self.save_asked.emit(False))
        menu.addAction(_("Without names…")).triggered.connect(lambda: self.save_asked.emit(True))
        save.setMenu(menu)
        return save

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
        self._show_progress(entry)

    def _show_progress(self, entry: Entry) -> None:
        if self._bar is None or self._step is None or self._left is None:
            return
        row = row_of(entry)
        self._step.setText(entry.progress.words if entry.progress else _("Waiting for its turn"))
        self._left.setText(row.left)
        # A range of nothing shows that work goes on without saying how far it is.
        self._bar.setRange(0, 0 if row.fraction is None else 1000)
        if row.fraction is not None:
            self._bar.setValue(round(row.fraction * 1000))

    def _build_problem(self, column: QVBoxLayout, problem: Problem) -> None:
        banner = Banner(
            tone=Tone.PROBLEM,
            icon=Icon.PROBLEM,
            word=_("Could not be checked"),
            headline=problem.sentence,
            note=problem.remedy,
        )
        self.headline = problem.sentence
        column.addWidget(banner_view(banner))
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self._add_again(row)
        if problem.details:
            copy = push_button(_("Copy details"))
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(problem.details))
            row.addWidget(copy)
        row.addStretch(1)
        column.addLayout(row)

    def _build_stopped(self, column: QVBoxLayout) -> None:
        self.headline = _("The check was stopped; nothing was found out about this clip.")
        column.addWidget(
            banner_view(Banner(tone=Tone.NEUTRAL, icon=Icon.STOPPED, word=_("Stopped"), headline=self.headline))
        )
        row = QHBoxLayout()
        self._add_again(row)
        row.addStretch(1)
        column.addLayout(row)

    def _add_again(self, row: QHBoxLayout) -> None:
        again = push_button(_("Check again"), Icon.RETRY)
        again.clicked.connect(self.again_asked)
        row.addWidget(again)


def banner_view(banner: Banner) -> QWidget:
    """Return the banner: a large icon, the word, the sentence, and a note where there is one."""
    tone = theme().tones[banner.tone]
    ground = Surface(tone.ground, tone.ground, tone.ink)
    row = QHBoxLayout(ground)
    row.setContentsMargins(MARGIN, GRID * 5, MARGIN, GRID * 5)
    row.setSpacing(GRID * 5)
    row.addWidget(IconLabel(banner.icon, tone.ink, 48), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(GRID)
    word = Text(banner.word, size=1.6, bold=True)
    word.paint_in(tone.ink)
    words.addWidget(word)
    words.addWidget(Text(banner.headline, size=1.1))
    if banner.note:
        words.addWidget(Text(banner.note, muted=True))
    row.addLayout(words, 1)
    ground.setAccessibleName(" ".join((f"{banner.word}.", banner.headline, banner.note)).strip())
    return ground


def _section(column: QVBoxLayout, words: str) -> None:
    column.addSpacing(GRID * 2)
    column.addWidget(Text(words, size=1.1, bold=True))


def _sentences(sentences: tuple[str, ...]) -> QWidget:
    lines = QVBoxLayout()
    lines.setSpacing(GRID)
    for sentence in sentences:
        lines.addWidget(Text(sentence, muted=True))
    return _on_surface(lines)


def _on_surface(content: QWidget | QLayout) -> QWidget:
    ground = Surface(theme().surface, theme().line)
    inside = QVBoxLayout(ground)
    inside.setContentsMargins(GRID * 5, GRID * 4, GRID * 5, GRID * 4)
    if isinstance(content, QWidget):
        inside.addWidget(content)
    else:
        inside.addLayout(content)
    return ground
