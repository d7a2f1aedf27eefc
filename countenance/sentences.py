"""Puts sentences one after another as their script does."""

from __future__ import annotations

from collections.abc import Iterable

_WIDE_ENDS = ("。", "！", "？", "）")


def in_a_row(sentences: Iterable[str]) -> str:
    """Return sentences as running text, empty ones left out; a full-width mark brings its own space."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith(_WIDE_ENDS) else f" {sentence}"
    return text
