"""How loud a clip is over its whole length, in bounded memory however long it becomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ, Waveform

MOST_STEPS = 4000
_FIRST_STEP = SOUND_HZ // 100


class WaveformBuilder:
    """Gathers the peaks of all streams; where several sound at once, the loudest counts."""

    def __init__(self) -> None:
        self._step = _FIRST_STEP
        self._peaks = np.zeros(MOST_STEPS, np.float32)
        self._end = 0

    def add(self, start: int, block: NDArray[np.float32]) -> None:
        """Take in a block of one stream.

        Args:
            start: its first sample, counted from the clip's start at `SOUND_HZ`.
            block: float32 (samples,), -1 to 1.
        """
        if not len(block):
            return
        self._end = max(self._end, start + len(block))
        while self._end > MOST_STEPS * self._step:
            halved = self._peaks.reshape(-1, 2).max(axis=1)
            self._peaks = np.concatenate((halved, np.zeros_like(halved)))
            self._step *= 2
        first = start // self._step
        bounds = np.arange(first + 1, (start + len(block) - 1) // self._step + 1) * self._step - start
        highest = np.maximum.reduceat(np.abs(block), np.concatenate(([0], bounds)))
        held = self._peaks[first : first + len(highest)]
        np.maximum(held, highest, out=held)

    def waveform(self) -> Waveform | None:
        """Return what was gathered; None where nothing was."""
        if not self._end:
            return None
        steps = -(-self._end // self._step)
        peaks = np.rint(np.clip(self._peaks[:steps], 0, 1) * 255).astype(np.uint8)
        return Waveform(step_s=self._step / SOUND_HZ, peaks=peaks.tobytes())
