"""Which models told known faces and voices apart on this machine as it is now; remembered in the store.

A change of the program, of the runtime, of what models run on, or of a model's files or description asks for the test
again. Between two changes a session's own fingerprint, compared each time it is loaded, has to be enough.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path

import msgspec

from countenance.wire import Examine, SelfTest
from models.manifests import MANIFEST
from models.store import RECORD, model_folder

HELD = "held.json"
_MOST_KEPT = 64
_RUNTIMES = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-silicon",
)


class KnownPairs:
    """Tells a door to the detectors what to ask before it relies on models (`scan.proving.KnownPairs`)."""

    def __init__(self) -> None:
        self._held: set[str] = set()  # where the store may not be written to, once for each process has to do

    def due(self, request: Examine) -> SelfTest | None:
        """Return what has to be asked before a request; None where it was, and nothing changed since."""
        test = SelfTest(
            detector=request.detector,
            face_embedder=request.face_embedder,
            models=request.models,
            threads=request.settings.threads,
            voice_activity=request.voice_activity,
            voice_embedder=request.voice_embedder,
            provider=request.settings.provider,
        )
        circumstances = _circumstances(test)
        known = circumstances in self._held or circumstances in _read(Path(test.models))
        return None if known else test

    def remember(self, test: SelfTest) -> None:
        """Take note that a test passed."""
        circumstances = _circumstances(test)
        self._held.add(circumstances)
        store = Path(test.models)
        kept = [*(one for one in _read(store) if one != circumstances), circumstances][-_MOST_KEPT:]
        partial = store / f"{HELD}.{os.getpid()}"
        with contextlib.suppress(OSError):  # what is not remembered is asked again
            partial.write_bytes(msgspec.json.encode(kept))
            partial.replace(store / HELD)


def _circumstances(test: SelfTest) -> str:
    """Return a hash of everything that a known pair's result may depend on."""
    told = hashlib.sha256()
    names = (test.detector, test.face_embedder, test.voice_activity, test.voice_embedder)
    parts = [_version("countenance"), *map(_version, _RUNTIMES), platform.machine(), platform.node(), test.provider]
    for part in (*parts, *names):
        told.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for name in names:
        folder = model_folder(Path(test.models), name)
        for file in (RECORD, MANIFEST) if name else ():
            with contextlib.suppress(OSError):  # the catalogue's have no manifest there; what is missing is said later
                told.update((folder / file).read_bytes() + b"\0")
    return told.hexdigest()


def _read(store: Path) -> list[str]:
    try:
        return msgspec.json.decode((store / HELD).read_bytes(), type=list[str])
    except (OSError, ValueError, RecursionError):  # none, or no good: the test is done again
        return []


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
