"""The way into the terminal: settles the language, then runs the commands and turns errors into sentences."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import FrameType, TracebackType

from countenance.places import find_places
from countenance.settings import SettingsError, read_settings
from countenance.translations import LANGUAGES, _, nearest_language, settle_language
from countenance.work import CancelToken

INTERRUPTED = 130
GLOBAL_VALUES = ("--registry", "--key-file", "--pack", "--lang", "--operator")
GLOBAL_FLAGS = ("--json", "--quiet", "--verbose")


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    # A program started without standard output or error has None there: it works on, and nobody is told.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a character shows another one instead of a traceback.
            stream.reconfigure(errors="replace")
    sys.excepthook = tell_of_a_fault
    # Two threads that share one sum wait for each other as soon as anything else runs; numpy reads this once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Asked to end, the program clears away as after Ctrl-C: children ended, temporary files gone.
        cancel = CancelToken()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, partial(_stop, cancel))
        code = main(sys.argv[1:], cancel)
    except KeyboardInterrupt:  # before the commands were there to be interrupted
        code = INTERRUPTED
    sys.exit(code)


def main(arguments: Sequence[str], cancel: CancelToken | None = None) -> int:
    """Run the command line and return its exit code (contract.md, "Command line").

    Args:
        arguments: what was typed after the program's name.
        cancel: stops the work at its next safe moment.
    """
    # Typer translates its panel titles and our help when the commands are imported: the language comes first.
    spoken = settled_language() or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    settle_language(wanted_language(arguments, spoken))
    from cli.commands import run_commands

    return run_commands(global_options_first(arguments), cancel or CancelToken())


def settled_language() -> str:
    """Return the language of the settings; empty where none is settled, or where they cannot be read."""
    try:
        return read_settings(find_places().settings).language
    except SettingsError:
        return ""  # said in the system's language as soon as a command reads them


def wanted_language(arguments: Sequence[str], locale_name: str) -> str:
    """Return the language asked for with `--lang`, else the one nearest to the one settled, or the system's.

    A language that does not exist is left to the option's own check, which says so in English.
    """
    for position, argument in enumerate(arguments):
        name, _sign, value = argument.partition("=")
        if name == "--lang":
            wanted = value or (arguments[position + 1] if position + 1 < len(arguments) else "")
            return wanted if wanted in LANGUAGES else "en"
    return nearest_language(locale_name)


def global_options_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the global options in front, so that they may be typed after the command as well."""
    first: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument in GLOBAL_FLAGS or argument.partition("=")[0] in GLOBAL_VALUES:
            first.append(argument)
            if argument in GLOBAL_VALUES and waiting:
                first.append(waiting.pop(0))
        else:
            rest.append(argument)
    return first + rest


def _stop(cancel: CancelToken, number: int, frame: FrameType | None) -> None:
    # Both: Python drops an interrupt that arrives while it clears an object away.
    cancel.cancel()
    signal.default_int_handler(number, frame)


def tell_of_a_fault(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Say that the program itself is at fault, and where: no message of the error, which might hold a name."""
    place = ""
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    sentence = _("This is a fault of the program, not of yours: {kind} at {place}.")
    print(sentence.format(kind=kind.__name__, place=place), file=sys.stderr)
    print(_("Please report it with this line and the command you typed."), file=sys.stderr)
