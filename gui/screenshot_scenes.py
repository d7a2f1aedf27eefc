"""The scenes that the documents show, played in one window from the first start to an erasure."""

from __future__ import annotations

import contextlib
import csv
import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSettings
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from countenance.places import Places
from countenance.translations import _
from gui.main import Put, put_together
from gui.presenters.first_run import Step as FirstStep
from gui.presenters.queues import Entry, Stage
from gui.presenters.settings import Section
from gui.presenters.uses import UseForm
from gui.screenshot_closer import play_asking, play_proving, play_what_if, show_answers, show_keys
from gui.screenshot_models import play_models
from gui.screenshot_registry import fill_registry
from gui.screenshot_stage import Setting, judge_by, linger, press, show_clip, wait, wait_for_clips
from gui.screenshots import Headphones, Shots, settle
from gui.vault import Change
from gui.views.enrol_dialog import EnrolDialog
from gui.views.enrol_dialog import Step as EnrolStep
from gui.views.first_run_steps import FirstRun
from gui.views.import_dialog import ImportDialog
from gui.views.papers_pane import PapersPane
from gui.views.registry_room import RegistryRoom
from gui.views.settings_room import SettingsRoom
from models import load_pack
from registry import Passphrase, create_registry
from scan.demo import Material, enrol_portrait, make_material, propose_portrait
from scan.worker import DetectorWorker

FOR_PICTURES = "for pictures of the window alone"
AGREED = UseForm(
    purpose="education", face_method="edited", voice_method="edited", channels=("youtube",), territories=("WORLD",)
)
NOT_AGREED = replace(AGREED, purpose="advertising")


def play(home: Path, models: Path, pack: str, shots: Shots) -> None:
    """Play every scene and take its picture.

    Args:
        home: an empty folder for the clips, the registry and the settings; the caller removes it.
        models: the folder of the verified model files.
        pack: name of the pack.
        shots: how the pictures look and where they go.

    Raises:
        CountenanceError: something could not be done, or took too long.
    """
    # Who sits at the machine that renders is nobody's business, and the journal names who was at work.
    os.environ["LOGNAME"] = "anna"
    # The examples' passphrase is no secret, and the system's keyring is not to be asked for it.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    # Where models lie on the machine that renders is shown to nobody, where links can be made.
    with contextlib.suppress(OSError):
        (home / "models").symlink_to(models.resolve(), target_is_directory=True)
        models = home / "models"
    material = make_material(home)
    card = load_pack(pack, models)
    with DetectorWorker() as worker:
        proposal = propose_portrait(material, worker, card, models)
    registry = home / "Studio North.countenance"
    _play_first_start(Places(models=models, registry=registry, settings=home / "settings.toml"), shots)
    with create_registry(registry, Passphrase(FOR_PICTURES), owner="Studio North", tz="UTC", operator="anna") as made:
        fill_registry(made, card, proposal.voices[0].speaker.samples[0].sound)
    put = _put(Places(models=models, registry=registry, settings=home / "settings.toml"), shots)
    setting = Setting(put, shots, home, _name_clips(home, material), material, proposal)
    put.entrance.start()
    try:
        _play_unlocking(setting)
        _play_unknown(setting)
        _play_enrolling(setting)
        _play_checking(setting)
        _play_registry(setting)
        play_models(setting)
        _play_settings(setting)
        _play_erasing(setting)
    finally:
        put.window.close()
        put.window.deleteLater()
        settle()


def _play_first_start(places: Places, shots: Shots) -> None:
    if not shots.wants("first-welcome", "first-registry", "first-clip", "empty"):
        return
    put = _put(places, shots)
    put.entrance.start()
    wait(lambda: put.desk.setup is not None)
    put.window.show_first_run()  # not by itself: the models are there
    steps = put.window.findChild(FirstRun)
    assert steps is not None  # just shown
    for step, name in (
        (FirstStep.WELCOME, "first-welcome"),
        (FirstStep.REGISTRY, "first-registry"),
        (FirstStep.TRY, "first-clip"),
    ):
        while steps.step is not step:
            steps.go_on()
        linger(0.3)
        shots.take(name, put.window)
    steps.end(0)
    shots.take("empty", put.window)
    put.window.close()
    put.window.deleteLater()
    settle()


def _play_unlocking(setting: Setting) -> None:
    put = setting.put
    wait(lambda: put.entrance.can_unlock)
    put.window.show_room_of(RegistryRoom)
    linger(0.3)
    setting.shots.take("unlock", put.window)
    put.entrance.unlock(FOR_PICTURES)
    wait(lambda: put.vault.is_open)


def _play_unknown(setting: Setting) -> None:
    put = setting.put
    put.window.show_room(0)
    put.desk.state_use(AGREED)
    put.desk.add(setting.clips)
    wait(lambda: any(_is_well_under_way(entry) for entry in put.desk.queue.entries()))
    setting.shots.take("running", put.window)
    wait_for_clips(setting)
    show_clip(setting, 0)
    setting.shots.take("unknown", put.window)
    show_answers(setting)


def _play_enrolling(setting: Setting) -> None:
    put = setting.put
    if setting.shots.wants("enrol-consent", "enrol-samples"):
        _play_wizard(setting)
    card = put.desk.card
    assert card is not None  # the entrance has begun
    put.vault.change(Change(work=lambda opened: enrol_portrait(opened, setting.proposal, card)))
    entries = put.desk.queue.entries
    wait(lambda: any(found.person for entry in entries() if entry.result for found in entry.result.findings))


def _play_wizard(setting: Setting) -> None:
    put = setting.put
    put.window.show_room_of(RegistryRoom)
    files = [setting.material.photo, setting.folder / "radio-spot.wav"]
    dialog = EnrolDialog(put.window.parts, paths=files, parent=put.window)
    dialog.open()
    wait(dialog.next.isEnabled)
    dialog.who.name.setText(_("Astronaut (NASA portrait, made-up voice)"))
    dialog.next.click()
    wait(lambda: dialog.step is EnrolStep.CONSENT and dialog.next.isEnabled())
    setting.shots.take("enrol-consent", dialog)
    dialog.next.click()
    wait(lambda: len(dialog.examining.found()) == len(files) and dialog.next.isEnabled())
    linger(0.6)
    setting.shots.take("enrol-samples", dialog)
    dialog.reject()


def _play_checking(setting: Setting) -> None:
    put, shots = setting.put, setting.shots
    put.window.show_room(0)
    judge_by(setting, AGREED)
    show_clip(setting, 0)
    shots.take("permitted", put.window)
    play_proving(setting)
    judge_by(setting, NOT_AGREED)
    show_clip(setting, 0)
    shots.take("blocked", put.window)
    play_what_if(setting)
    play_asking(setting)
    show_keys(setting)
    put.window.check.clip_page.show_finding(1)
    settle()
    shots.take("voices", put.window)
    show_clip(setting, 1)
    shots.take("sound", put.window)
    put.window.check.use_bar.change.setChecked(True)
    shots.take("use", put.window)
    put.window.check.use_bar.change.setChecked(False)
    show_clip(setting, len(setting.clips) - 1)
    shots.take("problem", put.window)
    show_clip(setting, 0)


def _play_registry(setting: Setting) -> None:
    put, shots = setting.put, setting.shots
    if not shots.wants("people", "person", "papers", "grant", "journal", "upkeep", "import"):
        return
    room = put.window.show_room_of(RegistryRoom)
    assert isinstance(room, RegistryRoom)
    wait(room.pages.people.isVisible)
    linger(1.5)
    shots.take("people", put.window)
    named: list[str] = []
    put.vault.ask(lambda opened: [one.id for one in opened.named("Lin Xiao")], named.extend)
    wait(lambda: bool(named))
    room.show_person(named[0])
    wait(lambda: room.person.page_person is not None)
    linger(1.0)
    shots.take("person", put.window)
    room.person.tabs.setCurrentIndex(1)
    wait(lambda: room.findChild(PapersPane) is not None)
    linger(1.5)
    shots.take("papers", put.window)
    papers = room.findChild(PapersPane)
    editor = papers.add_grant() if papers is not None else None
    assert editor is not None  # the papers were read above
    press(editor, _("Campaign"))
    linger(0.4)
    shots.take("grant", editor)
    editor.reject()
    room.tabs.setCurrentIndex(1)
    linger(1.5)
    shots.take("journal", put.window)
    room.tabs.setCurrentIndex(2)
    linger(1.5)
    shots.take("upkeep", put.window)
    room.tabs.setCurrentIndex(0)
    _play_import(setting)


def _play_import(setting: Setting) -> None:
    if not setting.shots.wants("import"):
        return
    roster = setting.folder / "people.csv"
    with roster.open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table)
        rows.writerow(["name", "files", "biometric_consent"])
        rows.writerow(["Mara Ilves", "demo-photo.png", "2026-05-04"])
        rows.writerow(["Tomas Berg", "radio-spot.wav", "2026-05-04"])
        rows.writerow(["Noor Jansen", "noor.jpg", "2026-05-04"])
        rows.writerow(["Ines Castro", "radio-spot.wav", ""])
    dialog = ImportDialog(setting.put.window.parts, roster, setting.put.window)
    dialog.open()
    wait(dialog.go.isEnabled)
    dialog.go.click()
    wait(dialog.page.isVisible)
    linger(0.6)
    setting.shots.take("import", dialog)
    dialog.reject()
    settle()


def _play_settings(setting: Setting) -> None:
    room = setting.put.window.show_room_of(SettingsRoom)
    assert isinstance(room, SettingsRoom)
    for section, name in (
        (Section.LOOKS, "settings"),
        (Section.CHECKING, "false-alarms"),
        (Section.SAFETY, "safety"),
        (Section.PLACES, "places"),
        (Section.ABOUT, "about"),
    ):
        if not setting.shots.wants(name):
            continue
        room.show_section(section)
        linger(1.0 if section is Section.PLACES else 0.3)
        setting.shots.take(name, setting.put.window)


def _play_erasing(setting: Setting) -> None:
    from gui.views.erase_dialog import EraseDialog

    if not setting.shots.wants("erase", "proof"):
        return
    put = setting.put
    named: list[str] = []
    put.vault.ask(lambda opened: [one.id for one in opened.named("Carmen Ruiz")], named.extend)
    wait(lambda: bool(named))
    put.window.show_room_of(RegistryRoom)
    dialog = EraseDialog(put.window.parts, named, put.window)
    dialog.open()
    linger(1.0)
    setting.shots.take("erase", dialog)
    dialog.typed.setText("Carmen Ruiz")
    wait(dialog.erase.isEnabled)
    dialog.erase.click()
    wait(lambda: dialog.pages.currentWidget() is dialog.proof)
    linger(0.3)
    setting.shots.take("proof", dialog)
    dialog.reject()


def _put(places: Places, shots: Shots) -> Put:
    memory = QSettings(str(places.settings.with_name("window.ini")), QSettings.Format.IniFormat)
    put = put_together(places, settings=memory, output=Headphones())
    put.window.resize(*shots.look.size)
    put.window.show()
    return put


def _name_clips(home: Path, material: Material) -> tuple[Path, ...]:
    clip = material.clip.rename(home / "spring-teaser.mp4")
    recording = material.recording.rename(home / "radio-spot.wav")
    landscape = home / "opening-title.png"
    _draw_landscape().save(str(landscape))
    notes = home / "voice-over-notes.mp4"
    notes.write_text("Remember to record the second take.\n", "utf-8")
    return clip, recording, landscape, notes


def _is_well_under_way(entry: Entry) -> bool:
    return entry.stage is Stage.RUNNING and entry.progress is not None and (entry.progress.fraction or 0) > 0.4


def _draw_landscape() -> QImage:
    image = QImage(960, 540, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(QPointF(0, 0), QPointF(0, 540))
    sky.setColorAt(0, QColor("#27406E"))
    sky.setColorAt(1, QColor("#F0B48A"))
    painter.fillRect(image.rect(), sky)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawEllipse(QRectF(640, 250, 90, 90))
    painter.fillRect(QRectF(0, 420, 960, 120), QColor("#1F3A33"))
    painter.end()
    return image
