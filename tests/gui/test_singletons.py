"""What PySide loses on Pythons that count None's references must never bring the program down."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from gui.singletons import IMMORTAL_SINCE, SPARE, keep_singletons

COUNTED = sys.version_info < IMMORTAL_SINCE

# Each repaint loses a reference to None, each signal one to True.
LONG_SESSION = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
from gui.singletons import keep_singletons

class Widget(QWidget):
    told = Signal()
    def paintEvent(self, event): pass
    def hear(self): pass

keep_singletons()
app = QApplication([])
widget = Widget()
widget.told.connect(widget.hear)
widget.show()
for _round in range(40_000):
    widget.repaint()
    widget.told.emit()
print("still there")
"""


@pytest.mark.skipif(not COUNTED, reason="None, True and False are immortal since Python 3.12.")
def test_singletons_get_references_to_spare_once() -> None:
    assert keep_singletons()
    before = [sys.getrefcount(one) for one in (None, True, False)]

    assert keep_singletons()

    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert all(count >= SPARE // 2 for count in before)
    assert all(count < SPARE * 3 // 2 for count in after)


@pytest.mark.skipif(not COUNTED, reason="None, True and False are immortal since Python 3.12.")
def test_a_session_that_lost_more_than_there_were_is_given_no_second_share() -> None:
    assert keep_singletons()
    held = sys.getrefcount(True)
    lost = held - SPARE + 1000  # fewer are left than were once given
    count = ctypes.c_ssize_t.from_address(id(True))
    count.value -= lost
    try:
        assert keep_singletons()

        assert sys.getrefcount(True) < SPARE
    finally:
        count.value += lost


def test_a_long_session_of_painting_and_signals_ends_well() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LONG_SESSION], capture_output=True, text=True, timeout=120, check=False
    )

    assert (ended.returncode, ended.stdout.strip()) == (0, "still there"), ended.stderr
