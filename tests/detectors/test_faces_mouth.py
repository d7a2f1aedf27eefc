"""A photograph that the picture moves over keeps its mouth still; somebody who speaks does not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from countenance.wire import ExamineSettings
from detectors.faces.detection import Picture
from detectors.faces.mouth import FEWEST_PAIRS, MouthWatch
from detectors.media.reader import open_clip
from tests.detectors.scenes import write_clip
from tests.detectors.test_faces_in_clips import examined

LARGE_PX = 160.0
LOOKS = 12


def painted(opening: int = 0, shift: int = 0, seed: int = 3) -> Picture:
    """Return a made crop: blotches, and a dark mouth open by so many pixels."""
    blotches = np.random.default_rng(seed).integers(60, 200, (28, 28, 3), np.uint8)
    crop = cv2.resize(blotches, (112, 112), interpolation=cv2.INTER_CUBIC)
    if opening:
        cv2.ellipse(crop, (56, 94), (16, opening), 0.0, 0.0, 360.0, (20, 10, 10), -1)
    return np.asarray(np.roll(crop, shift, axis=1), np.uint8)


def watched(crops: list[Picture], *, step_s: float = 0.25, size_px: float = LARGE_PX) -> MouthWatch:
    watch = MouthWatch()
    for number, crop in enumerate(crops):
        watch.see(step_s * number, size_px, crop)
    return watch


def test_a_mouth_that_opens_and_closes_moves_more_than_the_rest():
    motion = watched([painted(opening=2 + 7 * (at % 2)) for at in range(LOOKS)]).motion()

    assert motion is not None
    assert motion > 5


def test_a_photograph_that_trembles_or_stands_still_has_a_still_mouth():
    trembling = watched([painted(opening=4, shift=at % 3 - 1) for at in range(LOOKS)]).motion()
    standing = watched([painted(opening=4)] * LOOKS).motion()

    assert trembling is not None
    assert trembling < 1
    assert standing == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("step_s", "size_px"), [(0.25, 60.0), (0.6, LARGE_PX)], ids=["too small", "looks too far apart"]
)
def test_what_is_seen_too_badly_says_nothing(step_s: float, size_px: float):
    crops = [painted(opening=at % 8) for at in range(LOOKS)]

    assert watched(crops, step_s=step_s, size_px=size_px).motion() is None


def test_few_looks_say_nothing_and_closer_ones_are_no_more_of_them():
    crops = [painted(opening=at % 8) for at in range(2 * FEWEST_PAIRS + 1)]

    assert watched(crops[: FEWEST_PAIRS + 1]).motion() is not None
    assert watched(crops[:FEWEST_PAIRS]).motion() is None
    assert watched(crops, step_s=0.125).motion() is not None
    assert watched(crops[:-2], step_s=0.125).motion() is None


def test_a_picture_of_one_colour_breaks_nothing():
    assert watched([np.full((112, 112, 3), 90, np.uint8)] * LOOKS).motion() is not None


@pytest.mark.media
@pytest.mark.models
def test_in_real_clips_a_speaker_moves_the_mouth_and_a_photograph_of_them_does_not(
    recommended_faces: tuple[str, str, Path], test_media: Path, tmp_path: Path
):
    clip = test_media / "clips" / "at_einstein_pose_sr.mp4"
    with clip.open("rb") as source, open_clip(source, ExamineSettings(), lambda *_: None) as reader:
        first = next(reader.frames()).full()
    photograph = write_clip(tmp_path / "photograph.mp4", [_nearer(first, 1 + 0.005 * at) for at in range(40)])

    (speaks,) = examined(clip, recommended_faces).tracks
    (stays,) = examined(photograph, recommended_faces).tracks

    assert speaks.mouth_motion is not None
    assert stays.mouth_motion is not None
    assert stays.mouth_motion < 1 < speaks.mouth_motion


def _nearer(picture: Picture, factor: float) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0.0, factor)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)
