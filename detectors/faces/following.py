"""From frames to face tracks: search, follow, judge, sample, embed, with memory that does not grow with the clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from types import MappingProxyType

import numpy as np

from countenance.observations import (
    Box,
    EmbeddedAgain,
    FaceDetection,
    FaceSample,
    FaceTrack,
    FurtherEmbeddings,
    NotExamined,
)
from detectors.faces.alignment import reference_crop
from detectors.faces.detection import Picture, RawFace
from detectors.faces.embedding import FaceEmbedder, weighted_mean
from detectors.faces.mouth import MouthWatch
from detectors.faces.pictures import surroundings
from detectors.faces.quality import Quality, quality
from detectors.faces.sampling import Candidate, Candidates
from detectors.faces.search import FaceSearch, Shown
from detectors.faces.support import Support, supported
from detectors.faces.tracking import Path, Tracker, patch

TIMELINE_STEP_S = 0.2
"""Detections in the result are at least this far apart: what a timeline can show."""

NO_MORE: Mapping[str, FaceEmbedder] = MappingProxyType({})

# A path with fewer looks than this, or that moves by more than this share of its size between two looks, is looked at
# more often.
_YOUNG_LOOKS = 3
_FAST_SHARE = 0.35


@dataclass(slots=True)
class _Run:
    """One path's harvest while it runs."""

    path: Path
    first_look: int
    last_look: int
    candidates: Candidates
    detections: list[FaceDetection] = field(default_factory=list)
    mouth: MouthWatch = field(default_factory=MouthWatch)
    obstacle: NotExamined | None = None
    obstacle_quality: float = -1.0


class FaceFollower:
    """Turns the looked-at frames of one clip, in order, into its face tracks.

    Args:
        search: finds the faces of a frame.
        embedder: embeds the samples of each track as soon as the track has ended.
        support: what a track has to show to count.
        samples_per_track: most samples embedded per track.
        on_track: called for each track before it is embedded: many may end at one cut.
        more: other embedders of the same samples, by name.

    Attributes:
        embedding_s: time spent embedding so far.
        further: what the other embedders make of the tracks, once they are finished.
    """

    def __init__(
        self,
        search: FaceSearch,
        embedder: FaceEmbedder,
        support: Support,
        samples_per_track: int,
        on_track: Callable[[], None] = lambda: None,
        *,
        more: Mapping[str, FaceEmbedder] = NO_MORE,
    ) -> None:
        self._search = search
        self._embedder = embedder
        self._more = more
        self._again: dict[int, tuple[EmbeddedAgain, ...]] = {}
        self._support = support
        self._samples = samples_per_track
        self._tracker = Tracker()
        self._runs: dict[int, _Run] = {}
        self._tracks: list[FaceTrack] = []
        self._on_track = on_track
        self._shot = -1
        self._looks = 0
        self.embedding_s = 0.0
        self.further: tuple[FurtherEmbeddings, ...] = ()

    def see(self, frame: Shown) -> bool:
        """Look at the next frame; return whether the next look should come sooner than usual."""
        if frame.shot != self._shot:
            self._close_shot()
            self._shot = frame.shot
        self._looks += 1
        faces = self._search.find(frame)
        if faces:
            picture = frame.full()
            crops = [reference_crop(picture, face.points) for face in faces]
            before = {run.path.id: run.path.last for run in self._runs.values()}
            paths = self._tracker.follow(frame.at_s, frame.shot, faces, [patch(crop) for crop in crops])
            for path, face, crop in zip(paths, faces, crops, strict=True):
                run = self._record(path, frame.at_s, face, quality(face.size, face.points, face.score, crop), picture)
                run.mouth.see(frame.at_s, face.size, crop)
            restless = any(_restless(self._runs[path.id], before.get(path.id)) for path in paths)
        else:
            restless = False
        self._retire(frame.at_s)
        return restless

    def finish(self) -> tuple[FaceTrack, ...]:
        """End all tracks and return those that count, in order of their first appearance."""
        self._close_shot()
        ordered = sorted(self._tracks, key=lambda track: (track.start_s, track.id))
        again = [self._again[track.id] for track in ordered]
        self._tracks, self._again = [], {}
        self.further = tuple(
            FurtherEmbeddings(model=name, embedded=tuple(each[place] for each in again))
            for place, name in enumerate(self._more)
        )
        return tuple(_renumbered(track, at) for at, track in enumerate(ordered))

    def _record(self, path: Path, at_s: float, face: RawFace, measured: Quality, picture: Picture) -> _Run:
        run = self._runs.get(path.id)
        if run is None:
            run = self._runs[path.id] = _Run(path, self._looks, self._looks, Candidates(self._samples))
        height, width = picture.shape[:2]
        detection = FaceDetection(
            at_s=at_s,
            box=_box(face, width, height),
            score=min(1.0, max(0.0, face.score)),
            size_px=face.size,
            sharpness=measured.sharpness,
            yaw=measured.yaw,
            quality=measured.overall,
        )
        run.detections.append(detection)
        run.last_look = self._looks
        obstacle = measured.obstacle
        if obstacle is not None:
            if measured.overall > run.obstacle_quality:
                run.obstacle, run.obstacle_quality = obstacle, measured.overall
        elif run.candidates.wants(detection):
            crop = self._embedder.crop(picture, face.points)
            more = tuple(embedder.crop(picture, face.points) for embedder in self._more.values())
            run.candidates.add(Candidate(detection, crop, surroundings(picture, face), more))
        return run

    def _retire(self, at_s: float) -> None:
        """End the paths that nothing can continue any more, so that their crops are let go of."""
        open_ids = self._tracker.open_ids(at_s)
        for run_id in [run_id for run_id in self._runs if run_id not in open_ids]:
            self._end(self._runs.pop(run_id))

    def _close_shot(self) -> None:
        for run in self._runs.values():
            self._end(run)
        self._runs = {}
        self._looks = 0

    def _end(self, run: _Run) -> None:
        looks = run.last_look - run.first_look + 1
        if supported(run.detections, looks, self._looks, self._support):
            self._tracks.append(self._track(run))

    def _track(self, run: _Run) -> FaceTrack:
        chosen = run.candidates.chosen()
        self._on_track()
        began_s = perf_counter()
        own = _embedded(self._embedder, chosen, [candidate.crop for candidate in chosen])
        self._again[run.path.id] = tuple(
            _embedded(embedder, chosen, [candidate.further_crops[place] for candidate in chosen])
            for place, embedder in enumerate(self._more.values())
        )
        self.embedding_s += perf_counter() - began_s
        samples = tuple(
            FaceSample(detection=candidate.detection, embedding=embedding, picture=candidate.picture)
            for candidate, embedding in zip(chosen, own.samples, strict=True)
        )
        return FaceTrack(
            id=run.path.id,
            shot=run.path.shot,
            start_s=run.detections[0].at_s,
            end_s=run.detections[-1].at_s,
            detections=thinned(run.detections),
            samples=samples,
            embedding=own.embedding,
            mouth_motion=run.mouth.motion(),
            not_examined=None if samples else (run.obstacle or NotExamined.MODEL_CANNOT_JUDGE),
        )


def _embedded(embedder: FaceEmbedder, chosen: Sequence[Candidate], crops: list[Picture]) -> EmbeddedAgain:
    """Return the embeddings of a track's samples, and their mean weighted by quality."""
    if not chosen:
        return EmbeddedAgain()
    vectors = embedder.embed(crops)
    weights = np.array([max(candidate.detection.quality, 1e-3) for candidate in chosen], np.float32)
    return EmbeddedAgain(
        samples=tuple(vector.astype("<f4").tobytes() for vector in vectors),
        embedding=weighted_mean(vectors, weights).astype("<f4").tobytes(),
    )


def thinned(detections: list[FaceDetection]) -> tuple[FaceDetection, ...]:
    """Return at most about five detections per second, with the first and the last."""
    kept = [detections[0]]
    for detection in detections[1:-1]:
        if detection.at_s - kept[-1].at_s >= TIMELINE_STEP_S - 1e-6:
            kept.append(detection)
    if len(detections) > 1:
        kept.append(detections[-1])
    return tuple(kept)


def _box(face: RawFace, width: int, height: int) -> Box:
    left, right = (min(1.0, max(0.0, edge / width)) for edge in (face.x, face.x + face.width))
    top, bottom = (min(1.0, max(0.0, edge / height)) for edge in (face.y, face.y + face.height))
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _restless(run: _Run, before: RawFace | None) -> bool:
    if before is None or len(run.detections) < _YOUNG_LOOKS:
        return True
    now = run.path.last
    moved = np.hypot(
        now.x + now.width / 2 - before.x - before.width / 2, now.y + now.height / 2 - before.y - before.height / 2
    )
    return bool(moved > _FAST_SHARE * now.size)


def _renumbered(track: FaceTrack, number: int) -> FaceTrack:
    return replace(track, id=number)
