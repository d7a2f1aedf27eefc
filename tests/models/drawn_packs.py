"""InsightFace's packs with drawn content: theirs may not be had here, and has hundreds of megabytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DETECTOR, EMBEDDER, OTHER = os.urandom(90_000), os.urandom(200_000), os.urandom(50_000)
PACKS = {
    "buffalo_l": ("det_10g.onnx", "w600k_r50.onnx"),
    "buffalo_m": ("det_2.5g.onnx", "w600k_r50.onnx"),
    "buffalo_s": ("det_500m.onnx", "w600k_mbf.onnx"),
    "buffalo_sc": ("det_500m.onnx", "w600k_mbf.onnx"),
    "antelopev2": ("scrfd_10g_bnkps.onnx", "glintr100.onnx"),
}
BUFFALO = "insightface-buffalo_l"
BUFFALO_MODELS = ("scrfd-10g", "arcface-w600k-r50")


def with_voices(store: Path, installed_models: Path) -> Path:
    """Return a store that has the starter pack's voices, which a pack of faces leaves as they are."""
    store.mkdir()
    for name in ("silero-vad", "ge2e"):
        if not (installed_models / name).is_dir():
            pytest.skip("The voice models are not installed: `python3 run.py test` does that.")
        (store / name).symlink_to(installed_models / name)
    return store


def files_in(store: Path) -> set[str]:
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file() and path.name != ".lock"}
