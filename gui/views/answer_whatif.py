"""“What if …”: one clip judged for another use, without changing the stated one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from countenance.verdict import CheckResult
from gui.presenters.looks import Icon, shown_name
from gui.presenters.pages import WhatIf, what_if
from gui.presenters.queues import Entry
from gui.presenters.uses import UseForm, stated_use
from gui.views.clip_banner import BannerView
from gui.views.papers_dialog import PapersDialog, clear, while_alive
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from gui.views.use_fields import UseFields
from scan.check import judge_observations


class WhatIfDialog(PapersDialog):
    """Shows what the verdict would be.

    Signals:
        wanted: the form that is to count for all clips.
    """

    wanted = Signal(object)

    def __init__(self, parts: Parts, entry: Entry, parent: QWidget) -> None:
        super().__init__(parts, _("What if it were for something else?"), Icon.QUESTION, parent, width=1040, height=680)
        self._entry = entry
        self._form = parts.desk.form
        told = _("Only “{name}” is judged here; the stated use stays as it is until you say otherwise.")
        self.head.addWidget(Text(told.format(name=shown_name(entry.path)), muted=True))
        self.fields = UseFields(self._form, parts.desk.clock().date())
        self.fields.changed.connect(self._judge)
        self.body.addWidget(self.fields)
        self._verdict = QVBoxLayout()
        self._verdict.setSpacing(GRID * 2)
        self.body.addLayout(self._verdict)
        self.body.addStretch(1)
        self.use = push_button(_("Use this for all clips"), Icon.CHANGE, primary=True)
        self.use.clicked.connect(self._want)
        close = push_button(_("Close"))
        close.clicked.connect(self.reject)
        self.lay_buttons(None, close, self.use)
        self._judge(self._form)

    def _judge(self, form: UseForm) -> None:
        self._form = form
        is_same = form == self.parts.desk.form
        self.use.setEnabled(not is_same)
        self.use.setToolTip(_("This is the stated use already.") if is_same else "")
        desk, result = self.parts.desk, self._entry.result
        if desk.setup is not None and result is not None:
            now = desk.clock()
            setup = replace(desk.setup, use=stated_use(form, now))
            work: Callable[[], CheckResult] = partial(
                judge_observations, result.observations, setup, now, streams=result.streams
            )
            desk.desk_lane.do(work, while_alive(self, partial(self._show, form)), while_alive(self, self.complain))

    def _show(self, form: UseForm, result: CheckResult) -> None:
        if form != self._form:
            return  # another use was stated meanwhile
        clear(self._verdict)
        look: WhatIf = what_if(result)
        self._verdict.addWidget(BannerView(look.banner))
        for line in look.lines:
            self._verdict.addWidget(_line(line.icon, theme().tones[line.tone].ink, line.title, line.sentence))

    def _want(self) -> None:
        self.wanted.emit(self._form)
        self.accept()


def _line(icon: Icon, ink: str, title: str, sentence: str) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(GRID * 2, GRID, 0, GRID)
    row.setSpacing(GRID * 3)
    row.addWidget(IconLabel(icon, ink, 18), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Text(title, bold=True))
    words.addWidget(Text(sentence, muted=True))
    row.addLayout(words, 1)
    return whole
