from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
import pytest

from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.wire import Examine
from scan.worker import DetectorWorker
from tests.detectors.malformed import child_command, malformed_files, malformed_folder

pytestmark = pytest.mark.media

FILES = malformed_files()
ORDERLY_EXIT = 3
OUR_OWN_FAULT = ("out_of_memory", "too_slow", "crashed", "protocol")


@dataclass(frozen=True)
class Told:
    observations: Observations | None
    error: ClipError | None
    seconds: float
    peak_bytes: int


@pytest.fixture(scope="module")
def told() -> dict[str, Told]:
    if not FILES:
        pytest.skip("Without the real media: COUNTENANCE_TEST_MEDIA names no folder with malformed/malformed.csv.")
    results = {}
    with DetectorWorker(child_command) as worker:
        for name, _ in FILES:
            results[name] = examine(worker, name)
    return results


def examine(worker: DetectorWorker, name: str) -> Told:
    began, peak, observations, error = time.monotonic(), [0], None, None

    def watch(*_):
        peak[0] = max(peak[0], psutil.Process(worker.pid).memory_info().rss)

    request = Examine(path=str(malformed_folder() / name), detector="none", face_embedder="none", models="")
    try:
        observations = worker.examine(request, watch)
    except ClipError as refused:
        error = refused
    return Told(observations, error, time.monotonic() - began, peak[0])


@pytest.mark.parametrize(("name", "kind"), FILES, ids=[name for name, _ in FILES])
def test_a_malformed_file_gets_a_sentence_or_a_report(told, name, kind):
    result = told[name]

    if kind in {"malformed", "hostile"}:
        assert result.error is not None, "opened as if it were a clip"
    if result.error is not None:
        assert name in result.error.sentence
        assert result.error.remedy
        assert result.error.exit_code == ORDERLY_EXIT
        assert not result.error.details.startswith(OUR_OWN_FAULT), result.error.details
    else:
        assert result.observations.clip.name == name
        assert result.observations.picture.frames_read or result.observations.sound.duration_s > 0
    assert result.peak_bytes < 1_000_000_000
    assert result.seconds < 30


def test_a_clip_cut_short_says_how_far_it_was_read(told):
    picture = told["truncated_faststart_60pct.mp4"].observations.picture

    (gap,) = picture.gaps
    assert picture.frames_read == 15
    assert gap.start_s == pytest.approx(0.6, abs=0.01)
    assert gap.share == pytest.approx(0.5, abs=0.02)


def test_a_half_damaged_clip_says_which_half_failed(told):
    lost_picture = told["stco_beyond_file.mp4"].observations

    assert lost_picture.picture.present
    assert lost_picture.picture.read_error
    assert lost_picture.picture.gaps[0].share == 1
    assert lost_picture.sound.duration_s > 1
    assert not lost_picture.sound.read_error
