"""`countenance person erase` and `disclose`: forgetting somebody for good, and handing out all that is held."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.session import Session
from cli.typed import word
from countenance.errors import CancelledError, CheckFailedError, CountenanceError, WrongUsageError
from countenance.people import Person
from countenance.translations import _, ngettext
from registry import Erasure, ErasureReason
from reports.wording import format_bytes
from scan.saving import write_whole


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about people."""
    group.command("erase", help=_("Remove all that is held about a person, and prove that nothing is left."))(
        gathered(erase)
    )
    group.command("disclose", help=_("Write all that is held about a person into a folder."))(gathered(disclose))


def erase(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    reason: Annotated[
        str, typer.Option("--reason", metavar="WHY", help=_("request, retention, mistake or other."))
    ] = "request",
    proof: Annotated[
        Path | None,
        typer.Option("--proof", metavar="FILE", help=_("Write the proof as JSON; no name is in it."), readable=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask whether it is meant."))] = False,
) -> int:
    """Erase a person; exit code 6 where something of them was found that no record explains."""
    session = Session.of(context)
    why = word(ErasureReason, reason, "--reason")
    with session.open_registry() as opened:
        whom = find_person(opened, person)
        if not yes:
            _ask(session, whom)
        result = opened.upkeep.erase(whom.id, why)
    document = {**msgspec.to_builtins(result), "proved": result.proved, "out_of_reach": _out_of_reach()}
    if proof is not None:
        _save(proof, document)
    if session.as_json:
        write_json(document)
    else:
        _show(session, result)
    return 0 if result.proved else CheckFailedError.exit_code


def disclose(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("The folder to be made for it."), readable=False)],
) -> int:
    """Write everything held about a person."""
    session = Session.of(context)
    with session.open_registry() as opened:
        made = opened.upkeep.disclose(find_person(opened, person).id, folder)
    if session.as_json:
        write_json(msgspec.to_builtins(made, enc_hook=str))  # paths as texts
        return 0
    told = ngettext("{count} file was written to {path}.", "{count} files were written to {path}.", len(made.files))
    session.say(told.format(count=len(made.files), path=made.folder))
    session.note(_("Hand it over safely, and delete it here afterwards: it is not encrypted."))
    return 0


def _ask(session: Session, whom: Person) -> None:
    if not session.somebody_there:
        raise WrongUsageError(
            _("An erasure cannot be undone, and nobody is there to be asked."),
            remedy=_("Say that it is meant with --yes."),
        )
    session.note(_("All that is held about {name} is removed for good.").format(name=whom.display_name))
    typed = typer.prompt(_("Type {id} to erase this person").format(id=whom.id), err=True, prompt_suffix=_(": "))
    if typed.strip() != whom.id:
        raise CancelledError(_("Nobody was erased."))


def _show(session: Session, result: Erasure) -> None:
    session.say(_("{id} is erased.").format(id=result.people[0]))
    session.say(
        _(
            "Searched for {traces} pieces and {texts} names and texts in {pages} pages ({size}), free ones included."
        ).format(traces=result.traces, texts=result.texts, pages=result.pages, size=format_bytes(result.size))
    )
    for found in result.left_over:
        session.say(_("Still there: {kind} at {place}").format(kind=found.kind, place=found.where), style="bold red")
    if result.proved and not result.elsewhere_count:
        session.say(_("Nothing of this person was found."))
    elif result.proved:
        session.say(_("Nothing of this person was found but in records of others and in the journal."))
    for found in result.elsewhere:
        session.say(
            _("In a record of others or the journal: {kind} at {place}").format(kind=found.kind, place=found.where)
        )
    hidden = result.elsewhere_count - len(result.elsewhere)
    if hidden:
        session.say(ngettext("… and {count} more place", "… and {count} more places", hidden).format(count=hidden))
    if result.gone:
        told = ngettext(
            "Of {count} sample, picture, sound and template were gone before, as its consent had ended: only its hash"
            " and source could be looked for.",
            "Of {count} samples, picture, sound and template were gone before, as their consent had ended: only their"
            " hashes and sources could be looked for.",
            result.gone,
        )
        session.say(told.format(count=result.gone))
    if result.indistinct:
        told = ngettext(
            "{count} content has nothing that is this person's alone, such as silence, and was not looked for.",
            "{count} contents have nothing that is this person's alone, such as silence, and were not looked for.",
            result.indistinct,
        )
        session.say(told.format(count=result.indistinct))
    for line in _out_of_reach():
        session.note(line)


def _out_of_reach() -> list[str]:
    return [
        _("Out of reach: backups and other copies of the registry; erase there too, or let them go."),
        _("Out of reach: reports, certificates, exports and disclosures that were written outside the registry."),
        _("Out of reach: what the disk keeps of deleted files; of the registry it is encrypted."),
    ]


def _save(path: Path, document: object) -> None:
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(document), indent=2))
    except OSError as error:
        raise CountenanceError(
            _("The proof cannot be written to “{file}”; the person is erased all the same.").format(file=path),
            remedy=_("See what was found with: countenance registry audit --action erasure"),
            details=str(error.strerror),
        ) from error
