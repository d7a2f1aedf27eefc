"""An agency goes over to other models, is killed in the middle, goes on, and finds everybody as if nothing had been."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import models
from benchmarks._agency import enrol_agency, portraits
from benchmarks.switching import templates
from countenance.packs import ModelTask
from countenance.people import Modality
from countenance.settings import read_settings
from registry import Passphrase, Registry, create_registry, open_registry
from scan.worker import DetectorWorker

WORDS = "paper kite over harbour"
REPOSITORY = Path(__file__).parents[2]
PEOPLE, KILLS = 60, 3
STARTER_FACES = ("mtcnn", "dlib-resnet")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(recommended_store: Path, starter_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    both = tmp_path_factory.mktemp("both") / "models"
    shutil.copytree(recommended_store, both)
    for name in STARTER_FACES:
        shutil.copytree(starter_store / name, both / name, dirs_exist_ok=True)
    return both


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    return list(portraits(PEOPLE))


@pytest.fixture(scope="module")
def agency(store: Path, pictures: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry of sixty people enrolled with the starter pack; to be copied, not changed."""
    path = tmp_path_factory.mktemp("agency") / "agency.countenance"
    # By this machine's clock, as the command that changes it is a program of its own.
    made = create_registry(path, Passphrase(WORDS), owner="us", tz="UTC", operator="ann")
    with made, DetectorWorker() as worker:
        enrol_agency(made, pictures, models.load_pack("starter", store), worker, models=store)
    return path


def started(registry: Path, store: Path, home: Path) -> subprocess.Popen[bytes]:
    environment = {"COUNTENANCE_HOME": str(home), "COUNTENANCE_MODELS": str(store), "COUNTENANCE_PASSPHRASE": WORDS}
    return subprocess.Popen(
        [sys.executable, "-m", "countenance", "--registry", str(registry), "models", "use", "recommended"],
        env={**os.environ, **environment},
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_after_a_batch(running: subprocess.Popen[bytes], registry: Path, chance: random.Random) -> None:
    """Kill the program somewhere behind its first write to the file; pages of one batch may be written one by one."""
    before = registry.stat().st_mtime_ns
    while running.poll() is None and registry.stat().st_mtime_ns == before:
        _let_pass(running, 0.002)
    _let_pass(running, chance.uniform(0, 0.1))
    running.kill()
    running.wait()


def test_killed_three_times_it_ends_as_if_never_stopped(agency: Path, store: Path, tmp_path: Path) -> None:
    chance = random.Random(16)
    whole, broken = (Path(shutil.copy(agency, tmp_path / f"{name}.countenance")) for name in ("whole", "broken"))
    home, other_home = tmp_path / "home", tmp_path / "other"
    settings = home / "settings.toml"

    for _kill in range(KILLS):
        kill_after_a_batch(started(broken, store, home), broken, chance)
        with open_registry(broken, Passphrase(WORDS), operator="ben") as registry:
            assert registry.upkeep.audit().holds
            # Whenever it was killed: nobody is lost to the models that are in use.
            assert len(found(registry, read_settings(settings).pack, store)) == PEOPLE
    assert started(broken, store, home).wait() == 0
    assert started(whole, store, other_home).wait() == 0

    assert read_settings(settings).pack == "recommended"
    with (
        open_registry(whole, Passphrase(WORDS), operator="ben") as one,
        open_registry(broken, Passphrase(WORDS), operator="ben") as other,
    ):
        assert templates(one) == templates(other)
        assert other.upkeep.audit().holds
        assert len(found(other, "recommended", store)) == PEOPLE
        assert found(other, "starter", store) == ()


def found(registry: Registry, pack: str, store: Path) -> tuple[str, ...]:
    """Return who can be searched with a pack."""
    stamp = models.load_pack(pack, store).model(ModelTask.FACE_EMBEDDER)
    assert stamp is not None
    return registry.templates(binding=stamp.binding, modality=Modality.FACE, on=registry.today()).templates.people


def _let_pass(running: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        running.wait(seconds)
