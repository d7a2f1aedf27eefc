"""The small picture of a face that is shown to people and that can be enrolled from again."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from countenance.observations import FaceTrack
from detectors.faces.detection import Picture, RawFace

LONGEST_SIDE_PX = 320
BUDGET_BYTES = 40 * 1024 * 1024
"""For the pictures of one clip: a message to the parent holds 64 MiB with everything else (countenance/wire.py)."""

_WIDENED = 2.0
_QUALITY = 90
_MOST_BYTES = 200_000


def surroundings(rgb: Picture, face: RawFace) -> bytes:
    """Return a JPEG (quality 90) of the face's box widened to twice its size, at most 320 px, clipped to `rgb`."""
    height, width = rgb.shape[:2]
    half_x, half_y = face.width * _WIDENED / 2, face.height * _WIDENED / 2
    middle_x, middle_y = face.x + face.width / 2, face.y + face.height / 2
    left, right = (int(np.clip(edge, 0, width)) for edge in (middle_x - half_x, middle_x + half_x + 1))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (middle_y - half_y, middle_y + half_y + 1))
    if right - left < 1 or bottom - top < 1:
        return b""
    region = rgb[top:bottom, left:right]
    scale = LONGEST_SIDE_PX / max(region.shape[:2])
    if scale < 1:
        size = (max(1, round(region.shape[1] * scale)), max(1, round(region.shape[0] * scale)))
        region = np.asarray(cv2.resize(region, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(region, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    picture = packed.tobytes()
    return picture if len(picture) <= _MOST_BYTES else b""


def within_budget(tracks: tuple[FaceTrack, ...], most_bytes: int = BUDGET_BYTES) -> tuple[FaceTrack, ...]:
    """Return the tracks with so many pictures that all together fit a message to the parent.

    Where they do not, the shortest tracks keep the picture of their best sample only, and in the end none.
    """
    spent = sum(len(sample.picture) for track in tracks for sample in track.samples)
    kept = {track.id: track for track in tracks}
    shortest_first = sorted(tracks, key=lambda track: track.end_s - track.start_s)
    for keep_best in (True, False):
        for track in shortest_first:
            if spent <= most_bytes:
                break
            fewer = _with_fewer(kept[track.id], keep_best=keep_best)
            spent -= sum(len(sample.picture) for sample in kept[track.id].samples)
            spent += sum(len(sample.picture) for sample in fewer.samples)
            kept[track.id] = fewer
    return tuple(kept[track.id] for track in tracks)


def _with_fewer(track: FaceTrack, *, keep_best: bool) -> FaceTrack:
    best = max(track.samples, key=lambda sample: sample.detection.quality, default=None)
    samples = tuple(
        sample if keep_best and sample is best else replace(sample, picture=b"") for sample in track.samples
    )
    return replace(track, samples=samples)
