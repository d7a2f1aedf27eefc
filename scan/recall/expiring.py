"""What runs out soon: grants and biometric consents that end, and the clips that rest on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from consent import ending_of
from countenance.clearance import KeptCheck
from countenance.judgement import Reason
from countenance.people import Person
from registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A grant or a biometric consent that ends.

    Attributes:
        grant: its id; empty for a biometric consent.
        person: who gave it.
        last_day: on which it still counts, in its own zone.
        reason: what ends it: past_end, turned_18, ended_at_death or revoked; template_lapsed for a biometric consent.
        checks: ids of the kept checks that rest on the grant, or in which the person was recognised.
        publications: ids of what went out on these checks and is still up.
    """

    grant: str
    person: str
    name: str
    last_day: date
    reason: Reason
    checks: tuple[str, ...]
    publications: tuple[str, ...]


def expiring(registry: Registry, until: date) -> tuple[Ending, ...]:
    """Return what ends from today to a day, that day included, the soonest first.

    Raises:
        RegistryError: the registry cannot be read.
    """
    with registry.snapshot():
        today = registry.today()
        people = {person.id: person for person in registry.people()}
        found = [*_grants(registry, people), *_biometric_consents(people.values())]
        soon = [one for one in found if today <= one[3] <= until]
        return tuple(
            _ending(registry, *one) for one in sorted(soon, key=lambda one: (one[3], one[1].display_name, one[0]))
        )


_Found = tuple[str, Person, Reason, date]


def _grants(registry: Registry, people: dict[str, Person]) -> Iterable[_Found]:
    for record in registry.grants():
        holder = people.get(record.grant.person)
        ending = None if holder is None else ending_of(record.grant, holder)
        if holder is not None and ending is not None:
            yield record.grant.id, holder, ending[1], ending[0]


def _biometric_consents(people: Iterable[Person]) -> Iterable[_Found]:
    for person in people:
        if person.biometric_until is not None:
            yield "", person, Reason.TEMPLATE_LAPSED, person.biometric_until


def _ending(registry: Registry, grant: str, person: Person, reason: Reason, last_day: date) -> Ending:
    checks = registry.checks.of(grant or person.id)
    return Ending(
        grant=grant,
        person=person.id,
        name=person.display_name,
        last_day=last_day,
        reason=reason,
        checks=tuple(check.id for check in checks),
        publications=_still_up(registry, checks),
    )


def _still_up(registry: Registry, checks: Sequence[KeptCheck]) -> tuple[str, ...]:
    up = {
        publication.id: None
        for check in checks
        for publication in registry.publications.of(check.record.clip.mark)
        if publication.taken_down_at is None and publication.check in ("", check.id)
    }
    return tuple(up)
