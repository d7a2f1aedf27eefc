"""sqlite-utils without pandas: it looks for it, only to know one more type, and so loads it where it is installed.

That is a third of a start of the window and of every command. Imported before anything that imports sqlite-utils.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _WithoutPandas:
    """Finds no pandas; leaves everything else to those who find it."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
        return None


sys.meta_path.insert(0, _WithoutPandas)
try:
    import sqlite_utils
finally:
    sys.meta_path.remove(_WithoutPandas)

__all__ = ["sqlite_utils"]
