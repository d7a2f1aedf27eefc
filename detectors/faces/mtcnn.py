"""MTCNN: a cascade of three small networks over a pyramid of the picture (Zhang et al. 2016, mtcnn 1.0.0)."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Floats, Network, Picture, RawFace, keep_strongest

_CELL = 12
_STRIDE = 2
_SHRINK = 0.709
_PROPOSE, _REFINE, _OUTPUT = 0.6, 0.7, 0.8
_MOST_REFINED = 1024
_BATCH = 256


class Mtcnn:
    """MTCNN behind the common interface; follows mtcnn 1.0.0 but for greedy suppression.

    In the reference a box that was itself suppressed still suppresses others, which moves a result by up to 3 % of
    the face's width; greedy suppression is the published algorithm.

    Args:
        propose: input (1, 3, h, w); outputs offsets (1, h', w', 4) and face probability (1, h', w', 2).
        refine: input (n, 3, 24, 24); outputs offsets (n, 4), probability (n, 2).
        locate: input (n, 3, 48, 48); outputs offsets (n, 4), points x1..x5 y1..y5 (n, 10), probability (n, 2).
            All inputs are RGB, (value - 127.5) / 128.
    """

    family = "mtcnn"

    def __init__(self, propose: Network, refine: Network, locate: Network) -> None:
        self._propose = propose
        self._refine = refine
        self._locate = locate

    def detect(self, rgb: Picture, min_face_px: float) -> list[RawFace]:
        """Return the faces of `rgb` whose shorter side is at least `min_face_px`, best score first.

        Below 12 px the networks see nothing, so smaller bounds mean 12.
        """
        picture = ((rgb.astype(np.float32) - 127.5) / 128).astype(np.float32)
        boxes = self._proposals(picture, max(float(_CELL), min_face_px))
        boxes = self._refined(picture, boxes)
        found = self._located(picture, boxes)
        sizes = np.minimum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1])
        return [_face(row) for row in found[sizes >= min_face_px]]

    def _proposals(self, picture: Floats, min_face_px: float) -> Floats:
        """Return square proposals, rows of corners and score, over all scales."""
        height, width = picture.shape[:2]
        found = [np.zeros((0, 5), np.float32)]
        for scale in pyramid(width, height, min_face_px):
            size = (int(width * scale), int(height * scale))
            if min(size) < _CELL:
                continue
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            offsets, faces = self._propose(np.ascontiguousarray(small.transpose(2, 0, 1)[None]))
            rows, columns = np.nonzero(faces[0, :, :, 1] > _PROPOSE)
            corner = np.stack([columns, rows], axis=1).astype(np.float32) * _STRIDE
            square = np.concatenate([corner + 1, corner + _CELL], axis=1)
            # The reference counts a 12 px cell from its first to its last pixel: 11 px.
            square += offsets[0, rows, columns] * (_CELL - 1)
            scores = faces[0, rows, columns, 1].astype(np.float32)
            square = (square / scale).astype(np.float32)
            kept = keep_strongest(square, scores, 0.5)
            found.append(np.concatenate([square[kept], scores[kept, None]], axis=1))
        boxes = np.concatenate(found)
        return squared(boxes[keep_strongest(boxes[:, :4], boxes[:, 4], 0.7)[:_MOST_REFINED]])

    def _refined(self, picture: Floats, boxes: Floats) -> Floats:
        offsets, faces = _in_batches(self._refine, picture, boxes, 24, (4, 2))
        boxes = np.concatenate([_shifted(boxes[:, :4], offsets), faces[:, 1:2]], axis=1)
        boxes = boxes[boxes[:, 4] > _REFINE]
        return squared(boxes[keep_strongest(boxes[:, :4], boxes[:, 4], 0.7)])

    def _located(self, picture: Floats, boxes: Floats) -> Floats:
        """Return rows of corners, score, x1..x5, y1..y5, best score first."""
        offsets, points, faces = _in_batches(self._locate, picture, boxes, 48, (4, 10, 2))
        sides = boxes[:, 2:4] - boxes[:, :2] + 1
        # Points are relative to the box before its last shift, counted from 1.
        across = points[:, :5] * sides[:, :1] + boxes[:, 0:1] - 1
        down = points[:, 5:] * sides[:, 1:] + boxes[:, 1:2] - 1
        rows = np.concatenate([_shifted(boxes[:, :4], offsets), faces[:, 1:2], across, down], axis=1)
        rows = rows[rows[:, 4] > _OUTPUT]
        return np.asarray(rows[keep_strongest(rows[:, :4], rows[:, 4], 0.7, of_smaller=True)], np.float32)


def pyramid(width: int, height: int, min_face_px: float) -> list[float]:
    """Return the scales at which a 12 px cell looks for faces from `min_face_px` up, largest scale first."""
    levels = round(-(math.log(min(width, height) / _CELL) / math.log(_SHRINK) + 1))
    return [_CELL / min_face_px * _SHRINK**level for level in range(levels)]


def squared(boxes: Floats) -> Floats:
    """Return boxes grown to squares about their centres; further columns stay."""
    sides = boxes[:, 2:4] - boxes[:, :2]
    longest = sides.max(axis=1, keepdims=True)
    start = boxes[:, :2] + sides * 0.5 - longest * 0.5
    return np.concatenate([start, start + longest, boxes[:, 4:]], axis=1).astype(np.float32)


def crops(picture: Floats, boxes: Floats, side: int) -> Floats:
    """Return bilinear crops, shape (n, 3, side, side); outside the picture they are 0.

    The coordinates are those of TensorFlow's `crop_and_resize`, which the networks' reference pipeline uses.
    """
    height, width = picture.shape[:2]
    steps = np.arange(side, dtype=np.float64) / (side - 1)
    near_x, part_x, inside_x = _taps(boxes[:, 0], boxes[:, 2], width, steps)
    near_y, part_y, inside_y = _taps(boxes[:, 1], boxes[:, 3], height, steps)
    far_x = np.minimum(near_x + 1, width - 1)
    far_y = np.minimum(near_y + 1, height - 1)
    flat = picture.reshape(-1, 3)

    def pixels(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
        return np.asarray(flat[rows[:, :, None] * width + columns[:, None, :]], np.float32)

    weight_x = part_x[:, None, :, None]
    top = pixels(near_y, near_x) * (1 - weight_x) + pixels(near_y, far_x) * weight_x
    bottom = pixels(far_y, near_x) * (1 - weight_x) + pixels(far_y, far_x) * weight_x
    weight_y = part_y[:, :, None, None]
    mixed = top * (1 - weight_y) + bottom * weight_y
    mixed *= (inside_y[:, :, None] & inside_x[:, None, :])[..., None]
    return np.ascontiguousarray(mixed.transpose(0, 3, 1, 2), np.float32)


def _taps(
    start: Floats, end: Floats, size: int, steps: NDArray[np.float64]
) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    """Return the nearer pixel, the share of the next one, and whether it is inside; each of shape (n, steps)."""
    shrink = (size - 1) / size
    at = start[:, None] * shrink + (end - start)[:, None] * shrink * steps
    inside = (at >= 0) & (at <= size - 1)
    near = np.clip(np.floor(at), 0, size - 1)
    return near.astype(np.intp), (at - near).astype(np.float32), inside


def _in_batches(
    network: Network, picture: Floats, boxes: Floats, side: int, columns: tuple[int, ...]
) -> tuple[Floats, ...]:
    if not len(boxes):
        return tuple(np.zeros((0, width), np.float32) for width in columns)
    parts = [network(crops(picture, boxes[at : at + _BATCH], side)) for at in range(0, len(boxes), _BATCH)]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _shifted(boxes: Floats, offsets: Floats) -> Floats:
    sides = boxes[:, 2:4] - boxes[:, :2] + 1
    return np.asarray(boxes + offsets * np.tile(sides, 2), np.float32)


def _face(row: Floats) -> RawFace:
    left, top, right, bottom, score = (float(value) for value in row[:5])
    return RawFace(left, top, right - left, bottom - top, min(score, 1.0), row[5:15].reshape(2, 5).T.copy())
