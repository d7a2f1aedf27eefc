"""One clip or photo, from an opened file to observations, in one pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import cv2

from countenance.observations import FaceTrack, Gap, NotExamined, Observations, PictureCoverage
from countenance.packs import ModelStamp
from countenance.wire import Examine
from detectors.faces.following import FaceFollower
from detectors.faces.opening import FaceModels, Sessions
from detectors.faces.pictures import within_budget
from detectors.faces.search import FaceSearch
from detectors.faces.support import SUPPORT
from detectors.media.progress import OnProgress
from detectors.media.reader import ClipReader, open_clip

FACE = "face"

# Where faces are new or move fast, looks come this much closer together.
_CLOSER = 0.5


def examine(
    request: Examine, source: BinaryIO, on_progress: OnProgress, sessions: Sessions | None = None
) -> Observations:
    """Return what is seen in one file: a pure function of its bytes, the settings and the models.

    Args:
        request: models and settings; its path is not opened.
        source: the file, opened for reading and seekable.
        on_progress: called at least every two seconds of work with (step, done, total).
        sessions: keeps models open from one request to the next; without it they are opened for this one.

    Raises:
        MediaFailure: the file cannot be examined.
        ModelsError: a model is missing, damaged or refused.
    """
    settings = request.settings
    # Models first: a missing one is told before a long clip is read. Their files are read with the first frame.
    models = (sessions or Sessions()).faces(
        request.detector, request.face_embedder, Path(request.models), settings.threads
    )
    cv2.setNumThreads(settings.threads)
    with open_clip(source, settings, on_progress) as reader:
        if FACE in settings.look_for:
            tracks, stamps, seconds = _faces(reader, request, models, on_progress)
        else:
            tracks, stamps, seconds = (), (), {}
            for _ in reader.frames():
                pass
        reader.finish()
        picture = reader.picture_coverage()
        return Observations(
            clip=reader.clip(),
            picture=picture if FACE in settings.look_for else _unrequested(picture),
            sound=reader.sound_coverage(),
            cuts_s=reader.cuts_s,
            tracks=within_budget(tracks),
            models=stamps,
            seconds={**reader.seconds, **seconds},
        )


def _faces(
    reader: ClipReader, request: Examine, models: FaceModels, on_progress: OnProgress
) -> tuple[tuple[FaceTrack, ...], tuple[ModelStamp, ...], dict[str, float]]:
    """Follow the faces through the clip; return tracks, stamps of the models that ran, and seconds by step."""
    settings = request.settings
    at_s = 0.0

    def on_track() -> None:
        on_progress("embedding", at_s, reader.claimed_duration_s or 0.0)

    follower = FaceFollower(
        FaceSearch(models.detector, settings.min_face_px, still=reader.still),
        models.embedder,
        SUPPORT.get(models.detector.family, SUPPORT["yunet"]),
        settings.samples_per_track,
        on_track,
    )
    looks = 0
    seeing_s = 0.0
    for frame in reader.frames():
        at_s = frame.at_s
        began_s = perf_counter()
        restless = follower.see(frame)
        seeing_s += perf_counter() - began_s
        reader.want(settings.sample_every_s * _CLOSER if restless else None)
        looks += 1
    began_s = perf_counter()
    tracks = follower.finish()
    seeing_s += perf_counter() - began_s
    stamps = models.stamps() if looks else ()
    return tracks, stamps, {"search": seeing_s - follower.embedding_s, "embed": follower.embedding_s}


def _unrequested(picture: PictureCoverage) -> PictureCoverage:
    """Return the coverage of a picture that nobody wanted looked at."""
    if not picture.present:
        return picture
    gap = Gap(reason=NotExamined.NOT_REQUESTED, start_s=0.0, end_s=picture.duration_s, share=1.0)
    return replace(picture, frames_examined=0, gaps=(gap,))
