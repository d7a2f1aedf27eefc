"""Short ways to make what consent judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from consent import judge
from countenance.grants import Grant, Method, Prohibition, Purpose
from countenance.judgement import ClipJudgement, FoundPerson, MatchKind
from countenance.people import Modality, Person
from countenance.use import StatedUse

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANA = Person(id="P1", display_name="Ana")
FACE = FoundPerson(person="P1", modality=(Modality.FACE,), match=MatchKind.STRONG)
VOICE = FoundPerson(person="P1", modality=(Modality.VOICE,), match=MatchKind.STRONG)
GRANT = Grant(
    id="G1",
    person="P1",
    signed=date(2026, 1, 5),
    purposes=(Purpose.ANY,),
    channels=("any",),
    territories=("WORLD",),
)
USE = StatedUse(
    publish_at=NOON,
    purpose=Purpose.SOCIAL_CONTENT,
    face_method=Method.REAL_FOOTAGE,
    voice_method=Method.REAL_FOOTAGE,
    channels=("youtube",),
    territories=("GB",),
    language="en",
)


def grant(**fields: Any) -> Grant:
    return replace(GRANT, **fields)


def use(**fields: Any) -> StatedUse:
    return replace(USE, **fields)


def ban(**fields: Any) -> Prohibition:
    return Prohibition(id="X1", person="P1", **fields)


def judged(
    *grants: Grant,
    stated: StatedUse = USE,
    bans: tuple[Prohibition, ...] = (),
    found: tuple[FoundPerson, ...] = (FACE,),
    people: tuple[Person, ...] = (ANA,),
    checked_at: datetime | None = None,
    **registry: Any,
) -> ClipJudgement:
    return judge(found, people, grants, bans, stated, checked_at or stated.publish_at, **registry)
