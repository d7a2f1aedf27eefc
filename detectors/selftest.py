"""Do the models together with our preparation tell known faces from a known other, and known voices from one another?

The pair of faces is the NASA portrait that scikit-image carries and a changed copy of it (mirrored, smaller, darker,
compressed); the other is a face drawn here. The voices are synthesised, two utterances of each. What the models answer
alone, `models.selftest` checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from countenance.wire import SelfTest, SelfTested
from detectors.demo_voice import VOICES, speak
from detectors.faces.opening import FaceModels, Sessions
from detectors.voices.activity import ActivityNetwork, VoiceActivity
from detectors.voices.embedding import mean_direction
from detectors.voices.mel import BANDS, mel_frames
from detectors.voices.opening import VoiceModels, open_voice_models

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

LEAST_AMONG_PAIR = 0.7
"""Cosine of the pair: measured .86 (retail-0095) and .98 (dlib); planted faults fall below .6."""

LEAST_LEAD = 0.02
"""Lead of the pair over the other: dlib's cosines lie between .8 and 1, so that a small lead is telling."""


LEAST_AMONG_VOICE = 0.85
"""Cosine of two utterances of a voice: measured .93 to .96."""

LEAST_LEAD_OF_VOICES = 0.14
"""Lead of the least alike utterances of one voice over the most alike of two: measured .17. Logarithmic or unscaled
mel energies, HTK's mel scale, a wrong level, swapped gates of the network lower it to .12 and less."""

LEAST_SPEECH = 0.7
"""Part of an utterance that speech must be found in; measured .81 to .92, the rest are its pauses."""

_UTTERANCE_S = 8.0
_NOISE_LEVEL = 0.1

# What a cosine hardly notices, a tone tells: its place among the bands (a rate wrong by 2 % shifts it by .25) and how
# little of it leaks into the lower half of them (measured -91 dB; -22 dB without the Hann window). It lies between two
# bins of the spectrum, where leakage is worst.
_TONE_HZ, _TONE_BAND = 3020.0, 27.14
_MOST_ASIDE = 0.1
_MOST_LEAKED_DB = -60.0


def run(request: SelfTest) -> SelfTested:
    """Return whether the pair of faces is found alike and the drawn face unlike, and the same of voices if named.

    Raises:
        ModelsError: a model is missing, damaged or refused.
    """
    sessions, store = Sessions(), Path(request.models)
    answers = [try_faces(sessions.faces(request.detector, request.face_embedder, store, request.threads))]
    if request.voice_activity and request.voice_embedder:
        answers.append(try_voices(open_voice_models(sessions, request.voice_activity, request.voice_embedder, store)))
    return SelfTested(
        passed=all(answer.passed for answer in answers), details="; ".join(answer.details for answer in answers)
    )


def try_faces(models: FaceModels) -> SelfTested:
    """Return whether the known pair of faces is found, alike, and unlike the drawn one."""
    portrait = _portrait()
    first, second = _crop(models, portrait), _crop(models, _changed(portrait))
    if first is None or second is None:
        return SelfTested(passed=False, details="no single face was found in the portrait or its copy")
    vectors = models.embedder.embed([first, second, _drawn(models.embedder.side)])
    pair, other = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    passed = pair >= LEAST_AMONG_PAIR and pair - other >= LEAST_LEAD
    return SelfTested(passed=passed, details=f"faces: pair {pair:.3f}, other {other:.3f}")


def try_voices(models: VoiceModels) -> SelfTested:
    """Return whether speech is found in synthesised voices, none in noise, and each voice is like itself alone."""
    leaked_db, aside = _heard_of_tone()
    if leaked_db > _MOST_LEAKED_DB or abs(aside) > _MOST_ASIDE:
        return SelfTested(passed=False, details=f"tone: {leaked_db:.0f} dB leaked, {aside:.2f} bands aside")
    noise = np.random.default_rng(0).standard_normal(round(_UTTERANCE_S * SOUND_HZ)) * _NOISE_LEVEL
    if invented := len(_speech(models.activity, noise.astype(np.float32))):
        return SelfTested(passed=False, details=f"voices: {invented / SOUND_HZ:.2f} s of speech found in noise")
    voices: list[list[Floats]] = []
    for voice in VOICES.values():
        said = [_speech(models.activity, speak(voice, _UTTERANCE_S, seed)) for seed in (1, 2)]
        if min(map(len, said)) < LEAST_SPEECH * _UTTERANCE_S * SOUND_HZ:
            return SelfTested(passed=False, details=f"voices: speech missed, {len(said[0])} and {len(said[1])} samples")
        voices.append([mean_direction(models.embedder.speech(speech)) for speech in said])
    pair, other = _least_alike(voices), _most_alike(voices)
    passed = pair >= LEAST_AMONG_VOICE and pair - other >= LEAST_LEAD_OF_VOICES
    return SelfTested(passed=passed, details=f"voices: pair {pair:.3f}, other {other:.3f}")


def _speech(activity: ActivityNetwork, sound: Floats) -> Floats:
    """Return the samples in which speech is found."""
    listening = VoiceActivity(activity)
    stretches = [*listening.hear(sound), *listening.finish()]
    return np.concatenate([sound[:0], *(sound[stretch.start : stretch.end] for stretch in stretches)])


def _least_alike(voices: Sequence[Sequence[Floats]]) -> float:
    """Return the smallest cosine of two utterances of one voice."""
    return min(float(first @ second) for first, second in voices)


def _most_alike(voices: Sequence[Sequence[Floats]]) -> float:
    """Return the largest cosine of utterances of two voices."""
    return max(float(one @ other) for left, right in combinations(voices, 2) for one, other in product(left, right))


def _heard_of_tone() -> tuple[float, float]:
    """Return of a tone the level that leaks into the lower half of the bands, and by how many bands it lies aside."""
    tone = np.sin(2 * np.pi * _TONE_HZ * np.arange(SOUND_HZ) / SOUND_HZ).astype(np.float32)
    bands = mel_frames(tone)[5:-5].sum(axis=0, dtype=np.float64)
    bands /= bands.sum()
    leaked = float(bands[: BANDS // 2].sum())
    return 10 * float(np.log10(max(leaked, 1e-12))), float(np.arange(BANDS) @ bands) - _TONE_BAND


def _crop(models: FaceModels, picture: Picture) -> Picture | None:
    faces = models.detector.detect(picture, min_face_px=40)
    return models.embedder.crop(picture, faces[0].points) if len(faces) == 1 else None


def _portrait() -> Picture:
    from skimage.data import astronaut

    return np.ascontiguousarray(astronaut())


def _changed(portrait: Picture) -> Picture:
    smaller = cv2.resize(np.ascontiguousarray(portrait[:, ::-1]), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    darker = (smaller * 0.75).astype(np.uint8)
    _done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(darker, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 60])
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert decoded is not None  # what the line above encoded
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def _drawn(side: int) -> Picture:
    """Return a drawn face, aligned as embedders want it: two eyes, a nose, a mouth."""
    canvas = np.full((side, side, 3), (90, 120, 160), np.uint8)
    unit = side / 100
    cv2.ellipse(canvas, _at(50, 52, unit), (round(36 * unit), round(46 * unit)), 0, 0, 360, (214, 172, 140), -1)
    for x in (34, 66):
        cv2.ellipse(canvas, _at(x, 42, unit), (round(7 * unit), round(4 * unit)), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(canvas, _at(x, 42, unit), round(3 * unit), (40, 30, 25), -1)
    cv2.line(canvas, _at(50, 46, unit), _at(47, 62, unit), (180, 130, 105), max(1, round(2 * unit)))
    cv2.ellipse(canvas, _at(50, 76, unit), (round(15 * unit), round(5 * unit)), 0, 0, 180, (150, 60, 60), -1)
    return canvas


def _at(x: float, y: float, unit: float) -> tuple[int, int]:
    return round(x * unit), round(y * unit)
