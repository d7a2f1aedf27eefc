"""Somebody brings an InsightFace package: it enrols and checks clips as ours do, and promises nothing unmeasured."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import models
from countenance.identification import IdentificationReason, IdentificationStatus
from countenance.verdict import Verdict
from scan.demo import Material
from scan.knowing import propose
from scan.worker import DetectorWorker
from tests.detectors.brought import bring_package
from tests.journeys.conftest import Pack
from tests.journeys.people import enrol, from_registry, identified, judged, recognised
from tests.models.insightface_packages import manifest_folder, working_files

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def package(
    test_models: Path, starter_store: Path, material: Material, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pack]:
    """Return the working package, brought into a store beside the ordinary voices."""
    store = tmp_path_factory.mktemp("brought")
    for name in ("silero-vad", "ge2e"):
        shutil.copytree(starter_store / name, store / name)
    folder = tmp_path_factory.mktemp("package")
    brought = bring_package(manifest_folder(folder, *working_files(test_models).values()), store)
    card = models.load_pack(brought.name, store)
    with DetectorWorker() as worker:
        # The child is started here, so that it is none of what a test leaves behind.
        propose([material.photo], worker, card, store)
        yield Pack(card, store, worker)


def test_a_person_is_enrolled_with_it_and_a_clip_checked_but_nobody_identified_without_figures(
    package: Pack, material: Material, registry
):
    ada = enrol(registry, "Ada", package, material.photo)

    seen = package.observe(material.clip)
    result = judged(seen, package, from_registry(registry, package))

    assert [stamp.name for stamp in seen.models] == [
        "insightface-made-for-a-test-detector",
        "insightface-made-for-a-test-embedder",
    ]
    assert all(track.embedding for track in seen.tracks)
    assert len(result.identifications) == len(seen.tracks) > 0
    for one in result.identifications:
        assert one.status in (IdentificationStatus.POSSIBLE, IdentificationStatus.UNKNOWN)
        assert one.reasons == (IdentificationReason.NO_FIGURES,)
    assert recognised(result) <= {ada}
    assert identified(result) == set()
    assert result.verdict is Verdict.REVIEW
