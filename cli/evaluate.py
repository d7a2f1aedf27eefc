"""`countenance evaluate`: measures the product on labelled material (protocol: docs/accuracy.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
from scan.operating import BLOCK_FPIR, REVIEW_FPIR, Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who is whom in the material."""

    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Whose figures are told apart."""

    groups: Annotated[
        Path | None, typer.Option("--groups", metavar="FILE", help=_("Groups of people (CSV), measured apart."))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the material is judged by."""

    shipped: Annotated[
        bool, typer.Option("--shipped", help=_("Judge by the pack's own figures, on people they were not made from."))
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How many false alarms are promised."""

    review_rate: Annotated[
        float,
        typer.Option("--review-rate", metavar="RATE", help=_("Share of strangers' clips that may ask for a review.")),
    ] = REVIEW_FPIR
    block_rate: Annotated[
        float, typer.Option("--block-rate", metavar="RATE", help=_("Share of strangers' clips that may be blocked."))
    ] = BLOCK_FPIR

    @property
    def promise(self) -> Promise:
        """The promise they make."""
        return stated_promise(self.review_rate, self.block_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codings:
    """What the sound goes through before it is measured again."""

    reencode: Annotated[
        str,
        typer.Option("--reencode", metavar="LIST", help=_("Codings to measure the loss of, such as aac:64k,opus:24k.")),
    ] = ""


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
    names: Names,
    groups: Groups,
    figures: Figures,
) -> int:
    """Print the figures, each with its interval."""
    measure = partial(run_faces, index, aliases=names.aliases, groups=groups.groups, shipped=figures.shipped)
    return _measured(context, _("Measuring faces"), measure)


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
    names: Names,
    groups: Groups,
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
    codings: Codings,
    figures: Figures,
) -> int:
    """Print the figures, each with its interval."""
    measure = partial(
        run_voices,
        index,
        aliases=names.aliases,
        groups=groups.groups,
        trials=trials,
        shipped=figures.shipped,
        least_s=least_speech,
        reencodings=read_reencodings(codings.reencode),
    )
    return _measured(context, _("Measuring voices"), measure)


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
    names: Names,
    recordings: Annotated[
        int | None,
        typer.Option("--recordings", metavar="COUNT", min=1, help=_("Most recordings enrolled of each; else all.")),
    ] = None,
    rates: Rates,
    codings: Codings,
    figures: Figures,
) -> int:
    """Print how many clones were recognised, by system."""
    measure = partial(
        run_clones,
        table,
        enrolled,
        aliases=names.aliases,
        promise=rates.promise,
        recordings=recordings,
        shipped=figures.shipped,
        reencodings=read_reencodings(codings.reencode),
    )
    return _measured(context, _("Measuring cloned voices"), measure)


def diarisation(
    context: typer.Context,
    table: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help=_("A table of recordings and RTTM files."), readable=False),
    ],
) -> int:
    """Print the share of speech that was missed, invented or given to somebody else."""
    return _measured(context, _("Measuring speakers"), partial(run_diarisation, table))


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
    names: Names,
    rates: Rates,
) -> int:
    """Print what was identified, missed and wrongly accused."""
    measure = partial(run_clips, table, crowd, aliases=names.aliases, promise=rates.promise)
    return _measured(context, _("Measuring clips"), measure)


def _measured(context: typer.Context, title: str, measure: Callable[..., dict[str, object]]) -> int:
    """Run a measurement in a child of its own, under a progress bar called `title`, and print what it found."""
    session = Session.of(context)
    with session.worker() as worker, session.progress(title) as show:
        figures = measure(
            worker=worker,
            card=session.card(),
            models=session.places.models,
            on_progress=show,
            cancel=session.cancel,
        )
    if session.as_json:
        write_json(figures)
    else:
        show_figures(session, figures)
    return 0
