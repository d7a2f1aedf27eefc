"""Which few pictures of a track are embedded: the best by picture quality, spread in time, never by likeness."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.observations import FaceDetection
from detectors.faces.detection import Picture

APART_S = 1.0
"""Samples this far apart count as independent where the track is long enough."""

_BIN_S = 0.5
_KEPT_PER_SAMPLE = 3
# Samples of a track too short for a second between them are still worth a mean, but not frame by frame.
_LEAST_APART_S = 0.2
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A detection that may become a sample.

    Attributes:
        crop: aligned for the embedder from the full-resolution frame.
        picture: JPEG, see `pictures.surroundings`.
        further_crops: aligned for each of the further embedders, in their order.
    """

    detection: FaceDetection
    crop: Picture
    picture: bytes
    further_crops: tuple[Picture, ...] = ()


class Candidates:
    """The best candidates of one track while it runs: one per half second, and never more than a fixed number.

    Args:
        samples: how many samples the track may have in the end.
    """

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._bins: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self._bins)

    def wants(self, detection: FaceDetection) -> bool:
        """Tell whether a detection would be kept, so that crops are made of those only."""
        held = self._bins.get(_bin(detection))
        if held is not None:
            return detection.quality > held.detection.quality
        return len(self._bins) < self._most or detection.quality > self._weakest().detection.quality

    def add(self, candidate: Candidate) -> None:
        """Keep a candidate that is wanted; the weakest gives way to it."""
        if not self.wants(candidate.detection):
            return
        place = _bin(candidate.detection)
        if place not in self._bins and len(self._bins) >= self._most:
            del self._bins[_bin(self._weakest().detection)]
        self._bins[place] = candidate

    def chosen(self) -> list[Candidate]:
        """Return the final samples in order of time.

        The best first, each at least a second from those taken; where that leaves fewer than three, closer ones fill up
        to three.
        """
        ranked = sorted(self._bins.values(), key=lambda held: -held.detection.quality)
        taken: list[Candidate] = []
        _take(ranked, taken, APART_S, self._samples)
        _take(ranked, taken, _LEAST_APART_S, min(_ENOUGH, self._samples))
        return sorted(taken, key=lambda held: held.detection.at_s)

    @property
    def _most(self) -> int:
        return self._samples * _KEPT_PER_SAMPLE

    def _weakest(self) -> Candidate:
        return min(self._bins.values(), key=lambda held: held.detection.quality)


def _bin(detection: FaceDetection) -> int:
    return int(detection.at_s / _BIN_S)


def _take(ranked: list[Candidate], taken: list[Candidate], apart_s: float, most: int) -> None:
    for candidate in ranked:
        if len(taken) >= most:
            return
        at_s = candidate.detection.at_s
        if all(abs(at_s - other.detection.at_s) >= apart_s for other in taken):
            taken.append(candidate)
