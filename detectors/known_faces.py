"""Faces that the self-tests know: a portrait, changed copies of it, other faces made of it, and a drawn one.

The portrait is the one of NASA that scikit-image carries, in the public domain. Copies keep the face and change the
picture: mirrored, turned, smaller, darker, blurred. The others keep the picture and change the face: eyes, nose, mouth
and jaw moved by up to a quarter of the distance of the eyes. An embedder that works finds the copies more alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Picture, Points

PORTRAIT_POINTS: Points = np.array(
    [[200.1, 101.8], [247.1, 102.6], [220.4, 124.5], [198.6, 142.8], [239.7, 143.6]], np.float32
)
"""Where YuNet finds them; other detectors differ by a tenth of the distance of the eyes."""

_Move = tuple[float, float, float, float, float]
"""Around (x, y) everything within about `reach` moves by (dx, dy): x, y, dx, dy, reach, in distances of the eyes from
the point between them."""

_OTHERS: tuple[tuple[_Move, ...], ...] = (
    ((-0.5, 0, -0.16, 0, 0.3), (0.5, 0, 0.16, 0, 0.3), (0, 0.5, 0, -0.16, 0.3)),
    ((-0.5, 0, 0.16, 0, 0.3), (0.5, 0, -0.16, 0, 0.3), (0, 0.5, 0, 0.16, 0.3), (0, 0.9, 0, 0.16, 0.4)),
    ((-0.8, 0.9, -0.25, 0, 0.4), (0.8, 0.9, 0.25, 0, 0.4), (0, 0.9, 0, -0.12, 0.3)),
    ((-0.8, 0.9, 0.25, 0, 0.4), (0.8, 0.9, -0.25, 0, 0.4), (0, 1.3, 0, 0.2, 0.4)),
    (
        (-0.5, 0, 0, -0.16, 0.25),
        (0.5, 0, 0, -0.16, 0.25),
        (-0.5, -0.3, 0, 0.15, 0.2),
        (0.5, -0.3, 0, 0.15, 0.2),
        (0, 0.9, 0, 0.1, 0.3),
    ),
    ((-0.3, 0.9, -0.15, 0, 0.25), (0.3, 0.9, 0.15, 0, 0.25), (-0.2, 0.5, -0.15, 0, 0.2), (0.2, 0.5, 0.15, 0, 0.2)),
)


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A picture with one face whose points are known."""

    picture: Picture
    points: Points


@cache
def portrait() -> KnownFace:
    """Return the portrait, 512 x 512."""
    from skimage.data import astronaut

    return KnownFace(np.ascontiguousarray(astronaut()), PORTRAIT_POINTS)


@cache
def copies() -> tuple[KnownFace, ...]:
    """Return seven pictures of the same face, each changed as cameras, phones and programs change them."""
    face = portrait()
    noise = np.random.default_rng(0).normal(0, 12, face.picture.shape)
    bright = np.clip(face.picture.astype(np.float32) * 1.25 + 10, 0, 255).astype(np.uint8)
    dark = (255 * (face.picture / 255.0) ** 1.8).astype(np.uint8)
    return (
        changed_copy(),
        _turned(face, 12.0),
        _compressed(_smaller(face, 0.5), 40),
        KnownFace(np.asarray(cv2.GaussianBlur(face.picture, (0, 0), 2.0), np.uint8), face.points),
        KnownFace(bright, face.points),
        KnownFace(dark, face.points),
        KnownFace(np.clip(face.picture + noise, 0, 255).astype(np.uint8), face.points),
    )


@cache
def others() -> tuple[KnownFace, ...]:
    """Return six pictures that are the portrait but for the face, which has other proportions."""
    return tuple(_with_moved(portrait(), moves) for moves in _OTHERS)


def grey(face: KnownFace) -> KnownFace:
    """Return a face without its colours."""
    level = cv2.cvtColor(face.picture, cv2.COLOR_RGB2GRAY)
    return KnownFace(np.asarray(cv2.cvtColor(level, cv2.COLOR_GRAY2RGB), np.uint8), face.points)


def changed_copy() -> KnownFace:
    """Return the portrait mirrored, smaller, darker and compressed: the other one of the known pair."""
    face = portrait()
    mirrored = KnownFace(np.ascontiguousarray(face.picture[:, ::-1]), _mirrored(face.points, face.picture.shape[1]))
    smaller = _smaller(mirrored, 0.7)
    return _compressed(KnownFace((smaller.picture * 0.75).astype(np.uint8), smaller.points), 60)


def _compressed(face: KnownFace, quality: int) -> KnownFace:
    bgr = cv2.cvtColor(face.picture, cv2.COLOR_RGB2BGR)
    _done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert decoded is not None  # what the line above encoded
    return KnownFace(np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8), face.points)


def drawn(side: int) -> Picture:
    """Return a drawn face, aligned as embedders want it, (side, side, 3): two eyes, a nose, a mouth."""
    canvas = np.full((side, side, 3), (90, 120, 160), np.uint8)
    unit = side / 100
    cv2.ellipse(canvas, _at(50, 52, unit), (round(36 * unit), round(46 * unit)), 0, 0, 360, (214, 172, 140), -1)
    for x in (34, 66):
        cv2.ellipse(canvas, _at(x, 42, unit), (round(7 * unit), round(4 * unit)), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(canvas, _at(x, 42, unit), round(3 * unit), (40, 30, 25), -1)
    cv2.line(canvas, _at(50, 46, unit), _at(47, 62, unit), (180, 130, 105), max(1, round(2 * unit)))
    cv2.ellipse(canvas, _at(50, 76, unit), (round(15 * unit), round(5 * unit)), 0, 0, 180, (150, 60, 60), -1)
    return canvas


def _mirrored(points: Points, width: int) -> Points:
    turned = points * np.array([-1, 1], np.float32) + np.array([width - 1, 0], np.float32)
    return turned[[1, 0, 2, 4, 3]]


def _smaller(face: KnownFace, factor: float) -> KnownFace:
    small = cv2.resize(face.picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return KnownFace(np.asarray(small, np.uint8), face.points * np.float32(factor))


def _turned(face: KnownFace, degrees: float) -> KnownFace:
    centre = face.points.mean(axis=0)
    turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), degrees, 1.0)
    size = face.picture.shape[1], face.picture.shape[0]
    picture = cv2.warpAffine(face.picture, turn, size, borderMode=cv2.BORDER_REPLICATE)
    points = face.points @ turn[:, :2].T + turn[:, 2]
    return KnownFace(np.asarray(picture, np.uint8), points.astype(np.float32))


def _with_moved(face: KnownFace, moves: tuple[_Move, ...]) -> KnownFace:
    """Return a face of which parts were moved, softly, each pulling its surroundings along."""
    left, right = face.points[0].astype(np.float64), face.points[1].astype(np.float64)
    apart = float(np.linalg.norm(right - left))
    across = (right - left) / apart
    down = np.array([-across[1], across[0]])
    height, width = face.picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    from_x, from_y = columns.copy(), rows.copy()
    points = face.points.astype(np.float64)
    for x, y, dx, dy, reach in moves:
        centre = (left + right) / 2 + apart * (x * across + y * down)
        shift = apart * (dx * across + dy * down)
        pull = _pull(columns - centre[0], rows - centre[1], reach * apart)
        from_x, from_y = from_x - pull * shift[0], from_y - pull * shift[1]
        offsets = points - centre
        points = points + _pull(offsets[:, 0], offsets[:, 1], reach * apart)[:, None] * shift
    picture = cv2.remap(
        face.picture,
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return KnownFace(np.asarray(picture, np.uint8), points.astype(np.float32))


def _pull(dx: NDArray[np.float64], dy: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-(dx**2 + dy**2) / (2 * reach**2)), np.float64)


def _at(x: float, y: float, unit: float) -> tuple[int, int]:
    return round(x * unit), round(y * unit)
