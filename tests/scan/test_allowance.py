"""What a request may cost the child: large networks may be loaded, and a clip alone may not grow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from countenance.providers import Provider
from countenance.wire import AskFences, Examine, ExamineSettings, Mark, Request, SelfTest
from countenance.wire_models import CPU, Embed, KeptSample, Prove
from scan.allowance import extra_memory, on_provider, provider_for
from scan.child import child_environment

CUDA = Provider.CUDA.execution_provider
MB = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a small detector an embedder as large as antelopev2's: files with a hole for content."""
    for name, size in (("finds", 17 * MB), ("knows", 261 * MB)):
        (tmp_path / name).mkdir()
        with (tmp_path / name / f"{name}.onnx").open("wb") as file:
            file.truncate(size)
    return tmp_path


def examine(store: Path, provider: str = CPU, embedder: str = "knows") -> Examine:
    settings = ExamineSettings(provider=provider)
    return Examine(path="a.mp4", detector="finds", face_embedder=embedder, models=str(store), settings=settings)


def test_a_large_network_gets_the_room_that_loading_it_takes(store: Path) -> None:
    assert 900 * MB < extra_memory(examine(store)) < 1_100 * MB
    assert extra_memory(examine(store, embedder="finds")) == 0
    assert extra_memory(examine(store, embedder="missing")) == 0
    assert extra_memory(Prove(names=("knows",), models=str(store))) > 800 * MB
    assert extra_memory(Mark(path="a.mp4")) == 0


def test_a_graphics_processors_libraries_get_room_too(store: Path) -> None:
    assert extra_memory(examine(store, CUDA)) - extra_memory(examine(store)) == 4_000 * MB


def test_every_request_that_runs_models_says_on_what(store: Path) -> None:
    asked: tuple[Request, ...] = (
        examine(store),
        SelfTest(detector="finds", face_embedder="knows", models=str(store)),
        Embed(samples=(KeptSample(picture=b"1"),), models=str(store)),
    )
    assert [provider_for(request) for request in asked] == [CPU] * 3
    assert [provider_for(on_provider(request, CUDA)) for request in asked] == [CUDA] * 3
    assert provider_for(AskFences()) is None
    assert on_provider(AskFences(), CUDA) == AskFences()


def test_what_is_to_be_proved_stays_where_it_was_asked_for(store: Path) -> None:
    proof = Prove(names=("knows",), models=str(store))

    assert on_provider(proof, CUDA) == proof


def test_only_cuda_gets_to_know_which_device_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CUDA_VISIBLE_DEVICES", "1")

    assert "CUDA_VISIBLE_DEVICES" not in child_environment()
    assert child_environment(CUDA)["CUDA_VISIBLE_DEVICES"] == "1"
    assert child_environment(CUDA)["CUDA_CACHE_DISABLE"] == "1"
