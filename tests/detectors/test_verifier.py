"""What a clip's decisions are bound to: the coded picture and sound, whatever file and labels are around them."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from countenance.decisions import ClipMark
from detectors import verifier
from detectors.verifier import UnreadableError, packets_hash, picture_hash, sha256_of, streams_of
from reports.certificate import certificate_pdf, sign_pdf
from tests.detectors.made import pattern, write_clip
from tests.detectors.remuxing import remux, swapped, with_bit_flipped, without, write_tone
from tests.reports.cleared import KEY, PUBLIC_KEY, record


def streams_in(path: Path) -> str:
    with path.open("rb") as source:
        return streams_of(source)


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> dict[str, Path]:
    """Clips in the codecs that containers wrap in different ways, with pictures shown in another order than coded."""
    folder, pictures = tmp_path_factory.mktemp("clips"), [pattern(number) for number in range(30)]
    quiet = {"x265-params": "log-level=none"}
    return {
        "h264": write_clip(folder / "h264.mp4", pictures, options={"bf": "3", "g": "10"}, sound_s=1.2),
        "hevc": write_clip(folder / "hevc.mp4", pictures, codec="libx265", options=quiet, sound_s=1.2),
        "mpeg4": write_clip(folder / "mpeg4.mp4", pictures, codec="mpeg4"),
        "av1": write_clip(folder / "av1.mp4", pictures, codec="libsvtav1", options={"preset": "12"}),
        "vp9": write_clip(folder / "vp9.webm", pictures, codec="libvpx-vp9", options={"cpu-used": "8"}),
        "opus": write_tone(folder / "opus.ogg", "libopus", "flt"),
        "mp3": write_tone(folder / "mp3.mp3", "libmp3lame", "fltp"),
        "flac": write_tone(folder / "flac.flac", "flac", "s16"),
        "pcm": write_tone(folder / "pcm.wav", "pcm_s16le", "s16"),
        "eac3": write_tone(folder / "eac3.mp4", "eac3", "fltp"),
        "aac": write_tone(folder / "aac.m4a", "aac", "fltp"),
    }


@pytest.mark.parametrize(
    ("codec", "containers"),
    [
        ("h264", ["mkv", "mov", "ts", "flv"]),
        ("hevc", ["mkv", "mov", "ts"]),
        ("mpeg4", ["mkv", "avi"]),
        ("av1", ["mkv", "webm", "ivf", "obu"]),
        ("vp9", ["mkv", "mp4", "ivf"]),
        ("opus", ["webm", "mkv", "mp4", "ts"]),
        ("mp3", ["mkv", "mp4", "ts", "avi"]),
        ("flac", ["mkv", "ogg", "mp4"]),
        ("pcm", ["mov", "mkv", "avi", "w64", "caf"]),
        ("eac3", ["mkv", "ts"]),
        ("aac", ["aac", "mkv", "ts", "flv"]),
    ],
)
def test_a_remux_keeps_the_hash(clips, tmp_path, codec, containers) -> None:
    before = streams_in(clips[codec])

    again = {each: streams_in(remux(clips[codec], tmp_path / f"again.{each}")) for each in containers}

    assert again == dict.fromkeys(containers, before)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_way_there_and_back_keeps_the_hash(clips, tmp_path, codec) -> None:
    there = remux(clips[codec], tmp_path / "there.ts")
    further = remux(there, tmp_path / "further.mkv")

    assert streams_in(remux(further, tmp_path / "back.mp4")) == streams_in(clips[codec])


def test_labels_and_the_order_of_streams_keep_the_hash(clips, tmp_path) -> None:
    labelled = remux(clips["h264"], tmp_path / "labelled.mp4", metadata={"comment": "made with AI"}, last_first=True)

    assert labelled.read_bytes() != clips["h264"].read_bytes()
    assert streams_in(labelled) == streams_in(clips["h264"])


@pytest.mark.parametrize("codec", ["h264", "hevc", "vp9", "av1"])
@pytest.mark.parametrize("change", [with_bit_flipped, without, swapped])
def test_one_changed_missing_or_moved_picture_changes_the_hash(clips, tmp_path, codec, change) -> None:
    changed = remux(clips[codec], tmp_path / "changed.mkv", change=change("video", 11))

    assert streams_in(changed) not in ("", streams_in(clips[codec]))


@pytest.mark.parametrize("codec", ["aac", "opus", "mp3", "pcm", "flac"])
@pytest.mark.parametrize("change", [with_bit_flipped, without, swapped])
def test_one_changed_missing_or_moved_piece_of_sound_changes_the_hash(clips, tmp_path, codec, change) -> None:
    changed = remux(clips[codec], tmp_path / "changed.mkv", change=change("audio", 3))

    assert streams_in(changed) not in ("", streams_in(clips[codec]))


def test_another_clip_has_another_hash_and_no_two_here_are_alike(clips) -> None:
    assert len({streams_in(path) for path in clips.values()}) == len(clips)


def test_a_clip_cut_short_has_another_hash(clips, tmp_path) -> None:
    whole = remux(clips["h264"], tmp_path / "whole.ts").read_bytes()
    (tmp_path / "cut.ts").write_bytes(whole[: 188 * (len(whole) // 376)])

    assert streams_in(tmp_path / "cut.ts") != streams_in(clips["h264"])


def test_length_prefixed_units_are_read_as_in_annex_b() -> None:
    units = [b"\x67set", b"\x65picture\x00\x00", b"\x06note", b"\x09d", b"\x0cfill"]
    annexed = b"".join(b"\0\0\0\1" + unit for unit in units)
    prefixed = b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)

    sorted_units = [
        list(verifier._sorted_units("h264", verifier._units(*given))) for given in ((annexed, 0), (prefixed, 2))
    ]

    assert sorted_units[0] == sorted_units[1] == [(True, b"\x67set"), (False, b"\x65picture")]


def test_units_of_av1_count_without_delimiters_padding_or_sizes() -> None:
    sized = b"\x12\x00" + b"\x0a\x03seq" + b"\x7a\x02pp" + b"\x32\x04tile"
    layered = b"\x0a\x03seq" + b"\x36\x10\x04tile"

    assert list(verifier._obus(sized)) == [(True, b"\x01seq"), (False, b"\x06tile")]
    assert list(verifier._obus(b"\x12\x00\x30tile")) == [(False, b"\x06tile")]
    assert list(verifier._obus(layered)) == [(True, b"\x01seq"), (False, b"\x06\x10tile")]


def picture(tmp_path: Path, name: str, *, changed: bool = False, **options) -> Path:
    pixels = pattern(1).copy()
    pixels[60, 80, 1] ^= 1 if changed else 0
    Image.fromarray(pixels).save(tmp_path / name, **options)
    return tmp_path / name


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "bmp"])
def test_a_picture_is_its_pixels(tmp_path, suffix) -> None:
    lossless = {"lossless": True} if suffix == "webp" else {}

    plain = picture(tmp_path, f"plain.{suffix}", **lossless)
    other = picture(tmp_path, f"other.{suffix}", changed=True, **lossless)

    assert streams_in(plain) != streams_in(other)


def test_a_label_in_a_picture_keeps_the_hash(tmp_path) -> None:
    text, exif = PngInfo(), Image.Exif()
    text.add_text("Comment", "made with AI")
    exif[0x010E] = "made with AI"
    jpeg = picture(tmp_path, "plain.jpg", quality=90)
    content = jpeg.read_bytes()
    note = b"\xff\xe1" + (2 + 40).to_bytes(2, "big") + b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"[:40].ljust(40)
    (tmp_path / "labelled.jpg").write_bytes(content[:2] + note + content[2:])

    assert streams_in(picture(tmp_path, "a.png")) == streams_in(picture(tmp_path, "b.png", pnginfo=text, exif=exif))
    assert streams_in(jpeg) == streams_in(tmp_path / "labelled.jpg")


def test_a_picture_counts_as_it_is_displayed(tmp_path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    upright = Image.fromarray(pattern(1)).transpose(Image.Transpose.ROTATE_90)
    upright.save(tmp_path / "turned.png", exif=turned)

    assert streams_in(tmp_path / "turned.png") == streams_in(picture(tmp_path, "plain.png"))


def test_each_picture_of_an_animation_counts(tmp_path) -> None:
    frames = [Image.fromarray(pattern(number)) for number in range(4)]
    for name, chosen in (("all", frames), ("fewer", frames[:3]), ("moved", [frames[0], *frames[:0:-1]])):
        chosen[0].save(tmp_path / f"{name}.webp", save_all=True, append_images=chosen[1:], lossless=True)

    assert len({streams_in(tmp_path / f"{name}.webp") for name in ("all", "fewer", "moved")}) == 3


def test_deep_greys_count_in_full_depth(tmp_path) -> None:
    values = np.arange(64, dtype=np.uint16).reshape(8, 8) * 257
    Image.fromarray(values).save(tmp_path / "a.png")
    Image.fromarray(values + np.eye(8, dtype=np.uint16)).save(tmp_path / "b.png")

    assert streams_in(tmp_path / "a.png") != streams_in(tmp_path / "b.png")


def test_what_is_no_clip_is_said_to_be_none() -> None:
    with pytest.raises(UnreadableError):
        streams_of(io.BytesIO(b"no clip at all" * 100))
    with pytest.raises(UnreadableError):
        picture_hash(io.BytesIO(b"\x89PNG no picture"), "PNG")


def test_a_file_may_not_lead_to_another(tmp_path, clips) -> None:
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + str(clips["h264"]).encode()

    with pytest.raises(UnreadableError):
        packets_hash(io.BytesIO(playlist), None)


def test_reading_is_told_of_while_it_goes_on(clips) -> None:
    steps = []
    with clips["h264"].open("rb") as source:
        sha256_of(source, lambda *step: steps.append(step))
        streams_of(source, lambda *step: steps.append(step))

    assert {step for step, _, _ in steps} == {"hashing"}


@pytest.fixture(scope="module")
def handed_on(clips, tmp_path_factory) -> tuple[Path, Path]:
    """The verifier alone in a folder, and a certificate of the H.264 clip."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    with clips["h264"].open("rb") as source:
        mark = ClipMark(sha256=sha256_of(source), streams=streams_of(source))
    about = record()
    about = record(clip=type(about.clip)(name=about.clip.name, mark=mark, duration_s=1.2, still=False))
    (folder / "certificate.pdf").write_bytes(sign_pdf(certificate_pdf(about), KEY.sign))
    return folder / "verifier.py", folder / "certificate.pdf"


def alone(program: Path, *words: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(program), *map(str, words)],
        cwd=program.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_verifier_runs_alone_and_knows_the_very_file(handed_on, clips) -> None:
    code, told = alone(*handed_on, clips["h264"], "--key", PUBLIC_KEY)

    assert code == 0
    assert "SIGNATURE HOLDS" in told
    assert "this is the very file" in told
    assert "Verdict blocked (INCOMPLETE)" in told
    assert "Found Eileen Collins: face, expired (past_end), resting on G0001" in told
    assert "anybody can sign" not in told


def test_the_verifier_knows_a_remux_and_tells_to_compare_the_key(handed_on, clips, tmp_path) -> None:
    code, told = alone(*handed_on, remux(clips["h264"], tmp_path / "again.mkv"))

    assert code == 0
    assert "the same picture and sound, in another file" in told
    assert verifier.fingerprint_of(PUBLIC_KEY) in told
    assert "anybody can sign" in told


def test_the_verifier_tells_another_clip_another_key_and_a_changed_certificate(handed_on, clips, tmp_path) -> None:
    program, certificate = handed_on
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(certificate.read_bytes() + b"\n")

    other_clip = alone(program, certificate, clips["vp9"])
    other_key = alone(program, certificate, clips["h264"], "--key", "00" * 32)
    changed = alone(program, broken, clips["h264"])

    assert (other_clip[0], other_key[0], changed[0]) == (6, 6, 6)
    assert "ANOTHER CLIP" in other_clip[1]
    assert "ANOTHER KEY" in other_key[1]
    assert "SIGNATURE BROKEN" in changed[1]


def test_the_verifier_ends_in_a_sentence_where_there_is_nothing_to_compare(handed_on, clips, tmp_path) -> None:
    program, certificate = handed_on
    (tmp_path / "text.mp4").write_text("no clip" * 100)

    answers = [
        alone(program, certificate, tmp_path / "missing.mp4"),
        alone(program, certificate, tmp_path / "text.mp4"),
        alone(program, clips["h264"], clips["h264"]),
        alone(program, certificate),
    ]

    assert [code for code, _ in answers] == [2, 2, 2, 2]
    assert not any("Traceback" in told for _, told in answers)


def test_a_file_whose_tables_lead_on_for_ever_is_known_by_its_bytes_alone(clips, monkeypatch) -> None:
    monkeypatch.setattr(verifier, "MOST_PACKETS", 5)

    assert streams_in(clips["h264"]) == ""


def test_an_animation_that_breaks_off_is_known_by_its_bytes_alone(tmp_path) -> None:
    frames = [Image.fromarray(pattern(number)) for number in range(6)]
    frames[0].save(tmp_path / "whole.gif", save_all=True, append_images=frames[1:])
    whole = (tmp_path / "whole.gif").read_bytes()
    (tmp_path / "cut.gif").write_bytes(whole[: len(whole) - 40])

    assert streams_in(tmp_path / "whole.gif")
    assert streams_in(tmp_path / "cut.gif") == ""


def test_more_pixels_than_are_read_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(verifier, "MOST_PIXELS", 100)

    with pytest.raises(UnreadableError, match="DecompressionBombError"):
        streams_in(picture(tmp_path, "large.png"))


def test_a_table_for_seeking_at_the_head_of_an_mp3_is_no_sound(clips, tmp_path) -> None:
    with_table = clips["mp3"].read_bytes()
    assert b"Xing" in with_table[:4096] or b"Info" in with_table[:4096]

    # Under the name of plain sound in another container the table comes as a first packet.
    first = with_table.index(b"\xff\xfb", 10)
    table = b"Info" if b"Info" in with_table[:4096] else b"Xing"
    sound = with_table.index(b"\xff\xfb", with_table.index(table) + 4)
    (tmp_path / "bare.mp3").write_bytes(with_table[sound:])

    assert first < sound
    assert streams_in(tmp_path / "bare.mp3") == streams_in(clips["mp3"])
