"""Frames and clips made here: the NASA portrait of scikit-image over drawn backgrounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from skimage.data import astronaut

from detectors.faces.detection import Picture, RawFace


@dataclass(frozen=True)
class StillFrame:
    """A frame as the search and the follower need it."""

    rgb: Picture
    at_s: float = 0.0
    shot: int = 0

    @property
    def width(self) -> int:
        return self.rgb.shape[1]

    @property
    def height(self) -> int:
        return self.rgb.shape[0]

    def small(self, long_side: int) -> Picture:
        scale = min(1.0, long_side / max(self.rgb.shape[:2]))
        if scale == 1.0:
            return self.rgb
        size = (round(self.width * scale), round(self.height * scale))
        return np.asarray(cv2.resize(self.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)

    def full(self) -> Picture:
        return self.rgb


@cache
def portrait(side: int = 512) -> Picture:
    """Return the portrait at a size; its face is about a fifth as wide and lies left above the middle."""
    return np.asarray(cv2.resize(astronaut(), (side, side), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def background(width: int, height: int, seed: int = 0) -> Picture:
    """Return soft coloured clouds."""
    spots = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def scene(width: int, height: int, *pasted: tuple[Picture, int, int], seed: int = 0) -> Picture:
    """Return a background with pictures pasted at (left, top)."""
    picture = background(width, height, seed).copy()
    for patch, left, top in pasted:
        picture[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
    return picture


def face_at(x: float, y: float, size: float = 40.0, score: float = 0.9) -> RawFace:
    """Return a detection with plausible points."""
    shares = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)
    points = shares * np.float32(size) + np.array([x, y], np.float32)
    return RawFace(x, y, size, size, score, points.astype(np.float32))


def write_clip(path: Path, frames: list[Picture], frames_per_s: int = 10) -> Path:
    """Write an MPEG-4 clip (part 2: made here without a GPL encoder)."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=frames_per_s)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 4_000_000
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return path
