"""The scenes closer by: answers, another use, a letter, what is printed, and all keys."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from PySide6.QtGui import QAction, QImage

from countenance.translations import _
from gui.answering import Answering
from gui.exporting import Exporting
from gui.presenters.exports import Export
from gui.screenshot_stage import Setting, linger, opened, press, wait
from gui.views.answer_asking import AskingDialog
from gui.views.answer_whatif import WhatIfDialog
from gui.views.export_menu import KeepDialog
from gui.views.shortcuts_sheet import ShortcutsSheet
from scan.saving import ReportFormat

SHEET_WIDTH_PX = 900


def show_answers(setting: Setting) -> None:
    """Take the finding of somebody unknown, with what can be answered."""
    if not setting.shots.wants("answers"):
        return
    page = setting.put.window.check.clip_page
    wait(lambda: page.cards)
    page.show_finding(0)
    linger(0.6)
    page.ensureWidgetVisible(page.cards[0], 0, 0)
    setting.shots.take("answers", setting.put.window)


def play_proving(setting: Setting) -> None:
    """Take the question whether to keep a check, and what is printed of it: the report and the certificate."""
    if not setting.shots.wants("keep", "report-page", "certificate"):
        return
    window, desk = setting.put.window, setting.put.desk
    window.check.clip_page.result_view.keep_asked.emit()
    dialog = opened(window, KeepDialog)
    setting.shots.take("keep", dialog)
    dialog.reject()
    exporting = Exporting(desk, setting.put.vault, Answering(desk, setting.put.vault))
    for name, form in (("report-page", ReportFormat.PDF), ("certificate", None)):
        path = setting.folder / f"{name}.pdf"
        exporting.export(desk.queue.entries()[0], Export(form=form, redact=False, words="", tip=""), path)
        wait(path.exists)
        page = _first_page(path)
        if page is not None:
            setting.shots.keep(name, page)
        path.unlink()


def play_what_if(setting: Setting) -> None:
    """Take the dialog that judges a clip for another use."""
    if not setting.shots.wants("what-if"):
        return
    window = setting.put.window
    window.check.clip_page.result_view.what_if.click()
    dialog = opened(window, WhatIfDialog)
    purpose = dialog.fields.purpose
    purpose.setCurrentIndex(purpose.findData("education"))
    linger(0.8)
    setting.shots.take("what-if", dialog)
    dialog.reject()


def play_asking(setting: Setting) -> None:
    """Take the letter that asks for consent."""
    if not setting.shots.wants("letter"):
        return
    window = setting.put.window
    banner = window.check.clip_page.result_view.banner_view
    assert banner is not None  # the clip is checked
    press(banner, _("Ask for consent…"))
    dialog = opened(window, AskingDialog)
    setting.shots.take("letter", dialog)
    dialog.reject()


def show_keys(setting: Setting) -> None:
    """Take the sheet of all keys."""
    if not setting.shots.wants("keys"):
        return
    window = setting.put.window
    next(one for one in window.findChildren(QAction) if one.text() == _("Keyboard shortcuts")).trigger()
    sheet = opened(window, ShortcutsSheet)
    setting.shots.take("keys", sheet)
    sheet.reject()


def _first_page(path: Path) -> QImage | None:
    """Return a document's first page, or None where the program that draws it (of Poppler) is not at hand."""
    program = shutil.which("pdftoppm")
    if program is None:
        return None
    drawn = path.with_suffix("")
    words = ["-png", "-singlefile", "-scale-to-x", str(SHEET_WIDTH_PX), "-scale-to-y", "-1", str(path), str(drawn)]
    subprocess.run([program, *words], check=True)
    picture = drawn.with_suffix(".png")
    page = QImage(str(picture))
    picture.unlink()
    return page
