"""A lane of background work: one thread, one job after another, answers on the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from countenance.errors import CountenanceError
from countenance.translations import _

T = TypeVar("T")
log = logging.getLogger("countenance.gui")


class UnexpectedError(CountenanceError):
    """A mistake of the program's own; the work is lost, the window goes on."""


class Lane(QObject):
    """Runs work off the window's thread; `on_done` and `on_failed` are called back on the thread that made the lane.

    Work may call `tell` to have something shown while it runs. After `close` nothing is called back any more.
    """

    _answers = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"countenance-{name}")
        self._open = True
        self._answers.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def do(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[CountenanceError], None],
    ) -> None:
        """Have `work` done after what was asked for before; it runs in the language in force now."""
        future = self._executor.submit(copy_context().run, work)
        future.add_done_callback(lambda ended: self.tell(partial(_answer, ended, on_done, on_failed)))

    def tell(self, what: Callable[[], None]) -> None:
        """Have something called on the lane's own thread, soon; safe from any thread."""
        self._answers.emit(what)

    def close(self, *, finish: bool = False) -> None:
        """Wait for the work going on and end the thread; what has not begun is forgotten unless `finish`."""
        self._open = False
        self._executor.shutdown(wait=True, cancel_futures=not finish)

    @Slot(object)
    def _deliver(self, what: Callable[[], None]) -> None:
        if self._open:
            what()


def _answer(ended: Future[T], on_done: Callable[[T], None], on_failed: Callable[[CountenanceError], None]) -> None:
    if ended.cancelled():
        return
    error = ended.exception()
    if error is None:
        on_done(ended.result())
    elif isinstance(error, CountenanceError):
        on_failed(error)
    else:
        # The type alone: a message or a traceback of a mistake may carry names.
        log.error("unexpected %s in background work", type(error).__name__)
        on_failed(unexpected(error))


def unexpected(error: BaseException) -> UnexpectedError:
    """Return what a person is told of a mistake of the program's own: where it happened, nothing it held."""
    return UnexpectedError(
        _("Something went wrong that should not have."),
        remedy=_("Try again; if it happens again, please report it with the details."),
        details=_place_of(error),
    )


def _place_of(error: BaseException) -> str:
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at " + " > ".join(places[-6:])
