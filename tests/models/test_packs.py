"""A pack names its models independently and says what their scores mean."""

from __future__ import annotations

import base64

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import models
from countenance.errors import ModelsError
from countenance.packs import ModelTask
from models.figures import (
    CohortEncoding,
    CohortEntry,
    FiguresEntry,
    MissEntry,
    decode_cohort,
    decode_curve,
    decode_misses,
    encode_cohort,
)
from models.packs import compose, name_for

VOICES = ["silero-vad", "ge2e"]


def test_both_packs_of_the_first_day_are_there() -> None:
    assert {"recommended", "starter"} <= set(models.list_packs())
    assert [manifest.name for manifest in models.models_of("starter")] == ["mtcnn", "dlib-resnet", *VOICES]
    assert [manifest.name for manifest in models.models_of("recommended")] == ["yunet", "retail-0095", *VOICES]
    assert models.load_pack("recommended").face.dimension == 256


def test_a_detector_and_an_embedder_make_a_pack_without_figures() -> None:
    card = models.load_pack("mtcnn+sface-2021dec")
    assert [stamp.name for stamp in card.models] == ["mtcnn", "sface-2021dec", *VOICES]
    assert (card.face.singles, card.face.generated, card.face.cohort) == (None, None, None)


def test_the_same_embedder_behind_another_detector_is_another_binding() -> None:
    behind = {pack: models.load_pack(pack).model(ModelTask.FACE_EMBEDDER) for pack in ("starter", "yunet+dlib-resnet")}
    bindings = {stamp.binding for stamp in behind.values() if stamp}
    assert len(bindings) == 2


def test_the_first_alignment_templates_are_those_of_the_detector() -> None:
    dlib = models.load_manifest("dlib-resnet")
    assert dlib.alignment_for("mtcnn").points_px[0] == (47.74, 45.12)
    assert dlib.alignment_for("yunet").points_px[0] == (47.45, 45.98)
    assert models.load_manifest("retail-0095").alignment_for("anything").name == "t128"


@pytest.mark.parametrize("name", ["", "best", "../starter", "yunet+yunet", "starter+", "+yunet", "a+b", "+"])
def test_what_is_no_pack_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(ModelsError) as caught:
        models.load_pack(name)
    assert caught.value.sentence.endswith(".")


def test_every_pack_file_is_whole() -> None:
    for name in models.list_packs():
        card = models.load_pack(name)
        assert card.name == name
        for curve in (card.face.singles, card.face.generated):
            assert curve is None or (curve.people >= 5 and curve.floor <= curve.rates[0])
        assert card.face.cohort is None or len(card.face.cohort.groups) >= card.face.cohort.nearest


@pytest.mark.parametrize(
    ("name", "faces", "voices"),
    [
        ("yunet+dlib-resnet", ["yunet", "dlib-resnet"], VOICES),
        ("dlib-resnet+yunet", ["yunet", "dlib-resnet"], VOICES),
        ("recommended+mtcnn", ["mtcnn", "retail-0095"], VOICES),
        ("mtcnn+recommended", ["mtcnn", "retail-0095"], VOICES),
        ("starter+recommended", ["yunet", "retail-0095"], VOICES),
        ("retail-0095", ["mtcnn", "retail-0095"], VOICES),
        ("insightface-antelopev2", ["scrfd-10g", "arcface-glintr100"], VOICES),
    ],
)
def test_every_part_of_a_name_says_what_its_tasks_are_done_with(name: str, faces: list[str], voices: list[str]) -> None:
    assert [stamp.name for stamp in models.load_pack(name).models] == [*faces, *voices]


@pytest.mark.parametrize(
    ("current", "chosen", "then"),
    [
        ("starter", "recommended", "recommended"),
        ("recommended", "starter", "starter"),
        ("recommended", "mtcnn", "mtcnn+retail-0095"),
        ("mtcnn+retail-0095", "yunet", "recommended"),
        ("recommended", "sface", "sface"),
        ("insightface-buffalo_l", "retail-0095", "scrfd-10g+retail-0095"),
    ],
)
def test_what_is_chosen_takes_the_place_of_its_part_and_leaves_the_rest(current: str, chosen: str, then: str) -> None:
    assert models.combine(current, chosen) == then
    assert models.load_pack(then).name == then


def test_every_pack_is_found_again_by_its_shortest_name() -> None:
    for name in models.list_packs():
        assert compose(name_for(compose(name))).chosen == compose(name).chosen


def pack_with_curve(**changes: object) -> FiguresEntry:
    curve = {"scores": [0.1, 0.2], "rates": [0.5, 0.01], "comparisons": 1000, "people": 50, "floor": 0.01, **changes}
    return msgspec.convert({"singles": curve}, FiguresEntry)


@pytest.mark.parametrize(
    "changes", [{"people": 4}, {"rates": [0.5, 0.0]}, {"rates": [1.5, 0.1]}, {"comparisons": 0}, {"unknown": 1}]
)
def test_figures_that_cannot_be_are_refused_at_the_border(changes: dict[str, object]) -> None:
    pack_with_curve()
    with pytest.raises(msgspec.ValidationError):
        pack_with_curve(**changes)


def test_figures_of_a_pack_become_its_curve() -> None:
    entry = pack_with_curve().singles
    assert entry is not None
    curve = decode_curve("p", entry)
    assert (curve.scores, curve.rates, curve.people, curve.floor) == ((0.1, 0.2), (0.5, 0.01), 50, 0.01)


@pytest.mark.parametrize(
    "changes",
    [{"scores": [0.2, 0.1]}, {"rates": [0.01, 0.5]}, {"scores": [0.1, 0.2, 0.3]}, {"scores": [], "rates": []}],
)
def test_a_curve_that_does_not_fall_is_refused(changes: dict[str, object]) -> None:
    entry = pack_with_curve(**changes).singles
    assert entry is not None
    with pytest.raises(ModelsError, match="damaged"):
        decode_curve("p", entry)


def test_a_group_of_fewer_than_five_people_is_no_group() -> None:
    with pytest.raises(msgspec.ValidationError):
        encode_cohort(np.ones((3, 4)), nearest=2, people_per_group=4)


vectors = arrays.arrays(np.float64, (6, 16), elements=st.floats(-1, 1, width=32)).filter(
    lambda drawn: bool((np.abs(drawn).max(axis=1) > 0.01).all())
)


@given(vectors)
def test_a_cohort_survives_being_written_down_as_small_numbers(drawn: np.ndarray) -> None:
    cohort = decode_cohort("p", encode_cohort(drawn, nearest=3, people_per_group=5), 16)
    found = np.array([np.frombuffer(group, "<f4") for group in cohort.groups])
    wanted = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert ((found * wanted).sum(axis=1) > 0.999).all()


@given(arrays.arrays(np.float16, (3, 8), elements=st.floats(0.5, 1, width=16)))
def test_half_floats_are_read_too(drawn: np.ndarray) -> None:
    entry = CohortEntry(
        nearest=1,
        people_per_group=5,
        encoding=CohortEncoding.FLOAT16,
        groups=base64.b64encode(drawn.astype("<f2").tobytes()).decode(),
    )
    assert len(decode_cohort("p", entry, 8).groups) == 3


@pytest.mark.parametrize(
    ("nearest", "content"),
    [
        pytest.param(1, "not base64!", id="not base64"),
        pytest.param(1, "", id="empty"),
        pytest.param(1, base64.b64encode(bytes(16)).decode(), id="a vector of zeros"),
        pytest.param(1, base64.b64encode(b"1" * 17).decode(), id="half a vector"),
        pytest.param(3, base64.b64encode(b"1" * 32).decode(), id="fewer groups than wanted"),
    ],
)
def test_a_damaged_cohort_is_refused(nearest: int, content: str) -> None:
    entry = CohortEntry(nearest=nearest, people_per_group=5, encoding=CohortEncoding.INT8, groups=content)
    with pytest.raises(ModelsError, match="damaged"):
        decode_cohort("p", entry, 16)


MISSES = {"rates": [0.1, 0.01], "missed": [0.0, 0.2], "low": [0.0, 0.1], "high": [0.1, 0.3]}


def misses(**changes: object) -> MissEntry:
    return msgspec.convert({**MISSES, "comparisons": 30, "people": 10, **changes}, MissEntry)


def test_what_bounds_overlook_is_read_as_it_was_measured() -> None:
    found = decode_misses("p", misses())

    assert (found.rates, found.missed, found.people) == ((0.1, 0.01), (0.0, 0.2), 10)


@pytest.mark.parametrize(
    "changes",
    [
        {"rates": [0.01, 0.1]},
        {"missed": [0.2, 0.0], "low": [0.0, 0.0], "high": [0.5, 0.5]},
        {"missed": [0.0, 0.05]},
        {"missed": [0.0]},
        {"rates": [], "missed": [], "low": [], "high": []},
    ],
)
def test_misses_that_cannot_be_are_a_damaged_pack(changes: dict[str, object]) -> None:
    with pytest.raises(ModelsError):
        decode_misses("p", misses(**changes))


@pytest.mark.parametrize("changes", [{"people": 4}, {"missed": [0.0, 1.2]}, {"rates": [0.0, 0.1]}, {"other": 1}])
def test_misses_that_nobody_can_mean_are_refused_at_the_border(changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        misses(**changes)


def test_both_packs_ship_what_their_bounds_overlook() -> None:
    for name in ("starter", "recommended"):
        card = models.load_pack(name)
        assert card.voice is not None
        for scale in (card.face, card.voice):
            assert scale.misses is not None
            assert scale.misses.people >= 5
            assert scale.misses.missed[0] <= scale.misses.missed[-1]
