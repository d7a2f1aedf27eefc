"""Which grants and bans speak about a person in a clip: their own, and those of groups they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from consent.force import Held
from consent.signing import signature_fault
from countenance.grants import Grant, GroupMembers, Prohibition
from countenance.judgement import Reason
from countenance.people import Person

# A group is seen as a group from here on: one member alone is not the band.
TOGETHER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What was agreed and banned about one person of a clip.

    Attributes:
        held: grants whose signature counts.
        fault: why there is none: no_grant, unsigned, wrong_signer.
        faulty: id of the grant that the fault is about.
    """

    held: tuple[Held, ...]
    bans: tuple[Prohibition, ...]
    fault: Reason = Reason.NO_GRANT
    faulty: str | None = None


def papers_of(
    person: Person,
    recognised: Collection[str],
    every_group: Sequence[Person],
    grants: Sequence[Grant],
    prohibitions: Sequence[Prohibition],
) -> Papers:
    """Gather the papers of `person`; `recognised` are the ids of all people recognised in the clip.

    A group's grant counts for its members together, or for each where it says so; a group's ban when they are
    together.
    """
    groups = {one.id: one for one in every_group if person.id in one.members}
    together = {id_ for id_, group in groups.items() if len(set(group.members) & set(recognised)) >= TOGETHER}
    holders = groups | {person.id: person}
    own = sorted((grant for grant in grants if grant.person in holders), key=lambda grant: grant.id)
    counting = [
        grant
        for grant in own
        if grant.person == person.id or grant.person in together or grant.members is GroupMembers.INDIVIDUALLY
    ]
    faults = {grant.id: signature_fault(grant, holders[grant.person]) for grant in counting}
    held = tuple(Held(grant=grant, holder=holders[grant.person]) for grant in counting if faults[grant.id] is None)
    # Of several faulty papers the unsigned one is nearest to a permission, so it is the one named.
    fault, faulty = next(
        (
            (wrong, id_)
            for wrong in (Reason.UNSIGNED, Reason.WRONG_SIGNER)
            for id_, was in faults.items()
            if was is wrong
        ),
        (Reason.NO_GRANT, None),
    )
    bans = tuple(sorted((ban for ban in prohibitions if ban.person in together | {person.id}), key=lambda ban: ban.id))
    return Papers(held=held, bans=bans, fault=fault, faulty=faulty)
