"""Who it may be where nobody measured the models: possible at most, since no rate can be given (ADR 0039).

Without figures no promise can be kept. Saying nothing would leave people unnoticed whom the models do recognise, so the
nearest person is named as possible where they are more alike than nearly all pairs of enrolled people are to each
other: the registry's own people are the only strangers that these models have been seen with here.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from countenance.identification import Candidate, Identification, IdentificationReason, IdentificationStatus
from countenance.packs import LikenessScale
from scan.gallery import Gallery, as_vectors
from scan.probes import Probe

LEAST_PEOPLE = 3
"""Fewer enrolled people are no strangers to compare with; then whoever is nearest is possible."""

_MOST_PEOPLE = 512
_QUANTILE = 0.99


def among_themselves(gallery: Gallery) -> float:
    """Return a score that nearly no two enrolled people reach with each other; -inf where there are too few of them."""
    people = gallery.vectors[:_MOST_PEOPLE]
    if len(people) < LEAST_PEOPLE:
        return -float("inf")
    pairs = (people @ people.T)[np.triu_indices(len(people), 1)]
    return float(np.quantile(pairs, _QUANTILE, method="higher"))


def possible_at_most(probe: Probe, gallery: Gallery, scale: LikenessScale, out: Collection[str] = ()) -> Identification:
    """Return who a track or a speaker may be, or nobody, for models without figures; the reason says so.

    Args:
        probe: with an embedding.
        gallery: somebody in it.
        scale: of the models.
        out: ids of people it is not, whatever it looks or sounds like.
    """
    found = gallery.nearest(as_vectors([probe.embedding], scale.dimension), 2 + len(out))
    nearest = [
        Candidate(person=gallery.people[int(place)], score=float(score), rate=1.0, rate_is_capped=False)
        for place, score in zip(found.order[0], found.scores[0], strict=True)
        if gallery.people[int(place)] not in out
    ]
    is_possible = bool(nearest) and nearest[0].score > among_themselves(gallery)
    return Identification(
        track=probe.id,
        status=IdentificationStatus.POSSIBLE if is_possible else IdentificationStatus.UNKNOWN,
        person=nearest[0].person if is_possible else None,
        best=nearest[0] if is_possible else None,
        runner_up=nearest[1] if is_possible and len(nearest) > 1 else None,
        samples=len(probe.samples),
        samples_agreeing=0,
        span_s=0.0,
        reasons=(IdentificationReason.NO_FIGURES,),
    )
