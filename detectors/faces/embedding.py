"""Turning aligned crops into embeddings, and a track's samples into one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.faces.alignment import aligned
from detectors.faces.detection import Floats, Network, Picture, Points
from models import InputContract, to_blob


@dataclass(frozen=True, slots=True)
class FaceEmbedder:
    """An embedder with its input contract.

    Attributes:
        network: prepared crops, float32 (n, 3, side, side) for any n >= 1, to embeddings (n, dimension).
        contract: how crops are prepared, from the manifest; its `size_px` is the crop's side.
        template: where the five points of the detector in use have to lie, in crop pixels.
        mirrored: whether the mirror image counts too.
    """

    network: Network
    contract: InputContract
    template: Points
    dimension: int
    mirrored: bool

    @property
    def side(self) -> int:
        """Side of the crop, in pixels."""
        assert self.contract.size_px is not None, "an embedder's manifest states the crop's side"
        return self.contract.size_px

    def crop(self, rgb: Picture, points: Points) -> Picture:
        """Return the crop of one face, shape (side, side, 3), RGB."""
        return aligned(rgb, points, self.template, self.side)

    def embed(self, crops: list[Picture]) -> Floats:
        """Return one embedding per crop, shape (n, dimension), of length 1.

        Where `mirrored`, each is the sum of those of the crop and of its mirror image (models.md §3).
        """
        if not crops:
            return np.zeros((0, self.dimension), np.float32)
        pictures = np.stack(crops)
        (raw,) = self.network(to_blob(pictures, self.contract))
        if self.mirrored:
            raw = raw + self.network(to_blob(pictures[:, :, ::-1], self.contract))[0]
        return normalised(raw)


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
