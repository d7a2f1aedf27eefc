"""Clips and folders that were checked lately, as paths: newest first, each once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

MOST_KEPT = 12
MOST_SHOWN = 3
"""So many stand on the welcome page; the menu has all."""


def with_recent(recent: Sequence[Path], named: Iterable[Path]) -> tuple[Path, ...]:
    """Return the list with what was named now before the rest; what is no text is not kept."""
    new = [path for path in named if _is_text(path)]
    return tuple(dict.fromkeys((*new[:MOST_KEPT], *recent)))[:MOST_KEPT]


def recents_to_text(recent: Sequence[Path]) -> str:
    """Return the list as text to be remembered."""
    return json.dumps([str(path) for path in recent])


def recents_from_text(text: str) -> tuple[Path, ...]:
    """Return the remembered list; nothing where it is not valid."""
    try:
        return tuple(Path(name) for name in msgspec.json.decode(text, type=list[str]))[:MOST_KEPT]
    except msgspec.MsgspecError:  # nothing remembered, or by another version
        return ()


def _is_text(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:  # a name on disk need not be text, and what is remembered must be
        return False
    return True
