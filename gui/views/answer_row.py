"""What can be done about a finding, as buttons, and the answer that was given, with a way to take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.answers import Act, AnswerLook, CardAct
from gui.presenters.looks import Icon
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, RADIUS, theme


class AnswerLine(Surface):
    """Says what was answered, by whom and when; without an answer yet, that it is just being kept.

    Signals:
        take_back_asked: it is to be taken back.
    """

    take_back_asked = Signal()

    def __init__(self, answer: AnswerLook | None) -> None:
        super().__init__(theme().sunken, theme().sunken)
        row = QHBoxLayout(self)
        row.setContentsMargins(RADIUS, GRID * 2, RADIUS, GRID * 2)
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.PEN if answer else Icon.WORKING, theme().muted, 18))
        self.take_back: QPushButton | None = None
        if answer is None:
            row.addWidget(Text(_("Keeping your answer…"), muted=True), 1)
            return
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(answer.words, bold=True))
        words.addWidget(Text(answer.told, size=0.92, muted=True))
        if answer.note:
            words.addWidget(Text(answer.note, size=0.92))
        row.addLayout(words, 1)
        self.take_back = acting_button(_("Take back"), Icon.UNDO)
        self.take_back.clicked.connect(self.take_back_asked)
        row.addWidget(self.take_back)


def acts_row(acts: Sequence[CardAct], act: Callable[[Act], object], *, pending: bool = False) -> QWidget | None:
    """Return a button for each act, or None where there is nothing to do.

    Args:
        acts: what is offered; what cannot be done now says why.
        act: called with the act whose button was pressed.
        pending: whether an answer is being kept, so that nothing else may be answered meanwhile.
    """
    if not acts:
        return None
    row = QWidget()
    flow = FlowLayout(GRID * 2)
    row.setLayout(flow)
    for each in acts:
        button = acting_button(each.words, each.icon)
        button.setToolTip(each.tip if "<" not in each.tip else "")
        button.setAccessibleDescription(each.tip)
        button.setEnabled(not each.why_not and not pending)
        button.setProperty("act", each.act.value)
        button.clicked.connect(partial(_press, act, each.act))
        flow.addWidget(button)
    return row


def acting_button(words: str, icon: Icon, *, primary: bool = False) -> QPushButton:
    """Return a button that Enter presses too, whatever it lies in; names may hold “&”."""
    button = push_button(words.replace("&", "&&"), icon, primary=primary)
    button.setAccessibleName(words)
    button.setIconSize(QSize(16, 16))
    button.setAutoDefault(True)
    return button


def _press(act: Callable[[Act], object], which: Act, _checked: bool = False) -> None:
    act(which)
