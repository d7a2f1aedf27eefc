"""Importing in the window: what it would do row by row, the import itself, stopping and going on, and papers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.translations import settle_language
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.preparing import Opening
from gui.presenters.importing import (
    ImportRow,
    Source,
    allowed_to_take,
    papers_words,
    plan_words,
    report_rows,
    report_words,
    source_of,
)
from gui.presenters.looks import Icon, Tone
from gui.views.import_dialog import ImportDialog
from gui.views.import_table import NAME, STATE, WHY, ImportTable
from scan.enrol import Refusal
from scan.exchange.files import export_to
from scan.exchange.taking import Outcome, Plan, RecordKind, Step
from scan.importing.entries import ImportPlan, KeptOut, KeptOutBecause, LeftOut
from scan.importing.report import Imported, ImportReport, RefusedSample
from tests.gui.conftest import StandIn
from tests.gui.driving import words_of
from tests.gui.papers_bench import OpenRegistry, one_face

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SIGNED = date(2026, 5, 1)


def test_what_is_imported_is_told_by_what_it_is(tmp_path: Path) -> None:
    roster, grants, export = tmp_path / "people.csv", tmp_path / "grants.csv", tmp_path / "all.json"
    roster.write_text("name;birth\nAda;2000-01-01\n", "utf-8")
    grants.write_text("\ufeffname,purposes,channels\nAda,any,any\n", "utf-8")
    export.write_text("{}", "utf-8")

    assert source_of(tmp_path) is Source.FOLDER
    assert source_of(roster) is Source.ROSTER
    assert source_of(grants) is Source.PAPERS
    assert source_of(export) is Source.PAPERS
    assert source_of(tmp_path / "gone.csv") is Source.ROSTER


def test_a_report_is_told_in_words_and_rows() -> None:
    kept_out = KeptOut(name="Ben", because=KeptOutBecause.LOOK_ALIKE, why="Looks like Ada.", row=3, others=("Ada",))
    report = ImportReport(
        batch="b",
        dry_run=False,
        finished=False,
        people=5,
        imported=(Imported(name="Ada", person="P0001", row=2, face_samples=2, voice_samples=1),),
        already=1,
        changed=("Cem",),
        kept_out=(kept_out,),
        refused=(RefusedSample(name="Ada", file="a.jpg", refusal=Refusal.NO_FACE, why="no face is seen", row=2),),
        noted=(replace(kept_out, name="Bea"),),
        left_out={LeftOut.LINK: 2},
    )

    words = report_words(report)
    for part in (
        "Imported 1 person, with 3 samples.",
        "1 person was imported before.",
        "1 person was kept out.",
        "1 sample was refused.",
        "1 person has changed since an earlier import",
        "It was stopped",
        "Left out: 2 links.",
    ):
        assert part in words
    assert "would be imported" in report_words(replace(report, dry_run=True))
    assert [(row.name, row.state, row.why) for row in report_rows(report)] == [
        ("Ben", "Kept out", "Looks like Ada."),
        ("Bea", "Look twice", "Looks like Ada."),
        ("Ada", "Not taken", "No face is seen."),
        ("Ada", "Imported", ""),
    ]
    plan = ImportPlan(batch="b", entries=(), kept_out=(kept_out,), unknown_columns=("Shoe size",))
    assert plan_words(plan) == (
        "0 people can be imported. 1 person cannot be. The column “Shoe size” means nothing here and was not read."
    )


def test_papers_can_be_taken_in_only_if_something_would_change() -> None:
    same = Step(kind=RecordKind.GRANT, theirs="G1", ours="G1", outcome=Outcome.UNCHANGED)
    new = replace(same, theirs="G2", outcome=Outcome.NEW, take=lambda _ours: "G2")
    refused = replace(same, theirs="G3", outcome=Outcome.REFUSED, why="No.")

    def plan(*steps: Step) -> Plan:
        return Plan(source="", sha256="", steps=steps, ours={})

    assert "nothing to take in" in allowed_to_take(plan(same), rest=False)
    assert allowed_to_take(plan(same, new), rest=False) == ""
    assert "Records are refused" in allowed_to_take(plan(new, refused), rest=False)
    assert allowed_to_take(plan(new, refused), rest=True) == ""
    assert papers_words(plan(new, refused)) == "1 record is new and 1 is refused."
    assert papers_words(plan()) == "The file holds no records."


def test_ten_thousand_rows_are_shown_filtered_and_left_out_one_by_one(qtbot: QtBot) -> None:
    table = ImportTable()
    qtbot.addWidget(table)
    rows = [
        ImportRow(
            key=str(number) if number % 10 else "",
            name=f"Person {number}",
            place="",
            extent="1 file",
            state="Ready" if number % 10 else "Kept out",
            icon=Icon.PERMITTED,
            tone=Tone.PERMITTED if number % 10 else Tone.BLOCKED,
            why="" if number % 10 else "Because.",
        )
        for number in range(10_000)
    ]
    counted: list[int] = []
    table.rows.chosen.connect(counted.append)
    table.rows.show_rows(rows)
    assert counted[-1] == 9000
    assert table.isColumnHidden(1)

    table.shown.show_only_problems(True)
    assert table.shown.rowCount(QModelIndex()) == 1000
    table.shown.show_only_problems(False)
    place = table.shown.index(1, NAME)
    assert table.shown.setData(place, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert counted[-1] == 8999
    assert "1" not in table.rows.taken()
    assert not table.shown.setData(
        table.shown.index(0, NAME), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole
    )
    assert table.shown.index(0, WHY).data() == "Because."
    assert table.shown.index(0, STATE).data(Qt.ItemDataRole.DecorationRole) is not None
    table.resize(700, 300)
    table.grab()


@pytest.fixture
def opened(
    put: Put, opening: Opening, card: PackCard, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenRegistry]:
    settle_language("en")
    monkeypatch.setattr(stand_in, "examine", one_face)
    opened = OpenRegistry(put, opening, card)
    yield opened
    put.window.close()
    opened.file.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    for name, file in (("Ada Example", "a.jpg"), ("Ben Example", "b.jpg"), ("Cem Example", "crowd.mp4")):
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_bytes(b"not looked at by the stand-in")
    (folder / "notes.txt").write_text("x", "utf-8")
    return folder


Start = Callable[[Path | None], ImportDialog]


@pytest.fixture
def start(opened: OpenRegistry) -> Start:
    def begin(path: Path | None) -> ImportDialog:
        dialog = ImportDialog(opened.put.window.parts, path, opened.window)
        dialog.open()
        return dialog

    return begin


def press(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(dialog.go.isEnabled)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def test_a_folder_is_shown_row_by_row_before_anything_is_imported(
    qtbot: QtBot, opened: OpenRegistry, folder: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = start(folder)
    imported: list[bool] = []
    dialog.imported.connect(lambda: imported.append(True))
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._plan is not None)
    assert "0 people can be imported. 3 people cannot be." in dialog.page.words.text()
    assert not dialog.go.isEnabled()
    assert dialog.go.toolTip() == "Nobody is chosen."

    qtbot.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    dialog.terms.signed_on.choose(SIGNED)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._plan is not None)
    assert "3 people can be imported." in dialog.page.words.text()
    assert opened.file.people() == ()
    dialog.page.rows.choose(1, taken=False)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._report is not None)

    assert [person.display_name for person in opened.file.people()] == ["Ada Example"]
    assert opened.file.consents(opened.file.people()[0].id)[0].signed_on == SIGNED
    assert "Imported 1 person" in dialog.page.words.text()
    assert "1 person was kept out." in dialog.page.words.text()
    assert imported
    qtbot.waitUntil(lambda: "People were imported." in opened.put.window.notices.words)
    target = tmp_path / "what.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any, **_named: (str(target.with_suffix("")), ""))
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.exists)
    assert "Ada Example" in target.read_text("utf-8")
    dialog.page.table.selectRow(0)
    assert dialog.page.why.text().startswith("Cem Example: ")
    press(qtbot, dialog)


def test_everything_can_be_looked_at_before_anybody_is_kept(
    qtbot: QtBot, opened: OpenRegistry, folder: Path, start: Start
) -> None:
    dialog = start(folder)
    dialog.terms.signed_on.choose(SIGNED)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._plan is not None)

    qtbot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._report is not None)

    assert "2 people would be imported" in dialog.page.words.text()
    assert opened.file.people() == ()
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: len(opened.file.people()) == 2)
    qtbot.waitUntil(lambda: dialog._running is None)
    dialog.reject()


def test_an_import_is_stopped_and_goes_on_from_there(
    qtbot: QtBot, opened: OpenRegistry, folder: Path, start: Start, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, released = threading.Event(), threading.Event()

    def slow(request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> Observations:
        if request.path.endswith("b.jpg"):
            reached.set()
            released.wait(30)
        return one_face(request, on_progress, cancel)

    monkeypatch.setattr(stand_in, "examine", slow)
    dialog = start(folder)
    dialog.terms.signed_on.choose(SIGNED)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._plan is not None)
    press(qtbot, dialog)
    qtbot.waitUntil(reached.is_set)
    assert not dialog.go.isVisible()

    dialog.reject()
    assert dialog.isVisible()
    assert "Stopping" in dialog.progress.words.text()
    released.set()
    qtbot.waitUntil(lambda: dialog._report is not None)

    assert dialog._report is not None
    assert not dialog._report.finished
    assert 0 < len(opened.file.people()) < 3
    assert "It was stopped" in dialog.page.words.text()
    assert dialog.go.text() == "Go on"
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: bool(dialog._report and dialog._report.finished))
    assert [person.display_name for person in opened.file.people()] == ["Ada Example", "Ben Example"]
    dialog.reject()


def test_a_roster_brings_people_without_samples_and_tells_bad_rows(
    qtbot: QtBot, opened: OpenRegistry, tmp_path: Path, start: Start
) -> None:
    roster = tmp_path / "people.csv"
    roster.write_text("name,birth,shoe size\nAda Example,2000-01-01,38\nBen Example,yesterday,44\n", "utf-8")
    dialog = start(roster)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._plan is not None)

    assert "The column “shoe size” means nothing here" in dialog.page.words.text()
    assert dialog.page.rows.row(0).place == "Row 3"
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: len(opened.file.people()) == 1)
    qtbot.waitUntil(lambda: dialog._running is None)
    dialog.reject()


def test_a_list_that_cannot_be_read_says_so_and_another_can_be_chosen(
    qtbot: QtBot, opened: OpenRegistry, tmp_path: Path, start: Start
) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_bytes(b"PK\x03\x04 a spreadsheet")
    dialog = start(None)
    assert dialog.go.toolTip() == "Choose a folder or a list first."
    dialog.terms.take(sheet)
    press(qtbot, dialog)

    qtbot.waitUntil(lambda: "is a spreadsheet, not a CSV file" in dialog.complaint.text())
    assert dialog.terms.isVisible()
    dialog.reject()


def test_papers_of_another_registry_are_shown_and_taken_in(
    qtbot: QtBot, opened: OpenRegistry, tmp_path: Path, start: Start
) -> None:
    lin = opened.lin()
    opened.grant(lin)
    table = tmp_path / "grants.csv"
    export_to(opened.file, table, NOW)
    table.write_text(table.read_text("utf-8-sig").replace("tiktok", "cinema"), "utf-8-sig")
    dialog = start(table)
    assert not dialog.terms.signed.isVisible()
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog._papers is not None)

    assert "1 is changed" in dialog.page.words.text()
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revision == 2)
    assert "cinema" in opened.file.grants(lin)[0].grant.channels
    same = start(table)
    press(qtbot, same)
    qtbot.waitUntil(lambda: same._papers is not None)
    assert "there is nothing to take in" in same.go.toolTip()
    assert words_of(same)
    same.reject()
