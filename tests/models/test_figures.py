"""Figures lie in the store beside the models they are bound to, whole or not at all; a publisher's are only stated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

import models
from countenance.errors import ModelsError
from countenance.packs import Cohort, ImpostorCurve, LikenessScale, MissCurve, ModelTask
from models.bringing import bring
from models.figures import (
    FiguresEntry,
    combination,
    decode_curve,
    encode_curve,
    find_figures,
    keep_figures,
    list_own,
    list_shipped,
    measured_figures,
    own_file,
    read_own,
    remove_figures,
    scale_of,
)
from models.impostor_tables import figures_from_manifest
from models.packs import bindings_of
from tests.models.insightface_packages import manifest_folder

NAME = "mtcnn+sface"
CURVE = ImpostorCurve(scores=(0.1, 0.2, 0.3), rates=(0.5, 0.1, 0.01), comparisons=1000, people=40, floor=0.01)
MISSES = MissCurve(rates=(0.1, 0.01), missed=(0.0, 0.1), low=(0.0, 0.0), high=(0.1, 0.3), comparisons=50, people=10)
BOUND = ("finder/1", "embedder/1/t112")


def measured(bindings: tuple[str, ...] = BOUND) -> FiguresEntry:
    vectors = np.random.default_rng(1).normal(size=(8, 16)).astype("<f4")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cohort = Cohort(groups=tuple(vector.tobytes() for vector in vectors), nearest=3)
    scale = LikenessScale(pack="p", dimension=16, singles=CURVE, cohort=cohort, misses=MISSES)
    return measured_figures(scale, 5, bindings)


def test_the_shipped_combinations_have_figures_of_their_own() -> None:
    assert set(list_shipped()) == {
        "mtcnn+dlib-resnet",
        "mtcnn+retail-0095",
        "silero-vad+ge2e",
        "yunet+dlib-resnet",
        "yunet+retail-0095",
    }
    for pack in ("yunet+dlib-resnet", "mtcnn+retail-0095"):
        face = models.load_pack(pack).face
        assert face.singles is not None
        assert face.generated is not None
        assert face.misses is not None
        assert min(face.singles.people, face.misses.people) >= 60
        assert (face.cohort is None) == (pack == "mtcnn+retail-0095")  # as behind their own detectors


def test_what_was_measured_here_is_found_and_says_so(tmp_path: Path) -> None:
    keep_figures(tmp_path, NAME, measured())

    entry, own = find_figures(NAME, tmp_path, BOUND)
    scale = scale_of("p", NAME, 16, entry, own=own)

    assert list_own(tmp_path) == (NAME,)
    assert scale.own
    assert scale.singles == CURVE
    assert scale.misses == MISSES
    assert scale.cohort is not None
    assert (len(scale.cohort.groups), scale.cohort.nearest) == (8, 3)


def test_figures_of_other_models_are_passed_over(tmp_path: Path) -> None:
    keep_figures(tmp_path, NAME, measured(("finder/1", "embedder/2/t112")))

    assert find_figures(NAME, tmp_path, BOUND) == (FiguresEntry(), False)
    assert list_own(tmp_path) == (NAME,)


def test_own_figures_come_before_the_shipped_ones_until_they_are_removed(tmp_path: Path) -> None:
    shipped = models.load_pack("starter", tmp_path)
    finder, embedder = map(shipped.model, (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER))
    assert finder is not None
    assert embedder is not None
    scale = LikenessScale(pack="starter", dimension=128, singles=CURVE)
    keep_figures(tmp_path, "mtcnn+dlib-resnet", measured_figures(scale, 5, bindings_of(finder, embedder)))

    own = models.load_pack("starter", tmp_path).face
    assert (own.own, own.singles, own.cohort) == (True, CURVE, None)

    assert remove_figures(tmp_path, "mtcnn+dlib-resnet")
    assert models.load_pack("starter", tmp_path) == shipped
    assert not remove_figures(tmp_path, "mtcnn+dlib-resnet")


def test_a_store_without_figures_has_none(tmp_path: Path) -> None:
    assert list_own(tmp_path) == ()
    assert read_own(tmp_path, NAME) is None


def test_new_figures_take_the_place_of_old_ones_and_leave_nothing_beside(tmp_path: Path) -> None:
    keep_figures(tmp_path, NAME, measured(("a", "b")))
    path = keep_figures(tmp_path, NAME, measured())

    assert [file.name for file in path.parent.iterdir()] == [f"{NAME}.toml"]
    entry = read_own(tmp_path, NAME)
    assert entry is not None
    assert entry.bindings == BOUND


def test_a_store_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("in the way")

    with pytest.raises(ModelsError, match="cannot be written") as caught:
        keep_figures(tmp_path, NAME, measured())
    assert caught.value.remedy


def test_what_is_no_file_cannot_be_removed(tmp_path: Path) -> None:
    own_file(tmp_path, NAME).mkdir(parents=True)

    with pytest.raises(ModelsError, match="cannot be removed"):
        remove_figures(tmp_path, NAME)


@pytest.mark.parametrize("text", ["singles = 3", "\x00", "[singles]\npeople = 4", 'surprise = "!"'])
def test_damaged_figures_are_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    own_file(tmp_path, NAME).parent.mkdir()
    own_file(tmp_path, NAME).write_text(text)

    with pytest.raises(ModelsError) as caught:
        find_figures(NAME, tmp_path, BOUND)
    assert "countenance models calibrate" in caught.value.remedy


def test_scores_that_round_to_the_same_are_written_apart() -> None:
    steep = replace(CURVE, scores=(0.1, 0.10001, 0.10002))

    assert decode_curve(NAME, encode_curve(steep)).scores == (0.1, 0.1001, 0.1002)


def manifest(**changes: object) -> dict[str, object]:
    table = {"scores": [0.1, 0.2, 0.4], "rates": [0.5, 0.01, 1e-4], "comparisons": 100_000, "people": 500} | {
        "floor": 1e-4
    }
    return {"manifest_version": 2, "model_id": "their-model", "countenance": {"impostors": table | changes}}


def test_a_table_in_a_manifest_is_taken_as_stated_not_as_measured(tmp_path: Path) -> None:
    entry = figures_from_manifest(json.loads(json.dumps(manifest())))
    assert entry is not None
    keep_figures(tmp_path, NAME, msgspec.structs.replace(entry, bindings=BOUND))

    found, own = find_figures(NAME, tmp_path, BOUND)

    assert (own, found.stated_by) == (False, "their-model")
    assert found.singles is not None
    assert decode_curve(NAME, found.singles).rates == (0.5, 0.01, 1e-4)


@pytest.mark.parametrize(
    ("changes", "floor"),
    [
        ({}, 1e-4),
        ({"people": 20}, 1 / 190),
        ({"comparisons": 1000}, 1e-3),
        ({"floor": 1e-9}, 1e-4),
        ({"floor": 0.02}, 0.02),
    ],
)
def test_a_table_cannot_claim_more_than_its_people_can_show(changes: dict[str, object], floor: float) -> None:
    entry = figures_from_manifest(manifest(**changes))

    assert entry is not None
    assert entry.singles is not None
    assert entry.singles.floor == pytest.approx(floor)


@pytest.mark.parametrize("document", [{}, {"countenance": {}}, {"countenance": {"other": 1}}, {"impostors": {}}])
def test_a_manifest_need_not_state_any(document: dict[str, object]) -> None:
    assert figures_from_manifest(document) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"people": 4},
        {"people": -1},
        {"people": True},
        {"comparisons": 10},
        {"comparisons": 10**30},
        {"scores": [0.1, 0.2]},
        {"scores": [0.2, 0.1, 0.4]},
        {"scores": [0.1, 0.1, 0.4]},
        {"scores": [0.1, 0.2, 1.4]},
        {"scores": [0.1, 0.2, float("nan")]},
        {"scores": "0.1"},
        {"scores": []},
        {"scores": [0.1], "rates": [0.5]},
        {"scores": [index / 10_000 for index in range(5000)], "rates": [0.5] * 5000},
        {"rates": [0.5, 0.6, 1e-4]},
        {"rates": [0.5, 0.5, 1e-4]},
        {"rates": [0.5, 0.01, 0.0]},
        {"rates": [2, 0.01, 1e-4]},
        {"floor": 0},
        {"floor": None},
        {"floor": float("inf")},
        {"cohort": []},
    ],
)
def test_a_table_that_cannot_be_is_refused_with_a_sentence(changes: dict[str, object]) -> None:
    with pytest.raises(ModelsError, match="table of impostors") as caught:
        figures_from_manifest(manifest(**changes))
    assert caught.value.remedy


@pytest.mark.parametrize("ours", [[], "impostors", 3, {"impostors": None}, {"impostors": []}])
def test_what_stands_in_its_place_is_refused_too(ours: object) -> None:
    with pytest.raises(ModelsError):
        figures_from_manifest({"countenance": ours})


def test_a_brought_package_brings_the_table_that_its_manifest_states(tmp_path: Path) -> None:
    table = manifest()["countenance"]
    package, store = manifest_folder(tmp_path / "theirs", countenance=table), tmp_path / "models"

    brought = bring(package, store)
    face = models.load_pack(brought.name, store).face

    assert any("nobody has checked that here" in remark for remark in brought.remarks)
    assert face.singles is not None
    assert (face.singles.people, face.singles.floor, face.own) == (500, 1e-4, False)
    assert models.load_pack("starter", store).face.singles != face.singles


def test_what_was_measured_here_outlives_what_a_package_states(tmp_path: Path) -> None:
    package, store = manifest_folder(tmp_path / "theirs"), tmp_path / "models"
    card = models.load_pack(bring(package, store).name, store)
    assert card.face.singles is None
    finder, embedder = map(card.model, (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER))
    assert finder is not None
    assert embedder is not None
    name = combination(finder.name, embedder.name)
    keep_figures(store, name, measured_figures(replace(card.face, singles=CURVE), 5, bindings_of(finder, embedder)))

    again = bring(manifest_folder(tmp_path / "again", countenance=manifest()["countenance"]), store)

    assert again.name == card.name
    assert models.load_pack(again.name, store).face.singles == CURVE


def test_a_package_with_a_table_that_cannot_be_is_refused_whole(tmp_path: Path) -> None:
    package = manifest_folder(tmp_path / "theirs", countenance=manifest(people=4)["countenance"])

    with pytest.raises(ModelsError, match=r"countenance\.impostors"):
        bring(package, tmp_path / "models")
    assert not list_own(tmp_path / "models")
