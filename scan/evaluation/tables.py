"""The tables an evaluation reads: an index of pictures, aliases of people, groups, clips."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import WrongUsageError
from countenance.translations import _
from scan.walking import find_people


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """One file and the identity it is said to show or let be heard.

    Attributes:
        speech_s: seconds of speech, as the table says; not a number where it says nothing.
    """

    path: Path
    identity: str
    speech_s: float = math.nan


def read_rows(table: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file.

    Raises:
        WrongUsageError: the file is missing, is no UTF-8 CSV, or lacks one of the needed columns.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as source:
            reader = csv.DictReader(source)
            rows = list(reader)
            columns = set(reader.fieldnames or ())
    except FileNotFoundError as error:
        raise WrongUsageError(
            _("There is no file or folder “{name}”.").format(name=table.name),
            remedy=_("Check the spelling and the folder."),
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongUsageError(
            _("The table “{name}” cannot be read.").format(name=table.name),
            remedy=_("Give a UTF-8 CSV file with a header."),
            details=str(error),
        ) from error
    missing = sorted(set(needed) - columns)
    if missing:
        raise WrongUsageError(
            _("The table “{name}” has no column {columns}.").format(name=table.name, columns=", ".join(missing)),
            remedy=_("docs/accuracy.md describes the tables that evaluations read."),
        )
    return rows


def read_index(index: Path) -> list[LabelledFile]:
    """Return the labelled files of an index (`file` and `identity` or `speaker`) or of a folder of people's folders.

    Identities that begin with `_` are not people and are left out (contract.md, "Measuring itself").
    """
    if index.is_dir():
        found = [LabelledFile(path, person) for person, paths in find_people(index).items() for path in paths]
    else:
        rows = _read_alike(index, ("file", "identity"), ("file", "speaker"))
        found = [
            LabelledFile(index.parent / row["file"], row["identity"], _seconds(row.get("speech_s", ""))) for row in rows
        ]
    return [item for item in found if not item.identity.startswith("_")]


def _read_alike(table: Path, names: tuple[str, ...], others: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a table with the columns `names`, or with `others` in their stead, under the first names."""
    rows = read_rows(table, ())
    if not (rows and set(others) <= rows[0].keys() and not set(names) <= rows[0].keys()):
        return read_rows(table, names)
    return [row | {name: row[other] for name, other in zip(names, others, strict=True)} for row in rows]


def _seconds(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


@dataclass(frozen=True, slots=True)
class Aliases:
    """Who is whom: the representative of each identity, and the pairs that nobody is sure of."""

    representative: Mapping[str, str]
    doubtful: frozenset[frozenset[str]]

    def person(self, identity: str) -> str:
        """Return the one name used for an identity."""
        return self.representative.get(identity, identity)


def read_aliases(table: Path | None) -> Aliases:
    """Return the aliases of a table with `identity_a, identity_b[, verdict]`, or `speaker_a, speaker_b`.

    Without a verdict, or with `same`, two names are one person; `doubtful` pairs are left out of every figure;
    `different` changes nothing.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            name = parent[name]
        return name

    doubtful: set[frozenset[str]] = set()
    names, others = ("identity_a", "identity_b"), ("speaker_a", "speaker_b")
    for row in _read_alike(table, names, others) if table else ():
        verdict = (row.get("verdict") or "same").strip()
        if verdict == "same":
            a, b = sorted((root(row["identity_a"]), root(row["identity_b"])))
            parent[b] = a
            parent.setdefault(a, a)
        elif verdict == "doubtful":
            doubtful.add(frozenset((row["identity_a"], row["identity_b"])))
    merged = {name: root(name) for name in parent}
    return Aliases(merged, frozenset(frozenset(merged.get(name, name) for name in pair) for pair in doubtful))


def read_groups(table: Path | None, aliases: Aliases) -> dict[str, str]:
    """Return person to group from a table with `identity` or `speaker` and `group`; the rest belong to `other`."""
    rows = _read_alike(table, ("identity", "group"), ("speaker", "group")) if table else ()
    return {aliases.person(row["identity"]): row["group"] for row in rows}


@dataclass(frozen=True, slots=True)
class TrialPair:
    """Two files that are to be compared, and whether they are of one person."""

    a: Path
    b: Path
    same: bool


def read_trials(table: Path) -> list[TrialPair]:
    """Return the pairs of a trial list (columns `a, b, same`; `same` is 1 or 0, paths are relative to the table).

    Raises:
        WrongUsageError: the table cannot be read, or says neither 1 nor 0.
    """
    pairs = []
    for number, row in enumerate(read_rows(table, ("a", "b", "same")), start=2):
        if row["same"] not in ("0", "1"):
            raise WrongUsageError(
                _("Line {line} of “{name}” says neither 1 nor 0 in the column {column}.").format(
                    line=number, name=table.name, column="same"
                ),
                remedy=_("docs/accuracy.md describes the tables that evaluations read."),
            )
        pairs.append(TrialPair(table.parent / row["a"], table.parent / row["b"], row["same"] == "1"))
    return pairs
