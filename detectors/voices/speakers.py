"""The speakers of a stream: voices of its blocks brought together, and the best samples of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.observations import (
    SOUND_HZ,
    Background,
    Gap,
    NotExamined,
    Speaker,
    Turn,
)
from detectors.voices.diarisation import BRIDGED, Voice, least_likeness
from detectors.voices.embedding import VoiceEmbedder, mean_direction
from detectors.voices.excerpts import Block, Excerpt, cut_excerpts, spread
from detectors.voices.mel import HOP
from detectors.voices.quality import Quality

Floats = NDArray[np.float32]
Span = tuple[int, int]

LEAST_SPEECH_S = 2.5
"""Less speech of a speaker says too little about who it is: with it among them, recordings err five times as often."""

_POOL = 2  # samples held while listening, as a multiple of those that are kept
_MOSTLY = 0.8

_SOUND_BUDGET = 16 * 1024 * 1024
"""Bytes of all samples together: faces share the message that carries them, and hours of sound this memory."""


@dataclass(slots=True)
class _Known:
    """What stays of a speaker from one block to the next."""

    direction: NDArray[np.float64]
    embedding: NDArray[np.float64]
    steps: int = 0
    turns: list[Span] = field(default_factory=list)
    excerpts: list[Excerpt] = field(default_factory=list)
    speech: int = 0
    overlapped: int = 0
    level_db: float = 0.0
    clipped: float = 0.0
    behind: Counter[Background] = field(default_factory=Counter)

    @property
    def heading(self) -> Floats:
        """The normalised `direction`."""
        return mean_direction(self.direction[None])

    def judge(self, quality: Quality, speech: int) -> None:
        """Bring in the quality of `speech` more samples."""
        self.speech += speech
        share = speech / self.speech
        self.level_db += share * (quality.level_db - self.level_db)
        self.clipped += share * (quality.clipped - self.clipped)
        self.behind[quality.background] += speech


class Speakers:
    """Brings the voices of one block after the other together.

    Args:
        embedder: of voices.
        stream: index of the stream in its container.
        samples_per_speaker: most samples kept of each.
    """

    def __init__(self, embedder: VoiceEmbedder, stream: int, samples_per_speaker: int) -> None:
        self._embedder = embedder
        self._stream = stream
        self._most = samples_per_speaker
        self._known: list[_Known] = []

    def add(
        self, block: Block, voices: Sequence[Voice], qualities: Sequence[Quality], on_batch: Callable[[], None]
    ) -> None:
        """Take in the voices of the next block: each is a speaker heard before, or a new one."""
        fitting = self._assign(voices)
        latest = max((known.turns[-1][1] for known in self._known), default=0)
        for voice, quality, fits in zip(voices, qualities, fitting, strict=True):
            known = fits or _Known(np.zeros(self._embedder.dimension), np.zeros(self._embedder.dimension))
            if fits is None:
                self._known.append(known)
            self._take(known, voice, block, latest, on_batch)
            known.judge(quality, voice.length * HOP)
        self._keep_within_budget(_POOL * self._most)

    def finish(self) -> tuple[Speaker, ...]:
        """Return the speakers in the order of their first words."""
        self._keep_within_budget(self._most)
        ordered = sorted(self._known, key=lambda known: known.turns[0])
        return tuple(self._speaker(number, known) for number, known in enumerate(ordered))

    def _assign(self, voices: Sequence[Voice]) -> list[_Known | None]:
        """Return for each voice of a block the speaker it belongs to, the most alike first; None for a new one."""
        assigned: list[_Known | None] = [None] * len(voices)
        bounds = self._embedder.recipe.diarisation
        pairs = sorted(
            (
                (float(voice.direction @ known.heading - least_likeness(voice.steps, known.steps, bounds)), number, at)
                for number, voice in enumerate(voices)
                for at, known in enumerate(self._known)
            ),
            reverse=True,
        )
        taken: set[int] = set()
        for ahead, number, at in pairs:
            if ahead < 0:
                break
            if assigned[number] is None and at not in taken:
                assigned[number] = self._known[at]
                taken.add(at)
        return assigned

    def _take(self, known: _Known, voice: Voice, block: Block, latest: int, on_batch: Callable[[], None]) -> None:
        """Bring in a voice; who was the `latest` to end before the block may go on with the same turn."""
        known.direction += voice.direction * voice.steps
        known.steps += voice.steps
        known.overlapped += voice.overlapped * HOP
        for start, end in voice.turns:
            turn = (block.begins + start * HOP, block.begins + min(end * HOP, len(block.samples)))
            if known.turns and known.turns[-1][1] == latest and turn[0] - latest <= BRIDGED * HOP:
                known.turns[-1] = (known.turns[-1][0], turn[1])
            else:
                known.turns.append(turn)
        excerpts = list(cut_excerpts(block, voice, self._embedder, on_batch))
        for excerpt in excerpts:
            known.embedding += excerpt.total
        known.excerpts += excerpts

    def _keep_within_budget(self, most: int) -> None:
        """Thin the excerpts out, evenly, and at the last those of the speakers with least speech altogether."""
        for each in range(most, 0, -1):
            for known in self._known:
                known.excerpts = spread(known.excerpts, each)
            if self._sound_bytes() <= _SOUND_BUDGET:
                return
        for known in sorted(self._known, key=lambda known: known.speech):
            if self._sound_bytes() > _SOUND_BUDGET:
                known.excerpts = []

    def _sound_bytes(self) -> int:
        return sum(len(excerpt.sound) for known in self._known for excerpt in known.excerpts)

    def _speaker(self, number: int, known: _Known) -> Speaker:
        samples = tuple(excerpt.sample() for excerpt in known.excerpts)
        speech_s, overlapped_s = known.speech / SOUND_HZ, known.overlapped / SOUND_HZ
        clean_s = speech_s - overlapped_s
        reason = None
        if clean_s < LEAST_SPEECH_S:
            reason = NotExamined.OVERLAPPED if overlapped_s >= _MOSTLY * speech_s else NotExamined.TOO_SHORT
        embedded = bool(np.any(known.embedding))
        return Speaker(
            id=number,
            stream=self._stream,
            turns=tuple(Turn(start_s=start / SOUND_HZ, end_s=end / SOUND_HZ) for start, end in known.turns),
            speech_s=speech_s,
            overlapped_s=overlapped_s,
            samples=samples,
            embedding=mean_direction(known.embedding[None]).astype("<f4").tobytes() if embedded else b"",
            level_db=known.level_db,
            clipped=known.clipped,
            background=known.behind.most_common(1)[0][0],
            not_examined=reason,
        )


def overlaps_of(speakers: Sequence[Speaker]) -> tuple[Turn, ...]:
    """Return where turns of several speakers lie over each other, ascending and apart."""
    spans = sorted((turn.start_s, turn.end_s) for speaker in speakers for turn in speaker.turns)
    overlaps: list[tuple[float, float]] = []
    reach = 0.0
    for start, end in spans:
        if start < reach:
            overlap = (start, min(end, reach))
            if overlaps and overlap[0] <= overlaps[-1][1]:
                overlaps[-1] = (overlaps[-1][0], max(overlap[1], overlaps[-1][1]))
            else:
                overlaps.append(overlap)
        reach = max(reach, end)
    return tuple(Turn(start_s=start, end_s=end) for start, end in overlaps)


def unexamined(speakers: Sequence[Speaker]) -> tuple[Gap, ...]:
    """Return a gap for every speaker that could not be examined, with its share of all speech."""
    everything_s = sum(speaker.speech_s for speaker in speakers)
    return tuple(
        Gap(
            reason=speaker.not_examined,
            start_s=speaker.start_s,
            end_s=speaker.end_s,
            share=min(1.0, speaker.speech_s / everything_s),
        )
        for speaker in speakers
        if speaker.not_examined is not None
    )
