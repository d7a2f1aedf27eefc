"""Listening to one audio stream from beginning to end: its speech, its speakers, and what could not be examined.

Sound is worked on in blocks of a minute and a half that end in a pause, so that hours need no more memory than minutes:
of a block only its voices' turns, directions and best samples stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ, Gap, Speaker, Turn
from countenance.packs import ModelStamp
from detectors.voices.activity import Stretch, VoiceActivity
from detectors.voices.diarisation import diarise
from detectors.voices.embedding import features_along
from detectors.voices.excerpts import Block
from detectors.voices.mel import HOP
from detectors.voices.opening import VoiceModels
from detectors.voices.quality import frame_powers, judge
from detectors.voices.speakers import Speakers, overlaps_of, unexamined

Floats = NDArray[np.float32]

_BLOCK = 90 * SOUND_HZ
_AUDIBLE_POWER = 10 ** (-50 / 10)
_KEEP_BEFORE = SOUND_HZ // 10  # the pad before speech that has begun, and some quiet to judge it by


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in one stream.

    Attributes:
        speakers: in the order of their first words.
        duration_s: of the stream.
        speech_s: seconds of speech, whoever's.
        without_speech_s: audible seconds without speech.
        overlaps: where several speak at once.
        gaps: speech that was not examined; shares are of `speech_s`.
        models: the models that ran.
    """

    speakers: tuple[Speaker, ...]
    duration_s: float
    speech_s: float
    without_speech_s: float
    overlaps: tuple[Turn, ...]
    gaps: tuple[Gap, ...]
    models: tuple[ModelStamp, ...]


class VoiceListener:
    """Listens to one audio stream.

    Args:
        models: opened voice models.
        stream: index of the stream in its container.
        samples_per_speaker: most samples kept of each.
        on_progress: called with the seconds heard so far, after every run of a network.
    """

    def __init__(
        self,
        models: VoiceModels,
        stream: int,
        samples_per_speaker: int,
        on_progress: Callable[[float], None] = lambda _heard_s: None,
    ) -> None:
        self._models = models
        self._on_progress = on_progress
        self._activity = VoiceActivity(models.activity)
        self._speakers = Speakers(models.embedder, stream, samples_per_speaker)
        self._held: list[Floats] = []
        self._held_samples = 0
        self._begins = 0  # of what is held
        self._stretches: list[Stretch] = []
        self._speech = 0
        self._without_speech = 0

    @property
    def held_s(self) -> float:
        """Seconds of sound that are kept at the moment; never more than some minutes."""
        return self._held_samples / SOUND_HZ

    def hear(self, block: Floats) -> None:
        """Take the stream's next samples: float32 (n,), mono, 16 kHz, -1 to 1, from the clip's start, without holes."""
        self._held.append(block)
        self._held_samples += len(block)
        self._stretches += self._activity.hear(block)
        self._tell()
        if self._held_samples >= _BLOCK:
            since = self._activity.speaking_since
            self._close_block((self._activity.judged if since is None else since) - _KEEP_BEFORE)

    def finish(self) -> Heard:
        """Return what was heard; the stream is over."""
        self._stretches += self._activity.finish()
        self._close_block(self._begins + self._held_samples)
        speakers = self._speakers.finish()
        speech_s = max(0, self._speech) / SOUND_HZ
        return Heard(
            speakers=speakers,
            duration_s=self._activity.heard / SOUND_HZ,
            speech_s=speech_s,
            without_speech_s=self._without_speech / SOUND_HZ,
            overlaps=overlaps_of(speakers),
            gaps=unexamined(speakers),
            models=self._models.stamps(),
        )

    def _close_block(self, end: int) -> None:
        """Work on what is held up to the sample `end`, at which nobody speaks, and hold the rest."""
        length = max(0, end - self._begins) // HOP * HOP if end < self._begins + self._held_samples else None
        held = np.concatenate([*self._held, np.zeros(0, np.float32)])
        samples = held[:length]
        stretches = [stretch for stretch in self._stretches if stretch.start < self._begins + len(samples)]
        self._stretches = self._stretches[len(stretches) :]
        self._listen(samples, stretches)
        self._begins += len(samples)
        self._held = [held[len(samples) :].copy()]
        self._held_samples = len(self._held[0])

    def _listen(self, samples: Floats, stretches: list[Stretch]) -> None:
        powers = frame_powers(samples)
        frames = len(powers)
        speech = [
            ((stretch.start - self._begins) // HOP, min(frames, -(-(stretch.end - self._begins) // HOP)))
            for stretch in stretches
        ]
        silent = np.ones(frames, bool)
        for start, end in speech:
            silent[start:end] = False
        self._without_speech += HOP * int(np.count_nonzero(silent & (powers > _AUDIBLE_POWER)))
        self._speech += sum(stretch.length for stretch in stretches)
        if not speech:
            return
        features = features_along(samples, self._models.embedder.recipe)
        found = diarise(samples, features, powers, speech, self._models.embedder, on_batch=self._tell)
        judged = [(voice, judge(samples, powers, voice.speech)) for voice in found]
        voices = [voice for voice, quality in judged if quality.voice]
        mistaken = HOP * sum(voice.length for voice, quality in judged if not quality.voice)
        self._speech -= mistaken
        self._without_speech += mistaken
        qualities = [quality for _voice, quality in judged if quality.voice]
        self._speakers.add(Block(self._begins, samples, powers), voices, qualities, self._tell)

    def _tell(self) -> None:
        self._on_progress(self._activity.heard / SOUND_HZ)


def hear_all(samples: Floats, models: VoiceModels, samples_per_speaker: int = 6) -> Heard:
    """Return what is heard in `samples`, float32 (n,), mono, 16 kHz, -1 to 1: one whole stream."""
    listener = VoiceListener(models, 0, samples_per_speaker)
    for at in range(0, len(samples), SOUND_HZ):
        listener.hear(samples[at : at + SOUND_HZ])
    return listener.finish()
