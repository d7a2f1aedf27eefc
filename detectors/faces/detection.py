"""Finding faces in one picture, whichever detector does it: the common interface, and what every detector needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""RGB, height x width x 3, as displayed."""

Points = NDArray[np.float32]
"""5 x 2 (x, y) in pixels: eye at image left, eye at image right, nose tip, mouth left, mouth right.

Left and right are those of an upright face; in a picture that lies on its side they turn with it.
"""

Floats = NDArray[np.float32]

Network = Callable[[Floats], tuple[Floats, ...]]
"""A loaded model: one float32 input, outputs in the order of its manifest."""


@dataclass(frozen=True, slots=True)
class RawFace:
    """One face as the detector gave it, in pixels of the picture it was shown.

    Attributes:
        x, y, width, height: may reach beyond the picture's edge.
        score: the detector's own, 0 to 1.
        points: shape (5, 2), see `Points`.
    """

    x: float
    y: float
    width: float
    height: float
    score: float
    points: Points

    @property
    def size(self) -> float:
        """Shorter side of the box, in pixels."""
        return min(self.width, self.height)

    def moved(self, scale: float, dx: float = 0.0, dy: float = 0.0) -> RawFace:
        """Return the face in a picture that is `scale` times as large and begins (dx, dy) earlier, in new pixels."""
        return RawFace(
            self.x * scale + dx,
            self.y * scale + dy,
            self.width * scale,
            self.height * scale,
            self.score,
            (self.points * np.float32(scale) + np.array([dx, dy], np.float32)).astype(np.float32),
        )


class FaceDetector(Protocol):
    """A face detector behind the one interface of all packs."""

    @property
    def family(self) -> str:
        """Name that alignment templates and support rules are chosen by: "yunet", "mtcnn", "scrfd"."""

    def detect(self, rgb: Picture, min_face_px: float) -> list[RawFace]:
        """Return the faces of `rgb` whose shorter side is at least `min_face_px`, best score first."""


class Turn(IntEnum):
    """How far a picture has to be turned clockwise until its faces stand upright, in quarter turns."""

    NONE = 0
    QUARTER = 1
    THREE_QUARTERS = 3


def turned(rgb: Picture, turn: Turn) -> Picture:
    """Return `rgb` turned clockwise by `turn`."""
    return np.ascontiguousarray(np.rot90(rgb, -int(turn)))


def turned_back(face: RawFace, turn: Turn, width: int, height: int) -> RawFace:
    """Return a face found in a turned picture in pixels of the picture as it was, `width` x `height` before turning."""
    if turn is Turn.NONE:
        return face
    x, y = face.points[:, 0], face.points[:, 1]
    if turn is Turn.QUARTER:
        points = np.stack([y, height - x], axis=1)
        left, top = face.y, height - face.x - face.width
    else:
        points = np.stack([width - y, x], axis=1)
        left, top = width - face.y - face.height, face.x
    return replace(face, x=left, y=top, width=face.height, height=face.width, points=points.astype(np.float32))


def detect_at(
    detector: FaceDetector,
    rgb: Picture,
    long_side: int,
    min_face_px: float,
    *,
    pad: float = 0.0,
    turn: Turn = Turn.NONE,
) -> list[RawFace]:
    """Detect in a scaled, padded, turned version of `rgb` and return the faces in pixels of `rgb`.

    Args:
        detector: any detector.
        rgb: the picture.
        long_side: it is shrunk so that its longer side is at most this, in pixels; never enlarged.
        min_face_px: in pixels of `rgb`.
        pad: grey border on each side as a share of the longer side, for faces that fill the picture.
        turn: how far to turn it before looking.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    shown = rgb
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        shown = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    turned_size = shown.shape[1], shown.shape[0]
    shown = turned(shown, turn) if turn is not Turn.NONE else shown
    border = round(pad * max(turned_size))
    if border:
        shown = np.asarray(
            cv2.copyMakeBorder(shown, border, border, border, border, cv2.BORDER_CONSTANT, value=(127, 127, 127)),
            np.uint8,
        )
    found = detector.detect(shown, min_face_px * scale)
    faces = [turned_back(face.moved(1.0, -border, -border), turn, *turned_size) for face in found]
    return [face.moved(1.0 / scale) for face in faces] if scale < 1.0 else faces


def overlaps(box: Floats, boxes: Floats, *, of_smaller: bool = False) -> Floats:
    """Return intersection over union (or over the smaller area) of one box with many; corners, shape (4,), (n, 4)."""
    left = np.maximum(box[0], boxes[:, 0])
    top = np.maximum(box[1], boxes[:, 1])
    right = np.minimum(box[2], boxes[:, 2])
    bottom = np.minimum(box[3], boxes[:, 3])
    shared = np.maximum(0, right - left) * np.maximum(0, bottom - top)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    whole = np.minimum(area, areas) if of_smaller else area + areas - shared
    return np.asarray(shared / np.maximum(whole, 1e-9), np.float32)


def keep_strongest(boxes: Floats, scores: Floats, most_overlap: float, *, of_smaller: bool = False) -> NDArray[np.intp]:
    """Greedy non-maximum suppression: indices of the boxes kept, best score first.

    Args:
        boxes: corners, shape (n, 4).
        scores: shape (n,).
        most_overlap: a box that overlaps a kept one by more is dropped, 0 to 1.
        of_smaller: overlap is counted against the smaller of the two areas.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best = int(order[0])
        kept.append(best)
        rest = order[1:]
        order = rest[overlaps(boxes[best], boxes[rest], of_smaller=of_smaller) <= most_overlap]
    return np.array(kept, np.intp)
