from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from countenance.packs import Cohort
from scan.evaluation.labelled import LabelledVectors
from scan.evaluation.open_set import DRAWS, PROMISED_FPIRS, enrol_half, open_set_figures
from tests.scan.evaluation.crowd import labelled, people
from tests.scan.made import DIMENSION, SCALE

NOBODY: frozenset[frozenset[str]] = frozenset()


def test_each_promise_has_a_row_with_its_figures_and_intervals():
    rows = open_set_figures(labelled(people(48, 4, scatter=0.9)), SCALE, NOBODY, shipped=False)

    assert [row["promised_fpir"] for row in rows] == list(PROMISED_FPIRS)
    for row in rows:
        assert row["gallery"] == 6  # half of the twelve people of a fold
        assert row["fpir_ci"][0] <= row["measured_fpir"] <= row["fpir_ci"][1]
        assert row["fnir_ci"][0] <= row["fnir"] <= row["fnir_ci"][1]
        assert row["strangers"] == 4 * DRAWS * 6 * 4
        assert row["mated"] == 4 * DRAWS * 6 * 2
    assert rows[0]["measured_fpir"] <= rows[1]["measured_fpir"]
    assert rows[0]["fnir"] >= rows[1]["fnir"]


def test_strangers_raise_about_as_many_alarms_as_promised():
    rows = open_set_figures(labelled(people(200, 3, scatter=1.0)), SCALE, NOBODY, shipped=False)

    for row in rows:
        assert row["measured_fpir"] <= 2.5 * row["promised_fpir"]
        assert row["fnir"] < 0.2


def test_the_packs_own_bounds_are_used_where_they_are_asked_for():
    data = labelled(people(48, 4, scatter=0.9))
    strict = replace(SCALE, singles=replace(SCALE.singles, scores=tuple(s + 0.95 for s in SCALE.singles.scores)))

    rows = open_set_figures(data, strict, NOBODY, shipped=True)

    assert [row["measured_fpir"] for row in rows] == [0.0, 0.0, 0.0]
    assert [row["fnir"] for row in rows] == [1.0, 1.0, 1.0]


def test_a_cohort_of_the_other_folds_normalises():
    card = replace(SCALE, cohort=Cohort(groups=(), nearest=2))

    rows = open_set_figures(labelled(people(80, 4, scatter=0.9)), card, NOBODY, shipped=False)

    assert all(row["fnir"] < 0.3 for row in rows)


def test_doubtful_pairs_raise_no_alarm_of_either_kind():
    crowd = people(48, 4, scatter=0.3)
    twins = dict(crowd) | {"twin": crowd["person000"]}
    data = labelled(twins)
    doubtful = frozenset({frozenset(("person000", "twin"))})

    sure = open_set_figures(data, SCALE, doubtful, shipped=True)[0]
    unsure = open_set_figures(data, SCALE, NOBODY, shipped=True)[0]

    assert sure["strangers"] + sure["mated"] <= unsure["strangers"] + unsure["mated"]
    assert sure["measured_fpir"] == 0.0


@pytest.mark.parametrize("pictures", [2, 3, 4, 9])
def test_half_are_enrolled_from_at_most_three_pictures_and_never_probed_with_them(pictures):
    data = labelled(people(10, pictures))

    gallery, probes = enrol_half(data, DIMENSION, None, seed=0)

    used = min(3, pictures // 2)
    assert len(gallery.people) == 5
    assert len(probes.people) == 10 * pictures - 5 * used
    for name in gallery.people:
        assert (probes.people == name).sum() == pictures - used
    assert np.linalg.norm(gallery.vectors, axis=1) == pytest.approx(1.0)


def test_people_with_one_picture_are_strangers_always():
    gallery, probes = enrol_half(labelled(people(10, 1)), DIMENSION, None, seed=0)

    assert gallery.people == ()
    assert len(probes.people) == 10


def test_draws_differ_and_each_can_be_repeated():
    data = labelled(people(20, 2))

    drawn = [enrol_half(data, DIMENSION, None, seed)[0].people for seed in (0, 1, 0)]

    assert drawn[0] == drawn[2] != drawn[1]


def test_with_one_picture_each_there_is_no_row():
    data = labelled(people(60, 1))
    assert isinstance(data, LabelledVectors)

    assert open_set_figures(data, SCALE, NOBODY, shipped=True) == []
