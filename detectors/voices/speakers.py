"""The speakers of a stream: voices of its blocks brought together, and the best samples of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from countenance.observations import (
    LONGEST_EXCERPT_S,
    SOUND_HZ,
    Background,
    Gap,
    NotExamined,
    Speaker,
    Turn,
    VoiceSample,
)
from detectors.voices.diarisation import BRIDGED, VOICES_ALIKE, Voice
from detectors.voices.embedding import VoiceEmbedder, from_pcm, mean_direction, to_pcm
from detectors.voices.mel import HOP
from detectors.voices.quality import clipped_share, level_over_background, sample_quality

Floats = NDArray[np.float32]
Powers = NDArray[np.float64]
Span = tuple[int, int]

LEAST_SPEECH_S = 2.5
"""Less speech of a speaker says nothing about who it is (measured: docs/adr/0019-diarisation.md)."""

_LEAST_EMBEDDED_S = 0.4
_LEAST_SAMPLE_S = 1.6
_LONGEST_SAMPLE = int(LONGEST_EXCERPT_S * SOUND_HZ)
_FAR_APART = 10 * SOUND_HZ  # a sample holds no speech that lies further apart
_POOL = 2  # samples held while listening, as a multiple of those that are kept
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the stream that was worked on.

    Attributes:
        begins: its first sample, counted from the stream's start; `voices` count frames from it.
        powers: mean square per frame.
    """

    begins: int
    samples: Floats
    powers: Powers
    voices: Sequence[Voice]


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """A candidate for a sample; start and end in samples of the stream."""

    start: int
    end: int
    sound: bytes
    quality: float

    @property
    def speech_s(self) -> float:
        return len(self.sound) / 2 / SOUND_HZ


@dataclass(slots=True)
class _Known:
    """What stays of a speaker from one block to the next."""

    direction: NDArray[np.float64]
    embedding: NDArray[np.float64]
    turns: list[Span] = field(default_factory=list)
    excerpts: list[_Excerpt] = field(default_factory=list)
    speech: int = 0
    overlapped: int = 0
    level_db: float = 0.0
    clipped: float = 0.0


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

    def add(self, block: Block) -> None:
        """Take in the voices of the next block: each is a speaker heard before, or a new one."""
        fitting = self._assign(block.voices)
        for voice, fits in zip(block.voices, fitting, strict=True):
            known = fits or _Known(np.zeros(self._embedder.dimension), np.zeros(self._embedder.dimension))
            if fits is None:
                self._known.append(known)
            self._take(known, voice, block)

    def finish(self, on_batch: Callable[[], None]) -> tuple[Speaker, ...]:
        """Return the speakers in the order of their first words."""
        ordered = sorted(self._known, key=lambda known: known.turns[0])
        return tuple(self._speaker(number, known, on_batch) for number, known in enumerate(ordered))

    def _assign(self, voices: Sequence[Voice]) -> list[_Known | None]:
        """Return for each voice of a block the speaker it belongs to, the most alike first; None for a new one."""
        assigned: list[_Known | None] = [None] * len(voices)
        pairs = sorted(
            (
                (float(voice.direction @ mean_direction(known.direction[None])), number, place)
                for number, voice in enumerate(voices)
                for place, known in enumerate(self._known)
            ),
            reverse=True,
        )
        taken: set[int] = set()
        for alike, number, place in pairs:
            if alike < VOICES_ALIKE:
                break
            if assigned[number] is None and place not in taken:
                assigned[number] = self._known[place]
                taken.add(place)
        return assigned

    def _take(self, known: _Known, voice: Voice, block: Block) -> None:
        speech = _samples(block, voice.speech)
        length = len(speech)
        share = length / (known.speech + length)
        known.level_db += share * (level_over_background(block.powers, voice.speech) - known.level_db)
        known.clipped += share * (clipped_share(speech) - known.clipped)
        known.speech += length
        known.direction += voice.direction * voice.steps
        if length >= _LEAST_EMBEDDED_S * SOUND_HZ:
            known.embedding += self._embedder.speech(speech).sum(axis=0, dtype=np.float64)
        for start, end in voice.turns:
            turn = (block.begins + start * HOP, block.begins + min(end * HOP, len(block.samples)))
            if known.turns and turn[0] - known.turns[-1][1] <= BRIDGED * HOP and not block.begins < turn[0]:
                known.turns[-1] = (known.turns[-1][0], turn[1])
            else:
                known.turns.append(turn)
        known.excerpts = _spread([*known.excerpts, *_excerpts(block, voice)], _POOL * self._most)

    def _speaker(self, number: int, known: _Known, on_batch: Callable[[], None]) -> Speaker:
        excerpts = _spread(known.excerpts, self._most)
        samples = tuple(self._sample(excerpt, on_batch) for excerpt in excerpts)
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
            embedding=mean_direction(known.embedding[None].astype(np.float32)).tobytes() if embedded else b"",
            level_db=known.level_db,
            clipped=known.clipped,
            background=Background.QUIET,
            not_examined=reason,
        )

    def _sample(self, excerpt: _Excerpt, on_batch: Callable[[], None]) -> VoiceSample:
        embeddings = self._embedder.speech(from_pcm(excerpt.sound), on_batch)
        return VoiceSample(
            start_s=excerpt.start / SOUND_HZ,
            end_s=excerpt.end / SOUND_HZ,
            speech_s=excerpt.speech_s,
            quality=excerpt.quality,
            embedding=mean_direction(embeddings).astype("<f4").tobytes(),
            sound=excerpt.sound,
        )


def overlaps_of(speakers: Sequence[Speaker]) -> tuple[Turn, ...]:
    """Return where turns of several speakers lie over each other, ascending and apart."""
    spans = sorted((turn.start_s, turn.end_s) for speaker in speakers for turn in speaker.turns)
    overlaps: list[Span | tuple[float, float]] = []
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


def _samples(block: Block, spans: Iterable[Span]) -> Floats:
    return np.concatenate([block.samples[start * HOP : end * HOP] for start, end in spans])


def _excerpts(block: Block, voice: Voice) -> Iterator[_Excerpt]:
    """Yield stretches of the voice's speech, pauses left out, each as long as it may be; a short rest is left."""
    gathered: list[Span] = []
    for span in _pieces(voice.speech):
        length = sum(end - start for start, end in gathered) * HOP
        full = length + (span[1] - span[0]) * HOP > _LONGEST_SAMPLE
        apart = bool(gathered) and (span[0] - gathered[-1][1]) * HOP > _FAR_APART
        if gathered and (full or apart):
            yield _excerpt(block, gathered)
            gathered = []
        gathered.append(span)
    if gathered:
        yield _excerpt(block, gathered)


def _pieces(speech: Iterable[Span]) -> Iterator[Span]:
    most = _LONGEST_SAMPLE // HOP
    for start, end in speech:
        parts = -(-(end - start) // most)
        edges = np.linspace(start, end, parts + 1).astype(int).tolist()
        yield from pairwise(edges)


def _excerpt(block: Block, spans: Sequence[Span]) -> _Excerpt:
    sound = _samples(block, spans)
    level = level_over_background(block.powers, spans)
    quality = sample_quality(len(sound) / SOUND_HZ, level, clipped_share(sound))
    start, end = block.begins + spans[0][0] * HOP, block.begins + spans[-1][1] * HOP
    return _Excerpt(start, min(end, block.begins + len(block.samples)), to_pcm(sound), quality)


def _spread(excerpts: Sequence[_Excerpt], most: int) -> list[_Excerpt]:
    """Return at most `most` of the excerpts, in order of time: the best of each part of their time, then the best."""
    long = [excerpt for excerpt in excerpts if excerpt.speech_s >= _LEAST_SAMPLE_S]
    usable = long or [max(excerpts, key=lambda excerpt: excerpt.speech_s)] if excerpts else []
    usable = [excerpt for excerpt in usable if excerpt.speech_s >= _LEAST_EMBEDDED_S]
    if len(usable) <= most:
        return sorted(usable, key=lambda excerpt: excerpt.start)
    first, last = min(excerpt.start for excerpt in usable), max(excerpt.start for excerpt in usable)
    best: dict[int, _Excerpt] = {}
    for excerpt in usable:
        part = min(most - 1, (excerpt.start - first) * most // max(1, last - first))
        if part not in best or excerpt.quality > best[part].quality:
            best[part] = excerpt
    rest = sorted((one for one in usable if one not in best.values()), key=lambda one: one.quality, reverse=True)
    return sorted([*best.values(), *rest[: most - len(best)]], key=lambda excerpt: excerpt.start)
