"""One clip from path to result: observed by the child, identified, judged, assembled.

Everything after the child is cheap and can be done again without decoding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.use import StatedUse
from countenance.verdict import CheckResult, UnknownPolicy
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.findings import Evidence, assemble
from scan.gallery import build_gallery
from scan.identify import identify
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
    """

    card: PackCard
    models: Path
    known: Known
    use: StatedUse
    promise: Promise = field(default_factory=Promise)
    unknown: UnknownPolicy = UnknownPolicy.REVIEW
    settings: ExamineSettings = field(default_factory=ExamineSettings)


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
    observations = worker.examine(request, on_progress, cancel or CancelToken())
    return judge_observations(observations, setup, now)


def judge_observations(observations: Observations, setup: CheckSetup, now: datetime) -> CheckResult:
    """Return the result for a clip already observed: for another use, another registry, another language."""
    gallery = build_gallery(setup.known.templates, setup.card.face)
    identifications, point = identify(observations.tracks, gallery, setup.card.face, setup.promise)
    return assemble(
        Evidence(
            observations=observations,
            identifications=identifications,
            point=point if gallery.people else None,
            card=setup.card,
            known=setup.known,
            use=setup.use,
            unknown=setup.unknown,
            now=now,
            program=f"countenance {version('countenance')}",
        )
    )
