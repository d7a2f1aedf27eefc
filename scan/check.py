"""One clip from path to result: observed by the child, identified, judged, assembled.

Everything after the child is cheap and can be done again without decoding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from countenance.answers import Answer
from countenance.decisions import ClipMark
from countenance.observations import Observations
from countenance.packs import LicencePolicy, PackCard
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import CheckResult, UnknownPolicy
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.answered import answered, answers_about, named_by_answer, ruled_out
from scan.cast import CastMember
from scan.each_model import can_compare_any, faces_by_model, identify_each, not_run, searched_in, voices_by_model
from scan.findings import Evidence, assemble
from scan.known import Known
from scan.operating import Promise
from scan.request import examine_request
from scan.worker import DetectorWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSetup:
    """What a check is made with and judged by.

    Attributes:
        models: folder of the verified model files.
        known: everybody the clip is compared with.
        cast: who should appear; empty where nobody said.
        answers: about any clip, of those that no registry keeps.
        licences: what is done where a model may not be used commercially.
    """

    card: PackCard
    models: Path
    known: Known
    use: StatedUse
    promise: Promise = field(default_factory=Promise)
    unknown: UnknownPolicy = UnknownPolicy.REVIEW
    settings: ExamineSettings = field(default_factory=ExamineSettings)
    cast: tuple[CastMember, ...] = ()
    answers: tuple[Answer, ...] = ()
    licences: LicencePolicy = LicencePolicy.TELL


def check_clip(
    path: Path,
    worker: DetectorWorker,
    setup: CheckSetup,
    now: datetime,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> CheckResult:
    """Return the result for one clip.

    Raises:
        ClipError: the clip cannot be examined.
        ModelsError: a model is missing, damaged or refused.
        CancelledError: the user stopped it.
    """
    with setup.known.at_one_moment() as known:
        further = known.further
    request = examine_request(path, setup.card, setup.models, setup.settings, further)
    token = cancel or CancelToken()
    observations = worker.examine(request, on_progress, token)
    # Its streams are read once more only where a decision on record may be about the same clip in another file.
    with setup.known.at_one_moment() as known:
        is_decided = known.decisions.are_any or bool(setup.answers)
    streams = worker.mark(path, cancel=token).streams if is_decided else ""
    return judge_observations(observations, setup, now, streams=streams)


def judge_observations(
    observations: Observations, setup: CheckSetup, now: datetime, *, streams: str = ""
) -> CheckResult:
    """Return the result for a clip already observed: for another use, another registry, another language.

    Args:
        observations: of the clip.
        setup: what it is judged by.
        now: moment of the check, with offset.
        streams: of the clip's mark (`countenance.decisions.ClipMark`), by which decisions about it are found in
            another file; empty where nobody computed it.
    """
    with setup.known.at_one_moment() as known:
        return _judge(observations, known, setup, now, streams)


def _judge(observations: Observations, known: Known, setup: CheckSetup, now: datetime, streams: str) -> CheckResult:
    tracks, speakers = faces_by_model(observations), voices_by_model(observations)
    every_face, every_voice = known.searches(setup.card)
    faces, voices = searched_in(every_face, tracks), searched_in(every_voice, speakers)
    compared = [can_compare_any(tracks, faces), can_compare_any(speakers, voices)]
    promise = setup.promise.shared_by(sum(compared))
    mark = ClipMark(sha256=observations.clip.sha256, streams=streams)
    answers, people = answers_about(mark, known, setup.answers)
    told = answered(observations, answers)
    seen = identify_each(tracks, faces, promise, ruled_out=ruled_out(told.faces))
    heard = identify_each(speakers, voices, promise, Modality.VOICE, ruled_out=ruled_out(told.voices))
    identifications = named_by_answer(seen.found, told.faces, people)
    voice_identifications = named_by_answer(heard.found, told.voices, people)
    # A modality in which nobody was compared spent nothing of the budget: told of only where neither was compared.
    face_points = seen.points if compared[0] or not compared[1] else ()
    voice_points = heard.points if compared[1] or not face_points else ()
    every = (*identifications, *voice_identifications)
    found = {one.person for one in every if one.person is not None}
    nearest = {one.best.person for one in every if one.best is not None}
    return assemble(
        Evidence(
            observations=observations,
            identifications=identifications,
            points=face_points,
            voice_identifications=voice_identifications,
            voice_points=voice_points,
            not_searched=(*known.not_searched, *not_run(every_face, tracks), *not_run(every_voice, speakers)),
            card=setup.card,
            known=known.concerning(found, (nearest | set(people)) - found),
            use=setup.use,
            unknown=setup.unknown,
            now=now,
            program=f"countenance {version('countenance')}",
            cast=setup.cast,
            streams=streams,
            answers=answers,
            licences=setup.licences,
        )
    )
