"""Voices to listen to: what is played, what it is called, how it is drawn, and how a device that is choosy gets it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import gcd

import numpy as np

from countenance.observations import SOUND_HZ, Waveform
from reports.sounds import peaks_drawn

COLUMNS = 1200
"""Loudnesses a waveform is drawn of; more than a window has room for."""

EXCERPT_COLUMNS = 40


class SampleKind(StrEnum):
    """How a device wants its samples, as numpy names them; little-endian."""

    UINT8 = "u1"
    INT16 = "<i2"
    INT32 = "<i4"
    FLOAT32 = "<f4"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceExcerpt:
    """A voice to listen to.

    Attributes:
        caption: where it is from, in a word or two.
        note: when in the clip, or whose voice; may be empty.
        spoken: what playing it does, in words.
        sound: `countenance.observations.Sound`.
        peaks: how loud it is, 0 to 1.
    """

    caption: str
    note: str
    spoken: str
    sound: bytes
    peaks: tuple[float, ...]


def wave_peaks(waveform: Waveform) -> tuple[float, ...]:
    """Return at most `COLUMNS` loudnesses to draw, 0 to 1."""
    return tuple(peaks_drawn(waveform, COLUMNS))


def excerpt_peaks(sound: bytes) -> tuple[float, ...]:
    """Return at most `EXCERPT_COLUMNS` loudnesses of an excerpt, the loudest being 1: quiet voices are drawn too."""
    samples = np.abs(_samples(sound))
    step = max(1, -(-len(samples) // EXCERPT_COLUMNS))
    peaks = [float(samples[at : at + step].max()) for at in range(0, len(samples), step)]
    most = max(peaks, default=0.0) or 1.0
    return tuple(peak / most for peak in peaks)


def for_device(sound: bytes, rate_hz: int, channels: int, kind: SampleKind) -> bytes:
    """Return an excerpt as a device wants it: another rate, the one voice on every channel, other samples.

    Args:
        sound: `countenance.observations.Sound`.
        rate_hz: samples per second and channel.
        channels: at least one.
        kind: how samples are written.
    """
    samples = _samples(sound)
    if rate_hz != SOUND_HZ:
        from scipy.signal import resample_poly  # large, and few devices need it

        common = gcd(rate_hz, SOUND_HZ)
        samples = np.clip(resample_poly(samples, rate_hz // common, SOUND_HZ // common), -1, 1)
    if kind is SampleKind.FLOAT32:
        written = samples.astype(kind.value)
    elif kind is SampleKind.UINT8:
        written = np.round(samples * 127 + 128).astype(kind.value)
    else:
        most = np.iinfo(kind.value).max
        written = np.round(samples * most).astype(kind.value)
    return np.repeat(written, channels).tobytes()


def _samples(sound: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(sound[: len(sound) // 2 * 2], "<i2").astype(np.float64) / 32768
