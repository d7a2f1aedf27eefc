"""Searching everybody at once finds what comparing one with another, in plain loops, finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.identification import IdentificationStatus
from countenance.packs import Cohort
from countenance.templates import TemplateBlock
from scan import gallery as searched
from scan.gallery import HEADROOM, build_gallery
from scan.identify import bounds_of, identify
from scan.operating import Promise
from tests.scan.made import DIMENSION, SCALE, face, track

GROUPS = Cohort(groups=tuple(face({number: 1.0}) for number in range(50, 57)), nearest=3)


def drawn(rng: np.random.Generator, *near: np.ndarray, noise: float = 0.6) -> np.ndarray:
    vector = sum(near, np.zeros(DIMENSION)) + noise * rng.standard_normal(DIMENSION) / DIMENSION**0.5
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def likeness_to_cohort(vector: np.ndarray, cohort: Cohort) -> float:
    scores = sorted(float(vector @ np.frombuffer(group, "<f4")) for group in cohort.groups)
    return sum(scores[-cohort.nearest :]) / cohort.nearest


def score(probe: np.ndarray, mean: np.ndarray, cohort: Cohort | None) -> float:
    raw = float(probe.astype(np.float64) @ mean.astype(np.float64))
    if cohort is None:
        return raw
    bases = [likeness_to_cohort(vector, cohort) for vector in (probe, mean)]
    return sum((raw - base) / (1 - base + HEADROOM) for base in bases) / 2


def ranked(probe: bytes, people: dict[str, list[np.ndarray]], cohort: Cohort | None) -> list[tuple[float, str]]:
    """Return everybody, the nearest first, compared one by one."""
    vector = np.frombuffer(probe, "<f4")
    scores = []
    for person, vectors in people.items():
        mean = sum(vectors, np.zeros(DIMENSION)) / len(vectors)
        scores.append((score(vector, mean / np.linalg.norm(mean), cohort), person))
    return sorted(scores, key=lambda each: (-each[0], each[1]))


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 23),
    tracks=st.integers(0, 6),
    cohort=st.sampled_from([None, GROUPS]),
)
def test_all_at_once_is_what_one_by_one_is(seed: int, count: int, tracks: int, cohort: Cohort | None):
    rng = np.random.default_rng(seed)
    scale = replace(SCALE, cohort=cohort)
    own = {f"p{number:02d}": drawn(rng) for number in range(count)}
    people = {name: [drawn(rng, axis) for _template in range(rng.integers(1, 5))] for name, axis in own.items()}
    shown = [own[f"p{rng.integers(count):02d}"] for _track in range(tracks)]
    clip = [
        track(
            number,
            drawn(rng, axis, noise=1.0).tobytes(),
            times_s=(0.0, 1.0, 2.0),
            samples=[drawn(rng, axis, noise=2.0).tobytes() for _sample in range(3)],
        )
        for number, axis in enumerate(shown)
    ]
    with pytest.MonkeyPatch.context() as small:
        small.setattr(searched, "_PEOPLE_AT_ONCE", 4)
        small.setattr(searched, "_ROWS_AT_ONCE", 5)

        gallery = build_gallery({name: [each.tobytes() for each in vectors] for name, vectors in people.items()}, scale)
        found, point = identify(clip, gallery, scale, Promise())

    bounds = bounds_of(scale, point)
    for each, seen in zip(found, clip, strict=True):
        order = ranked(seen.embedding, people, cohort)
        assert (each.best.person, each.best.score) == (order[0][1], pytest.approx(order[0][0], abs=1e-5))
        if count > 1:
            assert (each.runner_up.person, each.runner_up.score) == (
                order[1][1],
                pytest.approx(order[1][0], abs=1e-5),
            )
        nearest = [ranked(sample.embedding, people, cohort)[0] for sample in seen.samples]
        assert each.samples_agreeing == sum(person == order[0][1] for _score, person in nearest)
        below = order[0][0] < bounds.review
        assert (each.status is IdentificationStatus.UNKNOWN) == below


def test_of_people_enrolled_alike_the_first_is_named_and_every_sample_agrees():
    alike = {f"p{number}": [face({0: 1.0})] for number in range(9)}
    with pytest.MonkeyPatch.context() as small:
        small.setattr(searched, "_PEOPLE_AT_ONCE", 2)

        gallery = build_gallery(alike, SCALE)
        found, _point = identify([track(0, face({0: 0.9}))], gallery, SCALE, Promise())

    assert (found[0].best.person, found[0].runner_up.person, found[0].samples_agreeing) == ("p0", "p1", 3)


def test_templates_in_one_block_are_those_of_each_person():
    each = {"ben": (face({1: 1.0}),), "ada": (face({0: 1.0}), face({2: 1.0})), "eve": ()}

    block = TemplateBlock.of(each)

    assert (block.people, block.counts, len(block)) == (("ada", "ben"), (2, 1), 2)
    assert block == {name: vectors for name, vectors in each.items() if vectors}
    assert TemplateBlock.of(block) is block
    assert "ada" not in repr(block)
    with pytest.raises(KeyError):
        block["eve"]


def test_templates_of_different_sizes_make_no_block():
    with pytest.raises(ValueError, match="sizes"):
        TemplateBlock.of({"ada": (face({0: 1.0}), b"1234")})
