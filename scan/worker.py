"""The door to the detectors: asks a child process about one file after the other, and survives whatever it does."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from countenance.decisions import ClipMark
from countenance.errors import CountenanceError
from countenance.observations import Clip, Observations
from countenance.wire import (
    AskFences,
    Examine,
    Failed,
    FailureCode,
    Fences,
    Mark,
    Marked,
    Observed,
    Piece,
    Preview,
    Previewed,
    Progress,
    Reply,
    Request,
    SelfTest,
    SelfTested,
    Verified,
    Verify,
    WireError,
)
from countenance.wire_models import CPU, Embed, Embedded, Prove, Proved
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.allowance import extra_memory, on_provider, provider_for
from scan.child import Child, detectors_command
from scan.coherence import are_embeddings, holds_together
from scan.failures import error_of, no_answer
from scan.handed import open_to_hand_over, refusal
from scan.proving import KnownPairs, pair_error
from scan.proxy import Proxy, ProxyPieces, changed_error

MEMORY_LIMIT = 900 * 1000 * 1000
"""Resident bytes at which the child is ended: what a 4K clip needs twice over, and under 1 GB with the next look."""
STALL_LIMIT_S = 20.0
"""A child that says nothing for this long is ended; a healthy one reports four times a second."""
FILES_PER_CHILD = 200
_LOOK_EVERY_S = 0.02
_LONGEST_NAME = 255


class DetectorWorker:
    """Examines files in a child process that is started when first needed; use it in a `with` block, from one thread.

    Args:
        command: makes the command that starts the child, from the folder of the models.
        memory_limit: resident bytes at which the child is ended.
        stall_limit_s: silence after which the child is ended.
        known_pairs: which models have to tell known faces and voices apart before they are used; None for any.
        provider: says what models run on, as onnxruntime calls it, whatever a request says of it.
    """

    def __init__(
        self,
        command: Callable[[Path | None], Sequence[str]] = detectors_command,
        *,
        memory_limit: int = MEMORY_LIMIT,
        stall_limit_s: float = STALL_LIMIT_S,
        known_pairs: KnownPairs | None = None,
        provider: Callable[[], str] | None = None,
    ) -> None:
        self._command = command
        self._memory_limit = memory_limit
        self._stall_limit_s = stall_limit_s
        self._child: Child | None = None
        self._known_pairs = known_pairs
        self._models: str | None = None
        self._chosen, self._provider = provider, CPU
        self._served = self._extra_memory = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the child; None while there is none."""
        return self._child.pid if self._child is not None else None

    def start(self, models: Path) -> None:
        """Start the child while there is other work, so that it is ready when it is needed.

        Args:
            models: folder that the requests to come will name.
        """
        if self._child is None:
            try:
                self._start_child(str(models), self._chosen() if self._chosen is not None else CPU)
            except OSError:
                return  # the first request tries again, and says what is wrong

    def examine(
        self, request: Examine, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
    ) -> Observations:
        """Return what is seen and heard in one file.

        Raises:
            ClipError: the file cannot be examined; the sentence says why, the remedy what to do.
            ModelsError: a model is missing, damaged or refused.
            CancelledError: the user stopped it; the child is ended at once.
        """
        name = display_name(request.path)
        if self._chosen is not None:
            request = on_provider(request, self._chosen())
        self._require_known_pairs(request, on_progress, cancel or CancelToken())
        reply = self._ask_about_file(request, request.path, on_progress, cancel)
        sizes = request.more_dimensions
        if isinstance(reply, Observed) and holds_together(
            reply.observations,
            request.dimension,
            request.voice_dimension,
            further_faces={name: sizes.get(name, 0) for name in request.more_face_embedders},
            further_voices={name: sizes.get(name, 0) for name in request.more_voice_embedders},
        ):
            observations = reply.observations
            return replace(observations, clip=replace(observations.clip, name=name))
        raise self._refused(reply, name)

    def mark(
        self, path: Path, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
    ) -> ClipMark:
        """Return what decisions about one file are bound to.

        Raises:
            ClipError: the file is nothing that is examined.
            CancelledError: the user stopped it.
        """
        reply = self._ask_about_file(Mark(path=str(path.absolute())), str(path.absolute()), on_progress, cancel)
        if isinstance(reply, Marked):
            return ClipMark(sha256=reply.sha256, streams=reply.streams)
        raise self._refused(reply, display_name(str(path)))

    def preview(
        self, path: Path, clip: Clip, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
    ) -> Proxy:
        """Return a proxy of a checked clip: what is played in place of its file.

        Args:
            path: the clip.
            clip: as it was when it was checked; another file under its name is refused.
            on_progress: called while it is made: step "previewing", done and total in seconds of the clip.
            cancel: stops it.

        Raises:
            ClipError: no proxy can be made, or the file is not the one that was checked.
            CancelledError: the user stopped it.
        """
        name = display_name(str(path))
        request = Preview(path=str(path.absolute()), duration_s=clip.duration_s)
        pieces = ProxyPieces()
        reply = self._ask_about_file(request, request.path, on_progress, cancel, pieces)
        proxy = pieces.proxy(reply) if isinstance(reply, Previewed) else None
        if proxy is None:
            raise self._refused(reply, name)
        if proxy.sha256 != clip.sha256:
            raise changed_error(name)
        return proxy

    def verify(
        self,
        certificate: bytes,
        clip: Path | None,
        on_progress: ProgressHook = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> Verified:
        """Return what a certificate says, whether its signature holds, and the mark of a clip.

        Args:
            certificate: the PDF, at most `countenance.wire.CERTIFICATE_LIMIT` bytes; what it holds is read by the
                child alone.
            clip: None where the certificate alone is looked at.
            on_progress: called while the clip is read.
            cancel: stops it.

        Raises:
            ClipError: the clip is nothing that is examined.
            CheckFailedError: the child did not answer.
            CancelledError: the user stopped it.
        """
        if clip is None:
            reply = self._ask(Verify(certificate=certificate), None, on_progress, cancel or CancelToken())
            if isinstance(reply, Verified):
                return reply
            raise no_answer(reply)
        path = str(clip.absolute())
        reply = self._ask_about_file(Verify(certificate=certificate, path=path), path, on_progress, cancel)
        if isinstance(reply, Verified) and reply.clip is not None:
            return reply
        raise self._refused(reply, display_name(path))

    def prove(
        self, request: Prove, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
    ) -> Proved:
        """Return how models answer to drawn input.

        Raises:
            ModelsError: a model is missing, damaged or refused, or cannot be run with what was asked for.
            CheckFailedError: the child did not answer.
            CancelledError: the user stopped it; the child is ended at once.
        """
        reply = self._ask(request, None, on_progress, cancel or CancelToken())
        if isinstance(reply, Proved) and tuple(proof.name for proof in reply.models) == request.names:
            return reply
        raise no_answer(reply)

    def selftest(self, request: SelfTest) -> SelfTested:
        """Return whether the models tell a known pair of pictures, and of voices, apart from a known other.

        Raises:
            ModelsError: a model is missing, damaged or refused.
            CheckFailedError: the child did not answer.
        """
        reply = self._ask(request, None, ignore_progress, CancelToken())
        if isinstance(reply, SelfTested):
            return reply
        raise no_answer(reply)

    def embed(
        self,
        request: Embed,
        dimension: int,
        on_progress: ProgressHook = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> tuple[bytes, ...]:
        """Return the embeddings of samples that a registry keeps, in their order; empty where there is none.

        Args:
            request: samples of faces, or samples of voices, and models.
            dimension: numbers in each embedding.
            on_progress: called while they are made: step "embedding", done and total in samples.
            cancel: stops it.

        Raises:
            ModelsError: a model is missing, damaged or refused.
            CheckFailedError: the child did not answer, or not with what was asked for.
            CancelledError: the user stopped it; the child is ended at once.
        """
        reply = self._ask(request, None, on_progress, cancel or CancelToken())
        if isinstance(reply, Embedded):
            if len(reply.vectors) == len(request.samples) and are_embeddings(reply.vectors, dimension):
                return reply.vectors
            self._drop_child()
        raise no_answer(reply)

    def fences(self) -> tuple[str, ...]:
        """Return the names of the fences that stand around the child, for a diagnosis.

        Raises:
            CheckFailedError: the child did not answer.
        """
        reply = self._ask(AskFences(), None, ignore_progress, CancelToken())
        if isinstance(reply, Fences):
            return reply.names
        raise no_answer(reply)

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask_about_file(
        self,
        request: Request,
        path: str,
        on_progress: ProgressHook,
        cancel: CancelToken | None,
        pieces: ProxyPieces | None = None,
    ) -> Reply:
        try:
            clip = open_to_hand_over(path)
        except (OSError, ValueError) as error:
            failed = Failed(code=refusal(error), details=type(error).__name__)
            raise error_of(failed, display_name(path)) from error
        try:
            return self._ask(request, clip, on_progress, cancel or CancelToken(), pieces)
        finally:
            os.close(clip)

    def _refused(self, reply: Reply, name: str) -> CountenanceError:
        """Return the error for a reply that is none, or none that holds together."""
        if not isinstance(reply, Failed):
            self._drop_child()
            reply = Failed(code=FailureCode.PROTOCOL, details=type(reply).__name__)
        return error_of(reply, name)

    def _ask(
        self,
        request: Request,
        clip: int | None,
        on_progress: ProgressHook,
        cancel: CancelToken,
        pieces: ProxyPieces | None = None,
    ) -> Reply:
        cancel.raise_if_cancelled()
        request = request if self._chosen is None else on_provider(request, self._chosen())
        try:
            child = self._ready_child(request)
            if clip is not None and child.takes_descriptors and isinstance(request, Examine | Mark | Verify | Preview):
                child.send(msgspec.structs.replace(request, path=""), clip)
            else:
                child.send(request)
        except OSError as error:  # it could not be started, or ended while it was written to
            self._drop_child()
            return Failed(code=FailureCode.CRASHED, details=type(error).__name__)
        except UnicodeEncodeError as error:  # half a character in a name, which no message can carry
            return Failed(code=FailureCode.MISSING, details=type(error).__name__)
        except BaseException:  # asked to stop while it starts
            self._drop_child()
            raise
        try:
            # What an earlier request loaded is still there.
            self._extra_memory = max(self._extra_memory, extra_memory(request))
            limit = self._memory_limit + self._extra_memory
            reply = self._await_reply(child, limit, on_progress, cancel, pieces)
        except BaseException:
            # Stopped by the user, or by the caller's hook: what the child is at is of no use to anybody.
            self._drop_child()
            raise
        if isinstance(reply, Failed):
            self._drop_child()
        return reply

    def _await_reply(
        self,
        child: Child,
        memory_limit: int,
        on_progress: ProgressHook,
        cancel: CancelToken,
        pieces: ProxyPieces | None,
    ) -> Reply:
        heard_s = time.monotonic()
        while True:
            cancel.raise_if_cancelled()
            if child.resident_bytes() > memory_limit:
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

    def _ready_child(self, request: Request) -> Child:
        # The child's sandbox is drawn, when it starts, around one folder of models and what they run on.
        models, provider = getattr(request, "models", self._models), provider_for(request) or self._provider
        worn = self._served >= FILES_PER_CHILD or (models, provider) != (self._models, self._provider)
        if self._child is not None and (worn or not self._child.running):
            self._drop_child()
        child = self._child or self._start_child(models, provider)
        self._served += 1
        return child

    def _start_child(self, models: str | None, provider: str) -> Child:
        chosen = [provider] if models and provider != CPU else []
        self._child = Child([*self._command(Path(models) if models else None), *chosen], provider)
        self._models, self._provider, self._served, self._extra_memory = models, provider, 0, 0
        return self._child

    def _require_known_pairs(self, request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> None:
        test = self._known_pairs.due(request) if self._known_pairs is not None else None
        if self._known_pairs is None or test is None:
            return
        reply = self._ask(test, None, on_progress, cancel)
        if not isinstance(reply, SelfTested):
            raise no_answer(reply)
        if not reply.passed:
            raise pair_error(test, reply)
        self._known_pairs.remember(test)

    def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


def display_name(path: str) -> str:
    """Return a file's name as text that can be shown anywhere: bytes that are no text, and controls, are replaced."""
    # Bytes that are no text stand in a path as lone surrogates, which count as not printable.
    name = Path(path).name
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return shown[:_LONGEST_NAME]
