"""`countenance consent edit` and `confirm`: a change is a new revision; a second person confirms what was entered."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.evidence import tell_same, typed_evidence, typed_options, warnings_about
from cli.gathering import gathered
from cli.grant_stated import changed_grant, changed_prohibition
from cli.grant_terms import (
    BanOptions,
    EvidenceOptions,
    ScopeOptions,
    SigningOptions,
    refuse_strange_options,
)
from cli.output import write_json
from cli.session import Session
from cli.typed import grant_id, record_id
from countenance.errors import WrongUsageError
from countenance.translations import _
from registry import DocumentKind, Registry
from scan import evidence


def add_to(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("edit", help=_("Change a grant or a prohibition; only what is typed changes."))(gathered(edit))
    group.command("confirm", help=_("Confirm a grant that somebody else entered."))(gathered(confirm))


def edit(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID", help=_("The grant's or prohibition's id; see: consent list."))],
    scope: ScopeOptions,
    signing: SigningOptions,
    papers: EvidenceOptions,
    ban: BanOptions,
) -> int:
    """Record a change as the next revision; an empty value, as in --end "", takes back what was there."""
    session = Session.of(context)
    number = record_id(number)
    prohibited = number.startswith("X")
    refuse_strange_options(prohibited, signing, ban)
    typed = typed_options(context) - {"number"}
    if not typed:
        raise WrongUsageError(
            _("Nothing was said that would change {id}.").format(id=number),
            remedy=_("Name what is new, as in: --end 2027-12-31"),
        )
    with session.open_registry() as opened:
        if prohibited:
            return _edit_prohibition(session, opened, number, typed, scope, ban, papers)
        return _edit_grant(session, opened, number, typed, scope, signing, papers)


def confirm(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help=_("The grant's id; see: consent list."))],
) -> int:
    """Record that the operator, who did not enter the grant, confirms it."""
    session = Session.of(context)
    with session.open_registry() as opened:
        kept = opened.confirm_grant(grant_id(grant))
    if session.as_json:
        write_json({"id": kept.id, "revision": kept.revision})
    else:
        session.say(_("Grant {id} is confirmed.").format(id=kept.id))
    return 0


def _edit_grant(
    session: Session,
    opened: Registry,
    number: str,
    typed: frozenset[str],
    scope: ScopeOptions,
    signing: SigningOptions,
    papers: EvidenceOptions,
) -> int:
    latest = opened.grant_revisions(number)[-1]
    (whom,) = opened.people([latest.grant.person])
    grant, its_papers = changed_grant(latest.grant, latest.papers, whom, typed, scope, signing)
    read = typed_evidence(papers, DocumentKind.CONTRACT)
    kept, same = evidence.record_grant(opened, grant, its_papers, read)
    held = len(opened.documents.of(kept.id))
    warnings = warnings_about(kept, its_papers, whom, documents=held)
    if session.as_json:
        write_json({"id": kept.id, "revision": kept.revision, "warnings": warnings})
    else:
        session.say(_("Grant {id} is changed: revision {revision}.").format(id=kept.id, revision=kept.revision))
    tell_same(session, same)
    for warning in warnings:
        session.note(warning)
    return 0


def _edit_prohibition(
    session: Session,
    opened: Registry,
    number: str,
    typed: frozenset[str],
    scope: ScopeOptions,
    ban: BanOptions,
    papers: EvidenceOptions,
) -> int:
    latest = opened.prohibition_revisions(number)[-1]
    (whom,) = opened.people([latest.prohibition.person])
    changed = changed_prohibition(latest.prohibition, whom, typed, scope, ban)
    read = typed_evidence(papers, DocumentKind.OTHER)
    kept, same = evidence.record_prohibition(opened, changed, latest.revision, read)
    if session.as_json:
        write_json({"id": number, "revision": kept.revision})
    else:
        session.say(_("Prohibition {id} is changed: revision {revision}.").format(id=number, revision=kept.revision))
    tell_same(session, same)
    return 0
