"""Finding speech and describing it: the spectrogram, the detector of speech, the embedding of a stretch."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from countenance.observations import SOUND_HZ
from detectors.voices.activity import CHUNK, Stretch, VoiceActivity
from detectors.voices.embedding import cut_windows, fill_window, from_pcm, mean_direction, raise_level, to_pcm
from detectors.voices.mel import BANDS, mel_frames
from detectors.voices.opening import VoiceModels
from models import load_manifest
from tests.detectors.heard import Floats, open_voices, recordings, sound_of

RECIPE = load_manifest("ge2e").voice_input


@pytest.fixture(scope="module")
def voices(installed_models: Path) -> VoiceModels:
    """Return the voice models, read only."""
    return open_voices(installed_models) or pytest.skip(f"No voice models are installed in {installed_models}.")


def noise() -> Floats:
    """Return the sound behind the golden outputs."""
    return (np.random.default_rng(3).standard_normal(48_000) * 0.05).astype(np.float32)


def stretches_of(sound: Floats, models: VoiceModels, block: int) -> list[Stretch]:
    """Return the speech in `sound`, told block by block."""
    activity = VoiceActivity(models.activity)
    found = [one for at in range(0, len(sound), block) for one in activity.hear(sound[at : at + block])]
    return found + activity.finish()


def test_the_spectrogram_is_the_one_the_encoder_was_trained_with(test_models: Path) -> None:
    with np.load(test_models / "golden_outputs.npz") as golden:
        assert np.abs(mel_frames(noise()) - golden["ge2e_mel"]).max() <= 1e-5


def test_the_detector_gives_its_publishers_probabilities(test_models: Path, voices: VoiceModels) -> None:
    heard: list[Floats] = []

    def listen(chunks: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        answer = voices.activity(chunks, hidden, cell)
        heard.append(answer[0].reshape(-1))
        return answer

    activity = VoiceActivity(listen)

    activity.hear(noise())
    activity.finish()

    with np.load(test_models / "golden_outputs.npz") as golden:
        assert np.abs(np.concatenate(heard) - golden["vad_probs"]).max() <= 1e-4


def test_speech_seconds_agree_with_the_detectors_own_program(test_media: Path, voices: VoiceModels) -> None:
    with (test_media / "clips/clips.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["has_speech"] == "1"]

    off = {}
    for row in rows:
        found = stretches_of(sound_of(test_media / "clips" / row["file"]), voices, SOUND_HZ)
        share = sum(stretch.length for stretch in found) / SOUND_HZ / float(row["speech_s_silero"])
        if abs(share - 1) > 0.2:
            off[row["file"]] = share

    assert len(rows) > 20
    assert off == {}


def test_the_size_of_blocks_changes_nothing(test_media: Path, voices: VoiceModels) -> None:
    sound = sound_of(next(iter(recordings(test_media).values()))[0])

    assert stretches_of(sound, voices, len(sound)) == stretches_of(sound, voices, 777)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ("." * 60, []),
        ("..#####" + "." * 60, []),  # 160 ms is no speech
        ("...." + "#" * 20 + "." * 40, [(4, 24)]),
        ("...." + "#" * 10 + "..." + "#" * 10 + "." * 40, [(4, 27)]),  # a pause of 96 ms
        ("...." + "#" * 10 + "....." + "#" * 10 + "." * 40, [(4, 14), (19, 29)]),
        ("...." + "#" * 10 + "-----" + "#" * 10 + "." * 40, [(4, 29)]),  # doubt is no pause
        ("." * 40 + "#" * 20, [(40, 60)]),
    ],
)
def test_probabilities_become_stretches_by_the_usual_rules(chunks: str, expected: list[tuple[int, int]]) -> None:
    likely = np.array([{"#": 0.9, "-": 0.4, ".": 0.1}[chunk] for chunk in chunks], np.float32)
    state = np.zeros((1, 1, 128), np.float32)
    told = iter(likely)
    activity = VoiceActivity(lambda frames, _h, _c: (np.array([next(told) for _ in frames]), state, state))

    found = activity.hear(np.zeros(len(chunks) * CHUNK, np.float32)) + activity.finish()

    pad, end = 480, len(chunks) * CHUNK
    assert [(one.start, one.end) for one in found] == [
        (first * CHUNK - pad, min(last * CHUNK + pad, end)) for first, last in expected
    ]


def test_speech_that_never_ends_is_told_minute_by_minute() -> None:
    state = np.zeros((1, 1, 128), np.float32)
    activity = VoiceActivity(lambda frames, _h, _c: (np.ones(len(frames), np.float32), state, state))

    found = [one for _second in range(150) for one in activity.hear(np.zeros(SOUND_HZ, np.float32))]

    assert len(found) == 2
    assert found[0].end == found[1].start


def test_windows_follow_the_encoders_recipe() -> None:
    mels = np.random.default_rng(0).random((160 + 77 + 40, BANDS)).astype(np.float32)

    windows = cut_windows(mels, RECIPE)

    for at, window in zip((0, 77, 154), windows, strict=True):
        assert np.array_equal(window[:100], mels[at : at + 100])
    assert not windows[2][277 - 154 :].any()


def test_short_speech_is_embedded_as_it_is_and_repeated_to_fill_a_step() -> None:
    mels = np.random.default_rng(0).random((60, BANDS)).astype(np.float32)

    (window,) = cut_windows(mels, RECIPE)

    assert np.array_equal(window, mels)
    assert np.array_equal(fill_window(mels, 100), np.concatenate((mels, mels))[:100])


def test_quiet_speech_is_raised_and_loud_speech_left_alone() -> None:
    loud = noise()

    assert np.array_equal(raise_level(loud, RECIPE), loud)
    assert 10 * np.log10(np.mean(raise_level(loud / 100, RECIPE) ** 2)) == pytest.approx(RECIPE.volume_dbfs, abs=0.01)


def test_what_is_kept_as_sound_is_what_was_embedded(voices: VoiceModels) -> None:
    speech = from_pcm(to_pcm(noise()))

    again = from_pcm(to_pcm(speech))

    assert np.array_equal(again, speech)
    assert np.array_equal(mean_direction(voices.embedder.speech(again)), mean_direction(voices.embedder.speech(speech)))
