"""`countenance gui`: the window, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.session import Session
from countenance.errors import CountenanceError
from countenance.translations import _, language


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gui", help=_("Open the window, on a clip if one is named."))(gathered(window))


def window(
    context: typer.Context,
    clip: Annotated[
        Path | None,
        typer.Argument(metavar="CLIP", help=_("The clip to open."), show_default=False, readable=False),
    ] = None,
) -> int:
    """Start the window and wait until it is closed."""
    session = Session.of(context)
    command = [sys.executable, "-m", "gui", "--pack", session.pack, "--lang", language()]
    if session.registry_file is not None:
        command += ["--registry", str(session.registry_file)]
    if clip is not None:
        command += ["--", str(clip)]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise CountenanceError(
            _("The window ended unexpectedly."),
            remedy=_("Is there a display? The lines above tell more; countenance check does the same work without."),
            details=f"exit code {code}",
        )
    return 0
