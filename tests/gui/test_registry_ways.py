"""The ways into a registry: made, opened with its passphrase or from the keyring, left for another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from countenance.places import find_places
from gui.desk import Desk
from gui.operators import operator
from gui.preparing import Founding, Opening, found
from gui.presenters.looks import Tone
from gui.presenters.unlocking import file_words, known_files, place_for, strength_of
from gui.views.unlock_pane import PassphraseField
from registry import JournalChoice, Passphrase, open_registry
from tests.gui.agency import WORDS, Shown, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
GOOD = "river lantern morning salt orchard"


class Ring(KeyringBackend):
    """Stands in for a keyring, which machines that run tests have none of."""

    priority = 1.0  # type: ignore[assignment]  # a plain value, as backends have it

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def shown(qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput) -> Iterator[Shown]:
    """Return the room where there is no registry yet."""
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("passphrase", "tone", "enough"),
    [
        ("", Tone.NEUTRAL, False),
        ("short", Tone.BLOCKED, False),
        ("         ", Tone.BLOCKED, False),
        ("password123", Tone.REVIEW, True),
        ("aaaaaaaaaaaa", Tone.REVIEW, True),
        ("paper kite over harbour", Tone.NEUTRAL, True),
        (GOOD + " blue", Tone.PERMITTED, True),
        ("g7$Kq!2zWv#9LpRx", Tone.PERMITTED, True),
    ],
)
def test_a_passphrase_is_measured_roughly(passphrase: str, tone: Tone, enough: bool) -> None:
    strength = strength_of(passphrase)

    assert (strength.tone, strength.enough) == (tone, enough)
    assert 0 <= strength.fraction <= 1
    assert not enough or passphrase not in strength.words


def test_a_new_registry_lies_beside_those_that_are_there(own_home: Path) -> None:
    places = find_places()

    assert place_for("Studio", places) == places.registry
    places.registry.write_bytes(b"")
    assert place_for("Studio ★ Harbour!", places) == places.registries / "studio-harbour.countenance"
    places.registries.mkdir()
    (places.registries / "studio-harbour.countenance").write_bytes(b"")
    assert place_for("Studio Harbour", places).name == "studio-harbour-2.countenance"
    assert [one.name for one in known_files(places, places.registry)] == ["studio-harbour"]
    assert known_files(places, own_home)[0].name == "Usual registry"


def test_a_path_is_shown_from_the_home_folder_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")

    assert file_words(Path("/home/ann/a/b")) == "~/a/b"
    assert file_words(Path("/srv/b\udcff")) == "/srv/b?"


def test_a_registry_is_made_and_opened(qtbot: QtBot, shown: Shown, opening: Opening) -> None:
    make = shown.room.make
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is make)
    assert make.make.toolTip() == "Say first whose registry it is."
    qtbot.keyClicks(make.owner, "Harbour")
    qtbot.keyClicks(make.passphrase, GOOD)
    assert "same passphrase" in make.make.toolTip()
    qtbot.keyClicks(make.again, GOOD)
    make.zone.setCurrentText("Mars/Base")
    assert "time zone" in make.make.toolTip()
    make.zone.setCurrentText("Europe/Paris")

    qtbot.mouseClick(make.make, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: shown.parts.vault.is_open)
    qtbot.waitUntil(shown.room.pages.people.nobody.isVisible)
    assert make.passphrase.text() == ""
    shown.parts.entrance.lock()
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)
    with open_registry(opening.registry, Passphrase(GOOD), operator="ben") as opened:
        assert (opened.owner, opened.tz) == ("Harbour", "Europe/Paris")


def test_a_registry_that_cannot_be_made_is_told_and_the_open_one_stays(
    qtbot: QtBot, shown: Shown, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.countenance"
    taken.write_bytes(b"something else")
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.make)

    shown.parts.entrance.found(Founding(path=taken, passphrase=Passphrase(GOOD), owner="us", tz="UTC"))

    qtbot.waitUntil(lambda: not shown.room.make.complaint.isHidden())
    assert taken.read_bytes() == b"something else"
    assert shown.room.make.owner.isEnabled()


def test_where_the_file_lies_is_chosen(
    qtbot: QtBot, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any, **_options: (str(tmp_path / "mine"), ""))

    shown.room.make._elsewhere.click()

    assert shown.room.make._path() == tmp_path / "mine.countenance"


def test_a_wrong_passphrase_is_told_beside_the_field(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput
) -> None:
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    unlock = shown.room.unlock
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is unlock)
    assert not unlock.unlock.isEnabled()

    qtbot.keyClicks(unlock.passphrase, "wrong words")
    qtbot.keyClick(unlock.passphrase, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: not unlock.complaint.isHidden())
    assert "does not open" in unlock.complaint.text()
    assert unlock.passphrase.isEnabled()
    unlock.passphrase.setText(WORDS)
    qtbot.mouseClick(unlock.unlock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.parts.vault.is_open)
    assert unlock.passphrase.text() == ""
    shown.close()


def test_a_passphrase_is_kept_in_the_keyring_and_taken_out(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput, ring: Ring
) -> None:
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)
    shown.room.unlock.keep.setChecked(True)
    shown.room.unlock.passphrase.setText(WORDS)
    shown.room.unlock.unlock.click()
    qtbot.waitUntil(lambda: shown.parts.vault.is_open)
    assert list(ring.kept.values()) == [WORDS]

    shown.room.tabs.setCurrentIndex(2)
    upkeep = shown.room.upkeep
    qtbot.waitUntil(lambda: not upkeep.forget_key.isHidden())
    upkeep.forget_key.click()

    qtbot.waitUntil(upkeep.forget_key.isHidden)
    assert ring.kept == {}
    shown.close()


def test_without_a_keyring_the_registry_opens_all_the_same(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput, ring: Ring
) -> None:
    keyring.set_keyring(fail.Keyring())
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    noticed: list[str] = []
    shown.parts.entrance.noticed.connect(noticed.append)
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)

    shown.parts.entrance.unlock(WORDS, keep=True)

    qtbot.waitUntil(lambda: shown.parts.vault.is_open)
    qtbot.waitUntil(lambda: any("no keyring" in words for words in noticed))
    shown.close()


def test_another_registry_is_opened_in_place_of_the_one_that_is_open(
    qtbot: QtBot,
    stand_in: StandIn,
    opening: Opening,
    card: PackCard,
    output: StandInOutput,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = tmp_path / "other.countenance"
    make_agency(opening.registry)
    make_agency(other)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, shown)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_any: (str(other), ""))

    shown.room.open_other()

    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)
    qtbot.waitUntil(lambda: shown.room.unlock._where.accessibleName().endswith("other.countenance"))
    shown.parts.entrance.unlock(WORDS)
    qtbot.waitUntil(lambda: shown.parts.vault.is_open)
    assert shown.parts.preferences.settings.registry == str(other)
    shown.parts.entrance.turn_to(other)  # it is the open one already
    assert shown.parts.vault.is_open
    shown.close()


def test_making_a_registry_can_be_left_again(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput
) -> None:
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, shown)

    shown.room.upkeep.founding_asked.emit()
    assert shown.room._stack.currentWidget() is shown.room.make
    shown.room.make.left.emit()

    assert shown.room._stack.currentWidget() is shown.room.opened
    shown.close()


def test_no_other_registry_while_a_clip_is_checked(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    shown.parts.desk.queue.add([Path("/clips/a.mp4")])

    shown.parts.entrance.turn_to(tmp_path / "other.countenance")

    assert "A clip is being checked" in shown.failed[0]


def test_a_passphrase_can_be_looked_at_while_it_is_typed(qtbot: QtBot) -> None:
    field = PassphraseField("Passphrase")
    qtbot.addWidget(field)
    field.setText("words")

    field.showing.trigger()
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    field.forget()

    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert field.text() == ""


def test_the_environment_names_who_is_at_work_as_for_the_terminal(
    opening: Opening, card: PackCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    founding = Founding(path=opening.registry, passphrase=Passphrase(GOOD), owner="Us", tz="UTC")
    monkeypatch.setenv("COUNTENANCE_OPERATOR", "  Eve   Example ")

    made = found(founding, opening.places, card, NOON, print)

    with made.registry as opened:
        assert opened.upkeep.entries(JournalChoice())[0].operator == "Eve Example"


@pytest.mark.parametrize("unset", ["", " \t", "a\x1bb"])
def test_without_a_name_that_can_be_printed_it_is_the_account(monkeypatch: pytest.MonkeyPatch, unset: str) -> None:
    monkeypatch.setenv("COUNTENANCE_OPERATOR", unset)
    monkeypatch.setattr("gui.operators.getpass.getuser", lambda: "ada")

    assert operator() == "ada"


def test_an_account_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.delenv("COUNTENANCE_OPERATOR", raising=False)
    monkeypatch.setattr("gui.operators.getpass.getuser", nobody)

    assert operator().isdigit() or operator() == "?"
