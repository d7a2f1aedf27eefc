"""Stores to read from: the starter pack that `run.py` installed, and the recommended pack from its published files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import models
from countenance.errors import ModelsError


@pytest.fixture(scope="session")
def starter_store(installed_models: Path) -> Path:
    """Return a store that holds the starter pack, verified; to be read only."""
    try:
        models.verify("starter", installed_models)
    except ModelsError as error:
        pytest.skip(f"The starter pack is not installed in {installed_models}: {error}")
    return installed_models


@pytest.fixture(scope="session")
def recommended_store(test_models: Path, installed_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that holds the recommended pack, its voices from the starter pack; to be read only."""
    store = tmp_path_factory.mktemp("recommended") / "models"
    models.install("recommended", store, source=models.Folder(test_models, installed_models))
    return store


@pytest.fixture(scope="session")
def golden(test_models: Path) -> Mapping[str, NDArray[Any]]:
    """Return the originals' answers to seeded inputs."""
    with np.load(test_models / "golden_outputs.npz") as numbers:
        return {name: numbers[name] for name in numbers.files}
