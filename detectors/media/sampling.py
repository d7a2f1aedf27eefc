from __future__ import annotations

LEAST_SAMPLES = 12
"""Frames looked at in a short clip, if it has them."""
_SLACK = 1e-6


class Sampler:
    """Decides which frames are worth looking at: one every so often, and enough of a short clip.

    Args:
        every_s: time between two samples in quiet stretches.
        claimed_s: how long the picture should last; None where nobody knows, so that the first frames are all taken.
    """

    def __init__(self, every_s: float, claimed_s: float | None) -> None:
        self._default_s = every_s
        self._short_s = 0.0 if claimed_s is None else claimed_s / LEAST_SAMPLES
        self._wanted_s = every_s
        self._mark_s: float | None = None
        self._taken = 0

    def want(self, interval_s: float | None) -> None:
        """Ask for another spacing from now on; None goes back to the usual one."""
        self._wanted_s = self._default_s if interval_s is None else max(0.0, interval_s)

    def due(self, at_s: float) -> bool:
        """Return whether the frame at this time should be looked at."""
        return self._mark_s is None or at_s - self._mark_s >= self._interval_s() * (1 - _SLACK) - _SLACK

    def took(self, at_s: float) -> None:
        """Note that the frame at this time was looked at."""
        interval_s = self._interval_s()
        if self._mark_s is None or not 0 <= at_s - self._mark_s - interval_s < interval_s:
            self._mark_s = at_s
        else:
            # Count on from when the sample was due, so that the spacing holds on average between frames' times.
            self._mark_s += interval_s
        self._taken += 1

    def _interval_s(self) -> float:
        return min(self._wanted_s, self._short_s) if self._taken < LEAST_SAMPLES else self._wanted_s
