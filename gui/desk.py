"""The desk: the queue, the stated use, the people known, and the two lanes of background work; views only listen.

Checks run in one lane, one clip after another; everything short (opening the registry, judging anew, saving) runs in
the other, so that it never waits for a clip to be decoded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from countenance.answers import Answer
from countenance.errors import CancelledError, CountenanceError
from countenance.packs import PackCard
from countenance.settings import Settings
from countenance.verdict import CheckResult
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook
from gui.comparing import Comparing
from gui.detecting import Detecting, open_door
from gui.judging import Judging
from gui.lane import Lane
from gui.preparing import Clock
from gui.presenters.listing import Pace, ScanTally
from gui.presenters.pages import problem_of
from gui.presenters.progress import Stopwatch
from gui.presenters.queues import ClipQueue, Entry, Stage
from gui.presenters.uses import UseForm, stated_use
from gui.slices import Slices
from gui.trying import DemoClip
from scan.cast import CastMember
from scan.check import CheckSetup, check_clip
from scan.known import Known
from scan.operating import Promise
from scan.walking import find_clips
from scan.worker import DetectorWorker

TAKEN_AT_ONCE = 200
"""So many clips are put into the queue in one turn of the window's loop."""

PULSE_MS = 100
"""No row tells of its progress more often."""


def system_clock() -> datetime:
    """Return this moment in the system's time zone."""
    return datetime.now(UTC).astimezone()


class Desk(QObject):
    """What the window works with; lives on the window's thread.

    Signals:
        added: list of new entries, and of entries that are there again.
        changed: an entry as it is now.
        removed: list of the keys of entries taken away.
        chosen: the key of an entry to be shown.
        named: list of the files and folders that somebody asked to be checked and that were found.
        use_changed: the stated use was changed.
        known_changed: other people are known now.
        paused_changed: no more clips are begun, or they are again.
        scan_ended: `ScanTally`; nothing is checked and nothing waits any more.
        failed: an error that belongs to no clip.
    """

    added = Signal(list)
    changed = Signal(object)
    removed = Signal(list)
    chosen = Signal(int)
    named = Signal(list)
    use_changed = Signal()
    known_changed = Signal()
    paused_changed = Signal()
    scan_ended = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        models: Path,
        *,
        worker: Callable[[], DetectorWorker] | None = None,
        clock: Clock = system_clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue, self.pace = ClipQueue(), Pace()
        self.desk_lane = Lane("desk", self)
        self._settings = Settings()
        self.detecting = Detecting(worker or partial(open_door, self._provider), self)
        self.comparing = Comparing(self.detecting, models, self)
        self.judging = Judging(self.queue, self.desk_lane, clock, lambda: self._setup, self)
        self.demo = DemoClip(self.desk_lane)
        self.models, self.clock = models, clock
        self._slices = Slices(self)
        self._pulse = QTimer(self, singleShot=True, interval=PULSE_MS)
        self._unsaid: int | None = None
        self._card: PackCard | None = None
        self._known = Known()
        self._form = UseForm()
        self._cast: tuple[CastMember, ...] = ()
        self._answers: tuple[Answer, ...] = ()
        self._setup: CheckSetup | None = None
        self._running: tuple[int, CancelToken] | None = None
        self._tally = ScanTally()
        self._paused = self._closed = False
        self.detecting.free.connect(self._check_next)
        self.comparing.known_changed.connect(self.judge_again)
        self.comparing.failed.connect(self.failed)
        self.judging.judged.connect(self.changed)
        self.judging.failed.connect(self.failed)
        self.judging.outdated.connect(lambda key: self.each(self.check_again, (key,)))
        self._pulse.timeout.connect(self._say_unsaid)

    @property
    def form(self) -> UseForm:
        """The stated use, as the form holds it."""
        return self._form

    @property
    def cast(self) -> tuple[CastMember, ...]:
        """Who should appear in clips, as far as they were found."""
        return self._cast

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was answered about people in clips and no registry keeps."""
        return self._answers

    @property
    def known(self) -> Known:
        """The people of the registry; a folder may take their place meanwhile (`comparing`)."""
        return self._known

    @property
    def is_checking(self) -> bool:
        """Whether a clip is being checked, or waits for it."""
        return self.detecting.is_busy or (self.queue.waiting > 0 and not self._paused)

    @property
    def is_paused(self) -> bool:
        """Whether no more clips are begun."""
        return self._paused

    @property
    def running(self) -> Entry | None:
        """The clip that is being checked."""
        return self.queue.entry(self._running[0]) if self._running is not None else None

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
        """Start checking what waits; judge anew what was checked, or check it again where the models are others."""
        self._card, self._known = card, known
        self.comparing.use(card)
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

    def state_cast(self, cast: tuple[CastMember, ...]) -> None:
        """Take other people for those who should appear, and judge every checked clip by it."""
        if cast != self._cast:
            self._cast = cast
            self.judge_again()

    def take_answers(self, answers: tuple[Answer, ...]) -> None:
        """Take other answers that no registry keeps, and judge every checked clip by them."""
        if answers != self._answers:
            self._answers = answers
            self.judge_again()

    def add(self, named: Sequence[Path], *, lasting: bool = True) -> None:
        """Put files, and what lies in folders, into the queue; the first of them is shown.

        Args:
            named: files and folders.
            lasting: whether they are worth remembering.
        """
        told = [path.absolute() for path in named] if lasting else []
        self.desk_lane.do(
            lambda: [path.absolute() for path in find_clips(named)],
            lambda found: self._slices.do(self._take_in(found, told)),
            self.failed.emit,
        )

    def try_demo(self) -> None:
        """Check the demo's clip as any other; it lies in a folder that goes with the window."""
        self.demo.make(lambda clip: self.add([clip], lasting=False), self.failed.emit)

    def pause(self) -> None:
        """Begin no more clips; the one that is being checked is finished."""
        self._paused = True
        self.paused_changed.emit()

    def resume(self) -> None:
        """Go on where `pause` left off."""
        self._paused = False
        self.paused_changed.emit()
        self._check_next()

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

    def each(self, do: Callable[[int], None], keys: Iterable[int]) -> None:
        """Do one of the above with many clips, in slices."""
        self._slices.do(map(do, list(keys)))

    def stop_all(self) -> None:
        """Stop everything that is being checked or waits; what waits goes first, so that none of it begins."""
        open_ = [entry.key for entry in self.queue.entries() if entry.stage is Stage.WAITING]
        running = [self._running[0]] if self._running is not None else []
        self.each(self.stop, [*open_, *running])

    def remove(self, keys: Iterable[int]) -> list[Entry]:
        """Take clips off the list and return what they were, for `restore`; a check of one of them is stopped."""
        gone = [self.queue.remove(key) for key in keys if self.queue.entry(key) is not None]
        if self._running and any(entry.key == self._running[0] for entry in gone):
            self._running[1].cancel()
        if gone:
            self.removed.emit([entry.key for entry in gone])
        return gone

    def restore(self, gone: Iterable[Entry]) -> None:
        """Put back what was removed, in slices, and judge it by what counts now."""
        self._slices.do(self._put_back(list(gone)))

    def close(self) -> None:
        """End all work: what runs is stopped, the detectors' process and both threads end."""
        if self._closed:
            return
        self._closed = True
        self._slices.close()
        self._pulse.stop()
        if self._running:
            self._running[1].cancel()
        self.detecting.close()
        self.desk_lane.close()
        self.demo.close()

    def _put_back(self, gone: list[Entry]) -> Iterator[None]:
        chosen = False
        for at in range(0, len(gone), TAKEN_AT_ONCE):
            back = self.queue.restore(gone[at : at + TAKEN_AT_ONCE])
            if back:
                self.added.emit(back)
                if not chosen:
                    self.chosen.emit(back[0].key)
                    chosen = True
                self.judging.ask(entry.key for entry in back if entry.result is not None)
                self._check_next()
            yield

    def _take_in(self, paths: list[Path], named: list[Path]) -> Iterator[None]:
        self.named.emit(named)
        for at in range(0, len(paths), TAKEN_AT_ONCE):
            new, there = self.queue.add(paths[at : at + TAKEN_AT_ONCE])
            if new:
                self.added.emit(new)
            if at == 0:
                self.chosen.emit((new or there)[0].key)
            self._check_next()
            yield

    def _provider(self) -> str:
        # Called in the detectors' lane: settings are replaced as a whole, never changed.
        return self._settings.provider.execution_provider

    def _renew_setup(self) -> None:
        if self._card is not None:
            self._setup = CheckSetup(
                card=self._card,
                models=self.models,
                known=self.comparing.known or self._known,
                use=stated_use(self._form, self.clock()),
                promise=Promise(
                    review_fpir=self._settings.review_rate,
                    block_fpir=min(self._settings.block_rate, self._settings.review_rate),
                ),
                unknown=self._settings.unknown,
                settings=ExamineSettings(threads=self._settings.threads),
                cast=self._cast,
                answers=self._answers,
                licences=self._settings.licences,
            )

    def _check_next(self) -> None:
        entry = None if self._paused else self.queue.next_waiting()
        # Whatever else asks for the detectors goes first; they say when they are free.
        if self._setup is None or self._running is not None or self.detecting.is_busy or self._closed:
            return
        if entry is None:
            self._tell_ended()
            return
        self.changed.emit(self.queue.begin(entry.key))
        began = time.monotonic()
        watch, setup, form = Stopwatch(began), self._setup, self._form
        cancel = self.detecting.ask(
            # What is published at once is published when it is checked, not when the use was stated.
            partial(self._check, entry.path, lambda now: replace(setup, use=stated_use(form, now))),
            lambda result: self._checked(entry.key, setup, cancel, result, time.monotonic() - began),
            lambda error: self._not_checked(entry.key, cancel, error),
            lambda *step: self._report(entry.key, cancel, watch, step),
        )
        self._running = (entry.key, cancel)

    def _check(self, path: Path, setup_at: Callable[[datetime], CheckSetup], worker: DetectorWorker,
               on_progress: ProgressHook, cancel: CancelToken) -> CheckResult:  # fmt: skip
        # In the detectors' lane.
        now = self.clock()
        return check_clip(path, worker, setup_at(now), now, on_progress=on_progress, cancel=cancel)

    def _report(self, key: int, cancel: CancelToken, watch: Stopwatch, step: tuple[str, float, float]) -> None:
        if self._running == (key, cancel):
            entry = self.queue.report(key, watch.look(*step, time.monotonic()))
            if self._pulse.isActive():
                self._unsaid = key
            else:
                self._pulse.start()
                self.changed.emit(entry)

    def _say_unsaid(self) -> None:
        entry = self.queue.entry(self._unsaid) if self._unsaid is not None else None
        self._unsaid = None
        if entry is not None and entry.stage is Stage.RUNNING:
            self._pulse.start()
            self.changed.emit(entry)

    def _checked(self, key: int, setup: CheckSetup, cancel: CancelToken, result: CheckResult, took_s: float) -> None:
        self._running = None
        if not cancel.cancelled and self.queue.entry(key):
            self.pace.note(took_s)
            entry = self.queue.finish(key, result)
            self._tally = self._tally.counting(entry)
            self.changed.emit(entry)
            if setup is not self._setup:  # another use or another registry was chosen meanwhile
                self.judging.ask([key])

    def _not_checked(self, key: int, cancel: CancelToken, error: CountenanceError) -> None:
        self._running = None
        if self.queue.entry(key) and not cancel.cancelled:
            stopped = isinstance(error, CancelledError)
            entry = self.queue.stop(key) if stopped else self.queue.fail(key, problem_of(error))
            if not stopped:
                self._tally = self._tally.counting(entry)
            self.changed.emit(entry)

    def _tell_ended(self) -> None:
        if self._tally.checked and not self._paused:
            ended, self._tally = self._tally, ScanTally()
            self.scan_ended.emit(ended)

    def _judge_all_anew(self) -> None:
        self.judging.ask(entry.key for entry in self.queue.entries() if entry.result is not None)
