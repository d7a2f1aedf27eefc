"""`countenance consent`: record what people allow and forbid, list it, withdraw it, and test the rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.grant_terms import (
    BanOptions,
    ScopeOptions,
    SigningOptions,
    refuse_strange_options,
    stated_grant,
    stated_prohibition,
)
from cli.output import write_json
from cli.person import find_person
from cli.recorded import show_recorded
from cli.session import Session
from cli.typed import day, word
from consent.cases import compare
from countenance.errors import CheckFailedError
from countenance.grants import AfterEnd, Revocation
from countenance.labels import day_label
from countenance.translations import _, ngettext
from scan.evaluation.tables import read_rows


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Grants and prohibitions: add, list, revoke, test the rules."), no_args_is_help=True)
    group.command("add", help=_("Record what a person allows, or with --prohibit what they forbid."))(gathered(add))
    group.command("list", help=_("List grants and prohibitions."))(gathered(list_consents))
    group.command("revoke", help=_("Record that a grant was withdrawn."))(gathered(revoke))
    group.command("test", help=_("Judge worked cases and tell which differ."))(gathered(test_rules))
    app.add_typer(group, name="consent")


def add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's or group's id or name."))],
    scope: ScopeOptions,
    signing: SigningOptions,
    ban: BanOptions,
    *,
    prohibit: Annotated[bool, typer.Option("--prohibit", help=_("Record a prohibition instead of a grant."))] = False,
) -> int:
    """Record a grant or a prohibition and say its id."""
    session = Session.of(context)
    refuse_strange_options(prohibit, signing, ban)
    with session.open_registry() as opened:
        whom = find_person(opened, person)
        if prohibit:
            number = opened.record_prohibition(stated_prohibition(whom, scope, ban)).prohibition.id
            sentence = _("Prohibition {id} recorded for {name}.")
        else:
            recorded = opened.record_grant(*stated_grant(whom, scope, signing))
            number, sentence = recorded.id, _("Grant {id} recorded for {name}.")
            if recorded.signed is None:
                sentence = _("Draft {id} recorded for {name}; it has no effect until it is signed.")
    if session.as_json:
        write_json({"id": number})
    else:
        session.say(sentence.format(id=number, name=whom.display_name))
    return 0


def list_consents(
    context: typer.Context,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help=_("Only this person's; id or name."), show_default=False)
    ] = "",
) -> int:
    """List what is recorded, latest revisions only."""
    session = Session.of(context)
    with session.open_registry() as opened:
        whom = find_person(opened, person).id if person else None
        grants = [item.grant for item in opened.grants(whom)]
        bans = [item.prohibition for item in opened.prohibitions(whom)]
        if session.as_json:
            write_json({"grants": grants, "prohibitions": bans})
            return 0
        if not grants and not bans:
            session.say(_("Nothing is recorded."))
            return 0
        show_recorded(session, grants, bans, {one.id: one.display_name for one in opened.people()})
    return 0


def revoke(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help=_("The grant's id; see: consent list."))],
    notice: Annotated[
        str | None, typer.Option("--notice", metavar="DATE", help=_("The day notice was given; else today."))
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="DAYS", min=0, max=3660, help=_("Days until it takes effect."))
    ] = 0,
    published: Annotated[
        str, typer.Option("--published", metavar="WHAT", help=_("Clips already out: keep or take_down."))
    ] = "take_down",
) -> int:
    """Record a withdrawal as the grant's next revision."""
    session = Session.of(context)
    with session.open_registry() as opened:
        revocation = Revocation(
            notice=day(notice, "--notice") or opened.today(),
            days=days,
            published=word(AfterEnd, published, "--published"),
        )
        kept = opened.revoke_grant(grant, revocation)
    ends = revocation.notice + timedelta(days=days)
    if session.as_json:
        write_json({"id": kept.id, "revision": kept.revision, "effective": ends})
    else:
        session.say(_("Grant {id} is withdrawn from {day} on.").format(id=kept.id, day=day_label(ends)))
    return 0


def test_rules(
    context: typer.Context,
    cases: Annotated[
        Path, typer.Option("--cases", metavar="FILE", help=_("A CSV file of worked cases."), readable=False)
    ],
) -> int:
    """Judge every case; a line for each that differs, exit code 6 if any does."""
    session = Session.of(context)
    report = compare(read_rows(cases, ("case_id", "found", "persons", "grants", "prohibitions")))
    if session.as_json:
        write_json(report.as_mapping())
        return 0 if report.agree == report.cases else CheckFailedError.exit_code
    for difference in report.differ:
        session.say(difference.line())
    session.say(_("{agree} of {cases} cases agree.").format(agree=report.agree, cases=report.cases))
    differing = report.cases - report.agree
    if differing:
        raise CheckFailedError(
            ngettext("{count} case came out differently.", "{count} cases came out differently.", differing).format(
                count=differing
            ),
            remedy=_("Compare each line above with docs/consent.md."),
        )
    return 0
