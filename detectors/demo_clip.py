"""Makes the demo's clip: the NASA portrait that scikit-image carries, moving over drawn backgrounds, with one cut.

A program of its own (`python -m detectors.demo_clip CLIP PHOTO`): it reads nothing foreign and writes the two files
named. The encoder is libavcodec's own MPEG-4 part 2, under the LGPL (THIRD-PARTY.md).
"""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT, FRAMES_PER_S, SECONDS = 960, 540, 25, 8
CUT_S = 4.5


def make(clip: Path, photo: Path) -> None:
    """Write the clip (MP4, 8 s) and the photo (PNG) it is enrolled from."""
    portrait = _portrait()
    # A photo of the same person that is not the clip's own picture: mirrored, smaller, a little darker.
    photographed = cv2.resize(portrait[:, ::-1], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(photo), cv2.cvtColor((photographed * 0.9).astype(np.uint8), cv2.COLOR_RGB2BGR))
    with av.open(str(clip), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 4_000_000
        stream.time_base = Fraction(1, FRAMES_PER_S)
        for number in range(SECONDS * FRAMES_PER_S):
            picture = _frame(portrait, number / FRAMES_PER_S)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def portrait_frame(at_s: float) -> Picture:
    """Return the clip's picture at a moment, RGB (540, 960, 3); it goes on beyond the clip's end."""
    return _frame(_portrait(), at_s)


def _portrait() -> Picture:
    from skimage.data import astronaut

    return np.ascontiguousarray(astronaut())


def _frame(portrait: Picture, at_s: float) -> Picture:
    first = at_s < CUT_S
    background = _background(at_s, first)
    scale = (0.75 + 0.1 * math.sin(at_s)) if first else (1.0 + 0.05 * math.cos(at_s))
    centre_x = WIDTH * ((0.3 + 0.05 * at_s) if first else (0.62 - 0.02 * (at_s - CUT_S)))
    angle = 5 * math.sin(1.7 * at_s)
    turn = cv2.getRotationMatrix2D((portrait.shape[1] / 2, portrait.shape[0] / 2), angle, scale)
    turn[:, 2] += (centre_x - portrait.shape[1] / 2, HEIGHT * 0.52 - portrait.shape[0] / 2)
    size = (WIDTH, HEIGHT)
    moved = cv2.warpAffine(portrait, turn, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpAffine(_oval(portrait.shape[0]), turn, size, flags=cv2.INTER_LINEAR)[:, :, None]
    light = 1.0 + 0.08 * math.sin(2.3 * at_s)
    return np.clip(background * (1 - mask) + moved * light * mask, 0, 255).astype(np.uint8)


def _oval(side: int) -> NDArray[np.float32]:
    """Return a soft oval around the portrait's head and shoulders, 0 to 1."""
    mask = np.zeros((side, side), np.float32)
    cv2.ellipse(mask, (int(side * 0.46), int(side * 0.34)), (int(side * 0.27), int(side * 0.33)), 0, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), side / 60), np.float32)


def _background(at_s: float, first: bool) -> NDArray[np.float32]:
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    top, bottom = ((32, 60, 110), (190, 205, 225)) if first else ((120, 62, 48), (240, 205, 160))
    canvas = np.repeat(
        np.asarray(top, np.float32) * (1 - rows) + np.asarray(bottom, np.float32) * rows, WIDTH, axis=1
    ).copy()
    for number in range(6):
        x = int((number * 190 + 30 * at_s * (1 + number % 3)) % (WIDTH + 200)) - 100
        y = int(HEIGHT * (0.15 + 0.13 * number))
        colour = tuple(float(value) * 0.92 for value in canvas[min(y, HEIGHT - 1), 0])
        cv2.circle(canvas, (x, y), 46 + 9 * number, colour, -1, cv2.LINE_AA)
    return canvas


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
