"""Where somebody is seen in a clip, as stretches that a reader can take in."""

from __future__ import annotations

from countenance.verdict import TimeRange
from scan.findings import merge_ranges
from tests.scan.made import face, track

ADA = face({0: 1.0})


def test_ranges_apart_stay_apart_and_one_inside_another_vanishes():
    tracks = [
        track(0, ADA, (0.0, 9.0)),
        track(1, ADA, (2.0, 3.0)),
        track(2, ADA, (9.4, 9.5)),
        track(3, ADA, (11.0, 12)),
    ]

    assert merge_ranges(tracks) == (TimeRange(start_s=0.0, end_s=9.5), TimeRange(start_s=11.0, end_s=12))
    assert merge_ranges([]) == ()
