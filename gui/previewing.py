"""Has a clip's proxy made by the detectors' process, one at a time; another clip drops the one before."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from countenance.errors import CountenanceError
from countenance.observations import Clip
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from gui.detecting import Detecting
from gui.views.film import load_player
from scan.proxy import Proxy
from scan.worker import DetectorWorker

LOAD_AFTER_MS = 400
"""Whoever goes through the list clip by clip has no preview made of each."""


class Previewing(QObject):
    """The proxy of the clip that is being looked at; lives on the window's thread.

    Signals:
        going: what is being done, in words, and how far it is; the latter None where that is not known.
        ready: the `Proxy`.
        failed: why there is none.
    """

    going = Signal(str, object)
    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, detecting: Detecting, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._detecting = detecting
        self._wanted: tuple[Path, Clip] | None = None
        self._token: CancelToken | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOAD_AFTER_MS)
        self._soon.timeout.connect(self._begin)

    def want(self, path: Path, clip: Clip) -> None:
        """Have the proxy of a checked clip made, soon; the same clip is not asked for twice."""
        if self._wanted is None:
            self._wanted = (path, clip)
            self._soon.start()

    def wait(self) -> None:
        """Begin nothing while nobody looks; what is being made goes on."""
        if self._soon.isActive():
            self._soon.stop()
            self._wanted = None

    def again(self) -> None:
        """Try once more, after a failure."""
        if self._token is None:
            self._begin()

    def drop(self) -> None:
        """Want nothing any more."""
        self._soon.stop()
        self._wanted = None
        token, self._token = self._token, None
        if token is not None:
            token.cancel()

    def _begin(self) -> None:
        if self._wanted is None:
            return
        path, clip = self._wanted
        busy = self._detecting.is_busy
        token = self._detecting.ask(
            lambda worker, on_progress, cancel: _made(worker, path, clip, on_progress, cancel),
            lambda proxy: self._made(token, proxy),
            lambda error: self._refused(token, error),
            lambda step, done, total: self._report(token, step, done, total),
        )
        self._token = token
        words = _("The preview comes after the clip that is being checked.") if busy else _("Preparing the preview")
        self.going.emit(words, None)

    def _report(self, token: CancelToken, step: str, done: float, total: float) -> None:
        if self._token is token:
            fraction = min(1.0, done / total) if step == "previewing" and total > 0 else None
            self.going.emit(_("Preparing the preview"), fraction)

    def _made(self, token: CancelToken, proxy: Proxy) -> None:
        if self._token is token:
            self._token = None
            self.ready.emit(proxy)

    def _refused(self, token: CancelToken, error: CountenanceError) -> None:
        if self._token is token:
            self._token = None
            self.failed.emit(error)


def _made(worker: DetectorWorker, path: Path, clip: Clip, on_progress: ProgressHook, cancel: CancelToken) -> Proxy:
    # In the detectors' lane.
    with suppress(ImportError):  # whoever opens the player says what is missing
        load_player()
    return worker.preview(path, clip, on_progress, cancel)
