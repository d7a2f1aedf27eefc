"""Two face detectors side by side on the same clips and pictures, each through the program's own search.

    python3 run.py bench detectors [--media FOLDER] [--frames 40] [--detector yunet --detector mtcnn]

Every clip of `clips/` and picture of `faces/` in the folder is read by the program's own reader; each examined frame, a
quarter of a second apart, is searched by both, the first of them in turn. Told are the faces that each finds, how many
are the same (boxes that overlap), who finds what alone, how far their landmarks lie apart, and the time each takes for
a frame: decoding and scaling are done before. What counts is the ratio of the times, taken in the same run. The
material is third-party and no part of this repository; COUNTENANCE_TEST_MEDIA names it, else `../shared/media`.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from countenance.errors import ModelsError
from countenance.packs import ModelTask
from countenance.places import find_places
from countenance.wire import ExamineSettings
from detectors.faces.detection import FaceDetector, RawFace, overlaps
from detectors.faces.opening import Sessions
from detectors.faces.search import FaceSearch
from detectors.failure import MediaFailure
from detectors.media.reader import open_clip
from models import list_packs, load_pack, verify

SAME_FACE = 0.3
"""Least overlap, intersection over union, of two boxes around one face: one detector cuts at the brow, one above."""

SMALL_PX = 40
CLIPS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".gif")
PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(slots=True)
class Tally:
    """What two detectors found in some frames.

    Attributes:
        frames: examined.
        found: faces by detector.
        alone: of those, the ones that the other did not find; and how many of these are smaller than 40 px.
        alone_small: of the former.
        any_face: frames in which each found somebody.
        overlaps, apart: of the faces that both found: overlap of the boxes, and the mean distance of the five landmarks
            in widths of the face.
        times_ms: by detector, one per frame.
    """

    names: tuple[str, str]
    frames: int = 0
    found: list[int] = field(default_factory=lambda: [0, 0])
    alone: list[int] = field(default_factory=lambda: [0, 0])
    alone_small: list[int] = field(default_factory=lambda: [0, 0])
    any_face: list[int] = field(default_factory=lambda: [0, 0])
    overlaps: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)
    times_ms: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def add(self, faces: tuple[list[RawFace], list[RawFace]], times_ms: tuple[float, float]) -> None:
        """Count one frame."""
        self.frames += 1
        pairs = _same(*faces)
        for at in (0, 1):
            mine, matched = faces[at], {pair[at] for pair in pairs}
            alone = [face for number, face in enumerate(mine) if number not in matched]
            self.found[at] += len(mine)
            self.alone[at] += len(alone)
            self.alone_small[at] += sum(face.size < SMALL_PX for face in alone)
            self.any_face[at] += bool(mine)
            self.times_ms[at].append(times_ms[at])
        for one, other in pairs:
            a, b = faces[0][one], faces[1][other]
            self.overlaps.append(float(overlaps(_corners([a])[0], _corners([b]))[0]))
            distance = float(np.linalg.norm(a.points - b.points, axis=1).mean())
            self.apart.append(distance / ((a.width + b.width) / 2))

    def show(self, title: str) -> None:
        """Print what was counted."""
        print(f"{title}: {self.frames} frames")
        for at, name in enumerate(self.names):
            times = self.times_ms[at]
            print(
                f"  {name}: {self.found[at]} faces in {self.any_face[at]} frames; alone {self.alone[at]}, of them "
                f"{self.alone_small[at]} under {SMALL_PX} px; {statistics.median(times):.1f} ms a frame "
                f"(mean {statistics.fmean(times):.1f})"
            )
        ratio, means = (
            kind(self.times_ms[1]) / kind(self.times_ms[0]) for kind in (statistics.median, statistics.fmean)
        )
        print(f"  {self.names[1]} / {self.names[0]} = {ratio:.1f} (medians), {means:.1f} (means)")
        if self.overlaps:
            shared = 2 * len(self.overlaps) / max(1, sum(self.found))
            print(
                f"  found by both: {len(self.overlaps)} faces, {shared:.1%} of all; boxes overlap by "
                f"{statistics.median(self.overlaps):.2f} (median); landmarks {statistics.median(self.apart):.3f} face "
                f"widths apart (median), {float(np.percentile(self.apart, 95)):.3f} (95 of 100)"
            )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for clips and one for pictures."""
    options = _options(arguments)
    store, names = find_places().models, tuple(options.detector or ("yunet", "mtcnn"))
    media = options.media or Path(os.environ.get("COUNTENANCE_TEST_MEDIA") or "../shared/media")
    if len(names) != 2:
        raise SystemExit("Name two detectors.")
    if not media.is_dir():
        print(f"left out: there is no folder {media} with clips and faces (--media names one)")
        return
    settings = ExamineSettings()
    cv2.setNumThreads(settings.threads)
    try:
        detectors = tuple(_open(name, store, settings.threads) for name in names)
    except ModelsError as error:
        print(f"left out: {error}")
        return
    for title, folder, endings, most in (
        ("clips", media / "clips", CLIPS, options.frames),
        ("pictures", media / "faces", PICTURES, 1),
    ):
        files = sorted(path for path in folder.glob("*") if path.suffix.lower() in endings)
        tally, unreadable = Tally((names[0], names[1])), 0
        for path in files:
            unreadable += not compare(path, (detectors[0], detectors[1]), settings, most, tally)
        if tally.frames:
            tally.show(f"{title} ({len(files)} files, {unreadable} unreadable)")


def compare(
    path: Path, detectors: tuple[FaceDetector, FaceDetector], settings: ExamineSettings, most: int, tally: Tally
) -> bool:
    """Search up to `most` frames of a file with both detectors; return whether it could be read."""
    try:
        with path.open("rb") as source, open_clip(source, settings, lambda _step, _done, _total: None) as reader:
            searches = [FaceSearch(one, settings.min_face_px, still=reader.still) for one in detectors]
            for number, frame in enumerate(reader.frames()):
                if number >= most:
                    break
                frame.full()
                for side in (1920, 1600, 1280, 640):  # what plans ask for, scaled before anybody's time is taken
                    frame.small(side)
                faces: list[list[RawFace]] = [[], []]
                times_ms = [0.0, 0.0]
                for at in (0, 1) if tally.frames % 2 else (1, 0):
                    began_s = perf_counter()
                    faces[at] = searches[at].find(frame)
                    times_ms[at] = (perf_counter() - began_s) * 1000
                tally.add((faces[0], faces[1]), (times_ms[0], times_ms[1]))
    except MediaFailure:
        return False
    return True


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench detectors", description="Compare two face detectors.")
    parser.add_argument("--media", type=Path, help="folder with clips/ and faces/")
    parser.add_argument("--frames", type=int, default=40, help="most frames of a clip")
    parser.add_argument("--detector", action="append", help="twice; else yunet and mtcnn")
    return parser.parse_args(arguments)


def _open(name: str, store: Path, threads: int) -> FaceDetector:
    """Return an installed detector, with whatever embedder some pack uses behind it.

    Raises:
        ModelsError: it is not installed.
    """
    verify(name, store)
    cards = [load_pack(pack, store) for pack in list_packs(store)]
    for card in cards:
        finder, embedder = card.model(ModelTask.FACE_DETECTOR), card.model(ModelTask.FACE_EMBEDDER)
        if finder is not None and embedder is not None and finder.name == name:
            return Sessions().faces(name, embedder.name, store, threads).detector
    raise ModelsError(f"no pack finds faces with “{name}”")


def _corners(faces: Sequence[RawFace]) -> np.ndarray:
    return np.array([[f.x, f.y, f.x + f.width, f.y + f.height] for f in faces], np.float32).reshape(-1, 4)


def _same(ours: list[RawFace], theirs: list[RawFace]) -> list[tuple[int, int]]:
    """Return which faces of two lists are the same, each at most once."""
    if not ours or not theirs:
        return []
    shared = np.stack([overlaps(box, _corners(theirs)) for box in _corners(ours)])
    rows, columns = linear_sum_assignment(-shared)
    return [(int(a), int(b)) for a, b in zip(rows, columns, strict=True) if shared[a, b] >= SAME_FACE]


if __name__ == "__main__":
    main()
