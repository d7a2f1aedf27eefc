"""The order of consent.md §4 for one part of a recognised person: protection, bans, then what was granted."""

from __future__ import annotations

from consent.answers import Answer, rank
from consent.duties import law_duties, open_duties
from consent.fields import same_name
from consent.force import ban_in_force, stands
from consent.granting import judge_by_grants
from consent.papers import Papers
from consent.question import Part, Question
from consent.scope import ban_touches, exclusive_touches
from consent.signing import is_minor
from countenance.grants import CLOSED_FOR_MINORS
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.people import PersonKind


def judge_part(part: Part, papers: Papers, question: Question) -> Judgement:
    """Judge one part of somebody who was recognised for certain or named by hand."""
    published_on = question.day(question.use.publish_at, None)
    if is_minor(part.person, published_on) and not CLOSED_FOR_MINORS.isdisjoint(question.use.themes):
        return _judgement(part, JudgementKind.NOT_PERMITTED, Reason.MINOR_PROTECTED)
    refusal = _refusal(part, papers, question)
    if refusal is not None and refusal.kind is JudgementKind.NOT_PERMITTED:
        return refusal
    is_own = part.person.kind is PersonKind.OWN
    said = _own(part, question) if is_own else judge_by_grants(part, papers, question)
    if refusal is None or rank(said.kind) < rank(refusal.kind):
        return said
    missing = tuple(dict.fromkeys((*refusal.missing, *said.missing)))
    return Judgement(
        kind=refusal.kind, reason=refusal.reason, rests_on=refusal.rests_on, missing=missing, part=refusal.part
    )


def _refusal(part: Part, papers: Papers, question: Question) -> Judgement | None:
    """Return the no of a ban or of somebody else's exclusive grant.

    Where it hangs on fields that were not stated, the answer is to state them: it outweighs every milder one.
    """
    met = [
        (Reason.PROHIBITION, ban.id, ban_touches(ban, part, question))
        for ban in papers.bans
        if ban_in_force(ban, question)
    ]
    met += [
        (Reason.EXCLUSIVE_ELSEWHERE, held.grant.id, exclusive_touches(held.grant, part, question))
        for held in papers.held
        if held.grant.exclusive.strip()
        and not same_name(question.grantee_of(held.grant), question.grantee)
        and not stands(held, part, question.use.publish_at, papers.held, question).hindrances
    ]
    for reason, rests_on, (said, _unstated) in met:
        if said is Answer.YES:
            return _judgement(part, JudgementKind.NOT_PERMITTED, reason, rests_on)
    hanging = [(rests_on, unstated) for _reason, rests_on, (said, unstated) in met if said is Answer.NOT_STATED]
    if not hanging:
        return None
    missing = tuple(dict.fromkeys(field for _rests_on, unstated in hanging for field in unstated))
    return Judgement(
        kind=JudgementKind.NEEDS_DETAILS,
        reason=Reason.USE_NOT_STATED,
        rests_on=hanging[0][0],
        missing=missing,
        part=part.named(),
    )


def _own(part: Part, question: Question) -> Judgement:
    duties = open_duties(law_duties(part, question), None, question)
    if duties:
        return Judgement(
            kind=JudgementKind.PERMITTED_WITH_DUTIES, reason=Reason.DUTY_OPEN, duties=duties, part=part.named()
        )
    return _judgement(part, JudgementKind.PERMITTED, Reason.SELF)


def _judgement(part: Part, kind: JudgementKind, reason: Reason, rests_on: str | None = None) -> Judgement:
    return Judgement(kind=kind, reason=reason, rests_on=rests_on, part=part.named())
