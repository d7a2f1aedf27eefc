"""Whole evaluations over files, with what is seen in each file made up."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import CancelledError, WrongUsageError
from countenance.packs import Cohort, LikenessScale, PackCard
from countenance.work import CancelToken
from scan.evaluation.examiner import Examiner
from scan.evaluation.runs import CROWD_PICTURES, enrol_crowd, run_clips, run_faces
from scan.evaluation.tables import read_aliases
from scan.operating import Promise
from tests.scan.evaluation.crowd import beside, people, pictured
from tests.scan.made import CARD, SCALE, face, observations, photo, track


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    return path


@pytest.fixture
def index(tmp_path: Path, stand_in) -> Path:
    """Return an index of thirty people with four pictures each, and show the stand-in what is in them."""
    rows = [("file", "identity")]
    for person, pictures in people(30, 4, scatter=0.8).items():
        for number, embedding in enumerate(pictures):
            name = f"{person}_{number}.jpg"
            stand_in.answers[name] = pictured(name, embedding)
            rows.append((name, person))
    return write(tmp_path / "index.csv", *rows)


def faces(index: Path, stand_in, card: PackCard = CARD, **options) -> dict[str, object]:
    return run_faces(index, stand_in, card, index.parent, **options)


def test_an_evaluation_of_faces_has_every_figure_of_the_contract(index, stand_in):
    figures = faces(index, stand_in)

    assert {
        *("samples", "identities", "failures_to_enrol", "gate_rejections", "genuine_pairs", "impostor_pairs", "eer"),
        *("tar", "tar_ci", "open_set", "groups", "worst_identities", "pack", "model", "cohort", "seconds"),
    } <= set(figures)
    assert (figures["samples"], figures["identities"], figures["failures_to_enrol"]) == (120, 30, 0)
    assert (figures["pack"], figures["model"], figures["cohort"]) == ("drawn", "drawn-embedder 1", "none")
    assert {"gallery", "promised_fpir", "measured_fpir", "fpir_ci", "fnir", "fnir_ci"} <= set(figures["open_set"][0])
    assert figures["groups"] == {}


def test_failures_second_faces_and_gate_rejections_are_counted_apart(index, stand_in):
    answers = stand_in.answers
    answers["person000_0.jpg"] = photo(name="person000_0.jpg")
    del answers["person001_0.jpg"]
    seen = answers["person002_0.jpg"]
    answers["person002_0.jpg"] = replace(seen, tracks=(replace(seen.tracks[0], samples=(), embedding=b""),))
    answers["person003_0.jpg"] = beside(answers["person003_0.jpg"], 0.6)
    answers["person004_0.jpg"] = beside(answers["person004_0.jpg"], 0.4)
    blurred = answers["person005_0.jpg"].tracks[0]
    blurred = replace(blurred, detections=(replace(blurred.detections[0], sharpness=0.0),))
    answers["person005_0.jpg"] = replace(answers["person005_0.jpg"], tracks=(blurred,))

    figures = faces(index, stand_in)

    assert figures["failed_files"] == ["person000_0.jpg", "person001_0.jpg", "person002_0.jpg"]
    assert (figures["failures_to_enrol"], figures["left_out_second_face"], figures["gate_rejections"]) == (3, 1, 1)
    assert figures["samples"] == 120 - 4


def test_aliases_join_people_and_groups_repeat_every_figure(index, stand_in, tmp_path):
    aliases = write(tmp_path / "aliases.csv", ("identity_a", "identity_b"), ("person000", "person001"))
    groups = write(
        tmp_path / "groups.csv", ("identity", "group"), *((f"person{number:03d}", "one") for number in range(15))
    )

    figures = faces(index, stand_in, aliases=aliases, groups=groups)

    assert figures["identities"] == 29
    assert {name: group["identities"] for name, group in figures["groups"].items()} == {"one": 14, "other": 15}


def test_the_same_pictures_give_the_same_figures(index, stand_in):
    first, second = (faces(index, stand_in) | {"seconds": 0} for _ in range(2))

    assert first == second


def test_too_few_people_measure_nothing(stand_in, tmp_path):
    index = write(tmp_path / "index.csv", ("file", "identity"), ("a.jpg", "ada"))
    stand_in.answers["a.jpg"] = pictured("a.jpg", face({0: 1.0}))

    with pytest.raises(WrongUsageError, match="too few"):
        faces(index, stand_in)


def test_shipped_figures_are_asked_for_in_vain_where_a_pack_has_none(index, stand_in):
    bare = PackCard(name="bare", models=CARD.models, face=LikenessScale(pack="bare", dimension=SCALE.dimension))

    with pytest.raises(WrongUsageError, match="ships no figures"):
        faces(index, stand_in, bare, shipped=True)

    assert stand_in.asked == []


def test_where_cohort_and_bounds_came_from_is_told(index, stand_in):
    card = replace(
        CARD,
        face=replace(SCALE, cohort=Cohort(groups=tuple(face({50 + number: 1.0}) for number in range(3)), nearest=2)),
    )

    own, shipped = faces(index, stand_in, card), faces(index, stand_in, card, shipped=True)

    assert (own["cohort"], own["bounds"]) == ("other folds", "other folds")
    assert (shipped["cohort"], shipped["bounds"]) == ("shipped", "shipped")


def test_an_evaluation_stops_when_the_user_wants(index, stand_in):
    cancel = CancelToken()

    def stop(_step: str, done: float, _total: float) -> None:
        if done == 10:
            cancel.cancel()

    with pytest.raises(CancelledError):
        faces(index, stand_in, on_progress=stop, cancel=cancel)

    assert len(stand_in.asked) == 10


def test_a_crowd_is_enrolled_from_the_first_pictures_that_show_a_face(index, stand_in, tmp_path):
    stand_in.answers["person000_0.jpg"] = photo(name="person000_0.jpg")
    del stand_in.answers["person000_1.jpg"]
    for number in range(4):
        del stand_in.answers[f"person001_{number}.jpg"]

    crowd = enrol_crowd(index, read_aliases(None), Examiner(stand_in, CARD, tmp_path, None))

    assert "person001" not in crowd
    assert len(crowd["person000"].templates) == 2
    assert {len(person.templates) for name, person in crowd.items() if name > "person001"} == {CROWD_PICTURES}
    assert crowd["person002"].origins == {("", f"person002_{number}") for number in range(4)}


def test_an_evaluation_of_clips_enrols_sources_beside_the_crowd(index, stand_in, tmp_path):
    table = write(
        tmp_path / "clips.csv",
        ("file", "source_picture", "people_shown", "faces_expected"),
        ("clip.mp4", "ada.jpg", "", "1"),
        ("member.mp4", "", "nickname", "1"),
    )
    write(tmp_path / "aliases.csv", ("identity_a", "identity_b"), ("nickname", "person003"))
    member = people(30, 4, scatter=0.8)["person003"][3]
    stand_in.answers |= {
        "ada.jpg": pictured("ada.jpg", face({0: 1.0})),
        "clip.mp4": observations(track(0, face({0: 0.95}), (0.0, 1.0, 2.0))),
        "member.mp4": observations(track(0, member, (0.0, 1.0, 2.0))),
    }

    figures = run_clips(table, index, stand_in, CARD, tmp_path, promise=Promise())

    assert (figures["clips"], figures["with_source"], figures["identified"]) == (2, 1, 1)
    assert figures["registry"] == 31
    assert figures["wrong_block"] == 0
    assert figures["sources_refused_by_gate"] == 0


def test_clips_are_evaluated_without_a_crowd_too(stand_in, tmp_path):
    table = write(
        tmp_path / "clips.csv",
        ("file", "source_picture", "people_shown"),
        ("clip.mp4", "ada.jpg", ""),
        ("x.mp4", "", ""),
    )
    stand_in.answers |= {
        "ada.jpg": pictured("ada.jpg", face({0: 1.0})),
        "clip.mp4": observations(track(0, face({0: 0.95}), (0.0, 1.0, 2.0))),
    }

    figures = run_clips(table, None, stand_in, CARD, tmp_path, promise=Promise())

    assert (figures["registry"], figures["identified"], figures["unreadable"]) == (1, 1, 1)


def test_a_folder_of_people_can_be_the_crowd(stand_in, tmp_path):
    for person, pictures in people(3, 2).items():
        folder = tmp_path / "crowd" / person
        folder.mkdir(parents=True)
        for number, embedding in enumerate(pictures):
            (folder / f"{person}_{number}.jpg").touch()
            stand_in.answers[f"{person}_{number}.jpg"] = pictured(f"{person}_{number}.jpg", embedding)

    crowd = enrol_crowd(tmp_path / "crowd", read_aliases(None), Examiner(stand_in, CARD, tmp_path, None))

    assert {name: (len(person.templates), person.origins) for name, person in crowd.items()} == {
        f"person{number:03d}": (2, frozenset()) for number in range(3)
    }
