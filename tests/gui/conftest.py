"""The window without a display, and a stand-in for the detectors' process where the real one is not the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.errors import ClipError
from countenance.observations import Clip, Observations
from countenance.packs import PackCard
from countenance.places import Places, find_places
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.garbage import GarbageOnThisThread
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.singletons import keep_singletons
from gui.views.theme import LIGHT, wear
from scan.proxy import Proxy
from tests.gui.leftovers import Leftovers
from tests.reports.material import campaign
from tests.reports.voiced import VOICED_CARD, interview, podcast

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


_SEEN = {"interview": interview, "podcast": podcast}


class StandIn:
    """Answers as the detectors' process does: what it sees does not matter here, only that it answers.

    A file whose name begins with "broken" is refused; one that begins with "endless" is worked on until it is stopped;
    one that begins with "interview" has voices, one that begins with "podcast" nothing else.
    """

    def __init__(self) -> None:
        self.examined: list[str] = []
        self.entered = self.closed = 0

    def __enter__(self) -> Self:
        self.entered += 1
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed += 1

    def examine(self, request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> Observations:
        name = Path(request.path).name
        self.examined.append(name)
        on_progress("opening", 0, 0)
        on_progress("reading", 4.0, 8.0)
        if name.startswith("endless"):
            cancel._event.wait(60)
        cancel.raise_if_cancelled()
        if name.startswith("broken"):
            raise ClipError(f"“{name}” is damaged.", remedy="Get it again.", details="moov atom not found")
        seen = _SEEN.get(name.partition(".")[0], campaign)().observations
        return replace(seen, clip=replace(seen.clip, name=name))

    def preview(self, path: Path, _clip: Clip, _on_progress: ProgressHook, _cancel: CancelToken) -> Proxy:
        raise ClipError(f"There is no preview of “{path.name}”.")


class StandInOutput:
    """Stands in for a sound output, which machines that run tests rarely have; notes what would be heard."""

    def __init__(self) -> None:
        self.there = True
        self.played: list[bytes] = []
        self.playing: bytes | None = None
        self.end: Callable[[], None] = lambda: None

    def is_there(self) -> bool:
        return self.there

    def play(self, sound: bytes, on_end: Callable[[], None]) -> None:
        self.played.append(sound)
        self.playing, self.end = sound, on_end

    def stop(self) -> None:
        self.playing = None


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a timer running or a widget without a parent."""
    leftovers = Leftovers(monkeypatch)
    yield
    if left := leftovers.names():
        pytest.fail(f"The test left behind: {'; '.join(left)}")


@pytest.fixture(autouse=True)
def garbage_on_this_thread(qapp: QApplication, nothing_left_behind: None) -> Iterator[None]:
    """Keep and collect objects as the window's program does: never from a lane's thread."""
    keep_singletons()
    garbage = GarbageOnThisThread()
    yield
    garbage.stop()


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def output() -> StandInOutput:
    return StandInOutput()


@pytest.fixture
def card() -> PackCard:
    return VOICED_CARD


@pytest.fixture
def opening(own_home: Path) -> Opening:
    places: Places = find_places()
    return Opening(places=places, registry=places.registry, registry_named=False, pack="starter")


@pytest.fixture
def put(qtbot: QtBot, qapp: QApplication, stand_in: StandIn, opening: Opening, output: StandInOutput) -> Iterator[Put]:
    """Return the window with the stand-in behind it, not yet begun."""
    wear(qapp, LIGHT)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    put = assemble(opening, desk, output=output)
    qtbot.addWidget(put.window)
    put.window.show()
    yield put
    put.window.close()


@pytest.fixture
def make_clips(tmp_path: Path) -> Callable[..., list[Path]]:
    """Return a function that makes files of the names given."""

    def make(*names: str) -> list[Path]:
        folder = tmp_path / "clips"
        folder.mkdir(exist_ok=True)
        paths = [folder / name for name in names]
        for path in paths:
            path.write_bytes(b"not looked at by the stand-in")
        return paths

    return make
