"""Judging again what was observed before: one clip after another beside the window, the one being looked at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from countenance.errors import CountenanceError
from countenance.verdict import CheckResult
from gui.lane import Lane
from gui.preparing import Clock
from gui.presenters.queues import ClipQueue, Stage
from scan.check import CheckSetup, judge_observations


class Judging(QObject):
    """Judges checked clips anew whenever what they are judged by changes; lives on the window's thread.

    However often it changes meanwhile, each clip waits once, and a judgement that is out of date is not shown.

    Signals:
        judged: the entry, as it is now.
        outdated: key of a clip that has to be checked again: it was looked at with other models than those in use.
        failed: why a clip could not be judged.
    """

    judged = Signal(object)
    outdated = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        queue: ClipQueue,
        lane: Lane,
        clock: Clock,
        setup: Callable[[], CheckSetup | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue, self._lane, self._clock, self._setup = queue, lane, clock, setup
        self._pending: dict[int, None] = {}
        self._is_judging = False
        self.first: int | None = None

    def ask(self, keys: Iterable[int]) -> None:
        """Have clips judged by what now counts."""
        self._pending.update(dict.fromkeys(keys))
        self._judge_next()

    def _judge_next(self) -> None:
        setup = self._setup()
        while self._pending and not self._is_judging and setup is not None:
            key = self.first if self.first in self._pending else next(iter(self._pending))
            assert key is not None
            del self._pending[key]
            entry = self._queue.entry(key)
            if entry is None or entry.result is None:
                continue
            if entry.result.pack.bindings != setup.card.bindings:
                self.outdated.emit(entry.key)  # one that is being checked, or waits, is left alone
                continue
            self._is_judging = True
            before = entry.result
            work = partial(judge_observations, before.observations, setup, self._clock(), streams=before.streams)
            self._lane.do(work, partial(self._judged, key, setup), self._not_judged)

    def _judged(self, key: int, setup: CheckSetup, result: CheckResult) -> None:
        self._is_judging = False
        entry = self._queue.entry(key)
        # A later change has asked for another judgement already; or the clip is being checked afresh.
        if setup is self._setup() and entry is not None and entry.stage is Stage.DONE:
            self.judged.emit(self._queue.finish(key, result))
        self._judge_next()

    def _not_judged(self, error: CountenanceError) -> None:
        self._is_judging = False
        self.failed.emit(error)
        self._judge_next()
