"""YuNet: boxes and five points from one pass over the whole picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Floats, Network, Picture, RawFace, keep_strongest
from models import InputContract, to_blob

SCORE_BOUND = 0.6
OVERLAP_BOUND = 0.3
_STRIDES = (8, 16, 32)


class YuNet:
    """YuNet 2023mar or 2026may behind the common interface.

    Recipe: BGR 0-255 unscaled, padded right and bottom to a multiple of 32; per stride s and cell in raster order
    score = sqrt(cls * obj), centre ((col + dx) s, (row + dy) s), size (e^dw s, e^dh s), points ((col + kx) s,
    (row + ky) s); kept from .6, suppressed above .3 (as `cv2.FaceDetectorYN` does).

    Args:
        network: outputs cls, obj, bbox, kps, each for strides 8, 16, 32 in turn (12 arrays of shape (1, cells, k)).
        contract: of the manifest; it pads to a multiple of 32.
    """

    family = "yunet"

    def __init__(self, network: Network, contract: InputContract) -> None:
        self._network = network
        self._contract = contract

    def detect(self, rgb: Picture, min_face_px: float) -> list[RawFace]:
        """Return the faces of `rgb` whose shorter side is at least `min_face_px`, best score first."""
        blob = to_blob(rgb[None], self._contract)
        found = _decoded(self._network(blob), blob.shape[3])
        found = found[np.minimum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]) >= min_face_px]
        kept = found[keep_strongest(found[:, :4], found[:, 4], OVERLAP_BOUND)]
        return [_face(row) for row in kept]


def _decoded(outputs: tuple[Floats, ...], padded_width: int) -> Floats:
    """Return rows of left, top, right, bottom, score, x1, y1 ... x5, y5 for every cell at or above the bound."""
    rows: list[Floats] = []
    for at, stride in enumerate(_STRIDES):
        classes, objects, boxes, points = (outputs[at + 3 * kind][0] for kind in range(4))
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        cells: NDArray[np.intp] = np.flatnonzero(scores >= SCORE_BOUND)
        columns = padded_width // stride
        corner = np.stack([cells % columns, cells // columns], axis=1).astype(np.float32)
        centre = (corner + boxes[cells, :2]) * stride
        half = np.exp(boxes[cells, 2:4]) * (stride / 2)
        marks = (np.tile(corner, 5) + points[cells]) * stride
        rows.append(np.concatenate([centre - half, centre + half, scores[cells, None], marks], axis=1))
    return np.concatenate(rows).astype(np.float32)


def _face(row: Floats) -> RawFace:
    left, top, right, bottom, score = (float(value) for value in row[:5])
    return RawFace(left, top, right - left, bottom - top, score, row[5:15].reshape(5, 2).copy())
