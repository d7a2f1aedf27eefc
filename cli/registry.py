"""`countenance registry`: make one, and see what it holds."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import registry_audit, registry_copies
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session, ask_passphrase
from countenance.errors import WrongUsageError
from countenance.translations import _
from registry import Passphrase, check_new_passphrase, create_registry


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        help=_("The encrypted consent registry: make, audit, back up, restore it, change its passphrase."),
        no_args_is_help=True,
    )
    group.command("init", help=_("Make a new, encrypted registry."))(gathered(init))
    group.command("info", help=_("Show what the registry holds."))(gathered(info))
    group.command("list", help=_("List the registries that are called by a bare name."))(gathered(list_registries))
    registry_audit.add_to(group)
    registry_copies.add_to(group)
    app.add_typer(group, name="registry")


def init(
    context: typer.Context,
    owner: Annotated[
        str, typer.Option("--owner", metavar="NAME", help=_("Who the registry belongs to: the grantee by default."))
    ] = "us",
    zone: Annotated[
        str, typer.Option("--tz", metavar="ZONE", help=_("Time zone for days that name none, e.g. Europe/Berlin."))
    ] = "UTC",
) -> int:
    """Make a registry at the default place or at --registry; never over an existing file."""
    session = Session.of(context)
    path = session.registry_to_be()
    passphrase = session.find_passphrase(path, confirm=_ask_again)
    with create_registry(path, passphrase, owner=owner, tz=zone, operator=session.operator) as made:
        session.watched(made)
        if session.as_json:
            write_json({"id": made.id, "file": str(path), "owner": owner, "tz": zone})
        else:
            session.say(_("Made the registry {path}.").format(path=path))
            session.note(_("Keep the passphrase safe: without it nobody can open the registry, not even its maker."))
    return 0


def _ask_again(first: str) -> None:
    check_new_passphrase(Passphrase(first))
    if ask_passphrase(_("The same passphrase again")) != first:
        raise WrongUsageError(_("The two passphrases differ."), remedy=_("Try again."))


def info(context: typer.Context) -> int:
    """Show identity, owner, and counts."""
    session = Session.of(context)
    with session.open_registry() as opened:
        facts = opened.facts()
        if session.as_json:
            write_json({"registry": facts, "file": str(opened.path), "owner": opened.owner, "tz": opened.tz})
            return 0
        session.say(_("Registry {path}").format(path=opened.path))
        session.say(_("Owner: {owner}; time zone: {zone}").format(owner=opened.owner, zone=opened.tz))
        session.say(_("People: {count}").format(count=facts.people))
        session.say(_("Grants: {count}").format(count=facts.grants))
        session.say(_("Revision: {number}").format(number=facts.revision))
    return 0


def list_registries(context: typer.Context) -> int:
    """List the registries that there are, without opening any."""
    session = Session.of(context)
    found = session.places.named_registries()
    if session.as_json:
        write_json({"registries": [{"name": name, "file": str(path)} for name, path in found.items()]})
        return 0
    if not found:
        session.say(_("There is no registry yet."))
        return 0
    session.show_table((_("Name"), _("File")), [(name or "–", str(path)) for name, path in found.items()])
    session.note(_("Use one with --registry NAME; “–” is the one used where none is named."))
    return 0
