"""The findings of a clip as cards: those that did not change stay where a judgement anew puts others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from countenance.translations import _
from gui.presenters.finding_cards import FindingCard
from gui.presenters.looks import Icon
from gui.slices import Slices
from gui.views.answer_row import acting_button
from gui.views.finding_card import FindingCardView
from gui.views.listening import Listening
from gui.views.theme import GAP
from reports.formats import format_count

AT_ONCE = 3
"""Cards that are built before anything else happens: what a page shows without being scrolled."""

SHOWN_FIRST = 20
"""Of a crowd's findings; the others a press away. Laying out a page takes as long as it has cards."""


class FindingsView(QWidget):
    """Shows cards, one below the other, all that changed at the same moment.

    Signals:
        chosen: index of the finding whose card got the focus.
        moment_asked: a moment to be shown, in seconds.
        acted: (index, act) that somebody asked for.
        take_back_asked: index of the finding whose answer is to be taken back.
        fetched: the card that `want` asked for is there, and has the focus.
    """

    chosen = Signal(int)
    moment_asked = Signal(float)
    acted = Signal(int, object)
    take_back_asked = Signal(int)
    fetched = Signal(object)

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self._slices = Slices(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._more: QPushButton = acting_button("", Icon.ADD)
        self._more.clicked.connect(self._show_more)
        self._more.hide()
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.cards: list[FindingCardView] = []
        self._all: list[FindingCard] = []
        self._shown_most = SHOWN_FIRST
        self._wanted: int | None = None
        self._lit: int | None = None
        self._narrow = False

    def show_cards(self, cards: Sequence[FindingCard], *, same_clip: bool = True) -> None:
        """Show these cards; the focus stays with the people it was on."""
        if not same_clip:
            self._shown_most = SHOWN_FIRST
            self._wanted = None
        self._all = list(cards)
        self._build_anew()

    def bend(self, narrow: bool) -> None:
        """Put evidence above the words where there is no room beside them."""
        if narrow != self._narrow:
            self._narrow = narrow
            for view in self.cards:
                self._bend(view)

    def want(self, index: int) -> FindingCardView | None:
        """Return a card, or None where it is yet to be built; `fetched` follows then."""
        if 0 <= index < len(self.cards):
            return self.cards[index]
        if 0 <= index < len(self._all):
            self._wanted = index
            self._shown_most = max(self._shown_most, index + 1)
            self._build_anew()
        return None

    def light(self, index: int | None) -> None:
        """Show which finding is looked at."""
        self._lit = index
        for number, view in enumerate(self.cards):
            view.light(number == index)

    def close_down(self) -> None:
        """Build no more."""
        self._slices.close()

    def _show_more(self) -> None:
        self._wanted = len(self.cards)
        self._shown_most += SHOWN_FIRST
        self._build_anew()

    def _build_anew(self) -> None:
        self._slices.close()
        steps = self._build(self._all[: self._shown_most])
        for _step in islice(steps, AT_ONCE):
            pass
        self._slices.do(steps)

    def _build(self, cards: list[FindingCard]) -> Iterator[None]:
        """Build what differs beside what is shown, then change it all at once: nothing jumps meanwhile."""
        there = {view.card.place: view for view in self.cards}
        views: list[FindingCardView] = []
        new: list[FindingCardView] = []
        try:
            for card in cards:
                old = there.get(card.place)
                view = old if old is not None and old.card == card else self._card(card)
                if view is not old:
                    new.append(view)
                views.append(view)
                if len(views) < len(cards):
                    yield
            self._change_to(views)
            new = []
        finally:
            # Another judgement came before this one was shown.
            for view in filter(isValid, new):
                view.deleteLater()

    def _change_to(self, views: list[FindingCardView]) -> None:
        focused = next((view.card.place for view in self.cards if _has_focus(view)), None)
        gone = [view for view in self.cards if view not in views]
        self.cards = views
        # Each card that is shown would have the whole page laid out.
        self._column.setEnabled(False)
        for index, view in enumerate(views):
            if self._column.indexOf(view) != index:
                self._column.removeWidget(view)
                self._column.insertWidget(index, view)
            self._bend(view)
            view.show()
        for view in gone:
            self._column.removeWidget(view)
            # Not deleted at once: the signal being answered may come from a button inside.
            view.hide()
            view.deleteLater()
        left = len(self._all) - len(views)
        words = _("Show more findings: {count} left").format(count=format_count(left))
        self._more.setText(f" {words}")
        self._more.setAccessibleName(words)
        self._more.setVisible(left > 0)
        self._column.setEnabled(True)
        self.light(self._lit)
        self._give_focus(focused)

    def _give_focus(self, focused: str | None) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted < len(self.cards):
            self.cards[wanted].setFocus(Qt.FocusReason.OtherFocusReason)
            self.fetched.emit(self.cards[wanted])
            return
        view = next((one for one in self.cards if one.card.place == focused), None)
        if view is not None and not _has_focus(view):
            with QSignalBlocker(view):  # nobody chose it anew
                view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, card: FindingCard) -> FindingCardView:
        view = FindingCardView(card, self._listening)
        view.setParent(self)
        view.hide()
        view.chosen.connect(partial(self._tell, view))
        view.moment_asked.connect(self.moment_asked)
        view.acted.connect(partial(self._act, view))
        view.take_back_asked.connect(partial(self._take_back, view))
        for part in view.findChildren(QWidget):
            part.ensurePolished()
        return view

    def _tell(self, view: FindingCardView) -> None:
        if view in self.cards:
            self.chosen.emit(self.cards.index(view))

    def _act(self, view: FindingCardView, act: object) -> None:
        if view in self.cards:
            self.acted.emit(self.cards.index(view), act)

    def _take_back(self, view: FindingCardView) -> None:
        if view in self.cards:
            self.take_back_asked.emit(self.cards.index(view))

    def _bend(self, view: FindingCardView) -> None:
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        view.row.setDirection(down if self._narrow else beside)


def _has_focus(view: QWidget) -> bool:
    focused = view.window().focusWidget()
    return focused is not None and (focused is view or view.isAncestorOf(focused))
