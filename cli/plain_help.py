"""Help in a user's words: arguments by their names alone, without the types that typer puts behind them."""

from __future__ import annotations

import typer
from typer.core import TyperArgument, TyperGroup


def plain_command(app: typer.Typer) -> TyperGroup:
    """Return the command line of `app`, whose help shows “CLIP” and not “CLIP <list[Path]>”."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)  # an app with a callback is one
    _make_plain(command)
    return command


def _make_plain(command: object) -> None:
    for parameter in getattr(command, "params", ()):
        if isinstance(parameter, TyperArgument):
            # A switch of typer's own for this does not exist; the method is asked once, for the help.
            parameter.display_type_rich = _no_type  # type: ignore[method-assign]  # see above
    if isinstance(command, TyperGroup):
        for child in command.commands.values():
            # Without one of its own, the line in a list of commands ends in the middle of a sentence.
            child.short_help = child.short_help or child.help
            _make_plain(child)


def _no_type(ctx: object) -> None:  # noqa: ARG001  typer passes the context
    return None
