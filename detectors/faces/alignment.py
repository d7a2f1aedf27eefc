"""Bringing a face to a fixed place by its five points, as an embedder expects it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Floats, Picture, Points

Affine = NDArray[np.float64]
"""2 x 3 matrix from picture pixels to crop pixels."""

REFERENCE_SIDE = 112
REFERENCE_TEMPLATE: Points = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""The ArcFace template (Deng et al. 2019), by which quality and appearance are measured whatever the embedder."""

_SHRINK_BELOW = 0.5


def similarity(points: Points, template: Points) -> Affine:
    """Return the least-squares similarity (turn, scale, shift; no mirroring) that takes `points` to `template`.

    Umeyama 1991 for two dimensions, where it is a linear regression of complex numbers.

    Args:
        points: shape (n, 2), n >= 2, not all the same.
        template: where they shall come to lie, same shape.
    """
    source = points[:, 0].astype(np.float64) + 1j * points[:, 1].astype(np.float64)
    target = template[:, 0].astype(np.float64) + 1j * template[:, 1].astype(np.float64)
    centred = source - source.mean()
    spread = float(np.sum(np.abs(centred) ** 2))
    factor = np.sum(np.conj(centred) * (target - target.mean())) / max(spread, 1e-9)
    shift = target.mean() - factor * source.mean()
    return np.array([[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]], np.float64)


def aligned(rgb: Picture, points: Points, template: Points, side: int) -> Picture:
    """Return the `side` x `side` crop of `rgb` in which `points` lie as near to `template` as a similarity brings them.

    Bilinear, the picture's edge repeated outside. A face more than twice as large as the crop is shrunk by areas
    first, else bilinear sampling would skip pixels.
    """
    matrix = similarity(points, template)
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    region, left, top = _region(rgb, matrix, side)
    # Pixel (x, y) of the region is pixel (x + left, y + top) of the picture.
    matrix = matrix @ _lifted(1.0, left, top)
    if scale < _SHRINK_BELOW:
        height, width = region.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        region = np.asarray(cv2.resize(region, size, interpolation=cv2.INTER_AREA), np.uint8)
        back_x, back_y = width / size[0], height / size[1]
        matrix = matrix @ np.array(
            [[back_x, 0, back_x / 2 - 0.5], [0, back_y, back_y / 2 - 0.5], [0, 0, 1]], np.float64
        )
    crop = cv2.warpAffine(region, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def reference_crop(rgb: Picture, points: Points) -> Picture:
    """Return the 112 x 112 crop by which quality and appearance are measured."""
    return aligned(rgb, points, REFERENCE_TEMPLATE, REFERENCE_SIDE)


def _lifted(scale: float, dx: float, dy: float) -> Affine:
    return np.array([[scale, 0, dx], [0, scale, dy], [0, 0, 1]], np.float64)


def _region(rgb: Picture, matrix: Affine, side: int) -> tuple[Picture, int, int]:
    """Return the part of the picture that the crop needs, with its left and top, so that 4K frames cost no more."""
    back = np.linalg.inv(np.vstack([matrix, [0.0, 0.0, 1.0]]))
    corners = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]], np.float64) @ back.T
    height, width = rgb.shape[:2]
    margin = 4.0 / max(math.hypot(matrix[0, 0], matrix[1, 0]), 1e-6)
    low: Floats = corners[:, :2].min(axis=0) - margin
    high: Floats = corners[:, :2].max(axis=0) + margin
    left, top = int(np.clip(low[0], 0, width - 1)), int(np.clip(low[1], 0, height - 1))
    right, bottom = int(np.clip(high[0] + 1, left + 1, width)), int(np.clip(high[1] + 1, top + 1, height))
    return rgb[top:bottom, left:right], left, top
