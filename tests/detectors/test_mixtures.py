"""Dialogues with known turns, made from sound made here."""

from __future__ import annotations

import io
import itertools
import json
import wave
from pathlib import Path

import numpy as np
import pytest

from detectors.mixtures import Order, answer, decode, mix

HZ = 16_000


def voice(path: Path, hertz: float, seconds: float = 8.0, silence_s: float = 1.0) -> str:
    """Write a warbling tone with silence before and after."""
    times = np.arange(int(HZ * seconds)) / HZ
    sound = np.sin(2 * np.pi * hertz * times) * (0.6 + 0.3 * np.sin(9 * times)) * 12_000
    quiet = np.zeros(int(HZ * silence_s))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HZ)
        file.writeframes(np.concatenate([quiet, sound, quiet]).astype("<i2").tobytes())
    return str(path)


@pytest.fixture
def speakers(tmp_path: Path) -> dict[str, list[str]]:
    return {"ada": [voice(tmp_path / "a.wav", 220)], "ben": [voice(tmp_path / "b.wav", 330)]}


def loudness(signal: np.ndarray, start_s: float, end_s: float) -> float:
    part = signal[int(start_s * HZ) : int(end_s * HZ)]
    return float(np.sqrt((part**2).mean()))


def test_turns_are_where_the_mixture_says_and_silence_elsewhere(tmp_path, speakers):
    out = tmp_path / "mix.wav"

    turns = mix(Order(out=str(out), speakers=speakers, seconds=30, seed=4))

    signal = decode(out)
    assert {name for name, *_times in turns} == {"ada", "ben"}
    assert all(one[0] != other[0] for one, other in itertools.pairwise(turns))
    assert all(
        1.5 <= end_s - start_s <= 6.01 and loudness(signal, start_s, end_s) > 0.02 for _n, start_s, end_s in turns
    )
    gaps = [(one[2], other[1]) for one, other in itertools.pairwise(turns)]
    assert all(loudness(signal, start_s + 0.02, end_s - 0.02) < 1e-3 for start_s, end_s in gaps)


def test_the_same_order_gives_the_same_mixture(tmp_path, speakers):
    orders = [Order(out=str(tmp_path / f"{name}.wav"), speakers=speakers, seconds=12, seed=7) for name in "xy"]

    assert mix(orders[0]) == mix(orders[1])
    assert (tmp_path / "x.wav").read_bytes() == (tmp_path / "y.wav").read_bytes()


def test_turns_overlap_where_that_is_asked_for(tmp_path, speakers):
    turns = mix(Order(out=str(tmp_path / "mix.wav"), speakers=speakers, seconds=30, overlap=1.0))

    assert all(other[1] < one[2] for one, other in itertools.pairwise(turns))


def test_music_stands_as_far_below_the_speech_as_asked(tmp_path, speakers):
    music = voice(tmp_path / "music.wav", 990, silence_s=0.0)
    order = Order(out=str(tmp_path / "mix.wav"), speakers=speakers, seconds=12, music=music, snr_db=10)

    turns = mix(order)

    before_s = turns[0][1]
    # The tone warbles, and so does the level of a short gap.
    assert loudness(decode(Path(order.out)), 0, before_s) == pytest.approx(0.05 * 10**-0.5, rel=0.4)


def test_one_speaker_is_no_dialogue(tmp_path, speakers):
    short = {"ada": speakers["ada"], "ben": [voice(tmp_path / "short.wav", 200, seconds=0.5)]}

    with pytest.raises(ValueError, match="two speakers"):
        mix(Order(out=str(tmp_path / "mix.wav"), speakers=short))


def test_orders_come_and_turns_go_as_lines(tmp_path, speakers):
    out = io.StringIO()
    order = {"out": str(tmp_path / "mix.wav"), "speakers": speakers, "seconds": 8, "seed": 1}

    answer([json.dumps(order)], out)

    ((name, start_s, end_s), *_others) = json.loads(out.getvalue())
    assert name in speakers
    assert 0 < start_s < end_s
