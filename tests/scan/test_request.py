from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from countenance.people import Modality
from countenance.wire import ExamineSettings
from scan.request import examine_request, looking_for
from tests.scan.made import CARD, DEAF


def test_the_detectors_are_asked_for_a_file_with_the_models_of_the_pack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = ExamineSettings(sample_every_s=0.5)

    request = examine_request(Path("clip.mp4"), CARD, tmp_path / "models", settings)

    assert request.path == str(tmp_path / "clip.mp4")
    assert (request.detector, request.face_embedder) == ("drawn-detector", "drawn-embedder")
    assert request.dimension == CARD.face.dimension
    assert (request.voice_activity, request.voice_embedder) == ("drawn-activity", "drawn-voices")
    assert request.voice_dimension == CARD.voice.dimension
    assert (request.models, request.settings) == (str(tmp_path / "models"), settings)


def test_of_a_pack_without_both_voice_models_no_voices_are_asked_for(tmp_path):
    half = replace(DEAF, models=CARD.models[:3])

    for card in (DEAF, half):
        request = examine_request(Path("clip.mp4"), card, tmp_path, ExamineSettings())

        assert (request.voice_activity, request.voice_embedder, request.voice_dimension) == ("", "", 0)


def test_what_is_looked_and_listened_for_can_be_chosen():
    assert looking_for([Modality.VOICE]).look_for == ("voice",)
    assert looking_for(Modality, ExamineSettings(threads=1)) == ExamineSettings(threads=1)
