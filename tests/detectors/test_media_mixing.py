from __future__ import annotations

import av
import numpy as np
import pytest

from countenance.observations import SOUND_HZ
from detectors.media.mixing import Mixer

LAYOUTS = ["mono", "stereo", "2.1", "quad", "5.1", "5.1(side)", "7.1", "7.1(wide)", "hexadecagonal", "5.1.4"]


def voice(seed: int = 0, seconds: float = 1.0) -> np.ndarray:
    """Noise that comes and goes like syllables."""
    samples = round(seconds * SOUND_HZ)
    noise = np.random.default_rng(seed).normal(0, 0.1, samples)
    return (noise * (1 + np.sin(2 * np.pi * 4 * np.arange(samples) / SOUND_HZ)) / 2).astype(np.float32)


def level(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return abs(float(np.corrcoef(one, other)[0, 1]))


def names_of(layout: str) -> list[str]:
    return [channel.name for channel in av.AudioLayout(layout).channels]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_voice_in_any_single_channel_is_heard(layout):
    names = names_of(layout)
    for at in range(len(names)):
        channels = np.zeros((len(names), SOUND_HZ), np.float32)
        channels[at] = voice()

        mixed = Mixer(names).mix(channels)

        assert likeness(mixed, voice()) > 0.999
        assert level(mixed) > 0.24 * level(voice()), names[at]


def test_a_voice_in_the_centre_stands_above_what_surrounds_it():
    channels = np.stack([voice(seed) for seed in range(6)])

    mixed = Mixer(names_of("5.1")).mix(channels)

    closeness = [likeness(mixed, channel) for channel in channels]
    assert int(np.argmax(closeness)) == 2


@pytest.mark.parametrize("names", [["FL", "FR"], ["NONE", "NONE"]])
def test_the_same_in_both_channels_is_as_loud_as_both_together(names):
    assert Mixer(names).mix(np.stack([voice()] * 2)) == pytest.approx(2**0.5 * voice(), abs=1e-6)


@pytest.mark.parametrize("names", [["FL", "FR"], ["NONE", "NONE"], names_of("5.1"), names_of("quad")])
def test_channels_that_cancel_each_other_are_heard_all_the_same(names):
    mixer = Mixer(names)
    rest = [np.zeros(SOUND_HZ, np.float32)] * (len(names) - 2)

    first, second = (mixer.mix(np.stack([voice(seed), -0.9 * voice(seed), *rest])) for seed in (1, 2))

    assert likeness(first, voice(1)) > 0.999
    assert likeness(second, voice(2)) > 0.999
    assert level(second) > 0.8 * level(voice(2))


def test_the_same_in_both_channels_at_full_scale_stays_whole():
    full = voice() / np.abs(voice()).max()
    mixer = Mixer(["FL", "FR"])

    first, second = (mixer.mix(np.stack([full] * 2)) for _ in range(2))

    assert np.abs(first).max() <= 1
    assert second == pytest.approx(full, abs=1e-6)


@pytest.mark.parametrize("constant", [0.02, -0.4])
def test_what_the_sound_swings_about_becomes_zero(constant):
    mixer = Mixer(["FC"])

    mixed = np.concatenate([mixer.mix(voice(seed)[None] + np.float32(constant)) for seed in range(3)])

    assert mixed == pytest.approx(np.concatenate([voice(seed) for seed in range(3)]), abs=2e-3)


def test_sound_that_swings_about_zero_is_left_as_it_is():
    assert np.array_equal(Mixer(["FC"]).mix(voice()[None]), voice())


def test_going_over_from_opposed_channels_to_equal_ones_loses_nothing():
    mixer = Mixer(["FL", "FR"])
    blocks = [mixer.mix(np.stack([voice(n), sign * voice(n)])) for n, sign in enumerate([1, -1, -1, -1, 1, 1, 1])]

    levels = [level(block) / level(voice(n)) for n, block in enumerate(blocks)]

    assert levels[0] > 0.9
    assert levels[3] > 0.9
    assert levels[6] > 0.9
    assert max(float(np.abs(np.diff(block)).max()) for block in blocks) < 1


def test_nothing_is_louder_than_full_scale_and_everything_is_a_number():
    channels = np.stack([8 * voice(seed) for seed in range(6)])
    channels[0, 100] = np.nan
    channels[1, 200] = np.inf
    channels[2, 300] = -1e38
    mixer = Mixer(names_of("5.1"))

    for _ in range(3):
        mixed = mixer.mix(channels)

        assert np.isfinite(mixed).all()
        assert np.abs(mixed).max() <= 1
