"""Tracks or speakers that match nobody, gathered into the people they show, so that one stranger is one question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countenance.packs import LikenessScale
from countenance.people import Modality
from scan.enrol import MIRROR_RATE, agreement
from scan.probes import AnyProbe, can_be_judged

ALIKE_RATE = {Modality.FACE: 1e-4, Modality.VOICE: 1e-3}
"""Tracks or speakers of strangers this unlikely alike are one question.

Generated faces resemble each other, and a stranger who is joined to another is not asked about: at 1e-3 one pair of
different people in 40 was joined, at 1e-4 one in 90. At rarer rates somebody who turns round becomes two
(docs/accuracy.md). Of one person's voices a quarter to a half miss 1e-4, so they are joined earlier
(docs/adr/0020-voices-and-budget.md)."""


def gather_unknowns(
    probes: Sequence[AnyProbe], scale: LikenessScale, modality: Modality = Modality.FACE
) -> list[list[AnyProbe]]:
    """Return the tracks or speakers grouped by likeness, in order of their first appearance.

    Two belong together when they look or sound as alike as one person does; those that could not be judged stay
    alone, and so do all where the pack has no figures to say who is alike. Templates of strangers are compared here
    and kept nowhere.
    """
    known = [probe for probe in probes if can_be_judged(probe) and scale.singles is not None]
    groups = [[probe] for probe in probes if not can_be_judged(probe) or scale.singles is None]
    if known:
        groups += [[known[at] for at in group] for group in linked_groups(_links(known, scale, modality))]
    return sorted(groups, key=lambda group: (min(probe.start_s for probe in group), group[0].id))


def linked_groups(links: NDArray[np.bool_]) -> list[list[int]]:
    """Return the indices grouped so that whatever is linked, through others too, is together; each group ascending.

    A few strangers do not pay for scipy's graphs, which take a third of a second to load in every check.

    Args:
        links: shape (n, n), symmetric.
    """
    groups: list[list[int]] = []
    left = set(range(len(links)))
    while left:
        reached = [min(left)]
        group: list[int] = []
        while reached:
            at = reached.pop()
            if at in left:
                left.remove(at)
                group.append(at)
                reached += np.flatnonzero(links[at]).tolist()
        groups.append(sorted(group))
    return groups


def _links(known: Sequence[AnyProbe], scale: LikenessScale, modality: Modality) -> NDArray[np.bool_]:
    embeddings = [probe.embedding for probe in known]
    at_once = np.array([[a.meets(b) for b in known] for a in known])
    alike = agreement(embeddings, scale, ALIKE_RATE[modality])
    if modality is Modality.VOICE:
        return np.asarray(alike & ~at_once)
    # Two faces at once are two people, unless they look as alike as a mirror or a panel does.
    return np.where(at_once, agreement(embeddings, scale, MIRROR_RATE), alike)
