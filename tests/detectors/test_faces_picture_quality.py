from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.observations import NotExamined
from detectors.faces.alignment import REFERENCE_TEMPLATE, aligned, reference_crop, similarity
from detectors.faces.detection import Points
from detectors.faces.pictures import LONGEST_SIDE_PX, surroundings
from detectors.faces.quality import Quality, quality, sharpness, yaw
from tests.detectors.scenes import face_at, portrait, scene

# Where the portrait's face has its points, in pixels of the 512 px portrait.
PORTRAIT_POINTS = np.array([[201, 101], [246, 102], [222, 126], [200, 141], [242, 142]], np.float32)


def moved(points: Points, scale: float, angle: float, dx: float, dy: float) -> Points:
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return (points @ turn.T + (dx, dy)).astype(np.float32)


@given(st.floats(0.05, 8), st.floats(-math.pi, math.pi), st.floats(-500, 500), st.floats(-500, 500))
def test_a_turned_scaled_and_shifted_face_is_brought_back_exactly(scale: float, angle: float, dx: float, dy: float):
    points = moved(REFERENCE_TEMPLATE, scale, angle, dx, dy)

    matrix = similarity(points, REFERENCE_TEMPLATE)

    assert np.allclose(points @ matrix[:, :2].T + matrix[:, 2], REFERENCE_TEMPLATE, atol=0.05)


@pytest.mark.parametrize("scale", [0.6, 1.0, 3.0, 9.0])
def test_what_is_marked_in_the_picture_lies_at_the_template_in_the_crop(scale: float):
    points = moved(REFERENCE_TEMPLATE, scale, 0.3, 300, 200)
    picture = np.zeros((1400, 1500, 3), np.uint8)
    for x, y in points:
        cv2.circle(picture, (round(float(x)), round(float(y))), max(2, round(3 * scale)), (255, 255, 255), -1)

    crop = aligned(picture, points, REFERENCE_TEMPLATE, 112)

    for x, y in REFERENCE_TEMPLATE:
        left, top = round(float(x)) - 6, round(float(y)) - 6
        rows, columns = np.nonzero(crop[top : top + 13, left : left + 13, 0] > 128)
        # A mark is drawn at a whole pixel of the picture.
        assert np.hypot(columns.mean() + left - x, rows.mean() + top - y) < 0.4 + 0.75 / scale


def test_beyond_the_edge_the_picture_goes_on():
    picture = np.full((60, 60, 3), 200, np.uint8)

    crop = aligned(picture, REFERENCE_TEMPLATE - 40, REFERENCE_TEMPLATE, 112)

    assert crop.min() == 200


def test_blur_lowers_sharpness_step_by_step_whatever_the_contrast():
    crop = reference_crop(portrait(), PORTRAIT_POINTS)
    steps = [crop, *(cv2.GaussianBlur(crop, (0, 0), sigma) for sigma in (1, 2, 4))]

    values = [sharpness(np.asarray(step, np.uint8)) for step in steps]

    assert values == sorted(values, reverse=True)
    assert values[0] > 0.7
    assert values[3] < 0.5
    assert sharpness((crop // 2 + 60).astype(np.uint8)) == pytest.approx(values[0], abs=0.1)


def test_a_turned_head_is_told_by_side_and_a_mirror_swaps_sides():
    right = REFERENCE_TEMPLATE.copy()
    right[2, 0] += 10
    mirrored = right[[1, 0, 2, 4, 3]] * (-1, 1) + (112, 0)

    assert abs(yaw(REFERENCE_TEMPLATE)) < 0.02
    assert yaw(right) > 0.3
    assert yaw(mirrored.astype(np.float32)) == pytest.approx(-yaw(right), abs=0.02)
    assert yaw(moved(right, 2.0, 1.2, 30, 40)) == pytest.approx(yaw(right), abs=0.01)


def test_quality_grows_with_size_and_falls_with_yaw():
    crop = reference_crop(portrait(), PORTRAIT_POINTS)
    turned = REFERENCE_TEMPLATE.copy()
    turned[2, 0] += 14

    large = quality(150, REFERENCE_TEMPLATE, 0.9, crop)
    small = quality(36, REFERENCE_TEMPLATE, 0.9, crop)
    aside = quality(150, turned, 0.9, crop)

    assert large.overall > aside.overall
    assert large.overall > small.overall
    assert large.obstacle is small.obstacle is None


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        (Quality(23, 1, 0, 0.3), NotExamined.TOO_SMALL),
        (Quality(100, 0.01, 0, 0.3), NotExamined.TOO_BLURRED),
        (Quality(100, 1, -0.95, 0.3), NotExamined.POSE),
    ],
)
def test_what_cannot_be_judged_says_why(measured: Quality, reason: NotExamined):
    assert measured.obstacle is reason


def test_the_picture_shows_the_face_with_its_surroundings():
    shown = cv2.imdecode(np.frombuffer(surroundings(portrait(), face_at(180, 20, 90)), np.uint8), cv2.IMREAD_COLOR)
    large = cv2.imdecode(
        np.frombuffer(surroundings(scene(1600, 1600), face_at(300, 300, 900)), np.uint8), cv2.IMREAD_COLOR
    )

    assert abs(shown.shape[1] - 180) <= 2
    assert shown.shape[0] < 180  # clipped at the picture's upper edge
    assert max(large.shape) == LONGEST_SIDE_PX


def test_a_face_outside_the_picture_has_no_picture():
    assert surroundings(portrait(), face_at(-500, -500, 90)) == b""
