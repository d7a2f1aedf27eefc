"""Whether a grant was signed, and by somebody who could sign it (consent.md §4, step 5)."""

from __future__ import annotations

from datetime import date

from countenance.grants import Grant
from countenance.judgement import Reason
from countenance.people import Person, PersonKind, Signer

ADULT_YEARS = 18


def signature_fault(grant: Grant, holder: Person) -> Reason | None:
    """Return why a grant's signature does not count, or None; `holder` is the person or group that grants."""
    if grant.signed is None:
        return Reason.UNSIGNED
    return None if _may_sign(grant.signer, holder, grant.signed) else Reason.WRONG_SIGNER


def eighteenth_birthday(birth: date) -> date:
    """Return the day on which somebody is an adult; born on 29 February, on 1 March, when 18 years are complete."""
    if (birth.month, birth.day) == (2, 29):
        return date(birth.year + ADULT_YEARS, 3, 1)
    return birth.replace(year=birth.year + ADULT_YEARS)


def is_minor(person: Person, day: date) -> bool:
    """Say whether a person is under 18 on a day.

    The date of birth decides where there is one. Somebody who died as a child stays one.
    """
    if person.birth is None:
        return person.kind is PersonKind.MINOR
    return min(day, person.death or day) < eighteenth_birthday(person.birth)


def is_dead(person: Person, day: date) -> bool:
    """Say whether a person has died by the end of a day; somebody deceased without a date always has."""
    if person.death is None:
        return person.kind is PersonKind.DECEASED
    return person.death <= day


def _may_sign(signer: Signer, holder: Person, day: date) -> bool:
    # On the day of death somebody may still have signed, so only later days are refused.
    died_before = holder.death is not None and holder.death < day
    if signer is Signer.SELF:
        return not died_before and not is_minor(holder, day)
    if signer is Signer.GUARDIAN:
        return bool(holder.guardian.strip()) and not died_before and is_minor(holder, day)
    if signer is Signer.AGENT:
        return bool(holder.agent_authority.strip()) and not died_before
    after_death = died_before or (holder.death is None and holder.kind is PersonKind.DECEASED)
    return bool(holder.rights_holder.strip()) and after_death
