"""Stores to read from: the starter pack that `run.py` installed, and the recommended pack from its published files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


@pytest.fixture(scope="session")
def golden(test_models: Path) -> Mapping[str, NDArray[Any]]:
    """Return the originals' answers to seeded inputs."""
    with np.load(test_models / "golden_outputs.npz") as numbers:
        return {name: numbers[name] for name in numbers.files}
