"""`countenance consent`: record what people allow and forbid, list it, withdraw it, and test the rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.person import day, find_person
from cli.session import Session, write_json
from cli.stated_use import channels, split, territories, word, words
from consent.cases import compare
from countenance.errors import CheckFailedError
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
from countenance.labels import channel_label, day_label, label, listed, territory_label
from countenance.people import Modality, Signer
from countenance.translations import _
from registry import GrantPapers, Registry, Signature
from scan.evaluation.tables import read_rows


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Grants and prohibitions: add, list, revoke, test the rules."), no_args_is_help=True)
    group.command("add", help=_("Record what a person allows, or with --prohibit what they forbid."))(add)
    group.command("list", help=_("List grants and prohibitions."))(list_consents)
    group.command("revoke", help=_("Record that a grant was withdrawn."))(revoke)
    group.command("test", help=_("Judge worked cases and tell which differ."))(test_rules)
    app.add_typer(group, name="consent")


def add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    prohibit: Annotated[bool, typer.Option("--prohibit", help=_("Record a prohibition instead of a grant."))] = False,
    purpose: Annotated[
        list[str] | None, typer.Option("--purpose", metavar="PURPOSE", help=_("A purpose, or any; repeat."))
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option("--method", metavar="METHOD", help=_("real_footage, edited, ai_generated, face_swap, …; repeat.")),
    ] = None,
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help=_("The use in words; needed for synthetic methods."))
    ] = "",
    theme: Annotated[
        list[str] | None, typer.Option("--theme", metavar="THEME", help=_("A sensitive theme allowed; repeat."))
    ] = None,
    channel: Annotated[
        list[str] | None, typer.Option("--channel", metavar="CHANNEL", help=_("A channel, a group of them, or any."))
    ] = None,
    territory: Annotated[
        list[str] | None, typer.Option("--territory", metavar="CODE", help=_("DE, US-NY, EU, WORLD; -XX excludes."))
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="RANGE", help=_("A language of the voice, or any."))
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option("--project", metavar="NAME", help=_("A project, or any; repeat."))
    ] = None,
    modality: Annotated[
        list[str] | None, typer.Option("--modality", metavar="face|voice", help=_("Face, voice, or both (default)."))
    ] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help=_("First day."))] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="DATE", help=_("Last day; open without it."))] = None,
    zone: Annotated[
        str | None, typer.Option("--tz", metavar="ZONE", help=_("Zone of both days, Asia/Shanghai."))
    ] = None,
    signed: Annotated[
        str | None, typer.Option("--signed", metavar="DATE", help=_("The day it was signed; a draft without it."))
    ] = None,
    signed_by: Annotated[
        str | None, typer.Option("--signed-by", metavar="NAME", help=_("Who signed; else the person."))
    ] = None,
    signer: Annotated[
        str, typer.Option("--signer", metavar="WHO", help=_("As what: self, guardian, estate, agent."))
    ] = "self",
    represented_by: Annotated[
        str, typer.Option("--represented-by", metavar="WHO", help=_("none, lawyer, or the union's name."))
    ] = "none",
    separately_signed: Annotated[
        bool, typer.Option("--separately-signed", help=_("The replica clause was signed on its own."))
    ] = False,
    replica_type: Annotated[
        str, typer.Option("--replica-type", metavar="TYPE", help=_("none, employment_based, independently_created."))
    ] = "none",
    group_members: Annotated[
        str, typer.Option("--group-members", metavar="HOW", help=_("For a group: together or individually."))
    ] = "together",
    grantee: Annotated[
        str | None, typer.Option("--grantee", metavar="NAME", help=_("Who may use it; else the registry's owner."))
    ] = None,
    sublicense: Annotated[bool, typer.Option("--sublicense", help=_("The grantee may pass it on."))] = False,
    exclusive: Annotated[
        str, typer.Option("--exclusive", metavar="CATEGORY", help=_("Exclusive for this product category."))
    ] = "",
    approval: Annotated[bool, typer.Option("--approval", help=_("Each clip must be approved."))] = False,
    compensation: Annotated[str, typer.Option("--compensation", metavar="TEXT", help=_("A note on the fee."))] = "",
    duty: Annotated[
        list[str] | None, typer.Option("--duty", metavar="DUTY", help=_("ai_label, credit, report_use, …; repeat."))
    ] = None,
    after_end: Annotated[
        str, typer.Option("--after-end", metavar="WHAT", help=_("Published clips then: keep or take_down."))
    ] = "keep",
    suspended: Annotated[
        str | None, typer.Option("--suspended", metavar="FROM[:TO]", help=_("A pause, both days included."))
    ] = None,
    survives_death: Annotated[bool, typer.Option("--survives-death", help=_("It goes on after death."))] = False,
    source: Annotated[
        str, typer.Option("--source", metavar="WHO", help=_("Who forbids: person, estate, court, contract, platform."))
    ] = "person",
    document: Annotated[
        str, typer.Option("--document", metavar="TEXT", help=_("The paper behind a prohibition."))
    ] = "",
) -> int:
    """Record a grant or a prohibition and say its id."""
    session = Session.of(context)
    methods, purposes = words(Method, method, "--method"), words(Purpose, purpose, "--purpose")
    themes, modalities = words(Theme, theme, "--theme"), words(Modality, modality, "--modality")
    first, last = day(start, "--start"), day(end, "--end")
    with session.open_registry() as opened:
        whom = find_person(opened, person)
        if prohibit:
            kept = opened.record_prohibition(
                Prohibition(
                    id="",
                    person=whom.id,
                    source=word(ProhibitionSource, source, "--source"),
                    modality=modalities or None,
                    methods=methods or None,
                    purposes=purposes or None,
                    themes=themes or None,
                    channels=channels(channel) or None,
                    territories=territories(territory) or None,
                    languages=split(language) or None,
                    projects=split(project) or None,
                    grantee=grantee,
                    start=first,
                    end=last,
                    tz=zone,
                    document=document,
                )
            )
            return _recorded(
                session, kept.prohibition.id, _("Prohibition {id} recorded for {name}."), whom.display_name
            )
        signing = day(signed, "--signed")
        grant = Grant(
            id="",
            person=whom.id,
            members=word(GroupMembers, group_members, "--group-members"),
            signed=signing,
            signer=word(Signer, signer, "--signer"),
            represented_by=represented_by,
            separately_signed=separately_signed,
            replica_type=replica_type,
            modality=modalities or (Modality.FACE, Modality.VOICE),
            methods=methods or (Method.REAL_FOOTAGE, Method.EDITED),
            description=description,
            purposes=purposes,
            themes_ok=themes,
            channels=channels(channel),
            territories=territories(territory),
            languages=split(language) or (ANY,),
            start=first,
            end=last,
            tz=zone,
            projects=split(project) or (ANY,),
            grantee=grantee,
            sublicense=sublicense,
            exclusive=exclusive,
            approval=approval,
            compensation=compensation,
            duties=words(Duty, duty, "--duty"),
            after_end=word(AfterEnd, after_end, "--after-end"),
            suspended=_suspension(suspended),
            survives_death=survives_death,
        )
        papers = None
        if signing is not None:
            signature = Signature(name=signed_by or whom.display_name, role=signer, signed_on=signing, how="paper")
            papers = GrantPapers(signatures=(signature,))
        recorded = opened.record_grant(grant, papers)
        sentence = _("Grant {id} recorded for {name}.")
        if signing is None:
            sentence = _("Draft {id} recorded for {name}; it has no effect until it is signed.")
        return _recorded(session, recorded.id, sentence, whom.display_name)


def _recorded(session: Session, number: str, sentence: str, name: str) -> int:
    if session.as_json:
        write_json({"id": number})
    else:
        session.say(sentence.format(id=number, name=name))
    return 0


def _suspension(text: str | None) -> Suspension | None:
    if text is None:
        return None
    start, _colon, end = text.partition(":")
    first = day(start, "--suspended")
    assert first is not None
    return Suspension(start=first, end=day(end, "--suspended") if end else None)


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
        _show_table(session, opened, grants, bans)
    return 0


def _show_table(session: Session, opened: Registry, grants: list[Grant], bans: list[Prohibition]) -> None:
    names = {one.id: one.display_name for one in opened.people()}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (_("Id"), _("Person"), _("What"), _("Where"), _("From"), _("Until"), _("State")):
        table.add_column(title, overflow="fold")
    everything = _("everything")
    for grant in grants:
        where = listed([*map(channel_label, grant.channels), *map(territory_label, grant.territories)])
        state = _("draft") if grant.signed is None else _("signed")
        if grant.revoked is not None:
            state = _("withdrawn, notice of {day}").format(day=day_label(grant.revoked.notice))
        row = (
            grant.id,
            names[grant.person],
            listed(label(one) for one in (*grant.purposes, *grant.methods)),
            where,
            str(grant.start or grant.signed or "–"),
            str(grant.end or "–"),
            state,
        )
        table.add_row(*(Text(cell) for cell in row))
    for ban in bans:
        what = listed(label(one) for one in (*(ban.purposes or ()), *(ban.themes or ()), *(ban.methods or ())))
        where = listed([*map(channel_label, ban.channels or ()), *map(territory_label, ban.territories or ())])
        row = (
            ban.id,
            names[ban.person],
            what or everything,
            where or everything,
            str(ban.start or "–"),
            str(ban.end or "–"),
            _("forbidden"),
        )
        table.add_row(*(Text(cell) for cell in row))
    session.console().print(table)


def revoke(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help=_("The grant's id; see: consent list."))],
    notice: Annotated[
        str | None, typer.Option("--notice", metavar="DATE", help=_("The day notice was given; else today."))
    ] = None,
    days: Annotated[int, typer.Option("--days", min=0, help=_("Days of notice before it takes effect."))] = 0,
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
        Path, typer.Option("--cases", metavar="FILE", help=_("A CSV file of worked cases."), dir_okay=False)
    ],
) -> int:
    """Judge every case; a line for each that differs, exit code 6 if any does."""
    session = Session.of(context)
    report = compare(read_rows(cases, ("case_id", "found", "persons", "grants", "prohibitions")))
    if session.as_json:
        write_json(report.as_mapping())
    else:
        for difference in report.differ:
            session.say(difference.line())
        session.say(_("{agree} of {cases} cases agree.").format(agree=report.agree, cases=report.cases))
    if report.agree < report.cases and not session.as_json:
        raise CheckFailedError(
            _("{count} cases came out differently.").format(count=report.cases - report.agree),
            remedy=_("Compare each line above with docs/consent.md."),
        )
    return 0 if report.agree == report.cases else CheckFailedError.exit_code
