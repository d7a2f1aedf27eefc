"""How good a picture of a face is: decides which samples are used and what cannot be judged at all.

Measured on the reference crop (112 px, ArcFace template), so that the figures mean the same for every detector and
embedder; docs/accuracy.md tells them. Nothing here knows whose face it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from countenance.observations import NotExamined
from detectors.faces.detection import Picture, Points

SMALLEST_PX = 24.0
"""Below this shorter side a face is not judged: retail-0095 loses 10 points of TAR at 24 px, dlib nearly all."""

BLUREST = 0.08
"""Below this sharpness a face is not judged: about a 112 px face behind a Gaussian blur of 5 px."""

WIDEST_YAW = 0.9
"""Beyond this yaw (about 64 degrees) a face is not judged: one eye is hidden and the points no longer align it."""

# log10 of the normalised Laplacian variance: -0.8 is the median of sharp portraits of 112 px and more, -3.0 lies
# under a 112 px face blurred by 4 px; a 32 px face enlarged to 112 px lies at -1.4.
_BLURRED, _SHARP = -3.0, -0.8
_NOISE = 25.0
# A face of 112 px and more gains nothing from being larger: embedders see 112 to 150 px.
_FULL_SIZE_PX, _NO_SIZE_PX = 112.0, 12.0
# Up to about ten degrees a face counts as frontal.
_FRONTAL_YAW = 0.15


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of one detection.

    Attributes:
        sharpness: 0 blurred to 1 sharp.
        yaw: -1 (profile to image left) to 1 (profile to image right).
        overall: 0 to 1, size, sharpness, pose and score together.
    """

    size_px: float
    sharpness: float
    yaw: float
    overall: float

    @property
    def obstacle(self) -> NotExamined | None:
        """Why a face like this cannot be judged; None where it can."""
        if self.size_px < SMALLEST_PX:
            return NotExamined.TOO_SMALL
        if self.sharpness < BLUREST:
            return NotExamined.TOO_BLURRED
        if abs(self.yaw) > WIDEST_YAW:
            return NotExamined.POSE
        return None


def quality(size_px: float, points: Points, score: float, crop: Picture) -> Quality:
    """Measure one detection.

    Args:
        size_px: shorter side of its box at full resolution.
        points: its five points, any scale.
        score: the detector's, 0 to 1.
        crop: its reference crop, shape (112, 112, 3).

    Returns:
        The overall quality is sqrt(size) * sqrt(sharpness) * pose * score, each 0 to 1; size grows from 12 to 112 px
        evenly, pose is 1 up to a yaw of .15 and falls as a cosine to 0 at a yaw of 1.
    """
    sharp = sharpness(crop)
    turn = yaw(points)
    size = min(1.0, max(0.0, (size_px - _NO_SIZE_PX) / (_FULL_SIZE_PX - _NO_SIZE_PX)))
    pose = math.cos(max(0.0, abs(turn) - _FRONTAL_YAW) / (1 - _FRONTAL_YAW) * math.pi / 2)
    overall = math.sqrt(size * sharp) * max(0.0, pose) * min(1.0, max(0.0, score))
    return Quality(size_px, sharp, turn, overall)


def sharpness(crop: Picture) -> float:
    """Return 0 (blurred) to 1 (sharp): variance of the Laplacian over that of the grey values, on a log scale.

    Dividing by the variance of the picture makes it independent of contrast (after Pech-Pacheco et al. 2000).
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # The middle only: hair and background say nothing about the face.
    grey = grey[16:104, 16:96]
    detail = float(cv2.Laplacian(grey, cv2.CV_32F).var()) / (float(grey.var()) + _NOISE)
    return min(1.0, max(0.0, (math.log10(detail + 1e-9) - _BLURRED) / (_SHARP - _BLURRED)))


def yaw(points: Points) -> float:
    """Return -1 (profile to image left) to 1 (profile to image right), 0 frontal: about the sine of the angle.

    The nose tip stands out before the plane of eyes and mouth corners by about half the distance between eyes and
    mouth, so a turned head shows it that far from the middle line at most. The distance between the eyes would do for
    scale only near the front, where it hardly shrinks.
    """
    eyes = points[:2].mean(axis=0)
    mouth = points[3:].mean(axis=0)
    down = mouth - eyes
    height = float(np.hypot(down[0], down[1]))
    between = float(np.hypot(*(points[1] - points[0])))
    # Square to the middle line: with an eye hidden the line through the eyes is not to be trusted.
    across = np.array([down[1], -down[0]], np.float64) / max(height, 1e-6)
    aside = float((points[2] - (eyes + mouth) / 2) @ across)
    # A head bent down or up shortens the middle line; the eyes' distance is then the better measure.
    return min(1.0, max(-1.0, aside / max(0.5 * max(height, 0.9 * between), 1e-6)))
