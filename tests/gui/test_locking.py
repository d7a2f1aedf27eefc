"""A window that stands unattended locks its registry, and opens it again with the passphrase."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from gui.idling import Idling
from gui.main import Put
from gui.preparing import Opening, Prepared
from registry import Passphrase, create_registry
from tests.gui.driving import MakeClips, drop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WORDS = "correct horse battery"


@pytest.fixture
def open_window(qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch) -> Put:
    create_registry(opening.registry, Passphrase(WORDS), owner="us", tz="UTC", operator="me").close()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", WORDS)
    put.entrance._prepared(Prepared(card=card, missing=None))
    qtbot.waitUntil(lambda: put.desk.known.facts is not None)
    return put


def test_a_window_left_alone_locks_its_registry_and_opens_it_again(qtbot: QtBot, open_window: Put) -> None:
    put = open_window

    put.entrance.lock()

    bar = put.window.unlocking.bar
    assert bar is not None
    qtbot.waitUntil(bar.isVisible)
    assert put.desk.known.facts is None
    assert not put.entrance._unlocked
    assert "locked" in put.window.rail.registry.toolTip()
    bar.unlock.click()
    dialog = put.window.unlocking.dialog
    assert dialog is not None
    dialog.passphrase.setText(WORDS)
    qtbot.mouseClick(dialog.unlock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: put.desk.known.facts is not None)


def test_a_registry_that_clips_are_checked_by_stays_open(qtbot: QtBot, open_window: Put, make_clips: MakeClips) -> None:
    put = open_window
    drop(put.window, make_clips("endless.mp4"))
    qtbot.waitUntil(lambda: put.desk.is_checking)

    put.entrance.lock()

    assert put.desk.known.facts is not None
    put.desk.stop(put.desk.queue.entries()[0].key)
    qtbot.waitUntil(lambda: not put.desk.is_checking)


def test_what_should_be_known_of_a_registry_is_said(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_registry(opening.registry, Passphrase(WORDS), owner="us", tz="UTC", operator="me").close()
    opening.registry.chmod(0o644)
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", WORDS)

    put.entrance._prepared(Prepared(card=card, missing=None))

    qtbot.waitUntil(lambda: put.desk.known.facts is not None)
    assert "other accounts" in put.window.notices.words.lower()
    assert {entry.suffix for entry in opening.places.heads.iterdir()} == {".json"}


def test_whoever_does_something_is_not_taken_for_absent(qtbot: QtBot) -> None:
    at = [0.0]
    idling = Idling(60.0, clock=lambda: at[0])
    somewhere, said = QWidget(), []
    qtbot.addWidget(somewhere)
    somewhere.installEventFilter(idling)
    idling.idle.connect(lambda: said.append(at[0]))

    at[0] = 50.0
    qtbot.keyClick(somewhere, Qt.Key.Key_A)
    for moment in (100.0, 111.0, 200.0):
        at[0] = moment
        idling.look()
    assert said == [111.0]

    assert not idling.eventFilter(QObject(), QEvent(QEvent.Type.Wheel))
    at[0] = 261.0
    idling.look()
    idling.stop()
    assert said == [111.0, 261.0]
