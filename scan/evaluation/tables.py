"""The tables an evaluation reads: an index of pictures, aliases of people, groups, clips."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import WrongUsageError
from countenance.translations import _
from scan.walking import find_people


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """One file and the identity it is said to show."""

    path: Path
    identity: str


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


def read_index(index: Path, column: str = "identity") -> list[LabelledFile]:
    """Return the labelled files of an index (columns `file` and `column`) or of a folder with a subfolder per person.

    Identities that begin with `_` are not people and are left out (contract.md, "Measuring itself").
    """
    if index.is_dir():
        found = [LabelledFile(path, person) for person, paths in find_people(index).items() for path in paths]
    else:
        rows = read_rows(index, ("file", column))
        found = [LabelledFile(index.parent / row["file"], row[column]) for row in rows]
    return [item for item in found if not item.identity.startswith("_")]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Who is whom: the representative of each identity, and the pairs that nobody is sure of."""

    representative: Mapping[str, str]
    doubtful: frozenset[frozenset[str]]

    def person(self, identity: str) -> str:
        """Return the one name used for an identity."""
        return self.representative.get(identity, identity)


def read_aliases(table: Path | None) -> Aliases:
    """Return the aliases of a table with `identity_a, identity_b[, verdict]`.

    Without a verdict, or with `same`, two names are one person; `doubtful` pairs are left out of every figure;
    `different` changes nothing.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            name = parent[name]
        return name

    doubtful: set[frozenset[str]] = set()
    for row in read_rows(table, ("identity_a", "identity_b")) if table else ():
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
    """Return person to group from a table with `identity, group`; people not listed belong to `other`."""
    rows = read_rows(table, ("identity", "group")) if table else ()
    return {aliases.person(row["identity"]): row["group"] for row in rows}
