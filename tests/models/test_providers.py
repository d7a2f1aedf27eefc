"""What models run on: only what was asked for and is ours, told everything that keeps answers comparable."""

from __future__ import annotations

import ctypes
from typing import Any

import onnxruntime
import pytest

import models
from countenance.providers import Provider, provider_of
from countenance.wire_models import CPU
from models.gpu_memory import free_bytes
from models.providers import (
    batch_size,
    likely_providers,
    provider_options,
    providers_asked,
    session_options,
    share_taken,
    tolerance_of,
)

GB = 1_000_000_000
CHIP = 3 * 112 * 112 * 4
CUDA, OPENVINO = Provider.CUDA.execution_provider, Provider.OPENVINO.execution_provider


def test_every_provider_has_a_name_of_its_own_here_and_there() -> None:
    assert [provider_of(one.execution_provider) for one in Provider] == list(Provider)
    assert provider_of("AzureExecutionProvider") is None
    assert len({one.label for one in Provider}) == len(Provider)


def test_what_computes_on_other_machines_is_never_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["AzureExecutionProvider", CUDA, CPU])

    assert models.available_providers() == (CUDA, CPU)


def test_the_window_offers_what_the_installed_runtime_was_built_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Provider.CPU in likely_providers()
    monkeypatch.setattr("models.providers._is_installed", lambda name: name == "onnxruntime-openvino")
    monkeypatch.setattr("sys.platform", "linux")
    assert likely_providers() == (Provider.CPU, Provider.OPENVINO)
    monkeypatch.setattr("sys.platform", "darwin")
    assert Provider.COREML in likely_providers()


@pytest.mark.parametrize("provider", [one for one in Provider if one is not Provider.CPU])
def test_every_other_provider_computes_in_whole_floats(provider: Provider) -> None:
    options = provider_options(provider.execution_provider, 2, None)
    whole = {
        Provider.CUDA: ("use_tf32", "0"),
        Provider.COREML: ("AllowLowPrecisionAccumulationOnGPU", "0"),
        Provider.OPENVINO: ("precision", "FP32"),
    }
    if provider in whole:
        name, value = whole[provider]
        assert options[name] == value
    assert providers_asked(provider.execution_provider, 2)[0] == (provider.execution_provider, options)


def test_the_processor_is_asked_for_by_its_name_alone() -> None:
    assert providers_asked(CPU, 2) == [CPU]


def test_cuda_takes_no_more_than_is_free() -> None:
    assert provider_options(CUDA, 2, 10 * GB)["gpu_mem_limit"] == str(8 * GB)
    assert "gpu_mem_limit" not in provider_options(CUDA, 2, None)


def test_directml_gets_the_session_it_needs() -> None:
    assert session_options(CPU, 2).enable_mem_pattern
    assert not session_options(Provider.DIRECTML.execution_provider, 2).enable_mem_pattern
    assert session_options(OPENVINO, 2).use_deterministic_compute


def test_tolerances_stay_below_what_a_wrong_scale_makes() -> None:
    assert tolerance_of(CPU) < 4e-4
    assert tolerance_of(CPU) < tolerance_of(CUDA) <= 1e-3


@pytest.mark.parametrize(
    ("stated", "provider", "free", "expected"),
    [
        (8, CPU, 100 * GB, 8),  # larger ones are no faster there
        (8, CUDA, None, 8),  # nobody knows
        (1, CUDA, 100 * GB, 1),  # the network takes one at a time
        (8, CUDA, 100 * GB, 64),
        (8, CUDA, 1 * GB, 20),
        (8, CUDA, 100_000_000, 2),
        (8, CUDA, 0, 1),
    ],
)
def test_batches_are_as_large_as_the_memory_holds(stated: int, provider: str, free: int | None, expected: int) -> None:
    assert batch_size(stated, provider, CHIP, free) == expected


class FakeNvml:
    """NVIDIA's library as far as it is asked; there is no such device here."""

    def __init__(self, free: int, fails: str = "") -> None:
        self._free, self._fails, self.ended = free, fails, False

    def nvmlInit_v2(self) -> int:  # noqa: N802 - NVIDIA's name
        return 9 if self._fails == "init" else 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, _device: Any) -> int:  # noqa: N802 - NVIDIA's name
        return 2 if self._fails == "device" or index else 0

    def nvmlDeviceGetMemoryInfo(self, _device: Any, memory: Any) -> int:  # noqa: N802 - NVIDIA's name
        ctypes.cast(memory, ctypes.POINTER(ctypes.c_ulonglong))[1] = self._free
        return 1 if self._fails == "memory" else 0

    def nvmlShutdown(self) -> int:  # noqa: N802 - NVIDIA's name
        self.ended = True
        return 0


def test_free_memory_is_what_the_driver_says() -> None:
    library = FakeNvml(7 * GB)

    assert free_bytes(CUDA, lambda _name: library) == 7 * GB
    assert library.ended


@pytest.mark.parametrize("fails", ["init", "device", "memory"])
def test_a_driver_that_does_not_answer_says_nothing(fails: str) -> None:
    assert free_bytes(CUDA, lambda _name: FakeNvml(7 * GB, fails)) is None


def test_without_a_driver_or_for_another_provider_nothing_is_known() -> None:
    def missing(_name: str) -> Any:
        raise OSError

    assert free_bytes(CUDA, missing) is None
    assert free_bytes(OPENVINO, missing) is None


class Part:
    """What a runtime says that one provider took of a network."""

    def __init__(self, name: str, nodes: int) -> None:
        self.ep_name, self._nodes = name, nodes

    def get_nodes(self) -> list[int]:
        return list(range(self._nodes))


class Told:
    """A runtime that says who took what."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts

    def get_providers(self) -> list[str]:
        return [CUDA, CPU]

    def get_provider_graph_assignment_info(self) -> tuple[Part, ...]:
        if not self._parts:
            raise RuntimeError("nothing was recorded")
        return self._parts


def test_what_a_provider_left_to_the_processor_is_told() -> None:
    assert share_taken(Told(Part(CUDA, 30), Part(CPU, 10))) == 0.75
    assert share_taken(Told(Part(CUDA, 30))) == 1
    assert share_taken(Told()) is None
    assert share_taken(object()) is None
