"""What is measured on a user's own people holds for others, reaches as far as they can show, and is about nobody."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from countenance.errors import WrongUsageError
from countenance.packs import LikenessScale
from reports.wording import promise_sentences
from scan.calibration import FEWEST_PEOPLE, Calibration, calibrate, calibrate_faces, calibrate_voices
from scan.evaluation.labelled import label_vectors
from scan.evaluation.open_set import whole_open_set_figures
from scan.evaluation.tables import Aliases
from scan.gallery import unit
from scan.operating import Promise, largest_registry, operating_point, rate_per_clip
from tests.scan.evaluation.crowd import people, pictured
from tests.scan.evaluation.heard import heard, short, speaker
from tests.scan.made import CARD, DIMENSION

NOBODY_DOUBTED = Aliases({}, frozenset())
SCALE = LikenessScale(pack="made", dimension=DIMENSION)


def measured(crowd: dict[str, list[bytes]], known: Aliases = NOBODY_DOUBTED) -> Calibration:
    names = [name for name, pictures in crowd.items() for _ in pictures]
    return calibrate(vectors_of(crowd), names, SCALE, known)


def vectors_of(crowd: dict[str, list[bytes]]) -> np.ndarray:
    return np.stack([np.frombuffer(blob, "<f4") for pictures in crowd.values() for blob in pictures])


def families(count: int, of: int, pictures: int, seed: int = 3) -> dict[str, list[bytes]]:
    """Return people of families; where a family's people resemble each other, so do the pictures of each of them."""
    rng = np.random.default_rng(seed)
    crowd = {}
    for family in range(count):
        shared, spread = unit(rng.normal(size=DIMENSION)), rng.choice((0.4, 3.0))
        for member in range(of):
            own = unit(rng.normal(size=DIMENSION))
            noise = [unit(rng.normal(size=DIMENSION)) * 0.6 for _ in range(pictures)]
            crowd[f"f{family:02d}_{member}"] = [
                unit(shared + spread * (own + each)).astype("<f4").tobytes() for each in noise
            ]
    return crowd


def test_figures_reach_to_one_in_the_number_of_pairs_of_people_and_no_further() -> None:
    few, many = (measured(people(40, pictures)) for pictures in (2, 6))

    assert few.curve.floor == many.curve.floor == few.curve.rates[-1] == pytest.approx(1 / 780)
    assert (few.people, few.files, few.curve.people) == (40, 80, 40)
    assert all(high > low for high, low in pairwise(few.curve.rates))
    assert all(rate >= few.curve.floor for rate in few.misses.rates)


def test_what_is_promised_is_kept_on_other_people() -> None:
    crowd = people(240, 3, scatter=0.9)
    mine = dict(list(crowd.items())[:120])
    theirs = dict(list(crowd.items())[120:])
    found = measured(mine)
    names = [name for name, pictures in theirs.items() for _ in pictures]
    data = label_vectors(vectors_of(theirs), names, list(theirs))
    judged = LikenessScale(pack="made", dimension=DIMENSION, singles=found.curve, cohort=found.cohort)

    strangers = [name for name in theirs if int(name[-1]) % 2]
    alone = np.array([name not in strangers or at % 3 == 0 for at, name in enumerate(names)])
    rows = whole_open_set_figures(data.of(alone), judged, frozenset(), shipped=True)

    assert [row["promised_fpir"] for row in rows] == [0.01, 0.05, 0.1]
    for row in rows[1:]:
        assert row["promised_fpir"] / 2 <= row["measured_fpir"] <= row["promised_fpir"] * 2


def test_a_registry_too_large_for_the_figures_is_promised_what_they_can_keep() -> None:
    found = measured(people(40, 3))
    scale = LikenessScale(pack="made", dimension=DIMENSION, singles=found.curve)

    small, large = (operating_point(scale, Promise(), count, 3) for count in (1, 50))

    assert (small.review_fpir, large.block_fmr) == (0.05, None)
    assert large.review_fmr == found.curve.floor
    assert large.review_fpir == pytest.approx(rate_per_clip(found.curve.floor, 50, 3))
    assert 0.05 < large.review_fpir < 0.2


def test_without_figures_nothing_is_promised() -> None:
    point = operating_point(SCALE, Promise(), 2, 1)

    assert (point.review_fpir, point.review_fmr, point.block_fmr) == (1.0, 1.0, None)
    assert promise_sentences(point, None) == [
        "These models were never measured on faces, so nothing is promised: a person is “possible” at most."
    ]
    beside = promise_sentences(replace(point, review_fpir=0.025, block_fmr=1e-3, own=True), point)
    assert len(beside) == 2
    assert "at most 1 in 40 may raise a false review" in beside[0]
    assert "measured on this computer" in beside[0]
    assert "never measured on voices" in beside[1]


def test_the_largest_registry_is_the_last_that_the_figures_suffice_for() -> None:
    scale = LikenessScale(pack="made", dimension=DIMENSION, singles=measured(people(40, 3)).curve)
    assert scale.singles is not None

    most = largest_registry(scale.singles.floor, 0.005, 1)

    assert most == 3
    assert operating_point(scale, Promise(), most, 1).block_fmr is not None
    assert operating_point(scale, Promise(), most + 1, 1).block_fmr is None
    assert largest_registry(1.0, 0.005, 1) == 0


def test_a_cohort_is_used_where_it_helps_people_it_is_not_made_of() -> None:
    found = measured(families(16, 6, 3))

    assert found.cohort is not None
    assert [trial.nearest for trial in found.trials] == [0, 1, 3, 5]
    used = next(trial for trial in found.trials if trial.nearest == found.cohort.nearest)
    assert used.least_gain > 0
    assert used.found > found.trials[0].found


def test_no_cohort_is_used_where_it_helps_nobody() -> None:
    found = measured(people(60, 3, scatter=0.9))

    assert found.cohort is None
    assert len(found.trials) == 4


def test_a_handful_of_people_makes_no_cohort() -> None:
    found = measured(people(39, 3))

    assert (found.cohort, found.trials) == (None, ())


def test_no_vector_of_a_cohort_is_anybodys_template() -> None:
    crowd = families(16, 6, 3)
    found = measured(crowd)
    assert found.cohort is not None

    groups = np.stack([np.frombuffer(group, "<f4") for group in found.cohort.groups])
    means = np.stack([unit(vectors_of({name: pictures}).mean(axis=0)) for name, pictures in crowd.items()])

    assert len(groups) == len(crowd) // 5
    assert float((groups @ means.T).max()) < 0.99


@pytest.mark.parametrize("count", [1, 8, FEWEST_PEOPLE - 1])
def test_too_few_people_are_refused_with_what_is_needed(count: int) -> None:
    with pytest.raises(WrongUsageError) as caught:
        measured(people(count, 3))

    assert "at least 20 people" in caught.value.remedy


def test_without_second_files_nobody_could_say_who_is_overlooked() -> None:
    crowd = people(30, 2)
    crowd = {name: pictures[: 2 if at < 4 else 1] for at, (name, pictures) in enumerate(crowd.items())}

    with pytest.raises(WrongUsageError, match="two usable files"):
        measured(crowd)


def test_the_least_that_is_asked_for_is_enough() -> None:
    crowd = people(FEWEST_PEOPLE, 2)
    crowd = {name: pictures[: 2 if at < 5 else 1] for at, (name, pictures) in enumerate(crowd.items())}

    found = measured(crowd)

    assert found.curve.floor == pytest.approx(1 / 190)
    assert 0.01 in found.misses.rates


def test_somebody_under_two_names_is_told_unless_nobody_is_sure() -> None:
    crowd = people(30, 4, scatter=0.8)
    twin = crowd["person003"][:2]
    crowd["person003"] = crowd["person003"][2:]
    crowd["somebody"] = twin

    assert measured(crowd).alike == (("person003", "somebody"),)
    assert measured(crowd, Aliases({}, frozenset({frozenset({"person003", "somebody"})}))).alike == ()


def test_pictures_are_taken_from_a_table_and_those_without_a_face_are_counted(tmp_path: Path, stand_in) -> None:
    rows = [("file", "identity")]
    for person, pictures in people(24, 3).items():
        for number, embedding in enumerate(pictures):
            name = f"{person}_{number}.jpg"
            stand_in.answers[name] = pictured(name, embedding)
            rows.append((name, person))
    rows.append(("missing.jpg", "person000"))
    aliases = write(tmp_path / "aliases.csv", [("identity_a", "identity_b"), ("person000", "person001")])

    found = calibrate_faces(write(tmp_path / "index.csv", rows), stand_in, CARD, tmp_path, aliases=aliases)

    assert (found.people, found.files, found.left_out) == (23, 72, 1)


def test_voices_are_measured_on_recordings_that_a_check_would_compare(tmp_path: Path, stand_in) -> None:
    rows = [("file", "speaker")]
    for person, pictures in people(22, 3).items():
        for number, embedding in enumerate(pictures):
            name = f"{person}_{number}.wav"
            voice = speaker(0, embedding)
            stand_in.answers[name] = heard(short(voice) if number == 2 else voice, name=name)
            rows.append((name, person))

    found = calibrate_voices(write(tmp_path / "index.csv", rows), stand_in, CARD, tmp_path)

    assert (found.people, found.files, found.left_out) == (22, 44, 22)


def write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    return path
