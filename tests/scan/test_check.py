"""One clip, judged as often as the use changes, decoded once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from countenance.verdict import Verdict
from scan.check import judge_observations
from tests.scan.made import NOON, USE, face, grant, known, observations, setup, track

ADA = face({0: 1.0})


def test_a_clip_is_judged_again_for_another_use_without_being_examined_again():
    scene, people = observations(track(0, ADA, (0.0, 1.0, 2.0, 3.0))), known(grants=(grant(),))

    first = judge_observations(scene, setup(Path("models"), people), NOON)
    second = judge_observations(scene, setup(Path("models"), people, use=replace(USE, channels=("cinema",))), NOON)

    assert (first.verdict, second.verdict) == (Verdict.PERMITTED, Verdict.BLOCKED)
    assert first.observations is second.observations
