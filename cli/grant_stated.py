"""From the options of a command to a grant or a prohibition: a new one, or a changed one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from enum import StrEnum
from typing import Any

from cli.grant_terms import BanOptions, ScopeOptions, SigningOptions
from cli.typed import channels, day, territories, word, words
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
    Suspension,
    Theme,
)
from countenance.people import Modality, Person, Signer
from countenance.translations import _
from registry import CompensationStatus, GrantPapers, Signature

_EXTERNAL_ID = re.compile(r"[^\s:]+:\S(.*\S)?")
# Option to field, where a change of the one is a change of the other.
_SCOPE = {
    "purpose": "purposes",
    "method": "methods",
    "channel": "channels",
    "territory": "territories",
    "language": "languages",
    "project": "projects",
    "modality": "modality",
    "grantee": "grantee",
    "start": "start",
    "end": "end",
    "zone": "tz",
}
_GRANT = _SCOPE | {
    "theme": "themes_ok",
    "description": "description",
    "signed": "signed",
    "signer": "signer",
    "represented_by": "represented_by",
    "separately_signed": "separately_signed",
    "replica_type": "replica_type",
    "group_members": "members",
    "sublicense": "sublicense",
    "exclusive": "exclusive",
    "approval": "approval",
    "compensation": "compensation",
    "duty": "duties",
    "after_end": "after_end",
    "suspended": "suspended",
    "survives_death": "survives_death",
}
_BAN = _SCOPE | {"theme": "themes", "source": "source", "document": "document"}


class ReplicaType(StrEnum):
    """What kind of digital replica a grant is for, as the US unions' agreements tell them apart."""

    NONE = "none"
    EMPLOYMENT_BASED = "employment_based"
    INDEPENDENTLY_CREATED = "independently_created"


def stated_grant(whom: Person, scope: ScopeOptions, signing: SigningOptions) -> tuple[Grant, GrantPapers]:
    """Return the grant as typed, and its papers.

    Raises:
        WrongUsageError: a value cannot be meant like this.
    """
    grant = _grant(whom, scope, signing)
    signatures = _signatures(signing)
    if grant.signed is not None:
        signatures = (_main_signature(grant, whom, signing), *signatures)
    papers = GrantPapers(
        signatures=signatures,
        compensation_status=_status(signing),
        external_ids=external_ids(signing),
    )
    return grant, papers


def changed_grant(
    grant: Grant, papers: GrantPapers, whom: Person, typed: Set[str], scope: ScopeOptions, signing: SigningOptions
) -> tuple[Grant, GrantPapers]:
    """Return a grant and its papers with what was typed in the place of what was there; signatures are added.

    Args:
        grant: as recorded.
        papers: as recorded.
        whom: whose grant it is.
        typed: names of the options that were typed.
        scope: the options.
        signing: the options.

    Raises:
        WrongUsageError: a value cannot be meant like this.
    """
    stated = _grant(whom, scope, signing)
    grant = replace(grant, **_fields(stated, _GRANT, typed))
    signatures = _signatures(signing)
    if typed & {"signed", "signed_by", "signed_how", "witness"} and grant.signed is not None:
        signatures = (_main_signature(grant, whom, signing), *signatures)
    papers = replace(
        papers,
        signatures=papers.signatures + signatures,
        compensation_status=_status(signing) if "compensation_status" in typed else papers.compensation_status,
        external_ids=external_ids(signing) if "external_id" in typed else papers.external_ids,
        approved_by="",
    )
    return grant, papers


def stated_prohibition(whom: Person, scope: ScopeOptions, ban: BanOptions) -> Prohibition:
    """Return the prohibition as typed; what was not typed means everything.

    Raises:
        WrongUsageError: a value cannot be meant like this.
    """
    return Prohibition(
        id="",
        person=whom.id,
        source=word(ProhibitionSource, ban.source, "--source"),
        modality=words(Modality, scope.modality, "--modality") or None,
        methods=words(Method, scope.method, "--method") or None,
        purposes=words(Purpose, scope.purpose, "--purpose") or None,
        themes=words(Theme, scope.theme, "--theme") or None,
        channels=channels(scope.channel) or None,
        territories=territories(scope.territory, exclusions=True) or None,
        languages=scope.languages() or None,
        projects=scope.projects() or None,
        grantee=scope.grantee or None,
        start=day(scope.start or None, "--start"),
        end=day(scope.end or None, "--end"),
        tz=scope.zone or None,
        document=ban.document,
    )


def changed_prohibition(
    ban: Prohibition, whom: Person, typed: Set[str], scope: ScopeOptions, options: BanOptions
) -> Prohibition:
    """Return a prohibition with what was typed in the place of what was there.

    Raises:
        WrongUsageError: a value cannot be meant like this.
    """
    return replace(ban, **_fields(stated_prohibition(whom, scope, options), _BAN, typed))


def external_ids(signing: SigningOptions) -> tuple[str, ...]:
    """Return the ids in other systems as typed, each as "system:id".

    Raises:
        WrongUsageError: one is not written like this.
    """
    for value in signing.external_id or ():
        if value.strip() and not _EXTERNAL_ID.fullmatch(value.strip()):
            raise WrongUsageError(
                _("“{value}” is not an id of another system.").format(value=value),
                remedy=_("Write the system first, as in human-consent-id:12345."),
            )
    return tuple(value.strip() for value in signing.external_id or () if value.strip())


def _fields(stated: object, fields: Mapping[str, str], typed: Set[str]) -> dict[str, Any]:
    return {field: getattr(stated, field) for option, field in fields.items() if option in typed}


def _grant(whom: Person, scope: ScopeOptions, signing: SigningOptions) -> Grant:
    return Grant(
        id="",
        person=whom.id,
        members=word(GroupMembers, signing.group_members, "--group-members"),
        signed=day(signing.signed or None, "--signed"),
        signer=word(Signer, signing.signer, "--signer"),
        represented_by=signing.represented_by,
        separately_signed=signing.separately_signed,
        replica_type=word(ReplicaType, signing.replica_type, "--replica-type").value,
        modality=words(Modality, scope.modality, "--modality") or (Modality.FACE, Modality.VOICE),
        methods=words(Method, scope.method, "--method") or (Method.REAL_FOOTAGE, Method.EDITED),
        description=signing.description,
        purposes=words(Purpose, scope.purpose, "--purpose"),
        themes_ok=words(Theme, scope.theme, "--theme"),
        channels=channels(scope.channel),
        territories=territories(scope.territory, exclusions=True),
        languages=scope.languages() or (ANY,),
        start=day(scope.start or None, "--start"),
        end=day(scope.end or None, "--end"),
        tz=scope.zone or None,
        projects=scope.projects() or (ANY,),
        grantee=scope.grantee or None,
        sublicense=signing.sublicense,
        exclusive=signing.exclusive,
        approval=signing.approval,
        compensation=signing.compensation,
        duties=words(Duty, signing.duty, "--duty"),
        after_end=word(AfterEnd, signing.after_end, "--after-end"),
        suspended=_suspension(signing.suspended),
        survives_death=signing.survives_death,
    )


def _main_signature(grant: Grant, whom: Person, signing: SigningOptions) -> Signature:
    assert grant.signed is not None
    return Signature(
        name=signing.signed_by or whom.display_name,
        role=grant.signer.value,
        signed_on=grant.signed,
        how=signing.signed_how,
        witness=signing.witness,
    )


def _signatures(signing: SigningOptions) -> tuple[Signature, ...]:
    return tuple(_signature(text) for text in signing.signature or () if text.strip())


def _signature(text: str) -> Signature:
    parts = [part.strip() for part in text.replace("；", ";").split(";")]
    name, role, signed_on, how, witness, *rest = parts + [""] * 4
    if not (name and role and signed_on) or any(rest):
        raise WrongUsageError(
            _("“{value}” does not tell who signed.").format(value=text),
            remedy=_("Write it like: Ada Example; self; 2026-01-05; paper; Ben Witness"),
        )
    on = day(signed_on, "--signature")
    assert on is not None
    return Signature(name=name, role=role, signed_on=on, how=how or "paper", witness=witness)


def _status(signing: SigningOptions) -> CompensationStatus | None:
    if not signing.compensation_status:
        return None
    return word(CompensationStatus, signing.compensation_status, "--compensation-status")


def _suspension(text: str | None) -> Suspension | None:
    if not text:
        return None
    start, _colon, end = text.partition(":")
    first = day(start, "--suspended")
    assert first is not None
    return Suspension(start=first, end=day(end, "--suspended") if end else None)
