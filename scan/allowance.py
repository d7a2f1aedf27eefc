"""What a request may cost the child: memory by the models it loads, and what they run on."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from countenance.wire import Examine, Request, SelfTest
from countenance.wire_models import CPU, Embed, Prove

R = TypeVar("R", bound=Request)

_LOADING = 4.5
"""Bytes for each byte of a network while it is loaded: measured 4.1 to 4.4 (170 and 260 MB), once loaded 1.0."""
_SMALL = 64 * 1000 * 1000
"""Networks up to this, together, are part of what every clip is allowed: the packs of the catalogue but InsightFace's
take 28 MB at most."""
_UNPROVED = 400 * 1000 * 1000
"""Resident bytes of a child that tries a small network nobody has seen run: it has 190 MB before, and what it takes
besides the system itself ends at `_ROOM` where it can (`detectors.room`)."""
_ROOM = 185 * 1000 * 1000
"""What running a network may take beside loading it; measured with ArcFace's of 174 and 260 MB: less than 20 MB."""
_ELSEWHERE = 4 * 1000**3
"""Libraries of graphics processors occupy memory of the machine too: CUDA and cuDNN more than 2 GB."""


def provider_for(request: Request) -> str | None:
    """Return the onnxruntime execution provider that a request's models run on; None where it has none to run."""
    if isinstance(request, Examine):
        return request.settings.provider
    return request.provider if isinstance(request, SelfTest | Prove | Embed) else None


def on_provider(request: R, provider: str) -> R:
    """Return a request whose models run on a provider; what is to be proved says itself on what."""
    if isinstance(request, Examine):
        settings = msgspec.structs.replace(request.settings, provider=provider)
        return msgspec.structs.replace(request, settings=settings)
    if isinstance(request, SelfTest | Embed):
        return msgspec.structs.replace(request, provider=provider)
    return request


def is_unproved(request: Request) -> bool:
    """Return whether a request runs a network that nobody has seen run: a stranger's, whatever it does."""
    return isinstance(request, Prove) and request.contracts


def with_room(request: Prove) -> Prove:
    """Return a request that says how much memory a network nobody has seen run may take, by the size of its file."""
    if not is_unproved(request) or provider_for(request) != CPU:
        return request
    return msgspec.structs.replace(request, room_bytes=_ROOM + int(_sizes(request) * _LOADING))


def memory_limit(request: Request, ordinary: int) -> int:
    """Return the resident bytes at which the child is ended.

    Args:
        request: what it is asked.
        ordinary: what any clip is allowed.
    """
    if is_unproved(request) and provider_for(request) == CPU:
        return min(ordinary, _UNPROVED) + int(_sizes(request) * _LOADING)
    return ordinary + extra_memory(request)


def extra_memory(request: Request) -> int:
    """Return the bytes that a child may occupy beside what any clip is allowed: for large networks, and for a GPU's."""
    large = max(0, _sizes(request) - _SMALL)
    return int(large * _LOADING) + (_ELSEWHERE if provider_for(request) not in (None, CPU) else 0)


def _sizes(request: Request) -> int:
    folder = getattr(request, "models", "")
    return sum(_bytes_of(Path(folder, name)) for name in _models_of(request))


def _models_of(request: Request) -> set[str]:
    if isinstance(request, Prove):
        return set(request.names)
    if not isinstance(request, Examine | SelfTest | Embed):
        return set()
    names = {request.detector, request.face_embedder, request.voice_embedder}
    if isinstance(request, Examine):
        names |= {*request.more_face_embedders, *request.more_voice_embedders}
    return names - {""}


def _bytes_of(folder: Path) -> int:
    try:
        return sum(file.stat().st_size for file in folder.glob("*.onnx"))
    except OSError:  # the child will say what is wrong with it
        return 0
