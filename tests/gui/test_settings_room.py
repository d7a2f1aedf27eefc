"""The settings: what a promise costs while it is dragged, what was changed and taken back, and the models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

import models
from countenance.packs import PackCard
from countenance.settings import Settings
from countenance.verdict import UnknownPolicy
from gui.desk import Desk
from gui.desktop import Menus
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.budget import REVIEW_STOPS, Sizes
from gui.presenters.settings import (
    Section,
    licence_rows,
    lock_choices,
    lock_words,
    place_rows,
    thread_choices,
)
from gui.views.settings_pages import LicencesDialog
from gui.views.settings_room import SettingsRoom
from scan.known import Known
from tests.gui.driving import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def measured() -> PackCard:
    """Return a pack with its shipped figures."""
    return models.load_pack("starter")


@pytest.fixture
def room(qtbot: QtBot, put: Put, measured: PackCard) -> SettingsRoom:
    put.desk.begin(measured, Known())
    shown = put.window.show_room_of(SettingsRoom)
    assert isinstance(shown, SettingsRoom)
    return shown


# What other sections say.


def test_times_threads_and_places_offer_what_is_settled_too(tmp_path: Path, opening: Opening) -> None:
    settings = Settings(lock_after_min=7, threads=5)

    assert (7, "After 7 minutes") in lock_choices(settings)
    assert lock_choices(settings)[-1] == (0, "Never")
    assert lock_words(120) == "After 2 hours"
    assert (5, "5 threads") in thread_choices(2, settings)
    rows = {row.words: row for row in place_rows(opening.places, opening.registry)}
    assert not rows["Registry in use"].there
    assert rows["Settings"].folder == opening.places.settings.parent


def test_the_libraries_name_their_licences() -> None:
    rows = dict(licence_rows())

    assert any(name.startswith("PySide6") and "LGPL" in licence for name, licence in rows.items())
    assert all(rows.values())


# The room.


def test_dragging_tells_the_cost_and_letting_go_settles_it(qtbot: QtBot, put: Put, room: SettingsRoom) -> None:
    budget = room.checking.budget
    before = budget.costs.text()

    budget.review.setSliderDown(True)
    budget.review.setValue(0)

    assert budget.costs.text() != before
    assert put.preferences.settings.review_rate == 0.05
    budget.review.setSliderDown(False)
    assert put.preferences.settings.review_rate == 0.005
    assert put.preferences.settings.block_rate == 0.0005
    assert put.desk.setup is not None
    assert put.desk.setup.promise.review_fpir == 0.005


def test_rates_can_be_chosen_by_keys_and_taken_back(qtbot: QtBot, put: Put, room: SettingsRoom) -> None:
    room.show_section(Section.CHECKING)
    qtbot.keyClick(room.checking.budget.review, Qt.Key.Key_Right)
    assert put.preferences.settings.review_rate == 0.08

    put.vault.history.undo()

    assert put.preferences.settings.review_rate == 0.05
    assert room.checking.budget.review.rate == 0.05


def test_blocks_are_set_apart_and_follow_again(put: Put, room: SettingsRoom) -> None:
    budget = room.checking.budget
    budget.apart.setChecked(True)
    budget.block.setValue(len(REVIEW_STOPS) - 1)
    assert put.preferences.settings.block_rate == 0.05

    budget.apart.setChecked(False)
    assert put.preferences.settings.block_rate == 0.005

    budget.review.setValue(0)
    budget.usual.click()
    assert put.preferences.settings == Settings()


def test_the_size_of_the_open_registry_counts(qtbot: QtBot, put: Put, measured: PackCard, room: SettingsRoom) -> None:
    from tests.reports.material import campaign

    known = replace(Known(), facts=campaign().registry, templates={})

    put.desk.begin(measured, known)

    # Nobody of it has a template for these models: an example is told of.
    qtbot.waitUntil(lambda: room.checking.budget._sizes == Sizes(faces=0, voices=0))
    assert "With a registry of 50 people" in room.checking.budget.costs.text()


def test_unknown_people_and_locking_are_settled_and_taken_back(put: Put, room: SettingsRoom) -> None:
    room.checking.unknown.activated.emit(1)
    assert put.preferences.settings.unknown is UnknownPolicy.NOTE
    assert "Unknown people" in put.window.notices.words

    never = room.safety.lock_after.count() - 1
    room.safety.lock_after.activated.emit(never)
    assert put.preferences.settings.lock_after_min == 0

    put.vault.history.undo()
    put.vault.history.undo()
    assert put.preferences.settings == Settings()
    assert room.safety.lock_after.currentText() == "After 15 minutes"


def test_threads_count_from_the_next_clip_on(put: Put, room: SettingsRoom) -> None:
    room.checking.threads.activated.emit(0)

    assert put.desk.setup is not None
    assert put.desk.setup.settings.threads == 1


def test_paths_can_be_copied_and_shown(
    qtbot: QtBot, put: Put, room: SettingsRoom, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    opening.places.models.mkdir(parents=True)
    room.show_section(Section.PLACES)
    room.places.show_places()

    def offered() -> list[QPushButton]:
        every = [one for one in room.places.findChildren(QPushButton) if "Show in folder" in one.text()]
        return [one for one in every if one.isEnabled() and one.isVisible()]

    qtbot.waitUntil(lambda: bool(offered()))
    offered()[0].click()

    copy = next(one for one in room.places.findChildren(QToolButton) if one.accessibleName() == "Copy the path")
    copy.click()

    assert len(opened) == 1
    assert Path(QGuiApplication.clipboard().text()).is_relative_to(opening.places.settings.parent)


def test_the_file_manager_offers_the_window_and_no_more(
    qtbot: QtBot, put: Put, room: SettingsRoom, tmp_path: Path
) -> None:
    places = room.places
    places.menus = Menus(data=tmp_path / "share", command=("/usr/bin/countenance-window",), system="linux")

    places.button.click()
    qtbot.waitUntil(lambda: places.state.text() == "It is offered.")
    assert places.menus.entry.is_file()

    places.button.click()
    qtbot.waitUntil(lambda: places.state.text() == "It is not offered.")
    assert not places.menus.entry.exists()


def test_recent_clips_are_forgotten(put: Put, room: SettingsRoom, tmp_path: Path) -> None:
    put.window.check.recent.note([tmp_path / "a.mp4"])

    room.safety.forget.click()

    assert put.window.check.recent.all == ()
    assert "forgotten" in put.window.notices.words


def test_licences_and_shortcuts_are_shown(qtbot: QtBot, put: Put, room: SettingsRoom) -> None:
    room.show_section(Section.ABOUT)
    next(one for one in room.about.findChildren(QPushButton) if "Licences" in one.text()).click()
    dialog = room.findChild(LicencesDialog)
    assert dialog is not None
    assert "PySide6" in words_of(dialog)
    dialog.accept()

    next(one for one in room.about.findChildren(QPushButton) if "shortcuts" in one.text()).click()
    sheet = next(one for one in put.window.findChildren(QDialog) if one.windowTitle() == "Keyboard shortcuts")
    assert "Ctrl+L" in words_of(sheet)
    assert "Ctrl+O" in words_of(sheet)
    sheet.accept()


def test_the_section_is_remembered_from_one_window_to_the_next(qtbot: QtBot, opening: Opening, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opening.places.models.mkdir(parents=True)
    (opening.places.models / "something").mkdir()
    for section in (Section.LOOKS, Section.PLACES):
        put = assemble(opening, Desk(opening.places.models), memory)
        qtbot.addWidget(put.window)
        room = put.window.show_room_of(SettingsRoom)
        assert isinstance(room, SettingsRoom)
        assert room.section is section
        room.show_section(Section.PLACES)
        put.window.close()
