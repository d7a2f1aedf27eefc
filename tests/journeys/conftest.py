"""Both packs with a detectors' process each, the demo's free material, and a real registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import models
from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.wire import ExamineSettings
from registry import Registry
from scan.demo import Material, make_material
from scan.knowing import propose
from scan.request import examine_request
from scan.worker import DetectorWorker
from tests.registry.people import new_registry


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack, the folder of its models, and a worker for tests in which the child comes to no harm."""

    card: PackCard
    models: Path
    worker: DetectorWorker

    def observe(self, path: Path) -> Observations:
        request = examine_request(path, self.card, self.models, ExamineSettings(look_for=("face",)))
        return self.worker.examine(request)


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return make_material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="package")
def starter(starter_store: Path, material: Material) -> Iterator[Pack]:
    yield from _pack("starter", starter_store, material)


@pytest.fixture(scope="package")
def recommended(recommended_store: Path, material: Material) -> Iterator[Pack]:
    yield from _pack("recommended", recommended_store, material)


# As wide as the workers: a fixture of a single test would start them as something that test leaves behind.
@pytest.fixture(scope="package", params=["starter", "recommended"])
def pack(request: pytest.FixtureRequest) -> Pack:
    """Return each pack in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "registry.countenance") as made:
        yield made


def _pack(name: str, store: Path, material: Material) -> Iterator[Pack]:
    card = models.load_pack(name, store)
    with DetectorWorker() as worker:
        # The child is started here, so that it is none of what a test leaves behind.
        propose([material.photo], worker, card, store)
        yield Pack(card, store, worker)
