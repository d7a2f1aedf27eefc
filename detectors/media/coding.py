"""Codes a proxy: a small film that seeks quickly and exactly, in memory, with coders that are free of the GPL."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ

SOUND_BITS_PER_S = 32_000
_MILLISECOND = Fraction(1, 1000)
_MATROSKA = "matroska"
_GROUP_S = 0.3
"""Every so often a picture stands by itself: at most so much has to be decoded to show any other."""
_FINEST, _COARSEST = 3, 31
_WRAPPING = 24
"""Bytes that the container needs for a packet, at most, its place in the index included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPlan:
    """What a proxy's picture is to be.

    Attributes:
        width, height: in pixels, even.
        frames_per_s: most frames a second.
        bits_per_s: of the picture, about.
    """

    width: int
    height: int
    frames_per_s: float
    bits_per_s: int


class FilmCoder:
    """Writes pictures and sound into one Matroska file in memory; times are milliseconds from the clip's start.

    Args:
        plan: of the picture; None for sound alone.
        with_sound: whether there will be sound.
        threads: for coding.
    """

    def __init__(self, plan: FilmPlan | None, *, with_sound: bool, threads: int) -> None:
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format=_MATROSKA)
        self._picture: Any = None if plan is None else self._picture_stream(plan, threads)
        self._sound: Any = None
        self._samples = self._coded = 0
        if with_sound:
            self._sound = self._container.add_stream("libopus", rate=SOUND_HZ, layout="mono")
            self._sound.bit_rate = SOUND_BITS_PER_S

    @property
    def size(self) -> int:
        """Bytes so far, about: the container still holds back what belongs together."""
        return self._coded

    @property
    def sound_s(self) -> float:
        """Seconds of sound written so far."""
        return self._samples / SOUND_HZ

    def show(self, frame: av.VideoFrame, at_ms: int) -> None:
        """Add a picture: YUV 4:2:0 of the plan's size, later than the one before."""
        frame.pts, frame.time_base = at_ms, _MILLISECOND
        frame.pict_type = 0  # as the coder sees fit, whatever it was in the clip
        self._write(self._picture.encode(frame))

    def hear(self, block: NDArray[np.int16]) -> None:
        """Add sound, int16 (samples,) at `SOUND_HZ`, that follows what was added before."""
        frame = av.AudioFrame.from_ndarray(block[None, :], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, self._samples, Fraction(1, SOUND_HZ)
        self._samples += len(block)
        self._write(self._sound.encode(frame))

    def finish(self) -> bytes:
        """Return the whole file."""
        for stream in (self._picture, self._sound):
            if stream is not None:
                self._write(stream.encode(None))
        self._container.close()
        return self._file.getvalue()

    def _picture_stream(self, plan: FilmPlan, threads: int) -> Any:  # noqa: ANN401 - PyAV's streams share no base type
        stream = self._container.add_stream("mpeg4", rate=round(plan.frames_per_s) or 1)
        stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
        coder = stream.codec_context
        coder.time_base = _MILLISECOND
        coder.gop_size = max(1, round(plan.frames_per_s * _GROUP_S))
        coder.max_b_frames = 0
        coder.qmin, coder.qmax = _FINEST, _COARSEST
        coder.thread_count = threads
        # libav's rate control for this codec takes the clock's ticks for pictures: measured, and so in its source.
        coder.bit_rate = round(plan.bits_per_s * plan.frames_per_s * _MILLISECOND)
        return stream

    def _write(self, packets: Iterable[Any]) -> None:
        for packet in packets:
            self._coded += packet.size + _WRAPPING
            self._container.mux(packet)
