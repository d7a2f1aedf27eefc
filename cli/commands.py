"""All commands under one roof, with the global options, and the border at which errors become sentences."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli import check, consent, demo, doctor, evaluate, models, person, registry, window
from cli.session import Session, Volume
from countenance.errors import CountenanceError, WrongUsageError
from countenance.places import find_places
from countenance.translations import LANGUAGES, _
from countenance.work import CancelToken

INTERRUPTED = 130


def make_app() -> typer.Typer:
    """Return the command line in the language in force."""
    app = typer.Typer(
        name="countenance",
        help=_("Checks clips before they are published: whose face is in them, and what consent says."),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_remember_options)
    for room in (demo, check, person, consent, registry, models, evaluate, window, doctor):
        room.add_to(app)
    return app


def run_commands(arguments: Sequence[str]) -> int:
    """Run the commands; every error of ours ends here as one sentence and its exit code."""
    wants_json = "--json" in arguments
    try:
        result = make_app()(args=list(arguments), standalone_mode=False)
        return result if isinstance(result, int) else 0
    except CountenanceError as error:
        Session.show_error(error, wants_json=wants_json)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except TyperException as error:
        Session.show_error(WrongUsageError(error.format_message()), wants_json=wants_json)
        return WrongUsageError.exit_code
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return 0


def _remember_options(
    context: typer.Context,
    registry_file: Annotated[
        Path | None, typer.Option("--registry", metavar="FILE", help=_("The registry file to use."), dir_okay=False)
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help=_("A file whose first line is the registry's passphrase.")),
    ] = None,
    pack: Annotated[
        str, typer.Option("--pack", metavar="NAME", help=_("The model pack: starter, recommended, or another."))
    ] = "starter",
    language: Annotated[
        str | None, typer.Option("--lang", metavar="LANGUAGE", help=_("Language of everything shown: en or zh-CN."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Write one JSON document to standard output, everything else apart."))
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Show results only."))] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help=_("Show technical details as well."))] = False,
) -> None:
    if language is not None and language not in LANGUAGES:
        raise WrongUsageError(
            _("There is no language “{wanted}”.").format(wanted=language),
            remedy=_("Choose one of: {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    if quiet and verbose:
        raise WrongUsageError(_("Choose either --quiet or --verbose."))
    context.obj = Session(
        places=find_places(),
        registry_file=registry_file,
        key_file=key_file,
        pack=pack,
        as_json=as_json,
        volume=Volume.QUIET if quiet else Volume.VERBOSE if verbose else Volume.NORMAL,
        cancel=CancelToken(),
    )


def describe_commands(app: typer.Typer) -> dict[str, str]:
    """Return every command's full name and help, for the documents that must name them."""
    group = typer.main.get_command(app)
    found: dict[str, str] = {}

    def walk(command: object, name: str) -> None:
        if isinstance(command, TyperGroup):
            for child_name, child in command.commands.items():
                walk(child, f"{name} {child_name}".strip())
        else:
            found[name] = str(getattr(command, "help", "") or "")

    walk(group, "")
    return found
