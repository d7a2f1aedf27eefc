"""Somebody uses another voice model: it enrols and recognises by its own templates, and promises nothing unmeasured."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import models
from countenance.identification import Identification, IdentificationReason, IdentificationStatus
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality
from detectors.demo_voice import RATE_HZ, VOICES, speak
from detectors.voices.embedding import to_pcm
from models.figures import own_file
from registry import Registry
from scan.demo import Material
from scan.enrolment import enrol_person
from scan.knowing import propose
from scan.request import examine_request, looking_for
from scan.worker import DetectorWorker
from tests.detectors.campplus_network import BROUGHT, bring
from tests.journeys.conftest import Pack
from tests.journeys.people import from_registry, judged
from tests.registry.people import SPOKEN, person

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def another(starter_store: Path, material: Material, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    """Return the ordinary pack with a small network of CAM++'s signature for its voices."""
    folder = tmp_path_factory.mktemp("another")
    store = folder / "models"
    store.mkdir()
    for name in ("mtcnn", "dlib-resnet", "silero-vad"):
        shutil.copytree(starter_store / name, store / name)
    card = models.load_pack(bring(store, folder / "files"), store)
    with DetectorWorker() as worker:
        # The child is started here, so that it is none of what a test leaves behind.
        propose([material.photo], worker, card, store)
        yield Pack(card, store, worker)


def recording(path: Path, voice: str, seed: int, seconds: float = 10.0) -> Path:
    """Write an utterance of one of the demo's voices and return where."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(to_pcm(speak(VOICES[voice], seconds, seed)))
    return path


def heard_in(clip: Path, pack: Pack, card: PackCard, registry: Registry) -> Identification:
    """Return who the one voice of a recording is, by a card of the same models."""
    request = examine_request(clip, card, pack.models, looking_for([Modality.VOICE]))
    with_figures = replace(pack, card=card)
    seen = pack.worker.examine(request)
    assert {stamp.task: stamp.name for stamp in seen.models}[ModelTask.VOICE_EMBEDDER] == BROUGHT
    (one,) = judged(seen, with_figures, from_registry(registry, with_figures)).voice_identifications
    return one


def measured(card: PackCard, store: Path) -> PackCard:
    """Return the card once somebody measured its voices here; the numbers are made up."""
    bindings = [stamp.binding for stamp in card.models if stamp.task.value.startswith("voice")]
    own = own_file(store, f"silero-vad+{BROUGHT}")
    own.parent.mkdir(exist_ok=True)
    curve = "scores = [0.0, 0.3, 0.5, 0.6]\nrates = [0.1, 0.01, 0.001, 0.0001]\n"
    own.write_text(
        f"bindings = {bindings}\n[singles]\n{curve}comparisons = 100000\npeople = 100\nfloor = 0.00001\n", "utf-8"
    )
    return models.load_pack(card.name, store)


def test_a_person_is_enrolled_and_heard_again_once_figures_are_there(another: Pack, tmp_path: Path, registry: Registry):
    enrolled = recording(tmp_path / "enrolled.wav", "deep", 1)
    again, other = recording(tmp_path / "again.wav", "deep", 2), recording(tmp_path / "other.wav", "bright", 2)
    proposal = propose([enrolled], another.worker, another.card, another.models, modalities=(Modality.VOICE,))
    ada = enrol_person(registry, person("Ada"), SPOKEN, proposal, another.card)

    before = heard_in(again, another, another.card, registry)
    card = measured(another.card, another.models)
    after, stranger = (heard_in(clip, another, card, registry) for clip in (again, other))

    assert before.status is not IdentificationStatus.IDENTIFIED
    assert before.reasons == (IdentificationReason.NO_FIGURES,)
    assert after.person == ada
    assert after.status in (IdentificationStatus.POSSIBLE, IdentificationStatus.IDENTIFIED)
    assert stranger.status is IdentificationStatus.UNKNOWN
