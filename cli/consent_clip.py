"""`countenance consent approve` and `except`: what a person decided about one clip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.evidence import mark_of
from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.session import Session
from cli.typed import grant_id, word
from countenance.grants import SYNTHETIC_METHODS
from countenance.people import Modality
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind


def add_to(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("approve", help=_("Record the answer to one clip under a grant that asks for it."))(gathered(approve))
    group.command("except", help=_("Record whether news, parody, quotation or biography carries one clip."))(
        gathered(except_)
    )


def approve(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help=_("The grant's id; see: consent list."))],
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help=_("The clip's file."), readable=False)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why, in words."))],
    *,
    refuse: Annotated[bool, typer.Option("--refuse", help=_("The answer was no."))] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=_("Who answered; else the operator."))] = "",
) -> int:
    """Bind the answer to the clip's picture and sound, so that another clip asks again."""
    session = Session.of(context)
    decision = ApprovalDecision.REFUSED if refuse else ApprovalDecision.APPROVED
    grant = grant_id(grant)
    with session.open_registry() as opened:
        latest = opened.grant_revisions(grant)[-1].grant
        made = opened.decisions.approve(grant, mark_of(session, clip), decision, reason, by)
    if session.as_json:
        write_json(made)
    elif refuse:
        session.say(_("{id}: the clip was refused under grant {grant}.").format(id=made.id, grant=grant))
    else:
        session.say(_("{id}: the clip is approved under grant {grant}.").format(id=made.id, grant=grant))
    is_vague = SYNTHETIC_METHODS.intersection(latest.methods) and not latest.description.strip()
    if not refuse and not latest.approval and not is_vague:
        session.note(
            _("Grant {grant} asks for no approval; of answers under it only a refusal counts.").format(grant=grant)
        )
    return 0


def except_(
    context: typer.Context,
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help=_("The clip's file."), readable=False)],
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("Whose likeness it is; id or name."))],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=_("What is claimed: news, parody, quotation, biography."))
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why, in words."))],
    *,
    refuse: Annotated[bool, typer.Option("--refuse", help=_("It does not carry this clip."))] = False,
    modality: Annotated[
        str | None, typer.Option("--modality", metavar="face|voice", help=_("Only of the face, or only of the voice."))
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=_("Who decided; else the operator."))] = "",
) -> int:
    """Bind the decision to the clip's picture and sound, so that another clip asks again."""
    session = Session.of(context)
    claimed = word(ExceptionKind, kind, "--kind")
    part = word(Modality, modality, "--modality") if modality else None
    decision = ApprovalDecision.REFUSED if refuse else ApprovalDecision.APPROVED
    with session.open_registry() as opened:
        whom = find_person(opened, person)
        mark = mark_of(session, clip)
        made = opened.decisions.except_(whom.id, mark, claimed, decision, reason, by=by, modality=part)
    if session.as_json:
        write_json(made)
    elif refuse:
        session.say(
            _("{id}: the exception does not carry this clip for {name}.").format(id=made.id, name=whom.display_name)
        )
    else:
        session.say(_("{id}: the exception carries this clip for {name}.").format(id=made.id, name=whom.display_name))
    return 0
