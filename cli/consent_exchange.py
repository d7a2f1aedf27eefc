"""`countenance consent export` and `import`: papers from one registry to another, and tables of grants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.session import Session
from countenance.errors import WrongUsageError
from countenance.translations import _, ngettext
from scan.exchange.files import export_to, plan_from
from scan.exchange.taking import OUTCOME_LABELS, RECORD_LABELS, Outcome, Plan, Step, take


def add_to(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("export", help=_("Write papers into a file for another registry, or as a table."))(gathered(export))
    group.command("import", help=_("Take in papers from a file of another registry, or from a table."))(
        gathered(import_)
    )


def export(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=_("A new file: .json for all, .csv for a row per grant."), readable=False),
    ],
    person: Annotated[
        list[str] | None, typer.Option("--person", metavar="PERSON", help=_("Only this person's; id or name; repeat."))
    ] = None,
    *,
    odrl: Annotated[
        bool, typer.Option("--odrl", help=_("Write grants and prohibitions as ODRL policies, for other programs."))
    ] = False,
) -> int:
    """Write people, biometric consents, grants and prohibitions; no template, no sample, no document's content."""
    session = Session.of(context)
    if odrl and file.suffix.lower() == ".csv":
        raise WrongUsageError(_("ODRL is JSON."), remedy=_("Name the file FILE.json."))
    with session.open_registry() as opened:
        whom = [find_person(opened, one).id for one in person] if person else None
        counts = export_to(opened, file, session.now(), whom, odrl=odrl)
    if session.as_json:
        write_json({"file": str(file), **counts})
        return 0
    session.say(
        _("Wrote {file}: people {people}, grants {grants}.").format(
            file=file, people=counts["people"], grants=counts["grants"]
        )
    )
    session.note(_("It holds names and papers: keep it as safe as the registry. No erasure here reaches it."))
    return 0


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A .json export or a .csv table."), readable=False)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only tell what would happen."))] = False,
    partial: Annotated[bool, typer.Option("--partial", help=_("Take in the rest where records are refused."))] = False,
) -> int:
    """Tell what becomes of each record, and take in what is new or newer: all of it in one step, or nothing."""
    session = Session.of(context)
    with session.open_registry() as opened:
        plan = plan_from(opened, file)
        refused = plan.counts()[Outcome.REFUSED.value]
        stopped = bool(refused) and not partial
        steps = plan.steps if dry_run or stopped else take(opened, plan)
    if stopped and not dry_run:
        error = WrongUsageError(
            ngettext(
                "{count} record was refused, so nothing was taken in.",
                "{count} records were refused, so nothing was taken in.",
                refused,
            ).format(count=refused),
            remedy=_("Correct the file, or take in the rest with --partial."),
        )
        if not session.as_json:
            _show(session, steps)
        return session.refuse(error, _document(plan, steps, taken=False))
    if session.as_json:
        write_json(_document(plan, steps, taken=not dry_run))
    else:
        _show(session, steps)
        if dry_run:
            session.say(_("Nothing was taken in: this was a dry run."))
    return 0


def _document(plan: Plan, steps: Sequence[Step], *, taken: bool) -> dict[str, object]:
    return {
        "taken": taken,
        "counts": plan.counts(),
        "records": [
            {"kind": one.kind, "theirs": one.theirs, "ours": one.ours, "outcome": one.outcome, "why": one.why}
            for one in steps
        ],
    }


def _show(session: Session, steps: Sequence[Step]) -> None:
    same = sum(one.outcome is Outcome.UNCHANGED for one in steps)
    told = [one for one in steps if one.outcome is not Outcome.UNCHANGED]
    if told:
        titles = (_("Record"), _("There"), _("Here"), _("Outcome"), _("Why"))
        rows = [
            (_(RECORD_LABELS[one.kind]), one.theirs, one.ours or "–", _(OUTCOME_LABELS[one.outcome]), one.why)
            for one in told
        ]
        session.show_table(titles, rows)
    if same or not told:
        session.say(
            ngettext(
                "{count} record is here already, as it is.", "{count} records are here already, as they are.", same
            ).format(count=same)
        )
