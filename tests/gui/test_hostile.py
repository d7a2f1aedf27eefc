"""Hostile files, and a detectors' process that dies or hangs: the window lives, each row says what happened."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.places import Places
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.queues import Entry, Stage, row_of
from scan.demo import make_material
from scan.worker import DetectorWorker
from tests.gui.conftest import StandInOutput
from tests.gui.driving import drop, stages
from tests.gui.test_end_to_end import WAIT_MS

ENDED = (Stage.DONE, Stage.FAILED)
FOR_MACHINES = re.compile(r"Traceback|Error\b|errno|0x[0-9a-f]|\.py\b|None\b|<[a-z]|/tmp/|/home/", re.IGNORECASE)
"""What no sentence for a person holds."""

pytestmark = [
    pytest.mark.models,
    # Said by Qt's multimedia, once, of libraries for film and of sound servers that a machine lacks.
    pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService"),
]

OpenWindow = Callable[..., Put]


@pytest.fixture
def open_window(qtbot: QtBot, own_home: Path, starter_store: Path, output: StandInOutput) -> Iterator[OpenWindow]:
    """Return a function that opens the real window on a detectors' process, and waits until it may be used."""
    opened: list[Put] = []

    def open_it(worker: Callable[[], DetectorWorker] = DetectorWorker) -> Put:
        places = Places(models=starter_store, registry=own_home / "none", settings=own_home / "settings.toml")
        opening = Opening(places=places, registry=places.registry, registry_named=False, pack="starter")
        put = assemble(opening, Desk(starter_store, worker=worker), output=output)
        opened.append(put)
        qtbot.addWidget(put.window)
        put.window.show()
        put.entrance.start()
        qtbot.waitUntil(lambda: put.desk.card is not None, timeout=WAIT_MS)
        return put

    yield open_it
    for put in opened:
        put.window.close()


@pytest.fixture(scope="session")
def good_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_material(tmp_path_factory.mktemp("material")).clip


@pytest.mark.media
@pytest.mark.slow
def test_no_hostile_file_takes_the_window_down(
    qtbot: QtBot, open_window: OpenWindow, test_media: Path, good_clip: Path
) -> None:
    folder = test_media / "malformed"
    hostile = [path for path in sorted(folder.iterdir()) if path.suffix not in (".md", ".csv")]
    put = open_window()

    drop(put.window, [*hostile, good_clip])
    qtbot.waitUntil(lambda: len(put.desk.queue) == len(hostile) + 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: all(stage in ENDED for stage in stages(put)), timeout=15 * WAIT_MS)

    entries = put.desk.queue.entries()
    told = {entry.path.name: _told(entry) for entry in entries}
    assert {name: words for name, words in told.items() if not _is_a_sentence(words)} == {}
    assert entries[-1].stage is Stage.DONE
    assert put.window.isVisible()
    assert all(words in row_of(entry).tip or entry.result for entry, words in zip(entries, told.values(), strict=True))

    # Whoever leafs through them has each one's page shown, and where there is something to be seen a preview made.
    put.window.check.show_clip(entries[-1].key)
    put.window.check.list.setFocus()
    for _each in entries:
        qtbot.keyClick(put.window.check.list, Qt.Key.Key_Up)
        QApplication.processEvents()
    assert put.window.check.current_key() == entries[0].key
    qtbot.waitUntil(lambda: not put.desk.detecting.is_busy, timeout=5 * WAIT_MS)
    assert put.window.isVisible()


def test_a_child_that_is_killed_in_the_middle_is_told_and_the_next_clip_is_checked(
    qtbot: QtBot, open_window: OpenWindow, good_clip: Path, tmp_path: Path
) -> None:
    put = open_window()
    other = tmp_path / "other.mp4"
    other.write_bytes(good_clip.read_bytes())
    drop(put.window, [good_clip, other])
    qtbot.waitUntil(lambda: any(entry.progress and entry.progress.fraction for entry in put.desk.queue.entries()))

    # Workers that a session of tests shares may be at rest beside it; the window's own was started last.
    children = [one for one in psutil.Process().children() if "detectors" in one.cmdline()]
    os.kill(max(children, key=lambda one: one.create_time()).pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: all(stage in ENDED for stage in stages(put)), timeout=WAIT_MS)

    killed, whole = put.desk.queue.entries()
    assert (killed.stage, whole.stage) == (Stage.FAILED, Stage.DONE)
    assert _is_a_sentence(_told(killed))
    put.desk.check_again(killed.key)
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.DONE], timeout=WAIT_MS)


def test_a_child_that_hangs_is_ended_and_told_of(qtbot: QtBot, open_window: OpenWindow, good_clip: Path) -> None:
    put = open_window(lambda: DetectorWorker(_hanging, stall_limit_s=0.3))

    drop(put.window, [good_clip])
    qtbot.waitUntil(lambda: stages(put) == [Stage.FAILED], timeout=WAIT_MS)

    (entry,) = put.desk.queue.entries()
    assert _is_a_sentence(_told(entry))
    assert put.window.isVisible()


def _hanging(_models: Path | None) -> Sequence[str]:
    """A child that never answers: the real one cannot be made to."""
    return [sys.executable, "-P", "-s", "-B", "-c", "import time; time.sleep(60)"]


def _told(entry: Entry) -> str:
    if entry.result is not None:
        return entry.result.headline
    return entry.problem.sentence if entry.problem else ""


def _is_a_sentence(words: str) -> bool:
    bare = re.sub("“[^”]*”", "", words)  # a file may be called anything
    return words.endswith(".") and (words[0].isupper() or words[0] == "“") and not FOR_MACHINES.search(bare)
