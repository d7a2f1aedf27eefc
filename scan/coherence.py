"""Whether what a child says of a clip holds together beyond its schema: a hostile file may have taken it over."""

from __future__ import annotations

import numpy as np

from countenance.observations import FaceTrack, Observations

_LENGTH_TOLERANCE = 1e-3


def holds_together(observations: Observations, dimension: int) -> bool:
    """Return whether tracks are distinct and run forwards, and embeddings are unit vectors of `dimension` numbers.

    A track has an embedding exactly where it has samples; `dimension` 0 stands for any one size.
    """
    tracks = observations.tracks
    blobs = [
        blob for track in tracks for blob in (track.embedding, *(each.embedding for each in track.samples)) if blob
    ]
    sizes = {len(blob) for blob in blobs}
    return (
        len({track.id for track in tracks}) == len(tracks)
        and all(_runs_forwards(track) for track in tracks)
        and sizes <= ({4 * dimension} if dimension else sizes)
        and len(sizes) <= 1
        and all(_is_unit_vector(blob) for blob in blobs)
    )


def _runs_forwards(track: FaceTrack) -> bool:
    whole = all(sample.embedding for sample in track.samples)
    return track.start_s <= track.end_s and whole and bool(track.embedding) == bool(track.samples)


def _is_unit_vector(blob: bytes) -> bool:
    if len(blob) % 4:
        return False
    length = float(np.linalg.norm(np.frombuffer(blob, "<f4").astype(np.float64)))
    return abs(length - 1) <= _LENGTH_TOLERANCE  # false for what is not a number, too
