"""One row of a consent case file, checked and turned into the types of the registry (`consent_fields.csv`, Case)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar

import msgspec

from consent.question import zone
from countenance.errors import WrongUsageError
from countenance.grants import (
    ANY,
    AfterEnd,
    Duty,
    Grant,
    GroupMembers,
    Method,
    Prohibition,
    ProhibitionSource,
    Purpose,
    Revocation,
    Suspension,
    Theme,
)
from countenance.judgement import Declaration, FoundPerson, JudgementKind, MatchKind, Reason
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.territories import is_territory
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse
from countenance.verdict import Verdict

# What a grant is in the cases where it does not say (consent.md §3).
SIGNED = date(2026, 1, 5)
START = date(2026, 1, 10)
ZONE = "UTC"
OWNER = "us"
# Longer notices are slips of the pen, and would leave the calendar.
MOST_NOTICE_DAYS = 36_500

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out of a case; `per_person` has "?" for nobody in the registry."""

    judgement: JudgementKind
    reason: Reason
    duties: frozenset[str]
    per_person: dict[str, str]
    clip_verdict: Verdict
    clip_verdict_strict: Verdict

    def columns(self) -> tuple[tuple[str, str], ...]:
        """Return each column's name and value, in a spelling in which equal values are equal texts."""
        return (
            ("expected_judgement", self.judgement.value),
            ("expected_reason", self.reason.value),
            ("expected_duties", " ".join(sorted(self.duties))),
            ("expected_per_person", json.dumps(self.per_person, sort_keys=True)),
            ("clip_verdict", self.clip_verdict.value),
            ("clip_verdict_strict", self.clip_verdict_strict.value),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: what was found, what the registry holds, the use, and what must come out."""

    case_id: str
    title: str
    found: tuple[FoundPerson, ...]
    people: tuple[Person, ...]
    grants: tuple[Grant, ...]
    prohibitions: tuple[Prohibition, ...]
    use: StatedUse
    checked_at: datetime
    expected: Expected


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSON object in a case; a key that no record has is an error, because it would silently change the case."""


class _FoundRow(_Record, frozen=True, kw_only=True):
    modality: tuple[Modality, ...]
    match: MatchKind
    person: str | None = None
    declared: Declaration | None = None


class _PersonRow(_Record, frozen=True, kw_only=True):
    id: str
    display_name: str = ""
    other_names: tuple[str, ...] = ()
    kind: PersonKind = PersonKind.LIVING
    birth: date | None = None
    death: date | None = None
    guardian: str | None = None
    rights_holder: str | None = None
    agent_authority: str | None = None
    members: tuple[str, ...] = ()
    jurisdiction: str = ""
    external_ids: tuple[str, ...] = ()
    contact: str = ""
    biometric_until: date | None = None


class _RevokedRow(_Record, frozen=True, kw_only=True):
    notice: date
    days: int = 0
    published: AfterEnd = AfterEnd.TAKE_DOWN


class _GrantRow(_Record, frozen=True, kw_only=True):
    id: str
    person: str
    purposes: tuple[Purpose, ...]
    channels: tuple[str, ...] | Literal["any"]
    territories: tuple[str, ...]
    revision: int = 1
    members: GroupMembers = GroupMembers.TOGETHER
    signed: date | None = SIGNED
    signer: Signer = Signer.SELF
    represented_by: str = "none"
    separately_signed: bool = False
    replica_type: str = "none"
    modality: tuple[Modality, ...] = (Modality.FACE, Modality.VOICE)
    methods: tuple[Method, ...] = (Method.REAL_FOOTAGE, Method.EDITED)
    description: str = ""
    themes_ok: tuple[Theme, ...] = ()
    languages: tuple[str, ...] | Literal["any"] = (ANY,)
    start: date | None = START
    end: date | None = None
    tz: str = ZONE
    projects: tuple[str, ...] | Literal["any"] = (ANY,)
    grantee: str | None = OWNER
    sublicense: bool = False
    exclusive: str | None = None
    approval: bool = False
    compensation: str = ""
    duties: tuple[Duty, ...] = ()
    after_end: AfterEnd = AfterEnd.KEEP
    revoked: _RevokedRow | None = None
    suspended: tuple[date, date | None] | None = None
    survives_death: bool = False
    # Papers that the judgement does not read; only a list of signatures that is empty says something: nobody signed.
    signatures: tuple[Any, ...] | None = None
    documents: Any = None
    entered_by: Any = None
    approved_by: Any = None


class _ProhibitionRow(_Record, frozen=True, kw_only=True):
    id: str
    person: str
    source: ProhibitionSource = ProhibitionSource.PERSON
    modality: tuple[Modality, ...] | None = None
    methods: tuple[Method, ...] | None = None
    purposes: tuple[Purpose, ...] | None = None
    themes: tuple[Theme, ...] | None = None
    channels: tuple[str, ...] | None = None
    territories: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    projects: tuple[str, ...] | None = None
    grantee: str | None = None
    start: date | None = None
    end: date | None = None
    tz: str = ZONE
    document: str = ""


def parse_case(row: Mapping[str, str | None]) -> Case:
    """Turn one row, as `csv.DictReader` gives it, into a case.

    Raises:
        WrongUsageError: a column is missing or its value is none of those that `consent_fields.csv` allows.
    """
    use = _use(row)
    checked_at = _moment(row, "checked_at") if _text(row, "checked_at") else use.publish_at
    return Case(
        case_id=_text(row, "case_id"),
        title=_text(row, "title"),
        found=tuple(
            FoundPerson(person=one.person, modality=one.modality, match=one.match, declared=one.declared)
            for one in _records(row, "found", tuple[_FoundRow, ...])
        ),
        people=tuple(_person(one) for one in _records(row, "persons", tuple[_PersonRow, ...])),
        grants=tuple(_grant(one) for one in _records(row, "grants", tuple[_GrantRow, ...])),
        prohibitions=tuple(
            Prohibition(**_checked_scope(msgspec.structs.asdict(one)))
            for one in _records(row, "prohibitions", tuple[_ProhibitionRow, ...])
        ),
        use=use,
        checked_at=checked_at,
        expected=_expected(row),
    )


def _use(row: Mapping[str, str | None]) -> StatedUse:
    return StatedUse(
        publish_at=_moment(row, "publish_at"),
        purpose=_stated(row, "purpose", Purpose),
        themes=_values(row, "themes", tuple[Theme, ...]),
        category=_text(row, "category"),
        face_method=_stated(row, "face_method", Method),
        voice_method=_stated(row, "voice_method", Method),
        channels=_values(row, "channels", tuple[str, ...]),
        territories=_territories(_values(row, "territories", tuple[str, ...])),
        language=_text(row, "language") or None,
        project=_text(row, "project") or None,
        grantee=_text(row, "grantee") or None,
        labels_done=_values(row, "labels_done", tuple[Duty, ...]),
        approvals=_records(row, "approvals", dict[str, ApprovalDecision], empty="{}"),
        exception=_stated(row, "exception", ExceptionKind),
    )


def _expected(row: Mapping[str, str | None]) -> Expected:
    return Expected(
        judgement=_value(row, "expected_judgement", JudgementKind),
        reason=_value(row, "expected_reason", Reason),
        duties=frozenset(_values(row, "expected_duties", tuple[str, ...])),
        per_person=_records(row, "expected_per_person", dict[str, str], empty="{}"),
        clip_verdict=_value(row, "clip_verdict", Verdict),
        clip_verdict_strict=_value(row, "clip_verdict_strict", Verdict),
    )


def _person(one: _PersonRow) -> Person:
    fields = msgspec.structs.asdict(one)
    papers = {name: fields[name] or "" for name in ("guardian", "rights_holder", "agent_authority")}
    return Person(**(fields | papers))


def _grant(one: _GrantRow) -> Grant:
    fields = _checked_scope(msgspec.structs.asdict(one))
    for paper in ("documents", "entered_by", "approved_by"):
        del fields[paper]
    if fields.pop("signatures") == ():
        fields["signed"] = None
    if one.revoked is not None:
        if not 0 <= one.revoked.days <= MOST_NOTICE_DAYS:
            raise _wrong("grants", _("a notice of {days} days").format(days=one.revoked.days))
        fields["revoked"] = Revocation(**msgspec.structs.asdict(one.revoked))
    if one.suspended is not None:
        fields["suspended"] = Suspension(start=one.suspended[0], end=one.suspended[1])
    fields["exclusive"] = one.exclusive or ""
    for listing in ("channels", "languages", "projects"):
        if fields[listing] == ANY:
            fields[listing] = (ANY,)
    return Grant(**fields)


def _checked_scope(fields: dict[str, Any]) -> dict[str, Any]:
    zone(fields["tz"])
    _territories(fields["territories"] or ())
    return fields


def _territories(codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if not is_territory(code):
            raise _wrong("territories", code)
    return codes


def _text(row: Mapping[str, str | None], column: str) -> str:
    value = row.get(column)
    if value is None:
        raise WrongUsageError(
            _("The case has no column “{column}”.").format(column=column),
            remedy=_("Give every column of consent_cases.csv; empty where it does not apply."),
        )
    return value.strip()


def _moment(row: Mapping[str, str | None], column: str) -> datetime:
    text = _text(row, column)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(column, text) from error
    if moment.utcoffset() is None:
        raise _wrong(column, text)
    return moment


def _value(row: Mapping[str, str | None], column: str, kind: type[_T]) -> _T:
    return _converted(column, _text(row, column), kind)


def _stated(row: Mapping[str, str | None], column: str, kind: type[_T]) -> _T | None:
    return _value(row, column, kind) if _text(row, column) else None


def _values(row: Mapping[str, str | None], column: str, kind: type[_T]) -> _T:
    return _converted(column, _text(row, column).split(), kind)


def _converted(column: str, value: object, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _wrong(column, str(error)) from error


def _records(row: Mapping[str, str | None], column: str, kind: type[_T], *, empty: str = "[]") -> _T:
    try:
        return msgspec.json.decode(_text(row, column) or empty, type=kind)
    except msgspec.MsgspecError as error:
        raise _wrong(column, str(error)) from error


def _wrong(column: str, what: str) -> WrongUsageError:
    return WrongUsageError(
        _("The column “{column}” cannot be read: {what}.").format(column=column, what=what.rstrip(".")),
        remedy=_("consent_fields.csv lists what it may hold."),
    )
