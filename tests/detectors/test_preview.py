"""The proxy that the window plays: its times and places are those of the clip, and it always fits."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from countenance.errors import CancelledError, ClipError
from countenance.observations import Clip
from countenance.wire import PROXY_LIMIT, ExamineSettings, Piece, Preview, Previewed, ProxyKind
from countenance.work import CancelToken
from detectors.media import preview
from detectors.media.coding import FilmCoder, FilmPlan
from detectors.media.poster import Poster
from detectors.media.preview import film_plan, make_preview
from detectors.media.reader import open_clip
from scan.proxy import Proxy, ProxyPieces
from scan.worker import DetectorWorker
from tests.detectors.made import pattern, write_clip, write_sound
from tests.detectors.malformed import malformed_files, malformed_folder

OUR_OWN_FAULT = ("out_of_memory", "too_slow", "crashed", "protocol")


@dataclass(frozen=True)
class Made:
    said: Previewed
    data: bytes

    @property
    def times_ms(self) -> list[int]:
        return np.frombuffer(self.said.frames_ms, "<u4").tolist()

    def frames(self) -> Iterator[tuple[int, np.ndarray]]:
        """Each frame with its time in milliseconds, as a player meets it."""
        with av.open(io.BytesIO(self.data)) as container:
            for frame in container.decode(video=0):
                yield round(frame.pts * frame.time_base * 1000), frame.to_ndarray(format="rgb24")

    def sound(self) -> np.ndarray:
        with av.open(io.BytesIO(self.data)) as container:
            return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def make(path: Path, duration_s: float = 10.0) -> Made:
    pieces: list[bytes] = []
    with path.open("rb") as source:
        said = make_preview(
            Preview(path="", duration_s=duration_s),
            source,
            lambda *_step: None,
            lambda piece: pieces.append(piece.content),
        )
    return Made(said, b"".join(pieces))


def looked_at(path: Path) -> dict[int, np.ndarray]:
    """What the detectors look at, by its time in milliseconds."""
    with path.open("rb") as source, open_clip(source, ExamineSettings(), lambda *_step: None) as reader:
        return {round(frame.at_s * 1000): frame.small(240).copy() for frame in reader.frames()}


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    small = [
        cv2.resize(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), (48, 48)).astype(float).ravel() for each in (one, other)
    ]
    if min(part.std() for part in small) < 2:
        return 1.0 if abs(small[0].mean() - small[1].mean()) < 6 else 0.0
    return float(np.corrcoef(*small)[0, 1])


@pytest.mark.media
@pytest.mark.parametrize(
    "name",
    [
        "fmt_rotated90.mp4",
        "fmt_phone_rotated.mp4",
        "fmt_vfr.mp4",
        "fmt_anamorphic.mp4",
        "fmt_hevc_10bit.mp4",
        "fmt_vp9_opus.webm",
        "fmt_mpeg2.ts",
        "real_hamilton.mp4",
        "at_sad.gif",
    ],
)
def test_what_was_looked_at_is_shown_at_its_very_time(test_media: Path, name: str) -> None:
    path = test_media / "clips" / name
    seen = looked_at(path)

    made = make(path)

    shown = dict(made.frames())
    assert list(shown) == made.times_ms
    assert {at_ms for at_ms in seen if min(abs(at_ms - one) for one in shown) > 1} == set()
    for at_ms, picture in seen.items():
        frame = next(shown[one] for one in (at_ms, at_ms - 1, at_ms + 1) if one in shown)
        assert likeness(picture, frame) > 0.97, at_ms


def test_a_drawn_marker_is_bright_where_and_when_it_was_drawn(tmp_path: Path) -> None:
    stamps = [0, 3, 4, 9, 10, 17, 25, 26, 40, 41]  # of 1/20 s: unevenly
    pictures = [np.full((360, 640, 3), 30, np.uint8) for _stamp in stamps]
    for number, picture in enumerate(pictures):
        picture[40:100, 20 + number * 60 : 70 + number * 60] = 255
    clip = write_clip(tmp_path / "marked.mp4", pictures, stamps=stamps, time_base=Fraction(1, 20))

    shown = dict(make(clip).frames())

    assert list(shown) == [stamp * 50 for stamp in stamps]
    for number, stamp in enumerate(stamps):
        frame = shown[stamp * 50]
        inside = frame[50:90, 30 + number * 60 : 60 + number * 60]
        assert inside.mean() > 235
        before = frame[50:90, max(0, number * 60 - 50) : number * 60 + 10]
        assert before.mean() < 60


@pytest.mark.media
def test_a_picture_that_begins_after_the_sound_is_preceded_by_black(test_media: Path) -> None:
    made = make(test_media / "clips" / "real_hamilton.mp4")

    (first_ms, first), (second_ms, _second), *_rest = made.frames()

    assert first_ms == 0
    assert first.max() < 20
    assert second_ms == 844


def test_a_click_is_heard_when_it_was_made(tmp_path: Path) -> None:
    samples = np.zeros(16_000 * 3, np.int16)
    samples[16_000 * 2 : 16_000 * 2 + 160] = 30_000
    with wave.open(str(tmp_path / "click.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(samples.tobytes())

    made = make(tmp_path / "click.wav")

    heard = made.sound()
    assert made.said.kind is ProxyKind.SOUND
    assert made.said.sounds
    assert made.said.duration_s == pytest.approx(3.0, abs=0.05)
    assert int(np.abs(heard).argmax()) / 48_000 == pytest.approx(2.0, abs=0.02)


def test_a_still_is_a_jpeg_the_right_way_up(tmp_path: Path) -> None:
    photo = Image.new("RGB", (2000, 1000), (10, 10, 10))
    photo.paste((250, 250, 250), (0, 0, 1000, 1000))
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned a quarter clockwise
    photo.save(tmp_path / "photo.jpg", exif=turned)

    made = make(tmp_path / "photo.jpg")

    shown = np.asarray(Image.open(io.BytesIO(made.data)))
    assert made.said.kind is ProxyKind.STILL
    assert (made.said.width, made.said.height) == (640, 1280)
    assert shown[:600].mean() > 240
    assert shown[680:].mean() < 20


def test_sound_alone_and_film_without_sound_say_so(tmp_path: Path) -> None:
    sound = make(write_sound(tmp_path / "tone.m4a", 2.0))
    film = make(write_clip(tmp_path / "mute.mp4", [pattern(number) for number in range(20)]))

    assert (sound.said.kind, sound.said.width, sound.said.sounds, sound.times_ms) == (ProxyKind.SOUND, 0, True, [])
    assert (film.said.kind, film.said.sounds) == (ProxyKind.FILM, False)


def test_any_frame_is_soon_decoded(tmp_path: Path) -> None:
    made = make(write_clip(tmp_path / "clip.mp4", [pattern(number) for number in range(75)]))

    with av.open(io.BytesIO(made.data)) as container:
        alone = [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.is_keyframe]

    assert max(np.diff(alone)) <= 0.4


@given(
    width=st.integers(1, 8000),
    height=st.integers(1, 8000),
    duration_s=st.floats(0.04, 1e5, allow_nan=False),
)
def test_a_proxy_is_planned_so_that_it_fits(width: int, height: int, duration_s: float) -> None:
    plan = film_plan(width, height, duration_s)

    assert plan.width % 2 == plan.height % 2 == 0
    assert 16 <= plan.width <= max(16, width + 1)
    assert 16 <= plan.height <= max(16, height + 1)
    assert max(plan.width, plan.height) <= 1280
    if duration_s < 2 * 3600:
        assert (plan.bits_per_s + 32_000) / 8 * duration_s < PROXY_LIMIT


def test_longer_clips_get_smaller_pictures_and_short_ones_stay_sharp() -> None:
    sides = [film_plan(1920, 1080, minutes * 60).height for minutes in (1, 4, 9, 20, 50, 120)]

    assert sides[0] == sides[1] == 480
    assert sides == sorted(sides, reverse=True)
    assert len(set(sides)) == 5


@pytest.mark.parametrize("step_ms", [33, 80])
def test_the_coder_keeps_to_the_bits_it_was_given(step_ms: int) -> None:
    plan = FilmPlan(width=320, height=240, frames_per_s=30.0, bits_per_s=400_000)
    coder = FilmCoder(plan, with_sound=False, threads=2)
    rng = np.random.default_rng(0)
    rough = rng.integers(0, 255, (240, 2400), dtype=np.uint8)
    rough = cv2.blur(rough, (5, 5))

    for number in range(150):
        luma = rough[:, number * 3 : number * 3 + 320]
        planar = np.concatenate((luma, np.full((120, 320), 128, np.uint8)))
        coder.show(av.VideoFrame.from_ndarray(np.ascontiguousarray(planar), "yuv420p"), number * step_ms)

    bits_per_s = len(coder.finish()) * 8 / (150 * step_ms / 1000)
    assert 0.3 < bits_per_s / plan.bits_per_s < 1.2, "the first version was taken up to thirty times as many"


def test_what_does_not_fit_ends_early_and_the_proxy_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "PROXY_LIMIT", 100_000)
    monkeypatch.setattr(preview, "_RESERVE", 20_000)
    rng = np.random.default_rng(1)
    noise = [rng.integers(0, 255, (120, 160, 3), dtype=np.uint8) for _frame in range(100)]

    made = make(write_clip(tmp_path / "long.mp4", noise, sound_s=4.0), duration_s=4.0)

    assert len(made.data) <= 100_000
    assert 0 < made.said.duration_s < 3.5
    assert len(list(made.frames())) == len(made.times_ms)


def test_the_real_child_makes_it_behind_its_fences_and_the_parent_compares_the_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [pattern(number) for number in range(50)], sound_s=2.0)
    seen = facts(clip, 2.0)
    steps: list[tuple[str, float, float]] = []

    with DetectorWorker() as worker:
        proxy = worker.preview(clip, seen, lambda *step: steps.append(step))
        clip.write_bytes(clip.read_bytes() + b"changed")
        with pytest.raises(ClipError, match="is not the file any more that was checked"):
            worker.preview(clip, seen)

    assert proxy.kind is ProxyKind.FILM
    assert proxy.sounds
    assert len(proxy.frames_s) == 50
    assert proxy.frames_s[25] == 1.0
    assert {step for step, _done, _total in steps} <= {"opening", "hashing", "reading", "previewing"}
    assert list(tmp_path.iterdir()) == [clip]


def test_making_it_can_be_stopped(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [pattern(number) for number in range(50)])
    cancel = CancelToken()

    with DetectorWorker() as worker, pytest.raises(CancelledError):
        worker.preview(clip, facts(clip, 6.0), lambda *_step: cancel.cancel(), cancel)


@pytest.mark.media
@pytest.mark.slow
def test_no_malformed_file_takes_anything_down() -> None:
    # What is refused at the door is refused as for an examination (test_child_malformed): a few stand for them.
    reaching = [name for name, kind in malformed_files() if kind == "parser_case"]
    refusable = [name for name, kind in malformed_files() if kind != "parser_case"][::16]
    if not reaching:
        pytest.skip("Without the real media: COUNTENANCE_TEST_MEDIA names no folder with malformed/malformed.csv.")
    with DetectorWorker() as worker:
        told = {name: told_of(worker, malformed_folder() / name) for name in (*reaching, *refusable)}

    refused = {name: answer for name, answer in told.items() if isinstance(answer, ClipError)}
    assert all(name in error.sentence and error.remedy for name, error in refused.items())
    assert [name for name, error in refused.items() if error.details.startswith(OUR_OWN_FAULT)] == []
    assert max(len(answer.data) for answer in told.values() if isinstance(answer, Proxy)) <= PROXY_LIMIT


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (b"#EXTM3U\nhttp://example.org/a.ts\n", {}),
        (b"\x1aE\xdf\xa3 without its type", {}),
        (b"\xff\xd8\xff a still that is said to be a film", {}),
        (b"\x1aE\xdf\xa3\x42\x82\x88matroska cut off", {"size": 1000}),
        (b"\x1aE\xdf\xa3\x42\x82\x88matroska", {"frames_ms": np.array([5, 5], "<u4").tobytes()}),
        (b"\x1aE\xdf\xa3\x42\x82\x88matroska", {"frames_ms": b"\0\0\0"}),
        (b"\x1aE\xdf\xa3\x42\x82\x88matroska", {"width": 0}),
    ],
)
def test_a_child_that_was_taken_over_gets_nothing_played(content: bytes, changes: dict[str, object]) -> None:
    pieces = ProxyPieces()
    assert pieces.take(Piece(content=content))
    stated: dict[str, object] = {
        "kind": ProxyKind.FILM,
        "sha256": "0" * 64,
        "size": len(content),
        "duration_s": 1.0,
        "width": 64,
        "height": 64,
        "frames_ms": np.array([0, 40], "<u4").tobytes(),
    }

    assert pieces.proxy(Previewed(**{**stated, **changes})) is None


def test_no_more_is_taken_than_a_proxy_may_have() -> None:
    pieces, piece = ProxyPieces(), Piece(content=bytes(1024 * 1024))

    taken = [pieces.take(piece) for _number in range(65)]

    assert taken == [True] * 64 + [False]


def test_the_poster_is_the_first_well_exposed_picture_and_never_black() -> None:
    poster = Poster()
    black, dim, good = (np.clip(pattern(1) * share, 0, 255).astype(np.uint8) for share in (0.02, 0.25, 1.0))

    for number, picture in enumerate((black, black, dim, good, black)):
        if poster.wants(number * 0.25):
            poster.see(picture)

    shown = np.asarray(Image.open(io.BytesIO(poster.jpeg())))
    assert abs(float(shown.mean()) - float(good.mean())) < 4
    assert not poster.wants(1.25)


def test_a_black_film_has_no_poster() -> None:
    poster = Poster()
    for number in range(40):
        if poster.wants(number * 0.25):
            poster.see(np.zeros((90, 160, 3), np.uint8))

    assert poster.jpeg() == b""


def told_of(worker: DetectorWorker, path: Path) -> Proxy | ClipError:
    try:
        return worker.preview(path, facts(path, 10.0))
    except ClipError as refused:
        return refused


def facts(path: Path, duration_s: float) -> Clip:
    return Clip(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        bytes=path.stat().st_size,
        container="mp4",
        duration_s=duration_s,
        claimed_duration_s=None,
        still=False,
        width=0,
        height=0,
        streams=(),
    )
