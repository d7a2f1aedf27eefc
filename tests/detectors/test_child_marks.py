"""What the child answers about marks and certificates, and that no hostile file keeps it from answering."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import msgspec
import pytest

from countenance.errors import CancelledError, CheckFailedError, ClipError
from countenance.work import CancelToken
from reports.certificate import certificate_pdf, sign_pdf
from scan.worker import DetectorWorker
from tests.detectors.made import pattern, write_clip
from tests.detectors.malformed import child_command, malformed_files, malformed_folder
from tests.detectors.remuxing import remux
from tests.reports.cleared import KEY, PUBLIC_KEY, record
from tests.scan.test_worker import scripted

FILES = [name for name, _ in malformed_files()]
LONGEST_S = 20.0
OUR_OWN_FAULT = ("out_of_memory", "too_slow", "crashed", "protocol")


@pytest.fixture
def worker():
    with DetectorWorker(child_command) as running:
        yield running


@pytest.fixture
def clip(tmp_path) -> Path:
    return write_clip(tmp_path / "clip.mp4", [pattern(n) for n in range(12)], sound_s=0.5)


def test_a_clip_and_its_remux_are_the_same_clip_in_another_file(worker, clip, tmp_path) -> None:
    steps = []

    first = worker.mark(clip, lambda step, done, total: steps.append(step))
    second = worker.mark(remux(clip, tmp_path / "again.mkv"))

    assert first.sha256 != second.sha256
    assert first.streams == second.streams
    assert first.is_same_clip(second)


def test_a_photo_has_a_mark_too(worker, tmp_path) -> None:
    from PIL import Image

    Image.fromarray(pattern(1)).save(tmp_path / "a.png")
    Image.fromarray(pattern(1)).save(tmp_path / "b.png", compress_level=1)

    assert worker.mark(tmp_path / "a.png").is_same_clip(worker.mark(tmp_path / "b.png"))


def test_a_file_without_one_packet_is_known_by_its_bytes_alone(worker, tmp_path) -> None:
    write_wav_head(tmp_path / "empty.wav")

    assert worker.mark(tmp_path / "empty.wav").streams == ""


def write_wav_head(path: Path) -> None:
    shape = (16).to_bytes(4, "little") + b"\1\0\1\0" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little")
    body = b"WAVEfmt " + shape + b"\2\0\x10\0data" + bytes(4)
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)


def test_a_certificate_is_read_in_the_child_with_or_without_a_clip(worker, clip) -> None:
    pdf = sign_pdf(certificate_pdf(record()), KEY.sign)

    alone, beside = worker.verify(pdf, None), worker.verify(pdf, clip)

    assert alone.clip is None
    assert (alone.holds, alone.public_key) == (True, PUBLIC_KEY)
    assert msgspec.json.decode(alone.record)["check"] == "K0042"
    assert beside.clip is not None
    assert beside.clip.sha256 == worker.mark(clip).sha256


def test_what_is_no_certificate_has_no_record(worker, clip) -> None:
    answer = worker.verify(b"%PDF-1.4 of somebody else", clip)

    assert (answer.record, answer.holds) == (b"", False)


@pytest.mark.parametrize("name", ["missing.mp4", "folder", "text.mp4"])
def test_what_is_no_clip_gets_a_sentence(worker, tmp_path, name) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.mp4").write_text("no clip")

    with pytest.raises(ClipError):
        worker.mark(tmp_path / name)
    with pytest.raises(ClipError):
        worker.verify(b"", tmp_path / name)


def test_it_can_be_stopped(worker, clip) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(CancelledError):
        worker.mark(clip, cancel=cancel)


@pytest.mark.parametrize("answer", ["Fences(names=())", "Marked(sha256='x', streams='')", "Verified()"])
def test_an_answer_that_does_not_hold_together_is_not_used(clip, answer) -> None:
    script = f"write_frame(out, {answer}); time.sleep(60)"

    with DetectorWorker(scripted(script)) as worker, pytest.raises(ClipError):
        worker.mark(clip)
    with DetectorWorker(scripted(script)) as worker, pytest.raises(ClipError):
        worker.verify(b"", clip)


def test_without_an_answer_the_certificate_is_not_judged() -> None:
    with DetectorWorker(scripted("sys.exit(0)")) as worker, pytest.raises(CheckFailedError):
        worker.verify(b"", None)


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[str, float]]:
    """What was said of each malformed file, and after how many seconds."""
    told = {}
    with DetectorWorker(child_command) as running:
        for name in FILES:
            began = time.monotonic()
            try:
                said = running.mark(malformed_folder() / name).sha256
            except ClipError as error:
                said = f"{error.details} {error.sentence}"
            told[name] = said, time.monotonic() - began
    return told


@pytest.mark.media
@pytest.mark.parametrize("name", FILES)
def test_a_malformed_file_gets_a_mark_or_a_sentence(answers, name) -> None:
    said, seconds = answers[name]

    assert len(said) == 64 or "“" in said
    assert not said.startswith(OUR_OWN_FAULT)
    assert seconds < LONGEST_S


@pytest.mark.media
def test_labels_of_real_clips_keep_their_marks(worker, test_media, tmp_path) -> None:
    for name in ("ap_lyl.mp4", "os_fisherman.mp4", "real_hamilton.mp4"):
        given = test_media / "clips" / name
        if not given.exists():
            pytest.skip(f"{name} is not among the media.")
        copied = Path(shutil.copy(given, tmp_path / name))
        labelled = remux(given, tmp_path / f"labelled_{name}", metadata={"comment": "AI"})

        assert worker.mark(copied) == worker.mark(given)
        assert worker.mark(labelled).streams == worker.mark(given).streams != ""
