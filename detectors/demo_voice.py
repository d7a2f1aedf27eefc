"""Voices that belong to nobody: speech made from formulas, for the demo and the benchmarks.

A formant synthesiser of the cascade kind (Klatt 1980, "Software for a cascade/parallel formant synthesizer", JASA 67):
glottal pulses and breath go through five resonators that move from sound to sound; hiss is added beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

from detectors.demo_phones import DIPHTHONGS, PHONES, SENTENCES, Phone

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

RATE_HZ = 16_000

_STEP = 80  # samples in which the tract stands still: 5 ms
_PEAK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What tells one made-up voice from another.

    Attributes:
        pitch_hz: its middle.
        melody: how far pitch moves around it, as a share.
        tract: its formants as a multiple of an adult man's; above 1 a shorter throat.
        breath: 0 to 1, noise in its vowels.
        open_part: of each glottal period, in which the glottis is open; more is softer.
        tilt_hz: above this the source falls off further.
        rough: irregularity of periods and their strength, as a share.
        pace: sounds per second as a multiple of an even pace.
        upper_hz: the fourth and fifth formant, before `tract`.
    """

    pitch_hz: float
    melody: float
    tract: float
    breath: float
    open_part: float
    tilt_hz: float
    rough: float
    pace: float
    upper_hz: tuple[float, float] = (3400.0, 4300.0)


VOICES = {
    "deep": Voice(
        pitch_hz=78, melody=0.15, tract=0.85, breath=0.1, open_part=0.6, tilt_hz=4000, rough=0.012, pace=0.95
    ),
    "airy": Voice(pitch_hz=140, melody=0.15, tract=1.04, breath=0.3, open_part=0.8, tilt_hz=900, rough=0.012, pace=0.9),
    "bright": Voice(
        pitch_hz=285, melody=0.2, tract=1.3, breath=0.02, open_part=0.5, tilt_hz=2600, rough=0.01, pace=1.05
    ),
}
"""Three that nobody takes for one another."""


def speak(voice: Voice, seconds: float, seed: int) -> Samples:
    """Return speech of about this length: sentences in an order that the seed decides, with pauses between them.

    Args:
        voice: whose.
        seconds: of all, pauses included; it ends with the sentence that reaches it, cut off in its last pause.
        seed: another one gives another utterance.

    Returns:
        float32, 16 kHz, mono, largest amplitude .5, shape (n,) with n = round(seconds * 16000).
    """
    chance = np.random.default_rng(seed)
    wanted = round(seconds * RATE_HZ)
    parts: list[Floats] = [np.zeros(round(0.15 * RATE_HZ))]
    order: list[int] = []
    while sum(map(len, parts)) < wanted:
        order = order or list(chance.permutation(len(SENTENCES)))
        parts += [utter(SENTENCES[order.pop()], voice, chance), np.zeros(round(chance.uniform(0.25, 0.6) * RATE_HZ))]
    said = np.concatenate(parts)[:wanted]
    fade = min(len(said), RATE_HZ // 50)
    said[len(said) - fade :] *= np.linspace(1, 0, fade)
    return np.asarray(said * (_PEAK / max(float(np.abs(said).max()), 1e-9)), np.float32)


def utter(sentence: str, voice: Voice, chance: np.random.Generator) -> Floats:
    """Return one sentence in a voice.

    Args:
        sentence: sounds of `PHONES` and `DIPHTHONGS` divided by spaces, words by |; 1 after a sound stresses it.
        voice: whose.
        chance: of its small irregularities.

    Returns:
        Samples at 16 kHz, root mean square .1.
    """
    course = _course(sentence, voice, chance)
    count = len(course.voicing) * _STEP
    pitch = np.interp(np.arange(count), np.arange(len(course.pitch_hz)) * _STEP, course.pitch_hz)
    pulses, openness = _glottis(pitch, voice, chance)
    noise = chance.standard_normal(count)
    voicing, breath, hiss = (np.repeat(each, _STEP) for each in (course.voicing, course.breath, course.hiss))
    breath = breath + voice.breath * voicing * (0.3 + 0.7 * openness)
    source = pulses * voicing + 0.05 * lfilter([1.0, -0.7], [1.0], noise) * breath
    throat = _through_tract(source, course, voice)
    lips = 0.02 * _hissing(chance.standard_normal(count), course) * hiss
    said = sosfilt(
        butter(2, 60, "high", fs=RATE_HZ, output="sos"), throat / max(float(throat.std()), 1e-9) * 0.1 + lips
    )
    return np.asarray(said * (0.1 / max(float(said.std()), 1e-9)))


@dataclass(frozen=True, slots=True)
class _Course:
    """What the organs do, per step of 5 ms; `formants_hz` has shape (steps, 3), all else (steps,)."""

    formants_hz: Floats
    voicing: Floats
    breath: Floats
    hiss: Floats
    hiss_hz: Floats
    hiss_width_hz: Floats
    nasal: Floats
    pitch_hz: Floats


@dataclass(frozen=True, slots=True)
class _Held:
    """One sound for some steps."""

    steps: int
    phone: Phone
    voicing: float
    breath: float
    hiss: float
    accent: float


def _course(sentence: str, voice: Voice, chance: np.random.Generator) -> _Course:
    held = list(_held(sentence, voice, chance))
    steps = np.array([each.steps for each in held])

    def spread(values: Sequence[float]) -> Floats:
        return np.repeat(np.asarray(values, np.float64), steps)

    whole = int(steps.sum())
    along = np.linspace(0, 1, whole)
    drift = _smooth(chance.standard_normal(whole), 60) * 2
    accent = _smooth(spread([each.accent for each in held]), 24)
    melody = 0.9 * accent + 0.5 * (0.5 - along) + 0.4 * drift - 0.8 * np.clip(along - 0.85, 0, 1) / 0.15
    ends = np.minimum(1.0, np.minimum(np.arange(whole), np.arange(whole)[::-1]) / 6)
    return _Course(
        formants_hz=np.stack(
            [_smooth(spread([each.phone.formants_hz[at] for each in held]), 11) for at in range(3)], axis=1
        ),
        voicing=_smooth(spread([each.voicing for each in held]), 4) * ends * (1 + 0.25 * accent),
        breath=_smooth(spread([each.breath for each in held]), 3) * ends,
        hiss=_smooth(spread([each.hiss for each in held]), 3) * ends,
        hiss_hz=spread([each.phone.hiss_hz or 4000 for each in held]),
        hiss_width_hz=spread([each.phone.hiss_width_hz or 4000 for each in held]),
        nasal=_smooth(spread([float(each.phone.nasal) for each in held]), 5),
        pitch_hz=voice.pitch_hz * 2 ** (voice.melody * melody),
    )


def _held(sentence: str, voice: Voice, chance: np.random.Generator) -> list[_Held]:
    """Return the sounds of a sentence with their times; a stop is a closure, a burst and breath."""
    found: list[_Held] = []
    names = [name for name in sentence.split() if name != "|"]
    for at, name in enumerate(names):
        stressed = name.endswith("1")
        parts = DIPHTHONGS.get(name.rstrip("1"), (name.rstrip("1"),))
        for part in parts:
            phone = PHONES[part]
            slow = (
                (1.3 if stressed else 1.0) * (1.35 if at >= len(names) - 3 else 1.0) * (0.75 if len(parts) > 1 else 1)
            )
            steps = max(3, round(phone.seconds * slow * chance.uniform(0.9, 1.15) / voice.pace * RATE_HZ / _STEP))
            accent = 1.0 if stressed else 0.0
            if phone.stop:
                closed, burst = max(2, round(steps * 0.55)), 2
                found.append(_Held(closed, phone, phone.voicing, 0.0, 0.0, accent))
                found.append(_Held(burst, phone, phone.voicing, phone.breath, phone.hiss, accent))
                found.append(_Held(max(1, steps - closed - burst), phone, phone.voicing * 2, phone.breath, 0.0, accent))
            else:
                found.append(_Held(steps, phone, phone.voicing, phone.breath, phone.hiss, accent))
    return found


def _smooth(values: Floats, width: int) -> Floats:
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"))


def _glottis(pitch_hz: Floats, voice: Voice, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Return flow derivative and openness (0 to 1) for a pitch per sample: KLGLOTT88 (Klatt and Klatt 1990)."""
    count = len(pitch_hz)
    flow, openness = np.zeros(count), np.zeros(count)
    start = 0.0
    while start < count:
        period = RATE_HZ / pitch_hz[int(start)] * (1 + voice.rough * chance.standard_normal())
        opened = voice.open_part * period
        first, last = int(np.ceil(start)), min(count, int(np.ceil(start + opened)))
        part = (np.arange(first, last) - start) / opened
        strength = 1 + 3 * voice.rough * chance.standard_normal()
        flow[first:last] = strength * (2 * part - 3 * part**2)
        openness[first:last] = 27 / 4 * part**2 * (1 - part)
        start += period
    # The pulse ends abruptly; what a soft glottis lacks above `tilt_hz` is taken away again.
    near = np.exp(-2 * np.pi * voice.tilt_hz / RATE_HZ)
    return np.asarray(lfilter([1 - near], [1.0, -near], flow)), openness


def _through_tract(source: Floats, course: _Course, voice: Voice) -> Floats:
    """Return the source through five resonators in a row, whose places follow the course."""
    steps = len(course.voicing)
    upper = np.tile(voice.upper_hz, (steps, 1))
    places = np.minimum(np.concatenate([course.formants_hz, upper], axis=1) * voice.tract, 0.47 * RATE_HZ)
    shares, nasals = (0.02, 0.02, 0.02, 0.0, 0.0), (160.0, 100.0, 0.0, 0.0, 0.0)
    widths = np.array((60.0, 70.0, 90.0, 200.0, 260.0)) + places * shares + course.nasal[:, None] * nasals
    said = source
    for at in range(places.shape[1]):
        said = _resonated(said, places[:, at], widths[:, at])
    return said


def _hissing(noise: Floats, course: _Course) -> Floats:
    return _resonated(lfilter([1.0, -1.0], [1.0], noise), course.hiss_hz, course.hiss_width_hz / 2)


def _resonated(samples: Floats, places_hz: Floats, widths_hz: Floats) -> Floats:
    """Return samples through a resonator with unit gain at 0 Hz that moves every 5 ms (Klatt 1980, equation 2)."""
    reach = np.exp(-np.pi * widths_hz / RATE_HZ)
    second, third = 2 * reach * np.cos(2 * np.pi * places_hz / RATE_HZ), -(reach**2)
    said, before = np.empty_like(samples), np.zeros(2)
    y1 = y2 = 0.0
    for step, (b, c) in enumerate(zip(second, third, strict=True)):
        piece = slice(step * _STEP, (step + 1) * _STEP)
        # The state is kept as past outputs, so that a new place bends the sound on instead of clicking.
        before[:] = (b * y1 + c * y2, c * y1)
        said[piece], _left = lfilter([1 - b - c], [1.0, -b, -c], samples[piece], zi=before)
        y1, y2 = said[piece][-1], said[piece][-2]
    return said
