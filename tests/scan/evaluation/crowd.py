"""A crowd of made-up people for evaluations: a direction each, and pictures scattered around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countenance.observations import Box, Observations
from scan.evaluation.labelled import LabelledVectors, label_vectors
from scan.gallery import unit
from tests.scan.made import DIMENSION, photo, portrait


def people(count: int, pictures: int, scatter: float = 0.5, seed: int = 1) -> dict[str, list[bytes]]:
    """Return embeddings by person; `scatter` is the length of what a picture adds to its person's direction."""
    rng = np.random.default_rng(seed)
    crowd = {}
    for number in range(count):
        direction = unit(rng.normal(size=DIMENSION))
        noise = [unit(rng.normal(size=DIMENSION)) * scatter for _ in range(pictures)]
        crowd[f"person{number:03d}"] = [unit(direction + each).astype("<f4").tobytes() for each in noise]
    return crowd


def labelled(crowd: dict[str, list[bytes]]) -> LabelledVectors:
    names = [name for name, pictures in crowd.items() for _ in pictures]
    vectors = np.stack([np.frombuffer(blob, "<f4") for pictures in crowd.values() for blob in pictures])
    return label_vectors(vectors, names, list(crowd))


def pictured(name: str, embedding: bytes) -> Observations:
    return photo(portrait(0, embedding), name=name)


def beside(one: Observations, share: float) -> Observations:
    """Return the photo with a second face of this share of the first one's area."""
    first = one.tracks[0]
    box = first.detections[0].box
    smaller = Box(x=0.7, y=box.y, width=box.width * share, height=box.height)
    second = portrait(1, first.embedding, box=smaller)
    return replace(one, tracks=(second, first))
