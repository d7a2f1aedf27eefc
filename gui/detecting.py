"""The detectors' process as the window uses it: one piece of work after another, in a lane of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from countenance.errors import CountenanceError
from countenance.work import CancelToken, ProgressHook
from gui.lane import Lane
from models.known_pairs import KnownPairs
from scan.worker import DetectorWorker

T = TypeVar("T")

Job = Callable[[DetectorWorker, ProgressHook, CancelToken], T]
"""Work with the detectors: a check, enrolling, a preview. Runs off the window's thread."""

OnProgress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job[object]
    cancel: CancelToken
    on_done: Callable[[object], None]
    on_failed: Callable[[CountenanceError], None]
    on_progress: OnProgress


class Detecting(QObject):
    """Keeps one detectors' process at work; lives on the window's thread.

    Signals:
        free: nothing is being done and nothing waits; whoever has work of less hurry may ask now.
    """

    free = Signal()

    def __init__(self, worker: Callable[[], DetectorWorker] = DetectorWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane("detectors", self)
        self._make_worker = worker
        self._worker: DetectorWorker | None = None
        self._waiting: deque[_Waiting] = deque()
        self._running: _Waiting | None = None
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being done, or waits for it."""
        return self._running is not None or bool(self._waiting)

    def ask(
        self,
        job: Job[T],
        on_done: Callable[[T], None],
        on_failed: Callable[[CountenanceError], None],
        on_progress: OnProgress | None = None,
    ) -> CancelToken:
        """Have something done as soon as what was asked for before is done.

        Args:
            job: gets the door to the detectors, a progress hook and a cancel token.
            on_done: called with what the job returned, on the window's thread.
            on_failed: called with why it could not be done, also where it was cancelled.
            on_progress: called with (step, done, total) while the job is not cancelled.

        Returns:
            The token by which it is cancelled.
        """
        cancel = CancelToken()
        waiting = _Waiting(job, cancel, on_done, on_failed, on_progress or _no_progress)  # type: ignore[arg-type]  # one T per job, many in the queue
        self._waiting.append(waiting)
        self._do_next()
        return cancel

    def close(self) -> None:
        """Stop what runs, end the process and the thread; nothing is answered any more."""
        if self._closed:
            return
        self._closed = True
        for waiting in (*self._waiting, *([self._running] if self._running else ())):
            waiting.cancel.cancel()
        self._waiting.clear()
        self._lane.do(self._end_worker, _nothing, _nothing)
        self._lane.close(finish=True)

    def _do_next(self) -> None:
        if self._running is not None or self._closed:
            return
        if not self._waiting:
            self.free.emit()
            return
        self._running = running = self._waiting.popleft()
        self._lane.do(
            partial(self._do, running), partial(self._end, running.on_done), partial(self._end, running.on_failed)
        )

    def _do(self, asked: _Waiting) -> object:
        # In the lane's thread.
        asked.cancel.raise_if_cancelled()
        if self._worker is None:
            self._worker = self._make_worker().__enter__()

        def tell(step: str, done: float, total: float) -> None:
            if not asked.cancel.cancelled:
                asked.on_progress(step, done, total)

        return asked.job(
            self._worker,
            lambda step, done, total: self._lane.tell(partial(tell, step, done, total)),
            asked.cancel,
        )

    def _end(self, answer: Callable[[T], None], what: T) -> None:
        self._running = None
        answer(what)
        self._do_next()

    def _end_worker(self) -> None:
        # In the lane's thread, after the last job.
        if self._worker is not None:
            self._worker.__exit__(None, None, None)
            self._worker = None


def open_door(provider: Callable[[], str]) -> DetectorWorker:
    """Return the door to a detectors' process that runs models on what `provider` says when a request is sent."""
    return DetectorWorker(known_pairs=KnownPairs(), provider=provider)


def _no_progress(_step: str, _done: float, _total: float) -> None:
    """Show nothing."""


def _nothing(_what: object) -> None:
    """Take note of nothing."""
