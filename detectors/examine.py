"""One clip or photo, from an opened file to observations, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import cv2

from countenance.observations import (
    FaceTrack,
    FurtherEmbeddings,
    Gap,
    NotExamined,
    Observations,
    PictureCoverage,
    Speaker,
)
from countenance.packs import ModelStamp
from countenance.wire import Examine
from detectors.faces.following import FaceFollower
from detectors.faces.opening import FaceModels, Sessions
from detectors.faces.pictures import within_budget
from detectors.faces.search import FaceSearch
from detectors.faces.support import SUPPORT
from detectors.media.hearing import Heard, numbered, with_heard
from detectors.media.hearing import within_budget as within_sound_budget
from detectors.media.poster import LONGEST_SIDE_PX, Poster
from detectors.media.progress import OnProgress
from detectors.media.reader import VOICE, ClipReader, open_clip
from detectors.media.sounds import Ear, Listen
from detectors.voices.again import embedded_again
from detectors.voices.embedding import VoiceEmbedder
from detectors.voices.listening import VoiceListener
from detectors.voices.opening import THREADS, VoiceModels, open_voice_embedder, open_voice_models

FACE = "face"

# Where faces are new or move fast, looks come this much closer together.
_CLOSER = 0.5


def examine(
    request: Examine, source: BinaryIO, on_progress: OnProgress, sessions: Sessions | None = None
) -> Observations:
    """Return what is seen and heard in one file: a pure function of its bytes, the settings and the models.

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
    sessions = sessions or Sessions()
    # Models first: a missing one is told before a long clip is read. Their files are read when they first run.
    faces = _face_models(request, sessions) if FACE in settings.look_for else None
    listening = _Listening(request, sessions, on_progress)
    poster = Poster()
    cv2.setNumThreads(settings.threads)
    with open_clip(source, settings, on_progress, listening.listen) as reader:
        listening.total_s = reader.claimed_duration_s or 0.0
        seen = _Seen()
        if faces is not None:
            seen = _faces(reader, request, faces, poster, on_progress)
        else:
            reader.skim()
        stamps, seconds = seen.stamps, dict(seen.seconds)
        picture, sound = reader.picture_coverage(), reader.sound_coverage()
        heard: list[Heard] = []
        speakers: tuple[Speaker, ...] = ()
        further_voices: tuple[FurtherEmbeddings, ...] = ()
        if sound.streams_examined:
            began_s = perf_counter()
            heard = listening.finish()
            speakers = numbered(heard)
            further_voices = listening.embed_again(speakers)
            seconds["speakers"] = perf_counter() - began_s
            stamps += listening.stamps(speakers)
        return Observations(
            clip=reader.clip(),
            picture=picture if faces is not None else _unrequested(picture),
            sound=with_heard(sound, heard),
            cuts_s=reader.cuts_s,
            tracks=within_budget(seen.tracks),
            models=stamps,
            seconds={**reader.seconds, **seconds},
            speakers=within_sound_budget(speakers),
            waveform=reader.waveform(),
            poster=poster.jpeg(),
            further_faces=seen.further,
            further_voices=further_voices,
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen in a clip, and how.

    Attributes:
        further: what embedders beside the pack's own make of the tracks.
        stamps: of the models that ran.
        seconds: time spent, by step.
    """

    tracks: tuple[FaceTrack, ...] = ()
    further: tuple[FurtherEmbeddings, ...] = ()
    stamps: tuple[ModelStamp, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


class _Listening:
    """A listener for each sound stream, where voices are looked for and there are models for them.

    Attributes:
        listen: gives an ear to a stream; None where nobody listens.
        total_s: how long the clip should be, for reports of progress.
    """

    def __init__(self, request: Examine, sessions: Sessions, on_progress: OnProgress) -> None:
        self._settings = request.settings
        self._on_progress = on_progress
        self.total_s = 0.0
        self._step = "reading"
        self._listeners: list[VoiceListener] = []
        self._models: VoiceModels | None = None
        self._more: dict[str, VoiceEmbedder] = {}
        self._more_stamps: list[Callable[[], ModelStamp]] = []
        if VOICE in request.settings.look_for and request.voice_activity and request.voice_embedder:
            store = Path(request.models)
            self._models = open_voice_models(sessions, request.voice_activity, request.voice_embedder, store)
            self._more_stamps = [sessions.model(name, store, THREADS).stamp for name in request.more_voice_embedders]
            self._more = {name: open_voice_embedder(sessions, name, store) for name in request.more_voice_embedders}
        self.listen: Listen | None = None if self._models is None else partial(self._ear, self._models)

    def finish(self) -> list[Heard]:
        """Return what was heard, stream by stream."""
        self._step = "embedding"
        return [listener.finish() for listener in self._listeners]

    def embed_again(self, speakers: tuple[Speaker, ...]) -> tuple[FurtherEmbeddings, ...]:
        """Return what the other embedders make of the speakers' samples."""
        return tuple(
            embedded_again(name, embedder, speakers, lambda: self._tell(self.total_s))
            for name, embedder in self._more.items()
        )

    def stamps(self, speakers: tuple[Speaker, ...]) -> tuple[ModelStamp, ...]:
        """Return the stamps of the models that listened, and of the others that embedded what these speakers say."""
        own = self._models.stamps() if self._models is not None else ()
        embedded = any(speaker.samples for speaker in speakers)
        return own + (tuple(stamp() for stamp in self._more_stamps) if embedded else ())

    def _ear(self, models: VoiceModels, stream: int) -> Ear:
        listener = VoiceListener(models, stream, self._settings.samples_per_track, self._tell)
        self._listeners.append(listener)
        return listener.hear

    def _tell(self, heard_s: float) -> None:
        self._on_progress(self._step, heard_s, self.total_s)


def _face_models(request: Examine, sessions: Sessions) -> FaceModels:
    return sessions.faces(
        request.detector,
        request.face_embedder,
        Path(request.models),
        request.settings.threads,
        request.more_face_embedders,
    )


def _faces(reader: ClipReader, request: Examine, models: FaceModels, poster: Poster, on_progress: OnProgress) -> _Seen:
    """Follow the faces through the clip."""
    settings = request.settings
    at_s = 0.0

    def on_look() -> None:
        on_progress("reading", at_s, reader.claimed_duration_s or 0.0)

    def on_track() -> None:
        on_progress("embedding", at_s, reader.claimed_duration_s or 0.0)

    follower = FaceFollower(
        FaceSearch(models.detector, settings.min_face_px, still=reader.still, on_look=on_look),
        models.embedder,
        SUPPORT.get(models.detector.family, SUPPORT["yunet"]),
        settings.samples_per_track,
        on_track,
        more=models.further,
    )
    looks = 0
    seeing_s = 0.0
    for frame in reader.frames():
        at_s = frame.at_s
        began_s = perf_counter()
        restless = follower.see(frame)
        seeing_s += perf_counter() - began_s
        if poster.wants(at_s):
            poster.see(frame.small(LONGEST_SIDE_PX))
        reader.want(settings.sample_every_s * _CLOSER if restless else None)
        looks += 1
    began_s = perf_counter()
    tracks = follower.finish()
    seeing_s += perf_counter() - began_s
    stamps = models.stamps() if looks else ()
    seconds = {"search": seeing_s - follower.embedding_s, "embed": follower.embedding_s}
    return _Seen(tracks, follower.further, stamps, seconds)


def _unrequested(picture: PictureCoverage) -> PictureCoverage:
    """Return the coverage of a picture that nobody wanted looked at."""
    if not picture.present:
        return picture
    gap = Gap(reason=NotExamined.NOT_REQUESTED, start_s=0.0, end_s=picture.duration_s, share=1.0)
    return replace(picture, frames_examined=0, gaps=(gap,))
