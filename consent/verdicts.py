"""What a judgement weighs, and the clip's verdict (contract.md, "How findings get their severity")."""

from __future__ import annotations

from countenance.judgement import ClipJudgement, JudgementKind
from countenance.verdict import Severity, UnknownPolicy, Verdict

_SEVERITY: dict[JudgementKind, Severity | None] = {
    JudgementKind.NOT_PERMITTED: Severity.BLOCK,
    JudgementKind.REVOKED: Severity.BLOCK,
    JudgementKind.EXPIRED: Severity.BLOCK,
    JudgementKind.POSSIBLE_MATCH: Severity.REVIEW,
    JudgementKind.NEEDS_DETAILS: Severity.REVIEW,
    JudgementKind.NEEDS_APPROVAL: Severity.REVIEW,
    JudgementKind.UNKNOWN_PERSON: Severity.REVIEW,
    JudgementKind.PERMITTED_WITH_DUTIES: Severity.NOTE,
    JudgementKind.PERMITTED: None,
    JudgementKind.CLEAR: None,
}


def severity_of(kind: JudgementKind, unknown: UnknownPolicy, *, prominent: bool = True) -> Severity | None:
    """Return the severity of a finding with this judgement; None where there is nothing to find.

    Args:
        kind: the judgement on one person.
        unknown: how an unknown person weighs.
        prominent: False for an unknown person who is small, brief or in a crowd: then only a note.
    """
    if kind is JudgementKind.UNKNOWN_PERSON and (unknown is UnknownPolicy.NOTE or not prominent):
        return Severity.NOTE
    return _SEVERITY[kind]


def verdict_of(clip: ClipJudgement, unknown: UnknownPolicy) -> Verdict:
    """Return the verdict that follows from the people of a clip, every unknown one taken as prominent.

    Mismatches and what could not be examined weigh in later, in the findings.
    """
    severities = {severity_of(one.judgement.kind, unknown) for one in clip.people}
    if Severity.BLOCK in severities:
        return Verdict.BLOCKED
    if Severity.REVIEW in severities:
        return Verdict.REVIEW
    return Verdict.PERMITTED if any(one.person is not None for one in clip.people) else Verdict.NO_MATCH
