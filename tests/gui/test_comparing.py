"""Checking against a folder of people: usable without any registry, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from countenance.errors import ClipError
from countenance.packs import PackCard
from countenance.people import Person
from countenance.verdict import RegistryFacts
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.presenters.comparing import Compared, compared_words, refused_lines, refused_title
from gui.presenters.queues import Stage
from gui.presenters.uses import use_to_text
from gui.views.compare_bar import RefusedDialog
from scan.demo import make_material
from scan.enrol import Refusal, RefusedFile
from scan.known import Known
from tests.gui.conftest import StandIn
from tests.gui.driving import MakeClips, drop, stages, words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CAST = Known(
    people={name: Person(id=name, display_name=name) for name in ("Marta", "Li Wei")},
    templates={"Marta": (b"\0" * 512,)},
)
LEFT_OUT = (RefusedFile(file="<b>blurred.jpg", refusal=Refusal.TOO_BLURRED),)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note the folders looked at, in place of looking: one called "broken" cannot be used, "endless" takes its time."""
    looked: list[Path] = []

    def look(
        folder: Path, *_models: object, on_progress: ProgressHook, cancel: CancelToken
    ) -> tuple[Known, tuple[RefusedFile, ...]]:
        looked.append(folder)
        on_progress("Marta", 0, 2)
        if folder.name == "endless":
            cancel._event.wait(60)
            cancel.raise_if_cancelled()
        if folder.name == "broken":
            raise ClipError("There is nobody in it.")
        return CAST, LEFT_OUT

    monkeypatch.setattr("gui.comparing.known_from_folder", look)
    return looked


def test_the_bar_tells_what_is_compared_with() -> None:
    folder = Path("/films/cast")

    assert compared_words(Compared(folder=folder)) == "Looking at the people of “cast” …"
    assert compared_words(Compared(folder=folder, looked_at=3, of=12)).endswith("“cast”: 3 of 12")
    assert compared_words(Compared(folder=folder, people=12)) == (
        "Compared with the folder “cast”, 12 people; nothing of it is kept."
    )
    assert "The registry is not asked" in compared_words(Compared(folder=folder, people=1, instead=True))


def test_files_that_were_left_out_are_listed_with_the_reason() -> None:
    assert refused_title(LEFT_OUT) == "1 file left out"
    assert refused_lines(LEFT_OUT) == [("<b>blurred.jpg", "The face is too blurred; use a sharper picture.")]


def test_a_folder_chosen_on_the_welcome_page_is_compared_with(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_any: str(tmp_path / "cast"))
    put.desk.begin(card, Known())
    room = put.window.check

    room.welcome.compare.click()

    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    setup = put.desk.setup
    assert setup is not None
    assert setup.known is CAST
    assert "Compared with the folder “cast”, 2 people" in words_of(room.compare_bar)
    room.compare_bar.refused.click()
    dialog = room.findChild(RefusedDialog)
    assert dialog is not None
    assert "<b>blurred.jpg" in words_of(dialog)
    dialog.reject()


def test_a_folder_takes_the_registrys_place_until_it_is_stopped(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    registered = Known(facts=RegistryFacts(id="r", revision=1, people=3, grants=0))
    put.desk.begin(card, registered)
    put.desk.comparing.begin(tmp_path / "cast")
    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    bar = put.window.check.compare_bar
    assert "The registry is not asked meanwhile." in words_of(bar)
    assert put.desk.known is registered

    bar.stop.click()

    assert bar.isHidden()
    assert put.desk.setup is not None
    assert put.desk.setup.known is registered


def test_checked_clips_are_judged_anew_without_decoding(
    qtbot: QtBot,
    put: Put,
    card: PackCard,
    looks: list[Path],
    stand_in: StandIn,
    make_clips: MakeClips,
    tmp_path: Path,
) -> None:
    put.desk.begin(card, Known())
    drop(put.window, make_clips("a.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    before = put.desk.queue.entries()[0].result

    put.desk.comparing.begin(tmp_path / "cast")

    qtbot.waitUntil(lambda: put.desk.queue.entries()[0].result is not before)
    assert stand_in.examined == ["a.mp4"]


def test_a_folder_chosen_before_there_are_models_waits_for_them(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    put.desk.comparing.begin(tmp_path / "cast")
    assert "Looking at the people" in words_of(put.window.check.compare_bar)

    put.desk.begin(card, Known())

    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    assert looks == [tmp_path / "cast"]


def test_looking_can_be_stopped_and_what_counted_before_counts_on(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    put.desk.begin(card, Known())
    put.desk.comparing.begin(tmp_path / "cast")
    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    put.desk.comparing.begin(tmp_path / "endless")
    qtbot.waitUntil(lambda: len(looks) == 2)

    put.window.check.compare_bar.stop.click()

    qtbot.waitUntil(lambda: not put.desk.detecting.is_busy)
    assert put.desk.comparing.known is CAST
    assert "“cast”" in words_of(put.window.check.compare_bar)
    assert put.window.notices.words == ""


def test_a_folder_that_cannot_be_used_is_a_notice(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    put.desk.begin(card, Known())

    put.desk.comparing.begin(tmp_path / "broken")

    qtbot.waitUntil(lambda: "There is nobody in it." in put.window.notices.words)
    assert put.window.check.compare_bar.isHidden()


def test_another_pack_looks_at_the_folder_again(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    from dataclasses import replace

    put.desk.begin(card, Known())
    put.desk.comparing.begin(tmp_path / "cast")
    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    put.desk.begin(card, Known())
    assert len(looks) == 1

    put.desk.begin(replace(card), Known())

    qtbot.waitUntil(lambda: len(looks) == 2)
    qtbot.waitUntil(lambda: put.desk.comparing.compared is not None and put.desk.comparing.compared.people == 2)


def test_people_of_the_folder_can_be_cast_and_are_never_remembered(
    qtbot: QtBot, put: Put, card: PackCard, looks: list[Path], tmp_path: Path
) -> None:
    put.desk.begin(card, Known())
    put.desk.comparing.begin(tmp_path / "cast")
    qtbot.waitUntil(lambda: put.desk.comparing.known is CAST)
    field = put.window.check.use_bar.cast
    qtbot.keyClicks(field.search, "li")

    field._take_typed()

    assert [member.name for member in put.desk.cast] == ["Li Wei"]
    assert put.window.check.use_bar._words.toolTip().startswith("cast: Li Wei  ·  ")
    assert "Li Wei" not in use_to_text(put.desk.form)
    put.desk.comparing.stop()
    assert put.desk.cast == ()


@pytest.mark.models
@pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService")
def test_somebody_of_a_real_folder_is_recognised(
    qtbot: QtBot, tmp_path: Path, starter_store: Path, real_window: Callable[[Path], Put]
) -> None:
    made = make_material(tmp_path)
    cast = tmp_path / "cast" / "Astronaut"
    cast.mkdir(parents=True)
    made.photo.rename(cast / "portrait.png")
    (cast / "notes.jpg").write_text("no picture at all")
    put = real_window(starter_store)

    put.desk.comparing.begin(cast.parent)
    put.desk.add([made.clip])

    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE] and put.desk.comparing.known is not None, timeout=60_000)
    qtbot.waitUntil(
        lambda: (
            (result := put.desk.queue.entries()[0].result) is not None
            and "Astronaut" in {finding.name for finding in result.findings}
        ),
        timeout=60_000,
    )
    compared = put.desk.comparing.compared
    assert compared is not None
    assert [item.file for item in compared.refused] == ["notes.jpg"]
    assert not (tmp_path / "cast" / "registry").exists()


@pytest.fixture
def real_window(qtbot: QtBot, own_home: Path) -> Callable[[Path], Put]:
    """Return a function that opens the window with the real detectors and a store of models."""
    from countenance.places import Places
    from gui.main import put_together
    from models import load_pack

    def begin(store: Path) -> Put:
        places = Places(models=store, registry=own_home / "none", settings=own_home / "settings.toml")
        put = put_together(places)
        qtbot.addWidget(put.window)
        put.window.show()
        put.desk.begin(load_pack("starter", store), Known())
        return put

    return begin
