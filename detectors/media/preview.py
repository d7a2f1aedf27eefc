"""A proxy of a clip: what the window plays in place of the file, which it never opens (docs/adr/0036)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import BinaryIO

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.wire import (
    MOST_PROXY_FRAMES,
    PIECE_LIMIT,
    PROXY_LIMIT,
    ExamineSettings,
    FailureCode,
    Piece,
    Preview,
    Previewed,
    ProxyKind,
)
from detectors import verifier
from detectors.failure import MediaFailure
from detectors.media.ahead import Ahead
from detectors.media.coding import SOUND_BITS_PER_S, FilmCoder, FilmPlan
from detectors.media.decoded import DecodedFrame, Footage
from detectors.media.displaying import Converter
from detectors.media.footage import open_footage
from detectors.media.progress import OnProgress
from detectors.media.sniffing import sniff
from detectors.media.sounds import Ear
from detectors.media.streams import StreamFrame

STILL_LONG_SIDE_PX = 1280
OnPiece = Callable[[Piece], None]

_LONGEST_SIDE_PX, _SHORTEST_SIDE_PX = 1280, 16
_TIERS = ((480, 30.0, 1_600_000), (360, 25.0, 700_000), (240, 15.0, 280_000), (180, 10.0, 120_000), (144, 5.0, 40_000))
"""Shorter side in pixels, frames and bits a second: the first that fits the clip's length is taken, or the last."""
_PLANNED_SHARE = 0.85
"""Of the limit: the coder's bits are a mean, and the container takes some."""
_RESERVE = 512 * 1024
_STILL_QUALITY = 88
_MOST_READY, _READY_BYTES = 8, 48 * 1024 * 1024


def make_preview(request: Preview, source: BinaryIO, on_progress: OnProgress, on_piece: OnPiece) -> Previewed:
    """Hand out a clip's proxy piece by piece; return what it is.

    Times and boxes of the clip's observations hold in it: it begins with the clip, is turned and has square pixels as
    the clip is displayed, and shows each frame within a millisecond of its time.

    Args:
        request: how long the clip is; its path is not opened.
        source: the file, opened for reading and seekable.
        on_progress: called often with (step, done, total).
        on_piece: gets the pieces, in order.

    Raises:
        MediaFailure: the file is none that can be examined.
    """
    settings = ExamineSettings(max_pixels=request.max_pixels, threads=request.threads)
    container = sniff(source)
    on_progress("opening", 0.0, 0.0)
    sha256 = verifier.sha256_of(source, on_progress)
    sound = _Sound()
    footage = open_footage(source, container, settings, on_progress, sound.listen)
    try:
        making = _Making(request, footage, sound, on_progress)
        content, proxy = making.still() if footage.still else making.film()
    finally:
        footage.close()
    for start in range(0, len(content), PIECE_LIMIT):
        on_piece(Piece(content=content[start : start + PIECE_LIMIT]))
    return Previewed(sha256=sha256, size=len(content), **asdict(proxy))


def film_plan(width: int, height: int, duration_s: float) -> FilmPlan:
    """Return what the picture of a clip's proxy is to be, so that all of it fits `PROXY_LIMIT`.

    Args:
        width: of the clip as displayed, in pixels; the proxy's is even and no larger, but at least 16.
        height: likewise.
        duration_s: of the clip.
    """
    most_bits_per_s = PROXY_LIMIT * 8 * _PLANNED_SHARE / max(duration_s, 1.0) - SOUND_BITS_PER_S
    side, frames_per_s, bits_per_s = next((tier for tier in _TIERS if tier[2] <= most_bits_per_s), _TIERS[-1])
    scale = min(1.0, side / min(width, height), _LONGEST_SIDE_PX / max(width, height))
    return FilmPlan(
        width=max(_SHORTEST_SIDE_PX, round(width * scale / 2) * 2),
        height=max(_SHORTEST_SIDE_PX, round(height * scale / 2) * 2),
        frames_per_s=frames_per_s,
        bits_per_s=bits_per_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proxy:
    kind: ProxyKind
    duration_s: float = 0.0
    width: int = 0
    height: int = 0
    sounds: bool = False
    frames_ms: bytes = b""


class _Sound:
    """Keeps what is heard of the first stream until it is coded: decoding goes on in another thread than coding.

    Attributes:
        blocks: int16 (samples,), in order.
        on_block: called after each, where nothing else would code it.
    """

    def __init__(self) -> None:
        self.blocks: deque[NDArray[np.int16]] = deque()
        self.on_block: Callable[[], None] | None = None
        self._stream: int | None = None

    @property
    def expected(self) -> bool:
        return self._stream is not None

    def listen(self, stream: int) -> Ear | None:
        if self._stream is not None:
            return None
        self._stream = stream
        return self._hear

    def _hear(self, block: NDArray[np.float32]) -> None:
        self.blocks.append((np.clip(block, -1, 1) * 32767).astype(np.int16))
        if self.on_block is not None:
            self.on_block()


class _Making:
    def __init__(self, request: Preview, footage: Footage, sound: _Sound, on_progress: OnProgress) -> None:
        self._request = request
        self._footage = footage
        self._sound = sound
        self._on_progress = on_progress
        self._converter = Converter(request.threads)
        self._coder: FilmCoder | None = None
        self._plan: FilmPlan | None = None
        self._frames_ms: list[int] = []
        self._end_s = 0.0

    def still(self) -> tuple[bytes, _Proxy]:
        frame = next(iter(self._footage.frames()), None)
        if frame is None:
            raise MediaFailure(FailureCode.NOTHING_DECODED)
        rgb = frame.picture(STILL_LONG_SIDE_PX)
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        _, packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _STILL_QUALITY])
        return packed.tobytes(), _Proxy(kind=ProxyKind.STILL, width=rgb.shape[1], height=rgb.shape[0])

    def film(self) -> tuple[bytes, _Proxy]:
        if not self._footage.has_picture:
            # No frame will come between: what is heard would pile up.
            self._sound.on_block = self._code_sound
        frames: Ahead[DecodedFrame] = Ahead(iter(self._footage.frames()), _ready_most)
        try:
            for frame in frames:
                if not self._take(frame):
                    break
            else:
                self._code_sound()
        finally:
            frames.close()
        if self._coder is None:
            raise MediaFailure(FailureCode.NOTHING_DECODED)
        sound_s = self._coder.sound_s
        content = self._coder.finish()
        if len(content) > PROXY_LIMIT:
            raise MediaFailure(FailureCode.IMPLAUSIBLE, "a proxy over the limit")
        return content, _Proxy(
            kind=ProxyKind.SOUND if self._plan is None else ProxyKind.FILM,
            duration_s=max(self._end_s, sound_s),
            width=self._plan.width if self._plan else 0,
            height=self._plan.height if self._plan else 0,
            sounds=sound_s > 0,
            frames_ms=np.array(self._frames_ms, "<u4").tobytes(),
        )

    def _take(self, frame: DecodedFrame) -> bool:
        """Code a frame where one is due; return whether there is room for more."""
        self._on_progress("previewing", frame.at_s, self._request.duration_s)
        if self._plan is None:
            self._begin(film_plan(frame.width, frame.height, self._request.duration_s))
        assert self._plan is not None
        assert self._coder is not None
        self._end_s = max(self._end_s, frame.at_s + frame.lasts_s)
        at_ms = round(frame.at_s * 1000)
        if not self._frames_ms and at_ms > 0:
            self._show(_black(self._plan), 0)
        if not self._frames_ms or at_ms - self._frames_ms[-1] >= 1000 / self._plan.frames_per_s - 2:
            self._show(self._coded(frame, self._plan), at_ms)
        self._code_sound(frame.at_s)
        return self._coder.size < PROXY_LIMIT - _RESERVE and len(self._frames_ms) < MOST_PROXY_FRAMES - 2

    def _begin(self, plan: FilmPlan | None) -> None:
        self._plan = plan
        self._coder = FilmCoder(plan, with_sound=self._sound.expected, threads=self._request.threads)

    def _show(self, frame: av.VideoFrame, at_ms: int) -> None:
        assert self._coder is not None
        self._coder.show(frame, at_ms)
        self._frames_ms.append(at_ms)

    def _coded(self, frame: DecodedFrame, plan: FilmPlan) -> av.VideoFrame:
        size = (plan.width, plan.height)
        if isinstance(frame, StreamFrame):
            coded = self._converter.coded(frame.frame, size, frame.geometry)
            if coded is not None:
                return coded
        coded = self._converter.coded(av.VideoFrame.from_ndarray(frame.picture(max(size)), "rgb24"), size)
        assert coded is not None  # what is displayed needs no turning
        return coded

    def _code_sound(self, until_s: float | None = None) -> None:
        """Code what was heard: nothing beyond the picture while there is one, all of it at the end."""
        if self._coder is None and self._sound.blocks:
            self._begin(None)
        while self._sound.blocks and self._coder is not None:
            if until_s is not None and self._coder.sound_s > until_s:
                return
            if self._coder.size >= PROXY_LIMIT - _RESERVE:
                return
            self._coder.hear(self._sound.blocks.popleft())
            if self._plan is None:
                self._on_progress("previewing", self._coder.sound_s, self._request.duration_s)


def _black(plan: FilmPlan) -> av.VideoFrame:
    luma = np.full((plan.height, plan.width), 16, np.uint8)
    chroma = np.full((plan.height // 2, plan.width), 128, np.uint8)
    return av.VideoFrame.from_ndarray(np.concatenate((luma, chroma)), "yuv420p")


def _ready_most(first: DecodedFrame) -> int:
    return min(_MOST_READY, _READY_BYTES // (first.width * first.height * 3 // 2 + 1))
