from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator
from typing import BinaryIO, Self

import cv2
import numpy as np

from countenance.observations import Clip, Gap, NotExamined, PictureCoverage, SoundCoverage, Waveform
from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure
from detectors.media.ahead import Ahead
from detectors.media.cuts import CutFinder, Turn
from detectors.media.decoded import DecodedFrame, Footage
from detectors.media.displaying import Picture
from detectors.media.footage import open_footage
from detectors.media.progress import OnProgress
from detectors.media.sampling import Sampler
from detectors.media.sniffing import Container, sniff
from detectors.media.sounds import Listen, Sounds

VOICE = "voice"
_HASH_BYTES = 1024 * 1024
_MOST_READY, _READY_BYTES = 8, 48 * 1024 * 1024
"""Frames decoded ahead of the look at them: a quarter of a second of them, and none of 8K."""
_MISSING_S, _MISSING_SHARE = 0.25, 0.02
"""A picture that ends earlier than claimed by more than both was cut off; less is rounding in the container."""


class SampledFrame:
    """A frame worth looking at; valid until the next one is asked for.

    Attributes:
        at_s: seconds from the clip's start, strictly ascending.
        index: number of the decoded frame, from 0.
        shot: number of the shot, from 0.
        first_of_shot: whether this is the first frame of its shot.
        last: whether this is the last frame of the clip.
        width, height: displayed size (turned, square pixels) at full resolution.
    """

    __slots__ = ("_decoded", "_full", "_small", "at_s", "first_of_shot", "height", "index", "last", "shot", "width")

    def __init__(self, decoded: DecodedFrame, *, index: int, shot: int, first_of_shot: bool, last: bool) -> None:
        self._decoded = decoded
        self._full: Picture | None = None
        self._small: dict[int, Picture] = {}
        self.at_s = decoded.at_s
        self.index = index
        self.shot = shot
        self.first_of_shot = first_of_shot
        self.last = last
        self.width = decoded.width
        self.height = decoded.height

    def small(self, long_side: int) -> Picture:
        """Return RGB uint8 (height, width, 3), longer side at most `long_side`, never larger; made once for each."""
        if long_side not in self._small:
            self._small[long_side] = self._scaled(long_side)
        return self._small[long_side]

    def _scaled(self, long_side: int) -> Picture:
        """Quicker from a picture made already, where one is larger by a whole number of times."""
        for made_side, made in self._small.items():
            times, rest = divmod(made_side, long_side)
            height, width = made.shape[:2]
            if times > 1 and not rest and max(height, width) == made_side and not (height % times or width % times):
                size = (width // times, height // times)
                return np.asarray(cv2.resize(made, size, interpolation=cv2.INTER_AREA), np.uint8)
        return self._decoded.picture(long_side)

    def full(self) -> Picture:
        """Return RGB uint8 (height, width, 3) at full resolution; converted once."""
        if self._full is None:
            self._full = self._decoded.picture(None)
        return self._full


class ClipReader:
    """An opened clip or photo: its facts, and one pass over the frames worth looking at.

    Made by `open_clip`; use it in a `with` block.

    Attributes:
        container: what the file is, by its content.
        cuts_s: times of the shot cuts met so far.
        seconds: time spent decoding, finding cuts and listening, by step.
    """

    def __init__(
        self,
        source: BinaryIO,
        container: Container,
        footage: Footage,
        settings: ExamineSettings,
        on_progress: OnProgress,
    ) -> None:
        self._source = source
        self._footage = footage
        self._settings = settings
        self._on_progress = on_progress
        self._sampler = Sampler(settings.sample_every_s, 0.0 if footage.still else footage.claimed_picture_s)
        self._cuts_s: list[float] = []
        self._began = self._finished = False
        self._read = self._yielded = 0
        self._longest_step_s = self._begins_s = self._last_yield_s = self._end_s = 0.0
        self._size = (0, 0)
        self._ahead: Ahead[DecodedFrame] | None = None
        self.container = container
        self.seconds: dict[str, float] = {"decode": 0.0, "cuts": 0.0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ahead is not None:
            self._ahead.close()
        self._footage.close()

    @property
    def still(self) -> bool:
        """Whether it is a single picture."""
        return self._footage.still

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture that is no cover art."""
        return self._footage.has_picture

    @property
    def width(self) -> int:
        """Displayed width; 0 before the first frame."""
        return self._size[0]

    @property
    def height(self) -> int:
        """Displayed height; 0 before the first frame."""
        return self._size[1]

    @property
    def claimed_duration_s(self) -> float | None:
        """What the container says of its length."""
        return self._footage.claimed_duration_s

    @property
    def cuts_s(self) -> tuple[float, ...]:
        """Times of the shot cuts met so far, ascending."""
        return tuple(self._cuts_s)

    def want(self, interval_s: float | None) -> None:
        """Ask for a frame every `interval_s` seconds from now on; None goes back to the settings' spacing."""
        self._sampler.want(interval_s)

    def frames(self) -> Iterator[SampledFrame]:
        """Yield the frames worth looking at, once: the first of each shot, the last, and one every so often.

        Raises:
            MediaFailure: not a single frame or sample could be read, or a frame is too large.
        """
        if self._began:
            raise RuntimeError("a clip is read once")
        self._began = True
        finder = CutFinder()
        shot = 0
        waiting: list[tuple[DecodedFrame, int]] = []  # the first frame of what may be a new shot, and those due since
        for decoded, last in self._decoded():
            index = self._read - 1
            turn = self._judge(finder, decoded)
            if turn in (Turn.SUSPECT, Turn.UNDECIDED):
                if not waiting or decoded.at_s - waiting[-1][0].at_s >= self._settings.sample_every_s:
                    waiting.append((decoded, index))
                if not last:
                    continue
                turn = finder.finish()
            if turn is Turn.CUT and waiting:
                shot += 1
                self._cuts_s.append(waiting[0][0].at_s)
                for number, (held, held_index) in enumerate(waiting):
                    yield self._take(held, held_index, shot, first=number == 0, last=last and held is decoded)
            elif turn is Turn.CUT_HERE:
                shot += 1
                self._cuts_s.append(decoded.at_s)
            taken = turn is Turn.CUT and any(held is decoded for held, _ in waiting)
            waiting.clear()
            if not taken and (last or turn is Turn.CUT_HERE or self._sampler.due(decoded.at_s)):
                yield self._take(decoded, index, shot, first=self._yielded == 0 or turn is Turn.CUT_HERE, last=last)
        self.finish()

    def skim(self) -> None:
        """Read the clip for its sound and its facts alone: of a picture stream only the first frame is decoded.

        Raises:
            MediaFailure: not a single frame or sample could be read, or a frame is too large.
        """
        if self._began:
            raise RuntimeError("a clip is read once")
        self._began = True
        began = time.perf_counter()
        first, end_s = self._footage.skim()
        self._note_decoding(time.perf_counter() - began, 0.0)
        if first is not None:
            self._read = 1
            self._size = (first.width, first.height)
            self._end_s = end_s
        self.finish()

    def finish(self) -> None:
        """Settle what was read; done by `frames` and `skim` at their end.

        Raises:
            MediaFailure: not a single frame or sample could be read.
        """
        if self._finished:
            return
        if not self._began:
            self.skim()
            return
        self._finished = True
        if self._read:
            return
        if self._sounds is None or not self._sounds.sounded:
            raise MediaFailure(FailureCode.NOTHING_DECODED)
        if self.has_picture:
            self._footage.read_error = True

    def clip(self) -> Clip:
        """Return the facts of the file; the name is left empty, the parent knows it."""
        self.finish()
        claimed = self._footage.claimed_duration_s
        sha256, size = self._hash()
        return Clip(
            name="",
            sha256=sha256,
            bytes=size,
            container=self.container.name,
            duration_s=0.0 if self.still else max(self._end_s, self._sound_s),
            claimed_duration_s=claimed,
            still=self.still,
            width=self.width,
            height=self.height,
            streams=self._footage.streams,
        )

    def picture_coverage(self) -> PictureCoverage:
        """Return how much of the picture was looked at."""
        self.finish()
        return PictureCoverage(
            present=self.has_picture,
            begins_s=self._begins_s,
            duration_s=self._end_s,
            frames_read=self._read,
            frames_examined=self._yielded,
            longest_step_s=self._longest_step_s,
            gaps=tuple(self._gaps()),
            read_error=self._footage.read_error,
        )

    def sound_coverage(self) -> SoundCoverage:
        """Return how much of the sound was heard; what was found in it, those who listened know."""
        self.finish()
        sounds = self._sounds
        if sounds is None or not sounds.count:
            return SoundCoverage(present=False, duration_s=0.0)
        unheard: NotExamined | None = None
        if not sounds.listening:
            asked = VOICE in self._settings.look_for
            unheard = NotExamined.NO_DETECTOR if asked else NotExamined.NOT_REQUESTED
        elif sounds.failed:
            unheard = NotExamined.UNREADABLE
        return SoundCoverage(
            present=True,
            duration_s=sounds.end_s,
            streams_examined=sounds.heard,
            streams=sounds.count,
            not_examined=unheard,
            gaps=tuple(sounds.gaps(self._footage.claimed_sound_s)) if sounds.listening else (),
            read_error=self._footage.sound_error,
        )

    def waveform(self) -> Waveform | None:
        """Return how loud the sound is; None without sound, and where nobody listened."""
        self.finish()
        return self._sounds.waveform() if self._sounds is not None else None

    @property
    def _sounds(self) -> Sounds | None:
        return self._footage.sounds

    @property
    def _sound_s(self) -> float:
        return self._sounds.end_s if self._sounds is not None else 0.0

    def _decoded(self) -> Iterator[tuple[DecodedFrame, bool]]:
        """Yield each frame with whether it is the last: one frame behind the decoder."""
        frames = self._ahead = Ahead(iter(self._footage.frames()), self._ready_most)
        listened_s = self._listened_s
        current = next(frames, None)
        while current is not None:
            following = next(frames, None)
            self._read += 1
            self._size = self._size if self._size[0] else (current.width, current.height)
            self._end_s = current.at_s + (0.0 if self.still else current.lasts_s if following is None else 0.0)
            yield current, following is None
            current = following
        self._note_decoding(frames.spent_s, listened_s)

    def _ready_most(self, first: DecodedFrame) -> int:
        return 0 if self.still else min(_MOST_READY, _READY_BYTES // (first.width * first.height * 3 // 2 + 1))

    @property
    def _listened_s(self) -> float:
        return self._sounds.listen_s if self._sounds is not None else 0.0

    def _note_decoding(self, spent_s: float, listened_before_s: float) -> None:
        """Keep apart what was spent on decoding and on listening, which goes on while the picture is read."""
        listened_s = self._listened_s - listened_before_s
        self.seconds["decode"] += spent_s - listened_s
        if listened_s:
            self.seconds["listen"] = self.seconds.get("listen", 0.0) + listened_s

    def _judge(self, finder: CutFinder, decoded: DecodedFrame) -> Turn:
        if self.still:
            return Turn.SAME
        began = time.perf_counter()
        turn = finder.push(decoded.thumbnail(), decoded.at_s)
        self.seconds["cuts"] += time.perf_counter() - began
        return turn

    def _take(self, decoded: DecodedFrame, index: int, shot: int, *, first: bool, last: bool) -> SampledFrame:
        self._sampler.took(decoded.at_s)
        if self._yielded:
            self._longest_step_s = max(self._longest_step_s, decoded.at_s - self._last_yield_s)
        else:
            self._begins_s = decoded.at_s
        self._yielded += 1
        self._last_yield_s = decoded.at_s
        return SampledFrame(decoded, index=index, shot=shot, first_of_shot=first, last=last)

    def _gaps(self) -> Iterator[Gap]:
        if not self.has_picture:
            return
        claimed_s = self._footage.claimed_picture_s
        if not self._read:
            yield Gap(reason=NotExamined.UNREADABLE, start_s=0.0, end_s=claimed_s or self._sound_s, share=1.0)
            return
        if claimed_s is not None and claimed_s - self._end_s > max(_MISSING_S, _MISSING_SHARE * claimed_s):
            share = (claimed_s - self._end_s) / claimed_s
            yield Gap(reason=NotExamined.UNREADABLE, start_s=self._end_s, end_s=claimed_s, share=share)
        others = self._footage.other_pictures
        if others:
            yield Gap(reason=NotExamined.OTHER_STREAM, start_s=0.0, end_s=self._end_s, share=others / (others + 1))

    def _hash(self) -> tuple[str, int]:
        digest = hashlib.sha256()
        self._source.seek(0, io.SEEK_END)
        size = self._source.tell()
        self._source.seek(0)
        while chunk := self._source.read(_HASH_BYTES):
            digest.update(chunk)
            self._on_progress("hashing", float(self._source.tell()), float(size))
        return digest.hexdigest(), size


def open_clip(
    source: BinaryIO, settings: ExamineSettings, on_progress: OnProgress, listen: Listen | None = None
) -> ClipReader:
    """Open a clip or photo for one pass over its frames and its sound.

    Args:
        source: the file, open for reading and seekable; it is all that is ever read.
        settings: pixel cap, spacing of samples, threads.
        on_progress: called often while reading.
        listen: gives an ear to each sound stream that is listened to, by its index in the container; None where
            nobody listens.

    Raises:
        MediaFailure: the content is not on the list of formats, or cannot be opened.
    """
    container = sniff(source)
    on_progress("opening", 0.0, 0.0)
    footage = open_footage(source, container, settings, on_progress, listen)
    return ClipReader(source, container, footage, settings, on_progress)
