"""SFace through our own sessions beside OpenCV's own class for it, `cv2.FaceRecognizerSF`.

The published file may not be had here; a network made for the test has its signature, and answers to colours, scale and
crop alike.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

import models
from detectors.faces.detection import Floats, Picture, RawFace
from detectors.faces.embedding import FaceEmbedder, normalised
from detectors.faces.opening import Sessions
from tests.detectors.brought import put_embedder, put_scrfd
from tests.detectors.scenes import portrait, scene
from tests.models.insightface_packages import scrfd, sface, template

SAME_COSINE = 0.9999


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> FaceEmbedder:
    """Return our embedder of the file, without the mirror image, which OpenCV leaves out."""
    store = tmp_path_factory.mktemp("sface")
    put_scrfd(store, "tiny", scrfd())
    put_embedder(store, "sface", sface(), dimension=128, max_batch=1, scaled=False)
    return replace(Sessions().faces("tiny", "sface", store, 2).embedder, mirrored=False)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> cv2.FaceRecognizerSF:
    file = tmp_path_factory.mktemp("opencv") / "face_recognition_sface_2021dec.onnx"
    file.write_bytes(sface())
    return cv2.FaceRecognizerSF.create(str(file), "")


def a_face(side_px: float, left: float, top: float, turn: float) -> RawFace:
    """Return a face whose eyes, nose and mouth lie as in an upright crop, turned by so many radians."""
    points = (np.array(template(112)) - 56) * side_px / 112
    way = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    # As of a detector: none of the points is quite where a template has it.
    moved = (
        points @ way.T + (left + side_px / 2, top + side_px / 2) + np.array([[0, 1], [1, 0], [-1, 1], [0, 0], [1, 1]])
    )
    return RawFace(left, top, side_px, side_px, 0.9, moved.astype(np.float32))


def opencv_feature(recognizer: cv2.FaceRecognizerSF, picture: Picture, face: RawFace) -> tuple[Picture, Floats]:
    """Return OpenCV's crop, RGB, and its feature of a face, as a unit vector."""
    row = np.array([face.x, face.y, face.width, face.height, *face.points.ravel(), face.score], np.float32)
    crop = recognizer.alignCrop(np.ascontiguousarray(picture[:, :, ::-1]), row[None])
    feature = recognizer.feature(crop)
    return np.asarray(crop[:, :, ::-1], np.uint8), normalised(np.asarray(feature, np.float32))[0]


FACES = [a_face(150, 140, 40, 0.0), a_face(112, 60, 200, 0.3), a_face(90, 250, 150, -0.5), a_face(200, 150, 250, 0.1)]


@pytest.mark.parametrize("face", FACES)
def test_a_face_has_the_feature_that_opencv_gives_it(face: RawFace, ours: FaceEmbedder, theirs: cv2.FaceRecognizerSF):
    picture = portrait(512)
    crop, feature = opencv_feature(theirs, picture, face)

    own_crop = ours.crop(picture, face.points)
    (own,) = ours.embed([own_crop])

    assert np.abs(own_crop.astype(int) - crop).mean() < 1
    assert float(own @ feature) >= SAME_COSINE


def test_colours_in_the_wrong_order_would_show(ours: FaceEmbedder, theirs: cv2.FaceRecognizerSF):
    picture = scene(400, 400)
    _crop, feature = opencv_feature(theirs, picture, FACES[0])

    (own,) = ours.embed([ours.crop(np.ascontiguousarray(picture[:, :, ::-1]), FACES[0].points)])

    assert float(own @ feature) < 0.99


def test_the_catalogue_says_of_sface_what_was_compared_here(ours: FaceEmbedder):
    manifest = models.load_manifest("sface-2021dec")

    assert manifest.input == ours.contract
    assert manifest.embedding is not None
    assert manifest.embedding.dimension == ours.dimension
    assert np.allclose(manifest.alignment_for("yunet").points_px, ours.template)
