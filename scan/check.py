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
from countenance.packs import LicencePolicy, LikenessScale, PackCard
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import CheckResult, UnknownPolicy
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.answered import answered, answers_about, named_by_answer, ruled_out
from scan.cast import CastMember
from scan.findings import Evidence, assemble
from scan.identify import can_compare, identify
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
    request = examine_request(path, setup.card, setup.models, setup.settings)
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
    card = setup.card
    voice_scale = card.voice or LikenessScale(pack=card.name, dimension=0)
    faces, voices = known.galleries(card)
    compared = [
        can_compare(observations.tracks, faces, card.face),
        can_compare(observations.speakers, voices, voice_scale),
    ]
    promise = setup.promise.shared_by(sum(compared))
    mark = ClipMark(sha256=observations.clip.sha256, streams=streams)
    answers, people = answers_about(mark, known, setup.answers)
    told = answered(observations, answers)
    identifications, point = identify(observations.tracks, faces, card.face, promise, ruled_out=ruled_out(told.faces))
    voice_identifications, voice_point = identify(
        observations.speakers, voices, voice_scale, promise, Modality.VOICE, ruled_out=ruled_out(told.voices)
    )
    identifications = named_by_answer(identifications, told.faces, people)
    voice_identifications = named_by_answer(voice_identifications, told.voices, people)
    # A modality in which nobody was compared spent nothing of the budget: told of only where neither was compared.
    faces_told = compared[0] or (not compared[1] and bool(faces.people))
    voices_told = compared[1] or (not faces_told and bool(voices.people))
    every = (*identifications, *voice_identifications)
    found = {one.person for one in every if one.person is not None}
    nearest = {one.best.person for one in every if one.best is not None}
    return assemble(
        Evidence(
            observations=observations,
            identifications=identifications,
            point=point if faces_told else None,
            voice_identifications=voice_identifications,
            voice_point=voice_point if voices_told else None,
            card=card,
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
