"""What the models' room has done beside the window: measured, forgotten, tried on another processor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.providers import Provider, ProviderError
from countenance.wire_models import Prove
from gui.main import Put
from gui.presenters.queues import Stage
from gui.views.models_measure import MeasureDialog
from gui.views.models_room import ModelsRoom
from gui.views.models_told import ToldDialog
from models import load_pack
from models.figures import list_own
from scan.known import Known
from tests.cli.test_calibrate import folder_of
from tests.cli.test_evaluate import Painter
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, stages, words_of
from tests.reports.voiced import VOICED_CARD

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def room(qtbot: QtBot, put: Put, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> ModelsRoom:
    """Return the room beside a stand-in that draws faces from files' names."""
    monkeypatch.setattr(stand_in, "examine", Painter().examine)
    put.desk.begin(load_pack("starter", put.entrance.opening.places.models), Known())
    shown = put.window.show_room_of(ModelsRoom)
    assert isinstance(shown, ModelsRoom)
    qtbot.waitUntil(lambda: shown.in_use is not None)
    return shown


def measure(room: ModelsRoom) -> MeasureDialog:
    assert room.in_use is not None
    room.in_use.measure.click()
    return room.findChildren(MeasureDialog)[-1]


def press(dialog: MeasureDialog, words: str) -> None:

    next(one for one in dialog.findChildren(QPushButton) if one.accessibleName() == words).click()


def test_what_is_in_use_is_measured_with_ones_own_people_and_forgotten_again(
    qtbot: QtBot, put: Put, room: ModelsRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = folder_of(tmp_path / "people", 24)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(people))
    store = put.entrance.opening.places.models

    press(measure(room), "Faces: Choose a folder…")
    qtbot.waitUntil(lambda: bool(room.findChildren(ToldDialog)), timeout=30_000)
    (told,) = room.findChildren(ToldDialog)
    assert "measured on 72 files of 24 people" in words_of(told)
    assert "of the people and their files nothing is" in words_of(told)
    told.reject()
    assert list_own(store) == ("mtcnn+dlib-resnet",)

    room._refresh()
    qtbot.waitUntil(lambda: room.look is not None and room.look.in_use.own_faces)
    press(measure(room), "Faces: Forget what was measured")
    qtbot.waitUntil(lambda: "is forgotten" in put.window.notices.words)
    assert list_own(store) == ()


def test_too_few_people_are_told_and_nothing_is_kept(
    qtbot: QtBot, put: Put, room: ModelsRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = folder_of(tmp_path / "people", 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(people))

    press(measure(room), "Faces: Choose a folder…")

    qtbot.waitUntil(lambda: "too few" in put.window.notices.words, timeout=30_000)
    assert list_own(put.entrance.opening.places.models) == ()
    assert not room.work.is_busy


def test_what_models_cannot_run_on_is_told_and_nothing_changes(
    qtbot: QtBot, put: Put, room: ModelsRoom, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prove(request: Prove) -> None:
        asked.append(request.provider)
        raise ProviderError(request.provider)

    monkeypatch.setattr(stand_in, "prove", prove, raising=False)

    room.work.run_on(Provider.CUDA)

    qtbot.waitUntil(lambda: "cannot be run with “CUDA”" in put.window.notices.words)
    assert asked == ["CUDAExecutionProvider"]
    assert put.preferences.settings.provider is Provider.CPU
    assert not room.work.is_busy


def test_clips_that_other_models_looked_at_are_checked_again_and_those_of_the_same_are_judged(
    qtbot: QtBot, put: Put, stand_in: StandIn, make_clips: MakeClips
) -> None:
    put.desk.begin(VOICED_CARD, Known())
    put.desk.add(make_clips("a.mp4", "broken.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.FAILED])

    put.desk.begin(replace(VOICED_CARD), Known())
    qtbot.waitUntil(lambda: not put.desk.is_checking)
    assert stand_in.examined == ["a.mp4", "broken.mp4"]
    (first, *rest) = VOICED_CARD.models
    put.desk.begin(replace(VOICED_CARD, models=(replace(first, sha256="f" * 64), *rest)), Known())

    qtbot.waitUntil(lambda: stand_in.examined == ["a.mp4", "broken.mp4", "a.mp4"])
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.FAILED])
