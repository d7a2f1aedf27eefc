"""Somebody who watches a clip: the real detectors make the proxy, Qt's player plays it, a stand-in checked the clip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from pytestqt.qtbot import QtBot

from countenance.observations import Box, Clip, FaceDetection
from countenance.verdict import CheckResult
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.presenters.queues import Entry, Stage
from gui.views.film import Film
from gui.views.watching import Watching
from scan.proxy import Proxy
from scan.worker import DetectorWorker
from tests.detectors.made import write_clip
from tests.gui.conftest import StandIn, StandInOutput
from tests.reports.material import campaign

BLOCKS, SIDE = 7, 16
STAMPS = [number + number // 2 for number in range(60)]  # of 1/25 s: unevenly


class Previewer(StandIn):
    """The stand-in, with the real detectors' process behind its previews."""

    def __init__(self) -> None:
        super().__init__()
        self.worker = DetectorWorker()
        self.asked: list[Path] = []

    def preview(self, path: Path, clip: Clip, on_progress: ProgressHook, cancel: CancelToken) -> Proxy:
        self.asked.append(path)
        return self.worker.preview(path, clip, on_progress, cancel)


@dataclass
class Seat:
    """Somebody who watches."""

    qtbot: QtBot
    watching: Watching
    previewer: Previewer
    output: StandInOutput
    put: Put

    @property
    def film(self) -> Film:
        film = self.watching.film
        assert film is not None
        return film

    def watch(self, entry: Entry) -> None:
        self.watching.show_result(entry)
        self.qtbot.waitUntil(lambda: self.watching.film is not None, timeout=20_000)
        self.qtbot.waitUntil(lambda: self.watching.picture.image.width() > 0 or not self.film.frames.times)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.watching.picture, key, keys)

    def sees(self, number: int) -> None:
        """Wait until a frame is shown."""
        self.qtbot.waitUntil(lambda: number_in(self.watching.picture.image) == number)


def write_numbered(path: Path) -> Path:
    """Write a clip whose every frame carries its number, in blocks along its top."""
    pictures = []
    for number in range(len(STAMPS)):
        picture = np.full((180, 320, 3), 90, np.uint8)
        for block in range(BLOCKS):
            picture[: SIDE * 2, block * SIDE * 2 : (block + 1) * SIDE * 2] = 255 * (number >> block & 1)
        pictures.append(picture)
    return write_clip(path, pictures, stamps=STAMPS, time_base=Fraction(1, 25), sound_s=3.0)


def number_in(image: QImage) -> int:
    if image.isNull():
        return -1
    scale = image.width() / 320
    middles = [round((block + 0.5) * SIDE * 2 * scale) for block in range(BLOCKS)]
    return sum((image.pixelColor(x, round(SIDE * scale)).lightness() > 128) << bit for bit, x in enumerate(middles))


def entry_of(path: Path, *, key: int = 1, result: CheckResult | None = None, duration_s: float = 3.6) -> Entry:
    """Return a clip as it was checked: the findings of the campaign, the faces of the first two moving."""
    told = result or campaign()
    seen = told.observations
    moving = tuple(
        replace(
            track,
            start_s=0.4 + place,
            end_s=1.2 + place,
            detections=tuple(
                detection(0.4 + place + step * 0.2, x=0.1 + step * 0.1, y=0.3 + place * 0.2) for step in range(5)
            ),
        )
        for place, track in enumerate(seen.tracks[:2])
    )
    clip = replace(
        seen.clip,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        duration_s=duration_s,
        width=320,
        height=180,
    )
    observed = replace(seen, clip=clip, tracks=(*moving, *seen.tracks[2:]), cuts_s=(1.3,))
    return Entry(key=key, path=path, stage=Stage.DONE, result=replace(told, observations=observed))


def detection(at_s: float, *, x: float = 0.1, y: float = 0.3) -> FaceDetection:
    box = Box(x=x, y=y, width=0.2, height=0.3)
    return FaceDetection(at_s=at_s, box=box, score=0.9, size_px=50, sharpness=0.5, yaw=0, quality=0.5)


def key_event(key: Qt.Key) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
