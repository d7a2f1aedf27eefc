"""What consent says about the people found in a clip (`consent.md` §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countenance.people import Modality


class MatchKind(StrEnum):
    """How firmly somebody was recognised."""

    STRONG = "strong"
    POSSIBLE = "possible"
    NONE = "none"
    TAGGED = "tagged"


class Declaration(StrEnum):
    """What the user answered about somebody unknown."""

    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """Somebody seen or heard in a clip; `person` is None for a face or voice of nobody enrolled."""

    person: str | None
    modality: tuple[Modality, ...]
    match: MatchKind
    declared: Declaration | None = None


class JudgementKind(StrEnum):
    """The ten answers consent can give, as in `consent_fields.csv`."""

    CLEAR = "clear"
    PERMITTED = "permitted"
    PERMITTED_WITH_DUTIES = "permitted_with_duties"
    NEEDS_APPROVAL = "needs_approval"
    NEEDS_DETAILS = "needs_details"
    POSSIBLE_MATCH = "possible_match"
    UNKNOWN_PERSON = "unknown_person"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_PERMITTED = "not_permitted"


WORST_FIRST = (
    JudgementKind.NOT_PERMITTED,
    JudgementKind.REVOKED,
    JudgementKind.EXPIRED,
    JudgementKind.POSSIBLE_MATCH,
    JudgementKind.NEEDS_DETAILS,
    JudgementKind.NEEDS_APPROVAL,
    JudgementKind.UNKNOWN_PERSON,
    JudgementKind.PERMITTED_WITH_DUTIES,
    JudgementKind.PERMITTED,
    JudgementKind.CLEAR,
)


class Reason(StrEnum):
    """Why a judgement fell as it did; stable in reports."""

    NO_PEOPLE = "no_people"
    OK = "ok"
    SELF = "self"
    PUBLISHED_IN_TERM = "published_in_term"
    DUTY_OPEN = "duty_open"
    DECLARED_SYNTHETIC = "declared_synthetic"
    NO_MATCH = "no_match"
    TEMPLATE_LAPSED = "template_lapsed"
    POSSIBLE_MATCH = "possible_match"
    USE_NOT_STATED = "use_not_stated"
    APPROVAL_PENDING = "approval_pending"
    VAGUE_GRANT = "vague_grant"
    EXCEPTION_CLAIMED = "exception_claimed"
    PAST_END = "past_end"
    TURNED_18 = "turned_18"
    ENDED_AT_DEATH = "ended_at_death"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    STARTS_LATER = "starts_later"
    APPROVAL_REFUSED = "approval_refused"
    PROHIBITION = "prohibition"
    EXCLUSIVE_ELSEWHERE = "exclusive_elsewhere"
    MINOR_PROTECTED = "minor_protected"
    THEME_NOT_NAMED = "theme_not_named"
    NO_GRANT = "no_grant"
    UNSIGNED = "unsigned"
    WRONG_SIGNER = "wrong_signer"
    SCOPE_MODALITY = "scope_modality"
    SCOPE_PURPOSE = "scope_purpose"
    SCOPE_METHOD = "scope_method"
    SCOPE_GRANTEE = "scope_grantee"
    SCOPE_PROJECT = "scope_project"
    SCOPE_CHANNEL = "scope_channel"
    SCOPE_TERRITORY = "scope_territory"
    SCOPE_LANGUAGE = "scope_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What consent says about one person, one part of a use, or a whole clip.

    Attributes:
        duties: open duties, each a `Duty` value; take_down_by carries its date: "take_down_by:2026-06-30".
        rests_on: id of the grant or prohibition that decided; None where none did.
        missing: names of the fields of the stated use that would decide it (for `needs_details`).
        part: the part that decided, e.g. {"modality": "face", "channel": "tiktok", "territory": "FR"}.
    """

    kind: JudgementKind
    reason: Reason
    duties: tuple[str, ...] = ()
    rests_on: str | None = None
    missing: tuple[str, ...] = ()
    part: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonJudgement:
    """The worst part of one found person, with the open duties of all parts.

    Attributes:
        found: index in the list judged.
        person: None for nobody enrolled, and for somebody whose biometric consent is over.
        parts: the judgement of each part, in the order in which the use states them.
    """

    found: int
    person: str | None
    judgement: Judgement
    parts: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipJudgement:
    """The judgements of all people found, and the worst of them for the clip."""

    overall: Judgement
    people: tuple[PersonJudgement, ...]
