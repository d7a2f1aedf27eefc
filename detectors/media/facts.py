"""What a container says of its streams, as far as it can be believed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from countenance.observations import Stream, StreamKind
from detectors.media.timing import seconds_of

ATTACHED, TIMED_THUMBNAILS = 0x400, 0x800
"""Bits of a stream's disposition: pictures that are not the clip's."""


def believable(ticks: int | None, time_base: Fraction | None) -> float | None:
    """Return a length in seconds; None where it is missing, not positive or longer than a life."""
    if ticks is None or time_base is None or ticks <= 0 or time_base.numerator <= 0:
        return None
    seconds = seconds_of(ticks, time_base)
    return seconds if seconds < 1e9 else None


def start_of(stream: Any) -> float | None:  # noqa: ANN401 - PyAV's stream kinds share no useful base type
    """Return the stamp at which a stream says it begins, in seconds, on the container's own count."""
    if stream.start_time is None or stream.time_base is None or stream.time_base <= 0:
        return None
    return float(stream.start_time * stream.time_base)


def describe(stream: Any, rotation: int) -> Stream:  # noqa: ANN401 - PyAV's stream kinds share no useful base type
    """Return the facts of one stream.

    Args:
        stream: of PyAV.
        rotation: by how many degrees its picture is turned for display.
    """
    codec = stream.codec_context
    kind = {"video": StreamKind.VIDEO, "audio": StreamKind.AUDIO}.get(stream.type, StreamKind.OTHER)
    video, audio = kind is StreamKind.VIDEO and codec is not None, kind is StreamKind.AUDIO and codec is not None
    rate = (stream.average_rate or stream.guessed_rate) if video else None
    return Stream(
        index=stream.index,
        kind=kind,
        codec=str(codec.name)[:200] if codec is not None else "unknown",
        duration_s=believable(stream.duration, stream.time_base),
        width=min(codec.width, 1_000_000) if video else None,
        height=min(codec.height, 1_000_000) if video else None,
        frames_per_s=float(rate) if rate else None,
        sample_rate=codec.sample_rate if audio else None,
        channels=codec.channels if audio else None,
        rotation=rotation,
        attached_picture=bool(stream.disposition & ATTACHED),
    )
