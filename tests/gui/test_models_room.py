"""The room of the models: what is told of each pack, installing with a licence, and changing what is in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import models
from countenance.errors import ModelsError
from countenance.packs import LicencePolicy, PackCard
from countenance.settings import read_settings
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.presenters import packs as said
from gui.presenters.looks import Tone
from gui.presenters.packs import accuracy_sentence, models_look
from gui.views.models_cards import PackCard as ShownPack
from gui.views.models_licence import LicenceDialog
from gui.views.models_room import ModelsRoom
from models.licences import read_acceptances
from models.manifests import ModelManifest
from models.selftest import SelfTest
from tests.gui.driving import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Agree = Callable[[Sequence[ModelManifest]], None]


@pytest.fixture
def room(qtbot: QtBot, put: Put) -> ModelsRoom:
    shown = put.window.show_room_of(ModelsRoom)
    assert isinstance(shown, ModelsRoom)
    qtbot.waitUntil(lambda: shown.look is not None)
    return shown


def card(room: ModelsRoom, name: str) -> ShownPack:
    return next(one for one in room.cards if one.look.name == name)


def test_every_pack_tells_what_it_may_be_used_for_and_how_sure_it_is(tmp_path: Path) -> None:
    packs = {look.name: look for look in models_look(tmp_path, "starter").packs}

    assert set(packs) == set(models.list_packs())
    assert packs["recommended"].licence == "Commercial use unsettled"
    assert packs["insightface-buffalo_l"].licence == "Not for commercial use"
    assert packs["sface"].licence_tone is Tone.REVIEW  # of its detector
    assert "people)" in packs["recommended"].measured[0]
    assert "nobody has measured it" in packs["sface"].measured[0]
    assert packs["campplus"].covers == "Voices"
    assert packs["campplus"].measured[0].startswith("Voices: nobody")
    assert not packs["starter"].whole


def test_what_is_in_use_comes_first(tmp_path: Path) -> None:
    look = models_look(tmp_path, "recommended")

    assert look.packs[0].name == "recommended"
    assert look.in_use.faces.startswith("Faces are found by YuNet")
    mixed = models_look(tmp_path, "mtcnn+retail-0095")
    assert "found by MTCNN and recognised by face-reid" in mixed.in_use.faces
    assert not any(pack.in_use and pack.covers != "Voices" for pack in mixed.packs)


def test_figures_measured_here_are_said_to_be(measured_here: PackCard) -> None:
    assert "measured here" in accuracy_sentence(measured_here.face, voices=False)


@pytest.fixture
def measured_here() -> PackCard:
    import dataclasses

    known = models.load_pack("starter")
    return dataclasses.replace(known, face=dataclasses.replace(known.face, own=True))


def test_a_self_test_is_told_in_a_sentence() -> None:
    good, bad = (
        SelfTest(model=name, deviation=0.0, held=held, provider="CPUExecutionProvider")
        for name, held in (("a", True), ("b", False))
    )

    assert said.tested_words([good], True) == (
        "1 model answers as expected, and known faces and voices are told apart (run with CPU).",
        True,
    )
    assert said.tested_words([good], None) == ("1 model answers as expected (run with CPU).", True)
    assert said.tested_words([good, bad], True) == ("The self-test did not hold: b.", False)
    assert not said.tested_words([good], False)[1]


def test_research_weights_are_installed_only_after_somebody_accepts(
    qtbot: QtBot, put: Put, room: ModelsRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def install(
        name: str, _store: Path, *, on_progress: ProgressHook, cancel: CancelToken, agree: Agree
    ) -> tuple[str, ...]:
        agree(models.models_of(name))
        on_progress("Downloading x", 1, 2)
        cancel.raise_if_cancelled()
        fetched.append(name)
        return ()

    monkeypatch.setattr("gui.equipping.install", install)
    card(room, "insightface-buffalo_l").buttons["install"].click()
    qtbot.waitUntil(lambda: bool(room.findChildren(LicenceDialog)))
    (dialog,) = room.findChildren(LicenceDialog)

    assert fetched == []
    assert "Commercial use is not allowed" in words_of(dialog)
    assert not dialog.agree.isEnabled()
    dialog.name.setText("Chen Wei")
    dialog.read.setChecked(True)
    dialog.agree.click()
    qtbot.waitUntil(lambda: "is installed" in put.window.notices.words)

    assert fetched == ["insightface-buffalo_l"]
    (accepted,) = read_acceptances(put.entrance.opening.places.models).values()
    assert accepted.by == "Chen Wei"


def test_a_package_of_ones_own_is_brought_from_a_folder(
    qtbot: QtBot, put: Put, room: ModelsRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def bring(path: Path, *_rest: object, **_more: object) -> None:
        asked.append(path)
        raise ModelsError("“mine” is no package of models.", remedy="Look into the folder.")

    monkeypatch.setattr("gui.equipping.bring", bring)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))

    room.from_folder.click()

    qtbot.waitUntil(lambda: "no package" in put.window.notices.words)
    assert asked == [tmp_path]
    assert room.from_folder.isEnabled()
    assert not room.working.isVisible()


def test_an_installation_shows_its_progress_and_can_be_stopped(
    qtbot: QtBot, put: Put, room: ModelsRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(_name: str, _store: Path, *, on_progress: ProgressHook, cancel: CancelToken, agree: Agree) -> None:
        on_progress("Downloading x", 1, 2)
        cancel._event.wait(30)
        cancel.raise_if_cancelled()

    monkeypatch.setattr("gui.equipping.install", install)
    card(room, "sface").buttons["install"].click()
    qtbot.waitUntil(lambda: room.step.text() == "Downloading x")

    assert room.bar.value() == 500
    assert not card(room, "recommended").buttons["install"].isEnabled()
    room.stop.click()

    qtbot.waitUntil(lambda: not room.work.is_busy)
    assert put.window.notices.words == ""
    assert card(room, "recommended").buttons["install"].isEnabled()


def test_the_policy_on_licences_counts_at_once_and_is_kept(qtbot: QtBot, put: Put, room: ModelsRoom) -> None:
    room._choose_policy(LicencePolicy.REFUSE)

    assert put.entrance.opening.licences is LicencePolicy.REFUSE
    kept = put.entrance.opening.places.settings
    qtbot.waitUntil(lambda: kept.exists() and read_settings(kept).licences is LicencePolicy.REFUSE)


def test_a_locked_registry_is_unlocked_before_models_are_changed(
    qtbot: QtBot, put: Put, room: ModelsRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(put.entrance), "can_unlock", property(lambda _self: True))

    room.switching.consider("recommended")

    qtbot.waitUntil(lambda: "locked" in put.window.notices.words)
    assert not room.work.is_busy
