"""Exports and imports as files: JSON of a whole registry, CSV of grants; told apart by the name's ending."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from countenance.errors import CountenanceError, WrongUsageError
from countenance.translations import _
from registry import Registry
from registry.rules import plain_file_name
from scan.exchange.document import LARGEST_EXCHANGE_BYTES, encode_exchange
from scan.exchange.odrl import policies_of
from scan.exchange.plan import plan_import
from scan.exchange.rows import LARGEST_ROWS_BYTES, plan_rows, rows_of
from scan.exchange.taking import Plan, counts_of, exchange_of
from scan.saving import write_whole


def export_to(
    opened: Registry, path: Path, now: datetime, people: Sequence[str] | None = None, *, odrl: bool = False
) -> dict[str, int]:
    """Write papers into a new file that its owner alone may read, and return how many records of each kind.

    Args:
        opened: the registry.
        path: ends with .json, or with .csv for a row per grant; must not exist.
        now: the moment, with offset.
        people: ids; None for everybody.
        odrl: write grants and prohibitions as ODRL policies instead, which is not imported again.

    Raises:
        WrongUsageError: the name ends otherwise, or a file is there already.
        CountenanceError: the file cannot be written.
    """
    as_rows = _is_rows(path)
    if path.exists():
        raise WrongUsageError(
            _("There is a file at “{file}” already; it was left as it is.").format(file=plain_file_name(path.name)),
            remedy=_("Choose another name."),
        )
    if as_rows:
        content, whom = rows_of(opened, people)
        counts = {"people": len(whom), "grants": content.count(b"\r\n") - 1}
    else:
        exchange = exchange_of(opened, now, people)
        content = policies_of(exchange) if odrl else encode_exchange(exchange)
        whom, counts = tuple(person.id for person in exchange.people), counts_of(exchange)
    # Remembered first: a file that nobody wrote down would be worse than an entry without a file.
    opened.exchanges.exported(whom, counts, sha256(content).hexdigest())
    try:
        write_whole(path, content)
    except OSError as error:
        raise CountenanceError(
            _("“{file}” cannot be written.").format(file=plain_file_name(path.name)),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=type(error).__name__,
        ) from error
    return counts


def plan_from(opened: Registry, path: Path) -> Plan:
    """Return what the import of a file would do.

    Raises:
        WrongUsageError: the file cannot be read, or is no export and no table of grants.
    """
    if _is_rows(path):
        return plan_rows(opened, _content(path, LARGEST_ROWS_BYTES))
    return plan_import(opened, _content(path, LARGEST_EXCHANGE_BYTES))


def _is_rows(path: Path) -> bool:
    if path.suffix.lower() not in {".json", ".csv"}:
        raise WrongUsageError(
            _("“{file}” ends neither with .json nor with .csv.").format(file=plain_file_name(path.name)),
            remedy=_("Name it FILE.json, or FILE.csv for a table with a row per grant."),
        )
    return path.suffix.lower() == ".csv"


def _content(path: Path, limit: int) -> bytes:
    try:
        state = path.stat()
        if stat.S_ISREG(state.st_mode) and state.st_size <= limit:
            return path.read_bytes()
        details = "too large" if stat.S_ISREG(state.st_mode) else "no file"
    except (OSError, ValueError) as error:
        details = type(error).__name__
    raise WrongUsageError(
        _("“{file}” cannot be read.").format(file=plain_file_name(path.name)),
        remedy=_("Check its name, its size and its permissions."),
        details=details,
    )
