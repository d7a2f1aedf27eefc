"""Little room and long names: everything stays within the window and can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QBoxLayout, QPushButton
from pytestqt.qtbot import QtBot

from countenance.verdict import CheckResult
from gui.main import Put
from gui.views.pieces import BREAK_HERE, Text
from scan.known import Known
from tests.reports.material import CARD, campaign, crowd

ENDLESS = "Supercalifragilisticexpialidocious" * 3
NAMES = (ENDLESS, "Dr. Maximiliana Konstantinopoulou-Featherstonehaugh", "林晓" * 40)


def show(put: Put, result: CheckResult, name: str = "a.mp4") -> None:
    put.desk.begin(CARD, Known())
    (entry,), _there = put.desk.queue.add([Path("/clips") / name])
    put.desk.added.emit([entry])
    put.desk.changed.emit(put.desk.queue.finish(entry.key, result))
    put.window.check.show_clip(entry.key)
    for _round in range(4):  # layouts ask for layouts
        QApplication.sendPostedEvents()
        QApplication.processEvents()


@pytest.mark.parametrize("width", [820, 1000, 1280])
@pytest.mark.parametrize("result", [campaign(), campaign(NAMES), crowd(20)], ids=["usual", "endless", "crowd"])
def test_no_name_pushes_a_page_out_of_view(put: Put, width: int, result: CheckResult) -> None:
    put.window.resize(width, 640)

    show(put, result, f"{ENDLESS}.mp4")

    page = put.window.check.clip_page
    assert page.widget().width() <= page.viewport().width()
    save = next(one for one in page.findChildren(QPushButton) if one.objectName() == "menu")
    assert save.mapTo(page, save.rect().bottomRight()).x() <= page.viewport().width()


def test_pictures_stand_above_the_words_where_a_page_is_narrow(put: Put) -> None:
    put.window.resize(820, 640)

    show(put, campaign())

    card = put.window.check.clip_page.cards[0]
    assert card.row.direction() is QBoxLayout.Direction.TopToBottom

    put.window.resize(1280, 640)
    QApplication.processEvents()

    assert card.row.direction() is QBoxLayout.Direction.LeftToRight


def test_a_word_broken_between_lines_is_copied_whole(qtbot: QtBot) -> None:
    text = Text(f"The file “{ENDLESS}” is damaged.")
    qtbot.addWidget(text)
    assert BREAK_HERE in text.text()
    text.setSelection(0, len(text.text()))

    qtbot.keySequence(text, "Ctrl+C")

    assert QGuiApplication.clipboard().text() == f"The file “{ENDLESS}” is damaged."
    assert text.accessibleName() == f"The file “{ENDLESS}” is damaged."


def test_chinese_and_usual_words_are_left_as_they_are(qtbot: QtBot) -> None:
    words = "陌生人的素材以这样的相似度被误认作本登记库中某人的比例低于一万分之一，这已是极限。 Konstantinopoulou"
    text = Text(words)
    qtbot.addWidget(text)

    assert text.text() == words
