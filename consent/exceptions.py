"""A part that no grant covers: refused, unless an exception is claimed or was decided on record (consent.md §4, 6)."""

from __future__ import annotations

from consent.duties import law_duties, open_duties
from consent.question import Part, Question
from countenance.decisions import RecordedException, counted
from countenance.grants import Theme
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.use import ApprovalDecision, ExceptionKind


def judge_uncovered(part: Part, reason: Reason, rests_on: str | None, question: Question) -> Judgement:
    """Judge a part that no grant covers, for `reason`; `rests_on` is the grant that comes nearest.

    An exception is for a person to decide, about this very clip: until then it asks, afterwards the record counts.
    What is recorded claims itself, so that it need not be claimed again; a claim of another kind is a new question.
    No exception carries adult content.
    """
    if Theme.ADULT in question.use.themes:
        return Judgement(kind=JudgementKind.NOT_PERMITTED, reason=reason, rests_on=rests_on, part=part.named())
    decided = _decided(part, question)
    if decided is not None:
        return _as_decided(decided, part, question)
    if question.use.exception is not None:
        kind, reason = JudgementKind.NEEDS_APPROVAL, Reason.EXCEPTION_CLAIMED
    else:
        kind = JudgementKind.NOT_PERMITTED
    return Judgement(kind=kind, reason=reason, rests_on=rests_on, part=part.named())


def _as_decided(decided: RecordedException, part: Part, question: Question) -> Judgement:
    if decided.decision is ApprovalDecision.REFUSED:
        return Judgement(
            kind=JudgementKind.NOT_PERMITTED,
            reason=Reason.APPROVAL_REFUSED,
            rests_on=decided.id,
            part=part.named(),
        )
    # An exception stands in for the consent, not for the labels that the law asks for.
    duties = open_duties(law_duties(part, question), None, question)
    return Judgement(
        kind=JudgementKind.PERMITTED_WITH_DUTIES if duties else JudgementKind.PERMITTED,
        reason=Reason.EXCEPTION_CLAIMED,
        duties=duties,
        rests_on=decided.id,
        part=part.named(),
    )


def _decided(part: Part, question: Question) -> RecordedException | None:
    """Return the decision that counts for a part: of each kind the last recorded, of several kinds one approved."""
    claimed = question.use.exception
    latest: dict[ExceptionKind, RecordedException] = {}
    for one in sorted(question.exceptions, key=lambda recorded: counted(recorded.id)):
        concerns = one.person == part.person.id and one.modality in (None, part.modality)
        if concerns and claimed in (None, one.kind):
            latest[one.kind] = one
    approved = [one for one in latest.values() if one.decision is ApprovalDecision.APPROVED]
    return next(iter(approved or latest.values()), None)
