"""What Typer says of words it cannot mean, in the language in force: Typer itself speaks English only."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

from countenance.errors import WrongUsageError
from countenance.labels import listed
from countenance.translations import _, mark


def misuse(error: TyperException) -> WrongUsageError:
    """Return Typer's refusal as an error of ours; one of an unknown kind, or a whole help text, keeps its words."""
    said = error.format_message()
    for pattern, sentence in _REFUSALS:
        found = pattern.fullmatch(said)
        if found:
            options = re.findall(r"[^\s,'?]+", (found.groupdict().get("others") or "").removeprefix("Did you mean"))
            # Typer finds --help like much that is nothing like it.
            options = [option for option in options if option != "--help"]
            return WrongUsageError(
                _(sentence).format(word=found["word"].strip("'")),
                remedy=_("Did you mean {options}?").format(options=listed(options, either=True))
                if options
                else _("With --help, each command tells what it takes."),
                details=said,
            )
    return WrongUsageError(said)


# Typer's refusals carry no codes, only these words; tests hold them against the version in requirements.lock.
_REFUSALS = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"No such command (?P<word>'.*?')\. ?(?P<others>Did you mean .*)?", mark("There is no command “{word}”.")),
        (
            r"No such option: (?P<word>\S+)(?: \(Possible options: (?P<others>.*)\))?.*",
            mark("There is no option {word}."),
        ),
        (r"Missing (?:argument|option|parameter) (?P<word>.*?)\..*", mark("{word} is missing.")),
        (r"Option (?P<word>'.*?') requires .*", mark("{word} needs a value.")),
        (r"Option (?P<word>'.*?') does not take a value\.", mark("{word} takes no value.")),
        (r"Got unexpected extra argument\S* \((?P<word>.*)\)", mark("“{word}” is not expected here.")),
        (r"Invalid value for (?P<word>'.*?'|\S+): .*", mark("The value of {word} is not of the kind that it takes.")),
    )
)
