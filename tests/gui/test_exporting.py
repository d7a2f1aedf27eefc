"""What leaves the window about a clip: reports in four forms, kept checks and certificates."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from gui.presenters.answers import Around
from gui.presenters.exports import (
    Export,
    export_choices,
    file_filter,
    mail_address,
    mail_url,
    plain_stem,
    proposed_name,
    saved_as,
    why_not_kept,
    with_ending,
)
from gui.views.export_menu import FileGrip, KeepDialog, file_mime
from scan.saving import ReportFormat
from tests.gui.clip_bench import Bench, standing
from tests.gui.driving import words_of
from tests.reports.material import campaign

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    yield from standing(qtbot, qapp, tmp_path, with_registry=True)


@pytest.fixture
def alone(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    yield from standing(qtbot, qapp, tmp_path, with_registry=False)


def menu_of(bench: Bench) -> list[QAction]:
    return [one for one in bench.page.result_view.export.menu().actions() if isinstance(one.data(), Export)]


def action(bench: Bench, form: ReportFormat | None, *, redact: bool = False) -> QAction:
    return next(one for one in menu_of(bench) if (one.data().form, one.data().redact) == (form, redact))


def save_to(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(path), ""))


BEGINS = {
    ReportFormat.HTML: b"<!doctype html>",
    ReportFormat.PDF: b"%pdf-",
    ReportFormat.JSON: b"{",
    ReportFormat.CSV: b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("form", list(ReportFormat))
def test_a_report_is_saved_in_every_form_for_its_owner_alone(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: ReportFormat
) -> None:
    bench.check()
    to = tmp_path / f"report.{form.value}"
    save_to(monkeypatch, to)

    action(bench, form).trigger()

    line = bench.page.result_view.saved
    bench.wait(lambda: "Saved as" in words_of(line))
    content = to.read_bytes()
    assert content.lower().startswith(BEGINS[form])
    assert b"Ada Example" in content or form is ReportFormat.PDF
    if os.name != "nt":
        assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_without_names_no_name_leaves(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.check()
    save_to(monkeypatch, tmp_path / "plain")

    action(bench, ReportFormat.HTML, redact=True).trigger()

    bench.wait((tmp_path / "plain.html").exists)
    assert b"Ada Example" not in (tmp_path / "plain.html").read_bytes()


def test_what_was_saved_is_opened_shown_and_dragged(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.check()
    to = tmp_path / "report.html"
    save_to(monkeypatch, to)
    opened: list[str] = []
    monkeypatch.setattr("gui.views.export_menu.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    monkeypatch.setattr("gui.views.export_menu.QDrag.exec", lambda *_any: Qt.DropAction.CopyAction)

    action(bench, ReportFormat.HTML).trigger()
    line = bench.page.result_view.saved
    bench.wait(lambda: "Saved as" in words_of(line))
    line.open.click()
    line.show_folder.click()

    assert opened == [str(to), str(tmp_path)]
    assert [url.toLocalFile() for url in file_mime(to).urls()] == [str(to)]
    begun: list[bool] = []
    line.grip.dragged.connect(lambda: begun.append(True))
    qtbot.mousePress(line.grip, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    far = QPointF(80, 40)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    line.grip.mouseMoveEvent(QMouseEvent(QMouseEvent.Type.MouseMove, far, far, left, left, none))
    assert begun == [True]
    line.close_line.click()
    assert not line.isVisible()


def test_nothing_is_dragged_before_a_file_is_saved(qtbot: QtBot) -> None:
    grip = FileGrip()
    qtbot.addWidget(grip)
    far = QPointF(80, 40)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    begun: list[bool] = []
    grip.dragged.connect(lambda: begun.append(True))

    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    grip.mouseMoveEvent(QMouseEvent(QMouseEvent.Type.MouseMove, far, far, left, left, none))

    assert begun == []


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_shown_as_saved(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.check()
    save_to(monkeypatch, tmp_path / "no such folder" / "report.html")

    with qtbot.waitSignal(bench.desk.failed) as failed:
        action(bench, ReportFormat.HTML).trigger()

    bench.settle()
    assert "cannot be written" in str(failed.args[0])
    assert not bench.page.result_view.saved.isVisible()


def test_a_check_is_kept_after_saying_that_there_is_no_way_back(bench: Bench) -> None:
    entry = bench.check()
    bench.page.result_view.keep_asked.emit()
    dialog = bench.dialog(KeepDialog)
    assert "cannot be taken out again" in words_of(dialog)

    dialog.keep.click()

    assert bench.registry is not None
    bench.wait(lambda: len(bench.registry.checks.all()) == 1)
    bench.wait(lambda: not bench.page.result_view._keep.isEnabled())
    assert "already" in bench.page.result_view._keep.toolTip()
    (kept,) = bench.registry.checks.all()
    assert kept.record.clip.name == entry.path.name


def test_a_certificate_keeps_the_check_once_and_is_signed(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.check()
    for name in ("one.pdf", "two.pdf"):
        save_to(monkeypatch, tmp_path / name)
        action(bench, None).trigger()
        bench.wait((tmp_path / name).exists)

    assert bench.registry is not None
    assert len(bench.registry.checks.all()) == 1
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_registry_the_certificate_says_why_it_cannot_be_had(alone: Bench) -> None:
    alone.check()

    certificate = action(alone, None)

    assert not certificate.isEnabled()
    assert "there is none yet" in certificate.toolTip()
    assert not alone.page.result_view._keep.isEnabled()


def test_why_a_check_cannot_be_kept_depends_on_what_is_there() -> None:
    assert why_not_kept(Around(registry_open=True)) == ""
    assert "unlock" in why_not_kept(Around(registry_locked=True))
    assert "not compared" in why_not_kept(Around(by_folder=True))


def test_files_are_called_after_the_clip_whatever_it_is_called() -> None:
    choices = export_choices(Around(registry_open=True))

    assert proposed_name(campaign(), choices[0]) == "spring-campaign_v3.mp4.report.html"
    assert proposed_name(campaign(), choices[-1]) == "spring-campaign_v3.mp4.certificate.pdf"
    assert plain_stem('a<b>:"c"/d\udcff') == "a_b___c__d_"
    assert plain_stem("...") == "clip"
    assert all(choice.words and file_filter(choice).endswith(f"(*{choice.ending})") for choice in choices)


def test_a_file_gets_the_ending_of_what_is_in_it() -> None:
    html = Export(form=ReportFormat.HTML, redact=False, words="", tip="")

    assert with_ending(Path("/a/report"), html).name == "report.html"
    assert with_ending(Path("/a/report.HTML"), html).name == "report.HTML"
    assert with_ending(Path("/a/v1.2"), html).name == "v1.2.html"
    assert "“r.html” in “b”" in saved_as(Path("/a/b/r.html")).words


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("Agent Lee <lee@example.org>", "lee@example.org"),
        ("call +49 30 1234", ""),
        ("a@b.co, c@d.co", "a@b.co"),
        ("", ""),
    ],
)
def test_the_address_is_found_in_a_persons_contact(contact: str, address: str) -> None:
    assert mail_address(contact) == address


def test_a_mail_carries_lines_and_signs_as_they_are() -> None:
    url = mail_url("lee@example.org", "50 % & more", "Dear Lee,\n\n谢谢?")

    assert url.startswith("mailto:lee@example.org?subject=50%20%25%20%26%20more&body=Dear%20Lee%2C%0D%0A%0D%0A")
    assert "?" not in url.partition("?")[2]
