"""Do the models together with our preparation tell known faces from a known other, and known voices from one another?

The pair of faces is a portrait and a changed copy of it; the other is a face drawn here (`detectors.known_faces`). The
voices are synthesised, two utterances of each. What the models answer alone, `models.selftest` checks; whether the
description of one that nobody here has had is right, `detectors.contract_faces`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from countenance.wire import SelfTest, SelfTested
from countenance.wire_models import Doubt
from detectors.contract_faces import try_detector, try_embedder
from detectors.demo_voice import VOICES, speak
from detectors.faces.opening import FaceModels, Sessions
from detectors.known_faces import changed_copy, drawn, portrait
from detectors.media.progress import OnProgress
from detectors.voices import hearing
from detectors.voices.activity import ActivityNetwork, VoiceActivity
from detectors.voices.embedding import VoiceEmbedder, mean_direction
from detectors.voices.opening import VoiceModels, open_voice_models
from models import ModelManifest

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

LEAST_AMONG_PAIR = 0.7
"""Cosine of the pair: measured .86 (retail-0095) and .98 (dlib); planted faults fall below .6."""

LEAST_AMONG_PAIR_UNSEEN = 0.3
"""The same for models that nobody here has seen."""

LEAST_LEAD = 0.02
"""Lead of the pair over the other: dlib's cosines lie between .8 and 1, so that a small lead is telling."""

LEAST_SPEECH = 0.7
"""Part of an utterance that speech must be found in; measured .81 to .92, the rest are its pauses."""

_UTTERANCE_S = 8.0
_NOISE_LEVEL = 0.1

OnStep = Callable[[], None]


def run(request: SelfTest, sessions: Sessions, on_progress: OnProgress) -> SelfTested:
    """Return whether the pair of faces is found alike and the drawn face unlike, and the same of voices if named.

    Args:
        request: which models.
        sessions: keeps models open from one request to the next.
        on_progress: called while it goes on.

    Raises:
        ModelsError: a model is missing, damaged or refused.
    """
    store = Path(request.models)

    def on_step() -> None:
        on_progress("testing", 0, 0)

    faces = sessions.faces(request.detector, request.face_embedder, store, request.threads)
    unseen = needs_contract_test(sessions.model(request.face_embedder, store, request.threads).manifest)
    answers = [try_faces(faces, LEAST_AMONG_PAIR_UNSEEN if unseen else LEAST_AMONG_PAIR)]
    for name, attempt in ((request.detector, try_detector), (request.face_embedder, try_embedder)):
        session = sessions.model(name, store, request.threads)
        if needs_contract_test(session.manifest):
            found = attempt(session, on_step)
            passed = found.doubt is Doubt.NONE or not found.sure
            answers.append(SelfTested(passed=passed, details=f"{name}: {found.doubt or 'held'}, {found.details}"))
    if request.voice_activity and request.voice_embedder:
        on_step()
        voices = open_voice_models(sessions, request.voice_activity, request.voice_embedder, store)
        answers.append(try_voices(voices, on_step))
    return SelfTested(
        passed=all(answer.passed for answer in answers),
        details="; ".join(answer.details for answer in answers)[:2000],
    )


def needs_contract_test(manifest: ModelManifest) -> bool:
    """Return whether nobody here has seen what a model answers, so that its description is tried beside wrong ones."""
    return manifest.brought or any(not network.fingerprint for network in manifest.networks)


def try_faces(models: FaceModels, least: float = LEAST_AMONG_PAIR) -> SelfTested:
    """Return whether the known pair of faces is found, alike by `least` in cosine, and unlike the drawn one."""
    first, second = _crop(models, portrait().picture), _crop(models, changed_copy().picture)
    if first is None or second is None:
        return SelfTested(passed=False, details="no face was found in the portrait or its copy")
    vectors = models.embedder.embed([first, second, drawn(models.embedder.side)])
    pair, other = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    passed = pair >= least and pair - other >= LEAST_LEAD
    return SelfTested(passed=passed, details=f"faces: pair {pair:.3f}, other {other:.3f}")


def try_voices(models: VoiceModels, on_step: OnStep = lambda: None) -> SelfTested:
    """Return whether speech is found in synthesised voices, none in noise, and each voice is like itself alone."""
    said = utterances()
    speech = [[_speech(models.activity, sound) for sound in voice] for voice in said]
    heard = _judge_hearing(models.activity, speech)
    return try_voice_embedder(models.embedder, speech, on_step) if heard.passed else heard


def try_hearing(activity: ActivityNetwork) -> SelfTested:
    """Return whether speech is found in synthesised voices, and none in noise."""
    return _judge_hearing(activity, [[_speech(activity, sound) for sound in voice] for voice in utterances()])


def utterances() -> list[list[Floats]]:
    """Return two utterances of each of the synthesised voices, float32 (n,) each."""
    return [[speak(voice, _UTTERANCE_S, seed) for seed in (1, 2)] for voice in VOICES.values()]


def try_voice_embedder(
    embedder: VoiceEmbedder, speech: Sequence[Sequence[Floats]], on_step: OnStep = lambda: None
) -> SelfTested:
    """Return whether sound becomes the features that were meant, and each synthesised voice is like itself alone.

    Args:
        embedder: with its recipe, which says what is expected.
        speech: of each voice, the samples of two utterances in which it speaks.
        on_step: called between two runs of the network.
    """
    known = embedder.recipe.known
    apart = hearing.deviation(embedder.recipe)
    if apart > hearing.MOST_DEVIATION:
        return SelfTested(passed=False, details=f"features: deviation {apart:.1e}")
    voices = [[mean_direction(embedder.speech(sound, on_step)) for sound in voice] for voice in speech]
    pair, other = _least_alike(voices), _most_alike(voices)
    passed = pair >= known.pair and pair - other >= known.lead
    return SelfTested(passed=passed, details=f"voices: pair {pair:.3f}, other {other:.3f}")


def _judge_hearing(activity: ActivityNetwork, speech: Sequence[Sequence[Floats]]) -> SelfTested:
    noise = np.random.default_rng(0).standard_normal(round(_UTTERANCE_S * SOUND_HZ)) * _NOISE_LEVEL
    if invented := len(_speech(activity, noise.astype(np.float32))):
        return SelfTested(passed=False, details=f"voices: {invented / SOUND_HZ:.2f} s of speech found in noise")
    found = min(len(sound) for voice in speech for sound in voice)
    if found < LEAST_SPEECH * _UTTERANCE_S * SOUND_HZ:
        return SelfTested(passed=False, details=f"voices: speech missed, {found} samples found")
    return SelfTested(passed=True, details="voices: speech found")


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


def _crop(models: FaceModels, picture: Picture) -> Picture | None:
    faces = models.detector.detect(picture, min_face_px=40)
    return models.embedder.crop(picture, faces[0].points) if faces else None
