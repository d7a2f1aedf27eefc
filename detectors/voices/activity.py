"""Where anybody speaks: Silero VAD run on a stream, and the usual rules that make stretches of its probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ

CHUNK = 512
"""Samples that one probability stands for: 32 ms."""

Floats = NDArray[np.float32]

ActivityNetwork = Callable[[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]
"""From chunks (n, 64 + CHUNK), hidden and cell state (1, 1, 128) to n probabilities and both states."""

_CONTEXT = 64  # samples of the previous chunk that the network sees again
_STATE = (1, 1, 128)
_CHUNKS_AT_ONCE = 64  # about 2 s: the cost of a call is spread, and a listener hears of speech soon enough

# silero-vad 6.2.3, get_speech_timestamps: its default values.
_ENTER = 0.5
_LEAVE = 0.35
_SHORTEST = SOUND_HZ // 4
_PAUSE = SOUND_HZ // 10
_PAD = SOUND_HZ * 30 // 1000

# Nobody speaks a minute without a tenth of a second's pause; what goes on is cut so that memory stays bounded.
_LONGEST = 60 * SOUND_HZ


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples [start, end) in which somebody speaks, counted from the stream's start."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Samples in it."""
        return self.end - self.start


class VoiceActivity:
    """Follows one stream and tells the stretches of speech in it, each as soon as it is over."""

    def __init__(self, network: ActivityNetwork) -> None:
        self._network = network
        self._hidden = np.zeros(_STATE, np.float32)
        self._cell = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._rules = _Rules()
        self.heard = 0

    @property
    def speaking_since(self) -> int | None:
        """The sample at which speech began that is not over yet; None in silence."""
        return self._rules.began

    @property
    def judged(self) -> int:
        """The samples that were judged so far; the last second or two still wait."""
        return self.heard - len(self._waiting)

    def hear(self, block: Floats) -> list[Stretch]:
        """Take the stream's next samples, float32 (n,), and return the stretches that ended."""
        self.heard += len(block)
        self._waiting = np.concatenate((self._waiting, block))
        size = CHUNK * _CHUNKS_AT_ONCE
        ended: list[Stretch] = []
        while len(self._waiting) >= size:
            ended += self._run(self._waiting[:size])
            self._waiting = self._waiting[size:]
        return ended

    def finish(self) -> list[Stretch]:
        """Return the stretches that end with the stream."""
        rest = self._waiting
        self._waiting = rest[:0]
        ended = self._run(np.pad(rest, (0, -len(rest) % CHUNK))) if len(rest) else []
        ended += self._rules.finish(self.heard)
        return [Stretch(stretch.start, min(stretch.end, self.heard)) for stretch in ended]

    def _run(self, samples: Floats) -> list[Stretch]:
        chunks = samples.reshape(-1, CHUNK)
        before = np.concatenate((self._context[None], chunks[:-1, -_CONTEXT:]))
        self._context = chunks[-1, -_CONTEXT:].copy()
        frames = np.concatenate((before, chunks), axis=1).astype(np.float32, copy=False)
        probabilities, self._hidden, self._cell = self._network(frames, self._hidden, self._cell)
        return [stretch for each in probabilities.reshape(-1) for stretch in self._rules.take(float(each))]


class _Rules:
    """Turns probabilities into stretches; the pauses between two are always longer than both pads together."""

    def __init__(self) -> None:
        self.began: int | None = None
        self._quiet_since: int | None = None
        self._at = 0
        self._cut = False

    def take(self, probability: float) -> Iterator[Stretch]:
        at, self._at = self._at, self._at + CHUNK
        if probability >= _ENTER:
            self._quiet_since = None
            if self.began is None:
                self.began = at
                return
        if self.began is None:
            return
        if probability < _LEAVE and self._quiet_since is None:
            self._quiet_since = at
        if probability < _LEAVE and self._quiet_since is not None and at - self._quiet_since >= _PAUSE:
            yield from self._end(self._quiet_since, _PAD)
            self.began = self._quiet_since = None
            self._cut = False
        elif at - self.began >= _LONGEST:
            yield from self._end(at, 0)
            self.began, self._quiet_since, self._cut = at, None, True

    def finish(self, length: int) -> list[Stretch]:
        ended = [] if self.began is None else list(self._end(length, _PAD))
        self.began = self._quiet_since = None
        return ended

    def _end(self, end: int, pad: int) -> Iterator[Stretch]:
        if self.began is not None and end - self.began > _SHORTEST:
            start = self.began if self._cut else max(0, self.began - _PAD)
            yield Stretch(start, end + pad)
