"""Three answers instead of two, because a field that was not stated is neither a yes nor a no."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from countenance.judgement import WORST_FIRST, Judgement, JudgementKind


class Answer(Enum):
    """Whether one field of a grant or a ban meets one part of a use."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not stated"


def answer(is_so: bool) -> Answer:
    """Turn a plain truth into an answer."""
    return Answer.YES if is_so else Answer.NO


def rank(kind: JudgementKind) -> int:
    """Return how bad a judgement is: 0 is the worst."""
    return WORST_FIRST.index(kind)


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """Return the worst of at least one judgement; of equals, the first."""
    return min(judgements, key=lambda judgement: rank(judgement.kind))
