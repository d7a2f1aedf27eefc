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
from scan.evaluation.clones import run_clones
from scan.evaluation.diarisation import run_diarisation
from scan.evaluation.reencoding import read_reencodings
from scan.evaluation.runs import run_clips, run_faces
from scan.evaluation.voices import LEAST_SPEECH_S, run_voices
from scan.operating import BLOCK_FPIR, REVIEW_FPIR


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Measure recognition on labelled material."), no_args_is_help=True)
    group.command("faces", help=_("Measure face recognition on labelled pictures."))(gathered(faces))
    group.command("voices", help=_("Measure voice recognition on labelled recordings."))(gathered(voices))
    group.command("clips", help=_("Measure whole checks on clips with known source pictures."))(gathered(clips))
    group.command("clones", help=_("Measure how often cloned voices are recognised."))(gathered(clones))
    group.command("diarisation", help=_("Measure how well speakers are told apart."))(gathered(diarisation))
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


def voices(
    context: typer.Context,
    index: Annotated[
        Path,
        typer.Argument(
            metavar="INDEX.csv|FOLDER",
            help=_("A table of file and speaker, or a folder of people."),
            readable=False,
        ),
    ],
    *,
    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None,
    groups: Annotated[
        Path | None, typer.Option("--groups", metavar="FILE", help=_("Groups of people (CSV), measured apart."))
    ] = None,
    trials: Annotated[
        Path | None,
        typer.Option("--trials", metavar="FILE", help=_("Pairs to compare instead of all (CSV of a, b, same).")),
    ] = None,
    least_speech: Annotated[
        float,
        typer.Option(
            "--least-speech", metavar="SECONDS", min=0.0, help=_("Speech from which figures are told apart too.")
        ),
    ] = LEAST_SPEECH_S,
    reencode: Annotated[
        str,
        typer.Option("--reencode", metavar="LIST", help=_("Codings to measure the loss of, such as aac:64k,opus:24k.")),
    ] = "",
    shipped: Annotated[
        bool, typer.Option("--shipped", help=_("Judge by the pack's own figures, on people they were not made from."))
    ] = False,
) -> int:
    """Print the figures, each with its interval."""
    session = Session.of(context)
    reencodings = read_reencodings(reencode)
    with session.worker() as worker, session.progress(_("Measuring voices")) as show:
        figures = run_voices(
            index,
            worker,
            session.card(),
            session.places.models,
            aliases=aliases,
            groups=groups,
            trials=trials,
            shipped=shipped,
            least_s=least_speech,
            reencodings=reencodings,
            on_progress=show,
            cancel=session.cancel,
        )
    return _tell(session, figures)


def clones(
    context: typer.Context,
    table: Annotated[
        Path,
        typer.Argument(metavar="CLONES.csv", help=_("A table of cloned voices and whom they imitate."), readable=False),
    ],
    *,
    enrolled: Annotated[
        Path | None,
        typer.Option(
            "--voices",
            metavar="INDEX.csv",
            help=_("Recordings of everybody to enrol; else voices/index.csv beside the table."),
            readable=False,
        ),
    ] = None,
    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None,
    recordings: Annotated[
        int | None,
        typer.Option("--recordings", metavar="COUNT", min=1, help=_("Most recordings enrolled of each; else all.")),
    ] = None,
    review_rate: Annotated[
        float,
        typer.Option("--review-rate", metavar="RATE", help=_("Share of strangers' clips that may ask for a review.")),
    ] = REVIEW_FPIR,
    block_rate: Annotated[
        float, typer.Option("--block-rate", metavar="RATE", help=_("Share of strangers' clips that may be blocked."))
    ] = BLOCK_FPIR,
    reencode: Annotated[
        str,
        typer.Option("--reencode", metavar="LIST", help=_("Codings to measure the loss of, such as aac:64k,opus:24k.")),
    ] = "",
    shipped: Annotated[
        bool, typer.Option("--shipped", help=_("Judge by the pack's own figures, on people they were not made from."))
    ] = False,
) -> int:
    """Print how many clones were recognised, by system."""
    session = Session.of(context)
    promise, reencodings = stated_promise(review_rate, block_rate), read_reencodings(reencode)
    with session.worker() as worker, session.progress(_("Measuring cloned voices")) as show:
        figures = run_clones(
            table,
            enrolled,
            worker,
            session.card(),
            session.places.models,
            aliases=aliases,
            promise=promise,
            recordings=recordings,
            shipped=shipped,
            reencodings=reencodings,
            on_progress=show,
            cancel=session.cancel,
        )
    return _tell(session, figures)


def diarisation(
    context: typer.Context,
    table: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help=_("A table of recordings and RTTM files."), readable=False),
    ],
) -> int:
    """Print the share of speech that was missed, invented or given to somebody else."""
    session = Session.of(context)
    with session.worker() as worker, session.progress(_("Measuring speakers")) as show:
        figures = run_diarisation(
            table, worker, session.card(), session.places.models, on_progress=show, cancel=session.cancel
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
