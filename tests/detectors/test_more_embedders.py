"""One pass over a clip, several embedders: the same tracks and samples, each as that model would embed them alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

import models
from countenance.observations import Observations
from countenance.wire import Examine, ExamineSettings
from detectors.examine import examine
from detectors.faces.opening import Sessions
from scan.demo import Material, make_material

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def both_store(starter_store: Path, test_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that holds the embedders of both packs."""
    store = tmp_path_factory.mktemp("both") / "models"
    models.install("starter", store, source=models.Folder(starter_store))
    models.install("recommended", store, source=models.Folder(test_models, starter_store))
    return store


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return make_material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="module")
def ask(both_store: Path) -> Examine:
    return Examine(
        path="",
        detector="mtcnn",
        face_embedder="dlib-resnet",
        models=str(both_store),
        voice_activity="silero-vad",
        voice_embedder="ge2e",
    )


def examined(path: Path, request: Examine, **changes: object) -> Observations:
    with path.open("rb") as source:
        return examine(msgspec.structs.replace(request, **changes), source, lambda *_: None, Sessions())


def test_another_embedder_gives_what_it_would_give_alone(ask: Examine, material: Material):
    both = examined(material.clip, ask, more_face_embedders=("retail-0095",))
    alone = examined(material.clip, ask, face_embedder="retail-0095")
    plain = examined(material.clip, ask)

    assert both.tracks == plain.tracks
    assert both.further_faces[0].model == "retail-0095"
    assert [(each.embedding, each.samples) for each in both.further_faces[0].embedded] == [
        (track.embedding, tuple(sample.embedding for sample in track.samples)) for track in alone.tracks
    ]
    assert [stamp.name for stamp in both.models][:3] == ["mtcnn", "dlib-resnet", "retail-0095"]


def test_another_voice_embedder_hears_the_samples_of_the_speakers_that_the_first_told_apart(
    ask: Examine, material: Material
):
    """No second voice model can be had here: the first one, asked again, must hear of each sample what it heard."""
    seen = examined(material.clip, ask, more_voice_embedders=("ge2e",))

    assert seen.speakers
    for speaker, each in zip(seen.speakers, seen.further_voices[0].embedded, strict=True):
        for sample, heard in zip(speaker.samples, each.samples, strict=True):
            assert np.frombuffer(heard, "<f4") == pytest.approx(np.frombuffer(sample.embedding, "<f4"), abs=1e-6)
    assert all(bool(each.embedding) == bool(each.samples) for each in seen.further_voices[0].embedded)


def test_what_nobody_asked_for_costs_a_few_bytes(ask: Examine, material: Material):
    plain = examined(material.clip, ask)

    without = msgspec.to_builtins(plain)
    del without["further_faces"], without["further_voices"]

    assert (plain.further_faces, plain.further_voices) == ((), ())
    assert len(msgspec.msgpack.encode(plain)) - len(msgspec.msgpack.encode(without)) < 40


def test_voices_are_embedded_again_only_where_they_are_listened_to(ask: Examine, material: Material):
    silent = examined(material.clip, ask, more_voice_embedders=("ge2e",), settings=ExamineSettings(look_for=("face",)))

    assert silent.further_voices == ()
