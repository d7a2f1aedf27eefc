"""A clip's proxy as the parent takes it from the child: put together, counted, and looked at before it is played."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from countenance.errors import ClipError
from countenance.translations import _
from countenance.wire import PROXY_LIMIT, Piece, Previewed, ProxyKind

_MATROSKA, _DOCUMENT_TYPE, _HEAD = b"\x1aE\xdf\xa3", b"\x42\x82\x88matroska", 64
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """What the window plays in place of a clip.

    Attributes:
        data: a Matroska file for film and sound, a JPEG for a still.
        sha256: of the clip's file.
        duration_s: of the proxy; shorter than the clip's where not all of it fitted. 0 for a still.
        width, height: of its picture; 0 without one.
        sounds: whether there is sound in it.
        frames_s: when each frame is shown, ascending: seconds from the clip's start, whole milliseconds.
    """

    kind: ProxyKind
    data: bytes
    sha256: str
    duration_s: float
    width: int = 0
    height: int = 0
    sounds: bool = False
    frames_s: tuple[float, ...] = ()


class ProxyPieces:
    """Gathers a proxy's pieces, never more than `countenance.wire.PROXY_LIMIT` bytes of them."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, piece: Piece) -> bool:
        """Keep the next piece; return False where it is too much."""
        self._size += len(piece.content)
        if self._size > PROXY_LIMIT:
            return False
        self._parts.append(piece.content)
        return True

    def proxy(self, said: Previewed) -> Proxy | None:
        """Return the proxy; None where the pieces are not what was said of them.

        A child that was taken over could send a list of addresses for a film, and a player would open what it names:
        nothing but the one format is let through.
        """
        data = b"".join(self._parts)
        frames_ms = np.frombuffer(said.frames_ms[: len(said.frames_ms) // 4 * 4], "<u4").tolist()
        holds = (
            len(data) == said.size
            and len(said.frames_ms) % 4 == 0
            and _is_format(said.kind, data)
            and (said.kind is ProxyKind.SOUND or min(said.width, said.height) > 0)
            and all(before < after for before, after in pairwise(frames_ms))
            and bool(frames_ms) == (said.kind is ProxyKind.FILM)
        )
        if not holds:
            return None
        return Proxy(
            kind=said.kind,
            data=data,
            sha256=said.sha256,
            duration_s=said.duration_s,
            width=said.width,
            height=said.height,
            sounds=said.sounds,
            frames_s=tuple(at_ms / 1000 for at_ms in frames_ms),
        )


class ChangedClipError(ClipError):
    """The file is not the one that was checked."""


def changed_error(name: str) -> ChangedClipError:
    """Return the error for a file that was changed since it was checked."""
    return ChangedClipError(
        _("“{name}” is not the file any more that was checked.").format(name=name),
        remedy=_("Check it again."),
        details="another sha256",
    )


def _is_format(kind: ProxyKind, data: bytes) -> bool:
    if kind is ProxyKind.STILL:
        return data.startswith(_JPEG)
    return data.startswith(_MATROSKA) and _DOCUMENT_TYPE in data[:_HEAD]
