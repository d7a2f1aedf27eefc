"""How an agency's registry holds up: opening, searching, deciding and identifying among thousands of people.

    python3 run.py bench registry [--rounds 9] [--people 5000] [--large 100000]

Made is a real encrypted registry in a temporary folder, of drawn people: four face templates each (unit vectors of 128
numbers, of nobody), a picture of 6 kB with each, and four grants. Imported is as the program imports, some dozens of
people in a transaction. Identified are 32 faces of six pictures each, 198 pictures and tracks against everybody, with
the starter pack's cohort and figures. The large gallery stands in memory alone. Every figure is the median of the
rounds, beside the bar that it is held to; bars are for 5,000 and 100,000 people on two quiet cores. The first line
tells how busy they are.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before numpy reads it (cli/main.py)

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._consent import bench_consent
from consent import judge
from countenance.grants import Grant, Method, Purpose
from countenance.judgement import FoundPerson, MatchKind
from countenance.observations import Box, FaceDetection, FaceSample, FaceTrack
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality, Person
from countenance.places import find_places
from countenance.templates import TemplateBlock
from countenance.use import StatedUse
from models import load_pack
from registry import (
    GrantPapers,
    NewPerson,
    NewSample,
    NewTemplate,
    Passphrase,
    Registry,
    SampleKind,
    Signature,
    create_registry,
)
from registry.file import open_file, read_salt
from registry.keys import FileKey
from registry.lane import Lane, system_clock
from scan.gallery import Gallery, Vectors, build_gallery
from scan.identify import identify
from scan.importing.people import PEOPLE_AT_ONCE
from scan.knowing import known_from_registry
from scan.known import Known
from scan.operating import Promise

PROBES, SAMPLES, TEMPLATES, GRANTS = 32, 6, 4, 4
PICTURE_BYTES = 6000
PASSPHRASE = Passphrase("of no consequence")
SURNAMES = ("Abel", "Brandt", "Costa", "Dubois", "Eriksen", "王", "李", "张", "Novák", "García")
GIVEN = ("Ada", "Ben", "Clara", "Dmitri", "Elif", "伟", "秀英", "敏", "Zoë", "Yusuf")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `bar` is None where nothing is promised."""

    what: str
    seconds: float
    bar_s: float | None

    def __str__(self) -> str:
        if self.bar_s is None:
            return f"{self.what:<62} {_time(self.seconds):>10}"
        held = "holds" if self.seconds <= self.bar_s else "falls short"
        return f"{self.what:<62} {_time(self.seconds):>10}  bar {_time(self.bar_s):>9}  {held}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each figure as it is measured."""
    options = _options(arguments)
    card = load_pack("starter", find_places().models)
    rng = np.random.default_rng(14)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, {load:.1f} programs at work on them")
    with tempfile.TemporaryDirectory(prefix="countenance-bench-") as name:
        path = Path(name) / "agency.countenance"
        faces = _unit(rng.standard_normal((options.people, card.face.dimension)))
        for row in fill(path, card, faces, rng):
            print(row, flush=True)
        print(f"  {options.people} people, {path.stat().st_size / 1e6:.0f} MB", flush=True)
        for row in use(path, card, faces, rng, options.rounds):
            print(row, flush=True)
    if options.large:
        for row in identify_among_many(options.large, card, rng, options.rounds):
            print(row, flush=True)


def fill(path: Path, card: PackCard, faces: Vectors, rng: np.random.Generator) -> Iterator[Row]:
    """Make the registry, and tell how long importing and recording took."""
    with create_registry(path, PASSPHRASE, owner="us", tz="UTC", operator="bench") as registry:
        prepared = [_newcomer(registry, card, number, face, rng) for number, face in enumerate(faces)]
        began = time.perf_counter()
        people: list[str] = []
        for start in range(0, len(prepared), PEOPLE_AT_ONCE):
            people += registry.enrol_many(prepared[start : start + PEOPLE_AT_ONCE])
        yield Row(f"import {len(people) * TEMPLATES} prepared embeddings", time.perf_counter() - began, 30.0)
        began = time.perf_counter()
        today = registry.today()
        papers = GrantPapers(signatures=(Signature(name="drawn", role="self", signed_on=today, how="paper"),))
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            with registry.together():
                for person in people[start : start + PEOPLE_AT_ONCE]:
                    for purpose in list(Purpose)[:GRANTS]:
                        registry.record_grant(_grant(person, purpose, registry), papers)
        yield Row(f"record {len(people) * GRANTS} grants", time.perf_counter() - began, None)


def use(path: Path, card: PackCard, faces: Vectors, rng: np.random.Generator, rounds: int) -> Iterator[Row]:
    """Tell how long what people wait for takes."""
    key = FileKey(PASSPHRASE, read_salt(path))
    opened: list[float] = []
    for _round in range(rounds):
        began = time.perf_counter()
        registry, known = _open(path, key, card)
        known.galleries(card)
        opened.append(time.perf_counter() - began)
        registry.close()
    yield Row("open and load a check's people, after key derivation", statistics.median(opened), 1.0)
    registry, known = _open(path, key, card)
    with registry:
        last = registry.people()[-1]
        typed = (last.display_name, last.display_name[:3], last.id, "li wei", "wxy", "Dubois Cl")
        searches = [_median(lambda text=text: registry.search(text, 50), rounds) for text in typed]  # type: ignore[misc]  # mypy cannot tell a lambda with a default
        yield Row("search by name, the slowest of six (first 50 shown)", max(searches), 0.030)
        # Each decision is on other people, so that none is remembered.
        clips = itertools.cycle(rng.choice(list(known.templates), size=(50 * rounds, 3)).tolist())
        decided = _median(lambda: _decide(known, next(clips)), 50 * rounds)
        yield Row("decide on a clip with three people, papers read", decided, 1e-3)
        gallery, _voices = known.galleries(card)
        tracks = _tracks(faces, rng)
        yield Row(f"identify {PROBES} probes among {len(faces)}", _identified(gallery, card, tracks, rounds), 0.015)


def identify_among_many(people: int, card: PackCard, rng: np.random.Generator, rounds: int) -> Iterator[Row]:
    """Tell how long a search takes where everybody is in memory."""
    faces = _unit(rng.standard_normal((people, card.face.dimension)))
    names = tuple(f"P{number:06d}" for number in range(people))
    vectors = np.concatenate([_alike(part, TEMPLATES, rng) for part in np.array_split(faces, 50)])
    block = TemplateBlock(names, (TEMPLATES,) * people, vectors.astype("<f4").tobytes())
    del vectors
    began = time.perf_counter()
    gallery = build_gallery(block, card.face)
    yield Row(f"make a gallery of {people} x {TEMPLATES} templates", time.perf_counter() - began, None)
    tracks = _tracks(faces, rng)
    yield Row(f"identify {PROBES} probes among {people}", _identified(gallery, card, tracks, rounds), 0.150)


def _open(path: Path, key: FileKey, card: PackCard) -> tuple[Registry, Known]:
    db = open_file(path, key, busy_timeout_s=5.0)
    registry = Registry(Lane(path, db, key, operator="bench", clock=system_clock))
    return registry, known_from_registry(registry, card, registry.today())


def _decide(known: Known, people: Sequence[str]) -> None:
    found = [FoundPerson(person=person, modality=(Modality.FACE,), match=MatchKind.STRONG) for person in people]
    moment = system_clock()
    stated = StatedUse(
        publish_at=moment,
        purpose=Purpose.ENTERTAINMENT,
        face_method=Method.EDITED,
        channels=("youtube",),
        territories=("FR",),
    )
    with known.at_one_moment() as now:
        about = now.concerning(people)
        judge(
            found,
            list(about.people.values()),
            about.grants,
            about.prohibitions,
            stated,
            moment,
            owner=about.owner,
            registry_tz=about.tz,
        )


def _identified(gallery: Gallery, card: PackCard, tracks: Sequence[FaceTrack], rounds: int) -> float:
    return _median(lambda: identify(tracks, gallery, card.face, Promise()), rounds)


def _newcomer(registry: Registry, card: PackCard, number: int, face: Vectors, rng: np.random.Generator) -> NewPerson:
    today = registry.today()
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    assert embedder is not None
    surname, given = SURNAMES[number % 10], GIVEN[number // 10 % 10]
    consent = bench_consent(today)
    samples = tuple(
        NewSample(
            kind=SampleKind.PHOTO,
            file_sha256="0" * 64,
            picture=b"\xff\xd8\xff" + rng.bytes(PICTURE_BYTES),
            quality=0.5,
            templates=(
                NewTemplate(
                    modality=Modality.FACE, model="drawn", binding=embedder.binding, vector=row.astype("<f4").tobytes()
                ),
            ),
        )
        for row in _alike(face[None], TEMPLATES, rng)
    )
    name = f"{surname} {given} {number:04d}"
    return NewPerson(person=Person(id="", display_name=name), consent=consent, samples=samples)


def _grant(person: str, purpose: Purpose, registry: Registry) -> Grant:
    plain = Grant(id="", person=person, signed=registry.today(), channels=("social",), territories=("EU",))
    return replace(plain, purposes=(purpose,), start=registry.today())


def _tracks(faces: Vectors, rng: np.random.Generator) -> list[FaceTrack]:
    """Return tracks of people spread over the gallery, half of them, and of strangers."""
    shown = np.concatenate(
        [
            faces[:: max(1, len(faces) // (PROBES // 2))][: PROBES // 2],
            _unit(rng.standard_normal((PROBES - PROBES // 2, faces.shape[1]))),
        ]
    )
    tracks = []
    for number, face in enumerate(shown):
        rows = _alike(face[None], SAMPLES, rng)
        box = Box(x=0.4, y=0.2, width=0.2, height=0.4)
        seen = tuple(
            FaceDetection(at_s=float(at_s), box=box, score=0.98, size_px=180.0, sharpness=0.7, yaw=0.0, quality=0.8)
            for at_s in range(SAMPLES)
        )
        samples = tuple(
            FaceSample(detection=each, embedding=row.astype("<f4").tobytes(), picture=b"")
            for each, row in zip(seen, rows, strict=True)
        )
        whole = _unit(rows.mean(axis=0, keepdims=True))[0].astype("<f4").tobytes()
        tracks.append(
            FaceTrack(id=number, shot=0, start_s=0.0, end_s=SAMPLES, detections=seen, samples=samples, embedding=whole)
        )
    return tracks


def _alike(faces: Vectors, each: int, rng: np.random.Generator) -> Vectors:
    """Return so many pictures of each face as embeddings, those of one face in a row."""
    around = np.repeat(faces, each, axis=0)
    return _unit(around + 0.06 * rng.standard_normal(around.shape, np.float32))


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _median(work: Callable[[], object], rounds: int) -> float:
    seconds = []
    gc.collect()
    for _round in range(max(rounds, 3)):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench registry", description="Time an agency's registry.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--people", type=int, default=5000, help="in the registry")
    parser.add_argument("--large", type=int, default=100_000, help="people of the gallery in memory; 0 leaves it out")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
