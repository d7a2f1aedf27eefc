"""The options that state a grant or a prohibition: what is covered, and what was signed about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.gathering import changed_fields
from cli.typed import language_range, split
from countenance.errors import WrongUsageError
from countenance.translations import _


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
    signed_how: Annotated[
        str, typer.Option("--signed-how", metavar="HOW", help=_("On paper, as e-signature, as recorded statement."))
    ] = "paper"
    witness: Annotated[str, typer.Option("--witness", metavar="NAME", help=_("Who saw it being signed."))] = ""
    signature: Annotated[
        list[str] | None,
        typer.Option(
            "--signature",
            metavar="TEXT",
            help=_("A further signature: “name; role; date; how; witness”, the last two if known; repeat."),
        ),
    ] = None
    signer: Annotated[
        str, typer.Option("--signer", metavar="WHO", help=_("As what: self, guardian, estate, agent."))
    ] = "self"
    represented_by: Annotated[
        str, typer.Option("--represented-by", metavar="WHO", help=_("none, lawyer, or the union's name."))
    ] = "none"
    separately_signed: Annotated[
        bool,
        typer.Option("--separately-signed/--no-separately-signed", help=_("The replica clause was signed on its own.")),
    ] = False
    replica_type: Annotated[
        str, typer.Option("--replica-type", metavar="TYPE", help=_("none, employment_based, independently_created."))
    ] = "none"
    group_members: Annotated[
        str, typer.Option("--group-members", metavar="HOW", help=_("For a group: together or individually."))
    ] = "together"
    sublicense: Annotated[bool, typer.Option("--sublicense/--no-sublicense", help=_("The grantee may pass it on."))] = (
        False
    )
    exclusive: Annotated[
        str, typer.Option("--exclusive", metavar="CATEGORY", help=_("Exclusive for this product category."))
    ] = ""
    approval: Annotated[bool, typer.Option("--approval/--no-approval", help=_("Each clip must be approved."))] = False
    compensation: Annotated[str, typer.Option("--compensation", metavar="TEXT", help=_("A note on the fee."))] = ""
    compensation_status: Annotated[
        str | None, typer.Option("--compensation-status", metavar="STATUS", help=_("unpaid or paid."))
    ] = None
    external_id: Annotated[
        list[str] | None,
        typer.Option(
            "--external-id", metavar="SYSTEM:ID", help=_("Evidence in another system, e.g. a Human Consent ID; repeat.")
        ),
    ] = None
    duty: Annotated[
        list[str] | None, typer.Option("--duty", metavar="DUTY", help=_("ai_label, credit, report_use, …; repeat."))
    ] = None
    after_end: Annotated[
        str, typer.Option("--after-end", metavar="WHAT", help=_("Published clips then: keep or take_down."))
    ] = "keep"
    suspended: Annotated[
        str | None, typer.Option("--suspended", metavar="FROM[:TO]", help=_("A pause, both days included."))
    ] = None
    survives_death: Annotated[
        bool, typer.Option("--survives-death/--no-survives-death", help=_("It goes on after death."))
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOptions:
    """The papers behind a grant or a prohibition."""

    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence",
            metavar="FILE[:KIND]",
            help=_("A paper to keep with it: contract, rider, release, e-mail, recording, …; repeat."),
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BanOptions:
    """What a prohibition rests on: for prohibitions alone."""

    source: Annotated[
        str, typer.Option("--source", metavar="WHO", help=_("Who forbids: person, estate, court, contract, platform."))
    ] = "person"
    document: Annotated[str, typer.Option("--document", metavar="TEXT", help=_("The paper behind a prohibition."))] = ""


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
