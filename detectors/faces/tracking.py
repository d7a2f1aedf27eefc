"""Following faces through one shot: which detection continues which track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Floats, Picture, RawFace

LONGEST_GAP_S = 0.8
"""A face not seen for longer begins a new track."""

_PATCH_SIDE = 16
# Cost of taking a detection for a track's next: 0 the same place and size, 1 and more impossible.
_IMPOSSIBLE = 1e3
_MOST_COST = 1.0
# A face may move by this share of its size and grow or shrink by this factor between two looks, more after a gap.
_REACH, _REACH_PER_S = 0.7, 1.5
_SIZE_FACTOR = 2.0
# Likeness of two patches (-1 to 1): the same face a quarter of a second later lies above .6 but for sudden turns, those
# of different people mostly below .5. Asked for where a box stays, where it jumps, and where it jumps but neither the
# path nor the face has another choice within reach.
_STAYED_LIKENESS, _JUMPED_LIKENESS, _ALONE_LIKENESS = 0.1, 0.55, 0.35
_STAYED_OVERLAP = 0.35
_PATCH_KEPT = 0.6
# So many faces are paired by trying all 24 orders.
_FEW = 4


def patch(crop: Picture) -> Floats:
    """Return a small grey patch of a reference crop, zero mean and unit length, shape (256,): an appearance cue."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_PATCH_SIDE, _PATCH_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    return np.asarray(small / max(float(np.linalg.norm(small)), 1e-6), np.float32)


@dataclass(slots=True)
class Path:
    """The run of one face as far as it is known.

    Attributes:
        id: unique in the clip, in order of appearance.
        last: the face as last seen, in pixels of the full frame.
        velocity: of its centre, pixels per second, smoothed.
        look: running appearance patch, see `patch`.
    """

    id: int
    shot: int
    first_s: float
    last_s: float
    last: RawFace
    look: Floats
    velocity: Floats = field(default_factory=lambda: np.zeros(2, np.float32))


class Tracker:
    """Assigns the faces of each looked-at frame to paths, one to one (Hungarian method), within one shot.

    Overlap and distance decide; where a box jumps, appearance must agree, so that two people who cross or trade places
    keep their own tracks. It never compares with anybody enrolled.
    """

    def __init__(self) -> None:
        self._open: list[Path] = []
        self._next_id = 0
        self._shot = 0

    def follow(self, at_s: float, shot: int, faces: list[RawFace], looks: list[Floats]) -> list[Path]:
        """Return the path of each face, in the order of `faces`; a new path where none fits.

        Args:
            at_s: later than in any call before.
            shot: index of the shot; paths of other shots are closed.
            faces: in pixels of the full frame.
            looks: appearance patch of each face.
        """
        self._open = [path for path in self._open if path.shot == shot and at_s - path.last_s <= LONGEST_GAP_S]
        seen = list(zip(faces, looks, strict=True))
        reach = np.array([[_within_reach(path, at_s, face) for face in faces] for path in self._open], np.bool_)
        reach = reach.reshape(len(self._open), len(faces))
        alone = (reach.sum(axis=0, keepdims=True) == 1) & (reach.sum(axis=1, keepdims=True) == 1)
        costs = np.full(reach.shape, _IMPOSSIBLE)
        for row, column in zip(*np.nonzero(reach), strict=True):
            costs[row, column] = _cost(self._open[row], at_s, *seen[column], alone=bool(alone[row, column]))
        found: dict[int, Path] = {}
        for row, column in cheapest_pairs(costs):
            if costs[row, column] <= _MOST_COST:
                path = self._open[row]
                _extend(path, at_s, faces[column], looks[column])
                found[column] = path
        for column, (face, look) in enumerate(seen):
            if column not in found:
                path = Path(self._next_id, shot, at_s, at_s, face, look)
                self._next_id += 1
                self._open.append(path)
                found[column] = path
        return [found[column] for column in range(len(faces))]

    def open_ids(self, at_s: float) -> frozenset[int]:
        """Return the paths that a face seen after `at_s` could still continue."""
        return frozenset(path.id for path in self._open if at_s - path.last_s <= LONGEST_GAP_S)


def cheapest_pairs(costs: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of row and column, each row and column at most once, that cost least together.

    Args:
        costs: shape (rows, columns); as many pairs as its shorter side is long.
    """
    rows, columns = costs.shape
    if max(rows, columns) > _FEW:
        # Loading it takes a third of a second, which most clips can do without.
        from scipy.optimize import linear_sum_assignment

        for row, column in zip(*linear_sum_assignment(costs), strict=True):
            yield int(row), int(column)
        return
    table = (costs if rows <= columns else costs.T).tolist()
    best = min(permutations(range(max(rows, columns)), len(table)), key=lambda order: _cost_of(table, order))
    for row, column in enumerate(best):
        yield (row, column) if rows <= columns else (column, row)


def _cost_of(table: list[list[float]], order: tuple[int, ...]) -> float:
    return sum(costs[column] for costs, column in zip(table, order, strict=True))


def _corners(face: RawFace, dx: float = 0.0, dy: float = 0.0) -> Floats:
    left, top = face.x + dx, face.y + dy
    return np.array([left, top, left + face.width, top + face.height], np.float32)


def _drifts(path: Path, at_s: float) -> tuple[Floats, Floats]:
    """Return how far the path has moved on by then if it went on, and if it stopped: the better of both counts."""
    return path.velocity * np.float32(at_s - path.last_s), np.zeros(2, np.float32)


def _away(path: Path, at_s: float, face: RawFace) -> float:
    """Return the distance between path and face as a share of what a face can move meanwhile."""
    size = float(np.sqrt(path.last.width * path.last.height * face.width * face.height)) ** 0.5
    nearest = min(_distance(path.last, face, drift) for drift in _drifts(path, at_s))
    return float(nearest / size) / (_REACH + _REACH_PER_S * (at_s - path.last_s))


def _within_reach(path: Path, at_s: float, face: RawFace) -> bool:
    grown = max(face.size / path.last.size, path.last.size / face.size)
    return grown <= _SIZE_FACTOR and _away(path, at_s, face) <= 1


def _cost(path: Path, at_s: float, face: RawFace, look: Floats, *, alone: bool) -> float:
    likeness = float(path.look @ look)
    overlap = max(_overlap(path.last, face, drift) for drift in _drifts(path, at_s))
    jumped = _ALONE_LIKENESS if alone else _JUMPED_LIKENESS
    if likeness < (_STAYED_LIKENESS if overlap >= _STAYED_OVERLAP else jumped):
        return _IMPOSSIBLE
    return 0.5 * (1 - overlap) + 0.3 * _away(path, at_s, face) + 0.2 * (1 - likeness)


def _overlap(one: RawFace, other: RawFace, drift: Floats) -> float:
    first, second = _corners(one, float(drift[0]), float(drift[1])), _corners(other)
    shared = np.maximum(0, np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2])).prod()
    return float(shared / max(one.width * one.height + other.width * other.height - shared, 1e-6))


def _distance(one: RawFace, other: RawFace, drift: Floats) -> float:
    return float(np.hypot(*(_centre(one) + drift - _centre(other))))


def _centre(face: RawFace) -> Floats:
    return np.array([face.x + face.width / 2, face.y + face.height / 2], np.float32)


def _extend(path: Path, at_s: float, face: RawFace, look: Floats) -> None:
    passed = max(at_s - path.last_s, 1e-6)
    path.velocity = (0.5 * path.velocity + 0.5 * (_centre(face) - _centre(path.last)) / passed).astype(np.float32)
    mixed = _PATCH_KEPT * path.look + (1 - _PATCH_KEPT) * look
    path.look = np.asarray(mixed / max(float(np.linalg.norm(mixed)), 1e-6), np.float32)
    path.last, path.last_s = face, at_s
