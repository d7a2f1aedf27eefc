from __future__ import annotations

import io
import struct
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from countenance.observations import NotExamined
from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure
from detectors.media.claims import check_claims
from detectors.media.reader import ClipReader, SampledFrame, open_clip
from tests.detectors.made import pattern, write_clip, write_sound

EVERY_FRAME = ExamineSettings(sample_every_s=0.001)


def read(path: Path, settings: ExamineSettings = EVERY_FRAME, look=None) -> tuple[ClipReader, list[SampledFrame]]:
    """Read a clip to its end; return the reader and the frames, of which only the plain facts are still valid."""
    with path.open("rb") as source, open_clip(source, settings, lambda *_: None) as reader:
        frames = []
        for frame in reader.frames():
            if look is not None:
                look(frame)
            frames.append(frame)
        reader.facts = reader.clip(), reader.picture_coverage(), reader.sound_coverage()
    return reader, frames


def refused(path: Path, settings: ExamineSettings) -> FailureCode:
    with pytest.raises(MediaFailure) as failure:
        read(path, settings)
    return failure.value.code


def test_times_of_a_variable_frame_rate_are_exact(tmp_path):
    stamps = [0, 33, 66, 200, 201, 1200, 1240]
    path = write_clip(tmp_path / "a.mkv", [pattern(n) for n in range(7)], stamps=stamps, time_base=Fraction(1, 1000))

    _, frames = read(path)

    assert [frame.at_s for frame in frames] == pytest.approx([stamp / 1000 for stamp in stamps], abs=1e-9)
    assert frames[-1].last
    assert not any(frame.last for frame in frames[:-1])


def test_times_count_from_the_streams_own_start(tmp_path):
    path = write_clip(tmp_path / "a.ts", [pattern(n) for n in range(10)], stamps=range(90000, 90010), format="mpegts")

    _, frames = read(path)

    assert frames[0].at_s == 0
    assert [frame.at_s for frame in frames] == pytest.approx([n / 25 for n in range(10)], abs=1e-4)


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_displayed_picture_is_turned_as_the_container_says(tmp_path, degrees, turns, mirrored):
    stored = pattern(0)

    def turn(stream):
        stream.set_display_rotation(degrees, hflip=mirrored)

    path = write_clip(tmp_path / "a.mp4", [stored] * 3, shape=turn, options={"crf": "5"})
    seen = []

    reader, frames = read(path, look=lambda frame: seen.append((frame.full(), frame.small(80))))

    full, small = seen[0]
    turned = np.rot90(stored, turns)
    expected = turned[:, ::-1] if mirrored else turned
    assert full.shape == expected.shape
    assert np.abs(full.astype(int) - expected).mean() < 12
    assert max(small.shape) == 80
    assert small.shape[0] / small.shape[1] == pytest.approx(full.shape[0] / full.shape[1], rel=0.03)
    assert (reader.facts[0].width, reader.facts[0].height) == (frames[0].width, frames[0].height)


def test_a_phone_clip_stands_upright(test_media):
    stored, upright = [], []

    read(test_media / "clips" / "real_moore_1.mp4", look=lambda frame: upright.append(frame.small(128)))
    read(test_media / "clips" / "fmt_phone_rotated.mp4", look=lambda frame: stored.append(frame.small(128)))

    assert np.abs(stored[0].astype(int) - upright[0]).mean() < 10


def test_pixels_that_are_not_square_are_stretched(tmp_path):
    def widen(stream):
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)

    path = write_clip(tmp_path / "a.mp4", [pattern(0)] * 3, shape=widen)
    shapes = []

    reader, _ = read(path, look=lambda frame: shapes.append((frame.full().shape, frame.small(160).shape)))

    assert (reader.width, reader.height) == (320, 120)
    assert shapes[0] == ((120, 320, 3), (60, 160, 3))


@pytest.mark.parametrize(
    ("codec", "pixels", "kind"),
    [
        ("libx264", "yuv420p", "mp4"),
        ("libx264", "yuv444p", "mkv"),
        ("libx264", "yuv422p10le", "mkv"),
        ("libx264", "nv12", "mkv"),
        ("utvideo", "gbrp", "avi"),
        ("ffv1", "gray", "mkv"),
        ("ffv1", "yuva420p", "mkv"),
        ("ffv1", "yuv420p16le", "mkv"),
        ("ffv1", "bgr0", "mkv"),
        ("rawvideo", "bgr24", "avi"),
        ("rawvideo", "uyvy422", "mov"),
        ("png", "rgba", "mov"),
        ("mjpeg", "yuvj420p", "avi"),
        ("mpeg4", "yuv420p", "avi"),
        ("libvpx-vp9", "yuv420p", "webm"),
    ],
)
def test_every_pixel_format_shows_the_same_picture(tmp_path, codec, pixels, kind):
    expected = pattern(0)
    path = write_clip(tmp_path / f"a.{kind}", [expected] * 2, codec=codec, pixels=pixels)
    seen = []

    read(path, look=lambda frame: seen.append(frame.full()))

    reference = expected @ np.array([[0.299], [0.587], [0.114]]) if pixels == "gray" else expected
    assert np.abs(seen[0].astype(int) - reference).mean() < 14


def test_high_dynamic_range_is_brought_to_a_visible_brightness(tmp_path):
    def mark(stream):
        stream.codec_context.color_trc = 16  # PQ
        stream.codec_context.color_primaries = 9
        stream.codec_context.colorspace = 9

    # PQ code 0.58 is about 203 nits, diffuse white; 0.42 is about 40 nits, a face in shade.
    picture = np.full((120, 160, 3), int(0.42 * 255), np.uint8)
    picture[:, 80:] = int(0.58 * 255)
    path = write_clip(tmp_path / "a.mkv", [picture] * 3, pixels="yuv420p10le", shape=mark)
    seen = []

    read(path, look=lambda frame: seen.append(frame.full()))

    shade, white = seen[0][:, 20:60].mean(), seen[0][:, 100:140].mean()
    assert 90 < shade < 180
    assert white > 200


def test_short_clips_get_a_dozen_samples_and_long_ones_the_asked_for_spacing(tmp_path):
    short = write_clip(tmp_path / "short.mp4", [pattern(n) for n in range(25)])
    longer = write_clip(tmp_path / "longer.mp4", [pattern(n) for n in range(200)])
    settings = ExamineSettings(sample_every_s=0.5)

    _, few = read(short, settings)
    reader, many = read(longer, settings)

    assert 12 <= len(few) <= 14
    assert 16 <= len(many) <= 24
    assert reader.facts[1].frames_read == 200
    assert reader.facts[1].frames_examined == len(many)
    assert reader.facts[1].longest_step_s <= 0.66


def test_a_consumer_may_ask_for_closer_frames(tmp_path):
    path = write_clip(tmp_path / "a.mp4", [pattern(n) for n in range(250)])

    def widen(frame):
        reader.want(0.04 if 2 <= frame.at_s < 4 else None)

    with path.open("rb") as source, open_clip(source, ExamineSettings(sample_every_s=1.0), lambda *_: None) as reader:
        times = [widen(frame) or frame.at_s for frame in reader.frames()]

    assert sum(2 < at_s < 4 for at_s in times) > 30
    assert sum(at_s > 5 for at_s in times) <= 6


def test_a_cut_off_clip_says_how_far_it_was_read(tmp_path):
    whole = write_clip(
        tmp_path / "whole.mp4", [pattern(n, scene=n) for n in range(100)], options={"g": "10"}, sound_s=0
    )
    fast = tmp_path / "fast.mp4"
    with av.open(str(whole)) as source, av.open(str(fast), "w", options={"movflags": "faststart"}) as target:
        copied = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = copied
                target.mux(packet)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(fast.read_bytes()[: fast.stat().st_size * 6 // 10])

    reader, _ = read(cut)

    clip, picture, _ = reader.facts
    (gap,) = picture.gaps
    assert picture.read_error or picture.frames_read < 100
    assert 1 < clip.duration_s < 3
    assert clip.claimed_duration_s == pytest.approx(4, abs=0.1)
    assert gap.reason is NotExamined.UNREADABLE
    assert gap.end_s == pytest.approx(4, abs=0.1)
    assert gap.start_s == pytest.approx(picture.duration_s)


def test_sound_alone_is_counted_but_not_called_a_picture(tmp_path):
    reader, frames = read(write_sound(tmp_path / "a.m4a", 3.0))

    clip, picture, sound = reader.facts
    assert frames == []
    assert not picture.present
    assert sound.present
    assert sound.not_examined is NotExamined.NO_DETECTOR
    assert clip.duration_s == pytest.approx(3.0, abs=0.15)


def test_sound_that_was_cut_off_is_said_to_be(tmp_path):
    whole = tmp_path / "whole.wav"
    with wave.open(str(whole), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(4 * 8000 * 2))
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole.read_bytes()[: 44 + 8000 * 2])

    assert not read(whole)[0].facts[2].read_error
    coverage = read(cut)[0].facts[2]

    assert coverage.read_error
    assert coverage.duration_s == pytest.approx(1)


def test_further_picture_tracks_are_said_to_be_unexamined(tmp_path):
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("libx264", rate=25) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for scene, stream in enumerate(streams):
            for number in range(10):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pattern(number, scene=scene), format="rgb24")))
            container.mux(stream.encode(None))

    reader, _ = read(path)

    (gap,) = reader.facts[1].gaps
    assert gap.reason is NotExamined.OTHER_STREAM
    assert gap.share == 0.5


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_animated_pictures_keep_their_exact_times(tmp_path, kind):
    pictures = [Image.fromarray(pattern(0, scene=n)) for n in range(4)]
    path = tmp_path / f"a.{kind}"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[100, 250, 40, 500], loop=0)

    reader, frames = read(path)

    assert [frame.at_s for frame in frames] == pytest.approx([0, 0.1, 0.35, 0.39])
    assert reader.facts[0].duration_s == pytest.approx(0.89)
    assert not reader.still


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp", "tiff", "gif", "avif"])
def test_a_still_picture_is_one_frame(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    Image.fromarray(pattern(0)).save(path)
    seen = []

    reader, frames = read(path, look=lambda frame: seen.append(frame.full()))

    assert len(frames) == 1
    assert reader.still
    assert reader.facts[0].duration_s == 0
    assert np.abs(seen[0].astype(int) - pattern(0)).mean() < 12


def test_the_orientation_of_a_photo_is_applied_and_alpha_lies_on_white(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pattern(0)).save(tmp_path / "turned.jpg", exif=exif)
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    seen = []

    read(tmp_path / "turned.jpg", look=lambda frame: seen.append(frame.full()))
    read(tmp_path / "clear.png", look=lambda frame: seen.append(frame.full()))

    assert seen[0].shape == (160, 120, 3)
    assert np.abs(seen[0].astype(int) - np.rot90(pattern(0), -1)).mean() < 12
    assert (seen[1] == 255).all()


def test_a_picture_over_the_cap_is_refused_before_it_is_decoded(tmp_path):
    settings = ExamineSettings(max_pixels=160 * 120 - 1)
    Image.fromarray(pattern(0)).save(tmp_path / "a.png")
    write_clip(tmp_path / "a.mp4", [pattern(0)] * 2)
    write_clip(tmp_path / "a.mkv", [pattern(0)] * 2, codec="ffv1", pixels="yuv420p")

    codes = [refused(tmp_path / name, settings) for name in ("a.png", "a.mp4", "a.mkv")]

    assert codes == [FailureCode.TOO_LARGE_PICTURE] * 3


def test_the_hash_is_of_the_whole_file(tmp_path):
    import hashlib

    path = write_clip(tmp_path / "a.mp4", [pattern(n) for n in range(5)])

    reader, _ = read(path)

    assert reader.facts[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert reader.facts[0].bytes == path.stat().st_size


def test_an_animation_without_end_is_read_as_far_as_makes_sense(tmp_path):
    head = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"!\xf9\x04\0\x0a\0\0\0," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    (tmp_path / "endless.gif").write_bytes(head + frame * 5000 + b";")

    coverage = read(tmp_path / "endless.gif", ExamineSettings(sample_every_s=10))[0].facts[1]

    assert coverage.frames_read == 3000
    assert coverage.read_error


@pytest.mark.parametrize("kind", ["colour", "clear", "grey"])
def test_a_large_photo_converted_in_bands_is_the_same_picture(tmp_path, kind):
    rng = np.random.default_rng(7)
    stored = rng.integers(0, 256, (1700, 1300, 3), dtype=np.uint8)
    if kind == "colour":
        Image.fromarray(stored).save(tmp_path / "photo.png")
    elif kind == "clear":
        Image.fromarray(np.dstack([stored, np.full((1700, 1300), 255, np.uint8)])).save(tmp_path / "photo.png")
    else:
        Image.fromarray(stored[:, :, 0].astype(np.uint16) * 257).save(tmp_path / "photo.png")
        stored = np.repeat(stored[:, :, :1], 3, axis=2)

    shown = []
    read(tmp_path / "photo.png", look=lambda frame: shown.append(frame.full()))

    assert np.array_equal(shown[0], stored)


def test_an_avif_picture_that_one_library_gives_up_on_is_read_by_the_other(tmp_path):
    Image.fromarray(pattern(0)).save(tmp_path / "photo.avif")
    content = bytearray((tmp_path / "photo.avif").read_bytes())
    content[content.index(b"pitm") + 9] ^= 0xFF  # the main picture is one that is not there
    (tmp_path / "photo.avif").write_bytes(content)

    assert read(tmp_path / "photo.avif")[0].facts[1].frames_read == 1


@pytest.mark.parametrize("kind", ["avi", "mkv", "webm"])
def test_a_clip_that_lacks_its_end_by_its_own_word_is_said_to_be_damaged(tmp_path, kind):
    codec = {"avi": "mjpeg", "mkv": "libx264", "webm": "libvpx"}[kind]
    pixels = "yuvj420p" if kind == "avi" else "yuv420p"
    whole = write_clip(tmp_path / f"whole.{kind}", [pattern(n) for n in range(40)], codec=codec, pixels=pixels)
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 9 // 10])

    assert not read(whole)[0].facts[1].read_error
    assert read(cut)[0].facts[1].read_error


def test_a_movie_of_thousands_of_tracks_is_refused_before_they_are_made(tmp_path):
    tracks = b"\0\0\0\x08trak" * 3000
    content = b"\0\0\0\x10ftypisom\0\0\0\1" + struct.pack(">I", 8 + len(tracks)) + b"moov" + tracks
    (tmp_path / "tracks.mp4").write_bytes(content)

    assert refused(tmp_path / "tracks.mp4", EVERY_FRAME) is FailureCode.TOO_MANY_STREAMS


def test_a_picture_that_is_a_line_is_refused_before_it_is_decoded(tmp_path):
    Image.new("L", (70_000, 1)).save(tmp_path / "line.png")

    assert refused(tmp_path / "line.png", EVERY_FRAME) is FailureCode.TOO_LARGE_PICTURE


def test_a_file_that_becomes_shorter_while_it_is_read_is_damaged(tmp_path):
    class Shrinking(io.BytesIO):
        """As long as it was when its length is asked for, and shorter from then on."""

        def seek(self, offset: int, whence: int = 0) -> int:
            size = super().seek(offset, whence)
            if whence == io.SEEK_END:
                self.truncate(30)
            return size

    content = write_clip(tmp_path / "clip.mp4", [pattern(n) for n in range(30)]).read_bytes()

    with pytest.raises(MediaFailure) as failure:
        check_claims(Shrinking(content), "mp4")

    assert failure.value.code is FailureCode.DAMAGED
