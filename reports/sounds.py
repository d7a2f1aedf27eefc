"""Excerpts of voices as small WAV files that any browser plays, made of the plain samples that results carry."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable

from countenance.observations import SOUND_HZ, Speaker, VoiceSample

HEADER_BYTES = 44


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
