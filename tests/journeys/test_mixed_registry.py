"""A registry in which half of the people were enrolled with one model and half with another: both halves are found."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

import models
from countenance.use import StatedUse
from registry import Registry
from scan.check import CheckSetup, check_clip
from scan.demo import Material
from scan.knowing import known_from_registry, propose
from scan.worker import DetectorWorker
from tests.journeys.conftest import Pack
from tests.journeys.people import NOW, enrol, halves, identified, recognised
from tests.registry.people import TODAY

pytestmark = pytest.mark.models
EACH = 2


@pytest.fixture(scope="package")
def both(starter_store: Path, test_models: Path, tmp_path_factory, material: Material) -> Iterator[dict[str, Pack]]:
    """Return both packs over a store that holds the models of both."""
    store = tmp_path_factory.mktemp("both") / "models"
    models.install("starter", store, source=models.Folder(starter_store))
    models.install("recommended", store, source=models.Folder(test_models, starter_store))
    cards = {name: models.load_pack(name, store) for name in ("starter", "recommended")}
    with DetectorWorker() as worker:
        propose([material.photo], worker, cards["starter"], store)  # starts the child
        yield {name: Pack(card, store, worker) for name, card in cards.items()}


def checked(path: Path, pack: Pack, registry: Registry):
    known = known_from_registry(registry, pack.card, TODAY)
    setup = CheckSetup(card=pack.card, models=pack.models, known=known, use=StatedUse(publish_at=NOW))
    return check_clip(path, pack.worker, setup, NOW)


def clips_of_one_face(media: Path, count: int) -> list[Path]:
    """Return the longest clips of one face each, no source picture twice."""
    with (media / "clips" / "clips.csv").open(newline="", encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source) if row["faces_expected"] == "1" and row["source_picture"]]
    rows.sort(key=lambda row: (-float(row["duration_s"]), row["file"]))
    by_source = {row["source_picture"]: media / "clips" / row["file"] for row in reversed(rows)}
    chosen = [media / "clips" / row["file"] for row in rows]
    return [clip for clip in chosen if clip in by_source.values()][:count]


@pytest.mark.media
def test_both_halves_are_found_each_by_the_model_they_were_enrolled_with(
    both: dict[str, Pack], test_media: Path, registry: Registry, tmp_path: Path
):
    seconds, model = {}, {}
    for number, clip in enumerate(clips_of_one_face(test_media, 2 * EACH)):
        first, second = halves(clip, tmp_path)
        pack = "starter" if number % 2 else "recommended"
        person = enrol(registry, clip.stem, both[pack], first)
        seconds[person], model[person] = second, "" if pack == "starter" else "retail-0095"

    results = {person: checked(second, both["starter"], registry) for person, second in seconds.items()}

    assert {person: recognised(result) for person, result in results.items()} == {one: {one} for one in results}
    assert sum(identified(result) == {person} for person, result in results.items()) >= 2 * EACH - 1
    for person, result in results.items():
        assert {one.model for one in result.identifications if one.person} == {model[person]}
        points = (result.operating_point, *result.further_operating_points)
        assert [(point.pack, point.people) for point in points] == [("starter", 4), ("mtcnn+retail-0095", 4)]


def test_who_was_enrolled_behind_another_detector_is_told_of(
    both: dict[str, Pack], material: Material, registry: Registry
):
    ada = enrol(registry, "Ada", both["starter"], material.photo)

    result = checked(material.clip, both["recommended"], registry)

    assert recognised(result) == set()
    assert known_from_registry(registry, both["recommended"].card, TODAY).other_models == (ada,)
    assert any("dlib-resnet" in finding.sentence for finding in result.findings)
