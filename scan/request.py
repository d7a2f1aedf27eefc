"""What is asked of the detectors for one file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from countenance.packs import ModelTask, PackCard
from countenance.people import Modality
from countenance.wire import Examine, ExamineSettings


def examine_request(
    path: Path, card: PackCard, models: Path, settings: ExamineSettings, further: Collection[str] = ()
) -> Examine:
    """Return the request that has a clip or a photo examined with the models of `card`.

    `further` are names of other embedders of the card whose embeddings are wanted besides.
    """
    more = [one for one in card.further if one.stamp.name in further]
    detector, embedder = card.model(ModelTask.FACE_DETECTOR), card.model(ModelTask.FACE_EMBEDDER)
    assert detector is not None  # a pack without one does not load
    assert embedder is not None
    activity, voices = card.model(ModelTask.VOICE_ACTIVITY), card.model(ModelTask.VOICE_EMBEDDER)
    hears = activity is not None and voices is not None
    return Examine(
        path=str(path.absolute()),
        detector=detector.name,
        face_embedder=embedder.name,
        models=str(models),
        settings=settings,
        dimension=card.face.dimension,
        voice_activity=activity.name if activity is not None and hears else "",
        voice_embedder=voices.name if voices is not None and hears else "",
        voice_dimension=card.voice.dimension if card.voice is not None else 0,
        more_face_embedders=tuple(one.stamp.name for one in more if one.stamp.task is ModelTask.FACE_EMBEDDER),
        more_voice_embedders=tuple(
            one.stamp.name for one in more if one.stamp.task is ModelTask.VOICE_EMBEDDER and hears
        ),
        more_dimensions={one.stamp.name: one.scale.dimension for one in more},
    )


def looking_for(modalities: Iterable[Modality], settings: ExamineSettings | None = None) -> ExamineSettings:
    """Return the settings that have nothing but these looked and listened for."""
    return msgspec.structs.replace(settings or ExamineSettings(), look_for=tuple(each.value for each in modalities))
