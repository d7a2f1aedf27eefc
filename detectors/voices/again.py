"""The samples of speakers as another embedder hears them; who speaks when was told by the pack's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from countenance.observations import EmbeddedAgain, FurtherEmbeddings, Speaker
from detectors.voices.embedding import VoiceEmbedder, from_pcm, mean_direction


def embedded_again(
    name: str, embedder: VoiceEmbedder, speakers: Sequence[Speaker], on_batch: Callable[[], None] = lambda: None
) -> FurtherEmbeddings:
    """Return what the embedder called `name` makes of the samples that are kept of each speaker.

    A speaker's own embedding counts all clean speech, this one the kept samples: up to half a minute of it.
    """
    return FurtherEmbeddings(model=name, embedded=tuple(_again(embedder, speaker, on_batch) for speaker in speakers))


def _again(embedder: VoiceEmbedder, speaker: Speaker, on_batch: Callable[[], None]) -> EmbeddedAgain:
    if not speaker.samples:
        return EmbeddedAgain()
    windows = [embedder.speech(from_pcm(sample.sound), on_batch) for sample in speaker.samples]
    return EmbeddedAgain(
        samples=tuple(mean_direction(each).astype("<f4").tobytes() for each in windows),
        embedding=mean_direction(np.concatenate(windows)).astype("<f4").tobytes(),
    )
