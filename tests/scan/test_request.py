from __future__ import annotations

from pathlib import Path

from countenance.wire import ExamineSettings
from scan.request import examine_request
from tests.scan.made import CARD


def test_the_detectors_are_asked_for_a_file_with_the_models_of_the_pack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = ExamineSettings(sample_every_s=0.5)

    request = examine_request(Path("clip.mp4"), CARD, tmp_path / "models", settings)

    assert request.path == str(tmp_path / "clip.mp4")
    assert (request.detector, request.face_embedder) == ("drawn-detector", "drawn-embedder")
    assert request.dimension == CARD.face.dimension
    assert (request.models, request.settings) == (str(tmp_path / "models"), settings)
