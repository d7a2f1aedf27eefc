"""The options that state a grant or a prohibition: what is covered, and what was signed about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from cli.gathering import changed_fields
from cli.typed import channels, day, language_range, split, territories, word, words
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
from registry import GrantPapers, Signature


class ReplicaType(StrEnum):
    """What kind of digital replica a grant is for, as the US unions' agreements tell them apart."""

    NONE = "none"
    EMPLOYMENT_BASED = "employment_based"
    INDEPENDENTLY_CREATED = "independently_created"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeOptions:
    """What a grant allows, or a prohibition forbids."""

    purpose: Annotated[
        list[str] | None, typer.Option("--purpose", metavar="PURPOSE", help=_("A purpose, or any; repeat."))
    ] = None
    method: Annotated[
        list[str] | None,
        typer.Option("--method", metavar="METHOD", help=_("real_footage, edited, ai_generated, face_swap, …; repeat.")),
    ] = None
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="THEME", help=_("A sensitive theme allowed, or forbidden; repeat.")),
    ] = None
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", metavar="CHANNEL", help=_("A channel, a group of them, or any; repeat.")),
    ] = None
    territory: Annotated[
        list[str] | None,
        typer.Option("--territory", metavar="CODE", help=_("DE, US-NY, EU, WORLD; -XX excludes; repeat.")),
    ] = None
    language: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="RANGE", help=_("A language of the voice, or any; repeat.")),
    ] = None
    project: Annotated[
        list[str] | None, typer.Option("--project", metavar="NAME", help=_("A project, or any; repeat."))
    ] = None
    modality: Annotated[
        list[str] | None, typer.Option("--modality", metavar="face|voice", help=_("Face, voice, or both (default)."))
    ] = None
    grantee: Annotated[
        str | None, typer.Option("--grantee", metavar="NAME", help=_("Who may use it; else the registry's owner."))
    ] = None
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help=_("First day."))] = None
    end: Annotated[str | None, typer.Option("--end", metavar="DATE", help=_("Last day; open without it."))] = None
    zone: Annotated[
        str | None, typer.Option("--tz", metavar="ZONE", help=_("Time zone of both days, e.g. Asia/Shanghai."))
    ] = None

    def languages(self) -> tuple[str, ...]:
        """Return the languages as typed."""
        return tuple(language_range(value, "--language") for value in split(self.language))

    def projects(self) -> tuple[str, ...]:
        """Return the projects as typed; a project's name may hold a comma."""
        return tuple(name.strip() for name in self.project or () if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningOptions:
    """What was signed, by whom, and what goes with it: for grants alone."""

    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help=_("The use in words; needed for synthetic methods."))
    ] = ""
    signed: Annotated[
        str | None, typer.Option("--signed", metavar="DATE", help=_("The day it was signed; a draft without it."))
    ] = None
    signed_by: Annotated[
        str | None, typer.Option("--signed-by", metavar="NAME", help=_("Who signed; else the person."))
    ] = None
    signer: Annotated[
        str, typer.Option("--signer", metavar="WHO", help=_("As what: self, guardian, estate, agent."))
    ] = "self"
    represented_by: Annotated[
        str, typer.Option("--represented-by", metavar="WHO", help=_("none, lawyer, or the union's name."))
    ] = "none"
    separately_signed: Annotated[
        bool, typer.Option("--separately-signed", help=_("The replica clause was signed on its own."))
    ] = False
    replica_type: Annotated[
        str, typer.Option("--replica-type", metavar="TYPE", help=_("none, employment_based, independently_created."))
    ] = "none"
    group_members: Annotated[
        str, typer.Option("--group-members", metavar="HOW", help=_("For a group: together or individually."))
    ] = "together"
    sublicense: Annotated[bool, typer.Option("--sublicense", help=_("The grantee may pass it on."))] = False
    exclusive: Annotated[
        str, typer.Option("--exclusive", metavar="CATEGORY", help=_("Exclusive for this product category."))
    ] = ""
    approval: Annotated[bool, typer.Option("--approval", help=_("Each clip must be approved."))] = False
    compensation: Annotated[str, typer.Option("--compensation", metavar="TEXT", help=_("A note on the fee."))] = ""
    duty: Annotated[
        list[str] | None, typer.Option("--duty", metavar="DUTY", help=_("ai_label, credit, report_use, …; repeat."))
    ] = None
    after_end: Annotated[
        str, typer.Option("--after-end", metavar="WHAT", help=_("Published clips then: keep or take_down."))
    ] = "keep"
    suspended: Annotated[
        str | None, typer.Option("--suspended", metavar="FROM[:TO]", help=_("A pause, both days included."))
    ] = None
    survives_death: Annotated[bool, typer.Option("--survives-death", help=_("It goes on after death."))] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BanOptions:
    """What a prohibition rests on: for prohibitions alone."""

    source: Annotated[
        str, typer.Option("--source", metavar="WHO", help=_("Who forbids: person, estate, court, contract, platform."))
    ] = "person"
    document: Annotated[str, typer.Option("--document", metavar="TEXT", help=_("The paper behind a prohibition."))] = ""


def stated_grant(whom: Person, scope: ScopeOptions, signing: SigningOptions) -> tuple[Grant, GrantPapers | None]:
    """Return the grant as typed, and its papers where it was signed.

    Raises:
        WrongUsageError: a value cannot be meant like this.
    """
    signed = day(signing.signed, "--signed")
    grant = Grant(
        id="",
        person=whom.id,
        members=word(GroupMembers, signing.group_members, "--group-members"),
        signed=signed,
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
        start=day(scope.start, "--start"),
        end=day(scope.end, "--end"),
        tz=scope.zone,
        projects=scope.projects() or (ANY,),
        grantee=scope.grantee,
        sublicense=signing.sublicense,
        exclusive=signing.exclusive,
        approval=signing.approval,
        compensation=signing.compensation,
        duties=words(Duty, signing.duty, "--duty"),
        after_end=word(AfterEnd, signing.after_end, "--after-end"),
        suspended=_suspension(signing.suspended),
        survives_death=signing.survives_death,
    )
    if signed is None:
        return grant, None
    name = signing.signed_by or whom.display_name
    signature = Signature(name=name, role=grant.signer.value, signed_on=signed, how="paper")
    return grant, GrantPapers(signatures=(signature,))


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
        grantee=scope.grantee,
        start=day(scope.start, "--start"),
        end=day(scope.end, "--end"),
        tz=scope.zone,
        document=ban.document,
    )


def refuse_strange_options(prohibit: bool, signing: SigningOptions, ban: BanOptions) -> None:
    """Refuse options that say nothing about what is being recorded, rather than pass over them.

    Raises:
        WrongUsageError: there are such.
    """
    strange = changed_fields(signing if prohibit else ban)
    if strange:
        option = "--" + strange[0].replace("_", "-")
        raise WrongUsageError(
            _("{option} says nothing about a prohibition.").format(option=option)
            if prohibit
            else _("{option} goes with --prohibit only.").format(option=option),
            remedy=_("Leave it out."),
        )


def _suspension(text: str | None) -> Suspension | None:
    if text is None:
        return None
    start, _colon, end = text.partition(":")
    first = day(start, "--suspended")
    assert first is not None
    return Suspension(start=first, end=day(end, "--suspended") if end else None)
