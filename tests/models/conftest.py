"""Stores to read from: the starter pack that `run.py` installed, and the recommended pack from its published files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.models.drawn_packs import DETECTOR, EMBEDDER, OTHER, PACKS, with_voices
from tests.models.pinning import make_zip, pin


@pytest.fixture(scope="session")
def golden(test_models: Path) -> Mapping[str, NDArray[Any]]:
    """Return the originals' answers to seeded inputs."""
    with np.load(test_models / "golden_outputs.npz") as numbers:
        return {name: numbers[name] for name in numbers.files}


@pytest.fixture
def drawn_zips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Return the zips of InsightFace's packs, drawn, laid out as theirs; the catalogue expects these."""
    folder = tmp_path / "published"
    folder.mkdir()
    zips: dict[str, Path] = {}
    for pack, (detector, embedder) in PACKS.items():
        depth = f"{pack}/" if pack == "antelopev2" else ""
        members = {f"{depth}1k3d68.onnx": OTHER, f"{depth}{detector}": DETECTOR, f"{depth}{embedder}": EMBEDDER}
        zips[f"{pack}.zip"] = make_zip(folder / f"{pack}.zip", members)
    names = dict.fromkeys((pair[0] for pair in PACKS.values()), DETECTOR)
    names |= dict.fromkeys((pair[1] for pair in PACKS.values()), EMBEDDER)
    pin(monkeypatch, {**names, **zips})
    return zips


@pytest.fixture
def store(tmp_path: Path, installed_models: Path) -> Path:
    """Return a store that has the voices of the starter pack, and nothing else."""
    return with_voices(tmp_path / "models", installed_models)
