"""The open registry in the window: asked and changed off the screen's thread, undone, and locked."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError, RegistryError
from countenance.packs import PackCard
from gui.idling import SLEPT_AFTER_S, Idling
from gui.main import Put
from gui.preparing import Opening, Prepared
from gui.undoing import LONGEST, History, Undoable
from gui.vault import Change
from registry import Passphrase, Registry, create_registry
from tests.gui.driving import MakeClips, drop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WORDS = "correct horse battery"


@pytest.fixture
def opened(qtbot: QtBot, put: Put, opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch) -> Put:
    create_registry(opening.registry, Passphrase(WORDS), owner="us", tz="UTC", operator="me").close()
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", WORDS)
    put.entrance._prepared(Prepared(card=card, missing=None))
    qtbot.waitUntil(lambda: put.vault.is_open)
    return put


def test_a_question_is_answered_on_the_windows_thread(qtbot: QtBot, opened: Put) -> None:
    told: list[object] = []

    opened.vault.ask(Registry.facts, told.append)

    qtbot.waitUntil(lambda: len(told) == 1)
    assert told == [opened.vault.facts]


def test_without_a_registry_nothing_is_asked_or_changed(put: Put) -> None:
    put.vault.ask(Registry.facts, pytest.fail)
    put.vault.change(Change(work=lambda _registry: pytest.fail("no registry")))

    assert not put.vault.is_open


def test_a_change_is_told_to_every_page_and_can_be_taken_back(qtbot: QtBot, opened: Put) -> None:
    done: list[str] = []
    changed: list[bool] = []
    opened.vault.changed.connect(lambda: changed.append(True))
    change = Change(
        work=lambda _registry: done.append("made") or "what was made",
        words="Something was changed.",
        undo=lambda _registry, made: done.append(f"{made} was undone"),
    )

    opened.vault.change(change)
    qtbot.waitUntil(lambda: opened.window.notices.words == "Something was changed.")
    assert opened.window._menus.undo.isEnabled()
    opened.window._menus.undo.trigger()

    qtbot.waitUntil(lambda: done == ["made", "what was made was undone"])
    qtbot.waitUntil(lambda: len(changed) == 2)
    assert not opened.window._menus.undo.isEnabled()


def test_a_change_that_cannot_be_taken_back_is_told_without_an_offer(qtbot: QtBot, opened: Put) -> None:
    opened.vault.change(Change(work=lambda _registry: None, words="Somebody was erased."))

    qtbot.waitUntil(lambda: opened.window.notices.words == "Somebody was erased.")
    assert opened.vault.history.last is None


def test_a_failure_nobody_took_is_shown_with_details(qtbot: QtBot, opened: Put) -> None:
    def fail(_registry: Registry) -> None:
        raise RegistryError("The disk is full.", remedy="Make room.", details="ENOSPC")

    opened.vault.change(Change(work=fail))

    qtbot.waitUntil(lambda: opened.window.notices.words == "The disk is full. Make room.")
    assert opened.window.notices.waiting[-1].details == "ENOSPC"


def test_a_failure_that_its_caller_takes_is_its_own(qtbot: QtBot, opened: Put) -> None:
    def fail(_registry: Registry) -> None:
        raise RegistryError("Not now.")

    told: list[CountenanceError] = []
    opened.vault.ask(fail, pytest.fail, told.append)

    qtbot.waitUntil(lambda: len(told) == 1)
    assert opened.window.notices.words == ""


def test_locking_drops_answers_and_what_could_be_taken_back(qtbot: QtBot, opened: Put) -> None:
    opened.vault.change(Change(work=lambda _registry: None, words="Changed.", undo=lambda _registry, _made: None))
    qtbot.waitUntil(lambda: opened.vault.history.last is not None)
    opened.vault.ask(Registry.facts, pytest.fail)
    assert opened.window.notices.words == "Changed."

    opened.window.lock()

    assert not opened.vault.is_open
    assert opened.window.notices.words == ""
    assert opened.vault.history.last is None
    qtbot.waitUntil(lambda: not opened.entrance._unlocked)


def test_locking_in_the_middle_of_a_check_is_said_and_done_after_it(
    qtbot: QtBot, opened: Put, make_clips: MakeClips
) -> None:
    drop(opened.window, make_clips("endless.mp4"))
    qtbot.waitUntil(lambda: opened.desk.is_checking)

    opened.window.lock()

    assert opened.vault.is_open
    assert "as soon as the clips under way are checked" in opened.window.notices.words
    opened.desk.stop(opened.desk.queue.entries()[0].key)
    qtbot.waitUntil(lambda: not opened.vault.is_open)


def test_only_so_many_changes_are_remembered() -> None:
    history, undone = History(), []
    for number in range(LONGEST + 5):
        history.note(Undoable("Changed.", lambda number=number: undone.append(number)))

    while history.last is not None:
        history.undo()
    history.undo()

    assert undone == list(range(LONGEST + 4, 4, -1))


def test_a_machine_that_slept_finds_its_registry_locked(qtbot: QtBot) -> None:
    clock, wall, said = [0.0], [0.0], []
    idling = Idling(900.0, clock=lambda: clock[0], wall=lambda: wall[0])
    idling.idle.connect(lambda: said.append(wall[0]))

    wall[0] = 5.0
    idling.look()
    wall[0] = 5.0 + SLEPT_AFTER_S
    idling.look()

    assert said == [65.0]
    idling.stop()


def test_whoever_chose_never_is_never_locked_out(qtbot: QtBot) -> None:
    clock, wall, said = [0.0], [0.0], []
    idling = Idling(0.0, clock=lambda: clock[0], wall=lambda: wall[0])
    idling.idle.connect(lambda: said.append(wall[0]))

    clock[0], wall[0] = 1e6, 1e6
    idling.look()
    assert said == []

    idling.wait(60.0)
    idling.look()
    idling.stop()
    assert said == [1e6]
