"""The door to the detectors: asks a child process about one file after the other, and survives whatever it does."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

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
    Preview,
    Previewed,
    Reply,
    Request,
    SelfTest,
    SelfTested,
    Verified,
    Verify,
)
from countenance.wire_models import Embed, Embedded, Prove, Proved
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.allowance import is_unproved, with_room
from scan.child import detectors_command
from scan.coherence import are_embeddings, holds_together
from scan.conversation import Conversation
from scan.failures import error_of, no_answer
from scan.handed import open_to_hand_over, refusal
from scan.proving import KnownPairs, pair_error
from scan.proxy import Proxy, ProxyPieces, changed_error

MEMORY_LIMIT = 900 * 1000 * 1000
"""Resident bytes at which the child is ended: what a 4K clip needs twice over, and under 1 GB with the next look."""
STALL_LIMIT_S = 20.0
"""A child that says nothing for this long is ended; a healthy one reports four times a second."""
_LONGEST_PROOF_S = 900.0
"""A model that nobody has seen run may be slow, not without end: one of 260 MB takes 23 s on two cores."""
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
        self._conversation = Conversation(command, memory_limit, stall_limit_s, provider)
        self._known_pairs = known_pairs

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the child; None while there is none."""
        return self._conversation.pid

    def start(self, models: Path) -> None:
        """Start the child while there is other work, so that it is ready when it is needed.

        Args:
            models: folder that the requests to come will name.
        """
        with contextlib.suppress(OSError):  # the first request tries again, and says what is wrong
            self._conversation.start(models)

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
        request = self._conversation.settled(request)
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
            reply = self._conversation.ask(Verify(certificate=certificate), None, on_progress, cancel or CancelToken())
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
        hook = until_s(_LONGEST_PROOF_S, on_progress) if is_unproved(request) else on_progress
        reply = self._conversation.ask(with_room(request), None, hook, cancel or CancelToken())
        if isinstance(reply, Proved) and tuple(proof.name for proof in reply.models) == request.names:
            return reply
        raise no_answer(reply)

    def selftest(self, request: SelfTest) -> SelfTested:
        """Return whether the models tell a known pair of pictures, and of voices, apart from a known other.

        Raises:
            ModelsError: a model is missing, damaged or refused.
            CheckFailedError: the child did not answer.
        """
        reply = self._conversation.ask(request, None, ignore_progress, CancelToken())
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
        reply = self._conversation.ask(request, None, on_progress, cancel or CancelToken())
        if isinstance(reply, Embedded):
            if len(reply.vectors) == len(request.samples) and are_embeddings(reply.vectors, dimension):
                return reply.vectors
            self._conversation.drop()
        raise no_answer(reply)

    def fences(self) -> tuple[str, ...]:
        """Return the names of the fences that stand around the child, for a diagnosis.

        Raises:
            CheckFailedError: the child did not answer.
        """
        reply = self._conversation.ask(AskFences(), None, ignore_progress, CancelToken())
        if isinstance(reply, Fences):
            return reply.names
        raise no_answer(reply)

    def close(self) -> None:
        """End the child."""
        self._conversation.close()

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
            return self._conversation.ask(request, clip, on_progress, cancel or CancelToken(), pieces)
        finally:
            os.close(clip)

    def _refused(self, reply: Reply, name: str) -> CountenanceError:
        """Return the error for a reply that is none, or none that holds together."""
        if not isinstance(reply, Failed):
            self._conversation.drop()
            reply = Failed(code=FailureCode.PROTOCOL, details=type(reply).__name__)
        return error_of(reply, name)

    def _require_known_pairs(self, request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> None:
        test = self._known_pairs.due(request) if self._known_pairs is not None else None
        if self._known_pairs is None or test is None:
            return
        reply = self._conversation.ask(test, None, on_progress, cancel)
        if not isinstance(reply, SelfTested):
            raise no_answer(reply)
        if not reply.passed:
            raise pair_error(test, reply)
        self._known_pairs.remember(test)


def display_name(path: str) -> str:
    """Return a file's name as text that can be shown anywhere: bytes that are no text, and controls, are replaced."""
    # Bytes that are no text stand in a path as lone surrogates, which count as not printable.
    name = Path(path).name
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return shown[:_LONGEST_NAME]


def until_s(most_s: float, on_progress: ProgressHook) -> ProgressHook:
    """Return a hook that tells another one, and ends the work that takes longer than so many seconds.

    Raises, when it is told something too late:
        CheckFailedError: the detectors did not answer in time.
    """
    ends_s = time.monotonic() + most_s

    def tell(step: str, done: float, total: float) -> None:
        if time.monotonic() > ends_s:
            raise no_answer(Failed(code=FailureCode.TOO_SLOW, details=f"longer than {most_s:.0f} s"))
        on_progress(step, done, total)

    return tell
