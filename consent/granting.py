"""What the grants of one person say about one part of a use (consent.md §4, steps 5 to 11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from consent.answers import worst
from consent.duties import law_duties, open_duties
from consent.exceptions import judge_uncovered
from consent.force import Held, Standing, down_by, end_of, stands
from consent.papers import Papers
from consent.question import Part, Question
from consent.scope import FIELD_REASONS, FIELDS, Reading, read
from countenance.decisions import counted
from countenance.grants import ANY, SYNTHETIC_METHODS, WORLD, AfterEnd, Grant, Purpose
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.territories import included_and_excluded
from countenance.use import ApprovalDecision

# None of several grants in force: the first of these that any of them meets (step 7).
_HINDRANCES = {
    Reason.REVOKED: JudgementKind.REVOKED,
    Reason.SUSPENDED: JudgementKind.NOT_PERMITTED,
    Reason.PAST_END: JudgementKind.EXPIRED,
    Reason.TURNED_18: JudgementKind.EXPIRED,
    Reason.ENDED_AT_DEATH: JudgementKind.EXPIRED,
    Reason.STARTS_LATER: JudgementKind.NOT_PERMITTED,
}
_ENDINGS = frozenset({Reason.PAST_END, Reason.TURNED_18, Reason.ENDED_AT_DEATH})


def judge_by_grants(part: Part, papers: Papers, question: Question) -> Judgement:
    """Judge a part by the grants of its person, once nothing forbids it."""
    if not papers.held:
        return judge_uncovered(part, papers.fault, papers.faulty, question)
    readings = [(held, read(held.grant, part, question)) for held in papers.held]
    covering = [(held, reading) for held, reading in readings if not reading.failing]
    if not covering:
        nearest = min((reading for _held, reading in readings), key=_distance)
        return judge_uncovered(part, FIELD_REASONS[nearest.failing[0]], nearest.grant.id, question)
    standing = [
        (held, reading, stands(held, part, question.use.publish_at, papers.held, question))
        for held, reading in covering
    ]
    in_force = [entry for entry in standing if not entry[2].hindrances]
    if not in_force:
        return _not_in_force(part, [(held, stand) for held, _reading, stand in standing])
    certain = [held for held, reading, stand in in_force if not reading.missing and not stand.missing]
    if certain:
        return _in_force(part, certain, papers.held, question)
    asked = [(tuple(dict.fromkeys((*reading.missing, *stand.missing))), held) for held, reading, stand in in_force]
    # The shortest question is asked: what the grant needs of which the fewest fields are missing.
    missing, held = min(asked, key=lambda entry: (len(entry[0]), specificity(entry[1].grant)))
    return _hanging(part, held.grant, missing)


def specificity(grant: Grant) -> tuple[bool, int, int, list[tuple[str, int]]]:
    """Return a key that puts the most specific grant first (step 8)."""
    included, excluded = included_and_excluded(grant.territories)
    limits = (
        Purpose.ANY not in grant.purposes,
        ANY not in grant.channels,
        WORLD not in included or bool(excluded),
        ANY not in grant.languages,
    )
    newest = -(grant.signed or date.min).toordinal()
    return ANY in grant.projects, -sum(limits), newest, counted(grant.id)


def _distance(reading: Reading) -> tuple[int, int, list[tuple[str, int]]]:
    """Return how far a grant is from covering: failures, then how early the first comes, then its id."""
    return len(reading.failing), FIELDS.index(reading.failing[0]), counted(reading.grant.id)


def _hanging(part: Part, grant: Grant, missing: tuple[str, ...]) -> Judgement:
    return Judgement(
        kind=JudgementKind.NEEDS_DETAILS,
        reason=Reason.USE_NOT_STATED,
        rests_on=grant.id,
        missing=missing,
        part=part.named(),
    )


def _not_in_force(part: Part, standing: Sequence[tuple[Held, Standing]]) -> Judgement:
    met = frozenset[Reason]().union(*(stand.hindrances for _held, stand in standing))
    reason = next(reason for reason in _HINDRANCES if reason in met)
    hindered = [(held, stand) for held, stand in standing if reason in stand.hindrances]
    held, stand = min(hindered, key=lambda entry: specificity(entry[0].grant))
    rests_on = _withdrawn_first(held, stand) if reason is Reason.REVOKED else held.grant.id
    return Judgement(kind=_HINDRANCES[reason], reason=reason, rests_on=rests_on, part=part.named())


def _withdrawn_first(held: Held, stand: Standing) -> str:
    """Return the id of the withdrawal that blocks a grant: its own, else the first of the others."""
    ids = [grant.id for grant in stand.withdrawn]
    return held.grant.id if held.grant.id in ids else ids[0]


def _in_force(part: Part, certain: Sequence[Held], others: Sequence[Held], question: Question) -> Judgement:
    """Judge a part by the most specific of the grants that cover it and were in force at publication."""
    ruling = min(certain, key=lambda held: specificity(held.grant))
    if not question.published:
        return _by_ruling(ruling, part, others, question)
    now = {held.grant.id: stands(held, part, question.checked_at, others, question) for held in certain}
    # An end stops nothing else: another grant that covered the publication and still runs carries it on.
    still = [held for held in certain if not _ended(now[held.grant.id])]
    if not still:
        return _after_end(ruling, now[ruling.grant.id], part, others, question)
    ruling = min(still, key=lambda held: specificity(held.grant))
    said, missing = _by_ruling(ruling, part, others, question), now[ruling.grant.id].missing
    # A later withdrawal may or may not reach the clip.
    return worst((said, _hanging(part, ruling.grant, missing))) if missing else said


def _ended(stand: Standing) -> bool:
    return bool(stand.hindrances & (_ENDINGS | {Reason.REVOKED}))


def _after_end(ruling: Held, now: Standing, part: Part, others: Sequence[Held], question: Question) -> Judgement:
    """Judge a published part whose grant has ended since: it stays or comes down as was recorded."""
    said = _by_ruling(ruling, part, others, question)
    down = [grant for grant in now.withdrawn if grant.revoked and grant.revoked.published is AfterEnd.TAKE_DOWN]
    if down:
        rests_on = ruling.grant.id if ruling.grant in down else down[0].id
        ended = Judgement(kind=JudgementKind.REVOKED, reason=Reason.REVOKED, rests_on=rests_on, part=part.named())
        return worst((said, ended))
    ending = end_of(ruling, part.person)
    if now.hindrances & _ENDINGS and ending is not None and ruling.grant.after_end is AfterEnd.TAKE_DOWN:
        ended = Judgement(kind=JudgementKind.EXPIRED, reason=ending[1], rests_on=ruling.grant.id, part=part.named())
        return worst((said, ended))
    if said.reason is Reason.OK:
        return Judgement(kind=said.kind, reason=Reason.PUBLISHED_IN_TERM, rests_on=said.rests_on, part=said.part)
    return said


def _by_ruling(ruling: Held, part: Part, others: Sequence[Held], question: Question) -> Judgement:
    """Judge by one grant in force: its approval, its description, and what is still to be done."""
    grant, decision = ruling.grant, question.use.approvals.get(ruling.grant.id)
    is_vague = question.method(part.modality) in SYNTHETIC_METHODS and not grant.description.strip()
    duties = set(grant.duties) | law_duties(part, question)
    still_due = open_duties(duties, down_by(ruling, part, others, question), question)
    if decision is ApprovalDecision.REFUSED:
        kind, reason = JudgementKind.NOT_PERMITTED, Reason.APPROVAL_REFUSED
    elif is_vague and decision is None:
        kind, reason = JudgementKind.NEEDS_APPROVAL, Reason.VAGUE_GRANT
    elif grant.approval and decision is None:
        kind, reason = JudgementKind.NEEDS_APPROVAL, Reason.APPROVAL_PENDING
    elif still_due:
        kind, reason = JudgementKind.PERMITTED_WITH_DUTIES, Reason.DUTY_OPEN
    else:
        kind, reason = JudgementKind.PERMITTED, Reason.OK
    shown = still_due if kind is JudgementKind.PERMITTED_WITH_DUTIES else ()
    return Judgement(kind=kind, reason=reason, duties=shown, rests_on=grant.id, part=part.named())
