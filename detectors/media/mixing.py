"""Folds the channels of a sound stream into one, so that a voice in any of them is heard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ

Floats = NDArray[np.float32]

_FRONT, _AROUND, _CENTRE, _DEEP, _UNNAMED = 0.5**0.5, 0.5, 1.0, 0.25, 0.5
"""Weights of ITU-R BS.775-4 §8: the centre 3 dB over left and right, surround 3 dB under them. A mean of the front
would be 3 dB less, and the detector of speech then misses soft words. The deep channel is kept faintly: a voice that is
stored there is still a voice."""
_LOST, _REGAINED = 0.25, 0.5
"""Opposed channels cancel each other: the difference is listened to once the sum has less than a quarter of its
energy, until it has half of it again."""
_MEMORY = 0.5  # of the energies, per second
_FADE = SOUND_HZ // 50
_OFFSET, _OFFSET_SHARE, _OFFSET_SAMPLES = 0.002, 0.3, SOUND_HZ // 4
"""A constant under the sound, as cheap converters leave it, is taken away: it would count as loudness. It is one where
the mean of a quarter of a second or more exceeds both this and this share of the deviation; speech has none."""
_LOUDEST = 4.0  # decoders overshoot full scale; beyond this it is no sound any more


class Mixer:
    """Folds the channels of one stream, block after block.

    Left and right are added; where they are opposed, subtracted. What the mix swings about becomes zero. Nothing is
    louder than full scale: a mix that would be is turned down, and stays so.

    Args:
        names: of the channels as libav has them ("FL", "FC", …), in order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._left = np.zeros(len(names), np.float32)
        self._right = np.zeros(len(names), np.float32)
        self._centre = np.zeros(len(names), np.float32)
        for at, name in enumerate(names):
            side, weight = _seat(name, at, len(names))
            {"left": self._left, "right": self._right}.get(side, self._centre)[at] = weight
        self._single = len(names) == 1
        self._two_sided = bool(self._left.any() and self._right.any())
        self._energies = (0.0, 0.0)
        self._opposed = False
        self._gain = 1.0
        self._offset: float | None = None

    def mix(self, channels: Floats) -> Floats:
        """Return the mix of a block.

        Args:
            channels: float32 (channels, samples) at `SOUND_HZ`; full scale is 1.

        Returns:
            float32 (samples,), -1 to 1, always finite.
        """
        if not np.isfinite(channels).all():
            channels = np.nan_to_num(channels, nan=0.0, posinf=1.0, neginf=-1.0)
        channels = np.clip(channels, -_LOUDEST, _LOUDEST)
        if self._single:
            mixed = channels[0]
        elif self._two_sided:
            mixed = self._pair(self._left @ channels, self._right @ channels)
            if self._centre.any():
                mixed = mixed + self._centre @ channels
        else:
            mixed = (self._left + self._right + self._centre) @ channels
        return self._tamed(self._centred(np.ascontiguousarray(mixed, np.float32)))

    def _pair(self, left: Floats, right: Floats) -> Floats:
        total, difference = left + right, left - right
        kept = _MEMORY ** (len(total) / SOUND_HZ)
        energies = float(np.dot(total, total)), float(np.dot(difference, difference))
        together, apart = (kept * old + new for old, new in zip(self._energies, energies, strict=True))
        before, fresh = self._opposed, not any(self._energies)
        self._energies = together, apart
        self._opposed = together < (_REGAINED if before else _LOST) * apart
        if before is self._opposed or fresh:
            return difference if self._opposed else total
        begins, goes_on = (difference, total) if before else (total, difference)
        return _faded(begins, goes_on)

    def _centred(self, mixed: Floats) -> Floats:
        before = self._offset
        if len(mixed) >= _OFFSET_SAMPLES:
            mean = float(mixed.mean(dtype=np.float64))
            if before is not None or abs(mean) > max(_OFFSET, _OFFSET_SHARE * float(mixed.std(dtype=np.float64))):
                self._offset = mean
        if self._offset is None:
            return mixed
        begins = self._offset if before is None else before
        return mixed - np.linspace(begins, self._offset, len(mixed), dtype=np.float32)

    def _tamed(self, mixed: Floats) -> Floats:
        peak = float(np.abs(mixed).max(initial=0.0))
        before, self._gain = self._gain, min(self._gain, 1.0 / peak if peak > 1 else 1.0)
        if before == self._gain == 1.0:
            return mixed
        quiet = mixed * np.float32(self._gain)
        if before != self._gain:
            quiet = np.clip(_faded(mixed * np.float32(before), quiet), -1, 1)
        return quiet


def _seat(name: str, at: int, count: int) -> tuple[str, float]:
    """Where a channel sits, and with which weight it is heard."""
    if name.startswith("LFE"):
        return "centre", _DEEP
    if count == 2 and name in {"NONE", "UNK"}:
        return ("left", "right")[at], _FRONT
    if name.endswith(("L", "LC", "LS")):
        return "left", _FRONT if name in {"FL", "DL"} else _AROUND
    if name.endswith(("R", "RC", "RS")):
        return "right", _FRONT if name in {"FR", "DR"} else _AROUND
    if name == "FC":
        return "centre", _CENTRE
    return "centre", _UNNAMED if name in {"NONE", "UNK"} else _AROUND


def _faded(before: Floats, after: Floats) -> Floats:
    """Go over from one to the other within a fiftieth of a second."""
    length = min(_FADE, len(after))
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    joined = after.copy()
    joined[:length] = before[:length] * (1 - ramp) + after[:length] * ramp
    return joined
