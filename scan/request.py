"""What is asked of the detectors for one file."""

from __future__ import annotations

from pathlib import Path

from countenance.packs import ModelTask, PackCard
from countenance.wire import Examine, ExamineSettings


def examine_request(path: Path, card: PackCard, models: Path, settings: ExamineSettings) -> Examine:
    """Return the request that has a clip or a photo examined with the models of `card`."""
    detector, embedder = card.model(ModelTask.FACE_DETECTOR), card.model(ModelTask.FACE_EMBEDDER)
    assert detector is not None  # a pack without one does not load
    assert embedder is not None
    return Examine(
        path=str(path.absolute()),
        detector=detector.name,
        face_embedder=embedder.name,
        models=str(models),
        settings=settings,
        dimension=card.face.dimension,
    )
