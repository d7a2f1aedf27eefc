"""Papers from one registry to another: what an export holds, what an import would do, and the import itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version

from countenance.people import Person
from countenance.translations import mark
from registry import GrantRecord, Registry
from scan.exchange.document import (
    EXCHANGE_SCHEMA,
    Exchange,
    ExchangedDocument,
    ExchangedGrant,
    ExchangedProhibition,
)


class RecordKind(StrEnum):
    """What a record of an import is."""

    PERSON = "person"
    BIOMETRIC_CONSENT = "biometric_consent"
    GRANT = "grant"
    PROHIBITION = "prohibition"


class Outcome(StrEnum):
    """What an import does with a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT = "left"
    REFUSED = "refused"


OUTCOME_LABELS = {
    Outcome.NEW: mark("new"),
    Outcome.CHANGED: mark("changed"),
    Outcome.UNCHANGED: mark("as it was"),
    Outcome.LEFT: mark("left as it is here"),
    Outcome.REFUSED: mark("refused"),
}
RECORD_LABELS = {
    RecordKind.PERSON: mark("Person"),
    RecordKind.BIOMETRIC_CONSENT: mark("Biometric consent"),
    RecordKind.GRANT: mark("Grant"),
    RecordKind.PROHIBITION: mark("Prohibition"),
}

Ours = dict[str, str]
"""Their ids of people to ours, as they become known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to one record.

    Attributes:
        theirs: its id in the file, or its row.
        ours: id of what it is here; empty where it is new.
        why: a sentence; empty where the outcome says it all.
        take: makes the change, and returns our id; None where nothing changes.
    """

    kind: RecordKind
    theirs: str
    ours: str
    outcome: Outcome
    why: str = ""
    take: Callable[[Ours], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do, in the order in which it would.

    Attributes:
        source: id of the registry that the file comes from; empty where nobody said.
        sha256: of the file.
        ours: their ids of people to ours, as far as they are here already.
    """

    source: str
    sha256: str
    steps: tuple[Step, ...]
    ours: Ours

    def counts(self) -> dict[str, int]:
        """Return how many records have each outcome."""
        counted = Counter(step.outcome for step in self.steps)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def changes(self) -> bool:
        """Return whether anything would change."""
        return any(step.take is not None for step in self.steps)


def take(opened: Registry, plan: Plan) -> tuple[Step, ...]:
    """Do what a plan says, all or nothing, and return its steps with our ids; what is refused in it is left out."""
    ours = dict(plan.ours)
    with opened.together():
        taken = tuple(
            step if step.take is None else replace(step, ours=step.take(ours), take=None) for step in plan.steps
        )
        if plan.changes():
            opened.exchanges.imported(plan.source, plan.counts(), plan.sha256)
    return taken


def exchange_of(opened: Registry, now: datetime, people: Sequence[str] | None = None) -> Exchange:
    """Return everybody's papers, or those of some people and of the groups they belong to; without internal notes.

    Args:
        opened: the registry.
        now: the moment, with offset.
        people: ids; None for everybody.
    """
    with opened.snapshot():
        whom = opened.people() if people is None else tuple(opened.agreed(people).people.values())
        ids = {person.id for person in whom}
        grants = tuple(record for record in opened.grants() if record.grant.person in ids)
        documents = tuple(one for one in opened.documents.all() if one.person in ids)
        return Exchange(
            schema=EXCHANGE_SCHEMA,
            program=f"countenance {version('countenance')}",
            created=now,
            registry=opened.id,
            owner=opened.owner,
            tz=opened.tz,
            people=tuple(
                replace(person, notes="", biometric_until=None) for person in (*whom, *_members_of(opened, whom))
            ),
            biometric_consents=tuple(consent for person in whom for consent in opened.consents(person.id)),
            grants=tuple(_exchanged(record) for record in grants),
            prohibitions=tuple(
                ExchangedProhibition(prohibition=one.prohibition, revision=one.revision, recorded_at=one.recorded_at)
                for one in opened.prohibitions()
                if one.prohibition.person in ids
            ),
            documents=tuple(
                ExchangedDocument(
                    id=one.id,
                    person=one.person,
                    subject=one.subject,
                    kind=one.kind.value,
                    file_name=one.file_name,
                    sha256=one.sha256,
                    size=one.size,
                )
                for one in documents
            ),
        )


def counts_of(exchange: Exchange) -> dict[str, int]:
    """Return how many records of each kind an export holds."""
    return {
        "people": len(exchange.people),
        "biometric_consents": len(exchange.biometric_consents),
        "grants": len(exchange.grants),
        "prohibitions": len(exchange.prohibitions),
        "documents": len(exchange.documents),
    }


def _members_of(opened: Registry, whom: Sequence[Person]) -> tuple[Person, ...]:
    """Return the other members of groups by name alone: without them a group means nothing."""
    ids = {person.id for person in whom}
    others = dict.fromkeys(member for person in whom for member in person.members if member not in ids)
    return tuple(
        Person(id=other.id, display_name=other.display_name, kind=other.kind, birth=other.birth, death=other.death)
        for other in opened.people(list(others))
    )


def _exchanged(record: GrantRecord) -> ExchangedGrant:
    return ExchangedGrant(grant=record.grant, papers=record.papers, recorded_at=record.recorded_at)
