from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from countenance.packs import Cohort
from scan.gallery import as_vectors, build_gallery, cohort_vectors, unit
from tests.scan.made import DIMENSION, SCALE, axis, enrolled, face


def scores_of(gallery, *probes):
    return gallery.scores(as_vectors(probes, DIMENSION))


def test_a_person_is_the_mean_of_their_templates():
    gallery = build_gallery({"ada": (face({0: 1.0}), face({1: 1.0}))}, SCALE)

    assert gallery.vectors[0] == pytest.approx((axis(0) + axis(1)) / 2**0.5)


def test_people_without_templates_are_not_searched():
    gallery = build_gallery(enrolled(2) | {"ben": ()}, SCALE)

    assert gallery.people == ("p00", "p01")


def test_an_empty_gallery_has_no_scores():
    assert scores_of(build_gallery({}, SCALE), face({0: 1.0})).shape == (1, 0)
    assert build_gallery(enrolled(2), SCALE).scores(as_vectors([], DIMENSION)).shape == (0, 2)


def test_scores_are_cosines():
    scores = scores_of(build_gallery(enrolled(2), SCALE), face({0: 0.3, 1: -0.4}), face({0: 1.0}))

    assert scores == pytest.approx(np.array([[0.3, -0.4], [1.0, 0.0]]), abs=1e-6)


def test_with_a_cohort_faces_like_the_crowd_count_for_less():
    # Both probes are equally like the person; one of them is like a group of other people as well.
    groups = tuple(face({30 + number: 1.0}) for number in range(4))
    scale = replace(SCALE, cohort=Cohort(groups=groups, nearest=2))

    common, particular = scores_of(build_gallery(enrolled(1), scale), face({0: 0.5, 30: 0.7}), face({0: 0.5}))

    assert common[0] < particular[0]


def test_with_a_cohort_the_order_by_likeness_to_one_person_stays():
    groups = tuple(face({30 + number: 1.0}) for number in range(4))
    scale = replace(SCALE, cohort=Cohort(groups=groups, nearest=2))

    scores = scores_of(build_gallery(enrolled(1), scale), *(face({0: cosine}) for cosine in (0.1, 0.5, 0.9, 1.0)))

    assert (np.diff(scores[:, 0]) > 0).all()


def test_a_cohort_changes_nothing_where_there_is_nobody_to_compare():
    scale = replace(SCALE, cohort=Cohort(groups=(face({30: 1.0}),), nearest=1))

    assert scores_of(build_gallery({}, scale), face({0: 1.0})).shape == (1, 0)
    assert build_gallery(enrolled(2), scale).scores(as_vectors([], DIMENSION)).shape == (0, 2)


def test_likeness_to_the_cohort_is_that_to_its_nearest_groups():
    cohort = cohort_vectors(Cohort(groups=(face({0: 1.0}), face({1: 1.0}), face({2: 1.0})), nearest=2), DIMENSION)

    likeness = cohort.likeness(as_vectors([face({0: 0.6, 1: 0.4, 2: 0.1})], DIMENSION))

    assert likeness == pytest.approx([0.5])


def test_without_a_cohort_there_is_none():
    assert cohort_vectors(None, DIMENSION) is None


def test_a_unit_vector_has_length_one_and_nothing_stays_nothing():
    assert np.linalg.norm(unit(np.array([3.0, 4.0]))) == pytest.approx(1.0)
    assert unit(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
