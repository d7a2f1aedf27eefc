"""A checked clip: verdict, what to do next, the clip to be watched, findings, coverage, on what it all rests.

It is built once; a judgement anew changes what differs and leaves the rest where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.answers import Batch, CardAct
from gui.presenters.exports import Export
from gui.presenters.looks import Icon, shown_name
from gui.presenters.pages import Banner, ClipPage
from gui.presenters.queues import Entry
from gui.views import icons
from gui.views.clip_banner import BannerView
from gui.views.clip_findings import FindingsView
from gui.views.clip_sticky import Sticky
from gui.views.export_menu import SavedLine, export_button, fill_export_menu
from gui.views.film_screen import TALLEST_PX
from gui.views.grant_flow import FlowLayout
from gui.views.papers_dialog import clear
from gui.views.pieces import Elided, Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GAP, GRID, MARGIN, theme
from gui.views.watching import Watching

NARROW_PAGE = 560
"""Below this, what stands beside each other stands below each other."""

WIDE_PAGE = 1040
"""From here on the clip is watched beside its findings; so wide is the page of a window of 1500 px."""

_SHARE_ABOVE = 0.33
"""Of the window's height, what the picture may take where the findings stand below it: their first must be in view."""

_SHARE_BESIDE, MOST_BESIDE_PX = 0.46, 680
"""The same where they stand beside it."""

SEEK_PAUSE_MS = 180
"""After the last card that was chosen, before the clip goes there: arrows are held down."""


class ResultView(QWidget):
    """Shows a checked clip.

    Signals:
        acted: (indexes of findings, `Act`) that somebody asked for.
        take_back_asked: index of the finding whose answer is to be taken back.
        step_asked: the `NextStep` of the banner was pressed.
        export_asked: an `Export` was chosen.
        what_if_asked, keep_asked, again_asked: a button of the head was pressed.
        finding_wanted: index of a finding whose card is to be brought into view.
    """

    acted = Signal(object, object)
    take_back_asked = Signal(int)
    step_asked = Signal(object)
    export_asked = Signal(object)
    what_if_asked = Signal()
    keep_asked = Signal()
    again_asked = Signal()
    finding_wanted = Signal(int)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._page: ClipPage | None = None
        self._entry: Entry | None = None
        self._chosen: int | None = None
        self._picked: int | None = None
        self._wide = False
        self._exports: tuple[Export, ...] = ()
        self._narrow = False
        self.banner_view: BannerView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(self._head())
        self.saved = SavedLine()
        column.addWidget(self.saved)
        self._banner_place = QVBoxLayout()
        column.addLayout(self._banner_place)
        self._body: QBoxLayout = QVBoxLayout()
        self.watching = Watching(parts)
        self.watching.finding_picked.connect(self._pick)
        self.watching.finding_passed.connect(self._pass)
        self.place = Sticky(self.watching)
        self._body.addWidget(self.place, 1)
        self._body.addWidget(self._right_side(parts), 1)
        column.addLayout(self._body)
        column.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEEK_PAUSE_MS)
        self._pause.timeout.connect(self._go_there)

    @property
    def banner(self) -> Banner | None:
        """The banner that is shown."""
        return self._page.banner if self._page is not None else None

    def show_page(self, entry: Entry, page: ClipPage, exports: Sequence[Export], why_not_keep: str) -> None:
        """Show a clip, or the same clip judged anew."""
        same = self._entry is not None and self._entry.key == entry.key
        before, self._page, self._entry = (self._page if same else None), page, entry
        self._name.say(shown_name(entry.path))
        self._facts.setText(page.facts)
        if tuple(exports) != self._exports:
            self._exports = tuple(exports)
            fill_export_menu(self._export_menu, exports)
        self._keep.setEnabled(not why_not_keep)
        self._keep.setToolTip(why_not_keep or _("The registry remembers it, for certificates and recalls."))
        if not same:
            self.saved.hide()
            self._chosen = self._picked = None
        if before is None or before.banner != page.banner:
            clear(self._banner_place)
            self.banner_view = BannerView(page.banner)
            self.banner_view.bend(self._narrow)
            self.banner_view.step_asked.connect(lambda: self.step_asked.emit(page.banner.next_step))
            self._banner_place.addWidget(self.banner_view)
        if not same or before is None or before.batch != page.batch or before.findings_title != page.findings_title:
            self._show_title(page.findings_title, page.batch)
        if before is None or (before.coverage, before.basis) != (page.coverage, page.basis):
            self._show_rest(page)
        self.findings.show_cards(page.findings, same_clip=same)
        self.findings.light(self._chosen)
        self.findings.setVisible(bool(page.findings))
        self.watching.show_result(entry)

    def choose(self, index: int) -> None:
        """Show which finding is looked at, and go to its moment soon: unless it was picked at a moment of the clip."""
        picked, self._picked = self._picked, None
        self._look_at(index)
        if index != picked:
            self._pause.start()

    def fit(self, width: int, window_height: int) -> bool:
        """Lay everything out for a page of this width; return whether the clip is watched beside its findings."""
        self._wide = wide = width >= WIDE_PAGE
        share, most = (_SHARE_BESIDE, MOST_BESIDE_PX) if wide else (_SHARE_ABOVE, TALLEST_PX)
        self.watching.picture.cap(min(most, round(window_height * share)))
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(beside if wide else below)
        self._body.setSpacing(MARGIN if wide else GAP)
        self._narrow = width < NARROW_PAGE
        self._top.setDirection(below if self._narrow else beside)
        self.findings.bend(self._narrow or (wide and width < 2 * NARROW_PAGE))
        if self.banner_view is not None:
            self.banner_view.bend(self._narrow)
        return wide

    def follow(self, top: int) -> None:
        """Keep the clip in view while the page is scrolled: so many pixels of it are above the view."""
        beside = top - self.place.mapTo(self, self.place.rect().topLeft()).y() + GAP
        self.place.follow(beside if self._wide else 0)

    def close_down(self) -> None:
        """Stop for good: the page goes away."""
        self._pause.stop()
        self.findings.close_down()
        self.watching.close_down()

    def _head(self) -> QBoxLayout:
        self._top: QBoxLayout = QHBoxLayout()
        self._top.setSpacing(GRID * 4)
        names = QVBoxLayout()
        names.setSpacing(GRID)
        self._name = Elided("", size=1.35, bold=True)
        names.addWidget(self._name)
        self._facts = Text(muted=True)
        names.addWidget(self._facts)
        self._top.addLayout(names, 1)
        buttons = QWidget()
        flow = QHBoxLayout(buttons)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.setSpacing(GRID * 2)
        self.what_if = push_button(_("What if…"), Icon.QUESTION)
        self.what_if.setToolTip(_("Judge this clip for another use, without changing the stated one"))
        self.what_if.clicked.connect(self.what_if_asked)
        flow.addWidget(self.what_if)
        self.export, self._export_menu = export_button((), _("Save report"), self)
        self._export_menu.triggered.connect(lambda action: self.export_asked.emit(action.data()))
        flow.addWidget(self.export)
        self.more, menu = _more_button(self)
        menu.setToolTipsVisible(True)
        self._keep = menu.addAction(_("Keep this check…"))
        self._keep.triggered.connect(lambda _checked=False: self.keep_asked.emit())
        again = menu.addAction(_("Check again from the start"))
        again.triggered.connect(lambda _checked=False: self.again_asked.emit())
        flow.addWidget(self.more)
        self._top.addWidget(buttons, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        return self._top

    def _right_side(self, parts: Parts) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self._title_place = QVBoxLayout()
        column.addLayout(self._title_place)
        self.findings = FindingsView(parts.listening)
        self.findings.chosen.connect(self.choose)
        self.findings.moment_asked.connect(self._go_to)
        self.findings.acted.connect(lambda index, act: self.acted.emit((index,), act))
        self.findings.take_back_asked.connect(self.take_back_asked)
        column.addWidget(self.findings)
        self._rest_place = QVBoxLayout()
        self._rest_place.setSpacing(GAP)
        column.addLayout(self._rest_place)
        column.addStretch(1)
        return side

    def _show_title(self, words: str, batch: Batch | None) -> None:
        clear(self._title_place)
        line = QWidget()
        flow = FlowLayout(GRID * 3)
        line.setLayout(flow)
        title = Text(words, size=1.1, bold=True, wrap=False)
        title.setMinimumHeight(GRID * (9 if batch is not None else 6))
        flow.addWidget(title)
        if batch is not None:
            button = push_button(batch.words, Icon.PEOPLE)
            button.setObjectName("menu")
            menu = QMenu(button)
            menu.setToolTipsVisible(True)
            for act in batch.acts:
                self._add_batch_act(menu, batch, act)
            button.setMenu(menu)
            flow.addWidget(button)
        self._title_place.addWidget(line)

    def _add_batch_act(self, menu: QMenu, batch: Batch, act: CardAct) -> None:
        action = menu.addAction(act.words)
        action.setToolTip(act.tip)
        action.triggered.connect(lambda _checked=False: self.acted.emit(batch.findings, act.act))

    def _show_rest(self, page: ClipPage) -> None:
        clear(self._rest_place)
        for title, sentences in ((_("What was examined"), page.coverage), (_("What this rests on"), page.basis)):
            self._rest_place.addWidget(Text(title, size=1.1, bold=True))
            ground = Surface(theme().surface, theme().line)
            lines = QVBoxLayout(ground)
            lines.setContentsMargins(GRID * 5, GRID * 4, GRID * 5, GRID * 4)
            lines.setSpacing(GRID)
            for sentence in sentences:
                lines.addWidget(Text(sentence, muted=True))
            self._rest_place.addWidget(ground)

    def _look_at(self, index: int) -> None:
        self._chosen = index
        self.findings.light(index)
        self.watching.show_finding(index)

    def _pick(self, index: int) -> None:
        """Bring a card into view whose finding was picked in the clip, which is where it is to be already."""
        self._pause.stop()
        self._picked = index
        self.finding_wanted.emit(index)
        if index < len(self.findings.cards):
            self._picked = None
            self._look_at(index)

    def _pass(self, index: int) -> None:
        """Show whose moment was pressed; the page stays where it is unless the clip is in view all the time."""
        self._pause.stop()
        if self._wide:
            self._pick(index)
        else:
            self._look_at(index)

    def _go_there(self) -> None:
        cards = self._page.findings if self._page is not None else ()
        if self._chosen is not None and self._chosen < len(cards):
            start_s = cards[self._chosen].start_s
            if start_s is not None:
                self.watching.seek(start_s)

    def _go_to(self, at_s: float) -> None:
        self._pause.stop()
        self.watching.seek(at_s)


def _more_button(owner: QWidget) -> tuple[QPushButton, QMenu]:
    button = QPushButton()
    button.setObjectName("more")
    button.setIcon(icons.icon(Icon.MORE, theme().text))
    button.setIconSize(QSize(18, 18))
    button.setToolTip(_("More for this clip"))
    button.setAccessibleName(_("More for this clip"))
    menu = QMenu(owner)
    button.setMenu(menu)
    return button, menu
