"""What a check ends with: findings, their severity, and the clip's verdict (contract.md, "Words for a result")."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs, worst first."""

    BLOCK = "block"
    REVIEW = "review"
    NOTE = "note"


class Verdict(StrEnum):
    """What may happen to the clip."""

    BLOCKED = "blocked"
    REVIEW = "review"
    PERMITTED = "permitted"
    NO_MATCH = "no_match"


class UnknownPolicy(StrEnum):
    """How an unknown person who is prominent in a clip weighs."""

    REVIEW = "review"
    NOTE = "note"
