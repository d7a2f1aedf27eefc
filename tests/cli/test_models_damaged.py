"""Models whose description is damaged, or packs that are gone: said with what to do; the others work as before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countenance.places import find_places
from models.packs import PACKS, list_packs
from tests.cli.running import Terminal
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, legacy_folder, working_files

PACK = "insightface-mine"
EMBEDDER = f"{PACK}-embedder"
AGAIN = "countenance models install --from FOLDER|ZIP"


@pytest.fixture
def store(nowhere: Terminal, starter_store: Path, test_models: Path, tmp_path: Path) -> Path:
    """Return the terminal's own store: the starter pack, and a package that somebody brought."""
    store = find_places().models
    shutil.copytree(starter_store, store)
    package = legacy_folder(tmp_path / "mine", working_files(test_models))
    words = ("models", "install", "--from", package, "--accept-licence")
    assert nowhere.plain("--operator", "Chen Wei", *words).code == 0
    return store


def test_a_damaged_description_is_told_beside_all_other_models(nowhere: Terminal, store: Path) -> None:
    (store / EMBEDDER / "manifest.json").write_text("garbage", encoding="utf-8")
    (store / PACKS / f"{PACK}.json").write_text("garbage", encoding="utf-8")

    listed = nowhere.plain("models", "list", "--json")
    licences = nowhere.plain("models", "licence")
    verified = nowhere.plain("models", "verify")
    used = nowhere.plain("models", "use", "mtcnn+silero-vad")

    assert (listed.code, licences.code, verified.code, used.code) == (0, 0, 5, 0)
    for told in (listed.err, licences.err, verified.err):
        assert f"“{EMBEDDER}” is damaged" in told
        assert AGAIN in told
    assert f"“{PACK}” is damaged" in listed.err
    named = {one["name"] for one in listed.document()["models"]}
    assert EMBEDDER not in named
    assert f"{PACK}-detector" in named


def test_doctor_names_what_is_damaged_and_looks_at_the_rest(nowhere: Terminal, store: Path) -> None:
    (store / EMBEDDER / "manifest.json").write_text("garbage", encoding="utf-8")

    told = nowhere.plain("doctor")

    assert told.code == 0
    assert f"“{EMBEDDER}” is damaged" in told.err
    assert "The detectors answer as expected." in told.out


def test_a_brought_model_that_is_damaged_comes_from_its_folder_again(
    nowhere: Terminal, store: Path, tmp_path: Path
) -> None:
    (store / EMBEDDER / f"{EMBEDDER}.onnx").write_bytes(b"damaged")

    checked = nowhere.plain("--pack", PACK, "check", tmp_path / "no.mp4")
    used = nowhere.plain("models", "use", PACK)
    mended = nowhere.plain("models", "install", "--from", tmp_path / "mine")

    assert used.code == 5
    for told in (checked.err, used.err):
        assert AGAIN in told
    assert mended.code == 0
    assert EMBEDDER in mended.out


def test_a_pack_that_outlived_its_models_is_told_of(nowhere: Terminal, store: Path) -> None:
    shutil.rmtree(store / EMBEDDER)

    told = nowhere.plain("models", "verify", PACK)

    assert told.code == 5
    assert f"“{EMBEDDER}” of the pack “{PACK}” is not here any more" in told.err
    assert AGAIN in told.err


@pytest.mark.parametrize(
    "words", [("models", "use"), ("models", "selftest"), ("models", "remove", "yunet"), ("doctor",)]
)
def test_settings_that_name_a_pack_that_is_gone_say_how_to_choose_another(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    settings = find_places().settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('pack = "insightface-gone"\n', encoding="utf-8")

    told = terminal.plain(*words)

    assert told.code == 5
    assert "that the settings name cannot be used" in told.err
    assert "countenance models use starter" in told.err
    assert terminal.plain("models", "use", "starter").code == 0
    assert terminal.plain("models", "use").code == 0


def test_half_of_a_package_that_is_refused_does_not_stay(nowhere: Terminal, test_models: Path, tmp_path: Path) -> None:
    files = working_files(test_models) | {RECOGNITION: arcface()}
    package = legacy_folder(tmp_path / "half", files)

    told = nowhere.plain("--operator", "Chen Wei", "models", "install", "--from", package, "--accept-licence")

    assert told.code == 5
    assert "“insightface-half-embedder” was not installed" in told.err
    assert not [entry for entry in find_places().models.iterdir() if entry.name.startswith("insightface-")]
    assert "insightface-half" not in list_packs(find_places().models)


def test_a_single_file_is_no_package(nowhere: Terminal, test_models: Path, tmp_path: Path) -> None:
    package = legacy_folder(tmp_path / "mine", working_files(test_models))

    told = nowhere.plain("models", "install", "mine", "--from", package / DETECTION)

    assert told.code == 5
    assert "is no package of models" in told.err
    assert "the folder or the zip" in told.err


def test_two_models_for_one_task_are_not_used(terminal: Terminal) -> None:
    told = terminal.plain("models", "use", "yunet+mtcnn")

    assert told.code == 5
    assert "names two models for the same task: yunet and mtcnn" in told.err


def test_figures_that_are_damaged_are_told_beside_the_list(nowhere: Terminal, store: Path) -> None:
    (store / "figures").mkdir()
    (store / "figures" / "mtcnn+dlib-resnet.toml").write_text("garbage", encoding="utf-8")

    listed = nowhere.plain("models", "list")

    assert listed.code == 0
    assert "measured here for “mtcnn+dlib-resnet” cannot be read" in listed.err
    assert PACK in listed.out
