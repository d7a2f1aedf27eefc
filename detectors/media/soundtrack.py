"""One stream of sound as detectors hear it: one channel, 16 kHz, without holes, on the clip's clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from detectors.media.mixing import Mixer
from detectors.media.opening import READING_ERRORS
from detectors.media.timing import AHEAD_JUMP_S, BACKWARD_JUMP_S

Floats = NDArray[np.float32]

LONGEST_SOUND_S = 24 * 3600.0
"""Nobody listens further than this; a few kilobytes can be made to last for years."""
LONGEST_SILENCE_S = 3600.0
"""Most silence that stamps may ask for, all their gaps together, beyond as much again as there is sound."""
_BLOCK = SOUND_HZ
_TOLERANCE_S = 0.1
"""Stamps that are off by less are rounding, or a writer's jitter: the samples follow one another."""
_LOWEST_HZ, _HIGHEST_HZ = 1_000, 768_000


class Soundtrack:
    """Places the decoded frames of one stream on the clip's clock, brings them to 16 kHz and mixes them.

    What stamps leave open is filled with silence; what they lay over earlier sound follows it instead, so that nothing
    that can be heard is lost. A large jump back begins a new count, as with the picture (`detectors.media.timing`).

    Args:
        zero_s: the clip's start on the container's count, in seconds; None where the first stamp is the start.
        jumps: the container is one that is joined at will, whose stamps may jump without a pause.

    Attributes:
        samples: samples per channel that were decoded.
        damaged: something could not be read or placed.
        doubted: stamps led so far ahead that they were not followed; lengths that follow from them say nothing.
    """

    def __init__(self, zero_s: float | None, *, jumps: bool) -> None:
        self._zero_s = zero_s
        self._jumps = jumps
        self._offset_s = 0.0
        self._silence_s = 0.0
        self._run: _Run | None = None
        self._position = 0
        self._resume_s: float | None = None
        self.samples = 0
        self.damaged = self.doubted = False

    @property
    def end_s(self) -> float:
        """How far the sound reaches, in seconds from the clip's start."""
        return max(0.0, self._run.end_s if self._run is not None else self._position / SOUND_HZ)

    @property
    def position(self) -> int:
        """Number of the sample that the next block begins with."""
        return max(0, self._position)

    @property
    def full(self) -> bool:
        """Whether it lasts longer than anybody listens."""
        return self.end_s >= LONGEST_SOUND_S

    def take(self, frame: av.AudioFrame, picture_offset_s: float = 0.0) -> Iterator[Floats]:
        """Take in the next frame and yield the blocks that it completes: float32 (samples,), -1 to 1.

        Args:
            frame: of any layout, format and rate.
            picture_offset_s: by how much the picture's count has been moved on by jumps; jumps of the sound keep to
                it where it fits.
        """
        if self.full or not _LOWEST_HZ <= (frame.sample_rate or 0) <= _HIGHEST_HZ or not frame.samples:
            self.damaged = self.damaged or bool(frame.samples)
            return
        self.damaged = self.damaged or frame.is_corrupt
        raw_s = self._raw_s(frame)
        if self._resume_s is not None:
            middle_s = frame.samples / frame.sample_rate / 2
            if raw_s is not None and raw_s + self._offset_s + middle_s < self._resume_s:
                return
            self._resume_s = None
        at_s = self._place(raw_s, picture_offset_s)
        kind = (frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate)
        run = self._run
        if run is None or run.kind != kind or at_s > run.end_s:
            yield from self._close_run()
            yield from self._silence(round(at_s * SOUND_HZ))
            run = self._run = _Run(frame, kind, self._position)
        self.samples += frame.samples
        try:
            run.push(frame)
        except READING_ERRORS:
            self.damaged = True
        yield from self._mixed(run, _BLOCK)

    def finish(self) -> Iterator[Floats]:
        """Yield what is still held, at the end of the stream."""
        yield from self._close_run()

    def resume(self) -> Iterator[Floats]:
        """Be ready for the stream to be read a second time: what was heard already is passed over."""
        yield from self._close_run()
        self._resume_s = self.end_s if self.samples else None

    def _raw_s(self, frame: av.AudioFrame) -> float | None:
        if frame.pts is None or frame.time_base is None or frame.time_base <= 0:
            return None
        stamp_s = float(frame.pts * frame.time_base)
        if self._zero_s is None:
            self._zero_s = stamp_s
        return stamp_s - self._zero_s

    def _place(self, raw_s: float | None, picture_offset_s: float) -> float:
        """Return where the frame belongs, never before the end of what was heard."""
        end_s = self._run.end_s if self._run is not None else self._position / SOUND_HZ
        if raw_s is None:
            return end_s
        if not self.samples and -BACKWARD_JUMP_S < raw_s < 0:
            # What lies before the clip's start is the coder's run-up, and is not presented.
            self._position = round(raw_s * SOUND_HZ)
            return raw_s
        if abs(raw_s + picture_offset_s - end_s) <= BACKWARD_JUMP_S:
            self._offset_s = picture_offset_s
        ahead_s = raw_s + self._offset_s - end_s
        if ahead_s < -BACKWARD_JUMP_S or (self._jumps and ahead_s > AHEAD_JUMP_S):
            self.doubted = self.doubted or ahead_s > 0
            self._offset_s -= ahead_s
            return end_s
        if ahead_s <= _TOLERANCE_S:
            return end_s
        if self._silence_s + ahead_s > LONGEST_SILENCE_S + end_s - self._silence_s:
            self.damaged = self.doubted = True
            self._offset_s -= ahead_s
            return end_s
        self._silence_s += ahead_s
        return end_s + ahead_s

    def _close_run(self) -> Iterator[Floats]:
        run = self._run
        if run is None:
            return
        try:
            run.flush()
        except READING_ERRORS:
            self.damaged = True
        yield from self._mixed(run, 1)
        self._run = None
        yield from self._silence(round(run.end_s * SOUND_HZ))

    def _silence(self, until: int) -> Iterator[Floats]:
        while self._position < until:
            yield from self._emit(np.zeros(min(_BLOCK, until - self._position), np.float32))

    def _mixed(self, run: _Run, least: int) -> Iterator[Floats]:
        if run.waiting >= least:
            yield from self._emit(run.mixed())

    def _emit(self, block: Floats) -> Iterator[Floats]:
        before = min(len(block), max(0, -self._position))
        self._position += before
        if before < len(block):
            yield block[before:]
            self._position += len(block) - before


class _Run:
    """Frames of one kind that follow one another without a gap."""

    def __init__(self, frame: av.AudioFrame, kind: tuple[str, str, int, int], position: int) -> None:
        self.kind = kind
        # Packed: PyAV 18 cannot hand out the planes of more than seven channels.
        self._resampler = AudioResampler(format="flt", layout=frame.layout, rate=SOUND_HZ)
        self._count = frame.layout.nb_channels
        self._mixer = Mixer([channel.name for channel in frame.layout.channels])
        self._start_s = position / SOUND_HZ
        self._rate = frame.sample_rate
        self._taken = 0
        self._parts: list[Floats] = []
        self.waiting = 0

    @property
    def end_s(self) -> float:
        """Where the next frame belongs."""
        return self._start_s + self._taken / self._rate

    def push(self, frame: av.AudioFrame) -> None:
        self._taken += frame.samples
        # Its place is settled: a stamp would only make the filter think about it.
        frame.pts = None
        self._keep(self._resampler.resample(frame))

    def flush(self) -> None:
        if self._taken:
            self._keep(self._resampler.resample(None))

    def mixed(self) -> Floats:
        """Return what is waiting as one block."""
        together = np.concatenate(self._parts) if len(self._parts) > 1 else self._parts[0]
        self._parts.clear()
        self.waiting = 0
        return self._mixer.mix(np.ascontiguousarray(together.T))

    def _keep(self, frames: Sequence[av.AudioFrame | None]) -> None:
        for frame in frames:
            if frame is not None and frame.samples:
                samples = cast(Floats, frame.to_ndarray()).reshape(-1, self._count)
                self._parts.append(samples)
                self.waiting += len(samples)
