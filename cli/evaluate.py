"""`countenance evaluate`: measures the product on labelled material (protocol: docs/accuracy.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.check import stated_promise
from cli.figures import show_figures
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from countenance.translations import _
from scan.evaluation.runs import run_clips, run_faces
from scan.operating import BLOCK_FPIR, REVIEW_FPIR


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Measure recognition on labelled material."), no_args_is_help=True)
    group.command("faces", help=_("Measure face recognition on labelled pictures."))(gathered(faces))
    group.command("clips", help=_("Measure whole checks on clips with known source pictures."))(gathered(clips))
    app.add_typer(group, name="evaluate")


def faces(
    context: typer.Context,
    index: Annotated[
        Path,
        typer.Argument(
            metavar="INDEX.csv|FOLDER",
            help=_("A table of file and identity, or a folder of people."),
            readable=False,
        ),
    ],
    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None,
    groups: Annotated[
        Path | None, typer.Option("--groups", metavar="FILE", help=_("Groups of people (CSV), measured apart."))
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help=_("Judge by the pack's own figures, on people they were not made from."))
    ] = False,
) -> int:
    """Print the figures, each with its interval."""
    session = Session.of(context)
    with session.worker() as worker, session.progress(_("Measuring faces")) as show:
        figures = run_faces(
            index,
            worker,
            session.card(),
            session.places.models,
            aliases=aliases,
            groups=groups,
            shipped=shipped,
            on_progress=show,
            cancel=session.cancel,
        )
    return _tell(session, figures)


def clips(
    context: typer.Context,
    table: Annotated[
        Path,
        typer.Argument(metavar="CLIPS.csv", help=_("A table of clips and their source pictures."), readable=False),
    ],
    *,
    crowd: Annotated[
        Path | None,
        typer.Option(
            "--crowd", metavar="INDEX.csv", help=_("Other people to enrol beside the sources."), readable=False
        ),
    ] = None,
    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None,
    review_rate: Annotated[
        float,
        typer.Option("--review-rate", metavar="RATE", help=_("Share of strangers' clips that may ask for a review.")),
    ] = REVIEW_FPIR,
    block_rate: Annotated[
        float, typer.Option("--block-rate", metavar="RATE", help=_("Share of strangers' clips that may be blocked."))
    ] = BLOCK_FPIR,
) -> int:
    """Print what was identified, missed and wrongly accused."""
    session = Session.of(context)
    promise = stated_promise(review_rate, block_rate)
    with session.worker() as worker, session.progress(_("Measuring clips")) as show:
        figures = run_clips(
            table,
            crowd,
            worker,
            session.card(),
            session.places.models,
            aliases=aliases,
            promise=promise,
            on_progress=show,
            cancel=session.cancel,
        )
    return _tell(session, figures)


def _tell(session: Session, figures: dict[str, object]) -> int:
    if session.as_json:
        write_json(figures)
    else:
        show_figures(session, figures)
    return 0
