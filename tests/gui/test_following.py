"""A registry that others change while it is open: the terminal, another window, a file that goes away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from countenance.errors import CountenanceError
from countenance.packs import PackCard
from gui.desk import Desk
from gui.following import LOOK_EVERY_MS, Following
from gui.preparing import Opening
from gui.vault import Change
from registry import Passphrase, open_registry
from tests.gui.agency import WORDS, Shown, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.registry.people import person

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def shown(qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput) -> Iterator[Shown]:
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, made)
    yield made
    made.close()


def test_whoever_was_added_at_the_terminal_appears_in_the_list(qtbot: QtBot, shown: Shown) -> None:
    following = shown.parts.entrance.findChild(Following)
    assert following is not None
    people = shown.room.pages.people
    qtbot.waitUntil(lambda: people.list.people.rowCount() > 0)
    with open_registry(shown.parts.entrance.opening.registry, Passphrase(WORDS), operator="terminal") as elsewhere:
        added = elsewhere.enrol(person("From Terminal"))

    following.look()

    qtbot.waitUntil(lambda: people.list.people.place_of(added) is not None)
    # Whoever goes on changing it is not followed at every step.
    assert following._timer.interval() == 2 * LOOK_EVERY_MS
    following.look()
    qtbot.waitUntil(lambda: following._timer.interval() == LOOK_EVERY_MS)


def test_the_own_changes_of_the_window_are_told_once(qtbot: QtBot, shown: Shown) -> None:
    following = shown.parts.entrance.findChild(Following)
    assert following is not None
    told: list[bool] = []
    answered: list[int] = []
    shown.parts.vault.changed.connect(lambda: told.append(True))
    shown.parts.vault.change(Change(work=lambda opened: opened.enrol(person("By Window"))))
    qtbot.waitUntil(lambda: told == [True])

    following.look()
    following.look()
    shown.parts.vault.ask(lambda opened: opened.revision(), answered.append)

    qtbot.waitUntil(lambda: bool(answered))
    assert told == [True]


def test_a_file_that_cannot_be_read_any_more_is_told_once(
    qtbot: QtBot, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = shown.parts.entrance.findChild(Following)
    assert following is not None
    told: list[CountenanceError] = []
    shown.parts.vault.failed.connect(told.append)

    def gone(_registry: object) -> int:
        raise CountenanceError("The disk is gone.")

    monkeypatch.setattr("registry.Registry.revision", gone)
    following.look()
    qtbot.waitUntil(lambda: len(told) == 1)
    following.look()
    qtbot.waitUntil(lambda: not following._asking)

    assert len(told) == 1
