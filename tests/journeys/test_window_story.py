"""One person's first day with the window: from the first start to a report that says why a clip must not go out."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from countenance.places import Places
from countenance.verdict import Verdict
from gui.garbage import GarbageOnThisThread
from gui.main import Put, put_together
from gui.preparing import Opening, Prepared, prepare_models
from gui.presenters.queues import Stage
from gui.singletons import keep_singletons
from gui.views.theme import LIGHT, wear
from scan.demo import make_material
from tests.gui.conftest import StandInOutput
from tests.journeys.hands import Hands

PASSPHRASE = "correct horse battery staple"
NAME = "Eileen Example"

pytestmark = [
    pytest.mark.models,
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService", "This plugin does not support"),
]


@pytest.fixture
def first_start(
    qtbot: QtBot, qapp: object, own_home: Path, starter_store: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Put]:
    """Return the window as it is on its first start; models come from the installed store, not over the network."""

    def bring(opening: Opening, on_progress: object, cancel: object) -> Prepared:
        shutil.copytree(starter_store, opening.places.models, dirs_exist_ok=True)
        return prepare_models(opening)

    monkeypatch.setattr("gui.entrance.install_models", bring)
    keep_singletons()
    garbage = GarbageOnThisThread()
    wear(qapp, LIGHT)  # type: ignore[arg-type]  # the one application
    places = Places(
        models=own_home / "models", registry=own_home / "registry.countenance", settings=own_home / "settings.toml"
    )
    memory = QSettings(str(own_home / "window.ini"), QSettings.Format.IniFormat)
    put = put_together(places, settings=memory, output=StandInOutput())
    qtbot.addWidget(put.window)
    put.window.show()
    put.entrance.start()
    yield put
    put.window.close()
    garbage.stop()


def test_from_the_first_start_to_a_report_that_says_why(
    qtbot: QtBot, first_start: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, hands = first_start, Hands(qtbot, first_start.window)
    material = make_material(tmp_path)

    _take_the_first_steps(hands, put)
    _enrol(hands, put, [material.photo, material.recording])
    _grant(hands, put)
    _ask_for_another_purpose(hands, put)
    _take_everything_out(hands, put, tmp_path / "out", monkeypatch)


def _take_the_first_steps(hands: Hands, put: Put) -> None:
    hands.see("Welcome")
    hands.press("Begin")
    hands.press("Install starter models")
    hands.wait(lambda: put.desk.card is not None)
    hands.type_into("New passphrase", PASSPHRASE)
    hands.type_into("The same passphrase again", PASSPHRASE)
    hands.key(Qt.Key.Key_Return)
    hands.press("Check the demo clip")
    hands.wait(lambda: [entry.stage for entry in put.desk.queue.entries()] == [Stage.DONE])
    (entry,) = put.desk.queue.entries()
    assert entry.result is not None
    assert entry.result.verdict is Verdict.REVIEW
    hands.see("Unknown person")


def _enrol(hands: Hands, put: Put, samples: list[Path]) -> None:
    hands.key(Qt.Key.Key_2, put.window, Qt.KeyboardModifier.ControlModifier)
    hands.press("Add a person…")
    hands.type_into("Name", NAME)
    hands.press("Continue")
    hands.see("What was signed")
    hands.press("Continue")
    hands.drop(samples)
    hands.see("1 sample is taken.")
    hands.see("3 samples are taken.")
    hands.press("Continue")
    hands.see("3 samples of the voice")
    hands.press("Enrol")
    hands.wait(lambda: hands.front is put.window)
    hands.see("Somebody was enrolled.")
    hands.see("Living person")


def _grant(hands: Hands, put: Put) -> None:
    hands.turn_to("Papers")
    hands.press("New grant…")
    hands.press("Campaign")
    hands.see("advertising")
    hands.press("Record the grant")
    hands.wait(lambda: hands.front is put.window)
    hands.see("A grant was recorded.")
    hands.see("for advertising and branded content")


def _ask_for_another_purpose(hands: Hands, put: Put) -> None:
    hands.press("Check")
    hands.wait(lambda: put.desk.queue.entries()[0].result is not None)
    hands.see("Say more about the use")
    hands.press("Change")
    hands.choose("Purpose", "Education")
    hands.see("Do not publish this clip")
    hands.press("Done")
    hands.press(f"Not {NAME}")
    hands.see(f"Answered: not {NAME}")
    hands.press("Undo")
    hands.wait(lambda: not hands.reads("Answered:"))
    hands.see(f"{NAME}: Not permitted")


def _take_everything_out(hands: Hands, put: Put, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    asked: list[str] = []

    def choose(_parent: object, _title: str, proposed: str, *_kinds: str) -> tuple[str, str]:
        asked.append(proposed)
        return str(folder / Path(proposed).name), ""

    # The system's own dialog is nobody's to drive.
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    for words in ("Web page (HTML)…", "Pages of paper (PDF)…", "Data (JSON)…", "Table of findings (CSV)…"):
        before = len(list(folder.iterdir()))
        hands.pick("Save report", words)
        hands.wait(lambda before=before: len(list(folder.iterdir())) > before)
    hands.pick("Save report", "Certificate (PDF)…")
    hands.wait(lambda: len(asked) == 5 and (folder / Path(asked[4]).name).exists())

    page, pages, table, sheet, certificate = (folder / Path(name).name for name in asked)
    told = json.loads(table.read_text("utf-8"))
    assert told["verdict"] == "blocked"
    assert {finding["name"] for finding in told["findings"]} == {NAME}
    assert {finding["judgement"]["kind"] for finding in told["findings"]} == {"not_permitted"}
    assert f"{NAME}: Not permitted" in page.read_text("utf-8")
    assert pages.read_bytes().startswith(b"%PDF-")
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"))))
    assert [row["who"] for row in rows] == [NAME, NAME]
    assert b"countenance-clearance-1" in certificate.read_bytes()
    assert not any(path.name.startswith(".") for path in folder.iterdir())
    assert put.window.isVisible()
