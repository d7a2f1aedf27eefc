"""All sound streams of a container: decoded packet by packet as they come along with the picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from countenance.observations import Gap, NotExamined, Waveform
from detectors.media.facts import believable, start_of
from detectors.media.opening import READING_ERRORS
from detectors.media.soundtrack import LONGEST_SOUND_S, Soundtrack
from detectors.media.waveform import WaveformBuilder

MOST_LISTENED = 8
"""Sound streams listened to; a film in more languages is said to be examined in part."""
_MISSING_S, _MISSING_SHARE = 0.5, 0.02
"""Sound that ends earlier than claimed by more than both was cut off; less is padding of the coder."""
_MOST_UNREAD = 0.999
_BUDGET_S, _BUDGET_PER_S = 20.0, 1.0
"""The thread's time for decoding one stream: to begin with, and per second of it. Slow decoders need a hundredth."""

Ear = Callable[[NDArray[np.float32]], None]
"""Hears one stream: blocks of float32 (samples,) in -1 to 1, 16 kHz, without holes, from the clip's start."""
Listen = Callable[[int], Ear | None]
"""Gives an ear to the stream of an index in the container, or none to one that nobody listens to."""


class Sounds:
    """The sound streams of a container, each with its ear.

    Without ears a stream is decoded only until something comes, which tells whether it can be decoded; of the rest its
    end is noted.

    Args:
        streams: PyAV's, in the container's order.
        zero_s: the clip's start on the container's count.
        listen: gives ears; None where nobody listens.
        jumps: the container's stamps may jump without a pause.
        lengths_hold: what streams say of their length is more than a guess.

    Attributes:
        damaged: something could not be read.
        listen_s: seconds spent in ears.
    """

    def __init__(
        self, streams: list[Any], zero_s: float | None, listen: Listen | None, *, jumps: bool, lengths_hold: bool
    ) -> None:
        self._all = len(streams)
        self._wave = WaveformBuilder()
        self._lines: list[_Line] = []
        for stream in streams[:MOST_LISTENED]:
            ear = None if listen is None else listen(stream.index)
            track = Soundtrack(zero_s, jumps=jumps)
            self._lines.append(_Line(stream, track, ear, zero_s, lengths_hold=lengths_hold))
        self.listening = listen is not None
        self.damaged = False
        self.listen_s = self._listen_cpu_s = 0.0

    @property
    def streams(self) -> list[Any]:
        """The streams whose packets are wanted."""
        return [line.stream for line in self._lines]

    @property
    def count(self) -> int:
        """How many sound streams there are."""
        return self._all

    @property
    def heard(self) -> int:
        """How many of them were listened to."""
        return sum(line.ear is not None and line.track.samples > 0 for line in self._lines)

    @property
    def sounded(self) -> bool:
        """Whether a single sample could be decoded."""
        return any(line.track.samples for line in self._lines)

    @property
    def failed(self) -> bool:
        """Whether there was sound to decode, of which nothing could be."""
        return any(line.met for line in self._lines) and not self.sounded

    @property
    def end_s(self) -> float:
        """How far sound was met, in seconds from the clip's start."""
        return max((line.end_s for line in self._lines), default=0.0)

    def take(self, packet: av.Packet[Any], picture_offset_s: float = 0.0) -> None:
        """Take in a packet of one of `streams`; what it completes is heard at once.

        Args:
            packet: with data, or the empty one that ends a stream.
            picture_offset_s: by how much the picture's count was moved on by jumps.
        """
        # The empty packets that end streams carry no number of their own.
        line = next(line for line in self._lines if line.index == packet.stream.index)
        line.met = line.met or packet.size > 0
        if line.ear is None and line.track.samples:
            line.note(packet)
            return
        if line.spent_s > _BUDGET_S + _BUDGET_PER_S * line.track.end_s or line.track.full:
            self.damaged = True
            line.lose(packet)
            return
        began_s, listened_s = time.thread_time(), self._listen_cpu_s
        try:
            frames = cast("list[av.AudioFrame]", packet.decode()) if line.stream.codec_context is not None else []
        except READING_ERRORS:
            self.damaged = True
            line.lose(packet)
            frames = []
        for frame in frames:
            self._hear(line, line.track.take(frame, picture_offset_s))
        line.spent_s += time.thread_time() - began_s - (self._listen_cpu_s - listened_s)
        line.note(packet)

    def finish(self) -> None:
        """Hear what is still held; the streams are over."""
        for line in self._lines:
            self._hear(line, line.track.finish())
            self.damaged = self.damaged or line.track.damaged

    def stop_early(self, unread_share: float) -> None:
        """Be told that reading had to stop: what is left of the file counts as sound like that before it.

        Args:
            unread_share: of the file's bytes, at most 1.
        """
        for line in self._lines:
            line.unread_share = min(max(0.0, unread_share), _MOST_UNREAD)

    def again(self, streams: list[Any]) -> None:
        """Be ready for the same streams to be read a second time from the start, heard from where they stopped."""
        for line, stream in zip(self._lines, streams, strict=False):
            self._hear(line, line.track.resume())
            line.read_from(stream)

    def incomplete(self) -> bool:
        """Whether a stream ended before it should have, by its own word, or nothing came at all."""
        return bool(self._lines) and (not self.sounded or any(line.missing_s(None) for line in self._lines))

    def cut_short(self, claimed_s: float | None) -> bool:
        """Whether a stream ended early, by its own word or by that of the whole, or nothing of one could be decoded."""
        return any(line.missing_s(claimed_s) or (line.met and not line.track.samples) for line in self._lines)

    def gaps(self, claimed_s: float | None) -> Iterator[Gap]:
        """Yield what was not heard, as shares of all streams together.

        Args:
            claimed_s: how long the whole should be where streams do not say it themselves.
        """
        for line in self._lines:
            missing_s = line.missing_s(claimed_s)
            if line.met and not line.track.samples:
                end_s = line.claimed_end_s(claimed_s) or line.end_s
                yield Gap(reason=NotExamined.UNREADABLE, start_s=0.0, end_s=end_s, share=1 / self._all)
            elif missing_s:
                whole_s = line.end_s + missing_s
                share = missing_s / whole_s / self._all
                yield Gap(reason=NotExamined.UNREADABLE, start_s=line.end_s, end_s=whole_s, share=share)
            elif line.lost_s > max(_MISSING_S, _MISSING_SHARE * line.end_s):
                start_s, end_s = line.lost_within_s
                share = line.lost_s / max(line.end_s, end_s) / self._all
                yield Gap(reason=NotExamined.UNREADABLE, start_s=start_s, end_s=end_s, share=min(1.0, share))
        others = self._all - len(self._lines)
        if others:
            yield Gap(reason=NotExamined.OTHER_STREAM, start_s=0.0, end_s=self.end_s, share=others / self._all)

    def waveform(self) -> Waveform | None:
        """Return how loud it was; None where nobody listened."""
        return self._wave.waveform() if self.listening else None

    def _hear(self, line: _Line, blocks: Iterator[NDArray[np.float32]]) -> None:
        for block in blocks:
            if line.ear is None:
                continue
            began_s, began_cpu_s = time.perf_counter(), time.thread_time()
            self._wave.add(line.track.position, block)
            line.ear(block)
            self.listen_s += time.perf_counter() - began_s
            self._listen_cpu_s += time.thread_time() - began_cpu_s


class _Line:
    """One stream, its ear, and what was met of it.

    Attributes:
        lost_s: seconds of it that came and could not be decoded.
        lost_within_s: from when until when that was.
        unread_share: of the file, where reading had to stop.
    """

    def __init__(
        self,
        stream: Any,  # noqa: ANN401 - PyAV's stream kinds share no useful base type
        track: Soundtrack,
        ear: Ear | None,
        zero_s: float | None,
        *,
        lengths_hold: bool,
    ) -> None:
        self.index: int = stream.index
        self.track = track
        self.ear = ear
        self.met = False
        self.spent_s = self.lost_s = 0.0
        self.lost_within_s = (0.0, 0.0)
        self.unread_share = 0.0
        self._zero_s = zero_s
        self._noted_s = self._lasted_s = 0.0
        self._lengths_hold = lengths_hold
        own_s = believable(stream.duration, stream.time_base)
        begins_s = start_of(stream)
        late_s = 0.0 if begins_s is None or zero_s is None else max(0.0, begins_s - zero_s)
        self._own_s = None if own_s is None else own_s + late_s
        self.read_from(stream)

    def read_from(self, stream: Any) -> None:  # noqa: ANN401 - PyAV's stream kinds share no useful base type
        self.stream = stream
        if stream.codec_context is not None:
            stream.codec_context.thread_count = 1

    @property
    def end_s(self) -> float:
        """How far it reaches: as decoded where somebody listens, as stamped elsewhere."""
        return self.track.end_s if self.ear is not None else max(self._noted_s, self.track.end_s)

    def lose(self, packet: av.Packet[Any]) -> None:
        """Keep how much could not be decoded, and where."""
        lasts_s = believable(packet.duration, packet.time_base) or 0.0
        start_s = self.lost_within_s[0] if self.lost_s else self.track.end_s
        self.lost_s = min(self.lost_s + lasts_s, LONGEST_SOUND_S)
        self.lost_within_s = start_s, max(start_s + self.lost_s, self.track.end_s + lasts_s)

    def note(self, packet: av.Packet[Any]) -> None:
        """Keep how far a stream reaches that nobody listens to."""
        if self.ear is not None or packet.pts is None or packet.time_base is None:
            return
        begins_s = float(packet.pts * packet.time_base)
        self._zero_s = begins_s if self._zero_s is None else self._zero_s
        lasts_s = believable(packet.duration, packet.time_base) or 0.0
        self._lasted_s += lasts_s
        ends_s = max(self._lasted_s, begins_s - self._zero_s + lasts_s)
        self._noted_s = max(self._noted_s, ends_s if ends_s < 1e9 else 0.0)

    def claimed_end_s(self, otherwise_s: float | None) -> float | None:
        """When it should end by its own word, or by the container's."""
        if not self._lengths_hold or self.track.doubted:
            return None
        return self._own_s if self._own_s is not None else otherwise_s

    def missing_s(self, otherwise_s: float | None) -> float:
        """Seconds by which it ends before its time; 0 where that may be padding."""
        claimed_s = max(self.claimed_end_s(otherwise_s) or 0.0, self.end_s / (1 - self.unread_share))
        missing_s = claimed_s - self.end_s
        return missing_s if missing_s > max(_MISSING_S, _MISSING_SHARE * claimed_s) else 0.0
