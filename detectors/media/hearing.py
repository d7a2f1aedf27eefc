"""Brings together what was heard in the sound streams of one clip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from countenance.observations import Gap, SoundCoverage, Speaker, Turn

BUDGET_BYTES = 12 * 1024 * 1024
"""Most sound excerpts in one message to the parent: 60 of the longest; pictures of faces need the rest of it."""


class Heard(Protocol):
    """What listening to one stream came to."""

    @property
    def speakers(self) -> Sequence[Speaker]:
        """The voices told apart."""

    @property
    def speech_s(self) -> float:
        """Seconds of speech."""

    @property
    def without_speech_s(self) -> float:
        """Audible seconds without speech."""

    @property
    def overlaps(self) -> Sequence[Turn]:
        """Where several speak at once."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """Speech that was not examined, as shares of the stream's speech."""


def with_heard(coverage: SoundCoverage, heard: Sequence[Heard]) -> SoundCoverage:
    """Return the coverage with what was found by listening to the streams.

    Seconds are those of the stream with most speech; shares become shares of the speech of all streams.
    """
    if not heard:
        return coverage
    fullest = max(heard, key=lambda one: (one.speech_s, one.without_speech_s))
    all_speech_s = sum(one.speech_s for one in heard)
    gaps = [
        replace(gap, share=min(1.0, gap.share * one.speech_s / all_speech_s) if all_speech_s else gap.share)
        for one in heard
        for gap in one.gaps
    ]
    return replace(
        coverage,
        speech_s=fullest.speech_s,
        without_speech_s=fullest.without_speech_s,
        overlaps=_united(turn for one in heard for turn in one.overlaps),
        gaps=coverage.gaps + tuple(sorted(gaps, key=lambda gap: gap.start_s)),
    )


def numbered(heard: Iterable[Heard]) -> tuple[Speaker, ...]:
    """Return the speakers of all streams by stream and first word, with numbers from 0 that are theirs alone."""
    speakers = [speaker for one in heard for speaker in one.speakers]
    speakers.sort(key=lambda speaker: (speaker.stream, speaker.start_s, speaker.id))
    return tuple(replace(speaker, id=number) for number, speaker in enumerate(speakers))


def within_budget(speakers: tuple[Speaker, ...], most_bytes: int = BUDGET_BYTES) -> tuple[Speaker, ...]:
    """Return the speakers with so many sound excerpts that all together fit a message to the parent.

    Where they do not, those who speak least keep the excerpt of their best sample only, and in the end none.
    """
    spent = sum(_bytes(speaker) for speaker in speakers)
    kept = {speaker.id: speaker for speaker in speakers}
    briefest_first = sorted(speakers, key=lambda speaker: speaker.speech_s)
    for keep_best in (True, False):
        for speaker in briefest_first:
            if spent <= most_bytes:
                break
            fewer = _with_fewer(kept[speaker.id], keep_best=keep_best)
            spent += _bytes(fewer) - _bytes(kept[speaker.id])
            kept[speaker.id] = fewer
    return tuple(kept[speaker.id] for speaker in speakers)


def _bytes(speaker: Speaker) -> int:
    return sum(len(sample.sound) for sample in speaker.samples)


def _with_fewer(speaker: Speaker, *, keep_best: bool) -> Speaker:
    best = max(speaker.samples, key=lambda sample: sample.quality, default=None)
    samples = tuple(
        sample if keep_best and sample is best else replace(sample, sound=b"") for sample in speaker.samples
    )
    return replace(speaker, samples=samples)


def _united(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    together: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.start_s):
        if together and turn.start_s <= together[-1].end_s:
            together[-1] = Turn(start_s=together[-1].start_s, end_s=max(together[-1].end_s, turn.end_s))
        else:
            together.append(turn)
    return tuple(together)
