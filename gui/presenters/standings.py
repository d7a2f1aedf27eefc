"""How a grant, a prohibition or a biometric consent stands on a day, in a word, an icon and a tone."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from consent.signing import signature_fault
from countenance.grants import Grant, Prohibition, Revocation
from countenance.judgement import Reason
from countenance.people import BiometricConsent, Person
from countenance.translations import _, mark
from gui.presenters.looks import Icon, Tone

SOON_DAYS = 30
"""So many days before its end a grant is called ending."""


class Standing(StrEnum):
    """How something that was agreed stands; in the order in which lists show it."""

    FORBIDDEN = "forbidden"
    ENDING = "ending"
    IN_FORCE = "in_force"
    NOTICE = "notice"
    SUSPENDED = "suspended"
    LATER = "later"
    WRONG_SIGNER = "wrong_signer"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def words(self) -> str:
        """In a word or two."""
        return _(_SHOWN[self][0])

    @property
    def icon(self) -> Icon:
        """Its own shape."""
        return _SHOWN[self][1]

    @property
    def tone(self) -> Tone:
        """Its colour."""
        return _SHOWN[self][2]

    @property
    def counts(self) -> bool:
        """Whether it has, or will have, an effect."""
        return self not in (Standing.DRAFT, Standing.WITHDRAWN, Standing.ENDED)


def standing_of_grant(grant: Grant, giver: Person, today: date) -> Standing:
    """Return how a grant stands on a day in the registry's zone, as far as its own days and signature tell."""
    if grant.signed is None:
        return Standing.DRAFT
    if signature_fault(grant, giver) is Reason.WRONG_SIGNER:
        return Standing.WRONG_SIGNER
    if grant.revoked is not None:
        return Standing.WITHDRAWN if today >= withdrawn_from(grant) else Standing.NOTICE
    pause = grant.suspended
    paused = pause is not None and pause.start <= today and (pause.end is None or today <= pause.end)
    standing = _by_days(grant.start or grant.signed, grant.end, today)
    return Standing.SUSPENDED if paused and standing is not Standing.ENDED else standing


def standing_of_ban(ban: Prohibition, today: date) -> Standing:
    """Return how a prohibition stands on a day in the registry's zone."""
    standing = _by_days(ban.start, ban.end, today)
    return Standing.FORBIDDEN if standing in (Standing.IN_FORCE, Standing.ENDING) else standing


def standing_of_consent(consent: BiometricConsent, today: date) -> Standing:
    """Return how a biometric consent stands on a day in the registry's zone."""
    if consent.erased_on is not None and consent.withdrawn_on is None:
        return Standing.ENDED
    if consent.withdrawn_on is not None:
        return Standing.WITHDRAWN if consent.withdrawn_on <= today else Standing.NOTICE
    return _by_days(consent.signed_on, consent.retain_until, today)


def withdrawn_from(grant: Grant) -> date:
    """Return the day from which a withdrawal counts; the grant has one."""
    assert grant.revoked is not None
    return effective_day(grant.revoked)


def effective_day(revocation: Revocation) -> date:
    """Return the day on which a withdrawal begins to count: its notice period is over then."""
    return revocation.notice + timedelta(days=revocation.days)


_SHOWN = {
    Standing.FORBIDDEN: (mark("Forbidden"), Icon.BLOCKED, Tone.BLOCKED),
    Standing.ENDING: (mark("Ends soon"), Icon.CLOCK, Tone.REVIEW),
    Standing.IN_FORCE: (mark("In force"), Icon.PERMITTED, Tone.PERMITTED),
    Standing.NOTICE: (mark("Withdrawn, notice runs"), Icon.CLOCK, Tone.REVIEW),
    Standing.SUSPENDED: (mark("Suspended"), Icon.PAUSE, Tone.REVIEW),
    Standing.LATER: (mark("Starts later"), Icon.CALENDAR, Tone.NEUTRAL),
    Standing.WRONG_SIGNER: (mark("Signature does not count"), Icon.REVIEW, Tone.REVIEW),
    Standing.DRAFT: (mark("Draft"), Icon.PEN, Tone.NEUTRAL),
    Standing.WITHDRAWN: (mark("Withdrawn"), Icon.REJECT, Tone.BLOCKED),
    Standing.ENDED: (mark("Ended"), Icon.STOPPED, Tone.NEUTRAL),
}


def _by_days(start: date | None, end: date | None, today: date) -> Standing:
    if end is not None and end < today:
        return Standing.ENDED
    if start is not None and start > today:
        return Standing.LATER
    if end is not None and end <= today + timedelta(days=SOON_DAYS):
        return Standing.ENDING
    return Standing.IN_FORCE
