"""Real recordings as the listener gets them, and conversations made of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from countenance.errors import ModelsError
from countenance.observations import SOUND_HZ
from detectors.faces.opening import Sessions
from detectors.voices.activity import VoiceActivity
from detectors.voices.opening import VoiceModels, open_voice_models

Floats = NDArray[np.float32]
Turns = list[tuple[float, float, str]]

SESSIONS = Sessions()


def open_voices(store: Path) -> VoiceModels | None:
    """Return the installed voice models, or None where they are not installed."""
    try:
        return open_voice_models(SESSIONS, "silero-vad", "ge2e", store)
    except ModelsError:
        return None


def sound_of(path: Path) -> Floats:
    """Return the first audio stream, mono, 16 kHz."""
    resampler = AudioResampler("flt", "mono", SOUND_HZ)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([np.zeros(0, np.float32), *(frame.to_ndarray()[0] for frame in frames)])


def recordings(media: Path) -> dict[str, list[Path]]:
    """Return the recordings of each speaker."""
    with (media / "voices/index.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    by_speaker: dict[str, list[Path]] = {}
    for row in rows:
        by_speaker.setdefault(row["speaker"], []).append(media / "voices" / row["file"])
    return by_speaker


def conversation(pairs: list[list[Path]], models: VoiceModels, chance: np.random.Generator) -> tuple[Floats, Turns]:
    """Return people taking turns of 2 to 6 s with short pauses, and who speaks when."""
    waiting = [list(_pieces(paths, models, chance)) for paths in pairs]
    parts, turns, at = [np.zeros(SOUND_HZ // 2, np.float32)], [], SOUND_HZ // 2
    while all(waiting):
        for person, pieces in enumerate(waiting):
            piece = pieces.pop(0)
            pause = np.zeros(int(chance.uniform(0, 0.5) * SOUND_HZ), np.float32)
            turns.append((at / SOUND_HZ, (at + len(piece)) / SOUND_HZ, str(person)))
            parts += [piece, pause]
            at += len(piece) + len(pause)
    return np.concatenate([*parts, np.zeros(SOUND_HZ // 2, np.float32)]), turns


def diarisation_error(truth: Turns, told: Turns, duration_s: float) -> float:
    """Return missed, false and confused speaker time over all of it, without a collar, in steps of 10 ms."""
    steps = int(duration_s * 100) + 1
    real, found = _grid(truth, steps), _grid(told, steps)
    pairs = linear_sum_assignment((real[:, None] & found[None]).sum(axis=2), maximize=True)
    right = sum((real[mine] & found[theirs]).sum() for mine, theirs in zip(*pairs, strict=True))
    wrong = np.maximum(real.sum(axis=0), found.sum(axis=0)).sum() - right
    return float(wrong / real.sum())


def _grid(turns: Turns, steps: int) -> NDArray[np.bool_]:
    names = sorted({name for _start, _end, name in turns})
    grid = np.zeros((max(1, len(names)), steps), bool)
    for start, end, name in turns:
        grid[names.index(name), round(start * 100) : round(end * 100)] = True
    return grid


def _pieces(paths: list[Path], models: VoiceModels, chance: np.random.Generator) -> Iterator[Floats]:
    for path in paths:
        sound = sound_of(path)
        activity = VoiceActivity(models.activity)
        stretches = [*activity.hear(sound), *activity.finish()]
        at, end = stretches[0].start, stretches[-1].end
        while end - at >= 2 * SOUND_HZ:
            length = int(chance.uniform(2, 6) * SOUND_HZ)
            yield _trimmed(sound[at : min(at + length, end)])
            at += length


def _trimmed(piece: Floats) -> Floats:
    frames = len(piece) // 160
    power = np.mean(np.square(piece[: frames * 160].reshape(frames, 160)), axis=1)
    loud = np.flatnonzero(power > np.percentile(power, 95) / 1000)
    return piece[loud[0] * 160 : (loud[-1] + 1) * 160]
