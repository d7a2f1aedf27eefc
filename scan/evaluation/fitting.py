"""Makes the figures that a pack ships: cohort groups and impostor curves, none of them about fewer than five people.

Material and limits: docs/accuracy.md. benchmarks/_fit_figures.py and benchmarks/_fit_voice_figures.py call this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from countenance.errors import ClipError
from countenance.packs import Cohort, ImpostorCurve, LikenessScale
from scan.evaluation.clips import ClipRow, Enrolled, Observe
from scan.evaluation.crossing import Crossing, folds_of, not_doubtful
from scan.evaluation.curve import fit_impostor_curve, mix_curves
from scan.evaluation.labelled import LabelledVectors, enrolled_means, make_cohort, refold
from scan.evaluation.verification import search_impostors
from scan.gallery import as_vectors, build_gallery

GENERATED_SHARE = 0.01
"""Share of the comparisons taken to be among generated faces of one kind. An assumption, not a measurement: with one
in a hundred, the look-alikes seen so far (cosine up to .59) stay below the bound of a block (docs/accuracy.md)."""

REFOLDS = 8
"""Drawings of folds for packs with a cohort: nine of ten comparisons then stand in at least one held-out fold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the figures are made from.

    Attributes:
        data: pictures of real people.
        everybody: all identities, for the folds.
        doubtful: pairs of identities that are left out.
        generated: clips with a source picture, and the embeddings of their tracks.
        sources: the source pictures enrolled.
    """

    data: LabelledVectors
    everybody: Sequence[str]
    doubtful: frozenset[frozenset[str]]
    generated: Sequence[tuple[ClipRow, Sequence[bytes]]]
    sources: dict[str, Enrolled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a pack's file carries."""

    singles: ImpostorCurve
    generated: ImpostorCurve | None
    cohort: Cohort | None


def fit_figures(material: Material, scale: LikenessScale) -> Figures:
    """Return the figures of a pack; `scale.cohort` says whether one is used, and how many nearest groups."""
    singles, cohort = fit_singles(material.data, material.everybody, material.doubtful, scale)
    scale = replace(scale, cohort=cohort)
    gallery = build_gallery({name: source.templates for name, source in material.sources.items()}, scale)
    alike = [
        np.delete(gallery.scores(as_vectors(tracks, scale.dimension)), gallery.people.index(row.source), axis=1).ravel()
        for row, tracks in material.generated
        if tracks
    ]
    among = fit_impostor_curve(np.concatenate(alike), len(material.sources))
    return Figures(singles=singles, generated=mix_curves(singles, among, GENERATED_SHARE), cohort=scale.cohort)


def fit_singles(
    data: LabelledVectors, everybody: Sequence[str], doubtful: frozenset[frozenset[str]], scale: LikenessScale
) -> tuple[ImpostorCurve, Cohort | None]:
    """Return the impostor figures of real people, and the cohort made of all of them where `scale` uses one."""
    people = len(np.unique(data.people))
    if scale.cohort is None:
        return fit_impostor_curve(search_impostors(data, scale, doubtful), people), None
    scores = [search_impostors(refold(data, everybody, seed), scale, doubtful) for seed in range(REFOLDS)]
    seen = 1 - 0.75**REFOLDS
    singles = fit_impostor_curve(np.concatenate(scores), people, int(seen * len(data.people) * (people - 1)))
    return singles, make_cohort(data, scale.cohort.nearest)


def fit_voice_figures(
    data: LabelledVectors,
    everybody: Sequence[str],
    doubtful: frozenset[frozenset[str]],
    scale: LikenessScale,
    clones: LabelledVectors | None = None,
) -> Figures:
    """Return the voice figures of a pack; `scale.cohort` says whether one is used, and how many nearest groups.

    Args:
        data: recordings of real people.
        everybody: all identities, for the folds.
        doubtful: pairs of identities that are left out.
        scale: of the pack.
        clones: cloned voices, whose people are those they imitate. Each is compared with everybody else's recordings,
            and the figures are mixed in as `generated`. None for no such figures.
    """
    singles, cohort = fit_singles(data, everybody, doubtful, scale)
    if clones is None:
        return Figures(singles=singles, generated=None, cohort=cohort)
    names = sorted(set(data.people.tolist()))
    known = clones.of(np.isin(clones.people, names))
    gallery = LabelledVectors(
        enrolled_means(data, names), np.array(names), folds_of(names, data.fold_of()), np.full(len(names), np.nan)
    )
    scores = Crossing(data, scale).scores(known, gallery)
    others = (known.people[:, None] != gallery.people[None, :]) & not_doubtful(known.people, gallery.people, doubtful)
    among = fit_impostor_curve(scores[others], len(np.unique(known.people)))
    return Figures(singles=singles, generated=mix_curves(singles, among, GENERATED_SHARE), cohort=cohort)


def observe_generated(rows: Sequence[ClipRow], observe: Observe) -> list[tuple[ClipRow, list[bytes]]]:
    """Return the clips that were made from a source picture, with the embeddings of their tracks."""
    found = []
    for row in rows:
        if not row.source:
            continue
        try:
            tracks = observe(row.path).tracks
        except ClipError:
            continue
        found.append((row, [track.embedding for track in tracks if track.embedding]))
    return found
