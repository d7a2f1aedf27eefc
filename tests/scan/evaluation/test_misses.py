"""What a bound overlooks is counted by figures of other people, over enough of them, and never falls as bounds rise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from countenance.packs import Cohort, LikenessScale
from scan.evaluation.labelled import LabelledVectors, label_vectors
from scan.evaluation.misses import GRID, genuine_scores, miss_curve

DIMENSION = 32
SCALE = LikenessScale(pack="made", dimension=DIMENSION)


def people(count: int, files: int, noise: float) -> LabelledVectors:
    """Return made-up embeddings: everybody somewhere, their files around it."""
    chance = np.random.default_rng(7)
    names = [f"p{number:03d}" for number in range(count)]
    centres = chance.normal(size=(count, DIMENSION))
    vectors = (centres[:, None, :] + noise * chance.normal(size=(count, files, DIMENSION))).reshape(-1, DIMENSION)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return label_vectors(vectors.astype(np.float32), np.repeat(names, files).tolist(), names)


def test_fewer_false_alarms_never_overlook_fewer() -> None:
    found = miss_curve(people(60, 3, 0.8), SCALE, frozenset())

    assert (found.comparisons, found.people) == (180, 60)
    assert all(high > low for high, low in pairwise(found.rates))
    assert all(before <= after for before, after in pairwise(found.missed))
    assert found.missed[0] < found.missed[-1]
    assert all(low <= share <= high for low, share, high in zip(found.low, found.missed, found.high, strict=True))


def test_who_always_looks_the_same_is_never_overlooked() -> None:
    assert set(miss_curve(people(60, 3, 0.01), SCALE, frozenset()).missed) == {0.0}


def test_rates_that_the_material_does_not_support_are_left_out() -> None:
    found = miss_curve(people(40, 2, 0.5), SCALE, frozenset())

    assert GRID[0] in found.rates
    assert GRID[-1] not in found.rates


def test_a_file_is_compared_with_its_persons_other_files() -> None:
    data = people(20, 2, 0.5)

    scores = genuine_scores(data, SCALE)

    ((name, fold), first), *_others = scores.items()
    mine = data.vectors[data.people == name]
    assert fold == data.fold_of()[name]
    assert first == pytest.approx([float(mine[0] @ mine[1])] * 2, abs=1e-6)


def test_people_with_one_file_are_not_counted() -> None:
    several, single = people(30, 2, 0.5), people(50, 1, 0.5)
    names = sorted({*several.people.tolist(), *(f"s{name}" for name in single.people.tolist())})
    data = label_vectors(
        np.concatenate([several.vectors, single.vectors]),
        [*several.people.tolist(), *(f"s{name}" for name in single.people.tolist())],
        names,
    )

    assert miss_curve(data, SCALE, frozenset()).people == 30


def test_a_cohort_is_made_of_others_than_those_judged() -> None:
    with_cohort = replace(SCALE, cohort=Cohort(groups=(), nearest=1))

    assert miss_curve(people(60, 3, 0.8), with_cohort, frozenset()).people == 60


def test_a_handful_of_people_shows_nothing() -> None:
    with pytest.raises(ValueError, match="five people"):
        miss_curve(people(4, 2, 0.5), SCALE, frozenset())
