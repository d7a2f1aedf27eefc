from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from detectors.media.thumbnail import Thumbnail

# Measured on real, generated and joined clips (ADR 0008): inside a shot two neighbours differ by at most 18 grey
# levels with a correlation over 0.65; across joints the first percentile is 28 levels and the correlation 0.59.
_STRANGE = ((8.0, 0.5), (25.0, 0.8))
_RECOLOURED = (20.0, 0.9, 0.25)
_OVER_MOTION = 2.0
_ALIKE_LEVELS, _ALIKE_CORRELATION = 20.0, 0.7

FLASH_S = 0.2
"""A disturbance after which the old picture is back within this time is a flash, not two cuts."""
_FLASH_FRAMES = 6
_BLANK_SPREAD = 4.0
# Video black is 16; what bars leave has to be a picture, in thumbnail pixels each way.
_BAR_LEVEL, _LEAST_PICTURE = 22.0, 6
_GRADUAL_S = 0.8
_GRADUAL_CORRELATION, _GRADUAL_LEVELS = 0.35, 25.0
_MIXTURE_LEVELS = 6.0


class Turn(Enum):
    """What a new frame says about the shot."""

    SAME = "same"
    SUSPECT = "suspect"
    """This frame looks like a new shot; the frames that follow decide."""
    UNDECIDED = "undecided"
    CUT = "cut"
    """The shot changed at the suspect frame."""
    CUT_HERE = "cut_here"
    """The shot changed gradually; the new one is counted from this frame."""
    FLASH = "flash"
    """The old picture is back; the frames since the suspect belong to the old shot."""


@dataclass(slots=True)
class _Seen:
    thumbnail: Thumbnail
    at_s: float


class CutFinder:
    """Finds shot cuts from the thumbnails of every frame, in order; keeps a handful of them, whatever the length.

    Hard cuts are found by structure and brightness together, against the motion just before. Short flashes are no
    cuts. A passage through a blank picture, and a dissolve, count as one cut each.
    """

    _KEPT: ClassVar[int] = 9

    def __init__(self) -> None:
        self._last: _Seen | None = None
        self._before: _Seen | None = None
        self._suspect: _Seen | None = None
        self._undecided = 0
        self._in_blank = False
        self._motion: deque[float] = deque(maxlen=self._KEPT)
        self._older: deque[_Seen] = deque(maxlen=self._KEPT)

    def push(self, thumbnail: Thumbnail, at_s: float) -> Turn:
        """Judge the next frame."""
        seen = _Seen(thumbnail, at_s)
        if self._suspect is not None:
            return self._decide(seen)
        if _blank(thumbnail):
            # As long as nothing is shown, nothing is decided: the old picture may come back after a blink, and a
            # fade's new shot begins where something is seen again.
            self._in_blank = True
            return Turn.SAME
        last, self._last = self._last, seen
        if last is None:
            self._in_blank = False
            self._start_shot(seen)
            return Turn.SAME
        if self._in_blank:
            self._in_blank = False
            self._start_shot(seen)
            return Turn.SAME if _alike(last.thumbnail, thumbnail) else Turn.CUT_HERE
        return self._compare(last, seen)

    def finish(self) -> Turn:
        """Say what a suspect at the clip's very end was: there is no later frame to bring the old picture back."""
        turn = Turn.SAME if self._suspect is None else Turn.CUT
        self._suspect = None
        return turn

    def _compare(self, last: _Seen, seen: _Seen) -> Turn:
        old, new = _without_bars(last.thumbnail, seen.thumbnail)
        levels = _levels(old, new)
        if self._strange(old, new, levels):
            self._before, self._suspect, self._undecided = last, seen, 0
            return Turn.SUSPECT
        if self._gradual(seen):
            self._start_shot(seen)
            return Turn.CUT_HERE
        self._motion.append(levels)
        if seen.at_s - self._older[-1].at_s >= _GRADUAL_S / (self._KEPT - 1):
            self._older.append(seen)
        return Turn.SAME

    def _decide(self, seen: _Seen) -> Turn:
        assert self._suspect is not None
        assert self._before is not None
        self._last = seen
        self._undecided += 1
        if _alike(*_without_bars(self._before.thumbnail, seen.thumbnail)):
            self._suspect = None
            return Turn.FLASH
        if seen.at_s - self._suspect.at_s < FLASH_S and self._undecided < _FLASH_FRAMES:
            return Turn.UNDECIDED
        self._start_shot(seen)
        return Turn.CUT

    def _start_shot(self, seen: _Seen) -> None:
        self._suspect = None
        self._motion.clear()
        self._older.clear()
        self._older.append(seen)

    def _strange(self, old: Thumbnail, new: Thumbnail, levels: float) -> bool:
        usual = float(np.median(self._motion)) if self._motion else 0.0
        if levels < _STRANGE[0][0] or levels < _OVER_MOTION * usual:
            return False
        correlation = _correlation(old, new)
        if any(levels >= least and correlation < most for least, most in _STRANGE):
            return True
        least, most, recoloured = _RECOLOURED
        return levels >= least and correlation < most and _histogram_distance(old, new) > recoloured

    def _gradual(self, seen: _Seen) -> bool:
        """A dissolve: little by little, everything is different from what it was most of a second ago."""
        oldest = self._older[0]
        if len(self._older) < self._KEPT or seen.at_s - oldest.at_s > 3 * _GRADUAL_S:
            return False
        if _levels(oldest.thumbnail, seen.thumbnail) < _GRADUAL_LEVELS:
            return False
        if _correlation(oldest.thumbnail, seen.thumbnail) >= _GRADUAL_CORRELATION:
            return False
        # In a dissolve the frames between are mixtures of both ends; in motion they are not.
        return all(
            _unlike_mixture(oldest.thumbnail, between.thumbnail, seen.thumbnail) < _MIXTURE_LEVELS
            for between in list(self._older)[1::2]
        )


def _without_bars(one: Thumbnail, other: Thumbnail) -> tuple[Thumbnail, Thumbnail]:
    """Return what lies within the black bars of both: bars are alike in every shot, and would make any two alike."""
    lit = np.maximum(one, other) > _BAR_LEVEL
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if len(rows) == 0 or min(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 < _LEAST_PICTURE:
        return one, other
    inside = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return one[inside], other[inside]


def _levels(one: Thumbnail, other: Thumbnail) -> float:
    return float(np.abs(one - other).mean())


def _correlation(one: Thumbnail, other: Thumbnail) -> float:
    a, b = one - one.mean(), other - other.mean()
    # The 4 keeps the noise of two flat pictures from counting as structure.
    return float((a * b).mean() / (a.std() * b.std() + 4.0))


def _unlike_mixture(old: Thumbnail, between: Thumbnail, new: Thumbnail) -> float:
    """How far, in mean grey levels, a frame is from the nearest mixture of two others."""
    way = (new - old).ravel()
    part = float(np.clip((between - old).ravel() @ way / max(float(way @ way), 1e-6), 0, 1))
    return _levels(between, old + part * (new - old))


def _histogram_distance(one: Thumbnail, other: Thumbnail) -> float:
    counts = [np.histogram(each, 32, (0, 256))[0] for each in (one, other)]
    return float(np.abs(counts[0] - counts[1]).sum()) / (2 * one.size)


def _alike(one: Thumbnail, other: Thumbnail) -> bool:
    return _levels(one, other) < _ALIKE_LEVELS and _correlation(one, other) > _ALIKE_CORRELATION


def _blank(thumbnail: Thumbnail) -> bool:
    mean = float(thumbnail.mean())
    return float(thumbnail.std()) < _BLANK_SPREAD and (mean < 24 or mean > 232)
