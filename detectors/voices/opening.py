"""The voice models of one request, opened from the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import ModelsError
from countenance.packs import ModelStamp, ModelTask
from countenance.translations import _
from detectors.faces.opening import Sessions
from detectors.voices.activity import CHUNK, ActivityNetwork, Floats
from detectors.voices.embedding import VoiceEmbedder
from detectors.voices.mel import BANDS, HOP
from models import ModelSession

THREADS = 1
"""Both networks run no faster on two."""


@dataclass(frozen=True, slots=True)
class VoiceModels:
    """A detector of speech and an embedder of voices.

    Attributes:
        stamps: returns the stamps of both with the provider in use; loads what was not loaded yet.
    """

    activity: ActivityNetwork
    embedder: VoiceEmbedder
    stamps: Callable[[], tuple[ModelStamp, ...]]


def open_voice_models(sessions: Sessions, activity: str, embedder: str, store: Path) -> VoiceModels:
    """Return a speech detector and a voice embedder by name.

    Raises:
        ModelsError: one is unknown, not installed, or of another task or kind.
    """
    finds = sessions.model(activity, store, THREADS)
    embeds = sessions.model(embedder, store, THREADS)

    def stamps() -> tuple[ModelStamp, ...]:
        return finds.stamp(), embeds.stamp()

    return VoiceModels(_activity(finds), _embedder(embeds), stamps)


def open_voice_embedder(sessions: Sessions, embedder: str, store: Path) -> VoiceEmbedder:
    """Return a voice embedder by name, without a detector of speech.

    Raises:
        ModelsError: it is unknown, not installed, or of another task or kind.
    """
    return _embedder(sessions.model(embedder, store, THREADS))


def _activity(session: ModelSession) -> ActivityNetwork:
    manifest = session.manifest
    if manifest.task is not ModelTask.VOICE_ACTIVITY or manifest.speech_input.chunk_samples != CHUNK:
        raise ModelsError(_("The model “{name}” does not find speech.").format(name=manifest.name))

    def run(chunks: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        probabilities, hidden, cell = session.run({"input": chunks, "h": hidden, "c": cell})
        return probabilities, hidden, cell

    return run


def _embedder(session: ModelSession) -> VoiceEmbedder:
    manifest = session.manifest
    if manifest.task is not ModelTask.VOICE_EMBEDDER or manifest.embedding is None:
        raise ModelsError(_("The model “{name}” does not tell voices apart.").format(name=manifest.name))
    recipe = manifest.voice_input
    if (recipe.hop_samples, recipe.bands, recipe.logarithmic) != (HOP, BANDS, False):
        raise ModelsError(_("The model “{name}” does not tell voices apart.").format(name=manifest.name))

    def run(mels: Floats) -> Floats:
        return session.run({"input": mels})[0]

    return VoiceEmbedder(run, recipe, manifest.embedding.dimension)
