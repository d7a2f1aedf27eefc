"""Open-set search as a registry does it: how often strangers raise an alarm, and how often the enrolled are missed.

Two registries are tried. `open_set_figures` keeps each fold to itself: half of its people with two files are enrolled,
everybody else of the fold is a stranger; galleries are small, and nobody of them had a part in bounds or cohort.
`whole_open_set_figures` enrols everybody with two files at once, as a full registry would; for each probe the bounds
come from people of other folds, so the enrolled, but never the probe, had a part in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.packs import Cohort, ImpostorCurve, LikenessScale
from scan.evaluation.crossing import Crossing, folds_of, not_doubtful
from scan.evaluation.curve import fit_impostor_curve
from scan.evaluation.figures import Scores, bootstrap_interval
from scan.evaluation.labelled import ENROLLED, LabelledVectors, enrolled_means, make_cohort
from scan.evaluation.verification import search_impostors
from scan.gallery import Gallery, cohort_vectors, unit
from scan.operating import rate_per_comparison, score_at

PROMISED_FPIRS = (0.01, 0.05, 0.1)
DRAWS = 10
"""Halves of the people drawn as enrolled; one draw would leave a handful of strangers to decide the figure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One probe searched: who it shows, whether they are enrolled, and whether the right alarm was raised.

    Attributes:
        seconds: of speech in it; not a number where nobody says.
    """

    person: str
    enrolled: bool
    hit: bool
    seconds: float = float("nan")


def open_set_figures(
    data: LabelledVectors,
    scale: LikenessScale,
    doubtful: frozenset[frozenset[str]],
    *,
    shipped: bool,
    least_s: float | None = None,
) -> list[dict[str, object]]:
    """Return FPIR and FNIR for promised FPIRs: half of the people with two files enrolled, all others strangers.

    Each fold is a registry of its own; bounds come from the other folds' impostor pairs, or from the pack. Probes of
    at least `least_s` seconds are told apart too where it is given.
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
                bound = review_bound(curve, promised, len(gallery.people))
                outcomes[promised] += _outcomes(gallery, probes, scores, bound, doubtful)
    return [
        _open_set_row(promised, outcomes[promised], sizes, least_s) for promised in PROMISED_FPIRS if outcomes[promised]
    ]


def whole_open_set_figures(
    data: LabelledVectors,
    scale: LikenessScale,
    doubtful: frozenset[frozenset[str]],
    *,
    shipped: bool,
    least_s: float | None = None,
) -> list[dict[str, object]]:
    """Return the same with everybody enrolled who has two files, and everybody else a stranger.

    A stranger meets the whole registry; a file of somebody enrolled meets it with their own entry made from their
    other files. Strangers of one fold share a bound that no comparison with them had a part in.
    """
    names, counts = np.unique(data.people, return_counts=True)
    enrolled = names[counts >= 2].tolist()
    if not enrolled:
        return []
    crossing, fold_of = Crossing(data, scale, shipped=shipped), data.fold_of()
    folds, means = folds_of(enrolled, fold_of), enrolled_means(data, enrolled)
    curves = {} if shipped else fold_curves(data, scale, doubtful)
    outcomes: dict[float, list[Outcome]] = {promised: [] for promised in PROMISED_FPIRS}
    for fold in np.unique(data.folds).tolist():
        curve = scale.singles if shipped else curves[fold]
        assert curve is not None
        bounds = {promised: review_bound(curve, promised, len(enrolled)) for promised in PROMISED_FPIRS}
        held_out = data.of(data.folds == fold)
        strangers = held_out.of(~np.isin(held_out.people, enrolled))
        gallery = crossing.gallery(enrolled, means, folds, fold)
        scores = gallery.scores(strangers.vectors)
        for promised, bound in bounds.items():
            outcomes[promised] += _outcomes(gallery, strangers, scores, bound, doubtful)
        for name in sorted(set(held_out.people.tolist()) & set(enrolled)):
            for probe, others in _leave_one_out(held_out.of(held_out.people == name)):
                left_out = means.copy()
                left_out[enrolled.index(name)] = unit(others.vectors[:ENROLLED].mean(axis=0))
                gallery = crossing.gallery(enrolled, left_out, folds, fold)
                scores = gallery.scores(probe.vectors)
                for promised, bound in bounds.items():
                    outcomes[promised] += _outcomes(gallery, probe, scores, bound, doubtful)
    return [_open_set_row(promised, outcomes[promised], [len(enrolled)], least_s) for promised in PROMISED_FPIRS]


def fold_curves(
    data: LabelledVectors, scale: LikenessScale, doubtful: frozenset[frozenset[str]]
) -> dict[int, ImpostorCurve]:
    """Return for each fold the impostor figures of the people of all other folds.

    Every file is searched among all other people. Where a cohort is used, some of it is made of the fold left out:
    as those whom likenesses are normalised by, never as those compared.
    """
    names = sorted(set(data.people.tolist()))
    means = enrolled_means(data, names)
    folds = folds_of(names, data.fold_of())
    column_names = np.array(names)
    gallery = LabelledVectors(means, column_names, folds, np.full(len(names), np.nan))
    scores = Crossing(data, scale).scores(data, gallery)
    strangers = (data.people[:, None] != column_names[None, :]) & not_doubtful(data.people, column_names, doubtful)
    curves = {}
    for fold in np.unique(data.folds).tolist():
        others: Scores = scores[strangers & (data.folds != fold)[:, None] & (folds != fold)[None, :]]
        curves[fold] = fit_impostor_curve(others, int((folds != fold).sum()))
    return curves


def review_bound(curve: ImpostorCurve, promised: float, people: int) -> float:
    """Return the score that a promised share of strangers' probes reaches with somebody among `people`."""
    bound = score_at(curve, max(rate_per_comparison(promised, people, 1), curve.floor))
    assert bound is not None  # a rate at or above the floor always has a score
    return bound


def _leave_one_out(mine: LabelledVectors) -> list[tuple[LabelledVectors, LabelledVectors]]:
    numbers = np.arange(len(mine.people))
    return [(mine.of(numbers == number), mine.of(numbers != number)) for number in numbers]


def _outcomes(
    gallery: Gallery,
    probes: LabelledVectors,
    scores: NDArray[np.float64],
    bound: float,
    doubtful: frozenset[frozenset[str]],
) -> list[Outcome]:
    found = []
    for person, row, seconds in zip(probes.people.tolist(), scores, probes.seconds.tolist(), strict=True):
        nearest = gallery.people[int(row.argmax())]
        if frozenset((person, nearest)) not in doubtful:
            enrolled = person in gallery.people
            hit = bool(row.max() >= bound) and (not enrolled or nearest == person)
            found.append(Outcome(person, enrolled, hit, seconds))
    return found


def enrol_half(
    data: LabelledVectors, dimension: int, cohort: Cohort | None, seed: int
) -> tuple[Gallery, LabelledVectors]:
    """Return a gallery of half the people with two or more files, and the files left as probes.

    A person's first half of the files (at most three) is enrolled; the rest are probes, as is everybody else.
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


def _open_set_row(
    promised: float, outcomes: list[Outcome], sizes: list[int], least_s: float | None
) -> dict[str, object]:
    strangers = [outcome for outcome in outcomes if not outcome.enrolled]
    mated = [outcome for outcome in outcomes if outcome.enrolled]
    fpir, fpir_ci = _rate(strangers, wanted=True)
    fnir, fnir_ci = _rate(mated, wanted=False)
    row: dict[str, object] = {
        "gallery": float(np.mean(sizes)),
        "promised_fpir": promised,
        "measured_fpir": fpir,
        "fpir_ci": fpir_ci,
        "fnir": fnir,
        "fnir_ci": fnir_ci,
        "at_least_possible": 1 - fnir,
    }
    if least_s is not None:
        long = [outcome for outcome in mated if outcome.seconds >= least_s]
        rate, interval = _rate(long, wanted=True)
        row |= {f"at_least_possible_{least_s:g}_s": rate, f"at_least_possible_{least_s:g}_s_ci": interval}
    return row | {"strangers": len(strangers), "mated": len(mated)}


def _rate(outcomes: list[Outcome], *, wanted: bool) -> tuple[float, list[float]]:
    counts: dict[str, list[int]] = {}
    for outcome in outcomes:
        mine = counts.setdefault(outcome.person, [0, 0])
        mine[0] += outcome.hit is wanted
        mine[1] += 1
    return share_by_person(counts)


def share_by_person(counts: Mapping[str, tuple[int, int] | list[int]]) -> tuple[float, list[float]]:
    """Return the share of (hits, all) summed over people, and its interval over people; not a number without any."""
    names = sorted(counts)
    table = np.array([counts[name] for name in names], np.float64).reshape(-1, 2)
    if not names:
        return float("nan"), [float("nan"), float("nan")]

    def figure(chosen: NDArray[np.intp]) -> float:
        return float(table[chosen, 0].sum() / max(1.0, table[chosen, 1].sum()))

    return figure(np.arange(len(names))), list(bootstrap_interval(names, figure))
