"""None, True and False, kept alive on Pythons that count their references.

PySide 6.12 takes them for immortal, as they are since Python 3.12 (PEP 683). Before, it drops one reference to None
with every painted widget and one to True with every signal, until Python ends the program: "deallocating None".
Measured with 6.12.0 on Python 3.11: a list of nine rows loses 160 per repaint, of a few thousand there are.
"""

from __future__ import annotations

import ctypes
import sys

IMMORTAL_SINCE = (3, 12)
SPARE = 1 << (sys.maxsize.bit_length() * 2 // 3)
"""More than a program can lose in its life, less than can overflow the count: 2⁴² where a count has 63 bits."""


def keep_singletons() -> bool:
    """Give the singletons references to spare, once; return whether that was needed and done."""
    if sys.version_info >= IMMORTAL_SINCE or sys.implementation.name != "cpython":
        return False
    return all(_keep(one) for one in (None, True, False))


def _keep(singleton: bool | None) -> bool:
    before = sys.getrefcount(singleton)
    if before >= SPARE // 2:  # given before; a long session has lost a few thousand of them since
        return True
    # The count is an object's first field, except in debug builds that trace every object.
    count = ctypes.c_ssize_t.from_address(id(singleton))
    if abs(count.value - before) > 16:  # the questions themselves hold a few
        return False
    count.value += SPARE
    return True
