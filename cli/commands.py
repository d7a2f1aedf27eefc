"""All commands under one roof, with the global options, and the border at which errors become sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import check, consent, demo, doctor, evaluate, models, person, publication, registry, report, window
from cli.gathering import gathered
from cli.misuse import misuse
from cli.output import error_document, show_error, write_json
from cli.plain_help import plain_command
from cli.session import NamedOptions, Session, Volume, operator
from countenance.errors import CancelledError, CountenanceError, WrongUsageError
from countenance.places import Places, find_places
from countenance.settings import Settings, SettingsError, read_settings
from countenance.translations import LANGUAGES, _
from countenance.work import CancelToken


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
    app.callback()(gathered(_remember_options))
    for room in (demo, check, person, consent, publication, registry, models, evaluate, report, window, doctor):
        room.add_to(app)
    return app


def run_commands(arguments: Sequence[str], cancel: CancelToken) -> int:
    """Run the commands; every error of ours ends here as one sentence and its exit code."""
    before_files = list(arguments)[: list(arguments).index("--")] if "--" in arguments else arguments
    wants_json, verbose = "--json" in before_files, "--verbose" in before_files
    error: CountenanceError
    try:
        code = plain_command(make_app())(
            args=list(arguments), prog_name="countenance", standalone_mode=False, obj=cancel
        )
        return code if isinstance(code, int) else 0
    except CountenanceError as raised:
        error = raised
    except (typer.Abort, KeyboardInterrupt):
        error = CancelledError(_("Stopped."))
    except TyperException as raised:
        error = misuse(raised)
    except SystemExit:
        # Typer leaves like this when whoever read our output has gone: the answer did not arrive.
        return CountenanceError.exit_code
    show_error(error, verbose=verbose)
    if wants_json:
        write_json({"error": error_document(error)})
    return error.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalOptions:
    """What every command knows."""

    registry: Annotated[
        Path | None,
        typer.Option(
            "--registry",
            metavar="FILE",
            help=_("The registry to use: a file, or the name of one (see: registry list)."),
            readable=False,
        ),
    ] = None
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help=_("A file that holds the registry's passphrase alone."),
            readable=False,
        ),
    ] = None
    pack: Annotated[
        str | None,
        typer.Option(
            "--pack",
            metavar="NAME",
            help=_("The model pack: starter, recommended, or another; else the one of the settings."),
        ),
    ] = None
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANGUAGE", help=_("Language of everything shown: en or zh-CN."))
    ] = None
    operator: Annotated[
        str | None,
        typer.Option(
            "--operator", metavar="NAME", help=_("Who is at work, for the registry's journal; else the account's name.")
        ),
    ] = None
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Write one JSON document to standard output, everything else apart."))
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Show results only."))] = False
    verbose: Annotated[bool, typer.Option("--verbose", help=_("Show technical details as well."))] = False


def _remember_options(context: typer.Context, options: GlobalOptions) -> int:
    if options.lang is not None and options.lang not in LANGUAGES:
        raise WrongUsageError(
            _("There is no language “{wanted}”.").format(wanted=options.lang),
            remedy=_("Choose one of: {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    if options.quiet and options.verbose:
        raise WrongUsageError(_("Choose either --quiet or --verbose."))
    places = find_places()
    settings = _settings(context, places)
    context.obj = Session(
        places=places,
        registry_file=options.registry or (Path(settings.registry) if settings.registry else None),
        key_file=options.key_file,
        pack=options.pack or settings.pack,
        settings=settings,
        named=NamedOptions(registry=options.registry, pack=options.pack or "", lang=options.lang or ""),
        as_json=options.as_json,
        volume=Volume.QUIET if options.quiet else Volume.VERBOSE if options.verbose else Volume.NORMAL,
        cancel=context.obj,
        operator=operator(options.operator),
    )
    return 0


def _settings(context: typer.Context, places: Places) -> Settings:
    """Return what is settled.

    Raises:
        SettingsError: the file cannot be read, and the command works by it: silently other rates would be worse.
    """
    try:
        return read_settings(places.settings)
    except SettingsError as error:
        if context.invoked_subcommand not in _WITHOUT_SETTINGS:
            raise
        show_error(error, verbose=False)
        return Settings()


_WITHOUT_SETTINGS = ("doctor", "gui")
"""The one tells what is wrong with a machine; the other says so itself, and is where settings are changed."""
