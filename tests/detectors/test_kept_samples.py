"""Kept samples embedded again: what enrolling the picture would give, one face of several, and nothing of rubbish."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from countenance.observations import SOUND_HZ, FaceSample
from countenance.wire import Examine, ExamineSettings
from countenance.wire_models import Embed, KeptSample
from detectors.examine import examine
from detectors.faces.detection import Picture, RawFace
from detectors.faces.opening import Sessions
from detectors.kept_samples import embed, embed_picture, the_one
from detectors.voices.embedding import mean_direction, to_pcm
from detectors.voices.opening import open_voice_embedder

STARTER, RECOMMENDED = ("mtcnn", "dlib-resnet"), ("yunet", "retail-0095")
PACKS = {"starter": STARTER, "recommended": RECOMMENDED}
EVERY = 9
"""One photo of so many; the whole set is in docs/adr/0042-switching-models.md."""

LEAST_ALIKE = {"starter": 0.97, "recommended": 0.92}
"""Cosine of a template made of the kept picture with the one made of the photo: of 439 photos .972, .930 at least."""


@dataclass(frozen=True)
class Kept:
    """Samples of one face each, by pack: as they would be enrolled."""

    store: Path
    sessions: Sessions
    samples: Mapping[str, list[FaceSample]]


@pytest.fixture(scope="module")
def store(recommended_store: Path, starter_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    both = tmp_path_factory.mktemp("both") / "models"
    shutil.copytree(recommended_store, both)
    for name in STARTER:
        shutil.copytree(starter_store / name, both / name, dirs_exist_ok=True)
    return both


@pytest.fixture(scope="module")
def kept(store: Path, test_media: Path) -> Kept:
    sessions, samples = Sessions(), {}
    photos = sorted((test_media / "faces").glob("*.jpg"))[::EVERY]
    for pack, (detector, embedder) in PACKS.items():
        request = _examine(detector, embedder, store)
        seen = [examine(request, io.BytesIO(photo.read_bytes()), _ignore, sessions) for photo in photos]
        # As enrolment does: the one face of a photo.
        samples[pack] = [one.tracks[0].samples[0] for one in seen if len(one.tracks) == 1 and one.tracks[0].samples]
    return Kept(store, sessions, samples)


@pytest.mark.parametrize("pack", PACKS)
def test_a_template_made_again_is_nearly_the_one_made_of_the_photo(kept: Kept, pack: str) -> None:
    faces = kept.sessions.faces(*PACKS[pack], kept.store, 2)
    samples = kept.samples[pack]

    again = [embed_picture(sample.picture, faces) for sample in samples]

    alike = [
        float(vector @ np.frombuffer(sample.embedding, "<f4"))
        for vector, sample in zip(again, samples, strict=True)
        if vector is not None
    ]
    assert len(alike) >= len(samples) - 1 > 20
    assert min(alike) >= LEAST_ALIKE[pack]


@pytest.mark.parametrize("old", PACKS)
@pytest.mark.parametrize("new", PACKS)
def test_a_renewed_template_is_what_enrolling_the_kept_picture_gives(kept: Kept, old: str, new: str) -> None:
    faces = kept.sessions.faces(*PACKS[new], kept.store, 2)
    request = _examine(*PACKS[new], kept.store)

    for sample in kept.samples[old][::5]:
        vector = embed_picture(sample.picture, faces)
        enrolled = examine(request, io.BytesIO(sample.picture), _ignore, kept.sessions).tracks

        assert vector is not None
        assert max(float(vector @ np.frombuffer(one.embedding, "<f4")) for one in enrolled) >= 1 - 1e-6


@pytest.mark.parametrize("old", PACKS)
def test_everybody_found_by_one_detector_is_found_by_the_other(kept: Kept, old: str) -> None:
    new = "recommended" if old == "starter" else "starter"
    samples = tuple(KeptSample(picture=sample.picture) for sample in kept.samples[old][:20])
    steps: list[tuple[str, float, float]] = []

    done = embed(_embed(samples, new, kept.store), kept.sessions, lambda *step: steps.append(step))

    assert all(done.vectors)
    assert steps[0] == ("embedding", 0, len(samples))


def test_a_voice_is_embedded_exactly_as_it_was_enrolled(store: Path) -> None:
    sessions = Sessions()
    embedder = open_voice_embedder(sessions, "ge2e", store)
    speech = np.random.default_rng(3).standard_normal(3 * SOUND_HZ).astype(np.float32) * 0.1
    pcm = to_pcm(speech)
    request = Embed(
        samples=(KeptSample(sound=pcm), KeptSample(sound=pcm[:3001]), KeptSample(sound=pcm[:4000])),
        models=str(store),
        voice_embedder="ge2e",
    )

    whole, odd, short = embed(request, sessions, _ignore).vectors

    rounded = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_767)
    assert np.array_equal(np.frombuffer(whole, "<f4"), mean_direction(embedder.speech(rounded)))
    assert (odd, short) == (b"", b"")


def test_what_is_no_picture_of_a_face_gives_nothing(store: Path) -> None:
    bomb = io.BytesIO()
    Image.new("L", (20_000, 20_000)).save(bomb, "jpeg", quality=1)
    real = _jpeg(np.full((200, 160, 3), 90, np.uint8))
    rubbish = (b"\xff\xd8\xff", b"no picture", real, real[:300], bomb.getvalue(), _png())
    samples = tuple(KeptSample(picture=content) for content in rubbish)

    vectors = embed(_embed(samples, "recommended", store), Sessions(), _ignore).vectors

    assert vectors == (b"",) * len(rubbish)


def test_two_faces_side_by_side_are_nobody_s_template(kept: Kept) -> None:
    first, second = (_picture(sample.picture) for sample in kept.samples["recommended"][:2])
    both = np.concatenate([cv2.resize(first, (160, 200)), cv2.resize(second, (160, 200))], axis=1)
    faces = kept.sessions.faces(*RECOMMENDED, kept.store, 2)

    assert embed_picture(_jpeg(np.asarray(both, np.uint8)), faces) is None


def test_the_face_that_a_picture_was_cut_around_is_told_from_bystanders() -> None:
    points = np.zeros((5, 2), np.float32)
    mine = RawFace(80, 80, 160, 160, 0.9, points)
    at_the_edge = RawFace(0, 80, 160, 160, 0.9, points)
    bystander = RawFace(250, 60, 70, 160, 0.99, points)

    assert the_one([bystander, mine], 320, 320) is mine
    # The photo ended at its left: a quarter of what was cut out lay outside.
    assert the_one([at_the_edge], 240, 320) is at_the_edge
    assert the_one([bystander], 320, 320) is None
    assert the_one([], 320, 320) is None
    assert the_one([mine, RawFace(90, 80, 160, 160, 0.9, points)], 320, 320) is None


def _examine(detector: str, embedder: str, store: Path) -> Examine:
    settings = ExamineSettings(look_for=("face",))
    return Examine(path="", detector=detector, face_embedder=embedder, models=str(store), settings=settings)


def _embed(samples: tuple[KeptSample, ...], pack: str, store: Path) -> Embed:
    detector, embedder = PACKS[pack]
    return Embed(samples=samples, models=str(store), detector=detector, face_embedder=embedder)


def _ignore(step: str, done: float, total: float) -> None:
    pass


def _picture(jpeg: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def _jpeg(rgb: Picture) -> bytes:
    written = io.BytesIO()
    Image.fromarray(rgb).save(written, "jpeg", quality=90)
    return written.getvalue()


def _png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (100, 100)).save(written, "png")
    return written.getvalue()
