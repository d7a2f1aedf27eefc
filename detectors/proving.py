"""What models answer to drawn input, and to known faces and voices: each on its own, before anybody relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from countenance.packs import ModelTask
from countenance.wire_models import Doubt, Proof, Prove, Proved
from detectors import selftest
from detectors.contract_faces import Found, try_detector, try_embedder
from detectors.media.progress import OnProgress
from detectors.room import memory_bounded
from detectors.selftest import OnStep
from detectors.voices import hearing
from detectors.voices.opening import activity_network, voice_embedder
from models import ModelSession, open_unproved
from models.selftest import fingerprint_of

Answers = dict[str, dict[str, tuple[float, ...]]]


def prove(request: Prove, on_progress: OnProgress) -> Proved:
    """Return how each model answers. Nothing is compared here: what is expected, the parent knows.

    Args:
        request: which models, and what of them.
        on_progress: called while it goes on.

    Raises:
        ModelsError: a model is missing, damaged or refused, or does not answer as models of its task do.
    """

    def on_step() -> None:
        on_progress("testing", 0, 0)

    store = Path(request.models)
    return Proved(models=tuple(_proof(name, store, request, on_step) for name in request.names))


def _proof(name: str, store: Path, request: Prove, on_step: OnStep) -> Proof:
    on_step()
    session = open_unproved(name, store, (request.provider,), request.threads)
    with memory_bounded(request.room_bytes):
        return _tried(session, request, on_step)


def _tried(session: ModelSession, request: Prove, on_step: OnStep) -> Proof:
    began_s = perf_counter()
    session.load()
    load_s = perf_counter() - began_s
    on_step()
    answers = _answers(session)
    found = _of_answers(answers)
    if found.doubt is Doubt.NONE and request.contracts:
        found = _of_description(session, on_step)
    run_s = 0.0
    for _run in range(request.runs):
        began_s = perf_counter()
        _answers(session)
        taken_s = perf_counter() - began_s
        run_s = min(run_s, taken_s) if run_s else taken_s
        on_step()
    return Proof(
        name=session.manifest.name,
        provider=session.provider,
        answers=answers,
        doubt=found.doubt,
        sure=found.sure,
        details=found.details[:2000],
        load_s=load_s,
        run_s=run_s,
        taken=session.taken,
    )


def _answers(session: ModelSession) -> Answers:
    return {network.name: fingerprint_of(session, network) for network in session.manifest.networks}


def _of_answers(answers: Mapping[str, Mapping[str, tuple[float, ...]]]) -> Found:
    """Refuse outputs that are empty or no numbers, and networks of which every output is one number over and over."""
    for network, outputs in answers.items():
        numbers = [np.asarray(output) for output in outputs.values()]
        if not all(output.size and np.isfinite(output).all() for output in numbers):
            return Found(Doubt.ANSWERS, f"{network}: no numbers")
        if all(np.ptp(output) == 0 for output in numbers):
            return Found(Doubt.ANSWERS, f"{network}: the same number over and over")
    return Found(Doubt.NONE, "")


def _of_description(session: ModelSession, on_step: OnStep) -> Found:
    task = session.manifest.task
    if task is ModelTask.FACE_DETECTOR:
        return try_detector(session, on_step)
    if task is ModelTask.FACE_EMBEDDER:
        return try_embedder(session, on_step)
    if task is ModelTask.VOICE_ACTIVITY:
        tested = selftest.try_hearing(activity_network(session))
        return Found(Doubt.NONE if tested.passed else Doubt.KNOWN, tested.details)
    embedder = voice_embedder(session)
    tested = selftest.try_voice_embedder(embedder, selftest.utterances(), on_step)
    if tested.passed:
        return Found(Doubt.NONE, tested.details)
    wrong = hearing.deviation(embedder.recipe) > hearing.MOST_DEVIATION
    return Found(Doubt.FEATURES if wrong else Doubt.KNOWN, tested.details)
