"""`countenance evaluate`: measures the product on labelled material (protocol: docs/accuracy.md)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.session import Session, write_json
from countenance.translations import _
from scan.evaluation.runs import run_clips, run_faces
from scan.operating import BLOCK_FPIR, REVIEW_FPIR, Promise

AliasesOption = Annotated[
    Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."), dir_okay=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Measure recognition on labelled material."), no_args_is_help=True)
    group.command("faces", help=_("Measure face recognition on labelled pictures."))(faces)
    group.command("clips", help=_("Measure whole checks on clips with known source pictures."))(clips)
    app.add_typer(group, name="evaluate")


def faces(
    context: typer.Context,
    index: Annotated[
        Path, typer.Argument(metavar="INDEX.csv|FOLDER", help=_("A table of file and identity, or a folder of people."))
    ],
    aliases: AliasesOption = None,
    groups: Annotated[
        Path | None, typer.Option("--groups", metavar="FILE", help=_("Groups of people (CSV)."), dir_okay=False)
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
    if session.as_json:
        write_json(figures)
    else:
        show_figures(session, figures)
    return 0


def clips(
    context: typer.Context,
    table: Annotated[Path, typer.Argument(metavar="CLIPS.csv", help=_("A table of clips and their source pictures."))],
    crowd: Annotated[
        Path | None, typer.Option("--crowd", metavar="INDEX.csv", help=_("Other people to enrol beside the sources."))
    ] = None,
    aliases: AliasesOption = None,
    review_rate: Annotated[
        float, typer.Option("--review-rate", help=_("Share of strangers' clips that may ask for a review."))
    ] = REVIEW_FPIR,
    block_rate: Annotated[
        float, typer.Option("--block-rate", help=_("Share of strangers' clips that may be blocked."))
    ] = BLOCK_FPIR,
) -> int:
    """Print what was identified, missed and wrongly accused."""
    session = Session.of(context)
    with session.worker() as worker, session.progress(_("Measuring clips")) as show:
        figures = run_clips(
            table,
            crowd,
            worker,
            session.card(),
            session.places.models,
            aliases=aliases,
            promise=Promise(review_fpir=review_rate, block_fpir=block_rate),
            on_progress=show,
            cancel=session.cancel,
        )
    if session.as_json:
        write_json(figures)
    else:
        show_figures(session, figures)
    return 0


def show_figures(session: Session, figures: Mapping[str, object]) -> None:
    """Write figures as a table of name and value; nested ones indented."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    _add_rows(table, figures, "")
    session.console().print(table)


def _add_rows(table: Table, figures: Mapping[str, object], indent: str) -> None:
    for name, value in figures.items():
        label = Text(indent + str(name))
        if isinstance(value, Mapping):
            table.add_row(label, "")
            _add_rows(table, value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, item in enumerate(value, 1):
                table.add_row(
                    Text(f"{indent}{name} {number}"), Text(", ".join(f"{k} {_said(v)}" for k, v in item.items()))
                )
        else:
            table.add_row(label, Text(_said(value)))


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return " – ".join(_said(item) for item in value) if value else "–"
    return str(value)
