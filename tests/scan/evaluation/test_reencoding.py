"""Copies in a lossy coding, made by the real child from sound made here."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from countenance.errors import CancelledError, WrongUsageError
from countenance.work import CancelToken
from scan.evaluation.reencoding import Reencoding, read_reencodings, reencoded


def tone(path: Path, seconds: float = 1.0) -> Path:
    times = np.arange(int(16_000 * seconds)) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.sin(times * 2765) * 9000).astype("<i2").tobytes())
    return path


def test_a_list_of_codings_is_read():
    assert read_reencodings("aac:64k, opus:24") == (Reencoding("aac", 64_000), Reencoding("opus", 24_000))
    assert [each.name for each in read_reencodings("aac:64k,opus:24k")] == ["aac:64k", "opus:24k"]
    assert read_reencodings("") == ()


@pytest.mark.parametrize("value", ["mp3:64k", "aac", "aac:fast", "aac:1k", "opus:9999k", "aac:６４k"])
def test_what_is_no_coding_is_refused(value: str):
    with pytest.raises(WrongUsageError, match=value):
        read_reencodings(value)


@pytest.mark.parametrize("coding", ["aac:64k", "opus:24k"])
def test_copies_are_made_and_gone_afterwards(coding: str, tmp_path: Path):
    source, text = tone(tmp_path / "tone.wav"), tmp_path / "text.wav"
    text.write_text("no sound")

    with reencoded([source, text, source], read_reencodings(coding)[0], CancelToken()) as copies:
        sizes = [copy.stat().st_size if copy.exists() else 0 for copy in copies]
        folder = copies[0].parent

    assert sizes[0] == sizes[2] > 500
    assert sizes[1] == 0
    assert not folder.exists()


def test_stopping_leaves_nothing_behind(tmp_path: Path):
    cancel = CancelToken()
    cancel.cancel()

    with (
        pytest.raises(CancelledError),
        reencoded([tone(tmp_path / "tone.wav")], Reencoding("aac", 64_000), cancel),
    ):
        pass
