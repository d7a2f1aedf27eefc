"""Requests to one child of the detectors, and its replies: started when first needed, watched, ended, started anew."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from countenance.wire import (
    Examine,
    Failed,
    FailureCode,
    Mark,
    Piece,
    Preview,
    Progress,
    Reply,
    Request,
    Verify,
    WireError,
)
from countenance.wire_models import CPU
from countenance.work import CancelToken, ProgressHook
from scan.allowance import is_unproved, memory_limit, on_provider, provider_for
from scan.child import Child
from scan.proxy import ProxyPieces

FILES_PER_CHILD = 200
_LOOK_EVERY_S = 0.02


class Conversation:
    """Asks a child one thing after the other; whatever it does, an answer comes back, if only that it failed.

    Args:
        command: makes the command that starts the child, from the folder of the models.
        ordinary_limit: resident bytes at which the child is ended, for a request that needs nothing special.
        stall_limit_s: silence after which the child is ended.
        provider: says what models run on, as onnxruntime calls it, whatever a request says of it.
    """

    def __init__(
        self,
        command: Callable[[Path | None], Sequence[str]],
        ordinary_limit: int,
        stall_limit_s: float,
        provider: Callable[[], str] | None,
    ) -> None:
        self._command = command
        self._ordinary_limit = ordinary_limit
        self._stall_limit_s = stall_limit_s
        self._child: Child | None = None
        self._models: str | None = None
        self._chosen, self._provider = provider, CPU
        self._served = self._memory_limit = 0

    @property
    def pid(self) -> int | None:
        """Process id of the child; None while there is none."""
        return self._child.pid if self._child is not None else None

    def start(self, models: Path) -> None:
        """Start the child, if there is none, for requests to come that will name this folder of models.

        Raises:
            OSError: it cannot be started.
        """
        if self._child is None:
            self._start_child(str(models), self._chosen() if self._chosen is not None else CPU)

    def settled(self, request: Examine) -> Examine:
        """Return a request as it will be asked: on the provider that was chosen."""
        return request if self._chosen is None else on_provider(request, self._chosen())

    def ask(
        self,
        request: Request,
        clip: int | None,
        on_progress: ProgressHook,
        cancel: CancelToken,
        pieces: ProxyPieces | None = None,
    ) -> Reply:
        """Return the child's last word on a request; `Failed` where it has none, and then the child is gone.

        Args:
            request: what is asked.
            clip: an open file that goes with it.
            on_progress: told how far it is.
            cancel: stops it.
            pieces: takes the pieces of a proxy.

        Raises:
            CancelledError: the user stopped it; the child is ended at once.
        """
        cancel.raise_if_cancelled()
        request = request if self._chosen is None else on_provider(request, self._chosen())
        limit = memory_limit(request, self._ordinary_limit)
        try:
            child = self._ready_child(request, limit)
            if clip is not None and child.takes_descriptors and isinstance(request, Examine | Mark | Verify | Preview):
                child.send(msgspec.structs.replace(request, path=""), clip)
            else:
                child.send(request)
        except OSError as error:  # it could not be started, or ended while it was written to
            self.drop()
            return Failed(code=FailureCode.CRASHED, details=type(error).__name__)
        except UnicodeEncodeError as error:  # half a character in a name, which no message can carry
            return Failed(code=FailureCode.MISSING, details=type(error).__name__)
        except BaseException:  # asked to stop while it starts
            self.drop()
            raise
        try:
            # What an earlier request loaded is still there.
            self._memory_limit = max(self._memory_limit, limit)
            reply = self._await_reply(child, on_progress, cancel, pieces)
        except BaseException:
            # Stopped by the user, or by the caller's hook: what the child is at is of no use to anybody.
            self.drop()
            raise
        if isinstance(reply, Failed):
            self.drop()
        return reply

    def close(self) -> None:
        """End the child; a healthy one ends by itself."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def drop(self) -> None:
        """End the child at once."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _await_reply(
        self,
        child: Child,
        on_progress: ProgressHook,
        cancel: CancelToken,
        pieces: ProxyPieces | None,
    ) -> Reply:
        heard_s = time.monotonic()
        while True:
            cancel.raise_if_cancelled()
            if child.resident_bytes() > self._memory_limit:
                return Failed(code=FailureCode.OUT_OF_MEMORY, details="resident size")
            try:
                reply = child.replies.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                if time.monotonic() - heard_s > self._stall_limit_s:
                    return Failed(code=FailureCode.TOO_SLOW, details="no message")
                continue
            heard_s = time.monotonic()
            if isinstance(reply, Progress):
                on_progress(reply.step, reply.done, reply.total)
            elif isinstance(reply, Piece) and pieces is not None and pieces.take(reply):
                continue
            elif reply is None:
                return Failed(code=FailureCode.CRASHED, details="ended")
            elif isinstance(reply, WireError):
                return Failed(code=FailureCode.PROTOCOL, details=str(reply)[:2000])
            else:
                return reply

    def _ready_child(self, request: Request, limit: int) -> Child:
        # The child's sandbox is drawn, when it starts, around one folder of models and what they run on.
        models, provider = getattr(request, "models", self._models), provider_for(request) or self._provider
        worn = self._served >= FILES_PER_CHILD or (models, provider) != (self._models, self._provider)
        # What nobody has seen run gets no room that was meant for others.
        worn = worn or (is_unproved(request) and limit < self._memory_limit)
        if self._child is not None and (worn or not self._child.running):
            self.drop()
        child = self._child or self._start_child(models, provider)
        self._served += 1
        return child

    def _start_child(self, models: str | None, provider: str) -> Child:
        chosen = [provider] if models and provider != CPU else []
        self._child = Child([*self._command(Path(models) if models else None), *chosen], provider)
        self._models, self._provider, self._served, self._memory_limit = models, provider, 0, 0
        return self._child
