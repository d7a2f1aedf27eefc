"""An agency for programs that change its models: one free portrait, varied for each person, enrolled as it would be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._consent import bench_consent
from countenance.packs import ModelStamp, ModelTask, PackCard
from countenance.people import Modality, Person
from countenance.wire_models import MOST_SAMPLES, Embed, KeptSample
from registry import NewPerson, NewSample, NewTemplate, Registry, SampleKind
from scan.worker import DetectorWorker

_SIDE = 224
# Where the face of scikit-image's portrait lies, made twice as large.
_MIDDLE, _REACH = (222.0, 118.0), 108.0


def portraits(count: int, seed: int = 16) -> Iterator[bytes]:
    """Yield JPEGs of the portrait's face with its surroundings, each turned, lit, coloured and packed otherwise."""
    from skimage.data import astronaut

    portrait = np.ascontiguousarray(astronaut()[:, :, ::-1])
    rng = np.random.default_rng(seed)
    for _number in range(count):
        yield _varied(portrait, rng)


def enrol_agency(
    registry: Registry,
    pictures: Sequence[bytes],
    card: PackCard,
    worker: DetectorWorker,
    *,
    models: Path,
    each: int = 1,
) -> None:
    """Enrol people of so many of the pictures each, with templates of a pack made of these very pictures."""
    vectors = [vector for at in range(0, len(pictures), MOST_SAMPLES)
               for vector in _embedded(pictures[at : at + MOST_SAMPLES], card, worker, models)]  # fmt: skip
    stamp = _stamp(card, ModelTask.FACE_EMBEDDER)
    today = registry.today()
    consent = bench_consent(today)
    samples = [
        NewSample(
            kind=SampleKind.PHOTO,
            file_sha256=hashlib.sha256(picture).hexdigest(),
            picture=picture,
            quality=0.5,
            templates=(
                NewTemplate(
                    modality=Modality.FACE,
                    model=f"{stamp.name} {stamp.version}",
                    binding=stamp.binding,
                    vector=vector,
                ),
            ),
        )
        for picture, vector in zip(pictures, vectors, strict=True)
    ]
    people = [
        NewPerson(
            person=Person(id="", display_name=f"Person {number}"),
            consent=consent,
            samples=samples[number * each : (number + 1) * each],
        )
        for number in range(len(samples) // each)
    ]
    for at in range(0, len(people), 50):
        registry.enrol_many(people[at : at + 50])


def _embedded(pictures: Sequence[bytes], card: PackCard, worker: DetectorWorker, models: Path) -> tuple[bytes, ...]:
    request = Embed(
        samples=tuple(KeptSample(picture=picture) for picture in pictures),
        models=str(models),
        detector=_stamp(card, ModelTask.FACE_DETECTOR).name,
        face_embedder=_stamp(card, ModelTask.FACE_EMBEDDER).name,
    )
    vectors = worker.embed(request, card.face.dimension)
    assert all(vectors), "the portrait has a face, however it is varied"
    return vectors


def _stamp(card: PackCard, task: ModelTask) -> ModelStamp:
    stamp = card.model(task)
    assert stamp is not None
    return stamp


def _varied(portrait: NDArray[np.uint8], rng: np.random.Generator) -> bytes:
    turn = cv2.getRotationMatrix2D(
        _MIDDLE, float(rng.uniform(-9, 9)), _SIDE / (2 * _REACH * float(rng.uniform(0.9, 1.1)))
    )
    turn[:, 2] += np.array([_SIDE / 2, _SIDE / 2]) - _MIDDLE + rng.uniform(-6, 6, 2)
    face = cv2.warpAffine(portrait, turn, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        face = face[:, ::-1]
    lit = face * rng.uniform(0.75, 1.15, 3) + rng.uniform(-12, 12) + rng.normal(0, 3, face.shape)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 96))]
    _done, packed = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), quality)
    return packed.tobytes()
