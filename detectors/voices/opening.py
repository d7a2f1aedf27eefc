"""The voice models of one request, opened from the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import ModelsError
from countenance.observations import SOUND_HZ
from countenance.packs import ModelStamp, ModelTask
from countenance.translations import _
from detectors.faces.opening import Sessions
from detectors.voices.activity import CHUNK, ActivityNetwork, Floats
from detectors.voices.embedding import VoiceEmbedder, unit_lengths
from detectors.voices.mel import BANDS, HOP, WINDOW
from models import MelContract, ModelSession

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

    return VoiceModels(activity_network(finds), voice_embedder(embeds), stamps)


def open_voice_embedder(sessions: Sessions, embedder: str, store: Path) -> VoiceEmbedder:
    """Return a voice embedder by name, without a detector of speech.

    Raises:
        ModelsError: it is unknown, not installed, or of another task or kind.
    """
    return voice_embedder(sessions.model(embedder, store, THREADS))


def activity_network(session: ModelSession) -> ActivityNetwork:
    """Return the detector of speech that a session is.

    Raises:
        ModelsError: it is of another task or kind.
    """
    manifest = session.manifest
    if manifest.task is not ModelTask.VOICE_ACTIVITY or manifest.speech_input.chunk_samples != CHUNK:
        raise ModelsError(_("The model “{name}” does not find speech.").format(name=manifest.name))

    def run(chunks: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        probabilities, hidden, cell = session.run({"input": chunks, "h": hidden, "c": cell})
        return probabilities, hidden, cell

    return run


def voice_embedder(session: ModelSession) -> VoiceEmbedder:
    """Return the voice embedder that a session is.

    Raises:
        ModelsError: it is of another task or kind.
    """
    manifest = session.manifest
    if manifest.task is not ModelTask.VOICE_EMBEDDER or manifest.embedding is None:
        raise ModelsError(_("The model “{name}” does not tell voices apart.").format(name=manifest.name))
    recipe, dimension = manifest.voice_input, manifest.embedding.dimension
    fits = (recipe.sample_rate_hz, recipe.hop_samples) == (SOUND_HZ, HOP)
    if not fits or (isinstance(recipe, MelContract) and (recipe.fft_samples, recipe.bands) != (WINDOW, BANDS)):
        raise ModelsError(_("The model “{name}” does not tell voices apart.").format(name=manifest.name))

    def run(features: Floats) -> Floats:
        embeddings = session.run({"input": features})[0]
        if embeddings.shape != (len(features), dimension):
            raise ModelsError(
                _("The model “{name}” does not tell voices apart.").format(name=manifest.name),
                details=f"answer of shape {embeddings.shape}",
            )
        # GE2E's own last layer does this; what others' lengths say is nothing that cosines are compared by.
        return embeddings if isinstance(recipe, MelContract) else unit_lengths(embeddings)

    return VoiceEmbedder(run, recipe, dimension)
