"""Other models in the real window: the detectors' process, an encrypted registry, and a package that really works."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

import models
from countenance.packs import PackCard
from countenance.people import BiometricConsent, Modality, Person, Signer
from countenance.places import Places
from countenance.settings import read_settings
from gui.main import Put, put_together
from gui.presenters.queues import Stage
from gui.views.enrol_dialog import EnrolDialog, Step
from gui.views.models_licence import LicenceDialog
from gui.views.models_room import ModelsRoom
from gui.views.models_switch import SwitchDialog
from gui.views.models_told import ToldDialog
from models.proving import prove_installed
from registry import Passphrase, create_registry, open_registry, retain_until_by_default
from scan.demo import Material, make_material
from scan.enrolment import enrol_person
from scan.knowing import propose
from scan.worker import DetectorWorker
from tests.gui.driving import drop, words_of
from tests.gui.papers_bench import dialog_of
from tests.models.insightface_packages import legacy_folder, working_files

WAIT_MS = 90_000
WORDS = Passphrase("paper kite over harbour")
SIGNED = date(2026, 1, 5)
PACK = "insightface-mine"

# Said by Qt's multimedia, once, of libraries for film and of sound servers that a machine lacks.
pytestmark = [
    pytest.mark.models,
    pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService", "This plugin does not support"),
]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return make_material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="module")
def filled(starter_store: Path, material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry that knows Eileen's face and voice by the starter pack; to be copied."""
    path = tmp_path_factory.mktemp("filled") / "registry.countenance"
    card = models.load_pack("starter", starter_store)
    with DetectorWorker() as worker, create_registry(path, WORDS, owner="us", tz="UTC", operator="test") as made:
        proposal = propose([material.photo, material.recording], worker, card, starter_store)
        enrol_person(made, Person(id="", display_name="Eileen Example"), consent_of(), proposal, card)
    return path


def consent_of() -> BiometricConsent:
    return BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE, Modality.VOICE),
        purpose="finding this person in clips before publication",
        signed_on=SIGNED,
        method="paper",
        notice_version="test",
        retain_until=retain_until_by_default(SIGNED),
    )


@pytest.fixture
def places(own_home: Path, starter_store: Path, filled: Path) -> Places:
    """Return a home with the starter pack and the registry."""
    store = own_home / "models"
    for name in models.load_pack("starter").models:
        shutil.copytree(starter_store / name.name, store / name.name)
    shutil.copy(filled, own_home / "own.countenance")
    return Places(models=store, registry=own_home / "own.countenance", settings=own_home / "settings.toml")


@pytest.fixture
def put(qtbot: QtBot, places: Places, monkeypatch: pytest.MonkeyPatch) -> Iterator[Put]:
    """Return the window with the registry open."""
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "paper kite over harbour")
    with window(qtbot, places) as put:
        yield put


@contextmanager
def window(qtbot: QtBot, places: Places) -> Iterator[Put]:
    put = put_together(places)
    qtbot.addWidget(put.window)
    put.window.show()
    put.entrance.start()
    qtbot.waitUntil(lambda: put.vault.is_open, timeout=WAIT_MS)
    yield put
    put.window.close()


@pytest.fixture
def package(test_models: Path, tmp_path: Path) -> Path:
    return legacy_folder(tmp_path / "mine", working_files(test_models))


@pytest.fixture
def brought(package: Path, places: Places) -> Path:
    """Return the store with the package in it, before the window is opened."""
    models.bring(package, places.models)
    with DetectorWorker() as worker:
        prove_installed((f"{PACK}-detector", f"{PACK}-embedder"), places.models, worker)
    return places.models


def models_room(qtbot: QtBot, put: Put) -> ModelsRoom:
    room = put.window.show_room_of(ModelsRoom)
    assert isinstance(room, ModelsRoom)
    qtbot.waitUntil(lambda: room.look is not None, timeout=WAIT_MS)
    return room


def press(qtbot: QtBot, room: ModelsRoom, pack: str, deed: str) -> None:
    qtbot.waitUntil(lambda: any(one.look.name == pack and deed in one.buttons for one in room.cards), timeout=WAIT_MS)
    next(one for one in room.cards if one.look.name == pack).buttons[deed].click()


def dialog_shown(qtbot: QtBot, room: ModelsRoom, kind: type[QDialog]) -> None:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in room.findChildren(kind)), timeout=WAIT_MS)


def faces_by(qtbot: QtBot, put: Put) -> dict[str, int]:
    found: list[dict[str, int]] = []
    put.vault.ask(
        lambda opened: {
            one.model.partition(" ")[0]: one.people
            for one in opened.renewing.covered()
            if one.modality is Modality.FACE
        },
        found.append,
    )
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    return found[0]


def checked_by(put: Put, pack: str) -> Callable[[], bool]:
    def is_so() -> bool:
        entries = put.desk.queue.entries()
        done = all(one.stage in (Stage.DONE, Stage.FAILED) for one in entries)
        return bool(entries) and done and all(one.result is None or one.result.pack.name == pack for one in entries)

    return is_so


def go_on(qtbot: QtBot, dialog: EnrolDialog, step: Step) -> None:
    qtbot.waitUntil(dialog.next.isEnabled, timeout=WAIT_MS)
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.step is step, timeout=WAIT_MS)


def switch(qtbot: QtBot, room: ModelsRoom, pack: str) -> None:
    press(qtbot, room, pack, "use")
    dialog_shown(qtbot, room, SwitchDialog)
    (dialog,) = (one for one in room.findChildren(SwitchDialog) if one.isVisible())
    dialog.agree.click()


def test_a_package_is_brought_accepted_and_used_and_everything_follows(
    qtbot: QtBot, put: Put, package: Path, material: Material, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(put.window, [material.clip])
    qtbot.waitUntil(checked_by(put, "starter"), timeout=WAIT_MS)
    (before,) = put.desk.queue.entries()
    assert before.result is not None
    assert any(one.person for one in before.result.findings)
    room = models_room(qtbot, put)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(package))
    room.from_folder.click()
    dialog_shown(qtbot, room, LicenceDialog)
    (licence,) = room.findChildren(LicenceDialog)
    licence.name.setText("Chen Wei")
    licence.read.setChecked(True)
    licence.agree.click()
    dialog_shown(qtbot, room, ToldDialog)
    (told,) = room.findChildren(ToldDialog)
    assert "no licence file" in words_of(told)
    told.reject()
    switch(qtbot, room, PACK)
    qtbot.waitUntil(lambda: "in use from now on" in put.window.notices.words, timeout=WAIT_MS)
    assert "1 sample was enrolled again." in put.window.notices.words
    qtbot.waitUntil(checked_by(put, PACK), timeout=WAIT_MS)

    (after,) = put.desk.queue.entries()
    assert after.result is not None
    assert any(one.person for one in after.result.findings)
    assert "non-commercial" in str(after.result.pack.not_for_commerce)
    assert read_settings(places.settings).pack == PACK
    assert faces_by(qtbot, put) == {f"{PACK}-embedder": 1}
    qtbot.waitUntil(lambda: room.look is not None and room.look.packs[0].name == PACK, timeout=WAIT_MS)
    assert not room.left.isVisible()


def test_stopped_in_the_middle_the_old_models_stay_and_it_goes_on_later(
    qtbot: QtBot, brought: Path, put: Put, places: Places
) -> None:
    room = models_room(qtbot, put)

    switch(qtbot, room, PACK)
    room.stop.click()
    qtbot.waitUntil(lambda: "Stopped: “starter” stays in use" in put.window.notices.words, timeout=WAIT_MS)
    assert put.entrance.opening.pack == "starter"
    assert "dlib-resnet" in faces_by(qtbot, put)
    switch(qtbot, room, PACK)

    qtbot.waitUntil(lambda: "in use from now on" in put.window.notices.words, timeout=WAIT_MS)
    assert faces_by(qtbot, put) == {f"{PACK}-embedder": 1}


def test_a_switch_while_clips_are_checked_checks_them_by_the_new_models(
    qtbot: QtBot, brought: Path, put: Put, material: Material, tmp_path: Path
) -> None:
    clips = [Path(shutil.copy(material.clip, tmp_path / f"take {at}.mp4")) for at in range(3)]
    room = models_room(qtbot, put)
    put.desk.add(clips)
    qtbot.waitUntil(lambda: put.desk.running is not None, timeout=WAIT_MS)

    put.window.show_room_of(ModelsRoom)
    switch(qtbot, room, PACK)

    qtbot.waitUntil(lambda: "in use from now on" in put.window.notices.words, timeout=WAIT_MS)
    qtbot.waitUntil(checked_by(put, PACK), timeout=2 * WAIT_MS)
    assert len(put.desk.queue) == 3
    assert all(one.result is not None and one.result.findings for one in put.desk.queue.entries())


def test_locked_in_the_middle_it_ends_and_is_locked_then(qtbot: QtBot, brought: Path, put: Put) -> None:
    room = models_room(qtbot, put)

    switch(qtbot, room, PACK)
    qtbot.waitUntil(lambda: put.desk.is_checking, timeout=WAIT_MS)
    put.window.lock()

    qtbot.waitUntil(lambda: not put.vault.is_open, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not room.work.is_busy, timeout=WAIT_MS)
    assert put.entrance.opening.pack == PACK


def test_closing_the_window_in_the_middle_loses_nobody(
    qtbot: QtBot, brought: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "paper kite over harbour")
    with window(qtbot, places) as put:
        switch(qtbot, models_room(qtbot, put), PACK)
        qtbot.waitUntil(lambda: put.desk.is_checking, timeout=WAIT_MS)

    with open_registry(places.registry, WORDS, operator="test") as opened:
        assert {one.model.partition(" ")[0] for one in opened.renewing.covered()} >= {"dlib-resnet"}
    assert not places.settings.exists() or read_settings(places.settings).pack == "starter"


def test_other_colours_in_the_middle_stop_nothing(qtbot: QtBot, brought: Path, put: Put) -> None:
    switch(qtbot, models_room(qtbot, put), PACK)
    put.window.build_again()

    qtbot.waitUntil(lambda: "in use from now on" in put.window.notices.words, timeout=WAIT_MS)
    assert put.entrance.opening.pack == PACK


def test_whoever_only_other_models_know_can_be_enrolled_again(
    qtbot: QtBot, brought: Path, put: Put, material: Material
) -> None:
    put.entrance.use_pack(PACK)
    qtbot.waitUntil(lambda: put.desk.card is not None and put.desk.card.name == PACK, timeout=WAIT_MS)
    room = models_room(qtbot, put)
    qtbot.waitUntil(room.left.isVisible, timeout=WAIT_MS)

    room.left.again.click()
    dialog = dialog_of(qtbot, room, SwitchDialog)
    assert isinstance(dialog, SwitchDialog)
    dialog.agree.click()

    qtbot.waitUntil(lambda: "1 sample was enrolled again." in put.window.notices.words, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not room.left.isVisible(), timeout=WAIT_MS)
    assert faces_by(qtbot, put) == {f"{PACK}-embedder": 1}


def test_who_is_enrolled_after_the_switch_is_known_by_the_new_models(
    qtbot: QtBot, brought: Path, put: Put, material: Material
) -> None:
    switch(qtbot, models_room(qtbot, put), PACK)
    qtbot.waitUntil(lambda: put.desk.card is not None and put.desk.card.name == PACK, timeout=WAIT_MS)
    card = put.desk.card
    assert isinstance(card, PackCard)
    dialog = EnrolDialog(put.window.parts, paths=[material.photo], parent=put.window)
    dialog.open()
    qtbot.waitUntil(dialog.next.isEnabled, timeout=WAIT_MS)
    dialog.who.name.setText("Ada Example")
    for step in (Step.CONSENT, Step.SAMPLES, Step.COMPARE):
        go_on(qtbot, dialog, step)
    kept: list[str] = []
    dialog.enrolled.connect(kept.append)
    qtbot.waitUntil(dialog.next.isEnabled, timeout=WAIT_MS)
    dialog.next.click()
    qtbot.waitUntil(lambda: bool(kept), timeout=WAIT_MS)

    assert faces_by(qtbot, put) == {f"{PACK}-embedder": 2}


def test_a_brought_pack_is_removed_but_not_while_in_use(qtbot: QtBot, brought: Path, put: Put) -> None:
    room = models_room(qtbot, put)
    assert "remove" not in next(one for one in room.cards if one.look.name == "starter").buttons

    press(qtbot, room, PACK, "remove")
    dialog_shown(qtbot, room, ToldDialog)
    (dialog,) = room.findChildren(ToldDialog)
    dialog.agree.click()

    qtbot.waitUntil(lambda: "is removed" in put.window.notices.words, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: PACK not in {one.look.name for one in room.cards}, timeout=WAIT_MS)
    assert PACK not in models.list_packs(brought)
