from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import Registry
from tests.registry.people import new_registry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.countenance"


@pytest.fixture
def registry(path: Path) -> Iterator[Registry]:
    with new_registry(path) as made:
        yield made
