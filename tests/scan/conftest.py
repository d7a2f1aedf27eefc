"""A real encrypted registry, and a stand-in for the detectors' process where what it sees is made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import Registry
from tests.registry.people import new_registry
from tests.scan.exchanging import made_registry


class StandIn:
    """Answers as the detectors' worker does, with made observations by file name; the real one is in the journeys."""

    def __init__(self) -> None:
        self.answers: dict[str, Observations] = {}
        self.asked: list[str] = []

    def examine(
        self, request: Examine, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
    ) -> Observations:
        name = Path(request.path).name
        self.asked.append(name)
        on_progress("reading", 1.0, 1.0)
        if name not in self.answers:
            raise ClipError(f"“{name}” is damaged.", remedy="Get it again.")
        return self.answers[name]


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "registry.countenance") as made:
        yield made


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Registry]:
    with made_registry(tmp_path / "here.countenance", "us", "Europe/Paris") as made:
        yield made


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Registry]:
    with made_registry(tmp_path / "there.countenance", "Studio B", "Asia/Tokyo") as made:
        yield made
