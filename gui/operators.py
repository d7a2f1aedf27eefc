"""Who sits at the machine, as the journal names them and answers and approvals are signed."""

from __future__ import annotations

import getpass
import os

OPERATOR_VARIABLE = "COUNTENANCE_OPERATOR"
"""Names who is at work, as for the terminal; a name that cannot be printed counts as none."""


def operator() -> str:
    """Return who is at work: as the environment names them, else the account's name or number."""
    named = " ".join(os.environ.get(OPERATOR_VARIABLE, "").split())
    if named and named.isprintable():
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without an entry, as in containers
        return str(os.getuid()) if hasattr(os, "getuid") else "?"
