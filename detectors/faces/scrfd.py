"""SCRFD: boxes and five points from one pass over the whole picture (Guo et al. 2021), as InsightFace publishes it."""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.translations import _
from detectors.faces.detection import Floats, Network, Picture, RawFace, keep_strongest
from models import InputContract, to_blob

SCORE_BOUND = 0.5
OVERLAP_BOUND = 0.4
# InsightFace counts a box from its first to its last pixel when it suppresses: sides are one longer.
_LAST_PIXEL = 1.0
_SCORE, _BOX, _POINTS = 1, 4, 10
_STRIDES = {3: (8, 16, 32), 5: (8, 16, 32, 64, 128)}
_ANCHORS = {3: 2, 5: 1}
# A crowd of five hundred has fewer; a file that takes every cell for a face must not hold up the clip.
_MOST_CELLS = 5000


class Scrfd:
    """SCRFD behind the common interface; follows insightface 2.1 (model_zoo/scrfd.py).

    Recipe: RGB (x - 127.5) / 128; per stride s, cell in raster order and anchor, from the cell's corner (col s, row s):
    left, top = corner - d s, right, bottom = corner + d s, point = corner + k s; kept from .5, suppressed above .4.
    A file that takes any size is given the picture as it is, padded right and below with black; one that fixes its
    size is given the picture scaled to fit, in the upper left corner. The original scales every picture to a fixed
    size; and it shrinks bilinearly, which skips pixels, where this one averages them.

    Args:
        network: outputs scores (n, 1), boxes (n, 4) and points (n, 10), each for strides 8, 16, 32 with two anchors a
            cell or for 8 to 128 with one; told apart by their shapes, and by n. Each may have a leading axis of 1.
        contract: of the manifest; its `size_px` is the side that the file fixes, its `multiple_px` one of the largest
            stride.
        name: of the model, for errors.
    """

    family = "scrfd"

    def __init__(self, network: Network, contract: InputContract, name: str) -> None:
        self._network = network
        self._side = contract.size_px
        step = contract.size_px or contract.multiple_px
        self._contract = msgspec.structs.replace(contract, size_px=None, multiple_px=step)
        self._name = name

    def detect(self, rgb: Picture, min_face_px: float) -> list[RawFace]:
        """Return the faces of `rgb` whose shorter side is at least `min_face_px`, best score first.

        Raises:
            ModelsError: the file finds no points, or does not answer as an SCRFD.
        """
        shown, scale = (rgb, 1.0) if self._side is None else _fitted(rgb, self._side)
        blob = to_blob(shown[None], self._contract)
        found = self._decoded(self._network(blob), blob.shape[2], blob.shape[3])
        found[:, :4] /= scale
        found[:, 5:] /= scale
        found = found[np.minimum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]) >= min_face_px]
        counted = found[:, :4] + np.array([0, 0, _LAST_PIXEL, _LAST_PIXEL], np.float32)
        return [_face(row) for row in found[keep_strongest(counted, found[:, 4], OVERLAP_BOUND)]]

    def _decoded(self, outputs: tuple[Floats, ...], height: int, width: int) -> Floats:
        """Return rows of left, top, right, bottom, score, x1, y1 ... x5, y5 for every cell at or above the bound."""
        levels = self._levels(outputs)
        strides, anchors = _STRIDES[len(levels)], _ANCHORS[len(levels)]
        rows: list[Floats] = []
        for (scores, boxes, points), stride in zip(levels, strides, strict=True):
            columns = width // stride
            if not len(scores) == len(boxes) == len(points) == (height // stride) * columns * anchors:
                raise self._strange(f"{len(scores)} cells at stride {stride} of {width} x {height}")
            at: NDArray[np.intp] = np.flatnonzero(scores[:, 0] >= SCORE_BOUND)
            cells = at // anchors
            corner = (np.stack([cells % columns, cells // columns], axis=1) * stride).astype(np.float32)
            sides = boxes[at] * stride
            marks = np.tile(corner, 5) + points[at] * stride
            rows.append(np.concatenate([corner - sides[:, :2], corner + sides[:, 2:], scores[at], marks], axis=1))
        found = np.concatenate(rows).astype(np.float32)
        found = found[np.isfinite(found).all(axis=1)]
        return found[np.argsort(-found[:, 4], kind="stable")[:_MOST_CELLS]]

    def _levels(self, outputs: tuple[Floats, ...]) -> list[tuple[Floats, Floats, Floats]]:
        """Return scores, boxes and points of each stride, the finest first."""
        kinds: dict[int, list[Floats]] = {_SCORE: [], _BOX: [], _POINTS: []}
        for output in outputs:
            flat = output[0] if output.ndim == 3 and len(output) == 1 else output
            if flat.ndim != 2 or flat.shape[1] not in kinds:
                raise self._strange(f"an output of shape {output.shape}")
            kinds[flat.shape[1]].append(flat)
        counts = [len(kind) for kind in kinds.values()]
        if counts[0] == counts[1] in _STRIDES and counts[2] == 0:
            raise ModelsError(
                _("The model “{name}” finds faces, but not their eyes, nose and mouth, which are needed.").format(
                    name=self._name
                ),
                remedy=_(
                    "Choose a face detector that gives five points; of SCRFD's files, one called “bnkps” or “kps”."
                ),
            )
        if counts[0] not in _STRIDES or len(set(counts)) != 1:
            raise self._strange(f"{len(outputs)} outputs")
        ordered = [sorted(kind, key=len, reverse=True) for kind in kinds.values()]
        return list(zip(*ordered, strict=True))

    def _strange(self, details: str) -> ModelsError:
        return ModelsError(
            _("The model “{name}” does not answer as a face detector of its kind (SCRFD) does.").format(
                name=self._name
            ),
            remedy=_("Choose another pack, or install the model from its publisher's file."),
            details=details,
        )


def _fitted(rgb: Picture, side: int) -> tuple[Picture, float]:
    """Return the picture at the largest size that fits into a square, and its scale."""
    height, width = rgb.shape[:2]
    ratio = height / width
    size = (max(1, int(side / ratio)), side) if ratio > 1 else (side, max(1, int(side * ratio)))
    scale = size[1] / height
    if scale == 1.0:
        return rgb, scale
    way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=way), np.uint8), scale


def _face(row: Floats) -> RawFace:
    left, top, right, bottom, score = (float(value) for value in row[:5])
    return RawFace(left, top, right - left, bottom - top, min(score, 1.0), row[5:15].reshape(5, 2).copy())
