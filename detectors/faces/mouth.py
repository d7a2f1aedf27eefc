"""Whether a mouth moves within its face: what tells a photograph that somebody speaks over from a face that may speak.

Between two looks the mouth of a picture changes as much as its eyes and nose do; that of somebody who speaks changes
more. A living face that is silent cannot be told from one that speaks: it blinks, smiles and breathes
(docs/adr/0022-mismatch.md has the figures).
"""

from __future__ import annotations

from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.faces.detection import Picture

SMALLEST_PX = 110.0
"""Below this shorter side a face shows too little of its mouth: the reference crop is 112 px."""

FEWEST_PAIRS = 6

# Looks closer than this hardly differ; between looks further apart the head has turned.
_CLOSEST_S, _FURTHEST_S = 0.15, 0.4

# In the reference crop: left, right, top, bottom.
_MOUTH = (34, 78, 78, 109)
_EYES_AND_NOSE = (26, 86, 38, 74)

_BLUR_PX = 1.0
_SHIFT_PX = 3
_NOISE = 0.005

Grey = NDArray[np.float32]


class MouthWatch:
    """Compares a face with itself from look to look."""

    def __init__(self) -> None:
        self._last: tuple[float, Grey] | None = None
        self._changes: list[float] = []

    def see(self, at_s: float, size_px: float, crop: Picture) -> None:
        """Take one look; what is too small, or too soon after the last one taken, is passed over.

        Args:
            at_s: ascending.
            size_px: shorter side of the face.
            crop: its reference crop, shape (112, 112, 3).
        """
        if size_px < SMALLEST_PX or (self._last is not None and at_s - self._last[0] < _CLOSEST_S):
            return
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
        now = np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR_PX), np.float32)
        if self._last is not None and at_s - self._last[0] <= _FURTHEST_S:
            before = self._last[1]
            self._changes.append(_change(before, now, _MOUTH) / (_change(before, now, _EYES_AND_NOSE) + _NOISE))
        self._last = at_s, now

    def motion(self) -> float | None:
        """Return how much more the mouth changes than eyes and nose, the median; None after too few looks."""
        return median(self._changes) if len(self._changes) >= FEWEST_PAIRS else None


def _change(before: Grey, now: Grey, region: tuple[int, int, int, int]) -> float:
    """Return 1 minus the best normalised correlation of a region within a few pixels of its place, 0 to 2."""
    left, right, top, bottom = region
    place = now[top - _SHIFT_PX : bottom + _SHIFT_PX, left - _SHIFT_PX : right + _SHIFT_PX]
    found = cv2.matchTemplate(place, before[top:bottom, left:right], cv2.TM_CCOEFF_NORMED)
    return min(2.0, max(0.0, 1.0 - float(found.max())))
