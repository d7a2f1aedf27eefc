"""Which detection continues which track: the pairs that cost least together, few or many."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from detectors.faces.tracking import cheapest_pairs


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_no_other_pairs_cost_less(rows: int, columns: int, seed: int) -> None:
    costs = np.random.default_rng(seed).uniform(0, 10, (rows, columns))

    pairs = list(cheapest_pairs(costs))

    wanted_rows, wanted_columns = linear_sum_assignment(costs)
    assert sorted(pairs) == sorted(zip(wanted_rows.tolist(), wanted_columns.tolist(), strict=True))
