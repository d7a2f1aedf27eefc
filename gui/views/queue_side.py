"""What stands around the list of clips: search, order and chips above it, the choice and the progress of all below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from countenance.translations import _, ngettext
from gui.presenters.listing import Chip, Order, Overall, Sieve, order_words
from gui.presenters.looks import Icon
from gui.presenters.queues import Group
from gui.views import icons
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import Text, quiet_button
from gui.views.theme import GRID, sized, theme
from reports.formats import format_count

TYPED_MS = 80
"""So long nobody types before the list is sifted."""


class QueueTools(QWidget):
    """Search, order and chips.

    Signals:
        sifted: the `Sieve` as it is now.
        ordered: the `Order` as it is now.
    """

    sifted = Signal(object)
    ordered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._groups: frozenset[Group] = frozenset()
        self._shown: list[Chip] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search clips"))
        self.search.setAccessibleName(_("Search clips by their names"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(_("Search clips by their names (Ctrl+F)"))
        row.addWidget(self.search, 1)
        self.order = quiet_button(Icon.SORT, _("Order of the list"))
        # The icon says it; Fusion's own arrow would lie across it.
        self.order.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.order)
        group = QActionGroup(menu)
        self.orders = {}
        for order in Order:
            action = menu.addAction(order_words(order))
            action.setCheckable(True)
            action.setChecked(order is Order.ADDED)
            action.triggered.connect(partial(self._order, order))
            group.addAction(action)
            self.orders[order] = action
        self.order.setMenu(menu)
        row.addWidget(self.order)
        column.addLayout(row)
        chips = QWidget()
        self._flow = FlowLayout(GRID)
        chips.setLayout(self._flow)
        self.chips: dict[Group, QPushButton] = {}
        column.addWidget(chips)
        self._typing = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typing.timeout.connect(self._sift)
        self.search.textEdited.connect(lambda _text: self._typing.start())
        # The button that empties the field tells of no editing.
        self.search.textChanged.connect(lambda text: None if text else self._typing.start())

    @property
    def sieve(self) -> Sieve:
        """What is looked for."""
        return Sieve(text=self.search.text(), groups=self._groups)

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show how many clips there are of each kind."""
        if chips == self._shown:
            return
        self._shown = list(chips)
        wanted = [chip.group for chip in chips]
        if wanted != list(self.chips):
            self._flow.clear()
            self.chips = {chip.group: self._chip(chip) for chip in chips}
            self._flow.invalidate()
        for chip in chips:
            self._say(self.chips[chip.group], chip)

    def clear(self) -> None:
        """Look for nothing any more."""
        self._groups = frozenset()
        for button in self.chips.values():
            with QSignalBlocker(button):
                button.setChecked(False)
        with QSignalBlocker(self.search):
            self.search.clear()
        self._sift()

    def rest(self) -> None:
        """Tell nothing any more."""
        self._typing.stop()

    def _chip(self, chip: Chip) -> QPushButton:
        button = QPushButton()
        button.setObjectName("sift")
        button.setCheckable(True)
        button.setChecked(chip.group in self._groups)
        button.setIcon(icons.icon(chip.icon, theme().tones[chip.tone].ink))
        button.setFont(sized(button.font(), 0.88))
        button.toggled.connect(partial(self._toggle, chip.group))
        tone = theme().tones[chip.tone]
        button.setStyleSheet(
            "QPushButton#sift { padding: 2px 7px; border-radius: 11px; }"
            f"QPushButton#sift:checked {{ background: {tone.ground}; border: 1px solid {tone.ink}; }}"
        )
        self._flow.addWidget(button)
        return button

    def _say(self, button: QPushButton, chip: Chip) -> None:
        words = _("{kind} {count}").format(kind=chip.words, count=chip.count)
        if button.text() != words:
            button.setText(words)
            button.setAccessibleName(words)
            button.setToolTip(_("Show these alone"))
            self._flow.invalidate()

    def _toggle(self, group: Group, is_on: bool) -> None:
        self._groups = self._groups | {group} if is_on else self._groups - {group}
        self._sift()

    def _sift(self) -> None:
        self._typing.stop()
        self.sifted.emit(self.sieve)

    def _order(self, order: Order, _checked: bool = False) -> None:
        self.ordered.emit(order)


class ChoiceLine(QWidget):
    """What can be done with several chosen clips.

    Signals:
        again_asked, stop_asked, remove_asked: with all that are chosen.
    """

    again_asked = Signal()
    stop_asked = Signal()
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, 0, 0, 0)
        row.setSpacing(GRID)
        self.words = Text("", size=0.92, muted=True, wrap=False)
        row.addWidget(self.words, 1)
        self.again = quiet_button(Icon.RETRY, _("Check the chosen clips again"))
        self.again.clicked.connect(self.again_asked)
        self.stop = quiet_button(Icon.STOP, _("Stop checking the chosen clips"))
        self.stop.clicked.connect(self.stop_asked)
        self.remove = quiet_button(Icon.CLOSE, _("Take the chosen clips off the list (Delete)"))
        self.remove.clicked.connect(self.remove_asked)
        for button in (self.again, self.stop, self.remove):
            row.addWidget(button)
        self.hide()

    def show_choice(self, count: int, *, can_check: bool, can_stop: bool) -> None:
        """Show how many are chosen; one alone needs no line."""
        self.setVisible(count > 1)
        words = ngettext("{count} clip chosen", "{count} clips chosen", count)
        self.words.setText(words.format(count=format_count(count)))
        self.again.setEnabled(can_check)
        self.again.setToolTip(
            _("Check the chosen clips again (F5)") if can_check else _("They wait or are being checked already")
        )
        self.stop.setEnabled(can_stop)
        self.stop.setToolTip(
            _("Stop checking the chosen clips (Ctrl+.)") if can_stop else _("None of them waits or is being checked")
        )


class OverallLine(QWidget):
    """How far all clips are.

    Signals:
        pause_asked, resume_asked: no more, or more, clips are to be begun.
        stop_asked: everything is to be stopped.
        again_asked: those that failed are to be checked again.
    """

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()
    again_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, 0, 0, 0)
        column.setSpacing(GRID)
        self._going = QWidget()
        row = QHBoxLayout(self._going)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.words = Text("", size=0.92, muted=True)
        row.addWidget(self.words, 1)
        self.pause = quiet_button(Icon.PAUSE, _("Pause after this clip"))
        self.pause.clicked.connect(self._press)
        self.stop = quiet_button(Icon.STOP, _("Stop all"))
        self.stop.clicked.connect(self.stop_asked)
        row.addWidget(self.pause)
        row.addWidget(self.stop)
        column.addWidget(self._going)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(_("Progress of all clips"))
        column.addWidget(self.bar)
        self.again = QPushButton()
        self.again.setIcon(icons.icon(Icon.RETRY, theme().text))
        self.again.clicked.connect(self.again_asked)
        column.addWidget(self.again)
        self._is_paused = False
        self.hide()

    def show_overall(self, overall: Overall) -> None:
        """Show it."""
        self._is_paused = overall.paused
        for widget in (self._going, self.bar):
            widget.setVisible(overall.going)
        self.words.setText(overall.words)
        self.bar.setValue(round(overall.fraction * 1000))
        name, words = (Icon.PLAY, _("Resume")) if overall.paused else (Icon.PAUSE, _("Pause after this clip"))
        if self.pause.toolTip() != words:
            self.pause.setIcon(icons.icon(name, theme().muted))
            self.pause.setToolTip(words)
            self.pause.setAccessibleName(words)
        # One that failed has a button of its own.
        self.again.setVisible(overall.failed > 1 and not overall.going)
        self.again.setText(
            ngettext(" Check {count} failed clip again", " Check {count} failed clips again", overall.failed).format(
                count=format_count(overall.failed)
            )
        )
        self.setVisible(overall.going or overall.failed > 1)

    def _press(self) -> None:
        (self.resume_asked if self._is_paused else self.pause_asked).emit()
