"""Makes dialogues whose turns are known from recordings of single speakers, for measurements of diarisation.

A program of its own (`python -m detectors.mixtures`): it reads lines of JSON from its standard input (`Order`) and,
having written the WAV file, answers each with a line of JSON: a list of turns `[speaker, start_s, end_s]`.
"""

from __future__ import annotations

import sys
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import av
import msgspec
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ

Signal = NDArray[np.float32]

TURN_S = (2.0, 6.0)
GAP_S = (0.1, 0.6)
OVERLAP_S = (0.3, 1.0)
SPEECH_LEVEL = 0.05
"""Root mean square of every turn: -26 dBFS."""
LEVEL_SPREAD_DB = 3.0
EDGE_STEP = SOUND_HZ // 50
EDGE_DB = 30.0
"""Quiet edges, so far below a recording's loud moments, are cut off: a turn begins and ends with speech."""


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One mixture.

    Attributes:
        out: the WAV file (mono, 16 kHz, 16 bit).
        speakers: name to recordings; they take turns, nobody twice in a row.
        seconds: the mixture ends after the turn that reaches it.
        music: a file heard behind everything, `snr_db` below the speech; none where empty.
        overlap: share of the turns that begin before the one before has ended.
        seed: the same order gives the same mixture.
    """

    out: str
    speakers: dict[str, list[str]]
    seconds: float = 45.0
    music: str = ""
    snr_db: float = 10.0
    overlap: float = 0.0
    seed: int = 0


def mix(order: Order) -> list[tuple[str, float, float]]:
    """Write the mixture and return its turns in order of time.

    Raises:
        av.FFmpegError: a recording cannot be read.
        ValueError: fewer than two speakers have a recording as long as a turn.
    """
    rng = np.random.default_rng(order.seed)
    speech = {
        name: [_without_quiet_edges(decode(Path(file))) for file in files]
        for name, files in sorted(order.speakers.items())
    }
    shortest = int(TURN_S[0] * SOUND_HZ)
    speech = {name: [one for one in signals if len(one) >= shortest] for name, signals in speech.items()}
    names = [name for name, signals in speech.items() if signals]
    if len(names) < 2:
        message = "a dialogue needs two speakers with two seconds of speech each"
        raise ValueError(message)
    canvas = np.zeros(int((order.seconds + 2 * TURN_S[1]) * SOUND_HZ), np.float32)
    turns: list[tuple[str, float, float]] = []
    end, last = int(rng.uniform(*GAP_S) * SOUND_HZ), ""
    while end < order.seconds * SOUND_HZ:
        # Everybody speaks once before chance decides.
        waiting = [name for name in names if name not in {turn[0] for turn in turns}]
        name = str(rng.choice(waiting or [name for name in names if name != last]))
        turn = _excerpt(speech[name], rng)
        overlaps = bool(turns) and rng.random() < order.overlap
        start = end - int(rng.uniform(*OVERLAP_S) * SOUND_HZ) if overlaps else end + int(rng.uniform(*GAP_S) * SOUND_HZ)
        canvas[start : start + len(turn)] += turn
        turns.append((name, start / SOUND_HZ, (start + len(turn)) / SOUND_HZ))
        end, last = start + len(turn), name
    canvas = canvas[:end]
    if order.music:
        canvas += _music(decode(Path(order.music)), len(canvas), order.snr_db)
    _write(Path(order.out), canvas / max(1.0, float(np.abs(canvas).max()) / 0.99))
    return sorted(turns, key=lambda turn: turn[1])


def decode(path: Path) -> Signal:
    """Return the first audio stream as mono 16 kHz, -1 to 1.

    Raises:
        av.FFmpegError: it cannot be read.
    """
    resampler = AudioResampler(format="flt", layout="mono", rate=SOUND_HZ)
    parts: list[Signal] = []

    def take(frames: Iterable[AudioFrame]) -> None:
        parts.extend(np.asarray(frame.to_ndarray(), np.float32).reshape(-1) for frame in frames)

    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            take(resampler.resample(frame))
        take(resampler.resample(None))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def answer(lines: Iterable[str], out: TextIO) -> None:
    """Make each mixture that is asked for."""
    for line in lines:
        turns = mix(msgspec.json.decode(line, type=Order))
        out.write(msgspec.json.encode(turns).decode() + "\n")
        out.flush()


def _without_quiet_edges(signal: Signal) -> Signal:
    steps = signal[: len(signal) // EDGE_STEP * EDGE_STEP].reshape(-1, EDGE_STEP)
    if not len(steps):
        return signal[:0]
    levels = np.sqrt((steps.astype(np.float64) ** 2).mean(axis=1))
    loud = np.flatnonzero(levels >= np.quantile(levels, 0.95) * 10 ** (-EDGE_DB / 20))
    return signal[loud[0] * EDGE_STEP : (loud[-1] + 1) * EDGE_STEP] if len(loud) else signal[:0]


def _excerpt(signals: list[Signal], rng: np.random.Generator) -> Signal:
    signal = signals[int(rng.integers(len(signals)))]
    length = min(len(signal), int(rng.uniform(*TURN_S) * SOUND_HZ))
    start = int(rng.integers(len(signal) - length + 1))
    turn = _without_quiet_edges(signal[start : start + length])
    level = float(np.sqrt((turn.astype(np.float64) ** 2).mean())) or 1.0
    gain = SPEECH_LEVEL / level * 10 ** (rng.uniform(-LEVEL_SPREAD_DB, LEVEL_SPREAD_DB) / 20)
    return np.asarray(turn * gain, np.float32)


def _music(signal: Signal, length: int, snr_db: float) -> Signal:
    looped = np.resize(signal, length)
    level = float(np.sqrt((looped.astype(np.float64) ** 2).mean())) or 1.0
    return np.asarray(looped * (SPEECH_LEVEL / level * 10 ** (-snr_db / 20)), np.float32)


def _write(path: Path, signal: Signal) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_HZ)
        file.writeframes(np.rint(np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    answer(sys.stdin, sys.stdout)
