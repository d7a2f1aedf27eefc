"""Our run of an InsightFace package beside the `insightface` library's own run of the same folder.

Fed a picture of the size that the networks see, detections are the same, and so are embeddings of faces by the same
points. Where a picture has another size the library scales it bilinearly to its square and we shrink it by areas, and
beyond a picture's edge the library sees black and we the edge: there the difference is bounded, not nil.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.faces.alignment import Points, similarity
from detectors.faces.detection import Floats, Picture, RawFace, detect_at
from detectors.faces.opening import FaceModels, Sessions
from tests.detectors.brought import bring_package
from tests.detectors.scenes import portrait, scene
from tests.models.insightface_packages import (
    DETECTION,
    RECOGNITION,
    arcface,
    legacy_folder,
    manifest_folder,
    scrfd,
    template,
    working_files,
)

app = pytest.importorskip("insightface.app", reason="The library insightface is not installed.")

pytestmark = pytest.mark.filterwarnings("ignore:`estimate` is deprecated:FutureWarning")

SIDE = 640
SAME_PX = 1e-3
SAME_COSINE = 0.9999
Rows = NDArray[np.float32]


def original(folder: Path) -> Any:
    """Return the library, which reads the folder by itself."""
    analysis = app.FaceAnalysis(name=str(folder), providers=["CPUExecutionProvider"])
    analysis.prepare(ctx_id=-1, det_size=(SIDE, SIDE))
    return analysis


def opened(folder: Path, store: Path) -> FaceModels:
    """Return our run of the same folder, brought into a store."""
    detector, embedder = bring_package(folder, store).models
    return Sessions().faces(detector, embedder, store, 2)


def rows_of(found: list[RawFace]) -> Rows:
    """Return left, top, right, bottom, score and points of our faces."""
    parts = [[f.x, f.y, f.x + f.width, f.y + f.height, f.score, *f.points.ravel()] for f in found]
    return np.array(parts, np.float32).reshape(-1, 15)


def rows_of_original(analysis: Any, rgb: Picture) -> Rows:
    """Return the same of the library's."""
    boxes, points = analysis.det_model.detect(np.ascontiguousarray(rgb[:, :, ::-1]))
    return np.concatenate([boxes, points.reshape(len(boxes), 10)], axis=1)


def embedded(models: FaceModels, rgb: Picture, points: list[Points]) -> Floats:
    """Return our embeddings by given points, without the mirror image, which the library leaves out."""
    alone = replace(models.embedder, mirrored=False)
    return alone.embed([alone.crop(rgb, one) for one in points])


def embedded_by_original(analysis: Any, rgb: Picture) -> tuple[list[Points], Floats]:
    """Return the library's points and embeddings, made unit vectors, of the faces of a picture."""
    faces = analysis.get(np.ascontiguousarray(rgb[:, :, ::-1]))
    return [face.kps for face in faces], np.array([face.normed_embedding for face in faces])


def in_a_square(rgb: Picture) -> Picture:
    """Return the picture, at half the size that the networks see, in the middle of a black square of that size."""
    scale = SIDE / 2 / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[SIDE // 4 :, SIDE // 4 :][: small.shape[0], : small.shape[1]] = small
    return square


def lies_inside(rgb: Picture, points: Points) -> bool:
    """Tell whether the 112 px crop of a face shows nothing beyond the picture, and is no shrinking by half."""
    matrix = similarity(points, np.array(template(112), np.float32))
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    corners = (np.array([[0, 0, 1], [112, 0, 1], [0, 112, 1], [112, 112, 1]]) @ back.T)[:, :2]
    height, width = rgb.shape[:2]
    inside = corners.min() >= 0 and corners[:, 0].max() < width and corners[:, 1].max() < height
    return bool(inside and np.hypot(*matrix[:, 0]) >= 0.5)


KINDS = {
    "as det_10g": scrfd(),
    "with a leading axis": scrfd(batched=True),
    "five strides": scrfd(15),
    "five strides, leading axis": scrfd(15, batched=True),
    "fixed size": scrfd(side_px=SIDE),
}


@pytest.mark.parametrize("kind", KINDS)
def test_detections_are_the_librarys_own(kind: str, tmp_path: Path):
    folder = legacy_folder(tmp_path / "package", {DETECTION: KINDS[kind], RECOGNITION: arcface()})
    models = opened(folder, tmp_path / "store")
    picture = scene(SIDE, SIDE, (portrait(420), 10, 20), (portrait(200), 430, 400))

    ours = rows_of(models.detector.detect(picture, 0))

    theirs = rows_of_original(original(folder), picture)
    assert len(theirs) > 20
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= SAME_PX


@pytest.mark.parametrize(("width", "height"), [(1000, 700), (300, 640), (200, 200)])
def test_a_file_with_a_size_of_its_own_is_shown_each_picture_as_the_library_shows_it(width, height, tmp_path: Path):
    """Shrinking differs (areas and bilinear), so the pictures are smooth: there both give nearly the same."""
    folder = legacy_folder(tmp_path / "package", {DETECTION: scrfd(side_px=SIDE), RECOGNITION: arcface()})
    models = opened(folder, tmp_path / "store")
    picture = scene(width, height, seed=3)

    ours = rows_of(models.detector.detect(picture, 0))

    theirs = rows_of_original(original(folder), picture)
    assert len(ours) > 20
    nearest = np.abs(theirs[:, None, :4] - ours[None, :, :4]).max(axis=2).min(axis=1)
    assert (nearest < 0.02 * max(width, height)).mean() > 0.95


@pytest.mark.parametrize(("side_px", "dimension", "batch"), [(112, 512, "None"), (112, 512, 1), (128, 256, "None")])
def test_embeddings_by_the_same_points_are_the_librarys_own(side_px, dimension, batch, tmp_path: Path):
    recognition = arcface(side_px=side_px, dimension=dimension, batch=batch)
    folder = manifest_folder(tmp_path / "package", None, recognition)
    analysis, models = original(folder), opened(folder, tmp_path / "store")
    picture = portrait(SIDE)
    points, theirs = embedded_by_original(analysis, picture)
    inside = [at for at, one in enumerate(points) if lies_inside(picture, one)]

    ours = embedded(models, picture, [points[at] for at in inside])

    assert len(inside) >= 3
    assert (ours * theirs[inside]).sum(axis=1).min() >= SAME_COSINE


@pytest.fixture(scope="module")
def working(test_models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, FaceModels]:
    """Return the library and ours with the working package."""
    made = tmp_path_factory.mktemp("working")
    folder = manifest_folder(made / "package", *working_files(test_models).values())
    return original(folder), opened(folder, made / "store")


def test_the_portrait_is_the_same_face_to_both(working: tuple[Any, FaceModels]):
    analysis, models = working
    picture = portrait(SIDE)
    points, theirs = embedded_by_original(analysis, picture)

    found = models.detector.detect(picture, 0)

    assert np.abs(rows_of(found) - rows_of_original(analysis, picture)).max() <= SAME_PX
    assert float(embedded(models, picture, points)[0] @ theirs[0]) >= SAME_COSINE


def test_a_large_picture_is_shrunk_in_another_way_and_still_the_same_face(working: tuple[Any, FaceModels]):
    analysis, models = working
    picture = portrait(1800)
    (points,), theirs = embedded_by_original(analysis, picture)

    (face,) = detect_at(models.detector, picture, SIDE, 0)

    eyes_px = np.hypot(*(points[1] - points[0]))
    assert np.abs(face.points - points).max() < 0.05 * eyes_px
    assert float(embedded(models, picture, [face.points])[0] @ theirs[0]) > 0.97


@pytest.mark.media
def test_real_faces_are_the_same_to_both(working: tuple[Any, FaceModels], test_media: Path):
    analysis, models = working
    cosines: list[float] = []
    for picture in some_pictures(test_media):
        square = in_a_square(picture)
        theirs = rows_of_original(analysis, square)
        ours = rows_of(models.detector.detect(square, 0))
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max(initial=0) <= SAME_PX
        points, embeddings = embedded_by_original(analysis, square)
        inside = [at for at, one in enumerate(points) if lies_inside(square, one)]
        made = embedded(models, square, [points[at] for at in inside])
        cosines += (made * embeddings[inside]).sum(axis=1).tolist()

    assert len(cosines) >= 15
    assert min(cosines) >= SAME_COSINE


@pytest.mark.media
def test_real_pictures_as_they_are_give_nearly_the_same_faces(working: tuple[Any, FaceModels], test_media: Path):
    """From file to embedding, each in its own way: sizes, points, edges and shrinking included."""
    analysis, models = working
    shifts: list[float] = []
    cosines: list[float] = []
    missed = 0
    for picture in some_pictures(test_media):
        points, embeddings = embedded_by_original(analysis, picture)
        faces = detect_at(models.detector, picture, SIDE, 0)
        for one, theirs in zip(points, embeddings, strict=True):
            apart = [float(np.abs(face.points - one).max() / np.hypot(*(one[1] - one[0]))) for face in faces]
            if not apart or min(apart) > 0.5:
                missed += 1
                continue
            face = faces[int(np.argmin(apart))]
            shifts.append(min(apart))
            cosines.append(float(embedded(models, picture, [face.points])[0] @ theirs))

    assert len(cosines) >= 15
    assert missed <= 0.1 * len(cosines)
    assert np.median(shifts) < 0.05
    assert np.median(cosines) > 0.97


def some_pictures(media: Path) -> list[Picture]:
    """Return forty pictures of single people, no two of the same."""
    with (media / "faces" / "index.csv").open(newline="", encoding="utf-8") as lines:
        files = {row["identity"]: row["file"] for row in csv.DictReader(lines) if not row["identity"].startswith("_")}
    chosen = sorted(files.values())[:: max(1, len(files) // 40)][:40]
    pictures = [cv2.imread(str(media / "faces" / file), cv2.IMREAD_COLOR) for file in chosen]
    return [np.ascontiguousarray(picture[:, :, ::-1]) for picture in pictures if picture is not None]
