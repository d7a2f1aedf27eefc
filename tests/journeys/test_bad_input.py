"""Whatever is given as a clip: one sentence, the right exit code, and the other clips of the call are still checked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from tests.cli.running import Terminal
from tests.detectors.malformed import malformed_files
from tests.journeys.conftest import Material

LFS_POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    b"size 12345\n"
)
NO_STREAMS = b"\x00\x00\x00\x1cftypisom\x00\x00\x02\x00isomiso2mp41" + b"\x00\x00\x00\x08moov"


@pytest.fixture
def terminal(
    own_home: Path, starter_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """Return a terminal with models and without a registry."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(starter_store))
    return Terminal(own_home / "none", capsys)


MADE: dict[str, Callable[[Path, Material], object]] = {
    "is empty: 0 bytes": lambda path, _made: path.touch(),
    "is a Git LFS pointer": lambda path, _made: path.write_bytes(LFS_POINTER),
    "is text, not a clip": lambda path, _made: path.write_text("<html>404 Not Found</html>\n" * 20),
    "points to other files": lambda path, _made: path.write_text("ffconcat version 1.0\nfile 'other.mp4'\n"),
    "is in no format that is read here": lambda path, _made: path.write_bytes(bytes(range(256)) * 40),
    "contains neither picture nor sound": lambda path, _made: path.write_bytes(NO_STREAMS),
    "is damaged or incomplete": lambda path, made: path.write_bytes(made.clip.read_bytes()[:200_000]),
    "is not a file": lambda path, _made: (path.mkdir(), (path / "inside.mp4").mkdir()),
    "does not exist": lambda path, _made: None,
}


@pytest.mark.parametrize("sentence", [words for words in MADE if words != "is not a file"])
def test_what_is_no_clip_is_refused_in_a_sentence(
    terminal: Terminal, material: Material, tmp_path: Path, sentence: str
) -> None:
    path = tmp_path / "clip.mp4"
    MADE[sentence](path, material)

    answer = terminal.plain("check", path, "--json")

    clip = answer.document()["clips"][0]
    assert answer.code == 3
    assert clip["clip"]["name"] == "clip.mp4"
    assert sentence in clip["error"]["sentence"]
    assert clip["error"]["remedy"]
    assert answer.err.splitlines()[1:] == [clip["error"]["sentence"], clip["error"]["remedy"]]


def test_a_folder_without_clips_is_refused_in_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "notes.txt").write_text("nothing to see")

    answer = terminal.plain("check", tmp_path / "papers")

    assert answer.code == 3
    assert "The folder “papers” holds no clips." in answer.err


def test_a_folder_named_like_a_clip_is_a_folder(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").mkdir()

    answer = terminal.plain("check", tmp_path / "clip.mp4")

    assert answer.code == 3
    assert "The folder “clip.mp4” holds no clips." in answer.err


def test_a_clip_cut_short_tells_how_far_it_was_read(terminal: Terminal, material: Material, tmp_path: Path) -> None:
    """In a container that can be played while it arrives, what is there is examined, and what is missing is said."""
    cut = tmp_path / "cut.mkv"
    _remux(material.clip, cut)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])

    answer = terminal.plain("check", cut, "--json")

    (clip,) = answer.document()["clips"]
    assert answer.code == 10
    assert clip["incomplete"] is True
    assert 2 < clip["clip"]["duration_s"] < 6
    assert clip["clip"]["claimed_duration_s"] == pytest.approx(8, abs=0.2)
    assert any(finding["kind"] == "coverage" for finding in clip["findings"])


def _remux(source: Path, target: Path) -> None:
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        stream = writing.add_stream_from_template(reading.streams.video[0])
        for packet in reading.demux(reading.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                writing.mux(packet)


def test_good_clips_are_checked_whatever_stands_between_them(
    terminal: Terminal, material: Material, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    for number, make in enumerate(MADE.values()):
        make(folder / f"{number * 2 + 1:02d}.mp4", material)
        if number % 4 == 0:
            shutil.copy(material.photo, folder / f"{number * 2:02d}.png")

    answer = terminal.plain("check", folder, "--json")

    clips = answer.document()["clips"]
    good = [clip for clip in clips if "error" not in clip]
    assert answer.code == 3
    assert [clip["clip"]["name"] for clip in good] == ["00.png", "08.png", "16.png"]
    assert all(clip["verdict"] == "review" for clip in good)
    assert len(clips) == 3 + 7  # a folder and what does not exist are not found inside the folder
    assert "Traceback" not in answer.err


def test_bad_pictures_of_people_are_left_out_with_their_reason(
    terminal: Terminal, material: Material, tmp_path: Path
) -> None:
    people = tmp_path / "people"
    for name, source in (("Ada", LFS_POINTER), ("Ben", b""), ("Eileen", material.photo.read_bytes())):
        (people / name).mkdir(parents=True)
        (people / name / f"{name}.png").write_bytes(source)

    answer = terminal.plain("check", material.photo, "--against", people, "--json")

    assert [finding["name"] for finding in answer.document()["clips"][0]["findings"]] == ["Eileen"]
    assert "Left out: Ada.png: “Ada.png” is a Git LFS pointer" in answer.err
    assert "Left out: Ben.png: “Ben.png” is empty" in answer.err


@pytest.mark.media
def test_malformed_and_hostile_files_give_a_sentence_each(
    terminal: Terminal, material: Material, test_media: Path
) -> None:
    """A sample across all kinds of files, a good picture last; tests/detectors examines every one of them."""
    listed = malformed_files()
    chosen = [
        item
        for kind, count in (("malformed", 6), ("hostile", 6), ("parser_case", 4))
        for item in _spread(listed, kind, count)
    ]
    paths = [test_media / "malformed" / file for file, _kind in chosen]

    answer = terminal.plain("check", *paths, material.photo, "--json", "--unknown", "note")

    clips = answer.document()["clips"]
    assert answer.code == 3
    assert "Traceback" not in answer.err
    assert len(clips) == len(paths) + 1
    for (file, kind), clip in zip(chosen, clips, strict=False):
        if kind != "parser_case" or "error" in clip:
            assert clip["error"]["exit_code"] == 3
            assert f"“{file}”" in clip["error"]["sentence"]
            assert clip["error"]["remedy"]
    assert clips[-1]["verdict"] == "no_match"


def _spread(listed: list[tuple[str, str]], kind: str, count: int) -> list[tuple[str, str]]:
    of_kind = [item for item in listed if item[1] == kind]
    return of_kind[:: -(-len(of_kind) // count)]
