"""Whether what a child says of a clip holds together beyond its schema: a hostile file may have taken it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from types import MappingProxyType

import numpy as np

from countenance.observations import EmbeddedAgain, FaceTrack, FurtherEmbeddings, Observations, Speaker

_LENGTH_TOLERANCE = 1e-3

LATEST_S = 5.0
"""No speech lies further than this behind the clip's end: sound may outlast the picture, and clocks differ a little."""

SHARED_S = 0.05
"""So much may two samples of one speaker share: less than a sound of speech."""

NONE_ASKED: Mapping[str, int] = MappingProxyType({})


def holds_together(
    observations: Observations,
    dimension: int,
    voice_dimension: int = 0,
    *,
    further_faces: Mapping[str, int] = NONE_ASKED,
    further_voices: Mapping[str, int] = NONE_ASKED,
) -> bool:
    """Return whether tracks and speakers are distinct and run forwards, and embeddings are unit vectors.

    A track has an embedding exactly where it has samples; a speaker has one wherever it has samples, and may have one
    of shorter pieces alone. What further embedders make of them is there of those that were asked for, by name with
    their dimensions, and of no others. A dimension of 0 stands for any one size.
    """
    tracks, speakers = observations.tracks, observations.speakers
    end_s = max(observations.clip.duration_s, observations.sound.duration_s) + LATEST_S
    return (
        len({track.id for track in tracks}) == len(tracks)
        and len({speaker.id for speaker in speakers}) == len(speakers)
        and all(_runs_forwards(track) for track in tracks)
        and all(_speaks_forwards(speaker, end_s) for speaker in speakers)
        and _are_embeddings(tracks, dimension)
        and _are_embeddings(speakers, voice_dimension)
        and _are_further(observations.further_faces, tracks, further_faces)
        and _are_further(observations.further_voices, speakers, further_voices)
    )


def _are_further(
    further: Sequence[FurtherEmbeddings],
    owners: Sequence[FaceTrack | Speaker],
    asked: Mapping[str, int],
) -> bool:
    """Return whether each embedder that was asked for embedded the samples of all tracks or speakers, if any did."""
    # Where nobody looked or listened there is none of them.
    if not further:
        return not asked or not owners
    return [each.model for each in further] == list(asked) and all(
        len(each.embedded) == len(owners)
        and all(
            len(again.samples) == len(owner.samples) and bool(again.embedding) == bool(again.samples)
            for again, owner in zip(each.embedded, owners, strict=True)
        )
        and all(blob for again in each.embedded for blob in again.samples)
        and _are_embeddings(each.embedded, asked[each.model])
        for each in further
    )


def are_embeddings(vectors: Sequence[bytes], dimension: int) -> bool:
    """Return whether each of some vectors is a unit vector of `dimension` numbers, or empty."""
    return all(not vector or (len(vector) == 4 * dimension and _is_unit_vector(vector)) for vector in vectors)


def _runs_forwards(track: FaceTrack) -> bool:
    whole = all(sample.embedding for sample in track.samples)
    moves = track.mouth_motion is None or (isfinite(track.mouth_motion) and track.mouth_motion >= 0)
    return track.start_s <= track.end_s and whole and moves and bool(track.embedding) == bool(track.samples)


def _speaks_forwards(speaker: Speaker, end_s: float) -> bool:
    turns, samples = speaker.turns, speaker.samples
    return (
        bool(turns)
        and (bool(speaker.embedding) or not samples)
        and all(sample.embedding for sample in samples)
        and all(turn.start_s <= turn.end_s <= end_s for turn in turns)
        and all(turn.start_s <= following.start_s for turn, following in pairwise(turns))
        and all(sample.start_s <= sample.end_s <= end_s and len(sample.sound) % 2 == 0 for sample in samples)
        and all(sample.end_s <= following.start_s + SHARED_S for sample, following in pairwise(samples))
    )


def _are_embeddings(owners: Sequence[FaceTrack | Speaker | EmbeddedAgain], dimension: int) -> bool:
    blobs = [blob for each in owners for blob in (each.embedding, *_of_samples(each)) if blob]
    sizes = {len(blob) for blob in blobs}
    return (
        sizes <= ({4 * dimension} if dimension else sizes)
        and len(sizes) <= 1
        and all(_is_unit_vector(blob) for blob in blobs)
    )


def _of_samples(owner: FaceTrack | Speaker | EmbeddedAgain) -> list[bytes]:
    return [one if isinstance(one, bytes) else one.embedding for one in owner.samples]


def _is_unit_vector(blob: bytes) -> bool:
    if len(blob) % 4:
        return False
    length = float(np.linalg.norm(np.frombuffer(blob, "<f4").astype(np.float64)))
    return abs(length - 1) <= _LENGTH_TOLERANCE  # false for what is not a number, too
