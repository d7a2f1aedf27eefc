"""The files of an enrolment on their way through the detectors, one after the other; each can be seen as it is done."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from countenance.errors import CancelledError, ClipError, CountenanceError
from countenance.people import Modality
from countenance.work import CancelToken, ProgressHook
from gui.presenters.progress import ProgressLook, Stopwatch
from gui.views.papers_dialog import while_alive
from gui.views.room import Parts
from scan.enrol import Proposal
from scan.knowing import propose_file
from scan.walking import find_clips
from scan.worker import DetectorWorker


@dataclass(frozen=True, slots=True)
class Examined:
    """One file of an enrolment.

    Attributes:
        path: None for what was picked from a checked clip.
        found: None until it was examined.
        failed: why it could not be examined at all; empty otherwise.
    """

    key: int
    path: Path | None
    found: Proposal | None = None
    failed: str = ""


class Examining(QObject):
    """Examines files for one enrolment.

    Signals:
        added: files were added.
        progressed: the key of a file and its `ProgressLook`.
        examined: the key of a file that is done.
        ended: nothing is left to be examined.
        failed: why files cannot be examined: a `CountenanceError`.
    """

    added = Signal()
    progressed = Signal(int, object)
    examined = Signal(int)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._files: dict[int, Examined] = {}
        self._next = 1
        self._modalities: tuple[Modality, ...] = tuple(Modality)
        self._running: tuple[int, CancelToken] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a file is being examined."""
        return self._running is not None

    @property
    def left(self) -> int:
        """How many files are still to be examined, the one at work included."""
        return sum(one.found is None and not one.failed for one in self._files.values())

    def files(self) -> tuple[Examined, ...]:
        """Return all files in the order in which they came."""
        return tuple(self._files.values())

    def found(self) -> dict[int, Proposal]:
        """Return what was found in each file that is done."""
        return {key: one.found for key, one in self._files.items() if one.found is not None}

    def look_for(self, modalities: Sequence[Modality]) -> None:
        """Look and listen for what the consent covers; what was examined for less is examined again."""
        wanted = tuple(modalities)
        if set(wanted) - set(self._modalities):
            for key, one in self._files.items():
                if one.path is not None:
                    self._files[key] = replace(one, found=None, failed="")
        self._modalities = wanted
        self.go_on()

    def take(self, proposal: Proposal) -> None:
        """Take what was picked from a checked clip: it was examined before."""
        self._files[self._next] = Examined(self._next, None, proposal)
        self._next += 1
        self.added.emit()

    def add(self, paths: Sequence[Path]) -> None:
        """Take files, and what lies in folders."""
        self._parts.desk.desk_lane.do(
            partial(find_clips, list(paths)), while_alive(self, self._take_in), while_alive(self, self.failed.emit)
        )

    def remove(self, key: int) -> None:
        """Leave a file out; if it is being examined, that is stopped."""
        self._files.pop(key, None)
        if self._running is not None and self._running[0] == key:
            self._running[1].cancel()

    def stop(self) -> None:
        """Stop, and leave out what was not examined yet."""
        self._files = {key: one for key, one in self._files.items() if one.found is not None or one.failed}
        if self._running is not None:
            self._running[1].cancel()

    def go_on(self) -> None:
        """Examine the next file, unless one is being examined."""
        waiting = next((one for one in self._files.values() if one.found is None and not one.failed), None)
        card = self._parts.desk.card
        if self._running is not None or card is None:
            return
        if waiting is None or waiting.path is None:
            self.ended.emit()
            return
        path, models, modalities = waiting.path, self._parts.desk.models, self._modalities
        watch = Stopwatch(time.monotonic())

        def job(worker: DetectorWorker, on_progress: ProgressHook, cancel: CancelToken) -> Proposal:
            return propose_file(
                path, worker, card, models, modalities=modalities, on_progress=on_progress, cancel=cancel
            )

        def tell(step: str, done: float, total: float) -> None:
            self._progress(waiting.key, watch.look(step, done, total, time.monotonic()))

        cancel = self._parts.desk.detecting.ask(
            job,
            while_alive(self, partial(self._done, waiting.key, modalities)),
            while_alive(self, partial(self._not_done, waiting.key)),
            lambda *step: tell(*step) if isValid(self) else None,
        )
        self._running = (waiting.key, cancel)

    def _take_in(self, paths: list[Path]) -> None:
        there = {one.path for one in self._files.values()}
        for path in paths:
            if path.absolute() not in there:
                self._files[self._next] = Examined(self._next, path.absolute())
                self._next += 1
        self.added.emit()
        self.go_on()

    def _progress(self, key: int, look: ProgressLook) -> None:
        if key in self._files:
            self.progressed.emit(key, look)

    def _done(self, key: int, modalities: tuple[Modality, ...], found: Proposal) -> None:
        self._running = None
        # Examined for less than is wanted by now: once more.
        if key in self._files and not set(self._modalities) - set(modalities):
            self._files[key] = replace(self._files[key], found=found)
            self.examined.emit(key)
        self.go_on()

    def _not_done(self, key: int, error: CountenanceError) -> None:
        self._running = None
        if key in self._files and not isinstance(error, CancelledError):
            self._files[key] = replace(self._files[key], failed=str(error))
            self.examined.emit(key)
            if not isinstance(error, ClipError):
                self.stop()  # whatever it is, the next file would meet it too
                self.failed.emit(error)
        self.go_on()
