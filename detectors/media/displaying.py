from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation, VideoReformatter

from detectors.media.tone import is_high_dynamic_range, tone_map

Picture = npt.NDArray[np.uint8]
"""RGB, (height, width, 3), 0 to 255, C-contiguous."""

_STRANGEST_ASPECT = 8
_SQUARE_ENOUGH = 0.005
_BT709, _BT470BG, _SMPTE170M, _BT2020 = 1, 5, 6, 9
_SWS_709, _SWS_601, _SWS_2020 = 1, 5, 9
_KNOWN_MATRICES = {
    _BT709: _SWS_709,
    4: 4,
    _BT470BG: _SWS_601,
    _SMPTE170M: _SWS_601,
    7: 7,
    _BT2020: _SWS_2020,
    10: _SWS_2020,
}
_HD_HEIGHT = 720
_LIMITED = 1
"""Brightness from 16 to 235 (AVCOL_RANGE_MPEG)."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """How stored pixels become the displayed picture: stretched to square pixels, then mirrored, then turned.

    Attributes:
        width, height: displayed, in square pixels.
        turns: quarter turns counter-clockwise.
        mirrored: left and right exchanged before turning.
    """

    width: int
    height: int
    turns: int
    mirrored: bool

    def stored(self, long_side: int | None) -> tuple[int, int]:
        """Return the (width, height) to scale stored pixels to, so that the displayed longer side is `long_side`.

        Never larger than the displayed size; at least 1 x 1.
        """
        width, height = (self.height, self.width) if self.turns % 2 else (self.width, self.height)
        longest = max(width, height)
        if long_side is None or long_side >= longest:
            return width, height
        return max(1, round(width * long_side / longest)), max(1, round(height * long_side / longest))

    def turn(self, picture: Picture) -> Picture:
        """Return a stored picture the way it is displayed."""
        if self.mirrored:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(np.rot90(picture, self.turns))


def geometry_of(frame: av.VideoFrame, aspect: Fraction | None, max_pixels: int) -> Geometry:
    """Return how a frame is displayed.

    Args:
        frame: the decoded frame; its display matrix is used where it has one.
        aspect: width of a stored pixel over its height; None or nonsense means square.
        max_pixels: a pixel shape that would blow the picture up beyond this is not believed.
    """
    width, height = frame.width, frame.height
    # A hair off square is rounding in the container, not a shape.
    if (
        aspect is not None
        and abs(aspect - 1) > _SQUARE_ENOUGH
        and Fraction(1, _STRANGEST_ASPECT) <= aspect <= _STRANGEST_ASPECT
    ):
        stretched = max(1, round(width * aspect))
        if stretched * height <= max_pixels:
            width = stretched
    turns, mirrored = _orientation(frame)
    if turns % 2:
        width, height = height, width
    return Geometry(width, height, turns, mirrored)


def _orientation(frame: av.VideoFrame) -> tuple[int, bool]:
    """Quarter turns counter-clockwise and mirroring, from the display matrix (ISO/IEC 14496-12, 6.2.2)."""
    matrix = cast(Any, frame.side_data).get("DISPLAYMATRIX")
    if matrix is None or len(bytes(matrix)) < 36:
        return 0, False
    a, b, _u, c, d, *_rest = struct.unpack("=9i", bytes(matrix)[:36])
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    angle = np.degrees(np.arctan2(b, a))
    return round(-angle / 90) % 4, mirrored


class Converter:
    """Turns decoded frames into displayed RGB pictures; a scaler is kept for each use, its set-up is not repeated."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._scalers: dict[int | None, VideoReformatter] = {}

    def convert(self, frame: av.VideoFrame, geometry: Geometry, long_side: int | None) -> Picture:
        """Return the displayed picture, its longer side at most `long_side` pixels (None: full resolution).

        Alpha is put on white; PQ and HLG are tone-mapped to what a standard screen shows.
        """
        width, height = geometry.stored(long_side)
        high_range = is_high_dynamic_range(frame.color_trc)
        with_alpha = "a" in frame.format.name.split("p")[0] and any(part.is_alpha for part in frame.format.components)
        target = "rgb48le" if high_range else "rgba" if with_alpha else "rgb24"
        scaled = self._scalers.setdefault(long_side, VideoReformatter()).reformat(
            frame,
            width,
            height,
            target,
            src_colorspace=_matrix_of(frame),
            interpolation=Interpolation.BILINEAR
            if (width, height) != (frame.width, frame.height)
            else Interpolation.BICUBIC,
            threads=self._threads,
        )
        stored = scaled.to_ndarray()
        if high_range:
            return geometry.turn(tone_map(stored.astype(np.uint16, copy=False), frame.color_trc, frame.color_primaries))
        return geometry.turn(
            on_white(stored.astype(np.uint8, copy=False)) if with_alpha else stored.astype(np.uint8, copy=False)
        )

    def coded(
        self, frame: av.VideoFrame, size: tuple[int, int], geometry: Geometry | None = None
    ) -> av.VideoFrame | None:
        """Return a picture as coders take it: YUV 4:2:0, BT.601, 8 bits.

        Args:
            frame: decoded, or RGB.
            size: (width, height) in pixels.
            geometry: how a decoded frame is displayed; None for one that is as displayed.

        Returns:
            None where it has to be turned, mirrored, laid on white or tone-mapped first, which `convert` does.
        """
        turned = geometry is not None and (geometry.turns or geometry.mirrored)
        if turned or is_high_dynamic_range(frame.color_trc) or any(part.is_alpha for part in frame.format.components):
            return None
        return self._scalers.setdefault(-1, VideoReformatter()).reformat(
            frame,
            *size,
            "yuv420p",
            src_colorspace=_matrix_of(frame),
            dst_colorspace=_SWS_601,
            dst_color_range=_LIMITED,
            interpolation=Interpolation.BILINEAR,
            threads=self._threads,
        )


def on_white(rgba: npt.NDArray[np.uint8]) -> Picture:
    """Return an RGBA picture, uint8 (height, width, 4), laid on white."""
    alpha = rgba[:, :, 3:].astype(np.uint16)
    laid = (rgba[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return laid.astype(np.uint8)


def _matrix_of(frame: av.VideoFrame) -> int:
    """The YUV matrix in swscale's numbers; where the file says none, by size, as players do."""
    known = _KNOWN_MATRICES.get(int(frame.colorspace))
    if known is not None:
        return known
    return _SWS_709 if frame.height >= _HD_HEIGHT else _SWS_601
