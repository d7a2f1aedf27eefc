from __future__ import annotations

import av
import cv2
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 32, 18
_OVER = 4
"""Points taken per thumbnail pixel in each direction; their mean keeps noise and compression out of the comparison."""

Thumbnail = npt.NDArray[np.float32]
"""Luma, (HEIGHT, WIDTH), 0 to 255. The whole picture is squeezed into it, whatever its shape."""

# Formats whose first plane is brightness (green for planar RGB), one sample after the other.
_PLANAR_STARTS = (
    "yuv4",
    "yuvj4",
    "yuva4",
    "nv12",
    "nv16",
    "nv21",
    "nv24",
    "gray",
    "gbrp",
    "gbrap",
    "p01",
    "p21",
    "p41",
    "ya8",
)


def luma_thumbnail(frame: av.VideoFrame) -> Thumbnail:
    """Return a frame's thumbnail, by picking points of its first plane; nothing is converted for the usual formats."""
    name = frame.format.name
    plane = frame.planes[0]
    bits = frame.format.components[0].bits
    if not name.startswith(_PLANAR_STARTS) or name.endswith("be") or plane.line_size <= 0 or bits > 16 or "f32" in name:
        small = frame.reformat(WIDTH * _OVER, HEIGHT * _OVER, "gray", interpolation="FAST_BILINEAR")
        return _pick(
            np.frombuffer(memoryview(small.planes[0]), np.uint8).reshape(-1, small.planes[0].line_size),
            small.width,
            small.height,
            1.0,
        )
    kind = np.uint8 if bits <= 8 else np.uint16
    rows = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind().itemsize)
    step = 2 if name == "ya8" else 1
    # p010 and its kin keep their bits at the top of the word, the others at the bottom.
    shift = 8 if name.startswith(("p01", "p21", "p41")) else bits - 8
    return _pick(rows[:, ::step], frame.width, frame.height, 1.0 / (1 << max(0, shift)))


def array_thumbnail(picture: npt.NDArray[np.uint8]) -> Thumbnail:
    """Return the thumbnail of an RGB picture, uint8 (height, width, 3), from its green channel."""
    return _pick(picture[:, :, 1], picture.shape[1], picture.shape[0], 1.0)


def _pick(rows: npt.NDArray[np.generic], width: int, height: int, scale: float) -> Thumbnail:
    down = (np.arange(HEIGHT * _OVER) * height) // (HEIGHT * _OVER)
    across = (np.arange(WIDTH * _OVER) * width) // (WIDTH * _OVER)
    # Every frame passes here: rows first and OpenCV's mean take a fifth of what one gathering and numpy's would.
    points = rows[down].take(across, axis=1).astype(np.float32)
    mean = cv2.resize(points, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(mean * np.float32(scale), np.float32)
