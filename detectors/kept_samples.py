"""Embeddings of samples that a registry keeps, made with other models than they were enrolled with.

A kept picture goes the way of an enrolled photo: the same reader, search, alignment and embedder. So a renewed template
is what enrolling that picture would give.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from countenance.wire import ExamineSettings
from countenance.wire_models import Embed, Embedded, KeptSample
from detectors.faces.alignment import reference_crop
from detectors.faces.detection import Picture, RawFace
from detectors.faces.opening import FaceModels, Sessions
from detectors.faces.pictures import LONGEST_SIDE_PX
from detectors.faces.quality import quality
from detectors.faces.search import FaceSearch
from detectors.failure import MediaFailure
from detectors.media.pictures import PictureFootage
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Container, Reading
from detectors.voices.embedding import VoiceEmbedder, from_pcm, mean_direction
from detectors.voices.excerpts import LEAST_EMBEDDED_S
from detectors.voices.opening import open_voice_embedder

LEAST_FILLED = 0.5
"""A face whose surroundings fill less of the picture is not the one that the picture was kept of. Of 439 kept
pictures the right face filled .82 at least, with whichever detector (docs/adr/0042-switching-models.md)."""

RIVAL_SHARE = 0.8
"""A second face that fills so much of what the first one fills makes it unclear which one was kept. In those pictures a
second one filled .53 of it at most."""

_WIDENED = 2.0  # as `faces.pictures.surroundings` does
_KEPT = Container(name="jpeg", reading=Reading.PICTURE, format="JPEG")
# Whoever hands in more pixels hands in no picture that was kept by the detectors.
_MOST_PIXELS = (4 * LONGEST_SIDE_PX) ** 2
_SETTINGS = ExamineSettings(max_pixels=_MOST_PIXELS)

Floats = NDArray[np.float32]


def embed(request: Embed, sessions: Sessions, on_progress: OnProgress) -> Embedded:
    """Return the embedding of each sample; empty bytes of those that cannot be read or judged.

    Args:
        request: samples and models.
        sessions: keeps models open from one request to the next.
        on_progress: called before each sample with (step, done, total).

    Raises:
        ModelsError: a model is missing, damaged or refused.
    """
    cv2.setNumThreads(request.threads)
    store = Path(request.models)
    total = len(request.samples)
    faces = voices = None
    # Models first: a missing one is told whatever the samples are.
    if request.face_embedder:
        faces = sessions.faces(request.detector, request.face_embedder, store, request.threads)
    if request.voice_embedder:
        voices = open_voice_embedder(sessions, request.voice_embedder, store)
    vectors: list[bytes] = []
    for done, sample in enumerate(request.samples):

        def tell(done: int = done) -> None:
            on_progress("embedding", done, total)

        tell()
        vectors.append(_embedding(sample, faces, voices, tell))
    return Embedded(vectors=tuple(vectors))


def embed_picture(jpeg: bytes, models: FaceModels) -> Floats | None:
    """Return the embedding, float32 (dimension,), of the face that a picture was kept of; None where that is unclear.

    Args:
        jpeg: a face with its surroundings, as `detectors.faces.pictures.surroundings` makes it.
        models: with which it is found and embedded.
    """
    try:
        footage = PictureFootage(io.BytesIO(jpeg), _KEPT, _SETTINGS, lambda *_: None)
        frame = next(footage.frames())
    except (MediaFailure, StopIteration):
        return None
    rgb = frame.rgb
    found = FaceSearch(models.detector, _SETTINGS.min_face_px, still=True).find(_Kept(rgb))
    face = the_one(found, rgb.shape[1], rgb.shape[0])
    if face is None:
        return None
    measured = quality(face.size, face.points, face.score, reference_crop(rgb, face.points))
    if measured.obstacle is not None:
        return None
    return np.asarray(models.embedder.embed([models.embedder.crop(rgb, face.points)])[0], np.float32)


def embed_sound(pcm: bytes, embedder: VoiceEmbedder, on_batch: Callable[[], None] = lambda: None) -> Floats | None:
    """Return the embedding, float32 (dimension,), of kept speech; None where it is too little, or no sound.

    Args:
        pcm: `countenance.observations.VoiceSample.sound`.
        embedder: of voices.
        on_batch: called after each run of the network.
    """
    if len(pcm) % 2 or len(pcm) / 2 < LEAST_EMBEDDED_S * SOUND_HZ:
        return None
    return mean_direction(embedder.speech(from_pcm(pcm), on_batch))


def the_one(faces: Sequence[RawFace], width: int, height: int) -> RawFace | None:
    """Return the face that a picture of `width` x `height` was cut around; None where there is none, or no telling.

    It was cut at twice the face's size, less what lay outside the photo: so the right face, made twice as large, fills
    the picture, however near to an edge it is; one that came into the picture by chance does not.
    """
    ranked = sorted(((_filled(face, width, height), place) for place, face in enumerate(faces)), reverse=True)
    if not ranked or ranked[0][0] < LEAST_FILLED:
        return None
    if len(ranked) > 1 and ranked[1][0] >= RIVAL_SHARE * ranked[0][0]:
        return None
    return faces[ranked[0][1]]


@dataclass(frozen=True)
class _Kept:
    """A kept picture as the search sees it (`detectors.faces.search.Shown`): never larger than what is asked for."""

    rgb: Picture
    at_s: float = 0.0
    shot: int = 0

    @cached_property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @cached_property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    def small(self, long_side: int) -> Picture:
        scale = long_side / max(self.width, self.height)
        if scale >= 1:
            return self.rgb
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        return np.asarray(cv2.resize(self.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)

    def full(self) -> Picture:
        return self.rgb


def _embedding(
    sample: KeptSample, faces: FaceModels | None, voices: VoiceEmbedder | None, on_batch: Callable[[], None]
) -> bytes:
    vector = None
    if sample.picture and faces is not None:
        vector = embed_picture(sample.picture, faces)
    elif sample.sound and voices is not None:
        vector = embed_sound(sample.sound, voices, on_batch)
    return b"" if vector is None else vector.astype("<f4").tobytes()


def _filled(face: RawFace, width: int, height: int) -> float:
    """Return the share of the picture that the face's surroundings cover."""
    half_x, half_y = face.width * _WIDENED / 2, face.height * _WIDENED / 2
    middle_x, middle_y = face.x + face.width / 2, face.y + face.height / 2
    across = min(width, middle_x + half_x) - max(0.0, middle_x - half_x)
    down = min(height, middle_y + half_y) - max(0.0, middle_y - half_y)
    return max(0.0, across) * max(0.0, down) / (width * height)
