"""`countenance models remove`: a pack or a model that nobody needs any more."""

from __future__ import annotations

from typing import Annotated

import typer

import models
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from countenance.translations import _


def add_to(group: typer.Typer) -> None:
    """Add the command to those about models."""
    group.command("remove", help=_("Remove a pack or a model; what is in use or needed elsewhere stays."))(
        gathered(remove)
    )


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("A pack or a model, see: models list."))],
) -> int:
    """Remove it from the store; templates of people stay in the registry until other models are used."""
    session = Session.of(context)
    session.known_card()  # raises with what to do where the settings name a pack that is gone
    removed = models.remove(name, session.places.models, in_use=session.pack)
    if session.as_json:
        write_json({"removed": list(removed), "folder": str(session.places.models)})
    else:
        session.say(_("Removed: {names}").format(names=", ".join(removed) or name))
    return 0
