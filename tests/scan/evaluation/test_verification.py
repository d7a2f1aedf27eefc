from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from countenance.packs import Cohort
from scan.evaluation.labelled import GROUP_OF_COHORT, make_cohort, refold
from scan.evaluation.verification import (
    cross_validated_pairs,
    group_figures,
    search_impostors,
    verification_figures,
    worst_identities,
)
from scan.gallery import as_vectors, unit
from tests.scan.evaluation.crowd import labelled, people
from tests.scan.made import DIMENSION, SCALE

NOBODY: frozenset[frozenset[str]] = frozenset()


@pytest.fixture(scope="module")
def crowd():
    return people(40, 4, scatter=0.9)


@pytest.fixture(scope="module")
def data(crowd):
    return labelled(crowd)


def within_fold(data, a: str, b: str) -> bool:
    fold = {name: int(number) for name, number in zip(data.people.tolist(), data.folds, strict=True)}
    return fold[a] == fold[b]


def test_only_pairs_inside_a_held_out_fold_count(data):
    pairs = cross_validated_pairs(data, SCALE, NOBODY, shipped=False)

    assert len(pairs.genuine) == 40 * 6
    assert len(pairs.impostor) == 4 * (10 * 9 // 2) * 16
    assert all(
        within_fold(data, a, b) for a, b in zip(pairs.impostor_a.tolist(), pairs.impostor_b.tolist(), strict=True)
    )
    assert (pairs.impostor_a != pairs.impostor_b).all()


def test_doubtful_pairs_of_people_are_left_out_but_not_their_own_pictures(data):
    one, other = next(
        (a, b) for a in np.unique(data.people) for b in np.unique(data.people) if a < b and within_fold(data, a, b)
    )
    everybody = cross_validated_pairs(data, SCALE, NOBODY, shipped=False)

    sure = cross_validated_pairs(data, SCALE, frozenset({frozenset((str(one), str(other)))}), shipped=False)

    assert len(everybody.impostor) - len(sure.impostor) == 16
    assert len(sure.genuine) == len(everybody.genuine)
    named = {frozenset(pair) for pair in zip(sure.impostor_a.tolist(), sure.impostor_b.tolist(), strict=True)}
    assert frozenset((str(one), str(other))) not in named


def test_people_apart_are_told_apart(data):
    clear = labelled(people(40, 4, scatter=0.1))

    figures = verification_figures(cross_validated_pairs(clear, SCALE, NOBODY, shipped=False))

    assert figures["eer"] == 0.0
    assert figures["tar"] == {"1e-2": 1.0, "1e-3": 1.0, "1e-4": 1.0}
    assert figures["tar_ci"]["1e-3"] == [1.0, 1.0]


def test_figures_have_intervals_around_them(data):
    hard = labelled(people(40, 4, scatter=2.0))

    figures = verification_figures(cross_validated_pairs(hard, SCALE, NOBODY, shipped=False))

    assert 0 < figures["eer"] < 0.5
    for name, rate in figures["tar"].items():
        low, high = figures["tar_ci"][name]
        assert low <= rate <= high
    assert figures["tar"]["1e-2"] >= figures["tar"]["1e-3"] >= figures["tar"]["1e-4"]


def test_groups_of_the_cohort_have_five_people_each_and_share_none(crowd, data):
    cohort = make_cohort(data, nearest=3)

    groups = as_vectors(cohort.groups, DIMENSION)
    names = sorted(crowd)
    means = np.stack([unit(as_vectors(crowd[name], DIMENSION).mean(axis=0)) for name in names])
    members = [sorted((-(means @ group)).argsort()[:GROUP_OF_COHORT].tolist()) for group in groups]
    assert len(groups) == 40 // GROUP_OF_COHORT
    assert np.linalg.norm(groups, axis=1) == pytest.approx(1.0)
    # Each vector is the mean of exactly five people, and together they use everybody once.
    assert sorted(index for five in members for index in five) == list(range(40))
    for group, five in zip(groups, members, strict=True):
        assert group == pytest.approx(unit(means[five].mean(axis=0)), abs=1e-5)


def test_no_group_of_the_cohort_is_anybodys_template(crowd, data):
    groups = as_vectors(make_cohort(data, nearest=3).groups, DIMENSION)
    vectors = as_vectors([blob for blobs in crowd.values() for blob in blobs], DIMENSION)

    assert (vectors @ groups.T).max() < 0.9


def test_people_left_over_are_in_no_group_and_few_people_make_no_cohort():
    assert len(make_cohort(labelled(people(14, 2)), nearest=9).groups) == 2
    assert make_cohort(labelled(people(14, 2)), nearest=9).nearest == 2
    assert make_cohort(labelled(people(9, 2)), nearest=2) is None


def test_the_cohort_of_a_fold_comes_from_the_others(data):
    card = replace(SCALE, cohort=Cohort(groups=(), nearest=2))

    normalised = cross_validated_pairs(data, card, NOBODY, shipped=False)
    raw = cross_validated_pairs(data, SCALE, NOBODY, shipped=False)

    assert len(normalised.genuine) == len(raw.genuine)
    assert not np.allclose(normalised.impostor, raw.impostor)


def test_shipped_figures_use_the_packs_own_cohort(data):
    stranger = make_cohort(labelled(people(20, 2, seed=9)), nearest=2)
    card = replace(SCALE, cohort=stranger)

    shipped = cross_validated_pairs(data, card, NOBODY, shipped=True)
    own = cross_validated_pairs(data, card, NOBODY, shipped=False)

    assert not np.allclose(shipped.impostor, own.impostor)


def test_every_figure_is_told_per_group_with_pairs_inside_it(data):
    pairs = cross_validated_pairs(data, SCALE, NOBODY, shipped=False)
    names = sorted(set(data.people.tolist()))
    groups = dict.fromkeys(names[:15], "one") | dict.fromkeys(names[15:30], "two")

    figures = group_figures(pairs, names, groups)

    assert {group: one["identities"] for group, one in figures.items()} == {"one": 15, "other": 10, "two": 15}
    assert sum(one["genuine_pairs"] for one in figures.values()) == len(pairs.genuine)
    assert sum(one["impostor_pairs"] for one in figures.values()) < len(pairs.impostor)
    assert set(figures["one"]["fmr_at_overall_bound"]) == {"1e-2", "1e-3", "1e-4"}


def test_a_group_of_one_has_no_impostor_figures(data):
    pairs = cross_validated_pairs(data, SCALE, NOBODY, shipped=False)
    name = str(data.people[0])

    (alone,) = group_figures(pairs, [name], {name: "alone"}).values()

    assert alone["impostor_pairs"] == 0
    assert np.isnan(alone["fmr_at_overall_bound"]["1e-3"])


def test_the_worst_missed_are_named_and_nobody_who_never_was(crowd):
    odd = dict(crowd) | {"person007": people(1, 4, scatter=6.0, seed=5)["person000"]}

    worst = worst_identities(cross_validated_pairs(labelled(odd), SCALE, NOBODY, shipped=False))

    assert worst[0]["identity"] == "person007"
    assert all(item["fnmr"] > 0 for item in worst)
    assert (
        worst_identities(cross_validated_pairs(labelled(people(40, 4, scatter=0.1)), SCALE, NOBODY, shipped=False))
        == []
    )


def test_impostors_of_a_search_are_everybody_else(data):
    assert len(search_impostors(data, SCALE, NOBODY)) == 160 * 39
    doubtful = frozenset({frozenset(("person000", "person001"))})
    assert len(search_impostors(data, SCALE, doubtful)) == 160 * 39 - 8


def test_with_a_cohort_only_people_of_one_fold_meet(data):
    card = replace(SCALE, cohort=Cohort(groups=(), nearest=2))

    assert len(search_impostors(data, card, NOBODY)) == 160 * 9


def test_folds_drawn_anew_keep_people_whole(data):
    again = refold(data, sorted(set(data.people.tolist())), seed=3)

    assert again.people.tolist() == data.people.tolist()
    assert (again.folds != data.folds).any()
    for name in np.unique(again.people):
        assert len(set(again.folds[again.people == name].tolist())) == 1
