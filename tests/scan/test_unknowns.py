from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from countenance.packs import LikenessScale
from scan.unknowns import gather_unknowns, linked_groups
from tests.scan.made import SCALE, face, track, unexamined


def ids(groups) -> list[list[int]]:
    return [[one.id for one in group] for group in groups]


def test_one_stranger_in_two_shots_is_one_question():
    one, again = track(0, face({0: 1.0})), track(1, face({0: 0.9}), (5.0, 6.0))
    other = track(2, face({1: 1.0}), (7.0, 8.0))

    assert ids(gather_unknowns([one, again, other], SCALE)) == [[0, 1], [2]]


def test_whoever_appears_first_comes_first():
    late, early = track(0, face({0: 1.0}), (8.0, 9.0)), track(1, face({1: 1.0}), (1.0, 2.0))

    assert ids(gather_unknowns([late, early], SCALE)) == [[1], [0]]


def test_a_face_that_could_not_be_examined_stays_alone():
    assert ids(gather_unknowns([unexamined(0), unexamined(1), track(2, face({0: 1.0}))], SCALE)) == [[0], [1], [2]]


def test_a_third_view_joins_two_that_are_not_alike():
    first = track(0, face({0: 1.0}), (0.0, 1.0))
    last = track(1, face({1: 1.0}), (4.0, 5.0))
    between = track(2, face({0: 0.7, 1: 0.7}), (2.0, 3.0))

    assert ids(gather_unknowns([first, last], SCALE)) == [[0], [1]]
    assert ids(gather_unknowns([first, last, between], SCALE)) == [[0, 1, 2]]


def test_two_alike_faces_in_one_frame_are_two_people():
    one, sibling = track(0, face({0: 1.0})), track(1, face({0: 0.7, 1: 0.7}))

    assert ids(gather_unknowns([one, sibling], SCALE)) == [[0], [1]]


def test_a_mirror_shows_one_person_twice():
    assert ids(gather_unknowns([track(0, face({0: 1.0})), track(1, face({0: 1.0}))], SCALE)) == [[0, 1]]


def test_nobody_is_nobody():
    assert gather_unknowns([], SCALE) == []


def test_a_pack_without_figures_makes_nobody_of_two_strangers():
    bare = LikenessScale(pack="bare", dimension=SCALE.dimension)

    assert ids(gather_unknowns([track(0, face({0: 1.0})), track(1, face({1: 1.0}))], bare)) == [[0], [1]]


@given(st.integers(0, 9), st.floats(0, 0.5), st.integers(0, 2**32 - 1))
def test_groups_are_those_that_a_library_of_graphs_finds(count: int, density: float, seed: int):
    links = np.random.default_rng(seed).random((count, count)) < density
    links = links | links.T | np.eye(count, dtype=np.bool_)

    groups = linked_groups(links)

    found, labels = connected_components(links, directed=False)
    assert groups == [np.flatnonzero(labels == label).tolist() for label in range(found)]
