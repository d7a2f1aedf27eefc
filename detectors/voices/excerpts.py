"""Excerpts: a voice's speech in pieces of some seconds, pauses left out, each embedded; the best become its samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ, VoiceSample
from detectors.voices.diarisation import Voice
from detectors.voices.embedding import VoiceEmbedder, from_pcm, mean_direction, to_pcm
from detectors.voices.mel import HOP
from detectors.voices.quality import clipped_share, level_over_background, sample_quality

Floats = NDArray[np.float32]
Powers = NDArray[np.float64]
Span = tuple[int, int]

LEAST_EMBEDDED_S = 0.4
"""Less speech is not embedded."""

_LEAST_SAMPLE_S = 1.6
_LONGEST = 400  # frames: a voice of ten seconds speaks for itself three times
_WIDENED = 4  # frames: words begin and end more softly than the detector of speech notices
_FAR_APART = 1000  # frames: an excerpt holds no speech that lies further apart


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the stream that is worked on.

    Attributes:
        begins: its first sample, counted from the stream's start; voices count frames from it.
        samples: float32 (n,).
        powers: mean square per frame.
    """

    begins: int
    samples: Floats
    powers: Powers

    def sound(self, spans: Iterable[Span]) -> Floats:
        """Return the samples of `spans`, in frames, joined."""
        return np.concatenate([self.samples[start * HOP : end * HOP] for start, end in spans])


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A candidate for a sample.

    Attributes:
        start, end: in samples of the stream.
        sound: PCM of exactly what was embedded.
        total: float32 (dimension,), the sum of its windows' embeddings.
    """

    start: int
    end: int
    sound: bytes
    quality: float
    total: Floats

    @property
    def speech_s(self) -> float:
        """Seconds of speech in it."""
        return len(self.sound) / 2 / SOUND_HZ

    def sample(self) -> VoiceSample:
        """Return it as what observations carry."""
        return VoiceSample(
            start_s=self.start / SOUND_HZ,
            end_s=self.end / SOUND_HZ,
            speech_s=self.speech_s,
            quality=self.quality,
            embedding=mean_direction(self.total[None]).astype("<f4").tobytes(),
            sound=self.sound,
        )


def cut_excerpts(
    block: Block, voice: Voice, embedder: VoiceEmbedder, on_batch: Callable[[], None] = lambda: None
) -> Iterator[Excerpt]:
    """Yield all clean speech of a voice in excerpts of about equal length; what is too short to embed is left out."""
    for spans in _groups(list(_widened(voice.clean, len(block.powers)))):
        sound = block.sound(spans)
        if len(sound) < LEAST_EMBEDDED_S * SOUND_HZ:
            continue
        pcm = to_pcm(sound)
        embeddings = embedder.speech(from_pcm(pcm), on_batch)
        level_db = level_over_background(block.powers, spans)
        yield Excerpt(
            start=block.begins + spans[0][0] * HOP,
            end=min(block.begins + spans[-1][1] * HOP, block.begins + len(block.samples)),
            sound=pcm,
            quality=sample_quality(len(sound) / SOUND_HZ, level_db, clipped_share(sound)),
            total=np.asarray(embeddings.sum(axis=0, dtype=np.float64), np.float32),
        )


def spread(excerpts: Sequence[Excerpt], most: int) -> list[Excerpt]:
    """Return at most `most` excerpts, in order of time: the best of each part of their time, then the best of all.

    Those shorter than a window of the encoder are left out where there are longer ones.
    """
    usable = [excerpt for excerpt in excerpts if excerpt.speech_s >= _LEAST_SAMPLE_S]
    if not usable:
        usable = sorted(excerpts, key=lambda excerpt: excerpt.speech_s)[-1:]
    if len(usable) <= most:
        return sorted(usable, key=lambda excerpt: excerpt.start)
    first, last = min(excerpt.start for excerpt in usable), max(excerpt.start for excerpt in usable)
    by_quality = sorted(range(len(usable)), key=lambda number: -usable[number].quality)
    best: dict[int, int] = {}
    for number in by_quality:
        part = min(most - 1, (usable[number].start - first) * most // max(1, last - first))
        best.setdefault(part, number)
    rest = [number for number in by_quality if number not in best.values()]
    chosen = [*best.values(), *rest][:most]
    return sorted((usable[number] for number in chosen), key=lambda excerpt: excerpt.start)


def _widened(speech: Iterable[Span], frames: int) -> Iterator[Span]:
    reached = 0
    for start, end in speech:
        begin, reached = max(reached, start - _WIDENED), min(frames, end + _WIDENED)
        yield begin, reached


def _groups(speech: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield spans of speech that lie together, cut so that each group is about equally long and none too long."""
    near: list[list[Span]] = []
    for span in speech:
        if near and span[0] - near[-1][-1][1] <= _FAR_APART:
            near[-1].append(span)
        else:
            near.append([span])
    for spans in near:
        length = sum(end - start for start, end in spans)
        parts = -(-length // _LONGEST)
        edges = np.linspace(0, length, parts + 1).astype(int).tolist()
        yield from (list(_cut(spans, first, last)) for first, last in pairwise(edges))


def _cut(spans: Iterable[Span], first: int, last: int) -> Iterator[Span]:
    """Yield what lies between the `first` and the `last` frame of the spans' own count."""
    passed = 0
    for start, end in spans:
        begin, stop = max(first - passed, 0), min(last - passed, end - start)
        passed += end - start
        if begin < stop:
            yield start + begin, start + stop
