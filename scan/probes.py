"""What is compared with the people searched: face tracks and speakers, and whether there is enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, TypeVar

from countenance.observations import NotExamined, Speaker

SHORTEST_SPEECH_S = 1.0
"""Less of a voice than this is compared with nobody."""


class Sampled(Protocol):
    """A sample of a face or of a voice."""

    @property
    def at_s(self) -> float:
        """When it was taken."""

    @property
    def embedding(self) -> bytes:
        """Float32 little-endian, L2-normalised."""


class Probe(Protocol):
    """What is compared with the gallery: a face track, or a speaker."""

    @property
    def id(self) -> int:
        """Distinct among the tracks, or among the speakers, of a clip."""

    @property
    def samples(self) -> Sequence[Sampled]:
        """In order of time."""

    @property
    def embedding(self) -> bytes:
        """Of all samples together; empty where nothing could be embedded."""

    @property
    def not_examined(self) -> NotExamined | None:
        """Why it cannot be judged; None where it can."""

    @property
    def start_s(self) -> float:
        """When it is first seen or heard."""

    def meets(self, other: Self) -> bool:
        """Return whether both are there at some moment, so that they are two people."""


AnyProbe = TypeVar("AnyProbe", bound=Probe)


def can_be_judged(probe: Probe) -> bool:
    """Return whether there is enough to say who it is, and who it is not."""
    return bool(probe.embedding and probe.samples) and probe.not_examined is None


def can_raise_alarm(probe: Probe) -> bool:
    """Return whether there is enough to suspect somebody: also a voice too short to be judged, if it has a second."""
    if can_be_judged(probe):
        return True
    brief = probe.not_examined in (None, NotExamined.TOO_SHORT)
    return (
        brief
        and isinstance(probe, Speaker)
        and bool(probe.embedding)
        and probe.speech_s - probe.overlapped_s >= SHORTEST_SPEECH_S
    )
