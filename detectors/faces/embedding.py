"""Turning aligned crops into embeddings, and a track's samples into one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.faces.alignment import aligned
from detectors.faces.detection import Floats, Network, Picture, Points


@dataclass(frozen=True, slots=True)
class FaceEmbedder:
    """An embedder with its input contract.

    Attributes:
        network: prepared crops, shape (n, 3, side, side), to embeddings (n, dimension).
        template: where the five points of the detector in use have to lie, in crop pixels.
        side: of the crop.
        bgr, mean, scale: the network sees (value - mean) * scale, in BGR order where `bgr`.
        most: largest batch.
    """

    network: Network
    template: Points
    side: int
    dimension: int
    bgr: bool
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    most: int

    def crop(self, rgb: Picture, points: Points) -> Picture:
        """Return the crop of one face, shape (side, side, 3), RGB."""
        return aligned(rgb, points, self.template, self.side)

    def embed(self, crops: list[Picture]) -> Floats:
        """Return one embedding per crop, shape (n, dimension), of length 1.

        Each is the sum of those of the crop and of its mirror image (models.md §3).
        """
        both = [picture for crop in crops for picture in (crop, crop[:, ::-1])]
        parts = [self._raw(both[at : at + self.most]) for at in range(0, len(both), self.most)]
        raw = np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)
        return normalised(raw[0::2] + raw[1::2])

    def _raw(self, crops: list[Picture]) -> Floats:
        batch = np.stack(crops).astype(np.float32)
        batch = (batch - np.array(self.mean, np.float32)) * np.array(self.scale, np.float32)
        if self.bgr:
            batch = batch[..., ::-1]
        return self.network(np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32))[0]


def normalised(vectors: Floats) -> Floats:
    """Return vectors of length 1 along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def weighted_mean(embeddings: Floats, weights: Floats) -> Floats:
    """Return the mean of the rows by weight, of length 1; shape (dimension,).

    Args:
        embeddings: shape (n, dimension), n >= 1.
        weights: shape (n,), each above 0.
    """
    return normalised((embeddings * weights[:, None]).sum(axis=0))
