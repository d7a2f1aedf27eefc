"""Papers that go from one registry to another: what is new, newer, left alone or refused, and that a repeat is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from countenance.grants import AfterEnd, Prohibition, Revocation, Suspension, Theme
from countenance.people import PersonKind
from registry import (
    DocumentKind,
    Passphrase,
    Registry,
    create_registry,
)
from scan.exchange.document import decode_exchange, encode_exchange
from scan.exchange.plan import plan_import
from scan.exchange.taking import Plan, RecordKind, Step, exchange_of, take
from tests.registry.people import NOW, PAPERS, clock, consent, enrolled, grant, person, sample

FULL = {
    "revoked": Revocation(notice=date(2027, 1, 1), days=30, published=AfterEnd.KEEP),
    "suspended": Suspension(start=date(2027, 2, 1)),
    "territories": ("WORLD", "-CN"),
    "projects": ("Nova, the film",),
    "compensation": "=1+1",
    "approval": True,
}


def made_registry(path: Path, owner: str, tz: str) -> Registry:
    words = Passphrase("paper kite over harbour")
    return create_registry(path, words, owner=owner, tz=tz, operator="ann", clock=clock)


def exported(opened: Registry, people: list[str] | None = None) -> bytes:
    return encode_exchange(exchange_of(opened, NOW, people))


def imported(opened: Registry, content: bytes) -> tuple[Step, ...]:
    return take(opened, plan_import(opened, content))


def outcomes(steps: Plan | tuple[Step, ...], kind: RecordKind | None = None) -> list[str]:
    told = steps.steps if isinstance(steps, Plan) else steps
    return [step.outcome.value for step in told if kind in (None, step.kind)]


def changed(content: bytes, change: object) -> bytes:
    """Return an export with some of its fields replaced."""
    return encode_exchange(msgspec.structs.replace(decode_exchange(content), **change))


def filled(opened: Registry) -> None:
    ada = enrolled(opened, "Ada", notes="shy", external_ids=("hci:1",))
    ben = opened.enrol(person("Ben"), consent=consent(), samples=[sample()])
    band = opened.enrol(person("The Band", kind=PersonKind.GROUP, members=(ada, ben)))
    opened.record_grant(grant(ada, end=date(2030, 1, 1)), PAPERS)
    opened.record_grant(grant(band, grantee="Label", tz="UTC"), PAPERS)
    opened.record_prohibition(Prohibition(id="", person=ben, themes=(Theme.POLITICAL,)))
    opened.record_prohibition(Prohibition(id="", person=ben, themes=(Theme.ALCOHOL,)))
    opened.add_consent(ben, consent(notice_version="2026-2"))
    opened.documents.add(ada, "G0001", DocumentKind.CONTRACT, "c.pdf", b"I agree")
