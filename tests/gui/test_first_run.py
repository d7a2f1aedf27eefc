"""The first start: from nothing to a verdict, every step passed over or taken, and never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError, ModelsError
from countenance.packs import PackCard
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening, Prepared
from gui.presenters.first_run import WELCOMED, Step, is_first_run, step_look
from gui.presenters.queues import Stage
from gui.views.first_run_steps import FirstRun
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import MakeClips, drop, stages, words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

WORDS = "correct horse battery staple"


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def put(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, output: StandInOutput, memory: QSettings, card: PackCard
) -> Iterator[Put]:
    """Return the window as it is on its first start: no models, no registry, nothing remembered."""
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    put = assemble(opening, desk, memory, output)
    qtbot.addWidget(put.window)
    put.window.show()
    put.entrance._prepared(Prepared(card=card, missing=ModelsError("There are no models yet.")))
    yield put
    put.window.close()


def steps_of(put: Put) -> FirstRun:
    steps = put.window._first_run
    assert steps is not None
    return steps


def press(put: Put, words: str) -> None:
    every = [one for one in steps_of(put).findChildren(QPushButton) if one.isVisible()]
    next(one for one in every if one.text().strip().startswith(words)).click()


def install_at_once(monkeypatch: pytest.MonkeyPatch, card: PackCard) -> None:
    def install(_opening: Opening, on_progress: ProgressHook, _cancel: CancelToken) -> Prepared:
        on_progress("Downloading mtcnn", 1, 2)
        return Prepared(card=card, missing=None)

    monkeypatch.setattr("gui.entrance.install_models", install)


def test_the_first_start_is_one_without_models_registry_and_memory(opening: Opening) -> None:
    assert is_first_run(opening, done=False)
    assert not is_first_run(opening, done=True)
    assert not is_first_run(replace(opening, registry_named=True), done=False)

    opening.places.models.mkdir(parents=True)
    assert is_first_run(opening, done=False)
    (opening.places.models / "mtcnn").mkdir()
    assert not is_first_run(opening, done=False)

    (opening.places.models / "mtcnn").rmdir()
    opening.registry.write_bytes(b"")
    assert not is_first_run(opening, done=False)


def test_no_step_has_more_than_one_sentence() -> None:
    for step in Step:
        for there in (True, False):
            look = step_look(step, models_are_there=there)
            assert look.sentence.count(". ") <= 1
            assert look.title
            assert look.forward


def test_a_first_start_leads_to_a_verdict(
    qtbot: QtBot, put: Put, card: PackCard, monkeypatch: pytest.MonkeyPatch, make_clips: MakeClips
) -> None:
    install_at_once(monkeypatch, card)
    (clip,) = make_clips("demo.mp4")
    monkeypatch.setattr("gui.trying.DemoClip._make", lambda _demo: clip)
    assert "Welcome" in words_of(steps_of(put))

    press(put, "Begin")
    press(put, "Install starter models")
    assert steps_of(put).step is Step.REGISTRY
    qtbot.waitUntil(lambda: put.desk.card is not None)
    press(put, "Go on without one")
    press(put, "Check the demo clip")

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    assert put.window._first_run is None
    assert put.window.rail.buttons[0].isChecked()
    assert "demo.mp4" in words_of(put.window.check.clip_page)


def test_keys_alone_lead_through(
    qtbot: QtBot, put: Put, card: PackCard, monkeypatch: pytest.MonkeyPatch, make_clips: MakeClips
) -> None:
    install_at_once(monkeypatch, card)
    (clip,) = make_clips("demo.mp4")
    monkeypatch.setattr("gui.trying.DemoClip._make", lambda _demo: clip)

    def focused() -> QPushButton:
        found = put.window.focusWidget()
        assert isinstance(found, QPushButton)
        return found

    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: put.desk.card is not None)
    assert steps_of(put).step is Step.REGISTRY
    qtbot.keyClick(put.window.focusWidget(), Qt.Key.Key_Escape)
    assert steps_of(put).step is Step.MODELS
    for _step in range(2):
        steps_of(put).go_on()
    qtbot.keyClick(focused(), Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])


def test_a_registry_is_made_from_a_passphrase_typed_twice(qtbot: QtBot, put: Put, opening: Opening) -> None:
    steps = steps_of(put)
    steps.go_on()
    steps.go_on()
    form = steps.registry
    assert not form.make.isEnabled()
    qtbot.keyClicks(form.passphrase, WORDS)
    qtbot.keyClicks(form.again, "correct hors3")
    assert "differ" in words_of(form)

    form.again.setText(WORDS)
    assert form.complaint.isHidden()
    form.make.click()

    qtbot.waitUntil(lambda: put.vault.is_open, timeout=20_000)
    assert opening.registry.is_file()
    assert steps.step is Step.TRY


def test_a_passphrase_that_is_too_short_is_refused_with_a_sentence(qtbot: QtBot, put: Put, opening: Opening) -> None:
    steps = steps_of(put)
    steps.go_on()
    steps.go_on()
    steps.registry.passphrase.setText("ab")
    steps.registry.again.setText("ab")

    qtbot.keyClick(steps.registry.again, Qt.Key.Key_Return)

    assert "too short" in words_of(steps.registry)
    assert not opening.registry.exists()


def test_an_own_clip_can_be_chosen_or_dropped(
    qtbot: QtBot, put: Put, make_clips: MakeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = make_clips("a.mp4", "b.mp4")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_any: ([str(clips[0])], ""))
    steps = steps_of(put)
    for _step in range(3):
        steps.go_on()
    press(put, "Choose a clip of mine")
    qtbot.waitUntil(lambda: put.window._first_run is None)

    put.window.show_first_run()
    drop(put.window, [clips[1]])

    assert put.window._first_run is None
    qtbot.waitUntil(lambda: len(put.desk.queue) == 2)


def test_every_step_can_be_passed_over_and_gone_back_to(put: Put) -> None:
    steps = steps_of(put)
    press(put, "Begin")
    press(put, "Later")
    press(put, "Go on without one")
    assert steps.step is Step.TRY

    for wanted in (Step.REGISTRY, Step.MODELS, Step.WELCOME):
        press(put, "Back")
        assert steps.step is wanted
    assert not steps.back.isVisible()

    press(put, "Skip these steps")
    assert put.window._first_run is None


def test_what_was_walked_once_is_not_shown_again_but_can_be(
    qtbot: QtBot, put: Put, opening: Opening, memory: QSettings
) -> None:
    press(put, "Skip these steps")
    assert memory.value(WELCOMED)
    put.window.close()

    second = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(second.window)
    assert second.window._first_run is None

    second.window.show_first_run()
    assert steps_of(second).step is Step.WELCOME
    second.window.close()


def test_menus_of_rooms_wait_until_the_steps_are_over(put: Put) -> None:
    def shown() -> list[str]:
        return [action.text() for action in put.window.menuBar().actions() if action.isVisible()]

    assert "&Clips" not in shown()

    press(put, "Skip these steps")

    assert "&Clips" in shown()


def test_an_installation_that_fails_says_why_and_can_be_tried_again(
    qtbot: QtBot, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> Prepared:
        raise ModelsError("No connection.", remedy="Try again later.")

    monkeypatch.setattr("gui.entrance.install_models", fail)
    steps = steps_of(put)
    steps.go_on()
    press(put, "Install starter models")

    qtbot.waitUntil(lambda: put.window.notices.words == "No connection. Try again later.")
    steps.go_back()
    assert any("Install starter models" in one.text() for one in steps.findChildren(QPushButton))


def test_a_demo_that_cannot_be_made_says_why(qtbot: QtBot, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_demo: object) -> Path:
        raise CountenanceError("The demo’s clip could not be made.")

    monkeypatch.setattr("gui.trying.DemoClip._make", fail)
    steps = steps_of(put)
    for _step in range(3):
        steps.go_on()

    press(put, "Check the demo clip")

    qtbot.waitUntil(lambda: "could not be made" in put.window.notices.words)
    assert steps.demo.isEnabled()


def test_clips_that_another_start_was_given_end_the_steps(qtbot: QtBot, put: Put, make_clips: MakeClips) -> None:
    put.window.come_forward(make_clips("a.mp4"))

    assert put.window._first_run is None
    qtbot.waitUntil(lambda: stages(put) == [Stage.WAITING])


def test_another_look_keeps_the_step(put: Put) -> None:
    steps_of(put).go_on()

    put.window.build_again()

    assert steps_of(put).step is Step.MODELS
