"""`countenance consent`: record what people allow and forbid, list it, withdraw it, and test the rules."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import consent_answer, consent_clip, consent_edit, consent_exchange, consent_show
from cli.evidence import last_day_of, tell_same, typed_evidence, warnings_about
from cli.gathering import gathered
from cli.grant_stated import stated_grant, stated_prohibition
from cli.grant_terms import (
    BanOptions,
    EvidenceOptions,
    ScopeOptions,
    SigningOptions,
    refuse_strange_options,
)
from cli.output import write_json
from cli.person_stated import find_person
from cli.recorded import show_recorded
from cli.session import Session
from cli.typed import day, grant_id, word
from consent.cases import compare
from countenance.errors import CheckFailedError, WrongUsageError
from countenance.grants import AfterEnd, Revocation
from countenance.labels import day_label
from countenance.translations import _, ngettext
from registry import DocumentKind, GrantRecord
from scan import evidence
from scan.evaluation.tables import read_rows


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        help=_("Grants and prohibitions: add, change, list, withdraw, exchange, test the rules."), no_args_is_help=True
    )
    group.command("add", help=_("Record what a person allows, or with --prohibit what they forbid."))(gathered(add))
    group.command("list", help=_("List grants and prohibitions."))(gathered(list_consents))
    consent_show.add_to(group)
    consent_edit.add_to(group)
    group.command("revoke", help=_("Record that a grant was withdrawn."))(gathered(revoke))
    consent_clip.add_to(group)
    consent_answer.add_to(group)
    consent_exchange.add_to(group)
    group.command("test", help=_("Judge worked cases and tell which differ."))(gathered(test_rules))
    app.add_typer(group, name="consent")


def add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's or group's id or name."))],
    scope: ScopeOptions,
    signing: SigningOptions,
    papers: EvidenceOptions,
    ban: BanOptions,
    *,
    prohibit: Annotated[bool, typer.Option("--prohibit", help=_("Record a prohibition instead of a grant."))] = False,
) -> int:
    """Record a grant or a prohibition and say its id."""
    session = Session.of(context)
    refuse_strange_options(prohibit, signing, ban)
    warnings: tuple[str, ...] = ()
    with session.open_registry() as opened:
        whom = find_person(opened, person)
        if prohibit:
            stated = stated_prohibition(whom, scope, ban)
            kept, same = evidence.record_prohibition(opened, stated, 0, typed_evidence(papers, DocumentKind.OTHER))
            number = kept.prohibition.id
            sentence = _("Prohibition {id} recorded for {name}.")
        else:
            grant, its_papers = stated_grant(whom, scope, signing)
            read = typed_evidence(papers, DocumentKind.CONTRACT)
            recorded, same = evidence.record_grant(opened, grant, its_papers, read)
            warnings = warnings_about(recorded, its_papers, whom, documents=len(read))
            number, sentence = recorded.id, _("Grant {id} recorded for {name}.")
            if recorded.signed is None:
                sentence = _("Draft {id} recorded for {name}; it has no effect until it is signed.")
    if session.as_json:
        write_json({"id": number, "warnings": warnings})
    else:
        session.say(sentence.format(id=number, name=whom.display_name))
    tell_same(session, same)
    for warning in warnings:
        session.note(warning)
    return 0


def list_consents(
    context: typer.Context,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help=_("Only this person's; id or name."), show_default=False)
    ] = "",
    expiring: Annotated[
        str | None,
        typer.Option("--expiring", metavar="DAYS", help=_("Only grants that end within so many days, e.g. 30d.")),
    ] = None,
    external_id: Annotated[
        str | None,
        typer.Option("--external-id", metavar="SYSTEM:ID", help=_("Only grants with this id in another system.")),
    ] = None,
) -> int:
    """List what is recorded, latest revisions only."""
    session = Session.of(context)
    with session.open_registry() as opened:
        whom = find_person(opened, person).id if person else None
        records = opened.grants(whom)
        bans = [item.prohibition for item in opened.prohibitions(whom)]
        if expiring is not None:
            today = opened.today()
            until = last_day_of(expiring, today, "--expiring")
            records, bans = tuple(item for item in records if _ends_within(item, today, until)), []
        if external_id is not None:
            records = tuple(item for item in records if external_id in item.papers.external_ids)
            bans = []
        grants = [item.grant for item in records]
        if session.as_json:
            write_json({"grants": grants, "prohibitions": bans})
            return 0
        if not grants and not bans:
            session.say(
                _("Nothing is recorded.")
                if expiring is None and external_id is None
                else _("No grant is found by that.")
            )
            return 0
        names = {one.id: one.display_name for one in opened.people()}
        show_recorded(session, grants, bans, names, opened.today())
    return 0


def revoke(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help=_("The grant's id; see: consent list."))],
    papers: EvidenceOptions,
    *,
    notice: Annotated[
        str | None, typer.Option("--notice", metavar="DATE", help=_("The day notice was given; else today."))
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="DAYS", min=0, max=3660, help=_("Days until it takes effect."))
    ] = 0,
    published: Annotated[
        str, typer.Option("--published", metavar="WHAT", help=_("Clips already out: keep or take_down."))
    ] = "take_down",
    take_back: Annotated[
        bool, typer.Option("--take-back", help=_("Undo a withdrawal that was recorded by mistake."))
    ] = False,
) -> int:
    """Record a withdrawal, or that there was none, as the grant's next revision."""
    session = Session.of(context)
    number = grant_id(grant)
    evidence_read = typed_evidence(papers, DocumentKind.E_MAIL)
    with session.open_registry() as opened:
        before = opened.grant_revisions(number)[-1].grant.revoked
        if take_back and before is None:
            raise WrongUsageError(
                _("Grant {id} is not withdrawn.").format(id=number),
                remedy=_("See what is recorded with: countenance consent show {id}").format(id=number),
            )
        revocation = Revocation(
            notice=day(notice, "--notice") or opened.today(),
            days=days,
            published=word(AfterEnd, published, "--published"),
        )
        kept, same = evidence.revoke_grant(opened, number, None if take_back else revocation, evidence_read)
    if session.as_json:
        ends = None if take_back else _effective(revocation)
        write_json({"id": kept.id, "revision": kept.revision, "effective": ends})
    elif take_back:
        session.say(_("The withdrawal of grant {id} is taken back.").format(id=kept.id))
    else:
        told = _("Grant {id} is withdrawn from {day} on.")
        session.say(told.format(id=kept.id, day=day_label(_effective(revocation))))
    tell_same(session, same)
    if before is not None and not take_back:
        session.note(
            _("It was withdrawn before, from {day} on; this counts instead.").format(day=day_label(_effective(before)))
        )
    session.note(_("Kept checks and published clips that this touches: countenance registry audit --affected"))
    if not take_back:
        session.note(_("If it was a mistake: countenance consent revoke {id} --take-back").format(id=kept.id))
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


def _effective(revocation: Revocation) -> date:
    """Return the first day on which the grant does not count any more."""
    return revocation.notice + timedelta(days=revocation.days)


def _ends_within(record: GrantRecord, first: date, last: date) -> bool:
    grant = record.grant
    ends = [grant.end]
    if grant.revoked is not None:
        # A withdrawal takes effect at the beginning of a day.
        ends.append(_effective(grant.revoked) - timedelta(days=1))
    return any(end is not None and first <= end <= last for end in ends)
