"""The guards that every test of the window lives under do see what they look for; and the window speaks Chinese."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from countenance.translations import settle_language
from gui.main import Put
from gui.presenters.queues import Stage
from gui.views.notices import NoticeStrip
from scan.known import Known
from tests.gui.driving import MakeClips, drop, stages
from tests.gui.leftovers import Leftovers
from tests.gui.speaking import assert_all_translated, foreign_words
from tests.reports.material import CARD


def test_a_timer_that_runs_on_is_told_and_one_that_was_stopped_is_not(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        leftovers = Leftovers(patched)
        timer, other = QTimer(qapp), QTimer(qapp)
        timer.start(700)
        other.start(800)
        other.stop()

        assert leftovers.names() == ["a timer of QApplication that runs every 700 ms"]

        timer.stop()
        assert leftovers.names() == []


def test_a_widget_that_belongs_to_nobody_is_told(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        leftovers = Leftovers(patched)
        strip = NoticeStrip()

        (left,) = leftovers.names()

        assert left.startswith("NoticeStrip")
        strip.deleteLater()
        assert leftovers.names() == []


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("保存为 PDF", []),
        ("Save as PDF", ["Save", "as"]),
        ("打开（Ctrl+O）", []),
        ("收件人：Ada Marlowe", []),
        ("法国、US-NY、zh-CN", []),
        ("第 1 页 Page", ["Page"]),
        ("Übersicht", ["Übersicht"]),
    ],
)
def test_words_of_another_language_are_found(text: str, foreign: list[str]) -> None:
    assert foreign_words(text, {"Ada Marlowe"}) == foreign


def test_every_text_of_a_widget_is_read(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label, button, field = QLabel("一"), QPushButton("二"), QLineEdit()
    for widget in (label, button, field):
        column.addWidget(widget)
    assert_all_translated(window)

    button.setToolTip("Press me")
    field.setPlaceholderText("Search")
    label.setAccessibleName("One")

    with pytest.raises(AssertionError) as told:
        assert_all_translated(window)
    for words in ("QPushButton tip: 'Press me'", "QLineEdit placeholder: 'Search'", "QLabel accessible name: 'One'"):
        assert words in str(told.value)


VERSIONS = ("2023mar",)
OF_QT = ("Scroll Left", "Scroll Right", "Etc/Unknown", "posixrules")
"""Said by Qt, whose own translator the program puts in force and the tests do not."""


@pytest.mark.usefixtures("stand_in")
def test_every_room_speaks_chinese(qtbot: QtBot, put: Put, make_clips: MakeClips, own_home: Path) -> None:
    settle_language("zh-CN")
    put.window.build_again()
    put.desk.begin(CARD, Known())
    paths = make_clips("interview.mp4", "podcast.mp3")
    drop(put.window, paths)
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE] * 2, timeout=10_000)

    for place in range(len(put.window.rooms)):
        put.window.show_room(place)
        QApplication.processEvents()

    places = put.entrance.opening.places
    homes = [str(path) for path in (places.models, places.registries, places.registry, places.settings)]
    shown = [*(path.name for path in paths), *(path.stem for path in paths), str(paths[0].parent), *homes]
    zones = [zone for zone in available_timezones() if "/" in zone or len(zone) > 3]
    said_by_the_stand_in = "There is no preview of “interview.mp4”."
    assert_all_translated(put.window, [*shown, *zones, *OF_QT, *VERSIONS, said_by_the_stand_in])
