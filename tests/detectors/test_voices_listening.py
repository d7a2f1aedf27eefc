"""Listening to whole streams: nobody where nobody speaks, one person as one, two as two, in memory that stays flat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countenance.observations import LONGEST_EXCERPT_S, SOUND_HZ, Background, NotExamined
from detectors.voices import listening
from detectors.voices.embedding import from_pcm, mean_direction
from detectors.voices.listening import Heard, VoiceListener, hear_all
from detectors.voices.opening import VoiceModels
from tests.detectors.heard import Turns, conversation, diarisation_error, open_voices, recordings, sound_of


@pytest.fixture(scope="module")
def voices(installed_models: Path) -> VoiceModels:
    """Return the voice models, read only."""
    return open_voices(installed_models) or pytest.skip(f"No voice models are installed in {installed_models}.")


def turns_of(heard: Heard) -> Turns:
    """Return all turns with their speakers' numbers as names."""
    return [(turn.start_s, turn.end_s, str(speaker.id)) for speaker in heard.speakers for turn in speaker.turns]


@pytest.mark.parametrize(
    "name",
    [
        "esc50_car_horn.opus",
        "esc50_thunderstorm.opus",
        "music_instrumental.opus",
        "noise1.opus",
        "noise4.opus",
        "silence_44.flac",
        "song_with_singing.opus",
        "tone_sine.flac",
    ],
)
def test_nobody_is_invented_where_nobody_speaks(test_media: Path, voices: VoiceModels, name: str) -> None:
    heard = hear_all(sound_of(test_media / "audio" / name), voices)

    assert heard.speakers == ()
    assert heard.speech_s == 0
    assert heard.without_speech_s == pytest.approx(0 if "silence" in name else heard.duration_s, rel=0.1)


@pytest.mark.parametrize("samples", [0, 1, 100, 16_000])
def test_a_stream_may_be_empty_or_silent(voices: VoiceModels, samples: int) -> None:
    heard = hear_all(np.zeros(samples, np.float32), voices)

    assert heard.speakers == heard.gaps == heard.overlaps == ()
    assert heard.without_speech_s == 0


def test_one_person_stays_one_whatever_is_said(test_media: Path, voices: VoiceModels) -> None:
    people = [paths for paths in recordings(test_media).values() if len(paths) > 2][::6]

    found = [len(hear_all(np.concatenate([sound_of(path) for path in paths]), voices).speakers) for paths in people]

    assert found.count(1) >= len(people) - 1


def test_turns_of_two_people_are_told_apart(test_media: Path, voices: VoiceModels) -> None:
    people = [paths for paths in recordings(test_media).values() if len(paths) > 2]
    chance = np.random.default_rng(5)

    errors, counts = [], []
    for first, second in zip(people[::8], people[4::8], strict=False):
        sound, truth = conversation([first, second], voices, chance)
        heard = hear_all(sound, voices)
        errors.append(diarisation_error(truth, turns_of(heard), len(sound) / SOUND_HZ))
        counts.append(len(heard.speakers))

    assert len(errors) >= 4
    assert np.mean(errors) <= 0.10
    assert counts.count(2) >= len(counts) - 1


def test_samples_are_what_was_embedded_in_order_and_apart(test_media: Path, voices: VoiceModels) -> None:
    paths = max(recordings(test_media).values(), key=len)

    (speaker, *_others) = hear_all(np.concatenate([sound_of(path) for path in paths]), voices, 3).speakers

    assert speaker.not_examined is None
    assert len(speaker.samples) == 3
    for sample in speaker.samples:
        sound = from_pcm(sample.sound)
        assert 1.6 <= sample.speech_s <= LONGEST_EXCERPT_S
        assert sample.speech_s == pytest.approx(len(sound) / SOUND_HZ)
        again = mean_direction(voices.embedder.speech(sound))
        assert np.frombuffer(sample.embedding, "<f4") == pytest.approx(again, abs=1e-6)
    assert all(a.end_s <= b.start_s for a, b in zip(speaker.samples, speaker.samples[1:], strict=False))


def test_a_word_is_too_short_to_judge_and_told_as_a_gap(test_media: Path, voices: VoiceModels) -> None:
    sound = sound_of(next(iter(recordings(test_media).values()))[0])
    (speaker,) = hear_all(sound, voices).speakers
    start = int(speaker.start_s * SOUND_HZ)

    heard = hear_all(np.pad(sound[start : start + SOUND_HZ], SOUND_HZ), voices)

    (short,) = heard.speakers
    assert short.not_examined is NotExamined.TOO_SHORT
    assert short.embedding
    assert len(short.samples) == 1
    assert [(gap.reason, gap.share) for gap in heard.gaps] == [(NotExamined.TOO_SHORT, 1.0)]


def test_what_is_behind_a_voice_is_named(test_media: Path, voices: VoiceModels) -> None:
    behind = {}
    for name in ("speech_over_music_ls-2300_0dB", "speech_in_white_noise_ls-1688_0dB", "dialogue_pyannote_sample"):
        (path,) = (test_media / "audio").glob(f"{name}.[fo]*")
        behind[name] = hear_all(sound_of(path), voices).speakers[0].background

    assert list(behind.values()) == [Background.MUSIC, Background.NOISE, Background.QUIET]


def test_hours_are_heard_in_blocks_that_agree_with_one_another(
    test_media: Path, voices: VoiceModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [paths for paths in recordings(test_media).values() if len(paths) > 2]
    sound, _truth = conversation([people[0], people[9]], voices, np.random.default_rng(1))
    whole = hear_all(np.tile(sound, 3), voices)
    monkeypatch.setattr(listening, "_BLOCK", len(sound))

    in_blocks = hear_all(np.tile(sound, 3), voices)

    assert len(in_blocks.speakers) == len(whole.speakers) == 2
    assert in_blocks.speech_s == pytest.approx(whole.speech_s, rel=0.02)
    for speaker, same in zip(in_blocks.speakers, whole.speakers, strict=True):
        assert speaker.speech_s == pytest.approx(same.speech_s, rel=0.1)
        assert len(speaker.samples) <= 6


def test_memory_does_not_grow_with_the_stream(voices: VoiceModels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_BLOCK", 10 * SOUND_HZ)
    listener = VoiceListener(voices, 0, 6)
    rustle = (np.random.default_rng(0).standard_normal(SOUND_HZ) * 0.01).astype(np.float32)

    held = []
    for _second in range(60):
        listener.hear(rustle)
        held.append(listener.held_s)

    assert max(held) <= 12.5
    assert listener.finish().without_speech_s == pytest.approx(60, rel=0.01)
