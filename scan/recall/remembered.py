"""What a registry remembers of clips that were checked, and of what was agreed with the people in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from consent import judge
from countenance.answers import Answer
from countenance.clearance import KeptCheck
from countenance.decisions import Approval, ClipMark, Publication
from countenance.grants import Grant, Prohibition
from countenance.judgement import ClipJudgement, FoundPerson
from countenance.people import Person
from countenance.use import StatedUse
from registry import Registry
from scan.answered import in_order
from scan.known import Decisions
from scan.recall.by_clip import ByClip

_Record = TypeVar("_Record", Grant, Prohibition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What a registry remembers of clips, and what was agreed with the people in them: a plain value.

    Attributes:
        checks: in the order in which they were kept.
        people: person id to person, groups included.
        decisions: on record about all clips.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for days that name none.
    """

    checks: Sequence[KeptCheck] = ()
    publications: Sequence[Publication] = ()
    people: Mapping[str, Person]
    grants: Sequence[Grant] = ()
    prohibitions: Sequence[Prohibition] = ()
    decisions: Decisions
    owner: str = "us"
    tz: str = "UTC"


def remembered(registry: Registry) -> Remembered:
    """Read everything that clips are judged again by, all of it from one moment."""
    with registry.snapshot():
        checks = registry.checks.all()
        answers = registry.answers.all()
        found = {one.found.person for check in checks for one in check.people} | {one.person for one in answers}
        present = {person.id for person in registry.people()}
        agreed = registry.agreed(sorted(person for person in found if person in present))
        approvals, exceptions = registry.decisions.all()
        return Remembered(
            checks=checks,
            publications=registry.publications.all(),
            people=agreed.people,
            grants=agreed.grants,
            prohibitions=agreed.prohibitions,
            decisions=Decisions(approvals=approvals, exceptions=exceptions, answers=answers),
            owner=registry.owner,
            tz=registry.tz,
        )


class WhatWasAgreed:
    """The same by person and by clip, so that a thousand clips are judged without reading every grant for each."""

    def __init__(self, memory: Remembered) -> None:
        self.memory = memory
        self._groups: dict[str, list[str]] = {}
        for person in memory.people.values():
            for member in person.members:
                self._groups.setdefault(member, []).append(person.id)
        self._grants = _by_person(memory.grants)
        self._approvals = ByClip(memory.decisions.approvals, lambda one: one.clip)
        self._answers = ByClip(in_order(memory.decisions.answers), lambda one: one.clip)
        self._exceptions = ByClip(memory.decisions.exceptions, lambda one: one.clip)
        self._prohibitions = _by_person(memory.prohibitions)

    def approvals(self, clip: ClipMark) -> Sequence[Approval]:
        """Return the answers on record about a clip."""
        return self._approvals.about(clip)

    def answers(self, clip: ClipMark) -> Sequence[Answer]:
        """Return what was answered about somebody in a clip, the oldest first."""
        return self._answers.about(clip)

    def judge(self, found: Sequence[FoundPerson], clip: ClipMark, use: StatedUse, now: datetime) -> ClipJudgement:
        """Judge a clip by what was agreed with the people found, and with their groups."""
        named = {one.person for one in found if one.person is not None}
        ids = sorted(named.union(*(self._groups.get(person, ()) for person in named)) & set(self.memory.people))
        return judge(
            found,
            [self.memory.people[id_] for id_ in ids],
            [grant for id_ in ids for grant in self._grants.get(id_, ())],
            [ban for id_ in ids for ban in self._prohibitions.get(id_, ())],
            use,
            now,
            exceptions=self._exceptions.about(clip),
            owner=self.memory.owner,
            registry_tz=self.memory.tz,
        )


def _by_person(records: Iterable[_Record]) -> dict[str, list[_Record]]:
    by_person: dict[str, list[_Record]] = {}
    for record in records:
        by_person.setdefault(record.person, []).append(record)
    return by_person
