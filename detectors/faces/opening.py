"""The face models of one request, opened from the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from countenance.errors import ModelsError
from countenance.packs import ModelStamp, ModelTask
from countenance.translations import _
from countenance.wire_models import CPU
from detectors.faces.detection import FaceDetector, Floats, Network
from detectors.faces.embedding import FaceEmbedder
from detectors.faces.mtcnn import Mtcnn
from detectors.faces.scrfd import Scrfd
from detectors.faces.yunet import YuNet
from models import DetectorFamily, ModelSession, open_model


@dataclass(frozen=True, slots=True)
class FaceModels:
    """A detector and an embedder that work together.

    Attributes:
        stamps: returns the stamps of all with the provider in use; loads what was not loaded yet.
        further: other embedders that work with the detector, whose embeddings are wanted besides, by name.
    """

    detector: FaceDetector
    embedder: FaceEmbedder
    stamps: Callable[[], tuple[ModelStamp, ...]]
    further: Mapping[str, FaceEmbedder] = field(default_factory=dict)


class Sessions:
    """Opened models, kept from one request to the next; each is verified and loaded when it first runs.

    Args:
        provider: the onnxruntime execution provider that all of them run on, which this process was fenced in for.
    """

    def __init__(self, provider: str = CPU) -> None:
        self.provider = provider
        self._open: dict[tuple[str, str, int], ModelSession] = {}

    def model(self, name: str, store: Path, threads: int) -> ModelSession:
        """Return the installed model called `name`.

        Raises:
            ModelsError: it is unknown or not installed.
        """
        key = (name, str(store), threads)
        if key not in self._open:
            self._open[key] = open_model(name, store, (self.provider,), threads)
        return self._open[key]

    def faces(self, detector: str, embedder: str, store: Path, threads: int, further: Sequence[str] = ()) -> FaceModels:
        """Return a detector and an embedder by name, and other embedders of which more is wanted.

        Raises:
            ModelsError: one is unknown, not installed, of another task, or they do not work together.
        """
        finds = self.model(detector, store, threads)
        embeds = self.model(embedder, store, threads)
        more = {name: self.model(name, store, threads) for name in further}

        def stamps() -> tuple[ModelStamp, ...]:
            return finds.stamp(), *(session.stamp(detector=detector) for session in (embeds, *more.values()))

        others = {name: face_embedder(session, detector) for name, session in more.items()}
        return FaceModels(face_detector(finds), face_embedder(embeds, detector), stamps, others)


def face_detector(session: ModelSession) -> FaceDetector:
    """Return the detector that a session is.

    Raises:
        ModelsError: it is of another task.
    """
    manifest = session.manifest
    if manifest.family is DetectorFamily.YUNET:
        return YuNet(_network(session), manifest.input)
    if manifest.family is DetectorFamily.MTCNN:
        return Mtcnn(*(_network(session, stage) for stage in ("pnet", "rnet", "onet")))
    if manifest.family is DetectorFamily.SCRFD:
        return Scrfd(_network(session), manifest.input, manifest.name)
    raise ModelsError(_("The model “{name}” does not find faces.").format(name=manifest.name))


def face_embedder(session: ModelSession, detector: str) -> FaceEmbedder:
    """Return the embedder that a session is, for the landmarks of `detector`.

    Raises:
        ModelsError: it is of another task, or has no template for them.
    """
    manifest = session.manifest
    embedding = manifest.embedding
    if manifest.task is not ModelTask.FACE_EMBEDDER or embedding is None:
        raise ModelsError(_("The model “{name}” does not tell faces apart.").format(name=manifest.name))

    def embed(blob: Floats) -> tuple[Floats, ...]:
        answers = session.run_batches(blob)
        expected = len(blob), embedding.dimension
        # Some files give (n, dimension, 1, 1), and those for one picture at a time (dimension,).
        if len(answers) != 1 or answers[0].size != expected[0] * expected[1] or not np.isfinite(answers[0]).all():
            raise _no_embeddings(manifest.name, embedding.dimension, str([answer.shape for answer in answers]))
        return (answers[0].reshape(expected),)

    return FaceEmbedder(
        network=embed,
        contract=manifest.input,
        template=np.array(manifest.alignment_for(detector).points_px, np.float32),
        dimension=embedding.dimension,
        mirrored=embedding.flip,
    )


def _no_embeddings(name: str, dimension: int, details: str) -> ModelsError:
    return ModelsError(
        _("The model “{name}” does not give the {count} numbers for each face that are expected of it.").format(
            name=name, count=dimension
        ),
        remedy=_("Choose another pack, or install the model from its publisher's file."),
        details=details,
    )


def _network(session: ModelSession, stage: str = "") -> Network:
    def run(blob: Floats) -> tuple[Floats, ...]:
        return tuple(session.run({"input": blob}, stage))

    return run
