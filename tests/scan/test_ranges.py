"""Where somebody is seen or heard in a clip, as stretches that a reader can take in."""

from __future__ import annotations

from countenance.verdict import TimeRange
from scan.people_found import merge_ranges


def test_ranges_apart_stay_apart_and_one_inside_another_vanishes():
    spans = [(0.0, 9.0), (11.0, 12.0), (2.0, 3.0), (9.4, 9.5)]

    assert merge_ranges(spans) == (TimeRange(start_s=0.0, end_s=9.5), TimeRange(start_s=11.0, end_s=12))
    assert merge_ranges([]) == ()
