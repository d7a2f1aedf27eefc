from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO, cast

import av
from av.container import InputContainer
from av.stream import Discard

from countenance.observations import Stream, StreamKind
from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure, failure_of
from detectors.media.claims import MOST_STREAMS, check_claims
from detectors.media.displaying import Converter, Geometry, Picture, geometry_of
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Container
from detectors.media.thumbnail import Thumbnail, luma_thumbnail
from detectors.media.timing import Clock

MOST_VIDEO_PIXELS = 36_000_000
"""8K with a margin. A decoder keeps several frames, so video has a lower cap than a single picture."""
_SLICES_ONLY_PIXELS = 9_500_000
"""Above 4K, decoding whole frames in parallel would multiply the memory."""
_ATTACHED, _TIMED_THUMBNAILS = 0x400, 0x800
_LONGEST_HOLD_S = 3600.0
"""A picture that is said to stand still for longer than this is a claim, not a clip."""
_LONGEST_LAST_S = 60.0
"""The last picture is shown at most this long; a longer statement is replaced by the usual step."""
_COUNTING_ON = {"mpegts", "mpeg", "flv"}
"""Containers for broadcast, joined and cut at will: their stamps may jump without a pause in the picture."""
_GUESSED_LENGTH = {"mp3", "aac", "amr"}
"""Containers without a length: libav guesses one from the bit rate, which is no claim of the file."""
_SOUND_BUDGET_S = 10.0
_MISSING_SOUND_S, _MISSING_SOUND_SHARE = 0.5, 0.02
"""Sound that ends earlier than claimed by more than both was cut off; less is padding of the coder."""
_READING_ERRORS = (av.FFmpegError, ValueError, EOFError, OSError)
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


class _Bytes:
    """The file as libav sees it: bytes without a name, so that nothing can be looked up beside it."""

    def __init__(self, source: BinaryIO, on_progress: OnProgress) -> None:
        self._source = source
        self._on_progress = on_progress
        self.step = ("opening", 0.0, 0.0)

    def read(self, length: int) -> bytes:
        self._on_progress(*self.step)
        return self._source.read(length)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()


class StreamFootage:
    """A container of streams, read by libav in one pass.

    Args:
        source: the open file.
        container: what it is.
        settings: the pixel cap and the threads.
        on_progress: called while opening and reading.

    Raises:
        MediaFailure: it cannot be opened, has too many streams, none of use, or too large a picture.
    """

    still = False

    def __init__(
        self, source: BinaryIO, container: Container, settings: ExamineSettings, on_progress: OnProgress
    ) -> None:
        cut_off = check_claims(source, container.name)
        self._name = container.format
        self._bytes = _Bytes(source, on_progress)
        self._max_pixels = min(settings.max_pixels, MOST_VIDEO_PIXELS)
        self._converter = Converter(settings.threads)
        self._container = self._open(source)
        self._demux_failed = False
        self.read_error = self.sound_error = cut_off
        self.sound_s = 0.0
        self._rotation = 0
        self._shown: tuple[tuple[int, int, int], Geometry] | None = None
        try:
            self._choose(settings)
        except BaseException:
            self._container.close()
            raise

    def close(self) -> None:
        """Close the container; the file itself stays open."""
        self._container.close()

    def _open(self, source: BinaryIO) -> InputContainer:
        source.seek(0)
        try:
            opened: InputContainer = av.open(
                cast(Any, self._bytes),
                "r",
                format=self._name,
                metadata_errors="ignore",
                buffer_size=256 * 1024,
                # Decoders are opened while looking at the streams, so a cap must hold there as well; with a margin,
                # or those just above ours would lose their size and could not be told from damaged ones.
                options={
                    "max_pixels": str(2 * self._max_pixels),
                    "protocol_whitelist": "",
                    "max_streams": str(MOST_STREAMS * 2),
                },
                io_open=_refuse,
            )
        except (*_READING_ERRORS, MemoryError) as error:
            raise failure_of(error) from error
        if len(opened.streams) > MOST_STREAMS:
            opened.close()
            raise MediaFailure(FailureCode.TOO_MANY_STREAMS, str(len(opened.streams)))
        return opened

    def _choose(self, settings: ExamineSettings) -> None:
        pictures = [
            stream
            for stream in self._container.streams.video
            if not stream.disposition & (_ATTACHED | _TIMED_THUMBNAILS)
        ]
        if self._name == "mov" and len(pictures) > 1 and self._is_tiled():
            # A photo cut into tiles would be read one tile at a time: better not at all than a fragment of it.
            raise MediaFailure(FailureCode.UNSUPPORTED_CODEC, "tiled picture")
        self._pictures = pictures
        self._sounds = list(self._container.streams.audio)
        self._picture = next(
            (stream for stream in pictures if stream.disposition & 1), pictures[0] if pictures else None
        )
        self.has_picture = self._picture is not None
        if self._picture is None and not self._sounds:
            raise MediaFailure(FailureCode.NO_STREAMS)
        codec = None if self._picture is None else self._picture.codec_context
        if codec is not None:
            if codec.width * codec.height > self._max_pixels:
                raise MediaFailure(FailureCode.TOO_LARGE_PICTURE, f"{codec.width}x{codec.height}")
            codec.thread_count = settings.threads
            codec.thread_type = "SLICE" if codec.width * codec.height > _SLICES_ONLY_PIXELS else "AUTO"

    def _is_tiled(self) -> bool:
        return (self._container.duration or 0) <= 0

    @property
    def other_pictures(self) -> int:
        """How many picture streams there are beside the one that is read."""
        return max(0, len(self._pictures) - 1)

    @property
    def claimed_duration_s(self) -> float | None:
        """What the container says."""
        return _believable(self._container.duration, Fraction(1, av.time_base))

    @property
    def claimed_picture_s(self) -> float | None:
        """What the picture stream says; the container's word where only that exists and there is no sound."""
        if self._picture is None:
            return None
        own = _believable(self._picture.duration, self._picture.time_base)
        if own is not None:
            return own
        claimed = self.claimed_duration_s
        # With sound, the container lasts as long as the longer of the two: only what both lack is missing.
        return None if claimed is None or self.sound_s >= claimed - 0.5 else claimed

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The facts of all streams."""
        return tuple(self._describe(stream) for stream in self._container.streams)

    def frames(self) -> Iterator[StreamFrame]:
        """Yield the frames of the chosen picture stream, in order of time."""
        if self._picture is None or self._picture.codec_context is None:
            self.read_error = self._picture is not None
            return
        clock: Clock | None = None
        for frame in self._decode():
            rate = self._picture.guessed_rate or self._picture.average_rate
            if clock is None:
                clock = Clock(
                    self._picture.start_time, float(1 / rate) if rate else 0.04, jumps=self._name in _COUNTING_ON
                )
            if frame.width * frame.height > self._max_pixels:
                raise MediaFailure(FailureCode.TOO_LARGE_PICTURE, f"{frame.width}x{frame.height}")
            before_s = clock.last_s
            at_s = clock.place(frame.pts, frame.time_base)
            if before_s is not None and at_s - before_s > _LONGEST_HOLD_S:
                raise MediaFailure(FailureCode.IMPLAUSIBLE, f"{at_s - before_s:.0f} s between two frames", before_s)
            geometry = self._geometry(frame)
            lasts_s = _believable(frame.duration, frame.time_base) or clock.step_s
            lasts_s = lasts_s if lasts_s <= _LONGEST_LAST_S else clock.step_s
            self._bytes.step = ("reading", at_s, self.claimed_duration_s or 0.0)
            yield StreamFrame(at_s, lasts_s, frame, geometry, self._converter)

    def _geometry(self, frame: av.VideoFrame) -> Geometry:
        """Settled anew only where it changes: a frame whose side data was read is not freed at once (PyAV 18)."""
        assert self._picture is not None
        shape = (frame.width, frame.height, frame.rotation)
        if self._shown is None or self._shown[0] != shape:
            aspect = self._picture.sample_aspect_ratio or self._picture.codec_context.sample_aspect_ratio
            self._shown = (shape, geometry_of(frame, aspect, self._max_pixels))
            self._rotation = 90 * self._shown[1].turns
        return self._shown[1]

    def _decode(self) -> Iterator[av.VideoFrame]:
        assert self._picture is not None
        codec = self._picture.codec_context
        spent_s, reached_s = 0.0, 0.0
        for packet in self._packets([self._picture, *self._sounds[:1]]):
            if packet.stream_index != self._picture.index:
                self._note_sound(packet)
                continue
            began_s = time.process_time()
            try:
                decoded = packet.decode()
            except _READING_ERRORS:
                self.read_error = True
                continue
            spent_s += time.process_time() - began_s
            for frame in decoded:
                self.read_error = self.read_error or frame.is_corrupt
                yield frame
            reached_s = max(reached_s, self._bytes.step[1])
            if spent_s > _BUDGET_S + _BUDGET_PER_S * reached_s:
                self.read_error = True
                return
        if self._demux_failed:
            # After a failed read nobody told the decoder that this was the end: it still holds frames.
            try:
                yield from codec.decode(None)
            except _READING_ERRORS:
                self.read_error = True

    def _packets(self, wanted: list[Any]) -> Iterator[av.Packet[Any]]:
        """Yield packets to the end; goes on behind a damaged place as long as something still comes."""
        for stream in self._container.streams:
            stream.discard = Discard.none if stream in wanted else Discard.all
        fruitless = 0
        while fruitless < _MOST_FRUITLESS_READS:
            fruitless += 1
            try:
                for packet in self._container.demux(*wanted):
                    fruitless = 0
                    yield packet
            except _READING_ERRORS:
                self.read_error = self._demux_failed = True
                continue
            return

    def _note_sound(self, packet: av.Packet[Any]) -> None:
        end_s = _believable(
            (packet.pts or 0) + (packet.duration or 0) - (packet.stream.start_time or 0), packet.time_base
        )
        self.sound_s = max(self.sound_s, end_s or 0.0)

    def count_sound(self, source: BinaryIO) -> int:
        """Decode the sound from the beginning and return its samples per channel; 0 where none can be read.

        Only the first track with samples is decoded to its end.
        """
        self._container.close()
        self._container = self._open(source)
        self._sounds = list(self._container.streams.audio)
        total = self._count(self._sounds[:1], 0) or self._count_rest(source)
        if not total or self._sound_ends_early():
            self.sound_error = True
        return total

    def _sound_ends_early(self) -> bool:
        if self._name in _GUESSED_LENGTH or not self._sounds:
            return False
        claimed_s = _believable(self._sounds[0].duration, self._sounds[0].time_base) or self.claimed_duration_s or 0.0
        return claimed_s - self.sound_s > max(_MISSING_SOUND_S, _MISSING_SOUND_SHARE * claimed_s)

    def _count_rest(self, source: BinaryIO) -> int:
        if len(self._sounds) < 2:
            return 0
        self._container.close()
        self._container = self._open(source)
        self._sounds = list(self._container.streams.audio)
        return self._count(self._sounds[1:], 1)

    def _count(self, sounds: list[Any], enough: int) -> int:
        samples = 0
        began_s = time.perf_counter()
        for packet in self._packets(sounds):
            if time.perf_counter() - began_s > _SOUND_BUDGET_S:
                # Nobody listens to it yet: that there is sound is known by now, and gigabytes of it change nothing.
                self.sound_error = True
                break
            try:
                for frame in cast("list[av.AudioFrame]", packet.decode()):
                    samples += frame.samples
                    rate = frame.sample_rate or 1
                    self.sound_s = min(1e9, max(self.sound_s, samples / rate))
            except _READING_ERRORS:
                self.sound_error = True
            self._bytes.step = ("reading", self.sound_s, self.claimed_duration_s or 0.0)
            if enough and samples >= enough:
                break
        return samples

    def _describe(self, stream: Any) -> Stream:  # noqa: ANN401 - PyAV's stream kinds share no useful base type
        codec = stream.codec_context
        kind = {"video": StreamKind.VIDEO, "audio": StreamKind.AUDIO}.get(stream.type, StreamKind.OTHER)
        video, audio = kind is StreamKind.VIDEO and codec is not None, kind is StreamKind.AUDIO and codec is not None
        rate = (stream.average_rate or stream.guessed_rate) if video else None
        return Stream(
            index=stream.index,
            kind=kind,
            codec=str(codec.name)[:200] if codec is not None else "unknown",
            duration_s=_believable(stream.duration, stream.time_base),
            width=min(codec.width, 1_000_000) if video else None,
            height=min(codec.height, 1_000_000) if video else None,
            frames_per_s=float(rate) if rate else None,
            sample_rate=codec.sample_rate if audio else None,
            channels=codec.channels if audio else None,
            rotation=self._rotation if self._picture is not None and stream.index == self._picture.index else 0,
            attached_picture=bool(stream.disposition & _ATTACHED),
        )


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> object:
    """Every further opening that a file asks for: another file, a key, an address."""
    raise PermissionError(f"a file asked for another one ({len(url)} characters)")


def _believable(ticks: int | None, time_base: Fraction | None) -> float | None:
    if ticks is None or time_base is None or ticks <= 0 or time_base <= 0:
        return None
    seconds = float(ticks * time_base)
    return seconds if seconds < 1e9 else None
