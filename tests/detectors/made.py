"""Makes small clips for tests of the reader: moving patterns whose every frame can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def pattern(number: int, *, scene: int = 0, width: int = 160, height: int = 120) -> Picture:
    """A textured picture of a scene, with a square that moves on by some pixels in each frame."""
    rng = np.random.default_rng(scene)
    rough = rng.integers(20, 236, (9, 12, 3), dtype=np.uint8)
    down = np.arange(height) * 9 // height
    across = np.arange(width) * 12 // width
    picture = rough[down[:, None], across].copy()
    left = (number * 3) % (width - 20)
    picture[height // 3 : height // 3 + 20, left : left + 20] = 255
    return picture


def write_clip(
    path: Path,
    pictures: Sequence[Picture],
    *,
    stamps: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 25),
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    shape: Callable[[av.VideoStream], None] = lambda stream: None,
    sound_s: float = 0.0,
    format: str | None = None,  # noqa: A002 - PyAV's own word
) -> Path:
    """Write a clip with the given frames at the given stamps (default: one after the other)."""
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.time_base = stream.codec_context.time_base = time_base
        shape(stream)
        sound = container.add_stream("aac", rate=16000, layout="mono") if sound_s else None
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number if stamps is None else stamps[number]
            frame.time_base = time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _write_tone(container, sound, sound_s)
    return path


def write_sound(path: Path, seconds: float) -> Path:
    """Write a file with a tone and no picture."""
    with av.open(str(path), "w") as container:
        _write_tone(container, container.add_stream("aac", rate=16000, layout="mono"), seconds)
    return path


def _write_tone(container, stream, seconds: float) -> None:
    for number in range(int(seconds * 16000) // 1024):
        tone = np.sin(np.arange(number * 1024, (number + 1) * 1024) / 16000 * 440 * 6.2832) * 0.2
        frame = av.AudioFrame.from_ndarray(tone.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, number * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
