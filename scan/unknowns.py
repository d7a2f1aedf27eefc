"""Tracks that match nobody, gathered into the people they show, so that one stranger is one question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components

from countenance.observations import FaceTrack
from countenance.packs import LikenessScale
from scan.enrol import MIRROR_RATE, agreement

ALIKE_RATE = 1e-4
"""Tracks of strangers this unlikely alike are one question. Generated faces resemble each other, and a stranger who is
joined to another is not asked about: at 1e-3 one pair of different people in 40 was joined, here one in 90. At
rarer rates somebody who turns round becomes two (docs/accuracy.md)."""


def gather_unknowns(tracks: Sequence[FaceTrack], scale: LikenessScale) -> list[list[FaceTrack]]:
    """Return the tracks grouped by likeness, in order of their first appearance.

    Two tracks belong together when they look as alike as one person's pictures do; tracks without an embedding stay
    alone, and so do all where the pack has no figures to say who looks alike. Templates of strangers are compared here
    and kept nowhere.
    """
    known = [track for track in tracks if track.embedding and scale.singles is not None]
    groups = [[track] for track in tracks if not track.embedding or scale.singles is None]
    if known:
        embeddings = [track.embedding for track in known]
        at_once = np.array([[a.meets(b) for b in known] for a in known])
        alike = agreement(embeddings, scale, ALIKE_RATE)
        # Two faces at once are two people, unless they look as alike as a mirror or a panel does.
        links = np.where(at_once, agreement(embeddings, scale, MIRROR_RATE), alike)
        count, labels = connected_components(np.asarray(links), directed=False)
        groups += [
            [track for track, label in zip(known, labels, strict=True) if label == group] for group in range(count)
        ]
    return sorted(groups, key=lambda group: (min(track.start_s for track in group), group[0].id))
