"""Faults planted in the second kind of voice features, each noticed without the network's weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest

import models
from detectors.voices import embedding, fbank, hearing
from detectors.voices.fbank import log_bands
from detectors.voices.mel import mel_frames
from tests.detectors.campplus_network import RECIPE
from tests.detectors.heard import Floats

MOST_ASIDE = 2e-3
"""Largest difference from Kaldi's features, natural logarithms; measured 1.0e-3 on the demo's voices."""

filters, window = fbank._filters, fbank._window


@pytest.fixture
def fresh_filters() -> Iterator[None]:
    """Compute filters and windows anew, before and after."""
    filters.cache_clear()
    window.cache_clear()
    yield
    filters.cache_clear()
    window.cache_clear()


def slaney(hz: Floats) -> Floats:
    above = 15 + np.log(np.maximum(hz, 1) / 1000) / (np.log(6.4) / 27)
    return np.asarray(np.where(hz < 1000, hz / (200 / 3), above))


def povey(length: int) -> Floats:
    return np.asarray((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / (length - 1))) ** 0.85, np.float32)


def periodic(length: int) -> Floats:
    return np.asarray(0.54 - 0.46 * np.cos(2 * np.pi * np.arange(length) / length), np.float32)


def common_logarithm(sound: Floats, recipe: models.FilterbankContract) -> Floats:
    return np.asarray(log_bands(sound, recipe) / np.log(10), np.float32)


def over_bands(features: Floats, _recipe: models.VoiceContract) -> Floats:
    return np.asarray(features - features.mean(axis=1, keepdims=True), np.float32)


def as_they_are(features: Floats, _recipe: models.VoiceContract) -> Floats:
    return features


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (hearing, "centre_window", as_they_are),
        (hearing, "centre_window", over_bands),
        (fbank, "_mels", slaney),
        (fbank, "_window", povey),
        (fbank, "_window", periodic),
        (embedding, "log_bands", common_logarithm),
    ],
    ids=["mean left on", "mean over bands", "Slaney's mels", "Povey window", "periodic window", "common logarithm"],
)
@pytest.mark.usefixtures("fresh_filters")
def test_a_wrong_part_of_the_filterbank_is_noticed(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, wrong: Callable[..., Floats]
) -> None:
    monkeypatch.setattr(place, name, wrong)

    assert hearing.deviation(RECIPE) > 2 * hearing.MOST_DEVIATION


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_scale": 1.0},
        {"preemphasis": 0.0},
        {"lowest_hz": 0.0},
        {"bands": 40},
        {"hop_samples": 200},
        {"window_samples": 320},
        {"fft_samples": 1024},
    ],
    ids=str,
)
def test_a_wrong_number_of_the_recipe_is_noticed(wrong: dict[str, float]) -> None:
    assert hearing.deviation(msgspec.structs.replace(RECIPE, **wrong)) > 2 * hearing.MOST_DEVIATION


def test_features_that_are_no_numbers_or_not_as_many_do_not_pass() -> None:
    known = RECIPE.known
    for features in (known.features[:2], (float("nan"),) * 24):
        spoilt = msgspec.structs.replace(RECIPE, known=msgspec.structs.replace(known, features=features))
        assert hearing.deviation(spoilt) == float("inf")


def test_other_mel_energies_are_noticed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    right, energies = models.load_manifest("ge2e").voice_input, mel_frames
    for wrong in (lambda sound: np.log(energies(sound) + 1e-6), lambda sound: energies(sound[::2])):
        monkeypatch.setattr(embedding, "mel_frames", wrong)
        assert hearing.deviation(right) > 2 * hearing.MOST_DEVIATION
