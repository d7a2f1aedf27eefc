"""Whole registries and uses as hypothesis makes them: groups, minors, estates, withdrawals, several people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from consent import judge
from countenance.decisions import ClipMark, RecordedException
from countenance.grants import (
    AfterEnd,
    Duty,
    Grant,
    GroupMembers,
    Method,
    Prohibition,
    Purpose,
    Revocation,
    Suspension,
    Theme,
)
from countenance.judgement import ClipJudgement, Declaration, FoundPerson, MatchKind
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse

_T = TypeVar("_T")

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati"])
CHANNELS = st.sampled_from(["social", "tiktok", "youtube", "douyin", "tv", "broadcast", "any"])
PLACES = st.sampled_from(["FR", "DE", "DE-BY", "CN", "US", "US-NY", "EU", "EEA", "NO", "WORLD", "-FR", "-CN"])
LANGUAGES = st.sampled_from(["en", "en-GB", "zh", "ko", "any"])
PROJECTS = st.sampled_from(["Nova", "Orion", "any"])
THEMES = st.sampled_from([Theme.POLITICAL, Theme.ADULT, Theme.FINANCE])
METHODS = st.sampled_from([Method.REAL_FOOTAGE, Method.AI_GENERATED])
PURPOSES = st.sampled_from([Purpose.ADVERTISING, Purpose.MUSIC, Purpose.AI_TRAINING, Purpose.ANY])
CATEGORIES = st.sampled_from(["", "drinks", "cars"])
GRANTEES = st.sampled_from([None, "brand"])
SOMEBODY = st.sampled_from(["P1", "P2", "B1"])


def some(of: SearchStrategy[_T], least: int = 0) -> SearchStrategy[tuple[_T, ...]]:
    return st.lists(of, min_size=least, max_size=3, unique=True).map(tuple)


def maybe(of: SearchStrategy[_T]) -> SearchStrategy[_T | None]:
    return st.none() | of


def numbered(of: SearchStrategy[_T], letter: str, most: int) -> SearchStrategy[tuple[_T, ...]]:
    return st.lists(of, max_size=most).map(
        lambda records: tuple(replace(one, id=f"{letter}{number}") for number, one in enumerate(records, start=1))
    )


REVOCATIONS = st.builds(Revocation, notice=DAYS, days=st.integers(0, 60), published=st.sampled_from(AfterEnd))
GRANTS = st.builds(
    Grant,
    id=st.just("G"),
    person=SOMEBODY,
    members=st.sampled_from(GroupMembers),
    # Most papers count: otherwise hardly any use is permitted, and nothing could be seen to change.
    signed=st.just(date(2026, 1, 1)) | maybe(DAYS),
    signer=st.just(Signer.SELF) | st.sampled_from(Signer),
    modality=st.just(tuple(Modality)) | some(st.sampled_from(Modality), 1),
    purposes=some(PURPOSES, 1),
    themes_ok=some(THEMES),
    methods=st.just((Method.REAL_FOOTAGE, Method.AI_GENERATED)) | some(METHODS, 1),
    channels=some(CHANNELS, 1),
    territories=st.just(("WORLD",)) | some(PLACES, 1),
    languages=some(LANGUAGES, 1),
    projects=st.just(("any",)) | some(PROJECTS, 1),
    start=maybe(DAYS),
    end=maybe(DAYS),
    tz=maybe(ZONES),
    grantee=GRANTEES,
    sublicense=st.booleans(),
    exclusive=CATEGORIES,
    approval=st.booleans(),
    description=st.sampled_from(["", "a film"]),
    duties=some(st.sampled_from([Duty.CREDIT, Duty.REPORT_USE])),
    after_end=st.sampled_from(AfterEnd),
    revoked=maybe(REVOCATIONS),
    suspended=maybe(st.builds(Suspension, start=DAYS, end=maybe(DAYS))),
    survives_death=st.booleans(),
)
BANS = st.builds(
    Prohibition,
    id=st.just("X"),
    person=SOMEBODY,
    modality=maybe(some(st.sampled_from(Modality))),
    themes=maybe(some(THEMES)),
    purposes=maybe(some(PURPOSES)),
    methods=maybe(some(METHODS)),
    channels=maybe(some(CHANNELS)),
    territories=maybe(some(PLACES)),
    languages=maybe(some(LANGUAGES)),
    projects=maybe(some(PROJECTS)),
    grantee=maybe(GRANTEES),
    start=maybe(DAYS),
    end=maybe(DAYS),
    tz=maybe(ZONES),
)
EXCEPTIONS = st.builds(
    RecordedException,
    id=st.just("E"),
    person=SOMEBODY,
    clip=st.just(ClipMark(sha256="ab")),
    kind=st.sampled_from(ExceptionKind),
    decision=st.sampled_from(ApprovalDecision),
    reason=st.just("because"),
    by=st.just("Kim"),
    at=st.sampled_from([datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2)]),
    modality=maybe(st.sampled_from(Modality)),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants naive bounds
USES = st.builds(
    StatedUse,
    publish_at=MOMENTS,
    purpose=maybe(st.sampled_from([Purpose.ADVERTISING, Purpose.MUSIC, Purpose.AI_TRAINING])),
    themes=st.just(()) | some(THEMES),
    category=CATEGORIES,
    face_method=maybe(METHODS),
    voice_method=maybe(METHODS),
    channels=some(CHANNELS.filter(lambda name: name != "any")),
    territories=some(PLACES.filter(lambda name: not name.startswith("-"))),
    language=maybe(LANGUAGES.filter(lambda name: name != "any")),
    project=maybe(PROJECTS.filter(lambda name: name != "any")),
    grantee=GRANTEES,
    labels_done=some(st.sampled_from([Duty.AI_LABEL, Duty.CREDIT])),
    approvals=st.dictionaries(st.sampled_from(["G1", "G2"]), st.sampled_from(ApprovalDecision)),
    exception=maybe(st.sampled_from(ExceptionKind)),
)
PAPER = st.sampled_from(["", "document 7"])
# Around the 18th birthday, within a life, and without a date.
BIRTHS = maybe(st.dates(date(2007, 6, 1), date(2009, 6, 1)))


def people(id_: str) -> SearchStrategy[Person]:
    return st.builds(
        Person,
        id=st.just(id_),
        kind=st.sampled_from([PersonKind.LIVING, PersonKind.OWN, PersonKind.MINOR, PersonKind.DECEASED]),
        birth=BIRTHS,
        death=maybe(DAYS),
        guardian=PAPER,
        rights_holder=PAPER,
        agent_authority=PAPER,
        biometric_until=maybe(DAYS),
    )


GROUPS = st.builds(
    Person,
    id=st.just("B1"),
    kind=st.just(PersonKind.GROUP),
    members=some(st.sampled_from(["P1", "P2", "P3"])),
    agent_authority=PAPER,
)
FOUND = st.builds(
    FoundPerson,
    person=st.sampled_from(["P1", "P2", None]),
    modality=some(st.sampled_from(Modality), 1),
    match=st.just(MatchKind.STRONG) | st.sampled_from(MatchKind),
    declared=maybe(st.sampled_from(Declaration)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A registry, a clip and a use of it, at a moment at or after the publication."""

    people: tuple[Person, ...]
    found: tuple[FoundPerson, ...]
    grants: tuple[Grant, ...]
    bans: tuple[Prohibition, ...]
    exceptions: tuple[RecordedException, ...]
    use: StatedUse
    later: timedelta
    tz: str

    def judged(self) -> ClipJudgement:
        return judge(
            self.found,
            self.people,
            self.grants,
            self.bans,
            self.use,
            self.use.publish_at + self.later,
            exceptions=self.exceptions,
            registry_tz=self.tz,
        )


SITUATIONS = st.builds(
    Situation,
    people=st.tuples(people("P1"), people("P2"), GROUPS),
    found=st.lists(FOUND, min_size=1, max_size=3).map(tuple),
    grants=numbered(GRANTS, "G", 4),
    bans=numbered(BANS, "X", 2),
    exceptions=numbered(EXCEPTIONS, "E", 2),
    use=USES,
    later=st.just(timedelta()) | st.integers(0, 200).map(lambda days: timedelta(days=days)),
    tz=ZONES,
)
