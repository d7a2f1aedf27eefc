"""`doctor` runs every provider on every installed model, and tells which one is used and which could be."""

from __future__ import annotations

from pathlib import Path

import pytest

from countenance.providers import Provider
from countenance.settings import Settings, read_settings, write_settings
from tests.cli.running import Terminal


def test_every_installed_model_is_run_and_timed(terminal: Terminal, store: Path) -> None:
    told = terminal.plain("doctor", "--json").document()

    trials = {(trial["model"], trial["provider"]): trial for trial in told["trials"]}
    assert {("mtcnn", "CPUExecutionProvider"), ("ge2e", "CPUExecutionProvider")} <= set(trials)
    assert all(trial["held"] and trial["run_ms"] > 0 and not trial["trouble"] for trial in trials.values())
    assert told["provider"] == "CPUExecutionProvider"
    assert "AzureExecutionProvider" not in told["providers"]


def test_a_provider_that_cannot_be_used_is_said_and_never_replaced(
    terminal: Terminal, own_home: Path, photo: Path
) -> None:
    write_settings(own_home / "settings.toml", Settings(provider=Provider.CUDA))

    doctor, checked = terminal.plain("doctor", "--json"), terminal.plain("check", photo)

    told = doctor.document()
    assert doctor.code == checked.code == 5
    assert told["provider"] == "CUDAExecutionProvider"
    on_cuda = [trial for trial in told["trials"] if trial["provider"] == "CUDAExecutionProvider"]
    assert on_cuda
    assert all("cannot be run with “CUDA”" in trial["trouble"] for trial in on_cuda)
    assert all(trial["held"] for trial in told["trials"] if trial["provider"] == "CPUExecutionProvider")
    assert "Models cannot be run with “CUDA” on this computer." in checked.err
    assert "countenance doctor" in checked.err


def test_a_provider_nobody_knows_is_said_with_the_settings(terminal: Terminal, own_home: Path) -> None:
    (own_home / "settings.toml").write_text('provider = "abacus"\n', "utf-8")

    answer = terminal.plain("doctor")

    assert "settings.toml” cannot be read." in answer.err
    assert "Models are run with: CPU" in answer.out


@pytest.mark.parametrize("provider", list(Provider))
def test_what_models_run_on_is_settled_once_for_window_and_terminal(provider: Provider, tmp_path: Path) -> None:
    write_settings(tmp_path / "settings.toml", Settings(provider=provider))

    assert read_settings(tmp_path / "settings.toml").provider is provider
