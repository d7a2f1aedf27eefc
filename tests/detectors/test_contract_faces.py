"""A description that is wrong is told from the right one, of models whose answers nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from countenance.wire_models import Doubt, Prove
from detectors import known_faces, proving
from detectors.contract_faces import try_detector, try_embedder
from detectors.faces.alignment import REFERENCE_TEMPLATE
from detectors.known_faces import KnownFace
from models import ModelManifest, ModelSession, open_unproved
from models.contracts import Colour
from models.manifests import Alignment, Template
from tests.detectors.brought import put_embedder, put_scrfd
from tests.models.insightface_packages import (
    DETECTION,
    RECOGNITION,
    arcface,
    scrfd,
    template,
    working_files,
)

GREY = (127.5, 127.5, 127.5)
NONE = (0.0, 0.0, 0.0)


def nothing() -> None:
    """Take note of nothing."""


@pytest.fixture(scope="module")
def brought(test_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with YuNet as an SCRFD and retail-0095 as an ArcFace: all but InsightFace's own weights."""
    store = tmp_path_factory.mktemp("brought")
    files = working_files(test_models)
    put_scrfd(store, "their-scrfd", files[DETECTION])
    put_embedder(store, "their-arcface", files[RECOGNITION], dimension=256)
    return store


def described(session: ModelSession, wrong: Callable[[ModelManifest], ModelManifest]) -> ModelSession:
    return session.under(wrong(session.manifest))


def pictures(**fields: object) -> Callable[[ModelManifest], ModelManifest]:
    return lambda manifest: msgspec.structs.replace(
        manifest, pictures=msgspec.structs.replace(manifest.input, **fields)
    )


def swapped(manifest: ModelManifest) -> ModelManifest:
    other = Colour.RGB if manifest.input.colour is Colour.BGR else Colour.BGR
    return pictures(colour=other)(manifest)


def cut_as(points: np.ndarray, side: int) -> Callable[[ModelManifest], ModelManifest]:
    def wrong(manifest: ModelManifest) -> ModelManifest:
        assert manifest.embedding is not None
        assert manifest.input.size_px is not None
        moved = msgspec.convert((points / side * manifest.input.size_px).tolist(), Template)
        alignment = {"any": Alignment(name="wrong", points_px=moved)}
        return msgspec.structs.replace(
            manifest, embedding=msgspec.structs.replace(manifest.embedding, alignment=alignment)
        )

    return wrong


DLIBS = np.array([(47.45, 45.98), (101.08, 45.63), (74.40, 77.73), (51.78, 101.37), (98.04, 101.35)])
EMBEDDERS = ["retail-0095", "dlib-resnet", "their-arcface"]
DETECTORS = ["yunet", "their-scrfd"]


@pytest.fixture
def session(request: pytest.FixtureRequest) -> ModelSession:
    """Return a model on its own, unproved."""
    stores = {"retail-0095": "recommended_store", "yunet": "recommended_store", "dlib-resnet": "starter_store"}
    return open_unproved(request.param, request.getfixturevalue(stores.get(request.param, "brought")))


class TestEmbedders:
    """The faces of a known person, and of somebody else with the same clothes and light."""

    @pytest.mark.parametrize("session", EMBEDDERS, indirect=True)
    def test_the_right_description_holds(self, session: ModelSession) -> None:
        found = try_embedder(session, nothing)

        assert found.doubt is Doubt.NONE, found.details

    @pytest.mark.parametrize("session", EMBEDDERS, indirect=True)
    def test_red_and_blue_the_other_way_round_are_noticed(self, session: ModelSession) -> None:
        found = try_embedder(described(session, swapped), nothing)

        assert found.doubt is Doubt.COLOURS, found.details

    @pytest.mark.parametrize("session", ["retail-0095", "dlib-resnet"], indirect=True)
    @pytest.mark.parametrize("wrong", [pictures(scale=1 / 255), pictures(mean=GREY, scale=1 / 127.5)])
    def test_another_range_of_numbers_is_noticed(
        self, session: ModelSession, wrong: Callable[[ModelManifest], ModelManifest]
    ) -> None:
        found = try_embedder(described(session, wrong), nothing)

        assert found.doubt in (Doubt.KNOWN, Doubt.VALUES), found.details

    @pytest.mark.parametrize("session", ["their-arcface"], indirect=True)
    @pytest.mark.parametrize(
        "wrong",
        [pictures(mean=NONE, scale=1.0), pictures(mean=NONE, scale=1 / 255), pictures(mean=NONE), pictures(scale=1.0)],
        ids=["0-255", "0-1", "mean not taken off", "not scaled"],
    )
    def test_an_arcface_given_other_numbers_is_noticed(
        self, session: ModelSession, wrong: Callable[[ModelManifest], ModelManifest]
    ) -> None:
        found = try_embedder(described(session, wrong), nothing)

        assert found.doubt in (Doubt.KNOWN, Doubt.VALUES), found.details

    @pytest.mark.parametrize(
        ("session", "points", "side"),
        [
            ("retail-0095", DLIBS, 150),
            ("dlib-resnet", REFERENCE_TEMPLATE, 112),
            ("their-arcface", DLIBS, 150),
        ],
        indirect=["session"],
    )
    def test_faces_cut_out_in_another_place_are_noticed(
        self, session: ModelSession, points: np.ndarray, side: int
    ) -> None:
        found = try_embedder(described(session, cut_as(points, side)), nothing)

        assert found.doubt is Doubt.PLACE, found.details

    def test_a_network_that_knows_nobody_is_noticed(self, tmp_path: Path) -> None:
        put_embedder(tmp_path, "drawn", arcface())

        found = try_embedder(open_unproved("drawn", tmp_path), nothing)

        assert found.doubt is Doubt.KNOWN, found.details


class TestDetectors:
    """The one face of a portrait, whose place is known."""

    @pytest.mark.parametrize("session", [*DETECTORS], indirect=True)
    def test_the_right_description_holds(self, session: ModelSession) -> None:
        found = try_detector(session, nothing)

        assert found.doubt is Doubt.NONE, found.details

    @pytest.mark.parametrize("session", DETECTORS, indirect=True)
    def test_red_and_blue_the_other_way_round_are_noticed(self, session: ModelSession) -> None:
        found = try_detector(described(session, swapped), nothing)

        assert found.doubt is Doubt.COLOURS, found.details

    @pytest.mark.parametrize(
        ("session", "wrong"),
        [
            ("yunet", pictures(scale=1 / 255)),
            ("yunet", pictures(mean=GREY, scale=1 / 128)),
            ("their-scrfd", pictures(mean=NONE, scale=1.0)),
            ("their-scrfd", pictures(mean=NONE)),
        ],
        indirect=["session"],
    )
    def test_another_range_of_numbers_is_noticed(
        self, session: ModelSession, wrong: Callable[[ModelManifest], ModelManifest]
    ) -> None:
        found = try_detector(described(session, wrong), nothing)

        assert found.doubt in (Doubt.KNOWN, Doubt.VALUES), found.details

    def test_mtcnn_whose_description_is_part_of_the_program_finds_the_face(self, starter_store: Path) -> None:
        found = try_detector(open_unproved("mtcnn", starter_store), nothing)

        assert found.doubt is Doubt.NONE, found.details

    def test_a_network_that_finds_nobody_is_noticed(self, tmp_path: Path) -> None:
        put_scrfd(tmp_path, "drawn", scrfd())

        found = try_detector(open_unproved("drawn", tmp_path), nothing)

        assert found.doubt is Doubt.KNOWN, found.details


class TestProving:
    """What the parent is told of each model."""

    def test_each_model_of_a_pack_answers_on_its_own(self, starter_store: Path) -> None:
        names = ("mtcnn", "dlib-resnet", "silero-vad", "ge2e")
        asked: list[str] = []

        proved = proving.prove(
            Prove(names=names, models=str(starter_store), contracts=True, runs=2),
            lambda step, *_rest: asked.append(step),
        )

        assert [(proof.name, proof.doubt) for proof in proved.models] == [(name, Doubt.NONE) for name in names]
        assert all(proof.run_s > 0 and proof.load_s > 0 and proof.answers for proof in proved.models)
        assert set(asked) == {"testing"}

    @pytest.mark.parametrize("numbers", [(), (1.0, float("nan"), 2.0), (3.0, 3.0, 3.0)], ids=str)
    def test_a_network_without_usable_numbers_is_noticed(self, numbers: tuple[float, ...]) -> None:
        assert proving._of_answers({"network": {"output": numbers}}).doubt is Doubt.ANSWERS
        assert proving._of_answers({"network": {"output": (1.0, 2.0)}}).doubt is Doubt.NONE


def test_copies_show_the_face_where_their_points_say(recommended_store: Path) -> None:
    session = open_unproved("yunet", recommended_store)
    from detectors.faces.opening import face_detector

    detector = face_detector(session)
    faces: tuple[KnownFace, ...] = (known_faces.portrait(), *known_faces.copies(), *known_faces.others())
    for face in faces:
        (found,) = detector.detect(face.picture, 16)
        eyes = float(np.linalg.norm(face.points[1] - face.points[0]))
        assert np.abs(found.points - face.points).max() < 0.35 * eyes


def test_the_places_of_arcfaces_points_are_one_table() -> None:
    np.testing.assert_allclose(template(112), REFERENCE_TEMPLATE, atol=1e-4)
