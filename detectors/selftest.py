"""Do a detector and an embedder together tell a known pair of pictures from a known other?

The pair is the NASA portrait that scikit-image carries and a changed copy of it (mirrored, smaller, darker,
compressed); the other is a face drawn here. What the models answer alone, `models.selftest` checks.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.wire import SelfTest, SelfTested
from detectors.faces.opening import FaceModels, Sessions

Picture = NDArray[np.uint8]

LEAST_AMONG_PAIR = 0.7
"""Cosine of the pair: measured .86 (retail-0095) and .98 (dlib); planted faults fall below .6."""

LEAST_LEAD = 0.02
"""Lead of the pair over the other: dlib's cosines lie between .8 and 1, so that a small lead is telling."""


def run(request: SelfTest) -> SelfTested:
    """Return whether the pair is found alike, and the drawn face unlike.

    Raises:
        ModelsError: a model is missing, damaged or refused.
    """
    models = Sessions().faces(request.detector, request.face_embedder, Path(request.models), request.threads)
    portrait = _portrait()
    first, second = _crop(models, portrait), _crop(models, _changed(portrait))
    if first is None or second is None:
        return SelfTested(passed=False, details="no single face was found in the portrait or its copy")
    vectors = models.embedder.embed([first, second, _drawn(models.embedder.side)])
    pair, other = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    passed = pair >= LEAST_AMONG_PAIR and pair - other >= LEAST_LEAD
    return SelfTested(passed=passed, details=f"pair {pair:.3f}, other {other:.3f}")


def _crop(models: FaceModels, picture: Picture) -> Picture | None:
    faces = models.detector.detect(picture, min_face_px=40)
    return models.embedder.crop(picture, faces[0].points) if len(faces) == 1 else None


def _portrait() -> Picture:
    from skimage.data import astronaut

    return np.ascontiguousarray(astronaut())


def _changed(portrait: Picture) -> Picture:
    smaller = cv2.resize(np.ascontiguousarray(portrait[:, ::-1]), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    darker = (smaller * 0.75).astype(np.uint8)
    _done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(darker, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 60])
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert decoded is not None  # what the line above encoded
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def _drawn(side: int) -> Picture:
    """Return a drawn face, aligned as embedders want it: two eyes, a nose, a mouth."""
    canvas = np.full((side, side, 3), (90, 120, 160), np.uint8)
    unit = side / 100
    cv2.ellipse(canvas, _at(50, 52, unit), (round(36 * unit), round(46 * unit)), 0, 0, 360, (214, 172, 140), -1)
    for x in (34, 66):
        cv2.ellipse(canvas, _at(x, 42, unit), (round(7 * unit), round(4 * unit)), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(canvas, _at(x, 42, unit), round(3 * unit), (40, 30, 25), -1)
    cv2.line(canvas, _at(50, 46, unit), _at(47, 62, unit), (180, 130, 105), max(1, round(2 * unit)))
    cv2.ellipse(canvas, _at(50, 76, unit), (round(15 * unit), round(5 * unit)), 0, 0, 180, (150, 60, 60), -1)
    return canvas


def _at(x: float, y: float, unit: float) -> tuple[int, int]:
    return round(x * unit), round(y * unit)
