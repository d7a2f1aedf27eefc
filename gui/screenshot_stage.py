"""What the scenes of the pictures share: the window they are played in, and waiting for what it does by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QAbstractButton, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.main import Put
from gui.presenters.queues import Stage
from gui.presenters.uses import UseForm
from gui.screenshots import Shots
from scan.demo import Material
from scan.enrol import Proposal

PATIENCE_S = 300.0
AT_S = 1.5
"""The moment of the clips that is shown."""

Shown = TypeVar("Shown", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the scenes are played with."""

    put: Put
    shots: Shots
    folder: Path
    clips: tuple[Path, ...]
    material: Material
    proposal: Proposal


def show_clip(setting: Setting, place: int) -> None:
    """Show a clip of the queue, at the moment that is shown of all of them, with no notice above it."""
    setting.put.window.notices.clear()
    entry = setting.put.desk.queue.entries()[place]
    setting.put.window.check.show_clip(entry.key)
    page = setting.put.window.check.clip_page
    if entry.result is not None and not entry.result.observations.clip.still:
        watching = page.result_view.watching
        wait(lambda: watching.film is not None)
        watching.seek(AT_S)
        page.verticalScrollBar().setValue(0)
    linger(0.4)


def judge_by(setting: Setting, form: UseForm) -> None:
    """State a use and wait until every clip is judged by it."""
    desk = setting.put.desk
    desk.state_use(form)
    wait(lambda: all(e.result is None or e.result.use.purpose == form.purpose for e in desk.queue.entries()))


def wait_for_clips(setting: Setting) -> None:
    """Wait until every clip is checked, or known to be none."""
    queue = setting.put.desk.queue
    ended = (Stage.DONE, Stage.FAILED)
    wait(
        lambda: len(queue) == len(setting.clips) and all(entry.stage in ended for entry in queue.entries()),
    )


def press(owner: QWidget, words: str) -> None:
    """Press a button by what stands on it.

    Raises:
        CountenanceError: there is none that could be pressed.
    """
    for button in owner.findChildren(QAbstractButton):
        if button.text().strip() == words and button.isVisibleTo(owner) and button.isEnabled():
            button.click()
            return
    raise CountenanceError(_("The screenshots took too long."), details=words)


def opened(owner: QWidget, kind: type[Shown]) -> Shown:
    """Wait for a dialog and return it."""
    found: list[Shown] = []

    def look() -> bool:
        found[:] = [one for one in owner.findChildren(kind) if one.isVisible()]
        return bool(found)

    wait(look)
    linger(0.4)
    return found[0]


def linger(seconds: float) -> None:
    """Let what was asked for come, where nothing says that it has."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait(until: Callable[[], object]) -> None:
    """Wait for something.

    Raises:
        CountenanceError: it took too long.
    """
    ends = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > ends:
            raise CountenanceError(_("The screenshots took too long."))
        linger(0.02)
