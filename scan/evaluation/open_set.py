"""Open-set search as a registry does it: how often strangers raise an alarm, and how often the enrolled are missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, LikenessScale
from scan.evaluation.curve import fit_impostor_curve
from scan.evaluation.faces import ENROLLED, LabelledVectors, make_cohort, search_impostors
from scan.evaluation.figures import bootstrap_interval
from scan.gallery import Gallery, cohort_vectors, unit
from scan.operating import rate_per_comparison, score_at

PROMISED_FPIRS = (0.01, 0.05)
DRAWS = 10
"""Halves of the people drawn as enrolled; one draw would leave a handful of strangers to decide the figure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One probe searched: who it shows, whether they are enrolled, and whether the right alarm was raised."""

    person: str
    enrolled: bool
    hit: bool


def open_set_figures(
    data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]], *, shipped: bool
) -> list[dict[str, object]]:
    """Return FPIR and FNIR for promised FPIRs: half of the people with two pictures enrolled, all others strangers.

    Each fold is a registry of its own; bounds come from the other folds' impostor pairs, or from the pack.
    """
    outcomes: dict[float, list[Outcome]] = {promised: [] for promised in PROMISED_FPIRS}
    sizes: list[int] = []
    for fold in np.unique(data.folds):
        training, held_out = data.of(data.folds != fold), data.of(data.folds == fold)
        cohort, curve = scale.cohort, scale.singles
        if not shipped:
            cohort = make_cohort(training, scale.cohort.nearest) if scale.cohort is not None else None
            curve = fit_impostor_curve(search_impostors(training, scale, doubtful), len(np.unique(training.people)))
        assert curve is not None  # the caller refuses --shipped for a pack without figures
        for draw in range(DRAWS):
            gallery, probes = enrol_half(held_out, scale.dimension, cohort, seed=draw)
            if not gallery.people:
                continue
            sizes.append(len(gallery.people))
            scores = gallery.scores(probes.vectors)
            for promised in PROMISED_FPIRS:
                rate = max(rate_per_comparison(promised, len(gallery.people), 1), curve.floor)
                bound = score_at(curve, rate)
                assert bound is not None
                outcomes[promised] += _outcomes(gallery, probes, scores, bound, doubtful)
    return [_open_set_row(promised, outcomes[promised], sizes) for promised in PROMISED_FPIRS if outcomes[promised]]


def _outcomes(
    gallery: Gallery,
    probes: LabelledVectors,
    scores: NDArray[np.float64],
    bound: float,
    doubtful: frozenset[frozenset[str]],
) -> list[Outcome]:
    found = []
    for person, row in zip(probes.people.tolist(), scores, strict=True):
        nearest = gallery.people[int(row.argmax())]
        if frozenset((person, nearest)) not in doubtful:
            enrolled = person in gallery.people
            found.append(Outcome(person, enrolled, bool(row.max() >= bound) and (not enrolled or nearest == person)))
    return found


def enrol_half(
    data: LabelledVectors, dimension: int, cohort: Cohort | None, seed: int
) -> tuple[Gallery, LabelledVectors]:
    """Return a gallery of half the people with two or more pictures, and the pictures left as probes.

    A person's first half of the pictures (at most three) is enrolled; the rest are probes, as is everybody else.
    """
    names, counts = np.unique(data.people, return_counts=True)
    several = names[counts >= 2]
    chosen = np.random.default_rng(seed).permutation(several)[: max(1, len(several) // 2)] if len(several) else several
    vectors, used = [], np.zeros(len(data.people), bool)
    for name in sorted(chosen.tolist()):
        rows = np.flatnonzero(data.people == name)
        mine = rows[: min(ENROLLED, len(rows) // 2)]
        used[mine] = True
        vectors.append(unit(data.vectors[mine].mean(axis=0)))
    matrix = np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)
    gallery = Gallery(tuple(sorted(chosen.tolist())), matrix, cohort_vectors(cohort, dimension))
    return gallery, data.of(~used)


def _open_set_row(promised: float, outcomes: list[Outcome], sizes: list[int]) -> dict[str, object]:
    def rate(enrolled: bool, wanted: bool) -> tuple[float, list[float]]:
        chosen = [outcome for outcome in outcomes if outcome.enrolled is enrolled]
        names = sorted({outcome.person for outcome in chosen})
        counts = {name: [0, 0] for name in names}
        for outcome in chosen:
            counts[outcome.person][0] += outcome.hit is wanted
            counts[outcome.person][1] += 1
        table = np.array([counts[name] for name in names], np.float64).reshape(-1, 2)

        def figure(chosen: NDArray[np.intp]) -> float:
            return float(table[chosen, 0].sum() / max(1.0, table[chosen, 1].sum()))

        return figure(np.arange(len(names))), list(bootstrap_interval(names, figure))

    fpir, fpir_ci = rate(enrolled=False, wanted=True)
    fnir, fnir_ci = rate(enrolled=True, wanted=False)
    return {
        "gallery": float(np.mean(sizes)),
        "promised_fpir": promised,
        "measured_fpir": fpir,
        "fpir_ci": fpir_ci,
        "fnir": fnir,
        "fnir_ci": fnir_ci,
        "strangers": sum(1 for outcome in outcomes if not outcome.enrolled),
        "mated": sum(1 for outcome in outcomes if outcome.enrolled),
    }
