"""Starting onnxruntime on what the settings ask for: options, limits of memory, batches, and how exact answers are.

Every provider computes in 32-bit floats here: shorter ones are faster, and move templates (docs/adr/0045).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from countenance.providers import Provider, ProviderError, provider_of
from countenance.wire_models import CPU
from models.gpu_memory import free_bytes

_TOLERANCE = 2e-4
"""Of an output's largest number: processors differ by 1e-5 of it, a scale wrong by 0.4 % shows with 4e-4 and more."""

_TOLERANCE_ELSEWHERE = 1e-3
"""Other providers sum in another order: OpenVINO measured 5e-6, the rest nobody here could measure. Within this, a
cosine moves by less than its last shown digit, and templates made there and on the processor may be compared."""

_SHARE_OF_MEMORY = 0.8
_LARGEST_BATCH = 64
_BYTES_PER_BYTE = 256
"""What a network needs at once for each byte of its input: measured 31 (retail-0095) and 4 (dlib) on the processor,
some 90 by ResNet-50's shapes; more, since GPU kernels take room to work in."""


_DISTRIBUTIONS = {
    "onnxruntime-gpu": Provider.CUDA,
    "onnxruntime-directml": Provider.DIRECTML,
    "onnxruntime-openvino": Provider.OPENVINO,
}


def tolerance_of(provider: str) -> float:
    """Return how far answers may be from a fingerprint, as a fraction of their output's largest number."""
    return _TOLERANCE if provider == CPU else _TOLERANCE_ELSEWHERE


def require_available(provider: str) -> None:
    """Refuse what models cannot be run on here.

    Raises:
        ProviderError: it is none of ours, or the installed onnxruntime was built without it.
    """
    if provider not in available_providers():
        raise ProviderError(provider, "not in the installed onnxruntime")


def available_providers() -> tuple[str, ...]:
    """Return the execution providers that this machine's onnxruntime was built with and that models may be run on.

    Some compute on other machines; those are left out, whatever onnxruntime prefers.
    """
    import onnxruntime

    return tuple(name for name in onnxruntime.get_available_providers() if provider_of(name) is not None)


def likely_providers() -> tuple[Provider, ...]:
    """Return what models can probably be run on, by the name of the installed onnxruntime, without loading it."""
    found = {provider for name, provider in _DISTRIBUTIONS.items() if _is_installed(name)}
    if sys.platform == "darwin":
        found.add(Provider.COREML)
    return tuple(provider for provider in Provider if provider in found or provider is Provider.CPU)


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def session_options(provider: str, threads: int) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return onnxruntime.SessionOptions: threads said, memory given back, nothing left to chance."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # An arena keeps what the largest picture once took; without one runs take as long, and a quarter less memory.
    options.enable_cpu_mem_arena = False
    # Waiting threads sleep instead of spinning: decoding and the other models share these cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # A file may be made that is a network of ONNX and, by its first bytes, one of onnxruntime's own format too: what
    # was looked at is what is to be run.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.log_severity_level = 3
    if provider != CPU:
        options.use_deterministic_compute = True
        # Which part of a network a provider took is told by doctor.
        options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    if provider == Provider.DIRECTML.execution_provider:
        options.enable_mem_pattern = False  # DirectML refuses it
    if provider == Provider.CUDA.execution_provider:
        preload = getattr(onnxruntime, "preload_dlls", None)  # finds the libraries of NVIDIA's own wheels
        if preload is not None:
            preload()
    return options


def provider_options(provider: str, threads: int, free: int | None) -> dict[str, str]:
    """Return what a provider is told when it starts.

    Args:
        provider: as onnxruntime calls it.
        threads: for one run, where it computes on the processor.
        free: bytes of memory it has left; None where it does not say.
    """
    match provider_of(provider):
        case Provider.CUDA:
            limit = {"gpu_mem_limit": str(int(free * _SHARE_OF_MEMORY))} if free is not None else {}
            return {
                "device_id": "0",
                "use_tf32": "0",
                # Exhaustive search times kernels at each new size of picture, and takes another one on another day.
                "cudnn_conv_algo_search": "HEURISTIC",
                "arena_extend_strategy": "kSameAsRequested",
                **limit,
            }
        case Provider.COREML:
            return {
                "ModelFormat": "MLProgram",
                "MLComputeUnits": "CPUAndGPU",  # the neural engine knows 16-bit floats alone
                "AllowLowPrecisionAccumulationOnGPU": "0",
            }
        case Provider.DIRECTML:
            return {"device_id": "0"}
        case Provider.OPENVINO:
            return {"device_type": "CPU", "precision": "FP32", "num_of_threads": str(threads), "num_streams": "1"}
        case _:
            return {}


def providers_asked(provider: str, threads: int) -> Sequence[str | tuple[str, dict[str, str]]]:
    """Return what onnxruntime.InferenceSession is given: the one provider; what it cannot run goes to the processor."""
    options = provider_options(provider, threads, free_bytes(provider))
    return [(provider, options)] if options else [provider]


def batch_size(stated: int, provider: str, input_bytes: int, free: int | None) -> int:
    """Return how many pictures or windows run at once.

    On the processor, where larger batches are no faster, as the contract states; so it is where a network takes one
    at a time, and where nothing is known of the memory. Elsewhere what the free memory holds, up to 64.

    Args:
        stated: the contract's `max_batch`.
        provider: as onnxruntime calls it.
        input_bytes: of one picture or window, as the network is given it.
        free: bytes of memory the provider has left; None where it does not say.
    """
    if provider == CPU or stated == 1 or free is None:
        return stated
    fitting = int(free * _SHARE_OF_MEMORY) // (input_bytes * _BYTES_PER_BYTE)
    return max(1, min(_LARGEST_BATCH, fitting))


def share_taken(session: object) -> float | None:
    """Return the share of a network's nodes that the provider asked for took; None where the runtime does not say."""
    tell = getattr(session, "get_provider_graph_assignment_info", None)
    if tell is None:
        return None
    asked = session.get_providers()[0]  # type: ignore[attr-defined] # an onnxruntime session, which has no types
    try:
        parts = [(part.ep_name, len(part.get_nodes())) for part in tell()]
    except Exception:  # noqa: BLE001 - older runtimes raise their own when nothing was recorded
        return None
    every = sum(nodes for _name, nodes in parts)
    return sum(nodes for name, nodes in parts if name == asked) / every if every else None
