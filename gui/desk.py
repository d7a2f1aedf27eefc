"""The desk: the queue, the stated use, the people known, and the two lanes of background work; views only listen.

Checks run in one lane, one clip after another; everything short (opening the registry, judging anew, saving) runs in
the other, so that it never waits for a clip to be decoded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError
from countenance.packs import PackCard
from countenance.settings import Settings
from countenance.verdict import CheckResult
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook
from gui.detecting import Detecting
from gui.lane import Lane
from gui.preparing import Clock
from gui.presenters.pages import problem_of
from gui.presenters.progress import Stopwatch
from gui.presenters.queues import ClipQueue, Entry, Stage
from gui.presenters.uses import UseForm, stated_use
from scan.check import CheckSetup, check_clip, judge_observations
from scan.known import Known
from scan.operating import Promise
from scan.saving import save_report
from scan.walking import find_clips
from scan.worker import DetectorWorker


def system_clock() -> datetime:
    """Return this moment in the system's time zone."""
    return datetime.now(UTC).astimezone()


class Desk(QObject):
    """What the window works with; lives on the window's thread.

    Signals:
        added: list of new entries.
        changed: an entry as it is now.
        removed: the key of an entry taken away.
        chosen: the key of an entry to be shown.
        use_changed: the stated use was changed.
        known_changed: other people are known now.
        saved: the paths of a report that was written.
        failed: an error that belongs to no clip.
    """

    added = Signal(list)
    changed = Signal(object)
    removed = Signal(int)
    chosen = Signal(int)
    use_changed = Signal()
    known_changed = Signal()
    saved = Signal(object, object)
    failed = Signal(object)

    def __init__(
        self,
        models: Path,
        *,
        worker: Callable[[], DetectorWorker] = DetectorWorker,
        clock: Clock = system_clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue = ClipQueue()
        self.desk_lane = Lane("desk", self)
        self.detecting = Detecting(worker, self)
        self.detecting.free.connect(self._check_next)
        self.models, self.clock = models, clock
        self._card: PackCard | None = None
        self._known = Known()
        self._form = UseForm()
        self._settings = Settings()
        self._setup: CheckSetup | None = None
        self._running: tuple[int, CancelToken] | None = None
        self._closed = False

    @property
    def form(self) -> UseForm:
        """The stated use, as the form holds it."""
        return self._form

    @property
    def known(self) -> Known:
        """The people clips are compared with."""
        return self._known

    @property
    def is_checking(self) -> bool:
        """Whether a clip is being checked, or waits for it."""
        return self.detecting.is_busy or self.queue.next_waiting() is not None

    @property
    def card(self) -> PackCard | None:
        """The pack in use; None before `begin`."""
        return self._card

    @property
    def setup(self) -> CheckSetup | None:
        """What clips are judged by now; None before `begin`."""
        return self._setup

    def settle(self, settings: Settings) -> None:
        """Take other settings and judge every checked clip by them; what changes decoding counts from the next on."""
        if settings != self._settings:
            self._settings = settings
            self.judge_again()

    def judge_again(self) -> None:
        """Judge every checked clip anew: the registry was changed, or another language is spoken."""
        self._renew_setup()
        self._judge_all_anew()

    def begin(self, card: PackCard, known: Known) -> None:
        """Start checking what waits, with these models and these people; judge anew what was checked before."""
        self._card, self._known = card, known
        self._renew_setup()
        self.known_changed.emit()
        self._judge_all_anew()
        self._check_next()

    def state_use(self, form: UseForm) -> None:
        """Take another stated use and judge every checked clip by it, without decoding anything."""
        if form == self._form:
            return
        self._form = form
        self._renew_setup()
        self.use_changed.emit()
        self._judge_all_anew()

    def add(self, named: Sequence[Path]) -> None:
        """Put files, and what lies in folders, into the queue; the first of them is shown."""
        self.desk_lane.do(partial(find_clips, list(named)), self._take_in, self.failed.emit)

    def stop(self, key: int) -> None:
        """Stop a clip's check, running or waiting."""
        if self._running and self._running[0] == key:
            self._running[1].cancel()
        entry = self.queue.entry(key)
        if entry and entry.stage in (Stage.WAITING, Stage.RUNNING):
            self.changed.emit(self.queue.stop(key))

    def check_again(self, key: int) -> None:
        """Check a clip once more from the start."""
        entry = self.queue.entry(key)
        if entry and entry.stage not in (Stage.WAITING, Stage.RUNNING):
            self.changed.emit(self.queue.again(key))
            self._check_next()

    def remove(self, key: int) -> None:
        """Take a clip off the list; its check is stopped first."""
        if self.queue.entry(key):
            self.stop(key)
            self.queue.remove(key)
            self.removed.emit(key)

    def save_report(self, key: int, folder: Path, *, redact: bool) -> None:
        """Write a clip's report into a folder; `saved` tells where."""
        entry = self.queue.entry(key)
        if entry and entry.result:
            work = partial(save_report, entry.result, folder, redact=redact)
            self.desk_lane.do(work, partial(self.saved.emit, entry), self.failed.emit)

    def close(self) -> None:
        """End all work: what runs is stopped, the detectors' process and both threads end."""
        if self._closed:
            return
        self._closed = True
        if self._running:
            self._running[1].cancel()
        self.detecting.close()
        self.desk_lane.close()

    def _take_in(self, paths: list[Path]) -> None:
        new, there = self.queue.add(path.absolute() for path in paths)
        if new:
            self.added.emit(new)
        if new or there:
            self.chosen.emit((new or there)[0].key)
        self._check_next()

    def _renew_setup(self) -> None:
        if self._card is not None:
            self._setup = CheckSetup(
                card=self._card,
                models=self.models,
                known=self._known,
                use=stated_use(self._form, self.clock()),
                promise=Promise(
                    review_fpir=self._settings.review_rate,
                    block_fpir=min(self._settings.block_rate, self._settings.review_rate),
                ),
                unknown=self._settings.unknown,
                settings=ExamineSettings(threads=self._settings.threads),
            )

    def _check_next(self) -> None:
        entry = self.queue.next_waiting()
        # Whatever else asks for the detectors goes first; they say when they are free.
        if self._setup is None or self._running is not None or self.detecting.is_busy or entry is None or self._closed:
            return
        self.changed.emit(self.queue.begin(entry.key))
        watch = Stopwatch(time.monotonic())
        setup = self._setup
        cancel = self.detecting.ask(
            partial(self._check, entry, setup),
            lambda result: self._checked(entry.key, setup, cancel, result),
            lambda error: self._not_checked(entry.key, cancel, error),
            lambda *step: self._report(entry.key, cancel, watch, step),
        )
        self._running = (entry.key, cancel)

    def _check(
        self, entry: Entry, setup: CheckSetup, worker: DetectorWorker, on_progress: ProgressHook, cancel: CancelToken
    ) -> CheckResult:
        # In the detectors' lane.
        now = self.clock()
        fresh = replace(setup, use=replace(setup.use, publish_at=now))
        return check_clip(entry.path, worker, fresh, now, on_progress=on_progress, cancel=cancel)

    def _report(self, key: int, cancel: CancelToken, watch: Stopwatch, step: tuple[str, float, float]) -> None:
        if self._running == (key, cancel):
            self.changed.emit(self.queue.report(key, watch.look(*step, time.monotonic())))

    def _checked(self, key: int, setup: CheckSetup, cancel: CancelToken, result: CheckResult) -> None:
        self._running = None
        if not cancel.cancelled and self.queue.entry(key):
            entry = self.queue.finish(key, result)
            if setup is self._setup:
                self.changed.emit(entry)
            else:  # another use or another registry was chosen meanwhile
                self._judge_anew(entry)

    def _not_checked(self, key: int, cancel: CancelToken, error: CountenanceError) -> None:
        self._running = None
        stopped = cancel.cancelled or isinstance(error, CancelledError)
        if self.queue.entry(key) and not cancel.cancelled:
            self.changed.emit(self.queue.stop(key) if stopped else self.queue.fail(key, problem_of(error)))

    def _judge_all_anew(self) -> None:
        for entry in self.queue.entries():
            if entry.result is not None:
                self._judge_anew(entry)

    def _judge_anew(self, entry: Entry) -> None:
        if self._setup is None or entry.result is None:
            return
        setup = self._setup
        work = partial(judge_observations, entry.result.observations, setup, setup.use.publish_at)
        self.desk_lane.do(work, partial(self._judged, entry.key, setup), self.failed.emit)

    def _judged(self, key: int, setup: CheckSetup, result: CheckResult) -> None:
        entry = self.queue.entry(key)
        # A later change has asked for another judgement already; or the clip is being checked afresh.
        if setup is self._setup and entry and entry.stage is Stage.DONE:
            self.changed.emit(self.queue.finish(key, result))
