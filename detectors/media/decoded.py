from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from countenance.observations import Stream
from detectors.media.displaying import Picture
from detectors.media.sounds import Sounds
from detectors.media.thumbnail import Thumbnail


class DecodedFrame(Protocol):
    """One decoded frame, before anything is converted."""

    @property
    def at_s(self) -> float:
        """Seconds from the stream's start."""

    @property
    def lasts_s(self) -> float:
        """How long the file says it is shown; 0 where it does not say."""

    @property
    def width(self) -> int:
        """Displayed width at full resolution."""

    @property
    def height(self) -> int:
        """Displayed height at full resolution."""

    def thumbnail(self) -> Thumbnail:
        """Return the luma thumbnail for finding cuts."""

    def picture(self, long_side: int | None) -> Picture:
        """Return the displayed picture, longer side at most `long_side` (None: full resolution)."""


class Footage(Protocol):
    """An opened file whose frames can be read once.

    Attributes:
        read_error: whether something in the picture could not be read.
    """

    read_error: bool

    @property
    def sounds(self) -> Sounds | None:
        """The sound streams, heard while the frames are read; None where the format has none."""

    @property
    def sound_error(self) -> bool:
        """Whether something in the sound could not be read."""

    @property
    def claimed_sound_s(self) -> float | None:
        """How long the sound should last where its streams do not say it; None where that is not known."""

    @property
    def still(self) -> bool:
        """Whether it is a single picture without a time."""

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture stream that is no cover art."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The facts of all streams; complete when all frames were read."""

    @property
    def claimed_duration_s(self) -> float | None:
        """What the container says; None where it says nothing believable."""

    @property
    def claimed_picture_s(self) -> float | None:
        """How long the picture should last; None where that is not known."""

    @property
    def other_pictures(self) -> int:
        """How many picture streams there are beside the one that is read."""

    def frames(self) -> Iterator[DecodedFrame]:
        """Yield the frames in order of time, once."""

    def skim(self) -> tuple[DecodedFrame | None, float]:
        """Hear the sound instead; return the first frame, and when the picture ends, in seconds."""

    def close(self) -> None:
        """Let go of the decoders."""
