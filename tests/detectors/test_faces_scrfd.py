"""Models that people bring: SCRFD files of every kind find faces, embedders of any size tell them apart, all mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from countenance.errors import ModelsError
from detectors.faces.detection import Floats, Picture, detect_at
from detectors.faces.opening import FaceModels, Sessions
from detectors.faces.scrfd import Scrfd
from detectors.faces.search import PLANS, FaceSearch
from detectors.faces.support import SUPPORT
from models import InputContract
from models.contracts import Colour
from tests.detectors.brought import put_embedder, put_scrfd
from tests.detectors.scenes import StillFrame, portrait, scene
from tests.models.insightface_packages import arcface, scrfd, sface, working_arcface, working_scrfd

GREY = 127.5
CONTRACT = InputContract(colour=Colour.RGB, mean=(GREY, GREY, GREY), scale=1 / 128, multiple_px=32, padding=-GREY / 128)
FIXED = InputContract(colour=Colour.RGB, mean=(GREY, GREY, GREY), scale=1 / 128, size_px=64, padding=-GREY / 128)
BLACK = np.zeros((64, 64, 3), np.uint8)


class Planted:
    """Stands in for a network: faces are planted into its answers, so that where they come out is known exactly."""

    def __init__(self, strides: tuple[int, ...] = (8, 16, 32), anchors: int = 2, *, batched: bool = False) -> None:
        self.strides, self.anchors, self.batched = strides, anchors, batched
        self.faces: list[tuple[int, int, int, int, float, float]] = []
        self.seen: list[Floats] = []

    def plant(self, stride: int, column: int, row: int, score: float, reach: float = 1.0, anchor: int = 0) -> Planted:
        """Plant a face in one cell whose box reaches so many strides to all sides."""
        self.faces.append((stride, column, row, anchor, score, reach))
        return self

    def __call__(self, blob: Floats) -> tuple[Floats, ...]:
        self.seen.append(blob)
        height, width = blob.shape[2:]
        answers = [
            [np.zeros((height // s * (width // s) * self.anchors, columns), np.float32) for s in self.strides]
            for columns in (1, 4, 10)
        ]
        for stride, column, row, anchor, score, reach in self.faces:
            at = self.strides.index(stride)
            cell = (row * (width // stride) + column) * self.anchors + anchor
            answers[0][at][cell] = score
            answers[1][at][cell] = reach
            answers[2][at][cell] = np.arange(10) / 10
        flat = [answer for kind in answers for answer in kind]
        return tuple(answer[None] if self.batched else answer for answer in flat)


def corners(face) -> tuple[float, float, float, float]:
    return face.x, face.y, face.x + face.width, face.y + face.height


@pytest.mark.parametrize("batched", [False, True])
def test_a_cell_reaches_from_its_corner_by_its_distances_in_strides(batched: bool):
    network = Planted(batched=batched).plant(16, column=2, row=1, score=0.9, reach=1.5, anchor=1)

    (face,) = Scrfd(network, CONTRACT, "scrfd").detect(BLACK, 0)

    assert corners(face) == pytest.approx((32 - 24, 16 - 24, 32 + 24, 16 + 24))
    assert face.score == pytest.approx(0.9)
    expected = np.array([32, 16]) + 16 * np.arange(10).reshape(5, 2) / 10
    assert np.allclose(face.points, expected, atol=1e-5)


def test_five_strides_have_one_anchor_a_cell():
    network = Planted((8, 16, 32, 64, 128), anchors=1).plant(128, column=1, row=0, score=0.8)

    (face,) = Scrfd(network, CONTRACT, "scrfd").detect(np.zeros((128, 256, 3), np.uint8), 0)

    assert corners(face) == pytest.approx((0, -128, 256, 128))


def test_outputs_are_told_apart_by_their_shapes_whatever_their_order():
    network = Planted().plant(8, column=3, row=3, score=0.9).plant(32, column=1, row=1, score=0.8)
    in_order = Scrfd(network, CONTRACT, "scrfd").detect(BLACK, 0)

    mixed = Scrfd(lambda blob: network(blob)[::-1], CONTRACT, "scrfd").detect(BLACK, 0)

    assert [corners(face) for face in mixed] == [corners(face) for face in in_order]


def test_a_picture_is_padded_with_black_and_found_where_it_is():
    network = Planted().plant(8, column=2, row=2, score=0.9)
    white = np.full((50, 70, 3), 255, np.uint8)

    (face,) = Scrfd(network, CONTRACT, "scrfd").detect(white, 0)

    (blob,) = network.seen
    assert blob.shape == (1, 3, 64, 96)
    assert blob[0, :, 50:, :].max() == blob[0, :, :, 70:].max() == pytest.approx(-GREY / 128)
    assert blob[0, :, :50, :70].min() == pytest.approx(GREY / 128)
    assert corners(face) == pytest.approx((8, 8, 24, 24))


@pytest.mark.parametrize(("width", "height", "scale"), [(128, 100, 0.5), (32, 16, 2.0), (64, 64, 1.0), (50, 128, 0.5)])
def test_a_file_with_a_size_of_its_own_is_given_the_picture_in_its_upper_left_corner(width, height, scale):
    network = Planted().plant(8, column=1, row=1, score=0.9)

    (face,) = Scrfd(network, FIXED, "scrfd").detect(np.full((height, width, 3), 255, np.uint8), 0)

    (blob,) = network.seen
    assert blob.shape == (1, 3, 64, 64)
    white = blob[0, 0] > 0
    assert (white.any(axis=0).sum(), white.any(axis=1).sum()) == (int(width * scale), int(height * scale))
    assert white[0, 0]
    assert corners(face) == pytest.approx((0, 0, 16 / scale, 16 / scale))
    assert face.points[4] == pytest.approx((8 + 6.4, 8 + 7.2) / np.float32(scale))


def test_boxes_are_counted_to_their_last_pixel_when_they_overlap():
    """The inner box has 36 % of the outer one's area; to the last pixel 39 % where it is large, 46 % where small."""
    large = Planted().plant(8, 2, 2, score=0.9, reach=1.0).plant(8, 2, 2, score=0.8, reach=0.6, anchor=1)
    small = Planted().plant(8, 2, 2, score=0.9, reach=0.25).plant(8, 2, 2, score=0.8, reach=0.15, anchor=1)

    assert len(Scrfd(large, CONTRACT, "scrfd").detect(BLACK, 0)) == 2
    assert len(Scrfd(small, CONTRACT, "scrfd").detect(BLACK, 0)) == 1


def test_doubtful_and_small_faces_are_left_out():
    network = Planted().plant(8, column=1, row=1, score=0.49).plant(16, column=2, row=2, score=0.5)

    (face,) = Scrfd(network, CONTRACT, "scrfd").detect(BLACK, 0)

    assert face.width == 32
    assert Scrfd(network, CONTRACT, "scrfd").detect(BLACK, 33) == []


def test_numbers_that_are_none_and_scores_above_one_do_no_harm():
    network = Planted().plant(8, column=1, row=1, score=0.9, reach=float("nan")).plant(16, column=2, row=2, score=7.0)

    (face,) = Scrfd(network, CONTRACT, "scrfd").detect(BLACK, 0)

    assert face.score == 1.0
    assert face.width == 32


def test_a_file_that_takes_every_cell_for_a_face_is_cut_short():
    def everywhere(blob: Floats) -> tuple[Floats, ...]:
        return tuple(np.ones_like(answer) * (0.9 if answer.shape[1] == 1 else 0.01) for answer in Planted()(blob))

    faces = Scrfd(everywhere, CONTRACT, "scrfd").detect(np.zeros((640, 640, 3), np.uint8), 0)

    assert 0 < len(faces) <= 5000


@pytest.mark.parametrize("outputs", [6, 10])
def test_a_file_without_points_is_refused_with_a_sentence(outputs: int, tmp_path: Path):
    name = put_scrfd(tmp_path, "no-points", scrfd(outputs), multiple_px=128)
    embedder = put_embedder(tmp_path, "tiny", arcface())
    detector = Sessions().faces(name, embedder, tmp_path, 1).detector

    with pytest.raises(ModelsError, match="“no-points” finds faces, but not their eyes, nose and mouth") as caught:
        detector.detect(portrait(256), 0)

    assert caught.value.remedy


@pytest.mark.parametrize(
    "answer",
    [
        lambda outputs: outputs[:8],
        lambda outputs: (),
        lambda outputs: (*outputs[:8], outputs[8][:, :9]),
        lambda outputs: (outputs[0][:-1], *outputs[1:]),
        lambda outputs: (outputs[0].reshape(-1), *outputs[1:]),
        lambda outputs: (np.stack([outputs[0]] * 2), *outputs[1:]),
    ],
)
def test_what_does_not_answer_as_an_scrfd_is_refused_with_a_sentence(answer):
    network = Planted()

    with pytest.raises(ModelsError, match="“odd” does not answer as a face detector of its kind"):
        Scrfd(lambda blob: answer(network(blob)), CONTRACT, "odd").detect(BLACK, 0)


def test_scrfd_has_a_plan_and_rules_of_its_own():
    assert Scrfd.family in PLANS
    assert Scrfd.family in SUPPORT


@pytest.fixture(scope="module")
def brought(test_models: Path, recommended_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a working SCRFD and ArcFace, and YuNet and retail-0095 besides."""
    store = tmp_path_factory.mktemp("brought")
    for name in ("yunet", "retail-0095"):
        (store / name).symlink_to(recommended_store / name, target_is_directory=True)
    put_scrfd(store, "my-scrfd", working_scrfd(test_models))
    put_embedder(store, "my-arcface", working_arcface(test_models), dimension=256)
    put_embedder(store, "my-sface", sface(), dimension=128, max_batch=1, scaled=False)
    return store


MIXTURES = [("my-scrfd", "my-arcface"), ("my-scrfd", "retail-0095"), ("yunet", "my-arcface"), ("my-scrfd", "my-sface")]


@pytest.mark.parametrize(("detector", "embedder"), MIXTURES)
def test_each_detector_works_with_each_embedder(detector: str, embedder: str, brought: Path):
    models = Sessions().faces(detector, embedder, brought, 2)

    found = told(models, portrait(512))

    assert found.shape == (1, models.embedder.dimension)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
    assert [stamp.name for stamp in models.stamps()] == [detector, embedder]


def test_scrfd_works_with_dlib(brought: Path, starter_store: Path):
    (brought / "dlib-resnet").symlink_to(starter_store / "dlib-resnet", target_is_directory=True)

    assert told(Sessions().faces("my-scrfd", "dlib-resnet", brought, 2), portrait(512)).shape == (1, 128)


def test_mtcnn_works_with_sface(starter_store: Path, tmp_path: Path):
    (tmp_path / "mtcnn").symlink_to(starter_store / "mtcnn", target_is_directory=True)
    put_embedder(tmp_path, "my-sface", sface(), dimension=128, max_batch=1, scaled=False)

    assert told(Sessions().faces("mtcnn", "my-sface", tmp_path, 2), portrait(512)).shape == (1, 128)


def test_the_working_pair_knows_the_portrait_at_another_size_and_in_a_mirror(brought: Path):
    models = Sessions().faces("my-scrfd", "my-arcface", brought, 2)
    mirrored = np.ascontiguousarray(portrait(512)[:, ::-1])

    one, other, flipped = (told(models, picture)[0] for picture in (portrait(512), portrait(380), mirrored))

    assert one @ other > 0.9
    assert one @ flipped > 0.9


def test_the_search_finds_with_scrfd_what_it_finds_with_yunet(brought: Path):
    picture = scene(1920, 1080, (portrait(1024), 50, 30), (portrait(260), 1500, 700))
    frame = StillFrame(picture)

    faces, others = (
        FaceSearch(Sessions().faces(detector, "retail-0095", brought, 2).detector, 20).find(frame)
        for detector in ("my-scrfd", "yunet")
    )

    assert len(faces) == len(others) == 2
    for face, other in zip(faces, others, strict=True):
        assert np.abs(face.points - other.points).max() < 1


def test_a_slow_network_is_heard_of_before_each_look():
    looks: list[str] = []

    def slow(blob: Floats) -> tuple[Floats, ...]:
        looks.append("looked")
        return Planted()(blob)

    search = FaceSearch(Scrfd(slow, CONTRACT, "scrfd"), 20, on_look=lambda: looks.append("said"))

    assert search.find(StillFrame(scene(1280, 720))) == []
    assert looks == ["said", "looked"] * 5


@pytest.mark.parametrize(
    ("side_px", "dimension", "batch"), [(112, 512, "None"), (112, 512, 1), (128, 256, "None"), (224, 1024, 1)]
)
def test_embedders_of_any_size_dimension_and_batch_embed_many_faces_at_once(side_px, dimension, batch, tmp_path: Path):
    content = arcface(side_px=side_px, dimension=dimension, batch=batch)
    most = 1 if batch == 1 else 8
    put_embedder(tmp_path, "any", content, side_px=side_px, dimension=dimension, max_batch=most)
    put_scrfd(tmp_path, "tiny", scrfd())
    embedder = Sessions().faces("tiny", "any", tmp_path, 1).embedder
    crops = list(np.random.default_rng(0).integers(0, 256, (11, side_px, side_px, 3), dtype=np.uint8))

    together = embedder.embed(crops)

    assert together.shape == (11, dimension)
    alone = np.concatenate([embedder.embed([crop]) for crop in crops])
    assert np.abs(together - alone).max() < 1e-5


def test_an_answer_of_another_shape_but_as_many_numbers_is_taken(tmp_path: Path):
    plain = arcface(batch=1)
    shaped = onnx.load_model_from_string(plain)
    shaped.graph.node.append(helper.make_node("Reshape", ["683", "shape"], ["684"]))
    shaped.graph.initializer.append(numpy_helper.from_array(np.array([512], np.int64), "shape"))
    del shaped.graph.output[:]
    shaped.graph.output.append(helper.make_tensor_value_info("684", TensorProto.FLOAT, [512]))
    put_scrfd(tmp_path, "tiny", scrfd())
    put_embedder(tmp_path, "plain", plain, max_batch=1)
    put_embedder(tmp_path, "shaped", shaped.SerializeToString(), max_batch=1)
    crops = list(np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), dtype=np.uint8))

    one, other = (Sessions().faces("tiny", name, tmp_path, 1).embedder.embed(crops) for name in ("plain", "shaped"))

    assert np.array_equal(one, other)


@pytest.mark.parametrize("content", [arcface(dimension=128), scrfd(side_px=112)])
def test_an_embedder_with_other_numbers_than_its_manifest_says_is_refused(content: bytes, tmp_path: Path):
    put_scrfd(tmp_path, "tiny", scrfd())
    put_embedder(tmp_path, "other", content, max_batch=1)
    embedder = Sessions().faces("tiny", "other", tmp_path, 1).embedder

    with pytest.raises(ModelsError, match="“other” does not give the 512 numbers for each face"):
        embedder.embed([np.zeros((112, 112, 3), np.uint8)])


def told(models: FaceModels, picture: Picture) -> Floats:
    """Return the embeddings of the faces of a picture."""
    faces = detect_at(models.detector, picture, 640, 20)
    return models.embedder.embed([models.embedder.crop(picture, face.points) for face in faces])
