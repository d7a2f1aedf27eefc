"""Answers the parent's requests, one after the other, until it closes the stream."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from countenance.errors import ModelsError
from countenance.observations import Observations
from countenance.providers import ProviderError
from countenance.wire import (
    AskFences,
    Examine,
    Failed,
    FailureCode,
    Fences,
    Mark,
    Observed,
    Piece,
    Preview,
    Progress,
    Reply,
    Request,
    SelfTest,
    Verify,
    WireError,
    read_request,
    write_frame,
)
from countenance.wire_models import CPU, Embed, Prove
from detectors.channel import Requests
from detectors.failure import MediaFailure, failure_of
from detectors.fences import Fence
from detectors.media.progress import OnProgress
from models.sessions import give_memory_back

if TYPE_CHECKING:
    from detectors.faces.opening import Sessions

ExamineFunction = Callable[[Examine, BinaryIO, OnProgress], Observations]
_REPORT_EVERY_S = 0.25


class Service:
    """Serves requests from one stream and writes replies to another.

    Args:
        requests: where requests come from.
        replies: where replies go; nothing else may ever be written there.
        fences: what stands around this process.
        examine: looks at one clip.
        sessions: models that stay open from one request to the next; made when first needed where none are given.
    """

    def __init__(
        self,
        requests: Requests,
        replies: BinaryIO,
        fences: tuple[Fence, ...],
        examine: ExamineFunction,
        sessions: Sessions | None = None,
    ) -> None:
        self._requests = requests
        self._replies = replies
        self._fences = fences
        self._examine = examine
        self._sessions = sessions
        self._reported_s = 0.0
        self._reporting = threading.Lock()

    def run(self) -> int:
        """Serve until the parent closes the stream or is gone; return the exit status."""
        while True:
            try:
                request = read_request(cast(BinaryIO, self._requests))
                if request is None:
                    return 0
                write_frame(self._replies, self._answer(request))
            except WireError:
                return 1
            except BrokenPipeError:  # the parent is gone: nobody waits for an answer
                return 0
            give_memory_back()

    def _answer(self, request: Request) -> Reply:
        try:
            return self._done(request)
        except BrokenPipeError:
            raise
        except MediaFailure as failure:
            return _failed(failure)
        except (ModelsError, MemoryError) as error:
            return _failed(failure_of(error))
        except Exception as error:  # noqa: BLE001 - the process's border: the parent is told of whatever was raised
            return Failed(code=_code(error), details=_place(error))

    def _done(self, request: Request) -> Reply:
        if isinstance(request, AskFences):
            return Fences(names=tuple(str(fence) for fence in self._fences))
        # The fences leave room for one provider alone.
        provider = _provider_for(request)
        if provider and provider != (self._sessions.provider if self._sessions is not None else CPU):
            raise ProviderError(provider, "this process was started for another")
        if isinstance(request, SelfTest):
            from detectors import selftest

            return selftest.run(request, self._kept_sessions(), self._report)
        if isinstance(request, Prove):
            from detectors import proving

            return proving.prove(request, self._report)
        if isinstance(request, Verify):
            from detectors import marking

            return marking.verify(request, self._requests, self._report)
        return self._embedded(request) if isinstance(request, Embed) else self._done_with_file(request)

    def _done_with_file(self, request: Examine | Mark | Preview) -> Reply:
        with self._requests.clip(request.path) as source:
            if isinstance(request, Mark):
                from detectors import marking

                return marking.mark(source, self._report)
            if isinstance(request, Preview):
                from detectors.media.preview import make_preview

                return make_preview(request, source, self._report, self._send)
            return Observed(observations=self._examine(request, source, self._report))

    def _embedded(self, request: Embed) -> Reply:
        from detectors import kept_samples

        return kept_samples.embed(request, self._kept_sessions(), self._report)

    def _kept_sessions(self) -> Sessions:
        if self._sessions is None:
            from detectors.faces.opening import Sessions

            self._sessions = Sessions()
        return self._sessions

    def _send(self, piece: Piece) -> None:
        with self._reporting:
            write_frame(self._replies, piece)

    def _report(self, step: str, done: float, total: float) -> None:
        # Decoding and looking at what was decoded go on at once, and both report.
        with self._reporting:
            now_s = time.monotonic()
            if now_s - self._reported_s >= _REPORT_EVERY_S:
                self._reported_s = now_s
                write_frame(self._replies, Progress(step=step[:40], done=done, total=total))


def examine_with(sessions: Sessions) -> ExamineFunction:
    """Return the real examination; models stay open from one request to the next."""
    from detectors.examine import examine

    return lambda request, source, on_progress: examine(request, source, on_progress, sessions)


def _provider_for(request: Request) -> str:
    """Return what the models of a request are to run on; empty where it needs none."""
    if isinstance(request, Examine):
        return request.settings.provider
    return request.provider if isinstance(request, SelfTest | Prove | Embed) else ""


def _failed(failure: MediaFailure) -> Failed:
    return Failed(code=failure.code, read_until_s=failure.read_until_s, details=failure.details[:2000])


def _code(error: Exception) -> FailureCode:
    """A reading library's error means a damaged file; anything else is a defect of ours, and is said to be one."""
    library = {type(error).__module__.split(".")[0], _raised_in(error).parent.name}
    # A broken disk or a lost share refuses in the middle of a file; a path that is missing or fenced off is our own.
    medium = isinstance(error, OSError) and not isinstance(error, (PermissionError, FileNotFoundError))
    return failure_of(error).code if medium or library & {"av", "PIL"} else FailureCode.CRASHED


def _place(error: Exception) -> str:
    """The error's kind and where it was raised; not its message, which may quote the file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


def _raised_in(error: Exception) -> Path:
    return Path(traceback.extract_tb(error.__traceback__)[-1].filename)
