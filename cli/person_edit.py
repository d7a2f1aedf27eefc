"""`countenance person edit` and `merge`: what is recorded of a person, put right."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated

import typer

from cli.gathering import changed_fields, gathered
from cli.output import write_json
from cli.person_stated import find_person, home, plain
from cli.session import Session
from cli.typed import day, split, word
from countenance.errors import CancelledError, WrongUsageError
from countenance.people import Person, PersonKind
from countenance.translations import _
from registry import Registry


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about people."""
    group.command("edit", help=_("Change what is recorded of a person; an empty text takes a value away."))(
        gathered(edit)
    )
    group.command("merge", help=_("Make one person of two who are the same one; it cannot be undone."))(gathered(merge))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOptions:
    """What is to change; what is not typed stays as it is."""

    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=_("The name shown."))] = None
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=_("living, deceased, minor, or own (own persona)."))
    ] = None
    also: Annotated[
        list[str] | None, typer.Option("--also", metavar="NAME", help=_("One more name or script; repeat."))
    ] = None
    not_also: Annotated[
        list[str] | None, typer.Option("--not-also", metavar="NAME", help=_("A name to be taken away; repeat."))
    ] = None
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="WORD", help=_("One more word to group people by; repeat."))
    ] = None
    no_tags: Annotated[
        list[str] | None, typer.Option("--no-tag", metavar="WORD", help=_("A word to be taken away; repeat."))
    ] = None
    members: Annotated[
        list[str] | None, typer.Option("--member", metavar="PERSON", help=_("One more member of a group; repeat."))
    ] = None
    no_members: Annotated[
        list[str] | None, typer.Option("--no-member", metavar="PERSON", help=_("Who leaves a group; repeat."))
    ] = None
    external_ids: Annotated[
        list[str] | None, typer.Option("--external-id", metavar="ID", help=_("One more id in another system; repeat."))
    ] = None
    no_external_ids: Annotated[
        list[str] | None, typer.Option("--no-external-id", metavar="ID", help=_("An id to be taken away; repeat."))
    ] = None
    birth: Annotated[str | None, typer.Option("--birth", metavar="DATE", help=_("Date of birth, 2008-06-10."))] = None
    death: Annotated[str | None, typer.Option("--death", metavar="DATE", help=_("Date of death."))] = None
    guardian: Annotated[
        str | None, typer.Option("--guardian", metavar="TEXT", help=_("Guardian's name and document, for a minor."))
    ] = None
    rights_holder: Annotated[
        str | None,
        typer.Option("--rights-holder", metavar="TEXT", help=_("Heir's name and document, for a deceased person.")),
    ] = None
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="TEXT", help=_("Agent's name and power of attorney."))
    ] = None
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", metavar="CODE", help=_("Country or state of residence, e.g. US-NY."))
    ] = None
    contact: Annotated[str | None, typer.Option("--contact", metavar="TEXT", help=_("Agent or lawyer to ask."))] = None
    notes: Annotated[str | None, typer.Option("--notes", metavar="TEXT", help=_("Anything else to be remembered."))] = (
        None
    )

    def edited(self, person: Person, opened: Registry) -> Person:
        """Return the person as it is to be.

        Raises:
            WrongUsageError: a value cannot be meant like this, or what is to be taken away is not there.
        """
        joining = tuple(find_person(opened, member).id for member in self.members or ())
        leaving = tuple(find_person(opened, member).id for member in self.no_members or ())
        return replace(
            person,
            display_name=person.display_name if self.name is None else self.name,
            kind=person.kind if self.kind is None else word(PersonKind, self.kind, "--kind"),
            other_names=_edited(person.other_names, plain(self.also), plain(self.not_also)),
            tags=_edited(person.tags, plain(split(self.tags)), plain(split(self.no_tags))),
            members=_edited(person.members, joining, leaving),
            external_ids=_edited(person.external_ids, split(self.external_ids), split(self.no_external_ids)),
            birth=person.birth if self.birth is None else day(self.birth or None, "--birth"),
            death=person.death if self.death is None else day(self.death or None, "--death"),
            guardian=person.guardian if self.guardian is None else self.guardian,
            rights_holder=person.rights_holder if self.rights_holder is None else self.rights_holder,
            agent_authority=person.agent_authority if self.agent is None else self.agent,
            jurisdiction=person.jurisdiction if self.jurisdiction is None else home(self.jurisdiction),
            contact=person.contact if self.contact is None else self.contact,
            notes=person.notes if self.notes is None else self.notes,
        )


def edit(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    options: EditOptions,
) -> int:
    """Change what is recorded of a person."""
    session = Session.of(context)
    if not changed_fields(options):
        raise WrongUsageError(
            _("Nothing is said to change."), remedy=_("With --help, each command tells what it takes.")
        )
    with session.open_registry() as opened:
        before = find_person(opened, person)
        after = opened.change_person(options.edited(before, opened), expected=before)
    changed = [field.name for field in fields(Person) if getattr(before, field.name) != getattr(after, field.name)]
    if session.as_json:
        write_json({"person": after.id, "changed": changed})
    elif changed:
        session.say(_("Changed {name} ({id}).").format(name=after.display_name, id=after.id))
    else:
        session.say(_("{name} ({id}) was like that already.").format(name=after.display_name, id=after.id))
    return 0


def merge(
    context: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="KEPT", help=_("Who is kept: id or name."))],
    other: Annotated[str, typer.Argument(metavar="OTHER", help=_("Who turned out to be that person: id or name."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask whether this is meant."))] = False,
) -> int:
    """Make one person of two."""
    session = Session.of(context)
    with session.open_registry() as opened:
        staying, going = find_person(opened, kept), find_person(opened, other)
        if not yes:
            _ask(session, staying, going)
        merged = opened.merge(staying.id, going.id)
    if session.as_json:
        write_json({"person": merged.id, "merged": going.id})
        return 0
    session.say(
        _("{other} is {name} ({id}) now; the old id leads there.").format(
            other=going.id, name=merged.display_name, id=merged.id
        )
    )
    return 0


def _ask(session: Session, staying: Person, going: Person) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise WrongUsageError(
            _("Merging cannot be undone, and nobody is there to be asked."),
            remedy=_("Say that it is meant with --yes."),
        )
    session.note(
        _("All samples, consents, grants and papers of {other} ({other_id}) become those of {name} ({id}).").format(
            other=going.display_name, other_id=going.id, name=staying.display_name, id=staying.id
        )
    )
    if not typer.confirm(_("This cannot be undone. Merge them?"), err=True):
        raise CancelledError(_("Nobody was merged."))


def _edited(before: Sequence[str], more: Sequence[str], fewer: Sequence[str]) -> tuple[str, ...]:
    for value in fewer:
        if value not in before:
            raise WrongUsageError(
                _("“{value}” is not recorded of this person.").format(value=value),
                remedy=_("See what is, with: countenance person show"),
            )
    return tuple(dict.fromkeys((*(value for value in before if value not in fewer), *more)))
