"""Enrolling in the window: who, consent, samples with the coach, a last look; and nothing kept before that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from countenance.people import Modality, PersonKind
from countenance.translations import settle_language
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.views.enrol_dialog import EnrolDialog, Step
from models import load_pack
from scan.demo import make_material
from scan.gate import choose_samples
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import words_of
from tests.gui.papers_bench import LIN, OpenRegistry, one_face
from tests.reports.material import campaign
from tests.reports.voiced import VOICED_CARD

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 21)
BOTH = tuple(Modality)


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
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    def make(*names: str) -> list[Path]:
        for name in names:
            (tmp_path / name).write_bytes(b"not looked at by the stand-in")
        return [tmp_path / name for name in names]

    return make


def begin(qtbot: QtBot, opened: OpenRegistry, **begun: object) -> EnrolDialog:
    dialog = EnrolDialog(opened.put.window.parts, parent=opened.window, **begun)  # type: ignore[arg-type]  # given by name
    dialog.open()
    qtbot.waitUntil(lambda: dialog._start is not None)
    return dialog


def go_on(qtbot: QtBot, dialog: EnrolDialog, step: Step) -> None:
    qtbot.waitUntil(dialog.next.isEnabled)
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert dialog.step is step


def button_of(widget: QWidget, words: str) -> QPushButton:
    return next(one for one in widget.findChildren(QPushButton) if words in one.text())


def test_somebody_is_enrolled_from_dropped_files_with_consent_and_paper(
    qtbot: QtBot, opened: OpenRegistry, files: Callable[..., list[Path]]
) -> None:
    kept: list[str] = []
    dialog = begin(qtbot, opened, paths=files("front.jpg", "voice.wav"))
    dialog.enrolled.connect(kept.append)

    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert "Give a name." in words_of(dialog)
    dialog.who.name.setText("Ada Example")
    go_on(qtbot, dialog, Step.CONSENT)
    assert "of Ada Example may be kept on this computer" in dialog.consent.sentence.text()
    dialog.consent.documents.add(files("consent.pdf"))
    assert opened.file.people() == ()
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: "Add 2 more photos" in words_of(dialog.samples.coach))
    qtbot.waitUntil(lambda: "more seconds of clean speech" in words_of(dialog.samples.coach))
    assert len(dialog.samples.rows) == 2
    go_on(qtbot, dialog, Step.COMPARE)
    assert "1 picture of the face." in words_of(dialog.compare)
    assert "Nobody enrolled looks or sounds like them." in words_of(dialog.compare)
    go_on(qtbot, dialog, Step.COMPARE)

    qtbot.waitUntil(lambda: bool(kept))
    (person,) = opened.file.people()
    assert kept == [person.id]
    assert person.display_name == "Ada Example"
    (consent,) = opened.file.consents(person.id)
    assert consent.modality == BOTH
    assert {sample.modalities[0] for sample in opened.file.samples(person.id)} == set(BOTH)
    assert opened.file.documents.of(consent.id)[0].file_name == "consent.pdf"
    qtbot.waitUntil(lambda: "Somebody was enrolled." in opened.put.window.notices.words)
    assert opened.failures == []


def test_each_file_says_what_is_taken_of_it_and_why_not(
    qtbot: QtBot, opened: OpenRegistry, files: Callable[..., list[Path]]
) -> None:
    dialog = begin(qtbot, opened)
    dialog.who.name.setText("Ada Example")
    go_on(qtbot, dialog, Step.CONSENT)
    go_on(qtbot, dialog, Step.SAMPLES)
    assert not dialog.next.isEnabled()
    assert "Add a photo" in dialog.next.toolTip()

    dialog.samples.offered.emit(files("crowd.mp4", "side.jpg", "side-again.jpg"))
    qtbot.waitUntil(lambda: dialog._appraisal is not None and len(dialog._appraisal.files) == 3)

    qtbot.waitUntil(lambda: "Several people are seen; crop it to the one who is meant." in words_of(dialog.samples))
    assert words_of(dialog.samples).count("1 sample is taken.") == 2
    first = min(dialog.samples.rows)
    dialog.samples.removed.emit(first)
    qtbot.waitUntil(lambda: first not in dialog.samples.rows)
    qtbot.waitUntil(lambda: dialog._appraisal is not None and len(dialog._appraisal.files) == 2)
    dialog.reject()
    assert opened.file.people() == ()


def test_looking_at_files_can_be_stopped_and_closing_leaves_nothing(
    qtbot: QtBot, opened: OpenRegistry, files: Callable[..., list[Path]]
) -> None:
    dialog = begin(qtbot, opened, paths=files("endless.mp4", "front.jpg"))
    dialog.who.name.setText("Ada Example")
    go_on(qtbot, dialog, Step.CONSENT)
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: "Going through the clip" in words_of(dialog.samples))
    assert "2 files are still to be looked at." in words_of(dialog.samples)

    qtbot.mouseClick(dialog.samples.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.samples.rows)
    dialog.offer(files("endless.mp4"))
    qtbot.waitUntil(lambda: dialog.examining.is_busy)
    dialog.reject()

    qtbot.waitUntil(lambda: not opened.put.desk.detecting.is_busy)
    assert opened.file.people() == ()


def test_what_the_consent_leaves_out_is_not_kept(
    qtbot: QtBot, opened: OpenRegistry, files: Callable[..., list[Path]]
) -> None:
    dialog = begin(qtbot, opened, paths=files("front.jpg", "voice.wav"))
    dialog.who.name.setText("Ada Example")
    go_on(qtbot, dialog, Step.CONSENT)
    dialog.consent.modality.buttons["voice"].click()
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: dialog._appraisal is not None and len(dialog._appraisal.files) == 2)

    assert dialog._appraisal is not None
    assert not dialog._appraisal.proposal.voices
    qtbot.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    dialog.consent.modality.buttons["voice"].click()
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: bool(dialog._appraisal and dialog._appraisal.proposal.voices))
    dialog.reject()


def test_samples_are_added_to_somebody_enrolled_and_taken_back(
    qtbot: QtBot, opened: OpenRegistry, files: Callable[..., list[Path]]
) -> None:
    lin = opened.file.people([opened.lin()])[0]
    dialog = begin(qtbot, opened, person=lin, paths=files("front.jpg"))
    assert dialog.step is Step.SAMPLES
    go_on(qtbot, dialog, Step.COMPARE)
    go_on(qtbot, dialog, Step.COMPARE)

    qtbot.waitUntil(lambda: len(opened.file.samples(lin.id)) == 1)
    qtbot.waitUntil(lambda: opened.put.vault.history.last is not None)
    opened.put.vault.history.undo()
    qtbot.waitUntil(lambda: opened.file.samples(lin.id) == ())


def test_without_a_consent_in_force_a_new_one_comes_first(qtbot: QtBot, opened: OpenRegistry) -> None:
    number = opened.file.enrol(LIN)
    dialog = begin(qtbot, opened, person=opened.file.people([number])[0])

    assert dialog.step is Step.CONSENT
    dialog.reject()


def test_faces_picked_from_a_checked_clip_begin_an_own_persona(qtbot: QtBot, opened: OpenRegistry) -> None:
    seen = campaign().observations
    picked = choose_samples(Path("clip.mp4"), replace(seen, tracks=seen.tracks[:1], speakers=()), VOICED_CARD)
    dialog = begin(qtbot, opened, proposal=picked, kind=PersonKind.OWN)
    dialog.who.name.setText("Me")
    go_on(qtbot, dialog, Step.CONSENT)
    assert "your own persona" in dialog.consent.sentence.text()
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: "From the checked clip" in [row.accessibleName() for row in dialog.findChildren(QWidget)])
    go_on(qtbot, dialog, Step.COMPARE)
    go_on(qtbot, dialog, Step.COMPARE)

    qtbot.waitUntil(lambda: len(opened.file.people()) == 1)
    assert opened.file.people()[0].kind is PersonKind.OWN


def test_a_group_has_members_and_no_samples(qtbot: QtBot, opened: OpenRegistry) -> None:
    lin = opened.lin()
    dialog = begin(qtbot, opened, kind=PersonKind.GROUP)
    dialog.who.name.setText("Duo")
    assert dialog.next.text() == "Keep the group"
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert "Choose the members" in words_of(dialog)
    dialog.who.members.box.setEditText("Lin Example")
    qtbot.mouseClick(dialog.who.members.add, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: len(opened.file.people()) == 2)
    assert opened.file.people()[1].members == (lin,)


def test_without_an_open_registry_the_wizard_says_where_to_find_one(qtbot: QtBot, put: Put) -> None:
    dialog = EnrolDialog(put.window.parts, parent=put.window)
    dialog.open()

    assert "People are kept in a registry." in words_of(dialog)
    assert not dialog.next.isVisible()
    dialog.reject()


@pytest.mark.models
def test_the_free_portrait_is_enrolled_with_real_models_and_found_again(
    qtbot: QtBot, opening: Opening, output: StandInOutput, starter_store: Path, tmp_path: Path
) -> None:
    settle_language("en")
    desk = Desk(starter_store, clock=lambda: NOON)
    put = assemble(opening, desk, output=output)
    qtbot.addWidget(put.window)
    put.window.show()
    opened = OpenRegistry(put, opening, load_pack("starter", starter_store))
    material = make_material(tmp_path)
    dialog = begin(qtbot, opened, paths=[material.photo, material.recording])
    dialog.who.name.setText("Portrait")
    go_on(qtbot, dialog, Step.CONSENT)
    go_on(qtbot, dialog, Step.SAMPLES)
    qtbot.waitUntil(lambda: dialog._appraisal is not None and len(dialog._appraisal.files) == 2, timeout=120_000)
    go_on(qtbot, dialog, Step.COMPARE)
    assert "Nobody enrolled looks or sounds like them." in words_of(dialog.compare)
    go_on(qtbot, dialog, Step.COMPARE)
    qtbot.waitUntil(lambda: len(opened.file.people()) == 1)

    again = begin(qtbot, opened, paths=[material.clip])
    again.who.name.setText("Somebody else")
    go_on(qtbot, again, Step.CONSENT)
    go_on(qtbot, again, Step.SAMPLES)
    qtbot.waitUntil(lambda: bool(again._appraisal and again._appraisal.alikes), timeout=120_000)
    go_on(qtbot, again, Step.COMPARE)
    assert "Looks like Portrait, who is enrolled already." in words_of(again.compare)
    qtbot.mouseClick(button_of(again.compare, "It is Portrait"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.step is Step.SAMPLES)
    go_on(qtbot, again, Step.COMPARE)
    go_on(qtbot, again, Step.COMPARE)
    qtbot.waitUntil(lambda: len(opened.file.samples(opened.file.people()[0].id)) > 2)
    assert len(opened.file.people()) == 1
    put.window.close()
    opened.file.close()


def test_locking_closes_the_wizard(qtbot: QtBot, opened: OpenRegistry) -> None:
    dialog = begin(qtbot, opened)
    closed: list[bool] = []
    dialog.finished.connect(lambda _answer: closed.append(True))

    opened.put.vault.release()

    qtbot.waitUntil(lambda: bool(closed))
