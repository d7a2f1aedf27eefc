from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from countenance.observations import SOUND_HZ, NotExamined
from detectors.media.sounds import MOST_LISTENED
from tests.detectors.sounding import Ears, burst_times, bursts, read_sound, write_streams

BURSTS = (0.5, 1.7)


def copied(whole: Path, copy: Path, *, spoil: int | None = None, options: dict[str, str] | None = None) -> Path:
    """Write the same packets into another file, those of stream `spoil` with worthless content."""
    with av.open(str(whole)) as source, av.open(str(copy), "w", options=options or {}) as target:
        streams = [target.add_stream_from_template(stream) for stream in source.streams]
        for packet in source.demux():
            if packet.dts is None:
                continue
            written = av.Packet(b"\x55" * packet.size) if packet.stream.index == spoil else packet
            written.pts, written.dts, written.duration = packet.pts, packet.dts, packet.duration
            written.time_base = packet.time_base
            written.stream = streams[packet.stream.index]
            target.mux(written)
    return copy


def near(times):
    # ADTS cannot say how long its coder ran up: 1024 samples.
    return pytest.approx(list(times), abs=0.04)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("a.wav", "pcm_s16le", 44_100, "stereo"),
        ("a.wav", "pcm_u8", 8_000, "mono"),
        ("a.wav", "pcm_f32le", 96_000, "7.1"),
        ("a.wav", "pcm_s24le", 11_025, "mono"),
        ("a.flac", "flac", 48_000, "5.1"),
        ("a.ogg", "libopus", 48_000, "mono"),
        ("a.webm", "libopus", 48_000, "5.1"),
        ("a.m4a", "aac", 44_100, "5.1"),
        ("a.m4a", "alac", 44_100, "stereo"),
        ("a.mp3", "libmp3lame", 22_050, "stereo"),
        ("a.aac", "aac", 32_000, "mono"),
        ("a.ts", "mp2", 48_000, "stereo"),
        ("a.mka", "ac3", 48_000, "5.1(side)"),
        ("a.au", "pcm_mulaw", 8_000, "mono"),
    ],
)
def test_what_sounds_at_a_time_is_heard_at_that_time(tmp_path, name, codec, rate, layout):
    sound = np.repeat(bursts(3, rate, BURSTS)[None], av.AudioLayout(layout).nb_channels, axis=0)
    path = write_streams(tmp_path / name, [sound], codec=codec, rate=rate, layout=layout)
    ears = Ears()

    reader = read_sound(path, ears)

    clip, picture, coverage = reader.facts
    (heard,) = ears.heard
    assert burst_times(heard) == near(BURSTS)
    assert all(block.dtype == np.float32 and block.ndim == 1 for block in ears.blocks[0])
    assert clip.duration_s == coverage.duration_s == pytest.approx(3, abs=0.08)
    assert len(heard) / SOUND_HZ == pytest.approx(coverage.duration_s, abs=1e-3)
    assert (coverage.streams_examined, coverage.streams, coverage.not_examined) == (1, 1, None)
    assert not coverage.read_error
    assert not picture.present


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.mov"])
def test_sound_keeps_its_place_beside_the_picture(tmp_path, name):
    sounds = [bursts(3, 48_000, BURSTS)]
    codec = "mp2" if name == "a.ts" else "aac"
    together, late, early = Ears(), Ears(), Ears()

    read_sound(write_streams(tmp_path / name, sounds, codec=codec, picture_s=4), together)
    path = write_streams(tmp_path / f"late-{name}", sounds, codec=codec, picture_s=4, starts_s=(0.8,))
    read_sound(path, late)
    path = write_streams(tmp_path / f"early-{name}", sounds, codec=codec, picture_s=4, picture_start_s=0.8)
    reader = read_sound(path, early)

    assert burst_times(together.heard[0]) == near(BURSTS)
    assert burst_times(late.heard[0]) == near(at + 0.8 for at in BURSTS)
    assert burst_times(early.heard[0]) == near(BURSTS)
    assert reader.facts[0].duration_s == pytest.approx(4.8, abs=0.06)
    assert reader.facts[1].begins_s == pytest.approx(0.8, abs=0.06)


def test_a_hole_in_the_stamps_is_silence(tmp_path):
    path = write_streams(tmp_path / "a.mka", [bursts(3, 48_000, BURSTS)], jumps=[(1.0, 5.0)])
    ears = Ears()

    coverage = read_sound(path, ears).facts[2]

    assert burst_times(ears.heard[0]) == near((0.5, 6.7))
    assert coverage.duration_s == pytest.approx(8, abs=0.05)
    assert not coverage.read_error


def test_a_hole_that_lasts_for_days_is_no_silence_but_a_lie(tmp_path):
    path = write_streams(tmp_path / "a.mka", [bursts(3, 48_000, BURSTS)], jumps=[(1.0, 72 * 3600.0)])
    ears = Ears()

    coverage = read_sound(path, ears).facts[2]

    assert burst_times(ears.heard[0]) == near(BURSTS)
    assert coverage.read_error
    assert not coverage.gaps  # the length that follows from the lie is one as well


def test_sound_cut_out_of_a_longer_recording_lacks_nothing(tmp_path):
    path = write_streams(tmp_path / "a.mka", [bursts(3, 48_000, BURSTS)], starts_s=[5.0])
    ears = Ears()

    clip, _, coverage = read_sound(path, ears).facts

    assert burst_times(ears.heard[0]) == near(BURSTS)
    assert clip.claimed_duration_s == pytest.approx(3, abs=0.05)
    assert not coverage.read_error
    assert not coverage.gaps


def test_sound_that_comes_and_cannot_be_decoded_is_a_gap(tmp_path):
    whole = write_streams(tmp_path / "a.mka", [bursts(6, 48_000, BURSTS)], codec="aac")
    spoiled = tmp_path / "b.mka"
    with av.open(str(whole)) as source, av.open(str(spoiled), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux():
            if packet.dts is None:
                continue
            copy = av.Packet(b"\xff" * packet.size if 2 <= packet.pts * packet.time_base < 4 else bytes(packet))
            copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
            copy.time_base, copy.stream = packet.time_base, stream
            target.mux(copy)

    coverage = read_sound(spoiled, Ears()).facts[2]

    (gap,) = coverage.gaps
    assert coverage.read_error
    assert (gap.start_s, gap.end_s) == pytest.approx((2, 4), abs=0.1)
    assert gap.share == pytest.approx(2 / 6, abs=0.03)


def test_what_lies_behind_the_place_where_reading_had_to_stop_is_a_gap(tmp_path):
    parts = [
        write_streams(tmp_path / f"{layout}.ogg", [bursts(3, 48_000, BURSTS)], codec="libopus", layout=layout)
        for layout in ("mono", "stereo")  # libav reads no chain of recordings with different channels
    ]
    joined = tmp_path / "joined.ogg"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))

    coverage = read_sound(joined, Ears()).facts[2]

    (gap,) = coverage.gaps
    assert coverage.read_error
    assert gap.start_s == pytest.approx(3, abs=0.1)
    assert gap.share == pytest.approx(parts[1].stat().st_size / joined.stat().st_size, abs=0.1)


def test_recordings_joined_at_will_go_on_where_the_first_one_ended(tmp_path):
    part = write_streams(tmp_path / "a.ts", [bursts(3, 48_000, BURSTS)], codec="mp2", picture_s=3).read_bytes()
    joined = tmp_path / "joined.ts"
    joined.write_bytes(part + part)
    ears = Ears()

    clip, picture, coverage = read_sound(joined, ears).facts

    assert burst_times(ears.heard[0]) == near((*BURSTS, *(at + 3 for at in BURSTS)))
    assert clip.duration_s == pytest.approx(6, abs=0.1)
    assert coverage.duration_s == pytest.approx(picture.duration_s, abs=0.1)


def test_a_stream_that_changes_its_rate_and_layout_is_heard_on(tmp_path):
    first = write_streams(tmp_path / "a.aac", [bursts(2, 44_100, (0.5,))], codec="aac", rate=44_100)
    stereo = np.repeat(bursts(2, 48_000, (0.5,))[None], 2, axis=0)
    second = write_streams(tmp_path / "b.aac", [stereo], codec="aac", rate=48_000, layout="stereo")
    joined = tmp_path / "joined.aac"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    ears = Ears()

    read_sound(joined, ears)

    assert burst_times(ears.heard[0]) == pytest.approx([0.5, 2.5], abs=0.12)


def test_every_stream_has_its_own_ear_up_to_a_number(tmp_path):
    count = MOST_LISTENED + 2
    sounds = [bursts(2, 16_000, (0.1 * number,)) for number in range(count)]
    ears = Ears()

    coverage = read_sound(write_streams(tmp_path / "a.mka", sounds, rate=16_000), ears).facts[2]

    assert [burst_times(heard)[0] for heard in ears.heard] == near(0.1 * number for number in range(MOST_LISTENED))
    assert (coverage.streams_examined, coverage.streams) == (MOST_LISTENED, count)
    (gap,) = coverage.gaps
    assert gap.reason is NotExamined.OTHER_STREAM
    assert gap.share == pytest.approx(2 / count)


def test_without_ears_sound_is_known_of_but_not_decoded(tmp_path):
    path = write_streams(tmp_path / "a.mp4", [bursts(3, 48_000, BURSTS)], codec="aac", picture_s=2)

    unwanted = read_sound(path, None, look_for=("face",))
    unheard = read_sound(path, None)

    for reader, reason in ((unwanted, NotExamined.NOT_REQUESTED), (unheard, NotExamined.NO_DETECTOR)):
        clip, _, coverage = reader.facts
        assert coverage.present
        assert coverage.not_examined is reason
        assert coverage.streams_examined == 0
        assert clip.duration_s == pytest.approx(3, abs=0.08)
        assert reader.wave is None


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "aac"), ("a.mkv", "flac"), ("a.ts", "mp2")])
def test_for_the_sound_alone_one_frame_of_the_picture_is_enough(tmp_path, name, codec):
    path = write_streams(tmp_path / name, [bursts(2, 48_000, BURSTS)], codec=codec, picture_s=3)
    ears, all_of_it = Ears(), Ears()

    clip, picture, coverage = read_sound(path, ears, skim=True).facts
    whole = read_sound(path, all_of_it).facts[0]

    assert picture.frames_read == 1
    assert (clip.width, clip.height) == (whole.width, whole.height) == (160, 120)
    assert clip.duration_s == pytest.approx(whole.duration_s, abs=1e-3)
    assert coverage.duration_s == pytest.approx(2, abs=0.08)
    assert np.array_equal(ears.heard[0], all_of_it.heard[0])


def test_sound_that_was_cut_off_leaves_a_gap(tmp_path):
    whole = write_streams(tmp_path / "whole.wav", [bursts(8, 16_000, BURSTS)], rate=16_000)
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 4])
    clip = write_streams(tmp_path / "a.mp4", [bursts(8, 48_000, BURSTS)], codec="aac", picture_s=8)
    fast = copied(clip, tmp_path / "fast.mp4", options={"movflags": "faststart"})
    film = tmp_path / "film.mp4"
    film.write_bytes(fast.read_bytes()[: fast.stat().st_size // 2])

    coverage = read_sound(film, Ears()).facts[2]

    assert read_sound(cut, Ears()).facts[2].read_error
    assert coverage.read_error
    (gap,) = coverage.gaps
    assert gap.reason is NotExamined.UNREADABLE
    assert gap.start_s == pytest.approx(coverage.duration_s)
    assert gap.end_s == pytest.approx(8, abs=0.1)
    assert gap.share == pytest.approx((8 - gap.start_s) / 8, abs=0.02)


def test_a_sound_stream_that_cannot_be_decoded_beside_one_that_can_is_told_of(tmp_path):
    path = write_streams(tmp_path / "a.mka", [bursts(2, 16_000, BURSTS)] * 2, rate=16_000, codec="flac")
    copied(path, tmp_path / "half.mka", spoil=1)
    ears = Ears()

    coverage = read_sound(tmp_path / "half.mka", ears).facts[2]

    assert burst_times(ears.heard[0]) == near(BURSTS)
    assert (coverage.streams_examined, coverage.streams) == (1, 2)
    assert coverage.read_error
    assert [(gap.reason, gap.share) for gap in coverage.gaps] == [(NotExamined.UNREADABLE, 0.5)]


def test_hours_of_sound_take_no_more_memory_than_minutes(tmp_path):
    hours = 3
    size = hours * 3600 * 8000 * 2
    path = tmp_path / "long.wav"
    with path.open("wb") as wav:
        fmt = struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16)
        wav.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<I", 16) + fmt)
        wav.write(b"data" + struct.pack("<I", size))
        wav.truncate(size + 44)
    process = psutil.Process()
    peaks: list[int] = []
    heard = [0]

    class Deaf(Ears):
        def listen(self, stream: int):
            def hear(block):
                heard[0] += len(block)
                if not heard[0] % (600 * SOUND_HZ):
                    peaks.append(process.memory_info().rss)

            return hear

    reader = read_sound(path, Deaf())

    assert heard[0] == hours * 3600 * SOUND_HZ
    assert reader.facts[2].duration_s == hours * 3600
    assert max(peaks) - peaks[0] < 20_000_000
    assert 2000 <= len(reader.wave.peaks) <= 4000


def test_the_waveform_shows_where_it_is_loud(tmp_path):
    sounds = [bursts(3, 16_000, (0.5,)), bursts(3, 16_000, (1.7,))]

    wave = read_sound(write_streams(tmp_path / "a.mka", sounds, rate=16_000), Ears()).wave

    loud = [at * wave.step_s for at, peak in enumerate(wave.peaks) if peak > 100]
    assert len(wave.peaks) * wave.step_s == pytest.approx(3, abs=0.02)
    assert (min(loud), max(loud)) == pytest.approx((0.5, 1.94), abs=0.02)
    assert max(wave.peaks) == pytest.approx(128, abs=4)


@pytest.mark.media
@pytest.mark.parametrize("name", ["fmt_mkv_flac.mkv", "fmt_mpeg2.ts", "fmt_mjpeg_pcm.avi", "fmt_vp9_opus.webm"])
def test_real_clips_sound_as_long_as_they_show(test_media: Path, name):
    ears = Ears()

    clip, picture, coverage = read_sound(test_media / "clips" / name, ears).facts

    assert coverage.duration_s == pytest.approx(picture.duration_s, abs=0.1)
    assert clip.duration_s == pytest.approx(clip.claimed_duration_s, abs=0.1)
    assert not coverage.read_error
    assert coverage.gaps == ()


@pytest.mark.media
def test_where_the_picture_cannot_be_read_the_sound_is_heard_and_the_other_way_round(test_media: Path):
    folder = test_media / "malformed"
    lost = [read_sound(folder / name, Ears()).facts for name in ("stco_beyond_file.mp4", "avcC_zeroed.mp4")]
    half = folder / "truncated_faststart_60pct.mp4"
    cut = [read_sound(half, Ears(), skim=skim).facts[2].duration_s for skim in (False, True)]
    spoilt_sound = read_sound(folder / "mdat_bitflips.mp4", Ears()).facts

    for _, picture, coverage in lost:
        assert picture.frames_read == 0
        assert picture.read_error
        assert coverage.duration_s > 1
        assert coverage.gaps == ()
        assert not coverage.read_error
    assert cut == [0.64, 0.64]
    assert spoilt_sound[1].frames_read == 30
    assert spoilt_sound[2].read_error
