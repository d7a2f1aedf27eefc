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
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.translations import settle_language
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.appraising import quality_words
from gui.presenters.coaching import Kept, Readiness, coach
from gui.presenters.enrolling import (
    authority_words,
    consent_faults,
    kind_choices,
    new_consent,
    person_faults,
    signers_for,
    with_authority,
)
from gui.presenters.keeping import best_picture, best_sound
from gui.views.enrol_dialog import EnrolDialog, Step
from models import load_pack
from registry import retain_until_by_default
from scan.demo import make_material
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal, Refusal, RefusedFile
from scan.gate import choose_samples
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import words_of
from tests.gui.papers_bench import LIN, OpenRegistry, one_face
from tests.reports.material import campaign
from tests.reports.voiced import VOICED_CARD, podcast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 21)
BOTH = tuple(Modality)


def face(sha256: str = "a" * 64, *, yaw: float = 0.0, size_px: float = 200.0, quality: float = 0.8) -> AcceptedFace:
    (sample,) = campaign().observations.tracks[0].samples
    seen = replace(sample.detection, yaw=yaw, size_px=size_px, quality=quality)
    return AcceptedFace(file="a.jpg", file_sha256=sha256, still=True, sample=replace(sample, detection=seen))


def voice(seconds: float) -> AcceptedVoice:
    speaker = podcast().observations.speakers[0]
    return AcceptedVoice(file="a.wav", file_sha256="f" * 64, film=False, speech_s=seconds, speaker=speaker)


def missing(proposal: Proposal, modalities: tuple[Modality, ...] = BOTH, kept: Kept | None = None) -> list[str]:
    return [advice.words for advice in coach(proposal, modalities, kept or Kept()).missing]


def test_the_coach_asks_for_a_first_photo_and_a_recording() -> None:
    coaching = coach(Proposal(), BOTH)

    assert coaching.readiness is Readiness.NOTHING
    assert [advice.words for advice in coaching.missing] == [
        "Add a photo that looks straight into the camera.",
        "Add a recording with 10 seconds of clean speech, or leave the voice out.",
    ]
    assert missing(Proposal(), (Modality.FACE,)) == ["Add a photo that looks straight into the camera."]


def test_the_coach_asks_for_what_is_missing_and_ticks_what_is_there() -> None:
    one = Proposal(faces=(face(),), voices=(voice(4.2),))
    assert missing(one) == [
        "Add 2 more photos, in other light or from another day.",
        "Add a profile view: the head turned to one side.",
        "Add 6 more seconds of clean speech.",
    ]
    turned = Proposal(faces=(face(yaw=0.5, size_px=60), face("b" * 64, yaw=-0.6, quality=0.3)))
    assert missing(turned, (Modality.FACE,)) == [
        "Add 1 more photo, in other light or from another day.",
        "Add a photo that looks straight into the camera.",
        "Add a larger, sharper photo: the face fills the picture.",
    ]
    all_there = Proposal(faces=(face(), face("b" * 64, yaw=0.4), face("c" * 64)), voices=(voice(12.0),))
    coaching = coach(all_there, BOTH)
    assert coaching.readiness is Readiness.GOOD
    assert not coaching.missing
    assert len(coaching.advice) == 5


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal.TOO_SMALL, "too small"),
        (Refusal.TOO_BLURRED, "blurred"),
        (Refusal.POSE, "turned away"),
        (Refusal.MUSIC, "quiet room"),
        (Refusal.CLIPPED, "overdriven"),
        (Refusal.SEVERAL_SPEAKERS, "record this person alone"),
    ],
)
def test_the_coach_says_how_to_do_better_after_a_refusal(refusal: Refusal, words: str) -> None:
    proposal = Proposal(refused=(RefusedFile(file="a", refusal=refusal),))

    assert any(words in one for one in missing(proposal))


def test_the_coach_counts_what_is_enrolled_already_and_what_the_pack_cannot_hear() -> None:
    assert missing(Proposal(), kept=Kept(faces=3, voices=1)) == []
    assert missing(Proposal(voices=(voice(3.0),)), kept=Kept(faces=3, voices=1)) == []
    deaf = Proposal(faces=(face(),), refused=(RefusedFile(file="a", refusal=Refusal.NO_VOICE_MODEL),))
    assert not any("speech" in one for one in missing(deaf))


def test_a_newcomer_is_told_what_their_kind_needs() -> None:
    nobody = Person(id="")
    assert set(person_faults(nobody, TODAY)) == {"display_name"}
    minor = replace(nobody, display_name="Mia", kind=PersonKind.MINOR)
    assert set(person_faults(minor, TODAY)) == {"birth", "authority"}
    ready = with_authority(replace(minor, birth=date(2015, 1, 1)), "Maria Example, birth certificate 1")
    assert person_faults(ready, TODAY) == {}
    dead = replace(nobody, display_name="Dan", kind=PersonKind.DECEASED)
    assert set(person_faults(dead, TODAY)) == {"death", "authority"}
    assert set(person_faults(replace(nobody, display_name="Duo", kind=PersonKind.GROUP), TODAY)) == {"members"}
    assert "minor" in person_faults(replace(nobody, display_name="Kim", birth=date(2015, 1, 1)), TODAY)[""]
    assert set(person_faults(replace(ready, birth=date(2030, 1, 1)), TODAY)) == {"birth"}
    assert authority_words(PersonKind.LIVING) is None
    assert {choice.code for choice in kind_choices()} == set(PersonKind)
    assert [choice.code for choice in signers_for(minor)] == ["guardian", "agent"]


def test_a_consent_is_told_what_it_lacks() -> None:
    consent = new_consent(PersonKind.LIVING, TODAY)
    assert consent.retain_until == retain_until_by_default(TODAY)
    assert consent_faults(consent, LIN, TODAY) == {}
    assert set(consent_faults(replace(consent, modality=()), LIN, TODAY)) == {"modality"}
    assert set(consent_faults(replace(consent, signed_on=date(2027, 1, 1)), LIN, TODAY)) == {"signed_on"}
    assert set(consent_faults(replace(consent, retain_until=date(2026, 1, 1)), LIN, TODAY)) == {"retain_until"}
    assert set(consent_faults(replace(consent, signer=Signer.GUARDIAN), LIN, TODAY)) == {"signer"}


def test_the_best_sample_stands_for_somebody() -> None:
    weak, good = face(quality=0.2), face("b" * 64, quality=0.9)
    assert best_picture(Proposal(faces=(good, weak))) == good.sample.picture
    assert best_picture(Proposal()) == b""
    assert best_sound(Proposal()) == b""
    assert best_sound(Proposal(voices=(voice(5.0),)))
    assert [quality_words(one) for one in (0.9, 0.35, 0.1)] == ["Good", "Fair", "Weak"]


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
    dialog = EnrolDialog(opened.put.window.parts, parent=opened.window, **begun)  # type: ignore[arg-type]  # by name
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
