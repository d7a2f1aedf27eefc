"""Scores between people of different folds, and a whole registry searched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from countenance.packs import Cohort
from scan.evaluation.crossing import Crossing, folds_of
from scan.evaluation.labelled import FOLDS, enrolled_means, label_vectors, make_cohort
from scan.evaluation.open_set import fold_curves, whole_open_set_figures
from scan.gallery import Gallery, cohort_vectors
from tests.scan.evaluation.crowd import labelled, people
from tests.scan.made import DIMENSION, SCALE

NOBODY: frozenset[frozenset[str]] = frozenset()
NORMALISED = replace(SCALE, cohort=Cohort(groups=(), nearest=2))


@pytest.fixture(scope="module")
def data():
    return labelled(people(48, 3, scatter=0.9))


def test_without_a_cohort_scores_across_folds_are_cosines(data):
    scores = Crossing(data, SCALE).scores(data, data)

    assert scores == pytest.approx(data.vectors @ data.vectors.T, abs=1e-6)


def test_a_cohort_holds_neither_the_probe_nor_the_person_compared(data):
    fold_of = data.fold_of()
    names = sorted(fold_of)
    folds = folds_of(names, fold_of)
    probe = data.of(data.folds == 1).of(np.arange((data.folds == 1).sum()) == 0)
    scores = Crossing(data, NORMALISED).scores(probe, data)[0]

    # By hand, for a person of fold 0: of the folds that are neither 0 nor 1.
    others = data.of(np.isin(data.folds, [2, 3]))
    person = data.of(data.folds == 0)
    alone = Gallery(
        tuple(person.people.tolist()), person.vectors, cohort_vectors(make_cohort(others, 2), DIMENSION)
    ).scores(probe.vectors)[0]
    assert scores[data.folds == 0] == pytest.approx(alone, abs=1e-6)
    assert len(folds) == 48


def test_scores_are_the_same_either_way_round(data):
    scores = Crossing(data, NORMALISED).scores(data, data)

    assert scores == pytest.approx(scores.T, abs=1e-6)


def test_the_shipped_cohort_serves_everybody(data):
    shipped = replace(SCALE, cohort=make_cohort(labelled(people(20, 2, seed=9)), nearest=2))
    gallery = Crossing(data, shipped, shipped=True).gallery(["x"], data.vectors[:1], np.array([0]), 3)

    assert gallery.cohort is not None
    assert len(gallery.cohort.groups) == 4


def test_a_fold_is_judged_by_figures_of_the_others(data):
    curves = fold_curves(data, SCALE, NOBODY)

    assert sorted(curves) == list(range(FOLDS))
    assert {curve.people for curve in curves.values()} == {36}
    assert {curve.comparisons for curve in curves.values()} == {36 * 3 * 35}


@pytest.mark.parametrize("scale", [SCALE, NORMALISED])
def test_a_whole_registry_keeps_its_promise_about_strangers(scale):
    crowd = people(120, 3, scatter=1.0)
    halved = {name: files if number % 2 else files[:1] for number, (name, files) in enumerate(crowd.items())}

    rows = whole_open_set_figures(labelled(halved), scale, NOBODY, shipped=False)

    assert [(row["gallery"], row["strangers"], row["mated"]) for row in rows] == [(60.0, 60, 180)] * 3
    for row in rows:
        low, high = row["fpir_ci"]
        assert low <= 2 * row["promised_fpir"]
        assert high >= row["promised_fpir"] / 2 or row["measured_fpir"] == 0


def test_long_probes_are_told_apart_where_their_length_is_known():
    crowd = people(40, 2, scatter=0.4)
    names = [name for name, files in crowd.items() for _ in files]
    vectors = labelled(crowd).vectors
    data = label_vectors(vectors, names, list(crowd), [6.0, 1.0] * 40)

    (row, *_others) = whole_open_set_figures(data, SCALE, NOBODY, shipped=False, least_s=3)

    assert row["at_least_possible_3_s"] == pytest.approx(1.0)


def test_nobody_with_two_files_is_no_registry():
    assert whole_open_set_figures(labelled(people(40, 1)), SCALE, NOBODY, shipped=False) == []


def test_enrolled_means_have_a_row_for_each_person(data):
    assert enrolled_means(data, ["person000", "person001"]).shape == (2, DIMENSION)
    assert enrolled_means(data, []).shape == (0, DIMENSION)
