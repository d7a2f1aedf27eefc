"""The findings of a clip as cards: those that did not change stay where a judgement anew puts others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gui.presenters.finding_cards import FindingCard
from gui.slices import Slices
from gui.views.finding_card import FindingCardView
from gui.views.listening import Listening
from gui.views.theme import GAP


class FindingsView(QWidget):
    """Shows cards, one below the other, built a few in each turn of the window's loop.

    Signals:
        chosen: index of the finding whose card got the focus.
        moment_asked: a moment to be shown, in seconds.
        acted: (index, act) that somebody asked for.
        take_back_asked: index of the finding whose answer is to be taken back.
    """

    chosen = Signal(int)
    moment_asked = Signal(float)
    acted = Signal(int, object)
    take_back_asked = Signal(int)

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self._slices = Slices(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.cards: list[FindingCardView] = []
        self._laid_out: list[FindingCardView] = []
        self._wanted: int | None = None
        self._focused: str | None = None
        self._narrow = False

    def show_cards(self, cards: Sequence[FindingCard]) -> None:
        """Show these cards; the focus stays with the people it was on."""
        self._slices.close()
        # Also those that a judgement before this one has not replaced yet.
        before = {view.card.place: view for view in self._laid_out}
        self._focused = self._focused or next((view.card.place for view in self._laid_out if _has_focus(view)), None)
        # What is replaced stays until then, so that the page does not jump.
        self.cards = []
        self._slices.do(self._build(list(cards), before))

    def bend(self, narrow: bool) -> None:
        """Put evidence above the words where there is no room beside them."""
        if narrow != self._narrow:
            self._narrow = narrow
            for view in self.cards:
                self._bend(view)

    def want(self, index: int) -> FindingCardView | None:
        """Return a card, or None where it is yet to be built; it is given the focus then."""
        if 0 <= index < len(self.cards):
            self._wanted = None
            return self.cards[index]
        self._wanted = index
        return None

    def light(self, index: int | None) -> None:
        """Show which finding is looked at."""
        for number, view in enumerate(self.cards):
            view.light(number == index)

    def close_down(self) -> None:
        """Build no more."""
        self._slices.close()

    def _build(self, cards: list[FindingCard], before: dict[str, FindingCardView]) -> Iterator[None]:
        for index, card in enumerate(cards):
            old = before.pop(card.place, None)
            view = old if old is not None and old.card == card else self._card(card)
            self.cards.append(view)
            if self._column.indexOf(view) != index:
                self._column.removeWidget(view)
                self._column.insertWidget(index, view)
            if old is not None and old is not view:
                self._discard(old)
            view.show()
            if card.place == self._focused:
                self._focused = None
                if not _has_focus(view):
                    with QSignalBlocker(view):  # nobody chose it anew
                        view.setFocus(Qt.FocusReason.OtherFocusReason)
            if index == self._wanted:
                self._wanted = None
                view.setFocus(Qt.FocusReason.OtherFocusReason)
            yield
        self._focused = None
        for view in before.values():
            self._discard(view)

    def _discard(self, view: FindingCardView) -> None:
        self._column.removeWidget(view)
        self._laid_out.remove(view)
        # Not deleted at once: the signal being answered may come from a button inside.
        view.hide()
        view.deleteLater()

    def _card(self, card: FindingCard) -> FindingCardView:
        view = FindingCardView(card, self._listening)
        view.chosen.connect(partial(self._tell, view))
        view.moment_asked.connect(self.moment_asked)
        view.acted.connect(partial(self._act, view))
        view.take_back_asked.connect(partial(self._take_back, view))
        self._laid_out.append(view)
        self._bend(view)
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
