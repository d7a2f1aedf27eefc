"""When a grant is in force: its days, suspension, withdrawals, and the ends that birthdays and deaths set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consent.answers import Answer
from consent.question import Part, Question
from consent.scope import withdrawal_touches
from consent.signing import eighteenth_birthday, is_dead
from countenance.grants import AfterEnd, Grant, Prohibition
from countenance.judgement import Reason
from countenance.people import Person, Signer

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant whose signature counts, with the person or group that gave it."""

    grant: Grant
    holder: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a grant stands for one part at one moment.

    Attributes:
        hindrances: why it is not in force, each of revoked, suspended, past_end, turned_18, ended_at_death,
            starts_later; empty if it is.
        missing: fields of the stated use on which a withdrawal hangs.
        withdrawn: the withdrawn grants that block it.
    """

    hindrances: frozenset[Reason]
    missing: tuple[str, ...] = ()
    withdrawn: tuple[Grant, ...] = ()


def stands(held: Held, part: Part, moment: datetime, others: Sequence[Held], question: Question) -> Standing:
    """Say how a grant stands for `part` at `moment`; `others` are all grants of the person that count."""
    grant = held.grant
    day = question.day(moment, grant.tz)
    hindrances: set[Reason] = set()
    missing: tuple[str, ...] = ()
    withdrawn: list[Grant] = []
    for other in others:
        if not _withdrawn(other.grant, question.day(moment, other.grant.tz)):
            continue
        reached, unstated = _reaches(other.grant, grant, part, question)
        if reached is Answer.YES:
            withdrawn.append(other.grant)
        missing += unstated
    if withdrawn:
        hindrances.add(Reason.REVOKED)
    pause = grant.suspended
    if pause is not None and pause.start <= day <= (pause.end or date.max):
        hindrances.add(Reason.SUSPENDED)
    ended = end_of(held, part.person)
    if ended is not None and day > ended[0]:
        hindrances.add(ended[1])
    if day < first_day(grant):
        hindrances.add(Reason.STARTS_LATER)
    return Standing(hindrances=frozenset(hindrances), missing=missing, withdrawn=tuple(withdrawn))


def first_day(grant: Grant) -> date:
    """Return the first day of a signed grant: its start, but never before it was signed."""
    signed = grant.signed or date.max
    return max(grant.start or signed, signed)


def end_of(held: Held, depicted: Person) -> tuple[date, Reason] | None:
    """Return the last day of a grant and what ends it, the earliest of all; None if it is open."""
    grant, ends = held.grant, list[tuple[date, Reason]]()
    if grant.end is not None:
        ends.append((grant.end, Reason.PAST_END))
    if grant.signer is Signer.GUARDIAN and held.holder.birth is not None:
        ends.append((eighteenth_birthday(held.holder.birth) - _ONE_DAY, Reason.TURNED_18))
    if _ends_at_death(grant) and is_dead(depicted, date.max):
        died = depicted.death
        ends.append((date.min if died is None else died - _ONE_DAY, Reason.ENDED_AT_DEATH))
    return min(ends, key=lambda end: end[0], default=None)


def down_by(held: Held, part: Part, others: Sequence[Held], question: Question) -> date | None:
    """Return the last day on which a part may stay public under a grant; None while no day is known.

    Known are withdrawals still in their notice, and the recorded end of a grant after which clips come down.
    """
    grant, days = held.grant, list[date]()
    latest = max(question.use.publish_at, question.checked_at)
    for other in others:
        ending = other.grant.revoked
        if ending is None or ending.published is AfterEnd.KEEP:
            continue
        if _withdrawn(other.grant, question.day(latest, other.grant.tz)):
            continue
        if _reaches(other.grant, grant, part, question)[0] is Answer.YES:
            days.append(_effective(other.grant) - _ONE_DAY)
    ended = end_of(held, part.person)
    if grant.after_end is AfterEnd.TAKE_DOWN and ended is not None and question.day(latest, grant.tz) <= ended[0]:
        days.append(ended[0])
    return min(days, default=None)


def ban_in_force(ban: Prohibition, question: Question) -> bool:
    """Say whether a ban is in force when it is checked, or at a publication that is still to come."""
    days = {question.day(moment, ban.tz) for moment in (question.checked_at, _still_to_come(question))}
    return any((ban.start or date.min) <= day <= (ban.end or date.max) for day in days)


def _still_to_come(question: Question) -> datetime:
    return max(question.checked_at, question.use.publish_at)


def _ends_at_death(grant: Grant) -> bool:
    # Survival can be agreed in grants signed by self or agent; a guardian's authority ends with the child's life.
    if grant.signer is Signer.GUARDIAN:
        return True
    return grant.signer in (Signer.SELF, Signer.AGENT) and not grant.survives_death


def _effective(grant: Grant) -> date:
    """Return the first day on which a withdrawn grant no longer counts."""
    assert grant.revoked is not None  # asked only of withdrawn grants
    return grant.revoked.notice + timedelta(days=grant.revoked.days)


def _withdrawn(grant: Grant, day: date) -> bool:
    return grant.revoked is not None and day >= _effective(grant)


def _reaches(withdrawn: Grant, grant: Grant, part: Part, question: Question) -> tuple[Answer, tuple[str, ...]]:
    """Say whether the withdrawal of one grant blocks another for a part: its scope, all signed up to its notice."""
    if withdrawn.id == grant.id:
        return Answer.YES, ()
    assert withdrawn.revoked is not None  # asked only of withdrawn grants
    if grant.signed is None or grant.signed > withdrawn.revoked.notice:
        return Answer.NO, ()
    return withdrawal_touches(withdrawn, part, question)
