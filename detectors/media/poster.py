"""The picture that stands for a clip: one of the first that are looked at, well exposed and never black."""

from __future__ import annotations

import cv2
import numpy as np

from detectors.media.displaying import Picture

LONGEST_SIDE_PX = 320
MOST_LOOKS, LATEST_S = 24, 6.0
_QUALITY, _MOST_BYTES = 85, 200_000
_MIDDLE, _DARKEST, _BRIGHTEST = 112.0, 24.0, 236.0
_FLAT = 6.0
_GOOD_ENOUGH = 0.75


class Poster:
    """Chooses among a clip's first pictures; asks for no more of them once it has a good one."""

    def __init__(self) -> None:
        self._best: Picture | None = None
        self._worth = -1.0
        self._looks = 0

    def wants(self, at_s: float) -> bool:
        """Return whether a picture of that time could still be a better one."""
        searching = self._worth < _GOOD_ENOUGH and self._looks < MOST_LOOKS and at_s <= LATEST_S
        return searching or self._worth <= 0

    def see(self, picture: Picture) -> None:
        """Take a look at the next picture: RGB, longer side at most `LONGEST_SIDE_PX`."""
        self._looks += 1
        worth = _worth(picture)
        if worth > self._worth:
            self._best, self._worth = picture.copy(), worth

    def jpeg(self) -> bytes:
        """Return the best as a JPEG; empty where no picture was seen, or every one was black or blank."""
        if self._best is None or self._worth <= 0:
            return b""
        bgr = cv2.cvtColor(self._best, cv2.COLOR_RGB2BGR)
        _, packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        content = packed.tobytes()
        return content if len(content) <= _MOST_BYTES else b""


def _worth(picture: Picture) -> float:
    """0 for a black, white or blank picture, up to 1: brightness near the middle, and something to see in it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    mean, spread = float(np.mean(grey)), float(np.std(grey))
    if not _DARKEST < mean < _BRIGHTEST or spread < _FLAT:
        return 0.0
    exposure = 1 - abs(mean - _MIDDLE) / _MIDDLE
    return max(0.05, exposure) * min(1.0, 0.5 + spread / 80)
