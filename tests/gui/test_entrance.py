"""The way in: missing models, a locked registry, another registry, and the program as a whole."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from countenance.errors import ModelsError, RegistryError
from countenance.packs import PackCard
from countenance.translations import LANGUAGES
from countenance.verdict import RegistryFacts
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.preparing import Opening, Prepared
from gui.presenters.queues import Stage
from registry import Passphrase, create_registry
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages

# Said by the offscreen platform whenever a dialog opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_missing_models_bring_a_page_with_one_button(qtbot: QtBot, put: Put) -> None:
    put.entrance.start()

    qtbot.waitUntil(lambda: put.window.check.pages.currentWidget() is put.window.check.install_page)
    assert put.window.check.install_page.install.text().strip() == "Install starter models"


def test_an_unknown_pack_is_a_sentence(qtbot: QtBot, put: Put, opening: Opening) -> None:
    put.entrance.opening = Opening(places=opening.places, registry=opening.registry, registry_named=False, pack="nix")

    put.entrance.start()

    qtbot.waitUntil(lambda: "nix" in put.window.notices.words)


def test_a_locked_registry_is_opened_with_its_passphrase(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_registry(opening.registry, Passphrase("correct horse battery"), owner="us", tz="UTC", operator="me").close()
    put.entrance._prepared(Prepared(card=card, missing=None))
    bar = put.window.unlocking.bar
    assert bar is not None
    qtbot.waitUntil(bar.isVisible)
    qtbot.mouseClick(bar.unlock, Qt.MouseButton.LeftButton)
    dialog = put.window.unlocking.dialog
    assert dialog is not None

    assert "locked" in put.window.rail.registry.toolTip()
    dialog.passphrase.setText("wrong horse battery")
    qtbot.mouseClick(dialog.unlock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.complaint.isVisible)
    assert "does not open" in dialog.complaint.text()

    dialog.passphrase.setText("correct horse battery")
    qtbot.mouseClick(dialog.unlock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: put.desk.known.facts is not None)
    assert put.window.unlocking.dialog is None
    assert not bar.isVisible()
    assert "Registry open" in put.window.rail.registry.toolTip()
    assert not put.entrance.can_unlock


def test_without_the_passphrase_everybody_is_unknown_and_it_can_be_unlocked_later(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard
) -> None:
    create_registry(opening.registry, Passphrase("correct horse battery"), owner="us", tz="UTC", operator="me").close()
    put.entrance._prepared(Prepared(card=card, missing=None))

    # Nobody is asked before they may work: the check begins, and a bar says what is missing.
    qtbot.waitUntil(lambda: put.desk.card is not None)
    assert "locked" in put.window.rail.registry.toolTip()
    assert put.window.unlocking.dialog is None
    put.window.rail.registry.click()
    dialog = put.window.unlocking.dialog
    assert dialog is not None
    dialog.passphrase.setText("half typed")
    put.window.build_again()
    again = put.window.unlocking.dialog
    assert again is not None
    assert again is not dialog
    again.cancel.click()
    assert put.window.unlocking.dialog is None
    assert put.entrance.can_unlock


def test_a_passphrase_of_the_environment_is_used_without_asking(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_registry(opening.registry, Passphrase("correct horse battery"), owner="us", tz="UTC", operator="me").close()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "correct horse battery")

    put.entrance._prepared(Prepared(card=card, missing=None))

    qtbot.waitUntil(lambda: put.desk.known.facts is not None)
    assert put.window.unlocking.dialog is None


def test_an_unlocked_registry_is_open_until_the_window_closes(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_registry(opening.registry, Passphrase("correct horse battery"), owner="us", tz="UTC", operator="me").close()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "correct horse battery")
    put.entrance._prepared(Prepared(card=card, missing=None))
    qtbot.waitUntil(lambda: put.desk.known.facts is not None)
    with put.desk.known.at_one_moment() as known:
        assert known.facts is not None

    put.window.close()

    with pytest.raises(RegistryError, match="locked"), put.desk.known.at_one_moment():
        pass


def test_a_named_registry_that_is_missing_is_told(qtbot: QtBot, put: Put, opening: Opening, card: PackCard) -> None:
    put.entrance.opening = Opening(
        places=opening.places, registry=Path("/nowhere/r.countenance"), registry_named=True, pack="starter"
    )

    put.entrance._prepared(Prepared(card=card, missing=None))

    assert "There is no registry" in put.window.notices.words
    assert put.desk.card is card


def test_another_registry_judges_checked_clips_anew(
    qtbot: QtBot, put: Put, card: PackCard, stand_in: StandIn, make_clips: MakeClips
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    facts = RegistryFacts(id="r", revision=1, people=0, grants=0)

    put.desk.begin(card, Known(facts=facts))

    def judged_anew() -> bool:
        result = put.desk.queue.entries()[0].result
        return result is not None and result.registry == facts

    qtbot.waitUntil(judged_anew)
    assert stand_in.examined == ["a.mp4"]


def test_installing_shows_its_progress_and_then_begins(
    qtbot: QtBot, put: Put, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    put.entrance.start()
    qtbot.waitUntil(lambda: put.window.check.pages.currentWidget() is put.window.check.install_page)
    begin, seen = threading.Event(), []

    def install(_opening: Opening, on_progress: ProgressHook, _cancel: CancelToken) -> Prepared:
        on_progress("Downloading mtcnn", 1, 2)
        begin.wait(30)
        return Prepared(card=card, missing=None)

    monkeypatch.setattr("gui.entrance.install_models", install)
    put.entrance.installing.connect(seen.append)

    qtbot.mouseClick(put.window.check.install_page.install, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: bool(seen))
    assert put.window.check.install_page.bar.value() == 500
    assert put.window.check.install_page.step.text() == "Downloading mtcnn"
    begin.set()
    qtbot.waitUntil(lambda: put.desk.card is card)
    assert put.window.check.pages.currentWidget() is put.window.check.welcome


def test_an_installation_can_be_stopped_and_a_failed_one_says_why(
    qtbot: QtBot, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def install(_opening: Opening, _on_progress: ProgressHook, cancel: CancelToken) -> Prepared:
        begun.set()
        cancel._event.wait(30)
        cancel.raise_if_cancelled()
        raise AssertionError

    monkeypatch.setattr("gui.entrance.install_models", install)
    page = put.window.check.install_page
    put.window.check.pages.setCurrentWidget(page)
    page.install.click()
    qtbot.waitUntil(begun.is_set)
    page.stop.click()
    qtbot.waitUntil(page.install.isEnabled)
    assert page.step.text() == ""

    def fail(*_asked: object) -> Prepared:
        raise ModelsError("No connection.", remedy="Try again later.")

    monkeypatch.setattr("gui.entrance.install_models", fail)
    page.install.click()

    qtbot.waitUntil(lambda: page.step.text() == "No connection. Try again later.")


def test_a_passphrase_that_does_not_fit_is_asked_for(
    qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_registry(opening.registry, Passphrase("correct horse battery"), owner="us", tz="UTC", operator="me").close()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "an old one that changed")

    put.entrance._prepared(Prepared(card=card, missing=None))

    qtbot.waitUntil(lambda: "does not open" in put.window.notices.words)
    next(one for one in put.window.notices.findChildren(QPushButton) if one.text() == "Unlock…").click()
    assert put.window.unlocking.dialog is not None


def test_the_program_opens_and_closes_in_every_language(own_home: Path) -> None:
    program = (
        "import gui.main as m\n"
        "from PySide6.QtCore import QTimer\n"
        "put_together = m.put_together\n"
        "def timed(*a, **k):\n"
        "    put = put_together(*a, **k)\n"
        "    QTimer.singleShot(0, put.window.close)\n"
        "    return put\n"
        "m.put_together = timed\n"
        "m.run(['--lang', {language!r}])\n"
    )
    for language in LANGUAGES:
        ended = subprocess.run(
            [sys.executable, "-c", program.format(language=language)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=Path(__file__).resolve().parents[2],
        )

        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert (own_home / "window.ini").is_file()
