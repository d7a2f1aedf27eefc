"""When a grant ends, whatever ends it: for lists of what runs out."""

from __future__ import annotations

from datetime import date, timedelta

from consent.force import Held, end_of
from consent.signing import signature_fault
from countenance.grants import Grant
from countenance.judgement import Reason
from countenance.people import Person


def ending_of(grant: Grant, holder: Person) -> tuple[date, Reason] | None:
    """Return the last day of a grant and what ends it: its term, a birthday, a death or a withdrawal.

    Args:
        grant: as it stands.
        holder: the person or group that gave it.

    Returns:
        None for a grant that is open, and for one that never counted, unsigned or signed by the wrong hand.
    """
    if signature_fault(grant, holder) is not None:
        return None
    ended = end_of(Held(grant=grant, holder=holder), holder)
    ends = [] if ended is None else [ended]
    if grant.revoked is not None:
        ends.append((grant.revoked.notice + timedelta(days=grant.revoked.days - 1), Reason.REVOKED))
    return min(ends, key=lambda end: end[0], default=None)
