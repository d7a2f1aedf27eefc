"""A clip from file to verdict, with real models: who is enrolled is found, and a bad moment stops nothing else."""

from __future__ import annotations

import csv
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countenance.errors import ClipError
from countenance.use import StatedUse
from countenance.verdict import FindingKind, Severity, Verdict
from countenance.work import ignore_progress
from registry import Passphrase
from scan.check import CheckSetup, check_clip
from scan.demo import Material, play
from scan.saving import save_report
from scan.worker import DetectorWorker
from tests.journeys.conftest import Pack
from tests.journeys.people import NOW, enrol, from_registry, halves, identified, in_memory, judged, recognised
from tests.registry.people import PAPERS, WORDS, grant

pytestmark = pytest.mark.models
LONGEST = 3


def longest_with_one_face(media: Path) -> list[Path]:
    with (media / "clips" / "clips.csv").open(newline="", encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source) if row["faces_expected"] == "1"]
    rows.sort(key=lambda row: (-float(row["duration_s"]), row["file"]))
    return [media / "clips" / row["file"] for row in rows[:LONGEST]]


def test_a_person_enrolled_from_a_photo_is_identified_in_a_clip(pack: Pack, material: Material, registry):
    ada = enrol(registry, "Ada", pack, material.photo)

    result = judged(pack.observe(material.clip), pack, from_registry(registry, pack))

    assert identified(result) == {ada}
    assert [(finding.person, finding.severity) for finding in result.findings] == [(ada, Severity.BLOCK)]
    assert result.verdict is Verdict.BLOCKED
    assert result.findings[0].ranges[0].start_s < 0.5
    assert result.findings[0].ranges[-1].end_s > 7


def test_the_same_clip_is_nobody_before_anybody_is_enrolled(pack: Pack, material: Material):
    result = judged(pack.observe(material.clip), pack, in_memory({}))

    assert recognised(result) == set()
    assert result.verdict is Verdict.REVIEW
    assert [finding.person for finding in result.findings] == [None]


def test_a_person_enrolled_from_the_first_half_of_a_clip_is_identified_in_the_second(
    pack: Pack, material: Material, registry, tmp_path: Path
):
    first, second = halves(material.clip, tmp_path)
    ada = enrol(registry, "Ada", pack, first)

    assert identified(judged(pack.observe(second), pack, from_registry(registry, pack))) == {ada}


@pytest.mark.media
def test_in_real_clips_too_the_first_half_is_enough_for_the_second(pack: Pack, test_media: Path, registry, tmp_path):
    seconds = {}
    for clip in longest_with_one_face(test_media):
        first, second = halves(clip, tmp_path)
        seconds[enrol(registry, clip.stem, pack, first)] = second
    known = from_registry(registry, pack)

    found = {person: identified(judged(pack.observe(second), pack, known)) for person, second in seconds.items()}

    assert found == {person: {person} for person in seconds}


def test_the_demo_shows_one_clip_permitted_blocked_and_unknown(starter: Pack, tmp_path: Path):
    steps = []

    scenes = list(
        play(
            tmp_path,
            starter.worker,
            starter.card,
            starter.models,
            Passphrase(WORDS),
            now=datetime.now(UTC),  # its grant begins on the day that it is made
            on_progress=lambda step, *_: steps.append(step),
        )
    )

    assert [scene.result.verdict for scene in scenes] == [Verdict.PERMITTED, Verdict.BLOCKED, Verdict.REVIEW]
    assert all(scene.title for scene in scenes)
    assert "reading" in steps
    table, page = save_report(scenes[1].result, tmp_path / "report", redact=False)
    assert table.stat().st_size > 1000
    assert page.stat().st_size > 1000


def test_what_was_agreed_decides_about_the_same_clip(starter: Pack, material: Material, registry):
    ada = enrol(registry, "Ada", starter, material.photo)
    seen = starter.observe(material.clip)
    known = from_registry(registry, starter)
    before = judged(seen, starter, known)

    registry.record_grant(grant(ada), PAPERS)
    after = judged(seen, starter, known)

    # The use is not stated, so a grant alone leaves it for a person to decide.
    assert (before.verdict, after.verdict) == (Verdict.BLOCKED, Verdict.REVIEW)
    assert after.findings[0].kind is FindingKind.LIKENESS


@pytest.fixture
def worker() -> Iterator[DetectorWorker]:
    """Return a worker of the test's own, whose child may come to harm."""
    with DetectorWorker() as made:
        yield made


def test_a_child_killed_in_the_middle_is_one_sentence_and_the_next_clip_works(
    starter: Pack, material: Material, worker: DetectorWorker
):
    setup = CheckSetup(card=starter.card, models=starter.models, known=in_memory({}), use=StatedUse(publish_at=NOW))

    def kill(step: str, done: float, _total: float) -> None:
        if step == "reading" and done > 0 and worker.pid:
            os.kill(worker.pid, signal.SIGKILL)

    with pytest.raises(ClipError, match=r"“demo\.mp4” made the reader stop unexpectedly") as error:
        check_clip(material.clip, worker, setup, NOW, on_progress=kill)
    result = check_clip(material.photo, worker, setup, NOW, on_progress=ignore_progress)

    assert "Nothing else was affected" in error.value.remedy
    assert len(result.observations.tracks) == 1


def test_a_clip_that_is_none_does_not_hinder_the_next(starter: Pack, material: Material, worker, tmp_path: Path):
    setup = CheckSetup(card=starter.card, models=starter.models, known=in_memory({}), use=StatedUse(publish_at=NOW))
    (tmp_path / "text.mp4").write_text("no clip at all")

    with pytest.raises(ClipError, match=r"“text\.mp4”"):
        check_clip(tmp_path / "text.mp4", worker, setup, NOW)

    assert check_clip(material.photo, worker, setup, NOW).observations.tracks
