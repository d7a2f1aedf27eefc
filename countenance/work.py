"""How long work reports: a hook and a cancel token, both parameters; the work knows neither terminal nor window."""

from __future__ import annotations

import threading
from collections.abc import Callable

from countenance.errors import CancelledError
from countenance.translations import _

ProgressHook = Callable[[str, float, float], None]
"""Called with (step, done, total); total is 0 where it is not known."""


def ignore_progress(step: str, done: float, total: float) -> None:
    """Take note of nothing: the hook of callers that do not show progress."""


class CancelToken:
    """Says whether the user wants the work to stop; safe to use from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next safe moment."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Stop here if somebody asked.

        Raises:
            CancelledError: the work is to stop.
        """
        if self._event.is_set():
            raise CancelledError(_("Stopped."))
