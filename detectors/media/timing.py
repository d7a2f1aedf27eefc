from __future__ import annotations

from fractions import Fraction

BACKWARD_JUMP_S = 1.0
"""A timestamp that falls back by more than this begins a new count (a joined recording, a counter that wrapped)."""
AHEAD_JUMP_S = 600.0
"""In containers that are joined at will, a jump ahead by more than this is a new count as well."""
_LATEST_S = 1e8
_SMALLEST_STEP_S = 1e-6


class Clock:
    """Turns a stream's presentation stamps into seconds from its start: exact where they are sound, ascending always.

    Stamps that are missing, repeated or out of order are placed one frame, or a hair, after the frame before. A large
    jump back continues the count; a jump ahead is kept: the picture stood still that long.

    Attributes:
        step_s: the usual time between two frames, for frames without a stamp.
        repaired: how many stamps had to be placed.
    """

    def __init__(self, start: int | None, step_s: float, *, jumps: bool = False) -> None:
        self._start = start
        self._offset_s = 0.0
        self._last_s: float | None = None
        self._jumps = jumps
        self.step_s = step_s
        self.repaired = 0

    @property
    def last_s(self) -> float | None:
        """Time of the last frame; None before the first."""
        return self._last_s

    @property
    def offset_s(self) -> float:
        """By how much jumps have moved the count on."""
        return self._offset_s

    def place(self, stamp: int | None, time_base: Fraction | None) -> float:
        """Return the time of the next frame in seconds, strictly later than the one before."""
        at_s = self._exact(stamp, time_base)
        if at_s is None or at_s > _LATEST_S:
            self.repaired += 1
            at_s = 0.0 if self._last_s is None else self._last_s + self.step_s
        elif self._last_s is not None and (
            at_s <= self._last_s or (self._jumps and at_s > self._last_s + AHEAD_JUMP_S)
        ):
            self.repaired += 1
            if abs(at_s - self._last_s) > BACKWARD_JUMP_S:
                self._offset_s += self._last_s + self.step_s - at_s
                at_s = self._last_s + self.step_s
            else:
                at_s = self._last_s + max(_SMALLEST_STEP_S, self._last_s * 1e-12)
        self._last_s = at_s
        return at_s

    def _exact(self, stamp: int | None, time_base: Fraction | None) -> float | None:
        if stamp is None or time_base is None or time_base.numerator <= 0:
            return None
        if self._start is None or (
            self._last_s is None and not 0 <= seconds_of(stamp - self._start, time_base) <= _LATEST_S
        ):
            self._start = stamp
        return seconds_of(stamp - self._start, time_base) + self._offset_s


def seconds_of(ticks: int, time_base: Fraction) -> float:
    """Return a count of ticks in seconds, rounded once, as the product of fractions would be but ten times as fast."""
    return ticks * time_base.numerator / time_base.denominator
