from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.stream import Discard

from countenance.observations import Stream
from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure
from detectors.media.claims import check_claims
from detectors.media.displaying import Converter, Geometry, Picture, geometry_of
from detectors.media.facts import ATTACHED, TIMED_THUMBNAILS, believable, describe, start_of
from detectors.media.opening import READING_ERRORS, NamelessBytes, open_container
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Container
from detectors.media.sounds import MOST_LISTENED, Listen, Sounds
from detectors.media.thumbnail import Thumbnail, luma_thumbnail
from detectors.media.timing import BACKWARD_JUMP_S, Clock

MOST_VIDEO_PIXELS = 36_000_000
"""8K with a margin. A decoder keeps several frames, so video has a lower cap than a single picture."""
_SLICES_ONLY_PIXELS = 9_500_000
"""Above 4K, decoding whole frames in parallel would multiply the memory."""
_LONGEST_HOLD_S = 3600.0
"""A picture that is said to stand still for longer than this is a claim, not a clip."""
_LONGEST_LAST_S = 60.0
"""The last picture is shown at most this long; a longer statement is replaced by the usual step."""
_COUNTING_ON = {"mpegts", "mpeg", "flv"}
"""Containers for broadcast, joined and cut at will: their stamps may jump without a pause in the picture."""
_COUNTED_FROM_ZERO = {"matroska"}
"""Containers that say when they end, not how long they last: what is cut out of a longer one begins late."""
_GUESSED_LENGTH = {"mp3", "aac", "amr"}
"""Containers without a length: libav guesses one from the bit rate, which is no claim of the file."""
_USUAL_LEAD_S, _LONGEST_LEAD_S = 0.1, 600.0
"""Sound that begins before the picture by less is a coder's run-up, by more than the latter a claim; what lies between
begins the clip."""
_MOST_FRUITLESS_READS = 8
_BUDGET_S, _BUDGET_PER_S = 20.0, 12.0
"""Processor time for decoding: to begin with, and for each second of clip. 8K at 60 frames a second needs half."""


@dataclass(slots=True)
class StreamFrame:
    """A decoded frame of a stream; pictures are made of it only when asked for."""

    at_s: float
    lasts_s: float
    frame: av.VideoFrame
    geometry: Geometry
    converter: Converter

    @property
    def width(self) -> int:
        """Displayed width."""
        return self.geometry.width

    @property
    def height(self) -> int:
        """Displayed height."""
        return self.geometry.height

    def thumbnail(self) -> Thumbnail:
        """Return the luma thumbnail."""
        return luma_thumbnail(self.frame)

    def picture(self, long_side: int | None) -> Picture:
        """Return the displayed picture."""
        return self.converter.convert(self.frame, self.geometry, long_side)


class StreamFootage:
    """A container of streams, read by libav in one pass.

    Args:
        source: the open file.
        container: what it is.
        settings: the pixel cap and the threads.
        on_progress: called while opening and reading.
        listen: gives an ear to each sound stream; None where nobody listens, then sound is not decoded.

    Raises:
        MediaFailure: it cannot be opened, has too many streams, none of use, or too large a picture.
    """

    still = False

    def __init__(
        self,
        source: BinaryIO,
        container: Container,
        settings: ExamineSettings,
        on_progress: OnProgress,
        listen: Listen | None = None,
    ) -> None:
        self._cut_off = check_claims(source, container.name)
        self._name = container.format
        self._bytes = NamelessBytes(source, on_progress)
        self._max_pixels = min(settings.max_pixels, MOST_VIDEO_PIXELS)
        self._converter = Converter(settings.threads)
        self._container = open_container(self._bytes, self._name, self._max_pixels)
        self._demux_failed = self._sound_cut = False
        self._reached = 0  # the byte up to which packets came
        self.read_error = self._cut_off
        self._shown: tuple[tuple[int, int, int], Geometry] | None = None
        self._clock: Clock | None = None
        try:
            self._choose(settings)
            self.sounds = self._sounds(listen)
        except BaseException:
            self._container.close()
            raise

    def close(self) -> None:
        """Close the container; the file itself stays open."""
        self._container.close()

    def _choose(self, settings: ExamineSettings) -> None:
        pictures = [
            stream for stream in self._container.streams.video if not stream.disposition & (ATTACHED | TIMED_THUMBNAILS)
        ]
        if self._name == "mov" and len(pictures) > 1 and self._is_tiled():
            # A photo cut into tiles would be read one tile at a time: better not at all than a fragment of it.
            raise MediaFailure(FailureCode.UNSUPPORTED_CODEC, "tiled picture")
        self._pictures = pictures
        self._picture = next(
            (stream for stream in pictures if stream.disposition & 1), pictures[0] if pictures else None
        )
        self.has_picture = self._picture is not None
        if self._picture is None and not self._container.streams.audio:
            raise MediaFailure(FailureCode.NO_STREAMS)
        codec = None if self._picture is None else self._picture.codec_context
        if codec is not None:
            if codec.width * codec.height > self._max_pixels:
                raise MediaFailure(FailureCode.TOO_LARGE_PICTURE, f"{codec.width}x{codec.height}")
            codec.thread_count = settings.threads
            codec.thread_type = "SLICE" if codec.width * codec.height > _SLICES_ONLY_PIXELS else "AUTO"

    def _sounds(self, listen: Listen | None) -> Sounds:
        """Settle when the clip begins, and who listens to what."""
        streams: list[Any] = list(self._container.streams.audio)
        starts = [start_of(stream) for stream in streams[:MOST_LISTENED]]
        begins_s = start_of(self._picture) if self._picture is not None else next(iter(starts), None)
        self._lead_s = 0.0
        if begins_s is not None:
            leads = [begins_s - start_s for start_s in starts if start_s is not None]
            self._lead_s = max((lead for lead in leads if _USUAL_LEAD_S < lead <= _LONGEST_LEAD_S), default=0.0)
        zero_s = None if begins_s is None else begins_s - self._lead_s
        lengths_hold = self._name not in _GUESSED_LENGTH
        return Sounds(streams, zero_s, listen, jumps=self._name in _COUNTING_ON, lengths_hold=lengths_hold)

    def _is_tiled(self) -> bool:
        return (self._container.duration or 0) <= 0

    @property
    def other_pictures(self) -> int:
        """How many picture streams there are beside the one that is read."""
        return max(0, len(self._pictures) - 1)

    @property
    def sound_s(self) -> float:
        """How far sound was met."""
        return self.sounds.end_s

    @property
    def sound_error(self) -> bool:
        """Whether something in the sound could not be read."""
        return bool(self.sounds.count) and (self._cut_off or self._sound_cut or self.sounds.damaged)

    @property
    def claimed_duration_s(self) -> float | None:
        """What the container says."""
        ticks, begins = self._container.duration, self._container.start_time
        if ticks is not None and begins is not None and self._name in _COUNTED_FROM_ZERO:
            ticks -= max(0, begins)
        return believable(ticks, Fraction(1, av.time_base))

    @property
    def claimed_sound_s(self) -> float | None:
        """How long the sound should last where its streams do not say it: the container's word, without a picture."""
        return None if self.has_picture else self.claimed_duration_s

    @property
    def claimed_picture_s(self) -> float | None:
        """What the picture stream says; the container's word where only that exists and there is no sound."""
        if self._picture is None:
            return None
        own = believable(self._picture.duration, self._picture.time_base)
        if own is not None:
            return own + self._lead_s
        claimed = self.claimed_duration_s
        # With sound, the container lasts as long as the longer of the two: only what both lack is missing.
        return None if claimed is None or self.sound_s >= claimed - 0.5 else claimed

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The facts of all streams."""
        shown = -1 if self._picture is None else self._picture.index
        return tuple(
            describe(stream, self._rotation if stream.index == shown else 0) for stream in self._container.streams
        )

    @property
    def _rotation(self) -> int:
        return 90 * self._shown[1].turns if self._shown is not None else 0

    def frames(self) -> Iterator[StreamFrame]:
        """Yield the frames of the chosen picture stream, in order of time; sound is heard on the way."""
        if self._picture is not None and self._picture.codec_context is not None:
            for frame in self._decode():
                yield self._placed(frame)
        else:
            self.read_error = self._picture is not None
            for packet in self._packets(self._container, self.sounds.streams):
                self._hear(packet)
        self._end_sound()

    def skim(self) -> tuple[StreamFrame | None, float]:
        """Hear the sound; return the first frame of the picture, and when its last one ends by its stamps."""
        if self._picture is None or self._picture.codec_context is None:
            return next(self.frames(), None), 0.0
        first: StreamFrame | None = None
        order, end_s = self._new_clock(None), 0.0
        for packet in self._packets(self._container, [self._picture, *self.sounds.streams]):
            if packet.stream.index != self._picture.index:
                self._hear(packet)
                continue
            if first is None:
                first = next((self._placed(frame) for frame in self._frames_of(packet)), None)
            if packet.size:
                end_s = max(end_s, self._ends_s(packet, order))
                self._bytes.step = ("reading", end_s, self.claimed_duration_s or 0.0)
        if first is None and self._demux_failed:
            first = next((self._placed(frame) for frame in self._frames_of(None)), None)
        self._end_sound()
        return first, end_s + self._lead_s

    def _ends_s(self, packet: av.Packet[Any], order: Clock) -> float:
        """Return when a packet's picture ends: by the order of decoding, and where it is shown later, by that."""
        assert self._picture is not None
        stamp = packet.pts if packet.dts is None else packet.dts
        end_s = self._held(order, stamp, packet.time_base) + self._lasts_s(packet, order)
        if packet.pts is None or packet.time_base is None or self._picture.start_time is None:
            return end_s
        shown_s = float((packet.pts - self._picture.start_time) * packet.time_base) + self._lasts_s(packet, order)
        return shown_s if end_s < shown_s <= end_s + BACKWARD_JUMP_S else end_s

    def _placed(self, frame: av.VideoFrame) -> StreamFrame:
        assert self._picture is not None
        if self._clock is None:
            start, base = self._picture.start_time, self._picture.time_base
            lead = round(self._lead_s / base) if self._lead_s and base else 0
            self._clock = self._new_clock(None if start is None else start - lead)
        if frame.width * frame.height > self._max_pixels:
            raise MediaFailure(FailureCode.TOO_LARGE_PICTURE, f"{frame.width}x{frame.height}")
        at_s = self._held(self._clock, frame.pts, frame.time_base)
        self._bytes.step = ("reading", at_s, self.claimed_duration_s or 0.0)
        return StreamFrame(at_s, self._lasts_s(frame, self._clock), frame, self._geometry(frame), self._converter)

    def _new_clock(self, start: int | None) -> Clock:
        assert self._picture is not None
        rate = self._picture.guessed_rate or self._picture.average_rate
        return Clock(start, float(1 / rate) if rate else 0.04, jumps=self._name in _COUNTING_ON)

    def _held(self, clock: Clock, stamp: int | None, base: Fraction | None) -> float:
        before_s = clock.last_s
        at_s = clock.place(stamp, base)
        if before_s is not None and at_s - before_s > _LONGEST_HOLD_S:
            raise MediaFailure(FailureCode.IMPLAUSIBLE, f"{at_s - before_s:.0f} s between two frames", before_s)
        return at_s

    def _lasts_s(self, shown: av.VideoFrame | av.Packet[Any], clock: Clock) -> float:
        lasts_s = believable(shown.duration, shown.time_base) or clock.step_s
        return lasts_s if lasts_s <= _LONGEST_LAST_S else clock.step_s

    def _geometry(self, frame: av.VideoFrame) -> Geometry:
        """Settled anew only where it changes: a frame whose side data was read is not freed at once (PyAV 18)."""
        assert self._picture is not None
        shape = (frame.width, frame.height, frame.rotation)
        if self._shown is None or self._shown[0] != shape:
            aspect = self._picture.sample_aspect_ratio or self._picture.codec_context.sample_aspect_ratio
            self._shown = (shape, geometry_of(frame, aspect, self._max_pixels))
        return self._shown[1]

    def _decode(self) -> Iterator[av.VideoFrame]:
        assert self._picture is not None
        spent_s, reached_s = 0.0, 0.0
        for packet in self._packets(self._container, [self._picture, *self.sounds.streams]):
            if packet.stream.index != self._picture.index:
                self._hear(packet)
                continue
            began_s = time.process_time()
            decoded = self._frames_of(packet)
            spent_s += time.process_time() - began_s
            yield from decoded
            reached_s = max(reached_s, self._bytes.step[1])
            if spent_s > _BUDGET_S + _BUDGET_PER_S * reached_s:
                self.read_error = True
                return
        if self._demux_failed:
            # After a failed read nobody told the decoder that this was the end: it still holds frames.
            yield from self._frames_of(None)

    def _frames_of(self, packet: av.Packet[Any] | None) -> list[av.VideoFrame]:
        assert self._picture is not None
        try:
            decoded = self._picture.codec_context.decode(None) if packet is None else packet.decode()
        except READING_ERRORS:
            self.read_error = True
            return []
        self.read_error = self.read_error or any(frame.is_corrupt for frame in decoded)
        return decoded

    def _packets(self, container: InputContainer, wanted: list[Any]) -> Iterator[av.Packet[Any]]:
        """Yield packets to the end; goes on behind a damaged place as long as something still comes."""
        indexes = {stream.index for stream in wanted}
        for stream in container.streams:
            stream.discard = Discard.none if stream.index in indexes else Discard.all
        fruitless = 0
        while fruitless < _MOST_FRUITLESS_READS and wanted:
            fruitless += 1
            try:
                for packet in container.demux(*wanted):
                    fruitless = 0
                    self._reached = max(self._reached, (packet.pos or 0) + packet.size)
                    yield packet
            except READING_ERRORS:
                self.read_error = self._demux_failed = True
                continue
            return
        if wanted and not self.has_picture:
            self.sounds.stop_early(1 - self._reached / max(1, self._bytes.seek(0, io.SEEK_END)))

    def _hear(self, packet: av.Packet[Any]) -> None:
        self.sounds.take(packet, self._clock.offset_s if self._clock is not None else 0.0)
        if self._clock is None:
            self._bytes.step = ("reading", self.sounds.end_s, self.claimed_duration_s or 0.0)

    def _end_sound(self) -> None:
        """Settle the sound; where reading the picture failed, look for what is left of it without the picture."""
        if self.has_picture and (self.read_error or self._clock is None) and self.sounds.incomplete():
            again = open_container(self._bytes, self._name, self._max_pixels)
            try:
                self.sounds.again(list(again.streams.audio))
                for packet in self._packets(again, self.sounds.streams):
                    self._hear(packet)
                self.sounds.finish()
            finally:
                again.close()
        else:
            self.sounds.finish()
        self._sound_cut = self.sounds.cut_short(self.claimed_sound_s) or (self._demux_failed and not self.has_picture)
