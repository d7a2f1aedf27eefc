"""Sound as reports and windows show it: excerpts as small WAV files that any browser plays, waveforms as outlines."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable

from countenance.observations import SOUND_HZ, Speaker, VoiceSample, Waveform

HEADER_BYTES = 44

SOFTEST_DRAWN = 0.1
"""Sound whose loudest moment is softer than this is drawn as soft; louder sound fills the height it has."""


def wav_of(sound: bytes) -> bytes:
    """Return a WAV file (RIFF, PCM, mono, 16 bit, `SOUND_HZ`) of a `countenance.observations.Sound`."""
    sheet = io.BytesIO()
    with wave.open(sheet, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SOUND_HZ)
        # Half a sample at the end would be no sample.
        out.writeframes(sound[: len(sound) // 2 * 2])
    return sheet.getvalue()


def best_excerpt(speakers: Iterable[Speaker], wanted: Iterable[int]) -> tuple[Speaker, VoiceSample] | None:
    """Return the best sample that can be listened to, and whose it is, among the wanted speakers; None without any."""
    among = frozenset(wanted)
    heard = [(one, sample) for one in speakers if one.id in among for sample in one.samples if sample.sound]
    return max(heard, key=lambda pair: pair[1].quality) if heard else None


def peaks_drawn(waveform: Waveform, most: int) -> list[float]:
    """Return at most `most` loudnesses, 0 to 1, relative to the loudest moment.

    Each is the loudest of its stretch, so that no short sound is lost.
    """
    peaks = waveform.peaks
    step = max(1, -(-len(peaks) // most))
    loudest = max(SOFTEST_DRAWN, max(peaks, default=0) / 255)
    return [max(peaks[at : at + step]) / 255 / loudest for at in range(0, len(peaks), step)]
