"""A clip's page: what came of it, why, and on what it rests; or how far the check is, or why there is none."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QScrollArea, QVBoxLayout, QWidget

from countenance.translations import _
from countenance.verdict import CheckResult
from gui.answering import Answering, LookedUp
from gui.exporting import Exporting
from gui.presenters.answers import Act, Around
from gui.presenters.exports import Export, Saved, export_choices, file_filter, proposed_name, why_not_kept
from gui.presenters.pages import NextStep, Step, clip_page
from gui.presenters.queues import Entry, Stage
from gui.views.answer_acts import Acts
from gui.views.clip_result import ResultView
from gui.views.clip_stages import StageView
from gui.views.export_menu import KeepDialog
from gui.views.finding_card import FindingCardView
from gui.views.papers_dialog import while_alive
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN

WIDEST_PAGE = 980
WIDEST_WIDE_PAGE = 1900
"""With the clip beside the findings: two columns that are still read with ease."""


class ClipPageView(QScrollArea):
    """Shows one entry of the queue.

    Signals:
        again_asked: the clip is to be checked once more.
        stop_asked: the check is to be stopped.
        person_asked: the id of somebody whose papers are to be shown.
    """

    again_asked = Signal()
    stop_asked = Signal()
    person_asked = Signal(str)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._answering = Answering(parts.desk, parts.vault)
        self._exporting = Exporting(parts.desk, parts.vault, self._answering)
        self._acts = Acts(parts, self._answering, self._exporting, self)
        self._acts.person_asked.connect(self.person_asked)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(self.horizontalScrollBarPolicy().ScrollBarAlwaysOff)
        self._entry: Entry | None = None
        self._looked_up = LookedUp()
        self._stage: StageView | None = None
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._result = ResultView(parts)
        self._result.hide()
        self._column.addWidget(self._result)
        self.setWidget(page)
        self._connect()

    @property
    def cards(self) -> list[FindingCardView]:
        """The cards of the findings, worst first."""
        return self._result.findings.cards if self._result.isVisibleTo(self) else []

    @property
    def headline(self) -> str:
        """What the banner says."""
        if self._stage is not None:
            return self._stage.headline
        return self._result.banner.headline if self._result.banner is not None else ""

    @property
    def result_view(self) -> ResultView:
        """What shows a checked clip."""
        return self._result

    def show_entry(self, entry: Entry) -> None:
        """Show a clip as it is now."""
        before, self._entry = self._entry, entry
        same = before is not None and before.key == entry.key
        if not same:
            # What plays belongs to the clip that goes.
            self._parts.listening.stop()
            self._looked_up = LookedUp()
        if entry.result is not None:
            self._leave_stage()
            self._result.show()
            self._show_result(entry, entry.result)
            if before is None or before.result is not entry.result:
                self._answering.look_up(entry.result, while_alive(self, partial(self._take_looked_up, entry.result)))
        else:
            self._show_stage(entry, same=same)
        self._fit()
        if not same:
            self.verticalScrollBar().setValue(0)

    def forget(self) -> None:
        """Show nothing any more."""
        self._parts.listening.stop()
        self._result.watching.stop()
        self._entry = None

    def show_finding(self, index: int) -> None:
        """Scroll to a finding and give it the focus."""
        card = self._result.findings.want(index)
        if card is not None:
            card.setFocus()
            self.ensureWidgetVisible(card, 0, MARGIN)

    def close_down(self) -> None:
        """Stop for good: the page goes away."""
        self._result.close_down()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go through the clip by its keys, wherever on the page the focus is."""
        if not (self._result.isVisible() and self._result.watching.take_key(event)):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lay out anew for another width."""
        super().resizeEvent(event)
        self._fit()

    def _connect(self) -> None:
        result, vault = self._result, self._parts.vault
        result.acted.connect(self._act)
        result.take_back_asked.connect(self._take_back)
        result.step_asked.connect(self._take_step)
        result.export_asked.connect(self._export)
        result.what_if_asked.connect(self._what_if)
        result.keep_asked.connect(self._keep)
        result.again_asked.connect(self.again_asked)
        result.finding_wanted.connect(self.show_finding)
        result.findings.fetched.connect(self._bring_into_view)
        self.verticalScrollBar().valueChanged.connect(result.follow)
        self._answering.changed.connect(self._refresh)
        self._exporting.busy.connect(result.saved.tell_busy)
        self._exporting.saved.connect(self._saved)
        self._exporting.kept.connect(lambda _key: self._refresh())
        vault.opened.connect(self._refresh)
        vault.locked.connect(self._refresh)
        keys = QShortcut(QKeySequence("Ctrl+Shift+U"), self)
        keys.activated.connect(self._what_if)
        result.what_if.setToolTip(f"{result.what_if.toolTip()} (Ctrl+Shift+U)")

    def _bring_into_view(self, card: FindingCardView) -> None:
        # It has no place before the layout had its turn.
        QTimer.singleShot(0, card, lambda: self.ensureWidgetVisible(card, 0, MARGIN))

    def _show_result(self, entry: Entry, result: CheckResult) -> None:
        around = self._around(result)
        why_not = why_not_kept(around)
        if self._exporting.is_kept(entry):
            why_not = _("The registry keeps this check already.")
        self._result.show_page(entry, clip_page(result, around), export_choices(around), why_not)

    def _around(self, result: CheckResult) -> Around:
        setup = self._parts.desk.setup
        is_open = self._parts.vault.is_open
        in_registry = result.registry is not None and result.registry.people > 0
        # Without a registry there may be people of a folder that clips are compared with.
        of_folder = setup is not None and setup.known.facts is None and bool(setup.known.people)
        return Around(
            registry_open=is_open and result.registry is not None,
            by_folder=is_open and result.registry is None,
            registry_locked=not is_open and self._parts.entrance.can_unlock,
            people_known=(is_open and in_registry) or of_folder,
            grounds=self._looked_up.grounds,
            records=self._looked_up.records,
            pending=self._answering.pending(result),
            passing=self._answering.passing(),
        )

    def _refresh(self, *_any: object) -> None:
        if not self._parts.vault.is_open:
            self._looked_up = LookedUp()
        if self._entry is not None and self._entry.result is not None:
            self._show_result(self._entry, self._entry.result)

    def _take_looked_up(self, result: CheckResult, looked_up: LookedUp) -> None:
        if self._entry is not None and self._entry.result is result:
            self._looked_up = looked_up
            self._refresh()

    def _show_stage(self, entry: Entry, *, same: bool) -> None:
        if same and self._stage is not None and self._stage.stage is entry.stage is Stage.RUNNING:
            self._stage.show_progress(entry)
            return
        self._leave_stage()
        self._result.hide()
        self._result.watching.stop()
        self._stage = StageView(entry)
        self._stage.again_asked.connect(self.again_asked)
        self._stage.stop_asked.connect(self.stop_asked)
        self._column.addWidget(self._stage)

    def _leave_stage(self) -> None:
        if self._stage is not None:
            self._column.removeWidget(self._stage)
            # Not deleted at once: the signal being answered may come from one of its buttons.
            self._stage.hide()
            self._stage.deleteLater()
            self._stage = None

    def _fit(self) -> None:
        # By the width with the scroll bar: the bar must not come and go with what it decides.
        inner = min(self.width() - 2 * MARGIN, WIDEST_WIDE_PAGE)
        is_wide = self._result.fit(inner, self.window().height())
        widest = WIDEST_WIDE_PAGE if is_wide and self._stage is None else WIDEST_PAGE
        side = max(MARGIN, (self.viewport().width() - widest) // 2)
        self._column.setContentsMargins(side, GRID * 4, side, MARGIN * 2)
        self._result.follow(self.verticalScrollBar().value())

    def _act(self, findings: tuple[int, ...], act: Act) -> None:
        entry = self._entry
        if entry is not None and entry.result is not None:
            self._acts.do(act, entry, [entry.result.findings[index] for index in findings], self._looked_up)

    def _take_back(self, index: int) -> None:
        if self._entry is not None and self._entry.result is not None:
            answer = self._entry.result.findings[index].answer
            if answer is not None:
                self._answering.take_back(answer)

    def _take_step(self, step: NextStep) -> None:
        if step.finding is not None:
            self.show_finding(step.finding)
        if step.step is Step.ASK_CONSENT and step.finding is not None:
            self._act((step.finding,), Act.ASK_CONSENT)
        elif step.step is Step.STATE_USE:
            self._what_if()
        elif step.step is Step.KEEP:
            self._keep()

    def _what_if(self) -> None:
        if self._entry is not None and self._entry.result is not None:
            self._acts.what_if(self._entry)

    def _keep(self) -> None:
        entry = self._entry
        if entry is not None and entry.result is not None:
            dialog = KeepDialog(self._parts, self.window())
            dialog.confirmed.connect(lambda: self._exporting.keep(entry))
            dialog.open()

    def _export(self, export: Export) -> None:
        entry = self._entry
        if entry is None or entry.result is None:
            return
        proposed = entry.path.parent / proposed_name(entry.result, export)
        name, _filter = QFileDialog.getSaveFileName(self, _("Save"), str(proposed), file_filter(export))
        if name:
            self._exporting.export(entry, export, Path(name))

    def _saved(self, saved: Saved) -> None:
        self._result.saved.tell_saved(saved)
