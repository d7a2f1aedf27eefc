"""Voices and faces of one clip in one examination, with the real voice models."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from countenance.observations import NotExamined, Observations
from countenance.wire import FRAME_LIMIT, Examine, ExamineSettings, Observed
from detectors.examine import examine
from detectors.faces.opening import Sessions
from tests.detectors.made import pattern, write_clip
from tests.detectors.sounding import write_streams

SESSIONS = Sessions()
pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def store(installed_models: Path) -> Path:
    for name in ("mtcnn", "dlib-resnet", "silero-vad", "ge2e"):
        if not (installed_models / name / "installed.json").exists():
            pytest.skip(f"The model {name} is not installed in {installed_models}.")
    return installed_models


@pytest.fixture(scope="module")
def dialogue(test_media: Path) -> Path:
    return test_media / "audio" / "dialogue_pyannote_sample.flac"


def examined(path: Path, store: Path, *, voices: bool = True, on_progress=lambda *_: None, **settings) -> Observations:
    request = Examine(
        path="",
        detector="mtcnn",
        face_embedder="dlib-resnet",
        models=str(store),
        settings=ExamineSettings(**settings),
        voice_activity="silero-vad" if voices else "",
        voice_embedder="ge2e" if voices else "",
        voice_dimension=256,
    )
    with path.open("rb") as source:
        return examine(request, source, on_progress, SESSIONS)


def spoken(path: Path) -> np.ndarray:
    import av

    with av.open(str(path)) as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(parts).astype(np.float32) / 32768


def test_a_recording_yields_its_speakers_its_coverage_and_its_waveform(store, dialogue):
    steps = []

    seen = examined(dialogue, store, on_progress=lambda step, *_: steps.append(step))

    assert not seen.picture.present
    assert seen.sound.not_examined is None
    assert 18 < seen.sound.speech_s < 27
    assert (seen.sound.streams_examined, seen.sound.streams) == (1, 1)
    assert [speaker.id for speaker in seen.speakers] == list(range(len(seen.speakers)))
    assert seen.speakers
    assert seen.waveform is not None
    assert len(seen.waveform.peaks) * seen.waveform.step_s == pytest.approx(30, abs=0.1)
    assert {"silero-vad", "ge2e"} <= {stamp.name for stamp in seen.models}
    assert {"listen", "speakers"} <= set(seen.seconds)
    assert set(steps) <= {"opening", "reading", "embedding", "hashing"}
    assert len(msgspec.msgpack.encode(Observed(observations=seen))) < FRAME_LIMIT


def test_the_same_voice_is_heard_in_a_film_with_and_without_its_picture(store, dialogue, tmp_path):
    sound = spoken(dialogue)[: 12 * 16_000]
    film = write_streams(tmp_path / "film.mkv", [sound], rate=16_000, codec="flac", picture_s=12)

    both = examined(film, store)
    voice = examined(film, store, look_for=("voice",))

    assert both.speakers == voice.speakers
    assert both.sound == voice.sound
    assert both.clip == voice.clip
    assert both.picture.frames_read == 300
    assert voice.picture.frames_read == 1
    assert voice.picture.gaps[0].reason is NotExamined.NOT_REQUESTED
    assert voice.tracks == ()
    assert {stamp.name for stamp in voice.models} == {"silero-vad", "ge2e"}


def test_each_language_of_a_film_has_its_own_speakers(store, dialogue, tmp_path):
    sound = spoken(dialogue)
    first, second = (
        sound[: 10 * 16_000],
        np.concatenate([np.zeros(16_000, np.float32), sound[10 * 16_000 : 16 * 16_000]]),
    )
    path = write_streams(tmp_path / "a.mka", [first, second], rate=16_000, codec="flac")

    seen = examined(path, store, look_for=("voice",))

    streams = [speaker.stream for speaker in seen.speakers]
    assert set(streams) == {0, 1}
    assert streams == sorted(streams)
    assert len({speaker.id for speaker in seen.speakers}) == len(streams)


def test_a_centre_channel_an_opposed_pair_and_plain_mono_say_the_same(store, dialogue, tmp_path):
    sound = spoken(dialogue)[: 10 * 16_000]
    surround = np.zeros((6, len(sound)), np.float32)
    surround[2] = sound
    shapes = {"mono": sound[None], "5.1": surround, "stereo": np.stack([sound, -sound])}

    heard = {
        layout: examined(
            write_streams(tmp_path / f"{layout}.wav", [shape], rate=16_000, layout=layout), store, look_for=("voice",)
        )
        for layout, shape in shapes.items()
    }

    plain = heard["mono"]
    for other in heard.values():
        assert other.sound.speech_s == pytest.approx(plain.sound.speech_s, abs=0.2)
        assert len(other.speakers) == len(plain.speakers)


def test_who_is_not_listened_to_is_said_not_to_be_and_why(store, dialogue, tmp_path):
    film = write_streams(
        tmp_path / "film.mkv", [spoken(dialogue)[: 3 * 16_000]], rate=16_000, codec="flac", picture_s=2
    )

    unwanted = examined(film, store, look_for=("face",))
    without_models = examined(film, store, voices=False)
    silent = examined(write_clip(tmp_path / "silent.mp4", [pattern(0)] * 10), store)

    assert unwanted.sound.present
    assert unwanted.sound.not_examined is NotExamined.NOT_REQUESTED
    assert without_models.sound.not_examined is NotExamined.NO_DETECTOR
    assert not silent.sound.present
    assert silent.sound.not_examined is None
    for seen in (unwanted, without_models, silent):
        assert seen.speakers == ()
        assert seen.waveform is None
        assert {"silero-vad", "ge2e"}.isdisjoint(stamp.name for stamp in seen.models)
