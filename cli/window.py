"""`countenance gui`: the window, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.session import Session
from countenance.errors import CountenanceError, WrongUsageError
from countenance.translations import _


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gui", help=_("Open the window, on clips if some are named."))(gathered(window))


def window(
    context: typer.Context,
    clips: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CLIP", help=_("Clips or folders to open."), show_default=False, readable=False),
    ] = None,
    *,
    register: Annotated[
        bool, typer.Option("--register", help=_("Have the file manager offer the window for clips, and end."))
    ] = False,
    unregister: Annotated[
        bool, typer.Option("--unregister", help=_("Have the file manager offer it no more, and end."))
    ] = False,
) -> int:
    """Start the window and wait until it is closed; a window that is open already takes the clips."""
    session = Session.of(context)
    if register and unregister:
        raise WrongUsageError(_("Choose either --register or --unregister."))
    command = [sys.executable, "-m", "gui"]
    # The window reads the settings itself; what was typed goes before them there too.
    named = session.named
    command += [
        word for name, value in (("--pack", named.pack), ("--lang", named.lang)) if value for word in (name, value)
    ]
    if named.registry is not None:
        command += ["--registry", str(session.registry_to_be())]
    if register or unregister:
        command += ["--register" if register else "--unregister"]
        return subprocess.run(command, check=False).returncode
    if clips:
        command += ["--", *map(str, clips)]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise CountenanceError(
            _("The window ended unexpectedly."),
            remedy=_("Is there a display? The lines above tell more; countenance check does the same work without."),
            details=f"exit code {code}",
        )
    return 0
