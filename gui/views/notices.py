"""A strip for what belongs to no clip: a folder without clips, a report that was saved, a registry that is missing.

What went wrong waits until somebody has closed it; what merely went well gives way to the next notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.presenters.looks import Icon, Tone
from gui.views.pieces import IconLabel, Surface, Text, push_button, quiet_button
from gui.views.theme import GRID, theme

WAITING_TONES = frozenset({Tone.PROBLEM, Tone.REVIEW, Tone.BLOCKED})
MOST_WAITING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice.

    Attributes:
        words: the sentence.
        details: technical, for a button that copies them; none where empty.
        offer: words of a button, e.g. "Undo"; none where empty.
        on_offer: what that button does; the notice goes.
    """

    words: str
    tone: Tone = Tone.NEUTRAL
    icon: Icon = Icon.NOTE
    details: str = ""
    offer: str = ""
    on_offer: Callable[[], object] | None = None


class NoticeStrip(QWidget):
    """Shows the newest notice; problems before it wait below until it is closed.

    Args:
        waiting: notices of a strip that this one takes the place of, the newest last.
    """

    def __init__(self, waiting: Sequence[Notice] = ()) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GRID * 3, 0, GRID * 3, 0)
        self._waiting = list(waiting)
        self._show_newest()

    @property
    def words(self) -> str:
        """The sentence that is shown; empty while there is none."""
        return self._waiting[-1].words if self._waiting else ""

    @property
    def waiting(self) -> Sequence[Notice]:
        """All notices that were not closed, the newest last."""
        return tuple(self._waiting)

    def say(
        self,
        words: str,
        *,
        tone: Tone = Tone.NEUTRAL,
        icon: Icon = Icon.NOTE,
        details: str = "",
        offer: str = "",
        on_offer: Callable[[], object] | None = None,
    ) -> None:
        """Show a notice; the parameters are the attributes of `Notice`."""
        new = Notice(words=words, tone=tone, icon=icon, details=details, offer=offer, on_offer=on_offer)
        # The same twice tells nothing new, and whatever went well is old news.
        kept = [one for one in self._waiting if one.tone in WAITING_TONES and one.words != words]
        self._waiting = [*kept[-(MOST_WAITING - 1) :], new]
        self._show_newest()

    def close_newest(self) -> None:
        """Take the notice away that is shown; one that waited comes in its place."""
        self._waiting = self._waiting[:-1]
        self._show_newest()

    def withdraw(self, offered: Callable[[], object]) -> None:
        """Take away the notices that offer something which cannot be done any more."""
        left = [one for one in self._waiting if one.on_offer != offered]
        if len(left) < len(self._waiting):
            self._waiting = left
            self._show_newest()

    def clear(self) -> None:
        """Take all notices away."""
        self._waiting = []
        self._show_newest()

    def _show_newest(self) -> None:
        item = self._row.takeAt(0)
        while item is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
            item = self._row.takeAt(0)
        if self._waiting:
            self._row.addWidget(self._made(self._waiting[-1], len(self._waiting) - 1))
        self.setAccessibleName(self.words)
        self.setVisible(bool(self._waiting))

    def _made(self, notice: Notice, others: int) -> QWidget:
        pair = theme().tones[notice.tone]
        ground = Surface(pair.ground, pair.ground)
        inside = QHBoxLayout(ground)
        inside.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        inside.setSpacing(GRID * 3)
        inside.addWidget(IconLabel(notice.icon, pair.ink, 18), 0, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(Text(notice.words), 1)
        if others:
            more = ngettext("{count} more waits", "{count} more wait", others).format(count=others)
            inside.addWidget(Text(more, muted=True, wrap=False))
        details, on_offer = notice.details, notice.on_offer
        if details:
            copy = push_button(_("Copy details"))
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
            inside.addWidget(copy)
        if notice.offer and on_offer is not None:
            take = push_button(notice.offer)
            take.clicked.connect(self.close_newest)
            take.clicked.connect(lambda _checked: on_offer())
            inside.addWidget(take)
        close = quiet_button(Icon.CLOSE, _("Close this notice"))
        close.clicked.connect(self.close_newest)
        inside.addWidget(close)
        return ground
