"""Licences in the terminal: shown, accepted by the operator, asked for before anything is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from countenance.places import find_places
from models.licences import read_acceptances
from tests.cli.running import Terminal
from tests.models.insightface_packages import legacy_folder, working_files


@pytest.fixture
def package(test_models: Path, tmp_path: Path) -> Path:
    """Return an InsightFace package of real networks in InsightFace's signatures."""
    return legacy_folder(tmp_path / "face pack", working_files(test_models))


def test_licences_are_shown_with_where_they_stand(terminal: Terminal) -> None:
    shown = terminal.plain("models", "licence", "insightface-buffalo_l").out

    assert "non-commercial research only" in shown
    assert "https://github.com/deepinsight" in shown
    assert "Not accepted yet." in shown


def test_the_operator_accepts_once_and_by_name(nowhere: Terminal) -> None:
    accepted = nowhere.plain("--operator", "Chen Wei", "models", "licence", "insightface-buffalo_l", "--accept")
    told = nowhere.plain("models", "licence", "insightface-antelopev2", "--json").document()["licences"]

    assert "Accepted by Chen Wei on" in accepted.out
    assert {one["accepted"]["by"] for one in told if one["needs_acceptance"]} == {"Chen Wei"}


def test_nothing_that_forbids_commerce_is_installed_unasked(nowhere: Terminal, package: Path) -> None:
    store = find_places().models

    refused = nowhere.plain("models", "install", "--from", str(package))

    assert refused.code == 5
    assert "has to be accepted first" in refused.err
    assert "Commercial use is not allowed" in refused.err
    assert not [entry for entry in store.iterdir() if entry.is_dir()]

    taken = nowhere.plain("--operator", "Chen Wei", "models", "install", "--from", str(package), "--accept-licence")

    assert taken.code == 0
    assert [one.by for one in read_acceptances(store).values()] == ["Chen Wei"]
