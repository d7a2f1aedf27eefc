"""The way into the terminal: settles the language, then runs the commands and turns errors into sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from countenance.translations import LANGUAGES, nearest_language, settle_language


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run the command line with `arguments` and return its exit code (contract.md, "Command line")."""
    # Typer translates its panel titles and our help when the commands are imported: the language comes first.
    settle_language(wanted_language(arguments, os.environ.get("LC_ALL") or os.environ.get("LANG") or ""))
    from cli.commands import run_commands

    return run_commands(arguments)


def wanted_language(arguments: Sequence[str], locale_name: str) -> str:
    """Return the language asked for with `--lang`, else the one nearest to the system's.

    A language that does not exist is left to the option's own check, which says so in English.
    """
    for position, argument in enumerate(arguments):
        name, _sign, value = argument.partition("=")
        if name == "--lang":
            wanted = value or (arguments[position + 1] if position + 1 < len(arguments) else "")
            return wanted if wanted in LANGUAGES else "en"
    return nearest_language(locale_name)
