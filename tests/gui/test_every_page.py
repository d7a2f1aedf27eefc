"""What holds for every page: nothing cut off, nothing without a name, no key with two meanings, no trap for the Tab."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from countenance.people import Person
from countenance.providers import Provider
from countenance.translations import settle_language
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.first_run import Step
from gui.presenters.looks import Icon
from gui.presenters.packs import ModelsLook, models_look, terms_of
from gui.presenters.settings import Section
from gui.switching import Switch
from gui.views.first_run_steps import FirstRun
from gui.views.menus import shortcuts_of
from gui.views.models_licence import LicenceDialog
from gui.views.models_measure import MeasureDialog
from gui.views.models_room import ModelsRoom
from gui.views.models_switch import SwitchDialog
from gui.views.models_told import ToldDialog
from gui.views.pieces import Text
from gui.views.settings_pages import LicencesDialog
from gui.views.settings_room import SettingsRoom
from gui.views.shortcuts_sheet import ShortcutsSheet
from gui.views.theme import LIGHT, wear
from gui.views.unlock_dialog import UnlockDialog
from models import load_manifest
from scan.known import Known
from tests.gui.looking import cut_off, live_keys, shared_keys, squeezed, takes_focus, unnamed
from tests.reports.material import CARD, campaign

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SMALLEST = (920, 600)
LARGE = 1.5
REMEMBERED = (
    *("window/geometry", "window/room", "window/split", "window/order", "use", "presets", "recent"),
    *("registry/rows", "registry/order", "settings/section", "first_run/done"),
    *("watching/volume", "watching/muted", "watching/boxes"),
)


@pytest.fixture(params=["en", "zh-CN"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    settle_language(request.param)
    yield request.param
    settle_language("en")


@pytest.fixture(params=[1.0, LARGE], ids=["usual", "large"])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    font = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(10.5 * request.param)
    qapp.setFont(larger)
    wear(qapp, LIGHT)
    yield request.param
    qapp.setFont(font)
    wear(qapp, LIGHT)


def settle() -> None:
    for _round in range(6):  # layouts ask for layouts
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def show_clip(put: Put) -> None:
    put.desk.begin(CARD, Known())
    (entry,), _there = put.desk.queue.add([Path("/clips/a.mp4")])
    put.desk.added.emit([entry])
    put.desk.changed.emit(put.desk.queue.finish(entry.key, campaign()))
    put.window.check.show_clip(entry.key)


def pages(put: Put) -> Iterator[tuple[str, QWidget]]:
    """Show one page after the other and return each with its name."""
    window = put.window
    window.resize(*SMALLEST)
    yield "welcome", window
    show_clip(put)
    yield "clip", window
    window.show_room(1)
    yield "registry", window
    room = window.show_room_of(SettingsRoom)
    assert isinstance(room, SettingsRoom)
    for section in Section:
        room.show_section(section)
        yield section, window
    yield from models_pages(put)
    window.show_first_run()
    steps = window.findChild(FirstRun)
    assert steps is not None
    for step in Step:
        yield f"step {step.name}", window
        if step is not Step.TRY:
            steps.go_on()
    steps.end(0)
    for dialog in (
        ShortcutsSheet(shortcuts_of(window.menuBar()), window),
        LicencesDialog(window),
        UnlockDialog("Studio North.countenance", window),
    ):
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        yield type(dialog).__name__, dialog
        dialog.close()


def models_pages(put: Put) -> Iterator[tuple[str, QWidget]]:
    """Show the models' room with all that it may have to say, a pack of the longest name among it, and its dialogs."""
    window, longest = put.window, "insightface-" + "w" * 88
    room = window.show_room_of(ModelsRoom)
    assert isinstance(room, ModelsRoom)
    while room.look is None:  # what was asked for comes first
        QApplication.processEvents()
    look = models_look(put.entrance.opening.places.models, "starter")
    first, *rest = look.packs
    brought = replace(first, name=longest, in_use=True, whole=True, removable=True, accepted=f"Accepted by {longest}.")
    room.show_look(ModelsLook(in_use=replace(look.in_use, providers=tuple(Provider)), packs=(brought, *rest)))
    for card in room.cards:
        card.details.setChecked(True)
    room.left.tell(12)
    room.work.begin(f"Reading the files of “{longest}”…")
    yield "models", window
    room.work.end("")
    yield "models again", window
    research = load_manifest("scrfd-10g"), load_manifest("arcface-w600k-r50")
    lost = tuple(Person(id=f"P{at}", display_name=f"Somebody {at}") for at in range(30))
    switch = Switch(name=longest, card=CARD, planned=None, lost=lost)
    for dialog in (
        LicenceDialog(window.parts, longest, terms_of(research), room, asks=True),
        SwitchDialog(window.parts, switch, room),
        MeasureDialog(window.parts, replace(look.in_use, own_faces=True, own_voices=True), room),
        ToldDialog(window.parts, longest, (longest, "A sentence."), room, icon=Icon.ERASE, deed="Remove"),
    ):
        dialog.open()
        yield type(dialog).__name__, dialog
        dialog.reject()


@pytest.mark.usefixtures("language", "letters")
def test_nothing_is_cut_off_or_out_of_reach_in_the_smallest_window(qtbot: QtBot, put: Put) -> None:
    put.window.build_again()
    found = []

    for name, page in pages(put):
        settle()
        with contextlib.suppress(TimeoutError):  # cards come one by one
            qtbot.waitUntil(lambda page=page: not cut_off(page) and not squeezed(page))
        found += [f"{name}: {fault}" for fault in (*cut_off(page), *squeezed(page))]

    assert not found, "\n".join(found)


def test_whatever_takes_the_focus_says_what_it_is_and_no_key_means_two_things(put: Put) -> None:
    found = []

    for name, page in pages(put):
        settle()
        found += [f"{name}: {fault}" for fault in (*unnamed(page), *shared_keys(page))]

    assert not found, "\n".join(found)


def test_every_key_is_on_the_sheet(put: Put) -> None:
    """Keys of the menus are there by themselves; those of shortcuts are told by the rooms."""
    show_clip(put)
    settle()
    window = put.window
    told = {QKeySequence(keys).toString() for _menu, rows in shortcuts_of(window.menuBar()) for keys, _what in rows}
    words = " ".join(keys for room in window.rooms for keys, _what in tuple(room.keys()))
    menus = " ".join(keys for _menu, rows in shortcuts_of(window.menuBar()) for keys, _what in rows)

    untold = {
        key
        for key in live_keys(window)
        if key not in told and key not in words and key not in menus and not key.startswith("Ctrl+Alt+")
    }

    assert not untold


def walk(qtbot: QtBot, window: QWidget, steps: int) -> list[QWidget]:
    walked = []
    for _step in range(steps):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        walked.append(now)
        if walked.count(now) > 1:
            break
    return walked


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_tab_comes_to_everything_in_a_room_and_back(qtbot: QtBot, put: Put, place: int) -> None:
    show_clip(put)
    put.window.show_room(place)
    put.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is put.window)
    settle()
    wanted = {
        one
        for one in put.window.rooms[place].findChildren(QWidget)
        if one.isVisible() and one.isEnabled() and takes_focus(one) and one.focusProxy() is None
    }

    walked = walk(qtbot, put.window, 150)

    assert walked[-1] in walked[:-1]  # round, and never caught
    missed = wanted - set(walked)
    assert not [f"{type(one).__name__} {one.accessibleName()}" for one in missed if not _is_of_a_group(one)]


def _is_of_a_group(widget: QWidget) -> bool:
    # Of buttons of which one is chosen, the Tab comes to one and the arrows to the others.
    return bool(getattr(widget, "autoExclusive", bool)()) or bool(getattr(widget, "group", lambda: None)())


def test_the_looks_find_what_is_planted(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    narrow = QPushButton("A button that says much more than there is room for")
    narrow.setFixedWidth(60)
    low = Text("Words that wrap into more lines than there is room for, " * 3)
    low.setFixedSize(120, 16)
    for one in (narrow, low, QLineEdit()):
        row.addWidget(one)
    away = QPushButton("Away", page)
    for _twice in range(2):
        QShortcut(QKeySequence("Ctrl+J"), page)
    page.resize(400, 100)
    page.show()
    away.move(390, 10)
    settle()

    assert [fault.partition(" ")[0] for fault in cut_off(page)] == ["QPushButton", "Text"]
    assert [fault.partition(" ")[0] for fault in squeezed(page)] == ["QPushButton"]
    assert unnamed(page) == ["QLineEdit in nothing"]
    assert shared_keys(page) == ["Ctrl+J"]


def test_what_the_window_remembered_may_be_anything(qtbot: QtBot, opening: Opening, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    for written in (b"\x00\xff", -7, 1 << 40, ["a"], "[{}]", "null", '{"a": 1}'):
        for key in REMEMBERED:
            memory.setValue(key, written)

        put = assemble(opening, Desk(opening.places.models), memory)
        qtbot.addWidget(put.window)
        put.window.show()
        for place in range(len(put.window.rooms)):
            put.window.show_room(place)
        settle()

        assert put.window.notices.words == ""
        put.window.close()


def test_a_window_of_a_screen_that_is_gone_comes_onto_one_that_is_there(
    qtbot: QtBot, opening: Opening, tmp_path: Path
) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(first.window)
    first.window.show()
    first.window.move(20_000, 9_000)
    first.window.close()

    second = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(second.window)
    second.window.show()

    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    assert any(screen.intersects(second.window.frameGeometry()) for screen in screens)
    second.window.close()
