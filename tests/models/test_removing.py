"""Removing models: what is in use or needed elsewhere stays, and what was brought leaves nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import models
from countenance.errors import ModelsError
from models.figures import FiguresEntry, combination, keep_figures, list_own
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, legacy_folder, scrfd


@pytest.fixture
def filled(store: Path, installed_models: Path) -> Path:
    """Return a store with the starter pack and a package that somebody brought."""
    for name in ("mtcnn", "dlib-resnet"):
        shutil.copytree(installed_models / name, store / name)
    package = legacy_folder(store.parent / "mine", {DETECTION: scrfd(), RECOGNITION: arcface()})
    models.bring(package, store)
    return store


def test_a_brought_pack_goes_with_its_models_and_what_was_measured_of_them(filled: Path) -> None:
    brought = ("insightface-mine-detector", "insightface-mine-embedder")
    keep_figures(filled, combination(*brought), FiguresEntry(bindings=("a", "b")))
    keep_figures(filled, combination("mtcnn", "dlib-resnet"), FiguresEntry(bindings=("a", "b")))

    assert set(models.remove("insightface-mine", filled, in_use="starter")) == set(brought)

    assert "insightface-mine" not in models.list_packs(filled)
    assert not set(brought) & set(models.list_models(filled))
    assert list_own(filled) == (combination("mtcnn", "dlib-resnet"),)
    models.verify("starter", filled)


def test_what_is_in_use_stays(filled: Path) -> None:
    with pytest.raises(ModelsError, match="is in use"):
        models.remove("insightface-mine", filled, in_use="insightface-mine")
    with pytest.raises(ModelsError, match="is in use"):
        models.remove("insightface-mine", filled, in_use="insightface-mine-embedder+mtcnn")
    with pytest.raises(ModelsError, match="is in use"):
        models.remove("starter", filled, in_use="starter")

    models.verify("insightface-mine", filled)


def test_what_another_pack_needs_stays(filled: Path) -> None:
    removed = models.remove("starter", filled, in_use="insightface-mine")

    assert set(removed) == {"mtcnn", "dlib-resnet"}  # the voices are in use
    models.verify("ge2e", filled)
    with pytest.raises(ModelsError, match="needed by other packs"):
        models.remove("insightface-mine-detector", filled, in_use="starter")


def test_what_is_not_there_cannot_be_removed(filled: Path) -> None:
    with pytest.raises(ModelsError, match="no pack or model"):
        models.remove("nobody", filled, in_use="starter")
    with pytest.raises(ModelsError, match="Nothing of"):
        models.remove("yunet", filled, in_use="starter")


def test_a_brought_pack_can_be_brought_again(filled: Path) -> None:
    models.remove("insightface-mine", filled, in_use="starter")

    assert len(models.bring(filled.parent / "mine", filled).fresh) == 2
