"""What is written where: results to standard output, everything else beside it, nothing that upsets a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from countenance.errors import CountenanceError

# Escape sequences and other controls but tab and newline, halves of surrogate pairs, and marks that turn the reading
# direction: names come from files and from people, and must not move the cursor or pretend to be something else.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_HALVES = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, style: str = "") -> Text:
    """Return text that any terminal can show: never markup, never an escape sequence, never half a character."""
    return Text(_UNFIT.sub(_REPLACEMENT, text), style=style)


def aligned(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of plain text, each row on one line however long: what a table of thousands of rows is read as.

    Where rows are longer than the terminal is wide, it breaks them itself.
    """
    cells = [[_on_one_line(text) for text in row] for row in (titles, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        " ".join(text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _on_one_line(text: str) -> str:
    return text if text.isprintable() else " ".join(printable(text).plain.split())


def make_console(*, stderr: bool) -> Console:
    """Return a console that neither colours numbers nor breaks lines by itself."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def show_error(error: CountenanceError, *, verbose: bool = False) -> None:
    """Say what went wrong and what to do next, on standard error."""
    console = make_console(stderr=True)
    console.print(printable(error.sentence, style="bold red"))
    if error.remedy:
        console.print(printable(error.remedy))
    if verbose and error.details:
        console.print(printable(error.details, style="dim"))


def error_document(error: CountenanceError) -> dict[str, object]:
    """Return an error as JSON documents tell it."""
    return {"sentence": error.sentence, "remedy": error.remedy, "exit_code": error.exit_code}


def write_json(document: object) -> None:
    """Write one JSON document to standard output; halves of surrogate pairs, which UTF-8 cannot carry, are replaced."""
    try:
        text = msgspec.json.encode(document)
    except UnicodeEncodeError:
        text = msgspec.json.encode(_whole_characters(msgspec.to_builtins(document)))
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(text, indent=2) + b"\n")
    sys.stdout.buffer.flush()


def _whole_characters(value: object) -> object:
    if isinstance(value, str):
        return _HALVES.sub(_REPLACEMENT, value)
    if isinstance(value, Mapping):
        return {_whole_characters(name): _whole_characters(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole_characters(item) for item in value]
    return value
