"""Who is not looked for in a clip, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WhyNot(StrEnum):
    """Why people enrolled with another model are not searched with it."""

    NOT_AT_HAND = "not at hand"
    NO_FIGURES = "no figures"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class NotSearched:
    """People of whom the face or the voice is not looked for.

    Attributes:
        model: name of the model that made their templates; several joined.
        people: their ids.
        why: it is not installed or cannot run behind the pack's detector; no figures say what its likenesses mean; or
            the clip was examined without it.
    """

    model: str
    people: tuple[str, ...]
    why: WhyNot
