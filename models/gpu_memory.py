"""How much memory a provider has left, where there is a way to ask without starting it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from countenance.providers import Provider

_LIBRARY = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
_DONE = 0


class _Memory(ctypes.Structure):
    """nvmlMemory_t (NVIDIA Management Library, version 1 of the structure)."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def free_bytes(provider: str, load: Callable[[str], Any] = ctypes.CDLL) -> int | None:
    """Return the free memory of the first graphics processor; None where nobody can be asked.

    CUDA's is told by the NVIDIA Management Library, which comes with the driver. DirectML, Core ML and OpenVINO's
    processor share the machine's memory or tell nobody.

    Args:
        provider: as onnxruntime calls it.
        load: opens a library by name.
    """
    if provider != Provider.CUDA.execution_provider:
        return None
    try:
        library = load(_LIBRARY)
    except OSError:
        return None
    if library.nvmlInit_v2() != _DONE:
        return None
    try:
        device, memory = ctypes.c_void_p(), _Memory()
        if library.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device)) != _DONE:
            return None
        if library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) != _DONE:
            return None
        return int(memory.free)
    finally:
        library.nvmlShutdown()
