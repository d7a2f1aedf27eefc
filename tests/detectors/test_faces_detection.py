from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.faces.detection import Picture, RawFace, Turn, detect_at, keep_strongest, turned, turned_back
from detectors.faces.mtcnn import crops, pyramid, squared
from detectors.faces.opening import FaceModels
from detectors.faces.search import FaceSearch, united
from tests.detectors.conftest import SESSIONS
from tests.detectors.scenes import StillFrame, face_at, portrait, scene


class BrightSpots:
    """Stands in for a detector: finds the brightest pixel, so that mapping back can be checked exactly."""

    family = "bright"

    def detect(self, rgb: Picture, min_face_px: float) -> list[RawFace]:
        y, x = np.unravel_index(int(rgb.sum(axis=2, dtype=np.int64).argmax()), rgb.shape[:2])
        return [RawFace(x - 1.5, y - 3.5, 4, 8, 0.9, np.full((5, 2), (x + 0.5, y + 0.5), np.float32))]


@pytest.mark.parametrize("turn", list(Turn))
@pytest.mark.parametrize("pad", [0.0, 0.25])
def test_a_face_found_in_a_turned_or_padded_picture_is_told_where_it_is_in_the_picture(turn: Turn, pad: float):
    picture = np.zeros((60, 100, 3), np.uint8)
    picture[20, 70] = 255

    (face,) = detect_at(BrightSpots(), picture, 100, 4, pad=pad, turn=turn)

    assert np.allclose(face.points, (70.5, 20.5))
    assert (face.width, face.height) == ((8, 4) if turn else (4, 8))
    assert face.x < 70.5 < face.x + face.width
    assert face.y < 20.5 < face.y + face.height


def test_turning_back_undoes_turning():
    picture = scene(100, 60)
    for turn in (Turn.QUARTER, Turn.THREE_QUARTERS):
        upright = turned(turned(picture, turn), Turn(4 - turn))
        assert np.array_equal(upright, picture)
    assert turned_back(face_at(1, 2), Turn.NONE, 100, 60).x == 1


def test_a_box_suppresses_what_it_overlaps_but_a_suppressed_one_does_not():
    boxes = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10], [50, 50, 60, 60]], np.float32)
    scores = np.array([0.9, 0.8, 0.7, 0.95], np.float32)

    assert keep_strongest(boxes, scores, 0.3).tolist() == [3, 0, 2]


def test_a_small_box_inside_a_large_one_is_suppressed_by_its_own_area():
    boxes = np.array([[0, 0, 100, 100], [10, 10, 20, 20]], np.float32)
    scores = np.array([0.9, 0.8], np.float32)

    assert len(keep_strongest(boxes, scores, 0.7)) == 2
    assert len(keep_strongest(boxes, scores, 0.7, of_smaller=True)) == 1


def test_no_boxes_are_no_problem():
    assert keep_strongest(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.3).size == 0
    assert united([], [face_at(0, 0)])[0].x == 0


def test_the_pyramid_shrinks_until_a_cell_covers_the_picture():
    scales = pyramid(640, 360, 20)

    assert scales[0] == pytest.approx(12 / 20)
    assert all(later == pytest.approx(earlier * 0.709) for earlier, later in pairwise(scales))
    assert 12 <= 360 * scales[-1] < 12 / 0.709**2


def test_proposals_grow_to_squares_about_their_centres():
    assert squared(np.array([[0, 0, 10, 20, 0.5]], np.float32)).tolist() == [[-5, 0, 15, 20, 0.5]]


def test_a_crop_beyond_the_edge_is_empty_there():
    picture = np.ones((20, 20, 3), np.float32)

    crop = crops(picture, np.array([[-10, 0, 10, 20]], np.float32), 24)[0]

    assert crop.shape == (3, 24, 24)
    assert crop[:, :, :11].max() == 0
    assert crop[:, :23, 13:].min() == 1


def test_each_pack_finds_the_face_of_the_portrait_and_its_points(face_models: FaceModels):
    picture = portrait()

    (face,) = face_models.detector.detect(picture, 40)

    eye_left, eye_right, nose, mouth_left, mouth_right = face.points
    assert 150 < face.x < 200
    assert 75 < face.size < 110
    assert eye_left[0] < nose[0] < eye_right[0]
    assert eye_left[1] < nose[1] < mouth_left[1]
    assert mouth_left[0] < mouth_right[0]
    assert np.hypot(*(nose - (222, 126))) < 8


def test_faces_below_the_wanted_size_are_left_out(face_models: FaceModels):
    assert face_models.detector.detect(portrait(), 150) == []


def test_clouds_and_noise_hold_no_face(face_models: FaceModels):
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)

    assert FaceSearch(face_models.detector, 20).find(StillFrame(scene(640, 360))) == []
    assert FaceSearch(face_models.detector, 20).find(StillFrame(noise)) == []


def test_a_portrait_on_its_side_is_found_where_it_lies(face_models: FaceModels):
    lying = np.ascontiguousarray(np.rot90(portrait()))
    (upright,) = FaceSearch(face_models.detector, 20).find(StillFrame(portrait()))

    faces = FaceSearch(face_models.detector, 20).find(StillFrame(lying))

    best = max(faces, key=lambda face: face.score)
    expected = np.stack([upright.points[:, 1], 512 - upright.points[:, 0]], axis=1)
    assert np.abs(best.points - expected).max() < 4


def test_a_small_inset_beside_a_large_face_is_found(face_models: FaceModels):
    picture = scene(1920, 1080, (portrait(1024), 50, 30), (portrait(260), 1500, 700))

    faces = FaceSearch(face_models.detector, 20).find(StillFrame(picture))

    assert sorted(face.x > 1400 for face in faces) == [False, True]


def test_a_face_that_fills_the_picture_is_found_with_a_border(face_models: FaceModels):
    tight = np.ascontiguousarray(portrait()[62:178, 170:274])

    faces = FaceSearch(face_models.detector, 20, still=True).find(StillFrame(tight))

    assert len(faces) == 1
    assert faces[0].size > 60


def test_yunet_gives_what_opencv_gives(recommended_faces: tuple[str, str, Path], test_models: Path):
    file = next(test_models.glob("face_detection_yunet_*.onnx"))
    picture = scene(704, 480, (portrait(300), 10, 20), (portrait(200), 400, 100))
    reference = cv2.FaceDetectorYN.create(str(file), "", (704, 480), 0.6, 0.3)
    rows = reference.detect(np.ascontiguousarray(picture[:, :, ::-1]))[1]

    faces = SESSIONS.faces(*recommended_faces, 2).detector.detect(picture, 0)

    ours = [[face.x, face.y, face.width, face.height, *face.points.ravel(), face.score] for face in faces]
    assert np.abs(np.array(ours) - rows[np.argsort(-rows[:, 14])]).max() < 1e-2
