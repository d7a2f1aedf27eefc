"""What the window says of a folder of people that clips are compared with instead of a registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from countenance.sentences import in_a_row
from countenance.translations import _, ngettext
from gui.presenters.looks import shown_name
from reports.formats import format_count
from scan.enrol import RefusedFile
from scan.refusals import refusal_clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A folder of people, or the way to it.

    Attributes:
        folder: where they are.
        people: how many of them can be recognised; None while they are still looked at.
        looked_at, of: how many people were looked at so far, and of how many.
        refused: files that were left out.
        instead: whether an open registry is not asked meanwhile.
    """

    folder: Path
    people: int | None = None
    looked_at: int = 0
    of: int = 0
    refused: tuple[RefusedFile, ...] = ()
    instead: bool = False


def compared_words(compared: Compared) -> str:
    """Return the line that stands above the clips for as long as a folder is compared with."""
    folder = shown_name(compared.folder)
    if compared.people is None:
        if not compared.of:
            return _("Looking at the people of “{folder}” …").format(folder=folder)
        words = _("Looking at the people of “{folder}”: {done} of {total}")
        return words.format(folder=folder, done=format_count(compared.looked_at), total=format_count(compared.of))
    words = ngettext(
        "Compared with the folder “{folder}”, {count} person; nothing of it is kept.",
        "Compared with the folder “{folder}”, {count} people; nothing of it is kept.",
        compared.people,
    ).format(folder=folder, count=format_count(compared.people))
    return in_a_row((words, _("The registry is not asked meanwhile."))) if compared.instead else words


def refused_title(refused: Sequence[RefusedFile]) -> str:
    """Return the words of the button that lists the files that were left out."""
    words = ngettext("{count} file left out", "{count} files left out", len(refused))
    return words.format(count=format_count(len(refused)))


def refused_lines(refused: Sequence[RefusedFile]) -> list[tuple[str, str]]:
    """Return each file that was left out, and why."""
    return [(shown_name(Path(item.file)), _("{why}.").format(why=_capital(refusal_clause(item)))) for item in refused]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
