"""How often a shot is looked at thoroughly: soon again where it finds more, ever less where it finds nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detectors.faces.detection import Picture
from detectors.faces.search import FaceSearch
from tests.detectors.conftest import SESSIONS
from tests.detectors.scenes import StillFrame, portrait, scene


@dataclass(frozen=True)
class WatchedFrame(StillFrame):
    """A frame that notes how large it was wanted."""

    wanted: list[int] = field(default_factory=list)

    def small(self, long_side: int) -> Picture:
        self.wanted.append(long_side)
        return super().small(long_side)


def test_a_shot_without_small_faces_is_looked_at_thoroughly_ever_less_often(
    recommended_faces: tuple[str, str, Path],
) -> None:
    assert thorough_looks(recommended_faces, scene(1920, 1080, (portrait(1024), 50, 30))) == [0, 1, 3, 7, 11]


def test_a_new_shot_begins_with_a_thorough_look(recommended_faces: tuple[str, str, Path]) -> None:
    picture = scene(1920, 1080, (portrait(1024), 50, 30))

    assert thorough_looks(recommended_faces, picture, shot_s=2.5) == [0, 1, 2.5, 3.5, 5, 6, 7.5, 8.5, 10, 11]


def thorough_looks(names: tuple[str, str, Path], picture: Picture, shot_s: float = 60.0) -> list[float]:
    """Return when the large picture was wanted, of twelve seconds looked at four times a second."""
    search = FaceSearch(SESSIONS.faces(*names, 2).detector, 20)
    frames = [WatchedFrame(picture, float(at_s), int(at_s / shot_s)) for at_s in np.arange(0, 12, 0.25)]
    for frame in frames:
        search.find(frame)
    return [frame.at_s for frame in frames if 1280 in frame.wanted]
