"""Where and how large to look for faces in a frame: detectors are fast on small pictures and blind to small faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from detectors.faces.detection import FaceDetector, Picture, RawFace, Turn, detect_at, keep_strongest


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionPlan:
    """How one detector family spends its time.

    Attributes:
        usual_side, usual_px: longer side of the picture in which every looked-at frame is searched, and the smallest
            face looked for in it; both in pixels of that picture.
        large_side, large_px: the same for the thorough look.
        still_side: longer side for the thorough look at a photograph.
        thorough_every_s: time to the second thorough look at a shot; each that finds nothing new doubles it,
        thorough_most_s: up to this. Rescues are tried at the former.
        rescue_score: least score of a face that is only found with a border or in a turned picture.
        sure_score: a face found upright with this score needs no second look.
        turned_score: least score of a face found in a turned picture where a weaker one was found upright; patterns
            in upright faces reach nearly that.
    """

    usual_side: int
    usual_px: float
    large_side: int
    large_px: float
    still_side: int
    thorough_every_s: float
    thorough_most_s: float
    rescue_score: float
    sure_score: float
    turned_score: float


PLANS = {
    "yunet": DetectionPlan(
        usual_side=640,
        usual_px=10,
        large_side=1280,
        large_px=10,
        still_side=1920,
        thorough_every_s=1.0,
        thorough_most_s=4.0,
        rescue_score=0.8,
        sure_score=0.8,
        turned_score=0.88,
    ),
    "mtcnn": DetectionPlan(
        usual_side=640,
        usual_px=24,
        large_side=1280,
        large_px=20,
        still_side=1600,
        thorough_every_s=1.0,
        thorough_most_s=4.0,
        rescue_score=0.97,
        sure_score=0.99,
        turned_score=0.995,
    ),
    # As YuNet's: one pass that sees faces from 10 px; 640 px is its author's size too. A photo is not searched in a
    # larger picture than a frame is: 1920 px square take the 10 GFLOP network 4 s and 0.5 GB more. The scores are not
    # measured (see `detectors.faces.support.SUPPORT`): as far between a bound of .5 and 1 as YuNet's between .6 and 1.
    "scrfd": DetectionPlan(
        usual_side=640,
        usual_px=10,
        large_side=1280,
        large_px=10,
        still_side=1280,
        thorough_every_s=1.0,
        thorough_most_s=4.0,
        rescue_score=0.75,
        sure_score=0.75,
        turned_score=0.85,
    ),
}
"""By detector family; a family without a plan of its own uses that of "yunet"."""

_BORDER = 0.25
# Photographs this small are tight crops of one face, which detectors find better with a border of 40 px (models.md §3).
_TIGHT_PX, _TIGHT_BORDER_PX = 160, 40.0
_SAME_FACE = 0.4
# Distance of the eyes over that from eyes to mouth: .9 from the front, .6 at 45 degrees.
_UPRIGHT_EYES = 0.5


class Shown(Protocol):
    """What the search needs of a frame."""

    @property
    def at_s(self) -> float:
        """Seconds from the clip's start."""

    @property
    def shot(self) -> int:
        """Index of the shot."""

    @property
    def width(self) -> int:
        """Full resolution."""

    @property
    def height(self) -> int:
        """Full resolution."""

    def small(self, long_side: int) -> Picture:
        """Return the frame with its longer side at most `long_side`."""

    def full(self) -> Picture:
        """Return the frame at full resolution."""


@dataclass(frozen=True, slots=True)
class _Rescue:
    turn: Turn
    pad: float


_RESCUES = (_Rescue(Turn.NONE, _BORDER), _Rescue(Turn.QUARTER, 0.0), _Rescue(Turn.THREE_QUARTERS, 0.0))


class FaceSearch:
    """Finds the faces of each frame of one clip, remembering what worked in the shot.

    Every frame is searched at the usual size. At each new shot, as long as it finds more, and now and then, a larger
    picture is searched too, for small faces. Where nothing sure is found the frame is tried with a border (a face that
    fills the picture) and turned by a quarter either way (a clip that lies on its side).

    Args:
        detector: any.
        min_face_px: smallest face wanted, shorter side in pixels of the full frame.
        still: the clip is one photograph, which is worth every look.
        on_look: called before each look: there are up to five in a frame, and a large network takes a second for one.
    """

    def __init__(
        self,
        detector: FaceDetector,
        min_face_px: float,
        *,
        still: bool = False,
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        self._detector = detector
        self._plan = PLANS.get(detector.family, PLANS["yunet"])
        self._min_face_px = min_face_px
        self._still = still
        self._on_look = on_look
        self._shot = -1
        self._thorough_at_s = self._rescued_at_s = -1e9
        self._thorough_wait_s = self._plan.thorough_every_s
        self._thorough_pays = False
        self._rescue: _Rescue | None = None
        self._rescue_pays = False

    def find(self, frame: Shown) -> list[RawFace]:
        """Return the faces of a frame, in pixels of the full frame."""
        if frame.shot != self._shot:
            self._shot = frame.shot
            self._thorough_at_s = self._rescued_at_s = -1e9
            self._thorough_wait_s = self._plan.thorough_every_s
            self._thorough_pays = self._rescue_pays = False
        thorough = self._thorough_due(frame)
        if thorough:
            frame.small(self._thorough_side)  # of which the usual picture is made more quickly than of the frame
        faces = self._looked(frame, self._plan.usual_side, self._plan.usual_px)
        if thorough:
            faces = self._thorough(frame, faces)
        # A lying face may be half found upright, with points in the wrong places: a sure find of the rescue goes first.
        return united(self._rescued(frame, faces), faces)

    def _looked(
        self, frame: Shown, long_side: int, smallest_px: float, turn: Turn = Turn.NONE, pad: float = 0.0
    ) -> list[RawFace]:
        self._on_look()
        small = frame.small(long_side)
        scale = max(frame.width, frame.height) / max(small.shape[:2])
        tight = self._still and max(frame.width, frame.height) <= _TIGHT_PX
        if tight and turn is Turn.NONE:
            pad = _TIGHT_BORDER_PX / max(small.shape[:2])
        least = max(smallest_px, self._min_face_px / scale)
        found = detect_at(self._detector, small, long_side, least, pad=pad, turn=turn)
        return [face.moved(scale) for face in found]

    @property
    def _thorough_side(self) -> int:
        return self._plan.still_side if self._still else self._plan.large_side

    def _thorough_due(self, frame: Shown) -> bool:
        plan = self._plan
        due = self._thorough_pays or frame.at_s - self._thorough_at_s >= self._thorough_wait_s
        return due and (max(frame.width, frame.height) > plan.usual_side or plan.large_px < plan.usual_px)

    def _thorough(self, frame: Shown, faces: list[RawFace]) -> list[RawFace]:
        plan = self._plan
        both = united(faces, self._looked(frame, self._thorough_side, plan.large_px))
        first, paid = self._thorough_at_s < 0, self._thorough_pays
        self._thorough_at_s, self._thorough_pays = frame.at_s, len(both) > len(faces)
        self._thorough_wait_s = (
            plan.thorough_every_s
            if first or paid or self._thorough_pays
            else min(2 * self._thorough_wait_s, plan.thorough_most_s)
        )
        return both

    def _rescued(self, frame: Shown, faces: list[RawFace]) -> list[RawFace]:
        """Return what a border or turning finds where nothing sure was found: at once where it helped in this shot."""
        plan = self._plan
        sure = any(_convincing(face, plan.sure_score) for face in faces)
        attempts: tuple[_Rescue, ...] = (self._rescue,) if self._rescue and (self._rescue_pays or not sure) else ()
        if not sure and frame.at_s - self._rescued_at_s >= plan.thorough_every_s:
            self._rescued_at_s = frame.at_s
            attempts += tuple(rescue for rescue in _RESCUES if rescue is not self._rescue)
        self._rescue_pays = False
        best: list[RawFace] = []
        for rescue in attempts:
            found = self._looked(frame, plan.usual_side, plan.large_px, rescue.turn, rescue.pad)
            found = [face for face in found if self._believed(face, faces, rescue.turn)]
            if found and (not best or found[0].score > best[0].score):
                best = found
                self._rescue, self._rescue_pays = rescue, rescue.turn is not Turn.NONE
            if rescue.turn is Turn.NONE and any(_convincing(face, plan.sure_score) for face in found):
                break
        return best

    def _believed(self, face: RawFace, faces: list[RawFace], turn: Turn) -> bool:
        rivals = [other for other in faces if len(united([other], [face])) == 1]
        competing = bool(rivals) and turn is not Turn.NONE
        least = self._plan.turned_score if competing else self._plan.rescue_score
        return face.score >= least and all(face.score > other.score for other in rivals)


def _convincing(face: RawFace, score: float) -> bool:
    """Tell whether a face surely stands upright: a lying one is found with its eyes close together, like a profile."""
    between = float(np.hypot(*(face.points[1] - face.points[0])))
    height = float(np.hypot(*(face.points[3:].mean(axis=0) - face.points[:2].mean(axis=0))))
    return face.score >= score and between >= _UPRIGHT_EYES * height


def united(faces: list[RawFace], more: list[RawFace]) -> list[RawFace]:
    """Return `faces` and those of `more` that are none of them."""
    together = [*faces, *more]
    if not faces or not more:
        return together
    boxes = np.array([[f.x, f.y, f.x + f.width, f.y + f.height] for f in together], np.float32)
    # The first list wins whatever its scores: ranks, not scores, decide who is kept.
    ranks = -np.arange(len(together), dtype=np.float32)
    kept = keep_strongest(boxes, ranks, _SAME_FACE, of_smaller=True)
    return [together[at] for at in kept]
