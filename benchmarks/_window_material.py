"""What the window is timed with: a folder of clips, ten thousand files of nothing, an agency's registry."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from benchmarks._consent import bench_consent
from benchmarks.registry import GIVEN, PASSPHRASE, SURNAMES
from countenance.grants import Grant, Purpose
from countenance.observations import (
    Box,
    Clip,
    FaceDetection,
    FaceSample,
    FaceTrack,
    Observations,
    PictureCoverage,
    SoundCoverage,
)
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality, Person
from registry import GrantPapers, NewPerson, NewSample, NewTemplate, Registry, SampleKind, Signature, create_registry
from scan.demo import make_material
from scan.importing.people import PEOPLE_AT_ONCE

_SMALLEST_CLIPS = 40
_DIMENSION = 128


def make_clips(folder: Path, count: int) -> str:
    """Fill a folder with so many clips, no two of the same bytes, and return what they are.

    They are the smallest real ones where COUNTENANCE_TEST_MEDIA names them, else the demonstration's. A box "free" at
    the end (ISO 14496-12, 8.1.2) tells copies apart.
    """
    media = Path(os.environ.get("COUNTENANCE_TEST_MEDIA", "")) / "clips"
    real = sorted(
        (one for one in media.glob("*.mp4") if "broken" not in one.name), key=lambda one: (one.stat().st_size, one.name)
    )
    sources: Sequence[Path] = real[:_SMALLEST_CLIPS] or [make_material(folder.parent).clip]
    folder.mkdir()
    for number in range(count):
        source = sources[number % len(sources)]
        box = struct.pack(">I4sI", 12, b"free", number)
        (folder / f"clip {number:05d} {source.name}").write_bytes(source.read_bytes() + box)
    return f"the {len(sources)} smallest real clips" if real else "the demonstration's clip"


def make_files(folder: Path, count: int) -> None:
    """Fill a folder with so many files that only their names matter of."""
    folder.mkdir()
    for number in range(count):
        (folder / f"clip {number:05d}.mp4").write_bytes(b"")


def observations() -> Observations:
    """Return a clip in which one face is seen."""
    return Observations(
        clip=Clip(
            name="clip.mp4",
            sha256="0" * 64,
            bytes=1_000_000,
            container="mp4",
            duration_s=8.0,
            claimed_duration_s=8.0,
            still=False,
            width=1920,
            height=1080,
            streams=(),
        ),
        picture=PictureCoverage(
            present=True, duration_s=8.0, frames_read=240, frames_examined=40, longest_step_s=0.2, gaps=()
        ),
        sound=SoundCoverage(present=False, duration_s=0.0),
        cuts_s=(),
        tracks=(_track(),),
        models=(),
        seconds={},
    )


def make_agency(path: Path, card: PackCard, people: int) -> None:
    """Make a registry of so many drawn people with two samples and two grants each; their portraits are one face."""
    rng = np.random.default_rng(15)
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    assert embedder is not None
    portraits = _portraits()
    with create_registry(path, PASSPHRASE, owner="us", tz="UTC", operator="bench") as registry:
        signed = Signature(name="drawn", role="self", signed_on=registry.today(), how="paper")
        for start in range(0, people, PEOPLE_AT_ONCE):
            block = range(start, min(people, start + PEOPLE_AT_ONCE))
            ids = registry.enrol_many([_newcomer(registry, embedder.binding, at, portraits, rng) for at in block])
            with registry.together():
                for at, person in zip(block, ids, strict=True):
                    for grant in _grants(registry, person, at):
                        registry.record_grant(grant, GrantPapers(signatures=(signed,)))


def _newcomer(
    registry: Registry, binding: str, at: int, portraits: Sequence[bytes], rng: np.random.Generator
) -> NewPerson:
    today = registry.today()
    consent = bench_consent(today)
    samples = []
    for number in range(2):
        vector = rng.standard_normal(_DIMENSION)
        template = NewTemplate(
            modality=Modality.FACE,
            model="drawn",
            binding=binding,
            vector=(vector / np.linalg.norm(vector)).astype("<f4").tobytes(),
        )
        samples.append(
            NewSample(
                kind=SampleKind.PHOTO,
                file_sha256="0" * 64,
                picture=portraits[(at + number) % len(portraits)],
                quality=0.3 + 0.6 * (at % 7) / 7,
                templates=(template,),
            )
        )
    name = f"{SURNAMES[at % 10]} {GIVEN[at // 10 % 10]} {at:04d}"
    return NewPerson(person=Person(id="", display_name=name), consent=consent, samples=tuple(samples))


def _grants(registry: Registry, person: str, at: int) -> Iterator[Grant]:
    today = registry.today()
    for purpose, days in ((Purpose.ENTERTAINMENT, 900), (Purpose.ADVERTISING, at % 90 - 10)):
        yield Grant(
            id="",
            person=person,
            signed=today - timedelta(days=60),
            purposes=(purpose,),
            channels=("social",),
            territories=("EU",),
            start=today - timedelta(days=60),
            end=today + timedelta(days=days),
        )


def _portraits() -> Sequence[bytes]:
    picture = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR)
    made = []
    for turn in range(12):
        left, top, side = 140 + 2 * turn, 10 + turn, 150 - turn
        face = cv2.resize(picture[top : top + side, left : left + side], (320, 320))
        made.append(cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes())
    return made


def _track() -> FaceTrack:
    box = Box(x=0.4, y=0.2, width=0.2, height=0.3)
    seen = FaceDetection(at_s=1.0, box=box, score=0.95, size_px=160.0, sharpness=0.7, yaw=0.0, quality=0.8)
    embedding = np.full(_DIMENSION, 1 / np.sqrt(_DIMENSION), np.float32).tobytes()
    sample = FaceSample(detection=seen, embedding=embedding, picture=_portraits()[0])
    later = replace(seen, at_s=6.0)
    return FaceTrack(
        id=0, shot=0, start_s=0.5, end_s=7.5, detections=(seen, later), samples=(sample,), embedding=embedding
    )
