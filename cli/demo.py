"""`countenance demo`: the product's job on material it makes itself, in under a minute."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.result import show_result
from cli.session import Session
from countenance.translations import _
from registry import Passphrase
from reports import report_document
from scan.demo import play
from scan.saving import save_report


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=_("Show a whole check on material made on the spot."))(gathered(demo))


def demo(
    context: typer.Context,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            help=_("Where the reports go; else a folder among temporary files."),
            readable=False,
        ),
    ] = None,
) -> int:
    """Make a clip and a registry, check the clip in three ways, and say where the reports are."""
    session = Session.of(context)
    reports = report or Path(tempfile.mkdtemp(prefix="countenance-demo-"))
    documents = []
    with tempfile.TemporaryDirectory(prefix="countenance-") as folder, session.worker() as worker:
        session.note(_("Making a clip from the NASA portrait and a made-up voice, enrolling both, checking the clip …"))
        with session.progress(_("Checking")) as show:
            # The registry of the demo is gone with its folder, and nobody needs to know its passphrase.
            scenes = list(
                play(
                    Path(folder),
                    worker,
                    session.card(),
                    session.places.models,
                    Passphrase(secrets.token_hex(16)),
                    now=session.now(),
                    on_progress=show,
                    cancel=session.cancel,
                )
            )
        for number, scene in enumerate(scenes, 1):
            written = save_report(scene.result, reports / str(number), redact=False)
            if session.as_json:
                documents.append({"title": scene.title, "report": report_document(scene.result, redact=False)})
            else:
                session.say(f"\n{number}. {scene.title}", style="bold")
                show_result(session, scene.result, redact=False)
            session.say(_("   Report: {path}").format(path=written[1]))
    if session.as_json:
        write_json({"scenes": documents, "reports": str(reports)})
    return 0
