"""The real window, the real detectors' process, the installed models, the demo's own clip: from drop to report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from countenance.places import Places
from gui.main import put_together
from gui.presenters.queues import Stage
from gui.presenters.uses import UseForm
from models import load_pack
from scan.demo import make_material
from scan.known import Known
from tests.gui.driving import drop, words_of

WAIT_MS = 60_000

# Said by Qt's multimedia, once, of libraries for film and of sound servers that a machine lacks.
pytestmark = pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService")


@pytest.mark.models
def test_a_clip_goes_from_drop_to_report(
    qtbot: QtBot, own_home: Path, installed_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_material(tmp_path)
    clip, photo = made.clip, made.photo
    text = tmp_path / "text.mp4"
    text.write_text("no clip at all")
    places = Places(models=installed_models, registry=own_home / "none", settings=own_home / "settings.toml")
    put = put_together(places)
    qtbot.addWidget(put.window)
    put.window.show()
    put.entrance.start()
    qtbot.waitUntil(
        lambda: put.desk.card is not None or put.window.check.pages.currentWidget() is put.window.check.install_page,
        timeout=WAIT_MS,
    )
    if put.desk.card is None:
        pytest.skip("The installed models are of another version: `python3 run.py test` brings them up to date.")

    drop(put.window, [clip, photo, text])

    ended = (Stage.DONE, Stage.FAILED)
    qtbot.waitUntil(
        lambda: len(put.desk.queue) == 3 and all(entry.stage in ended for entry in put.desk.queue.entries()),
        timeout=WAIT_MS,
    )
    checked, still, refused = put.desk.queue.entries()
    assert (checked.stage, still.stage, refused.stage) == (Stage.DONE, Stage.DONE, Stage.FAILED)
    assert checked.result is not None
    assert checked.result.observations.tracks
    assert put.window.check.clip_page.cards[0].card.crops
    put.desk.state_use(UseForm(purpose="advertising"))
    page = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(page), ""))
    put.window.check.save_report(redact=False)
    qtbot.waitUntil(page.exists, timeout=WAIT_MS)
    assert "What was examined" in words_of(put.window.check.clip_page)
    put.window.close()


@pytest.mark.models
def test_closing_the_window_in_the_middle_of_a_check_ends_everything(
    qtbot: QtBot, own_home: Path, installed_models: Path, tmp_path: Path
) -> None:
    clip = make_material(tmp_path).clip
    places = Places(models=installed_models, registry=own_home / "none", settings=own_home / "settings.toml")
    put = put_together(places)
    qtbot.addWidget(put.window)
    put.window.show()
    put.desk.begin(load_pack("starter", installed_models), Known())
    drop(put.window, [clip])
    qtbot.waitUntil(
        lambda: any(entry.progress and entry.progress.fraction for entry in put.desk.queue.entries()), timeout=WAIT_MS
    )

    began = datetime.now(UTC)
    put.window.close()

    assert (datetime.now(UTC) - began).total_seconds() < WAIT_MS / 1000
